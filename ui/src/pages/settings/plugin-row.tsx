// One component: what it is, whether it is in use, who trusts it; its digest in the details.
import { Trans } from '@lingui/react/macro'
import { Chip } from '@/ui/chip'
import { Copy } from '@/ui/code'
import { Inert } from '@/ui/inert'
import type { Plugin } from '@/api/types'

export function PluginRow({ plugin }: { plugin: Plugin }) {
  const title = plugin.id ?? plugin.file
  return (
    <article className="grid gap-1.5 text-sm">
      <header className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
        <h3 className="font-medium"><Inert text={title} /></h3>
        {plugin.version && <Inert text={plugin.version} className="text-ink-3 tabular-nums" />}
        <Chip tone={plugin.state === 'active' ? 'ok' : 'warn'}><Inert text={plugin.state} /></Chip>
        {plugin.binding && <Chip tone={plugin.binding === 'enforce' ? 'accent' : 'plain'}><Inert text={plugin.binding} /></Chip>}
        {!plugin.in_use && <span className="text-xs text-ink-3"><Trans>not in use</Trans></span>}
      </header>
      <p className="flex flex-wrap gap-x-4 gap-y-0.5 text-xs text-ink-3">
        {plugin.world && <Inert text={plugin.world} />}
        <Inert text={plugin.file} className="font-mono" />
        {plugin.trust ? <span><Trans>trusted: <Inert text={plugin.trust} /></Trans></span> : <span><Trans>nobody vouches for it</Trans></span>}
      </p>
      {plugin.failure && <p className="break-words text-bad"><Inert text={failureText(plugin.failure)} /></p>}
      {plugin.digest && (
        <details className="text-xs text-ink-3">
          <summary className="w-fit"><Trans>Details</Trans></summary>
          <p className="mt-1 flex items-center gap-1 font-mono break-all"><Inert text={plugin.digest} /><Copy text={plugin.digest} /></p>
        </details>
      )}
    </article>
  )
}

const failureText = (failure: unknown): string => (typeof failure === 'string' ? failure : JSON.stringify(failure))
