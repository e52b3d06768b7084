// Shows text that others wrote. Never a link, never an image, never a direction of its own: each run is isolated.
import { useLingui } from '@lingui/react/macro'
import { inertPieces } from './inert-text'

export function Inert({ text, className }: { text: string; className?: string }) {
  const { t } = useLingui()
  const pieces = inertPieces(text)
  return (
    <bdi className={className}>
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
