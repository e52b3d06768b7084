// Shows text that others wrote. Never a link, never an image, never a direction of its own: each run is isolated.
import { useLingui } from '@lingui/react/macro'
import { cx } from './cx'
import { inertPieces } from './inert-text'

interface InertProps {
  text: string
  className?: string
  /** Cut where there is no room for it; the whole of it is its title. */
  short?: boolean
}

export function Inert({ text, className, short = false }: InertProps) {
  const { t } = useLingui()
  const pieces = inertPieces(text)
  return (
    <bdi className={short ? cx('truncate', className) : className} title={short ? pieces.map((piece) => piece.text).join('') : undefined}>
      {pieces.map((piece, index) =>
        piece.kind === 'text' ? piece.text : (
          <span key={index} title={t`a character that is not shown as itself`} className="mx-px rounded-sm border border-warn px-0.5 font-mono text-[0.85em] text-warn">
            {piece.text}
          </span>
        ),
      )}
    </bdi>
  )
}
