// The prompt bar: a sentence that completes itself, Enter sends it. A combobox; the list never takes the focus, and Enter
// takes a suggestion only when one was chosen with the arrows, so that a finished sentence is sent as it stands. It is the
// palette too: below what completes the sentence stand the places, clusters, actions and conversations it may mean.
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useLingui } from '@lingui/react/macro'
import { useDeferredValue, useEffect, useEffectEvent, useId, useState, type KeyboardEvent, type MouseEvent, type Ref } from 'react'
import { useSendPrompt } from '@/api/mutations'
import { completeQuery } from '@/api/queries'
import type { Thread } from '@/api/types'
import { IconButton } from '@/ui/button'
import { cx } from '@/ui/cx'
import { Icon } from '@/ui/icon'
import { byteCursor, complete } from './completion'
import { isMeant, type Meant } from './palette'
import { takeWords, withWords, type Words } from './prompt-words'
import { PreviewLines, usePreviewWords } from './preview'
import { Suggestions } from './suggestions'
import { toast } from './toasts'
import { useMeant, useTakeMeant } from './use-palette'
import { usePreview } from './use-preview'
import { AskedOfFirst } from './scope-words'
import { useAskedOf, useScope } from './use-scope'

export const PROMPT_ID = 'prompt'

interface PromptProps {
  /** The conversation to go on with, in its own cluster and namespace; without one a sentence begins one in the scope. */
  thread?: Pick<Thread, 'id'> & Partial<Thread>
  /** The list opens above: the prompt stands at the foot. */
  above?: boolean
  ref?: Ref<HTMLInputElement>
}

