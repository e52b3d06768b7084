// Chooses clusters and a namespace. Production has a colour and says so in words, also where it is one of several.
import { useQuery } from '@tanstack/react-query'
import { useLingui } from '@lingui/react/macro'
import { useEffect, useEffectEvent, useRef } from 'react'
import { sessionQuery } from '@/api/queries'
import type { Session } from '@/api/types'
import { cx } from '@/ui/cx'
import { Icon } from '@/ui/icon'
import { Inert } from '@/ui/inert'
import { inertText } from '@/ui/inert-text'
import { Popover } from '@/ui/popover'
import { useAhead } from '@/ui/use-ahead'
import { scopeOf, withClusters } from './scope'
import { ClusterChoice } from './scope-clusters'
import { NamespaceChoice, NoNamespaces } from './scope-namespaces'
import { ClusterWords, useClusterWords } from './scope-words'
import { useScope, useSetScope } from './use-scope'

export function ScopePicker() {
  const { t } = useLingui()
  const wordsOf = useClusterWords()
  const known = useQuery(sessionQuery).data?.clusters
  const scope = useChosen()
  const isProduction = known?.some(({ name, production }) => production && (scope.clusters.length === 0 || scope.clusters.includes(name))) === true
  const where = [wordsOf(scope.clusters), ...(scope.namespace === undefined ? [] : [inertText(scope.namespace)])].join(' / ')
  return (
    <Popover
      label={isProduction ? t`Scope: ${where}, with production` : t`Scope: ${where}`}
      className={cx('flex h-9 min-w-0 shrink items-center gap-1.5 rounded-md border px-2.5 text-sm', isProduction ? 'border-prod bg-prod-soft text-prod' : 'border-line bg-raised text-ink-2 hover:bg-hover')}
      button={
        <>
          <Icon name="clusters" size={14} />
          <span className="flex max-w-40 min-w-0 overflow-hidden max-sm:max-w-24 lg:max-w-56">
            <ClusterWords clusters={scope.clusters} />
            {scope.namespace !== undefined && <span className="min-w-0 truncate whitespace-pre"> / <Inert text={scope.namespace} /></span>}
          </span>
          <Icon name="down" size={12} />
        </>
      }
    >
      {(close) => <Choices scope={scope} known={known} close={close} />}
    </Popover>
  )
}

function Choices({ scope, known, close }: { scope: Chosen; known: Session['clusters'] | undefined; close: () => void }) {
  const begin = useEffectEvent(scope.begin)
  useEffect(() => begin(), [])
  const only = (clusters: readonly string[]) => {
    scope.only(clusters)
    close()
  }
  return (
    <div className="w-72 max-w-full">
      <ClusterChoice known={known} chosen={scope.clusters} onToggle={scope.toggle} onOnly={only} />
      {scope.cluster === undefined ? <NoNamespaces namespace={scope.namespace} close={close} /> : <NamespaceChoice cluster={scope.cluster} namespace={scope.namespace} close={close} />}
    </div>
  )
}

type Chosen = ReturnType<typeof useChosen>

/**
 * The scope, with what is ticked ahead of the address: the next tick adds to it. It is kept by the bar and not by what is
 * open, so that a tick outlives the popover. What is ticked in one go is one step back in the browser's history.
 */
function useChosen() {
  const said = useScope()
  const setScope = useSetScope()
  const wasToggled = useRef(false)
  const address = withClusters(said.clusters).c ?? ''
  const [shown, press] = useAhead(address, (c) => {
    setScope({ c: c || undefined, n: undefined }, { replace: wasToggled.current })
    wasToggled.current = true
  })
  const scope = shown === address ? said : scopeOf({ c: shown })
  return {
    ...scope,
    begin: () => { wasToggled.current = false },
    toggle: (clusters: readonly string[]) => press(withClusters(clusters).c ?? ''),
    // By the same way, so that a tick of a moment ago does not come after it.
    only: (clusters: readonly string[]) => {
      wasToggled.current = false
      press(withClusters(clusters).c ?? '')
    },
  }
}
