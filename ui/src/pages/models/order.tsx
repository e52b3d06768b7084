// The order as a picture: a sentence comes in at the top and goes down until somebody answers. At the right is the edge of this
// machine, and who crosses it. On a narrow screen what crosses stands below each.
import { Trans, useLingui } from '@lingui/react/macro'
import type { ReactNode } from 'react'
import type { Models } from '@/api/models'
import { Icon, type IconName } from '@/ui/icon'
import { ModelCard } from './model-card'
import { Sign, Where } from './where'

export function Order({ models: { items, rules_first: rules } }: { models: Models }) {
  const { t } = useLingui()
  return (
    <ol aria-label={t`Who is asked, in order`} className="grid px-4 py-4">
      <Stop mark={<Mark icon="chat" />} words={<Trans>A sentence comes in</Trans>} />
      {rules && (
        <>
          <Station mark={<Mark icon="check" />} where={<Sign icon="check" tone="text-ok" line={null} title={<Trans>stays on this machine</Trans>}>{null}</Sign>}>
            <h3 className="text-base font-semibold"><Trans>Rules</Trans></h3>
            <p className="mt-1 text-sm text-ink-2"><Trans>What they understand fully is answered at once, without any model.</Trans></p>
          </Station>
          <Between><Trans>what they don’t understand goes on</Trans></Between>
        </>
      )}
      {items.map((model, at) => [
        at > 0 && <Between key={`before ${model.index}`}><Trans>if it fails, with the reason kept</Trans></Between>,
        <Station key={model.index} mark={<Number at={at + 1} />} where={<Where model={model} />}><ModelCard model={model} /></Station>,
      ])}
      <Between><Trans>if that fails too</Trans></Between>
      <Stop mark={<Mark icon="undo" />} words={<Trans>The answer says why, and what can be said instead</Trans>} isLast />
    </ol>
  )
}

const RAIL = 'before:absolute before:top-8 before:bottom-0 before:left-4 before:w-px before:bg-line-strong'

const Mark = ({ icon }: { icon: IconName }) => <span className="flex size-8 items-center justify-center rounded-full border border-line-strong bg-raised text-ink-2"><Icon name={icon} size={14} /></span>
const Number = ({ at }: { at: number }) => <span className="flex size-8 items-center justify-center rounded-full bg-accent-fill text-sm font-semibold text-accent-ink tabular-nums forced-colors:border">{at}</span>

function Stop({ mark, words, isLast = false }: { mark: ReactNode; words: ReactNode; isLast?: boolean }) {
  return (
    <li className={`relative grid grid-cols-[2rem_minmax(0,1fr)] items-center gap-3 ${isLast ? '' : `pb-4 ${RAIL}`}`}>
      {mark}<span className="text-sm text-ink-2">{words}</span>
    </li>
  )
}

/** The way from one to the next, and what makes a sentence take it. */
function Between({ children }: { children: ReactNode }) {
  return (
    <li className="relative grid grid-cols-[2rem_minmax(0,1fr)] items-center gap-3 py-2 before:absolute before:inset-y-0 before:left-4 before:w-px before:bg-line-strong">
      <span aria-hidden="true" className="relative flex justify-center bg-surface py-0.5 text-ink-3"><Icon name="down" size={14} /></span>
      <span className="text-xs text-ink-3">{children}</span>
    </li>
  )
}

function Station({ mark, where, children }: { mark: ReactNode; where: ReactNode; children: ReactNode }) {
  return (
    <li className={`relative grid grid-cols-[2rem_minmax(0,1fr)] gap-x-3 lg:grid-cols-[2rem_minmax(0,1fr)_17rem] ${RAIL}`}>
      {mark}
      <div className="min-w-0 rounded-lg border border-line bg-bg/40 p-3">{children}</div>
      <div className="min-w-0 max-lg:col-start-2 max-lg:pt-2 lg:flex lg:items-center lg:border-l lg:border-dashed lg:border-line-strong lg:pl-3">{where}</div>
    </li>
  )
}
