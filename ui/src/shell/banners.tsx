// Lines across the page for what limits everything on it: a read-only cluster in scope, a host that can't write.
import { useQuery } from '@tanstack/react-query'
import { Plural, Trans } from '@lingui/react/macro'
import { readyQuery, sessionQuery } from '@/api/queries'
import { Icon } from '@/ui/icon'
import { Inert } from '@/ui/inert'
import { sentence } from '@/ui/sentence'
import { useScope } from './use-scope'

export function Banners() {
  const scope = useScope()
  const session = useQuery(sessionQuery).data
  const ready = useQuery(readyQuery).data
  const inScope = session?.clusters.filter(({ name }) => scope.clusters.length === 0 || scope.clusters.includes(name)) ?? []
  const readOnly = inScope.filter(({ mode }) => mode === 'read-only')
  const failing = ready?.checks?.filter(({ ok }) => !ok) ?? []
  return (
    <>
      {readOnly.length > 0 && readOnly.length === inScope.length && (
        <p className="flex items-center gap-2 border-b border-line bg-raised px-4 py-1.5 text-sm text-ink-2">
          <Icon name="lock" size={14} />
          <span className="min-w-0">
            <Plural value={readOnly.length} one="Read-only: nothing can be changed on this cluster." other="Read-only: nothing can be changed on these clusters." />
            {readOnly.length === 1 && readOnly[0]?.mode_reason && <> <Inert text={sentence(readOnly[0].mode_reason)} className="text-ink-3" /></>}
          </span>
        </p>
      )}
      {ready?.ready === false && (
        <p className="flex items-center gap-2 border-b border-line bg-warn-soft px-4 py-1.5 text-sm text-warn">
          <Icon name="warning" size={14} />
          <span className="min-w-0">
            <Trans>Degraded: reading goes on, nothing can be executed.</Trans>
            {failing.map(({ name, detail }) => <span key={name}> <Inert text={`${name}: ${detail}`} /></span>)}
          </span>
        </p>
      )}
    </>
  )
}
