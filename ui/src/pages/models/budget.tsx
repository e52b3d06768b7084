// What a model used today and how much of its allowance that is: a bar for each limit, the figures in words below it.
import { Trans, useLingui } from '@lingui/react/macro'
import type { Model } from '@/api/models'
import { cx } from '@/ui/cx'
import { allowancesOf, shareOf, type Allowance } from './spent'

const NEAR = 0.8

export function Budget({ model }: { model: Model }) {
  const { i18n } = useLingui()
  const { input_tokens: input, output_tokens: output, cost, estimated } = model.usage_today
  const allowances = allowancesOf(model)
  const count = (tokens: number) => i18n.number(tokens, { notation: 'compact', maximumFractionDigits: 1 })
  return (
    <div className="grid gap-2">
      {allowances.map((each) => <Bar key={each.what} allowance={each} />)}
      <p className="text-xs text-ink-3 tabular-nums">
        {input + output === 0
          ? <Trans>Not used today.</Trans>
          : <Trans>Today: {count(input)} tokens read, {count(output)} written</Trans>}
        {input + output > 0 && cost !== undefined && model.budget.cost_per_day === undefined && <> · <Trans>cost {cost}</Trans></>}
        {estimated && <> · <Trans>partly estimated</Trans></>}
        {allowances.length === 0 && input + output > 0 && ' ·'}{allowances.length === 0 && <> <Trans>No limit is set.</Trans></>}
      </p>
    </div>
  )
}

function Bar({ allowance }: { allowance: Allowance }) {
  const { t, i18n } = useLingui()
  const share = shareOf(allowance)
  const { what, used, allowed } = allowance
  const money = (value: number) => i18n.number(value, { minimumFractionDigits: 2, maximumFractionDigits: 2 })
  const [shown, most] = what === 'tokens' ? [i18n.number(used), i18n.number(allowed)] : [money(used), money(allowed)]
  const percent = Math.round(share * 100)
  return (
    <div className="grid gap-1">
      <p className="flex flex-wrap justify-between gap-x-3 text-xs text-ink-2 tabular-nums">
        <span>{what === 'tokens' ? <Trans>{shown} of {most} tokens today</Trans> : <Trans>cost {shown} of {most} today</Trans>}</span>
        {share >= 1 && <span className="text-bad"><Trans>used up until 00:00 UTC</Trans></span>}
      </p>
      <div role="meter" aria-label={what === 'tokens' ? t`Tokens used today` : t`Cost today`} aria-valuenow={percent} aria-valuemin={0} aria-valuemax={100} aria-valuetext={t`${shown} of ${most}`} className="h-2 overflow-hidden rounded-full border border-line bg-bg">
        <div className={cx('h-full rounded-full forced-colors:bg-[Highlight]', share >= 1 ? 'bg-bad' : share >= NEAR ? 'bg-warn' : 'bg-ok')} style={{ width: `${percent}%` }} />
      </div>
    </div>
  )
}
