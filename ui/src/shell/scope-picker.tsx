// Chooses the cluster and the namespace. Production has a colour and says so in words. What can't be listed can be typed.
import { useQuery } from '@tanstack/react-query'
import { Trans, useLingui } from '@lingui/react/macro'
import { namespacesQuery, sessionQuery } from '@/api/queries'
import { cx } from '@/ui/cx'
import { Chip } from '@/ui/chip'
import { Field, Input } from '@/ui/field'
import { Icon } from '@/ui/icon'
import { Inert } from '@/ui/inert'
import { Popover } from '@/ui/popover'
import { withClusters } from './scope'
import { useScope, useSetScope } from './use-scope'

function Choice({ chosen, onChoose, children }: { chosen: boolean; onChoose: () => void; children: React.ReactNode }) {
  return (
    <button type="button" aria-pressed={chosen} onClick={onChoose} className={cx('flex min-h-8 w-full items-center gap-2 rounded px-2 text-left text-sm', chosen ? 'bg-accent-soft text-ink' : 'text-ink-2 hover:bg-hover')}>
      <span className="w-4 text-accent">{chosen && <Icon name="check" size={14} />}</span>
      {children}
    </button>
  )
}

const Heading = ({ children }: { children: React.ReactNode }) => <p className="px-2 pt-2 pb-1 text-xs font-semibold text-ink-3">{children}</p>

export function ScopePicker() {
  const { t } = useLingui()
  const scope = useScope()
  const session = useQuery(sessionQuery)
  const clusters = session.data?.clusters ?? []
  const isProduction = clusters.some(({ name, production }) => production && (scope.clusters.length === 0 || scope.clusters.includes(name)))
  const where = scope.clusters.length === 0 ? t`All clusters` : scope.clusters.join(', ')
  return (
    <Popover
      label={t`Scope: ${where}`}
      className={cx('flex h-9 min-w-0 shrink items-center gap-1.5 rounded-md border px-2.5 text-sm', isProduction ? 'border-prod bg-prod-soft text-prod' : 'border-line bg-raised text-ink-2 hover:bg-hover')}
      button={
        <>
          <Icon name="clusters" size={14} />
          <span className="max-w-40 truncate max-sm:max-w-24">{where}{scope.namespace && ` / ${scope.namespace}`}</span>
          <Icon name="down" size={12} />
        </>
      }
    >
      {(close) => <Choices close={close} clusters={clusters} />}
    </Popover>
  )
}

function Choices({ close, clusters }: { close: () => void; clusters: { name: string; production: boolean; problem: unknown }[] }) {
  const { t } = useLingui()
  const scope = useScope()
  const setScope = useSetScope()
  return (
    <div className="w-64 p-1">
      <Heading><Trans>Cluster</Trans></Heading>
      <Choice chosen={scope.clusters.length === 0} onChoose={() => setScope(withClusters([]))}><Trans>All clusters</Trans></Choice>
      {clusters.map(({ name, production, problem }) => (
        <Choice key={name} chosen={scope.clusters.includes(name)} onChoose={() => setScope(withClusters([name]))}>
          <Inert text={name} short className="min-w-0 flex-1" />
          {production && <Chip tone="prod">{t`production`}</Chip>}
          {problem !== null && <Chip tone="bad">{t`unreachable`}</Chip>}
        </Choice>
      ))}
      {scope.cluster !== undefined && <Namespaces cluster={scope.cluster} close={close} />}
    </div>
  )
}

function Namespaces({ cluster, close }: { cluster: string; close: () => void }) {
  const { t } = useLingui()
  const { namespace } = useScope()
  const setScope = useSetScope()
  const query = useQuery(namespacesQuery(cluster))
  const choose = (n: string | undefined) => {
    setScope({ n })
    close()
  }
  return (
    <>
      <Heading><Trans>Namespace</Trans></Heading>
      <Choice chosen={namespace === undefined} onChoose={() => choose(undefined)}><Trans>All namespaces</Trans></Choice>
      {query.data?.items.map(({ name }) => (
        <Choice key={name} chosen={name === namespace} onChoose={() => choose(name)}><Inert text={name} short /></Choice>
      ))}
      {query.isError && (
        <form className="p-2" onSubmit={(event) => { event.preventDefault(); choose(String(new FormData(event.currentTarget).get('n') ?? '').trim() || undefined) }}>
          <Field label={t`Namespaces can't be listed; type one`}>{(ids) => <Input {...ids} name="n" autoComplete="off" />}</Field>
        </form>
      )}
    </>
  )
}
