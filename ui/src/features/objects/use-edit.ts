// One edit of an object's YAML: what it began from, what it is now, and the plan that is made of both. When the object changed
// meanwhile, its newer YAML can become the base; then the edits are merged into it by lines. Where another field manager applies
// what was changed, that is said before the plan is opened. It writes nothing.
import { useNavigate } from '@tanstack/react-router'
import { useQueryClient } from '@tanstack/react-query'
import { useRef, useState, type RefObject } from 'react'
import type { ObjectAt } from '@/api/keys'
import { useMakePlan } from '@/api/mutations'
import { yamlQuery } from '@/api/objects'
import { toProblem } from '@/api/problem'
import type { EditorHandle } from '@/features/editor/code-editor'
import { mergeLines } from '@/features/editor/merge-lines'
import type { TextProblem } from '@/features/editor/problems'
import { toast } from '@/shell/toasts'
import { editable } from './editable'
import { ownersIn, takenBack, type FieldOwner } from './field-owners'
import { editOf } from './operations'

export function useEdit(at: ObjectAt, yaml: string, now: string, editor: RefObject<EditorHandle | null>) {
  const client = useQueryClient()
  const navigate = useNavigate()
  const plan = useMakePlan()
  const [start] = useState(() => editable(yaml))
  const [base, setBase] = useState(start)
  const [text, setTextAlone] = useState(start)
  const [problems, setProblems] = useState<TextProblem[]>([])
  /** Where one's own lines stood against others' when the newer base was taken; null before. */
  const [clashes, setClashes] = useState<number[] | null>(null)
  /** The plan of this text, where others hold what it changes. */
  const [held, setHeld] = useState<{ plan: string; owners: readonly FieldOwner[] } | null>(null)
  const newest = editable(now)
  const written = useRef(start)
  const setText = (next: string) => {
    written.current = next
    setTextAlone(next)
    setHeld(null)
  }
  const open = (id: string) => void navigate({ to: '/plans/$id', params: { id }, ignoreBlocker: true })

  const check = () => {
    if (text === base || plan.isPending) return
    plan.mutate({ cluster: at.cluster, operations: [editOf(at, base, text)] }, {
      onSuccess: (made) => {
        // Who typed on meanwhile asks for another plan than this.
        if (written.current !== text) return
        const owners = ownersIn(made)
        if (owners.length === 0) open(made.id)
        else setHeld({ plan: made.id, owners })
      },
    })
  }
  const leaveOf = (field: string) => {
    const back = takenBack(base, text, field)
    return back === null ? null : () => {
      plan.reset()
      editor.current?.put(back.text)
      editor.current?.goTo(back.line)
    }
  }
  const takeNewer = async () => {
    try {
      const read = editable(await client.fetchQuery({ ...yamlQuery(at), staleTime: 0 }))
      const merged = mergeLines(base, text, read)
      setBase(read)
      setClashes(merged.clashes)
      plan.reset()
      editor.current?.put(merged.text)
      editor.current?.goTo(merged.clashes[0] ?? 1)
    } catch (cause) {
      const { detail, hint } = toProblem(cause)
      toast({ tone: 'bad', text: detail, hint })
    }
  }
  return {
    start, base, newest, text, setText, problems, setProblems, clashes, plan, check, held, leaveOf,
    goOn: () => { if (held !== null) open(held.plan) },
    stay: () => setHeld(null),
    takeNewer: () => void takeNewer(),
    isChanged: text !== base,
    /** The object is no longer what the edit is compared with. */
    isBehind: newest !== base,
  }
}