export function Prompt({ thread, above = false, ref }: PromptProps) {
  const { t } = useLingui()
  const scope = useScope()
  const asking = useAskedOf()
  const { cluster, namespace } = thread ?? { ...asking, namespace: scope.namespace }
  const navigate = useNavigate()
  const send = useSendPrompt()
  const listId = useId()
  const [text, setText] = useState('')
  const [cursor, setCursor] = useState(0)
  const [open, setOpen] = useState(false)
  const [chosen, setChosen] = useState(-1)
  const asked = useDeferredValue(text)
  const query = useQuery({
    ...completeQuery(asked, byteCursor(asked, Math.min(cursor, asked.length)), cluster, namespace),
    enabled: open,
  })
  // With what the host completes, not before it: what is chosen by its place in the list stays what it is.
  const isAnswered = query.isError || (query.data !== undefined && !query.isPlaceholderData)
  const meant = useMeant(text, open && thread === undefined && isAnswered)
  const takeMeant = useTakeMeant()
  const suggestions = open ? [...(query.data?.suggestions ?? []), ...meant] : []
  const shown = suggestions.length > 0
  // A conversation stays with its own cluster, and says so itself.
  const isOfFirst = thread === undefined && asking.first !== null
  const place = thread === undefined ? { cluster, namespace } : { thread: thread.id }
  const preview = usePreview(text.trim(), place, open)
  const wordsOf = usePreviewWords()

  const change = (next: string, at: number) => {
    setText(next)
    setCursor(at)
    setChosen(-1)
    setOpen(true)
  }
  const put = useEffectEvent((words: Words) => {
    const next = withWords(text, cursor, words)
    change(next.text, next.cursor)
    const field = document.getElementById(PROMPT_ID)
    field?.focus()
    // Once the new text is in the field.
    requestAnimationFrame(() => { if (field instanceof HTMLInputElement) field.setSelectionRange(next.cursor, next.cursor) })
  })
  useEffect(() => takeWords((words) => put(words)), [])
  const go = (chosenOne: Meant) => {
    change('', 0)
    setOpen(false)
    document.getElementById(PROMPT_ID)?.blur()
    takeMeant(chosenOne)
  }
  const take = (index: number) => {
    const suggestion = suggestions[index]
    if (suggestion === undefined) return
    if (isMeant(suggestion)) return go(suggestion)
    if (query.data === undefined || suggestion.kind === 'hint') return
    const { text: next, cursor: at } = complete(asked, query.data, suggestion.text)
    change(next, at)
  }
  const clear = () => {
    change('', 0)
    document.getElementById(PROMPT_ID)?.focus()
  }
  const submit = () => {
    const sentence = text.trim()
    if (sentence === '' || send.isPending) return
    setOpen(false)
    send.mutate({ sentence, ...place }, {
      onSuccess: (accepted) => {
        setText('')
        void navigate({ to: '/chat/$id', params: { id: accepted.thread }, search: (before) => ({ c: before.c, n: before.n }), resetScroll: thread === undefined })
      },
      onError: (problem) => toast({ tone: 'bad', text: problem.detail, hint: problem.hint }),
    })
  }
  const keyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step !== 0 && !event.nativeEvent.isComposing) {
      event.preventDefault()
      setOpen(true)
      if (shown) setChosen((at) => (at + step + suggestions.length + (at === -1 && step === -1 ? 1 : 0)) % suggestions.length)
    } else if (event.key === 'Tab' && !event.shiftKey && shown && text !== '') {
      const index = chosen === -1 ? suggestions.findIndex((one) => one.kind !== 'hint' && !isMeant(one)) : chosen
      if (index === -1) return
      event.preventDefault()
      take(index)
    } else if (event.key === 'Enter' && !event.nativeEvent.isComposing) {
      event.preventDefault()
      if (shown && chosen !== -1) take(chosen)
      else submit()
    } else if (event.key === 'Escape') {
      if (shown || preview !== null) setOpen(false)
      else event.currentTarget.blur()
    }
  }
  return (
    <form role="search" className="relative min-w-0 flex-1" onSubmit={(event) => { event.preventDefault(); submit() }}>
      <span className="pointer-events-none absolute top-1/2 left-3 -translate-y-1/2 text-ink-3"><Icon name={text === '' ? 'search' : 'chat'} /></span>
      <input
        ref={ref}
        id={PROMPT_ID}
        role="combobox"
        aria-label={t`Ask, or say what to change`}
        aria-expanded={shown}
        aria-controls={listId}
        aria-describedby={isOfFirst ? `${listId}-of` : undefined}
        aria-autocomplete="list"
        aria-activedescendant={shown && chosen !== -1 ? `${listId}-${chosen}` : undefined}
        autoComplete="off"
        autoCapitalize="off"
        enterKeyHint="send"
        spellCheck={false}
        placeholder={t`Ask, or say what to change`}
        value={text}
        onChange={(event) => change(event.target.value, event.target.selectionStart ?? event.target.value.length)}
        onSelect={(event) => setCursor(event.currentTarget.selectionStart ?? 0)}
        onFocus={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onKeyDown={keyDown}
        className={cx('h-9 w-full rounded-md border border-line-strong bg-bg pl-9 text-base text-ink placeholder:text-ink-3', text === '' ? 'pr-3 sm:pr-10' : 'pr-17 pointer-coarse:pr-23')}
      />
      {text === ''
        ? <kbd aria-hidden="true" className="pointer-events-none absolute top-1/2 right-2.5 -translate-y-1/2 rounded border border-line px-1.5 font-sans text-xs text-ink-3 max-sm:hidden">/</kbd>
        : <Pressed pending={send.isPending} onClear={clear} />}
      <Suggestions id={listId} items={suggestions} omitted={query.data?.omitted ?? 0} chosen={chosen} above={above} onTake={take} of={isOfFirst ? <AskedOfFirst id={`${listId}-of`} className="px-3 py-1.5" /> : null} isTyped={open && text.trim() !== ''} preview={preview && <PreviewLines preview={preview.told} isCurrent={preview.isCurrent} />} />
      <p role="status" className="sr-only">{preview?.isCurrent && wordsOf(preview.told)}</p>
    </form>
  )
}

/** What a thumb presses instead of Enter and Escape. The field keeps the focus, so that its list doesn't go under the finger. */
function Pressed({ pending, onClear }: { pending: boolean; onClear: () => void }) {
  const { t } = useLingui()
  const keep = (event: MouseEvent) => event.preventDefault()
  return (
    <span onMouseDown={keep} className="absolute inset-y-0 right-0.5 flex items-center">
      <IconButton icon="cross" label={t`Clear what is written`} onClick={onClear} />
      <IconButton type="submit" icon="send" label={t`Send`} disabled={pending} className="text-accent" />
    </span>
  )
}
