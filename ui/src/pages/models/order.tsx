// The order as a picture: a sentence comes in at the top and goes down until somebody answers. At the right is the edge of this
// machine, and who crosses it. On a narrow screen what crosses stands below each.
import { Trans, useLingui } from '@lingui/react/macro'
import { Fragment, type ReactNode } from 'react'
import type { Models } from '@/api/models'
import { cx } from '@/ui/cx'
import { Icon, type IconName } from '@/ui/icon'
import { ModelCard } from './model-card'
import { EDGE, Inside, Where } from './where'

export function Order({ models: { items, rules_first: rules } }: { models: Models }) {
  const { t } = useLingui()
  return (
    <ol aria-label={t`Who is asked, in order`} className="grid px-4 py-4">
      <Stop mark={<Mark icon="chat" />} words={<Trans>A sentence comes in</Trans>} sides={[<Trans key="in">this machine</Trans>, <Trans key="out">outside</Trans>]} />
      {rules && (
        <>
          <Station mark={<Mark icon="check" />} where={<Inside />}>
            <h3 className="text-base font-semibold"><Trans>Rules</Trans></h3>
            <p className="mt-1 text-sm text-ink-2"><Trans>What they understand fully is answered at once, without any model.</Trans></p>
          </Station>
          <Between><Trans>what they don’t understand goes on</Trans></Between>
        </>
      )}
      {items.map((model, at) => (
        <Fragment key={model.index}>
          {at > 0 && <Between><Trans>if it fails, with the reason kept</Trans></Between>}
          <Station mark={<Place at={at + 1} />} where={<Where model={model} />}><ModelCard model={model} /></Station>
        </Fragment>
      ))}
      <Between><Trans>if that fails too</Trans></Between>
      <Stop mark={<Mark icon="undo" />} words={<Trans>The answer says why, and what can be said instead</Trans>} isLast />
    </ol>
  )
}

/** The rail at the left, what stands on it, and on a wide screen both sides of the machine's edge. */
const ROW = 'relative grid grid-cols-[2rem_minmax(0,1fr)] gap-x-3 xl:grid-cols-[2rem_minmax(0,1fr)_9rem_13.5rem]'
const RAIL = 'before:absolute before:bottom-0 before:left-4 before:w-px before:bg-line-strong'

const Mark = ({ icon }: { icon: IconName }) => <span className="flex size-8 items-center justify-center rounded-full border border-line-strong bg-raised text-ink-2"><Icon name={icon} size={14} /></span>
const Place = ({ at }: { at: number }) => <span className="flex size-8 items-center justify-center rounded-full bg-accent-fill text-sm font-semibold text-accent-ink tabular-nums forced-colors:border">{at}</span>

interface StopProps {
  mark: ReactNode
  words: ReactNode
  /** What is at either side of the edge. */
  sides?: readonly [ReactNode, ReactNode]
  isLast?: boolean
}

function Stop({ mark, words, sides, isLast = false }: StopProps) {
  return (
    <li className={cx(ROW, !isLast && `pb-4 ${RAIL} before:top-8`)}>
      {mark}<span className="self-center text-sm text-ink-2">{words}</span>
      {sides && <span aria-hidden="true" className="pt-1.5 text-right text-xs text-ink-3 max-xl:hidden">{sides[0]}</span>}
      {sides && <span aria-hidden="true" className={cx(EDGE, '-mb-4 pt-1.5 pl-3 text-xs text-ink-3')}>{sides[1]}</span>}
    </li>
  )
}

/** The way from one to the next, and what makes a sentence take it. */
function Between({ children }: { children: ReactNode }) {
  return (
    <li className={cx(ROW, RAIL, 'before:top-0')}>
      <span aria-hidden="true" className="relative my-2 flex justify-center bg-surface py-0.5 text-ink-3"><Icon name="down" size={14} /></span>
      <span className="self-center py-2 text-xs text-ink-3">{children}</span>
      <span className={EDGE} />
    </li>
  )
}

function Station({ mark, where, children }: { mark: ReactNode; where: ReactNode; children: ReactNode }) {
  return (
    <li className={cx(ROW, RAIL, 'before:top-8')}>
      {mark}
      <div className="min-w-0 rounded-lg border border-line bg-bg/40 p-3">{children}</div>
      {where}
    </li>
  )
}
