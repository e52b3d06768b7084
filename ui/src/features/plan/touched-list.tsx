// Every object a plan touches, as a list of links: kind, name, how it is reached. Equal to the picture, and complete.
import { Link } from '@tanstack/react-router'
import { useLingui } from '@lingui/react/macro'
import { Inert } from '@/ui/inert'
import type { ObjectName, Touched } from './shapes'
import { nameOf } from './touched-groups'
import { WHY } from './why-words'

const gvrOf = ({ type }: ObjectName): string => type.group === '' ? type.plural : `${type.plural}.${type.version}.${type.group}`

export function TouchedList({ touched, several }: { touched: readonly Touched[]; several: boolean }) {
  const { i18n } = useLingui()
  return (
    <ul className="divide-y divide-line">
      {touched.map((each) => (
        <li key={`${each.cluster} ${each.object.type.plural} ${nameOf(each)} ${each.why}`} className="flex flex-wrap items-baseline justify-between gap-x-4 px-4 py-1.5 text-sm">
          <Link
            to="/r/$gvr/$cluster/$namespace/$name"
            params={{ gvr: gvrOf(each.object), cluster: each.cluster, namespace: each.object.namespace || '-', name: each.object.name }}
            className="min-w-0 break-words hover:text-accent hover:underline"
          >
            <span className="text-ink-3"><Inert text={each.object.type.kind} /></span> <Inert text={nameOf(each)} />
          </Link>
          <span className="text-xs text-ink-3">{several && <><Inert text={each.cluster} /> · </>}{i18n._(WHY[each.why])}</span>
        </li>
      ))}
    </ul>
  )
}
