// The editor as a component: a box with a shadow root, so that its style rules are a constructed sheet, which the content
// policy allows. The text is the editor's own from the first on; `put` replaces it. Comes in a chunk of its own.
import { useEffect, useEffectEvent, useImperativeHandle, useRef, type Ref } from 'react'
import { usePhrases } from './phrases'
import type { TextProblem } from './problems'
import { makeEditor, type Editor } from './setup'

export interface EditorHandle {
  put: (text: string) => void
  goTo: (line: number) => void
}

interface CodeEditorProps {
  /** What it begins with. */
  text: string
  /** What lines are compared with for masks. */
  base: string
  /** What the changes are shown against, or null for none. */
  original: string | null
  tabIndents: boolean
  label: string
  description: string
  say: (problem: TextProblem) => string
  onText: (text: string) => void
  onProblems: (problems: TextProblem[]) => void
  onCheck: () => void
  ref?: Ref<EditorHandle>
}

const DESCRIPTION_ID = 'description'

export function CodeEditor({ text, base, original, tabIndents, label, description, say, onText, onProblems, onCheck, ref }: CodeEditorProps) {
  const box = useRef<HTMLDivElement>(null)
  const editor = useRef<Editor>(null)
  const phrases = usePhrases()
  const sayNow = useEffectEvent(say)
  const baseNow = useEffectEvent(() => base)
  const textNow = useEffectEvent(onText)
  const problemsNow = useEffectEvent(onProblems)
  const checkNow = useEffectEvent(onCheck)
  const make = useEffectEvent((root: ShadowRoot) => makeEditor({
    root, text, label, phrases, describedBy: DESCRIPTION_ID,
    say: (problem) => sayNow(problem), base: () => baseNow(), onText: (next) => textNow(next), onProblems: (found) => problemsNow(found), onCheck: () => checkNow(),
  }))
  useEffect(() => {
    if (box.current === null) return undefined
    const root = box.current.shadowRoot ?? box.current.attachShadow({ mode: 'open' })
    const made = make(root)
    editor.current = made
    return () => {
      made.destroy()
      editor.current = null
    }
  }, [])
  useEffect(() => {
    const root = box.current?.shadowRoot
    if (!root) return
    const said = root.getElementById(DESCRIPTION_ID) ?? root.appendChild(document.createElement('p'))
    said.id = DESCRIPTION_ID
    said.hidden = true
    said.textContent = description
  }, [description])
  useEffect(() => editor.current?.compare(original), [original])
  useEffect(() => editor.current?.tabIndents(tabIndents), [tabIndents])
  useEffect(() => editor.current?.lint(), [base])
  useImperativeHandle(ref, () => ({ put: (next) => editor.current?.put(next), goTo: (line) => editor.current?.goTo(line) }), [])
  return <div ref={box} className="h-[min(60dvh,44rem)] min-w-0 overflow-hidden font-mono" />
}
