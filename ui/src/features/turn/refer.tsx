// The name of an object in an answer: pressing it says the object in the prompt; the arrow behind it leads to its page.
// What the name means was settled by the host; nothing is looked up here.
import { Link } from '@tanstack/react-router'
import { useLingui } from '@lingui/react/macro'
import type { ObjectRef } from '@/api/types'
import { Icon } from '@/ui/icon'
import { Inert } from '@/ui/inert'
import { objectName, objectPath } from '@/ui/object-ref'
import { referenceOf } from './reference'
import { useTalk } from './talk'

export function Refer({ reference, text }: { reference: string | null; text: string }) {
  const { t } = useLingui()
  const { refer } = useTalk()
  if (reference === null) return <Inert text={text} />
  return (
    <button
      type="button"
      onClick={() => refer(reference)}
      title={t`Say “${reference}” in the prompt`}
      className="in-text rounded text-left underline decoration-line-strong decoration-dotted underline-offset-3 hover:text-accent hover:decoration-accent"
    >
      <Inert text={text} />
    </button>
  )
}

export function ObjectName({ object, cluster, text }: { object: ObjectRef; cluster: string; text?: string }) {
  const { t } = useLingui()
  const name = objectName(object)
  return (
    <span className="inline-flex max-w-full items-baseline gap-1">
      <Refer reference={referenceOf(object)} text={text ?? name} />
      <Link
        to="/r/$gvr/$cluster/$namespace/$name"
        params={objectPath(cluster, object)}
        aria-label={t`Open ${name}`}
        title={t`Open ${name}`}
        className="touch inline-flex size-5 shrink-0 pointer-coarse:-my-3 items-center justify-center self-center rounded text-ink-3 hover:bg-hover hover:text-ink"
      >
        <Icon name="right" size={12} />
      </Link>
    </span>
  )
}
