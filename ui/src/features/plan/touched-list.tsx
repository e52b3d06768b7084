// Every object a plan touches, as a list of links, what it changes apart from what that reaches: kind, name, how it is
// reached. Equal to the picture, and complete.
import { Link } from '@tanstack/react-router'
import { Trans, useLingui } from '@lingui/react/macro'
import { useId, type ReactNode } from 'react'
import { Inert } from '@/ui/inert'
import type { ObjectName, Touched } from './shapes'
import { nameOf } from './touched-groups'
import { WHY } from './why-words'

const gvrOf = ({ type }: ObjectName): string => type.group === '' ? type.plural : `${type.plural}.${type.version}.${type.group}`

interface ListProps {
  touched: readonly Touched[]
  several: boolean
}

export function TouchedList({ touched, several }: ListProps) {
  const written = touched.filter(({ why }) => why === 'written')
  const others = touched.filter(({ why }) => why !== 'written')
  return (
    <>
      <Part name={<Trans>Changed by a step</Trans>} touched={written} several={several} />
      <Part name={<Trans>What else this reaches</Trans>} touched={others} several={several} />
    </>
  )
}

function Part({ name, touched, several }: ListProps & { name: ReactNode }) {
  const { i18n } = useLingui()
  const id = useId()
  if (touched.length === 0) return null
  return (
    <section aria-labelledby={id} className="pt-2">
      <h3 id={id} className="px-4 text-xs font-medium text-ink-3">{name}</h3>
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
            <span className="text-xs text-ink-3">{several && <><Inert text={each.cluster} />{each.why !== 'written' && ' · '}</>}{each.why !== 'written' && i18n._(WHY[each.why])}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}
