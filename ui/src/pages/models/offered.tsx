// Which models there are: what the component of one could be told to use, as its vendor lists it, asked when one wants to know.
// Each has its line to copy; the configuration file chooses, not this page.
import { useQuery } from '@tanstack/react-query'
import { Trans, useLingui } from '@lingui/react/macro'
import { offeredQuery, type Model, type OfferedModel } from '@/api/models'
import { Chip } from '@/ui/chip'
import { Copy } from '@/ui/code'
import { Inert } from '@/ui/inert'
import { Read } from '@/ui/states/page'

/** What the configuration file is changed with. */
export const lineOf = (provider: string, model: string): string => `kubechat provider use ${provider} ${model}`

export function Offered({ model }: { model: Model }) {
  const { t } = useLingui()
  const query = useQuery(offeredQuery(model.index))
  const { provider } = model
  return (
    <div role="group" tabIndex={0} aria-label={t`Models of ${provider}`} className="max-h-80 overflow-y-auto rounded-md border border-line bg-bg">
      <Read
        query={query}
        isEmpty={({ items }) => items.length === 0}
        emptyFirst={{ title: <Trans>It has none</Trans>, text: provider === 'provider-ollama' ? <Trans>Pull one first: ollama pull qwen3:8b</Trans> : <Trans>The vendor lists no model for this credential.</Trans> }}
        clearFilter={null}
      >
        {({ items }) => <ul className="divide-y divide-line">{items.map((each) => <li key={each.id} className="px-3 py-1.5"><OfferedRow offered={each} provider={provider} inUse={each.id === model.model} /></li>)}</ul>}
      </Read>
    </div>
  )
}

function OfferedRow({ offered: { id, title, context_tokens: context, tools }, provider, inUse }: { offered: OfferedModel; provider: string; inUse: boolean }) {
  const { t, i18n } = useLingui()
  const count = context === undefined ? '' : i18n.number(context, { notation: 'compact' })
  return (
    <div className="flex items-center gap-3 text-sm">
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-x-2"><Inert text={id} className="font-medium break-all text-ink" />{inUse && <Chip tone="ok"><Trans>in use</Trans></Chip>}{!tools && <Chip tone="warn"><Trans>can’t act: no tools</Trans></Chip>}</p>
        <p className="text-xs text-ink-3">{title !== id && <Inert text={title} />}{title !== id && context !== undefined && ' · '}{context !== undefined && <Trans>reads {count} tokens</Trans>}</p>
      </div>
      <Copy text={lineOf(provider, id)} label={t`Copy the line that uses ${id}`} />
    </div>
  )
}
