// What is changed at the left, what that reaches at the right, gathered and capped. A picture for the eye: the list beside it
// says the same, so here nothing can be chosen.
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import type { Touched } from './shapes'
import { Inert } from '@/ui/inert'
import { pictureOf, type Picture, type TouchedGroup } from './touched-groups'
import { WHY } from './why-words'

/** Rows and their gaps are of one height, so that a curve's end is known without measuring. */
const ROW_PX = 44
const GAP_PX = 8
const WIDTH = 100

const heightOf = (rows: number): number => rows * ROW_PX + Math.max(0, rows - 1) * GAP_PX
const middleOf = (row: number): number => row * (ROW_PX + GAP_PX) + ROW_PX / 2

export function TouchedPicture({ touched, objects }: { touched: readonly Touched[]; objects: number }) {
  const picture = pictureOf(touched)
  const loaded = touched.length
  return (
    <div className="grid gap-2 px-4 py-3">
      {loaded < objects && <p className="text-xs text-ink-3"><Trans>Drawn from the first {loaded} of {objects} objects.</Trans></p>}
      <div className="grid grid-cols-[minmax(0,5fr)_minmax(1.25rem,2fr)_minmax(0,6fr)] items-center">
        <Targets picture={picture} />
        <Curves picture={picture} />
        <Groups picture={picture} />
      </div>
    </div>
  )
}

const box = 'flex h-11 min-w-0 flex-col justify-center rounded-md border px-2.5 text-xs leading-4'

function Targets({ picture }: { picture: Picture }) {
  return (
    <ul className="grid min-w-0 gap-2">
      {picture.targets.map((target) => (
        <li key={target} title={target} className={`${box} border-accent bg-accent-soft`}><span className="truncate font-medium text-ink"><Inert text={target} /></span></li>
      ))}
      {picture.targetsMore > 0 && <li className={`${box} border-dashed border-line-strong text-ink-2`}><Plural value={picture.targetsMore} one="# more" other="# more" /></li>}
    </ul>
  )
}

function Groups({ picture }: { picture: Picture }) {
  if (picture.groups.length === 0) return <p className="text-xs text-ink-2"><Trans>Nothing beyond what is changed.</Trans></p>
  return (
    <ul className="grid min-w-0 gap-2">
      {picture.groups.map((group) => <Group key={`${group.why} ${group.kind}`} group={group} />)}
      {picture.groupsMore > 0 && <li className={`${box} border-dashed border-line-strong text-ink-2`}><Plural value={picture.groupsMore} one="# more group" other="# more groups" /></li>}
    </ul>
  )
}

function Group({ group }: { group: TouchedGroup }) {
  const { i18n } = useLingui()
  const names = group.names.join(', ')
  return (
    <li title={names} className={`${box} border-line bg-raised`}>
      <span className="truncate font-medium text-ink"><span className="tabular-nums">{group.count}</span> × <Inert text={group.kind} /></span>
      <span className="truncate text-ink-3">{i18n._(WHY[group.why])}</span>
    </li>
  )
}

function Curves({ picture }: { picture: Picture }) {
  const left = picture.targets.length + (picture.targetsMore > 0 ? 1 : 0)
  const right = picture.groups.length + (picture.groupsMore > 0 ? 1 : 0)
  const height = Math.max(heightOf(left), heightOf(right), ROW_PX)
  const start = (row: number) => (height - heightOf(left)) / 2 + middleOf(row)
  const end = (row: number) => (height - heightOf(right)) / 2 + middleOf(row)
  const knot = height / 2
  const bend = (x1: number, y1: number, x2: number, y2: number) => `M${x1} ${y1} C${(x1 + x2) / 2} ${y1} ${(x1 + x2) / 2} ${y2} ${x2} ${y2}`
  if (right === 0) return <span />
  return (
    <svg aria-hidden="true" width="100%" height={height} viewBox={`0 0 ${WIDTH} ${height}`} preserveAspectRatio="none" fill="none" className="text-line-strong">
      <g stroke="currentColor" strokeWidth="1.5">
        {Array.from({ length: left }, (_, row) => <path key={`l${row}`} vectorEffect="non-scaling-stroke" d={bend(0, start(row), WIDTH / 2, knot)} />)}
        {Array.from({ length: right }, (_, row) => <path key={`r${row}`} vectorEffect="non-scaling-stroke" d={bend(WIDTH / 2, knot, WIDTH, end(row))} />)}
      </g>
    </svg>
  )
}
