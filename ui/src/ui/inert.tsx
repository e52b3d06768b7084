// Shows text that others wrote. Never a link, never an image, never a direction of its own: each run is isolated.
import { useLingui } from '@lingui/react/macro'
import { cx } from './cx'
import { inertPieces, inertText, isHarmless, type InertPiece } from './inert-text'

interface InertProps {
  text: string
  className?: string
  /** Cut where there is no room for it; the whole of it is its title. */
  short?: boolean
}

export function Inert({ text, className, short = false }: InertProps) {
  const pieces = isHarmless(text) ? null : inertPieces(text)
  const title = short ? inertText(text) : undefined
  return <bdi className={short ? cx('truncate', className) : className} title={title}>{pieces === null ? text : <Pieces pieces={pieces} />}</bdi>
}

function Pieces({ pieces }: { pieces: readonly InertPiece[] }) {
  const { t } = useLingui()
  return pieces.map((piece, index) =>
    piece.kind === 'text' ? piece.text : (
      <span key={index} title={t`a character that is not shown as itself`} className="mx-px rounded-sm border border-warn px-0.5 font-mono text-[0.85em] text-warn">
        {piece.text}
      </span>
    ),
  )
}
