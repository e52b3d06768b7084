// Where the order is kept: the configuration file is its home, so it is locked here, with the line that changes it there.
import { useQuery } from '@tanstack/react-query'
import { Trans } from '@lingui/react/macro'
import { settingsQuery } from '@/api/queries'
import type { Model } from '@/api/models'
import { Command } from '@/ui/code'
import { Icon } from '@/ui/icon'
import { Inert } from '@/ui/inert'
import { lineOf } from './offered'

export function Kept({ first }: { first: Model | undefined }) {
  const origin = useQuery(settingsQuery).data?.items.find(({ name }) => name === 'models')?.origin
  const line = lineOf(first?.provider ?? 'provider-ollama', first?.model ?? 'qwen3:8b')
  return (
    <div className="grid gap-2 border-t border-line px-4 py-3 text-sm">
      <p className="flex items-center gap-2 text-ink-2">
        <span className="text-ink-3"><Icon name="lock" size={14} /></span>
        <span className="min-w-0 break-words">{origin === undefined || origin === 'default' ? <Trans>The order is kept in the configuration file. To change it:</Trans> : <Trans>The order is kept in <Inert text={origin} className="font-mono text-xs break-all" />. To change it:</Trans>}</span>
      </p>
      <Command text={`${line} --first`} />
    </div>
  )
}
