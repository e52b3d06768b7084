// What one may do on a cluster, in short: some telling questions, each answered by the API server's own word. No more than a
// summary: what a plan needs is asked for with the plan.
import { useQuery } from '@tanstack/react-query'
import type { MessageDescriptor } from '@lingui/core'
import { msg } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { rightsQuery } from '@/api/queries'
import { cx } from '@/ui/cx'
import { Icon } from '@/ui/icon'
import { Inert } from '@/ui/inert'

interface Right {
  name: MessageDescriptor
  verb: string
  resource: string
  /** Asked for the context's namespace; everywhere otherwise. */
  here: boolean
}

const RIGHTS: readonly Right[] = [
  { name: msg`see pods`, verb: 'list', resource: 'pods', here: true },
  { name: msg`read logs`, verb: 'get', resource: 'pods/log', here: true },
  { name: msg`change deployments`, verb: 'patch', resource: 'deployments', here: true },
  { name: msg`delete pods`, verb: 'delete', resource: 'pods', here: true },
  { name: msg`read secrets`, verb: 'get', resource: 'secrets', here: true },
  { name: msg`see pods everywhere`, verb: 'list', resource: 'pods', here: false },
  { name: msg`change nodes`, verb: 'patch', resource: 'nodes', here: false },
]

export function Rights({ cluster, namespace }: { cluster: string; namespace: string }) {
  const { i18n } = useLingui()
  const query = useQuery(rightsQuery(cluster, RIGHTS.map(({ verb, resource, here }) => (here ? { verb, resource, namespace } : { verb, resource }))))
  if (query.isError) return <p className="text-sm text-ink-3"><Trans>What you may do here could not be asked.</Trans></p>
  return (
    <div className="grid gap-1 text-sm" aria-busy={query.isPending}>
      <p className="text-xs text-ink-3"><Trans>Permissions, in <Inert text={namespace} /> and everywhere</Trans></p>
      <ul className="flex flex-wrap gap-x-4 gap-y-1">
        {RIGHTS.map(({ name }, index) => {
          const may = query.data?.items[index]?.allowed
          return (
            <li key={name.id} className={cx('inline-flex items-center gap-1.5', may === true ? 'text-ink-2' : 'text-ink-3')}>
              <span className={cx('size-3.5', may === true && 'text-ok')}>{may !== undefined && <Icon name={may ? 'check' : 'lock'} size={14} />}</span>
              {may === false && <span className="sr-only"><Trans>You may not:</Trans></span>}
              <span className={cx(may === false && 'line-through')}>{i18n._(name)}</span>
            </li>
          )
        })}
      </ul>
    </div>
  )
}
