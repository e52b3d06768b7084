// Text with line numbers. The numbers are not part of what one copies.
import { memo } from 'react'
import { Inert } from '@/ui/inert'

export const NumberedText = memo(function NumberedText({ text }: { text: string }) {
  return (
    <pre tabIndex={0} className="overflow-x-auto py-2 font-mono text-xs leading-5 outline-offset-[-2px]">
      {text.split('\n').map((line, index) => (
        <div key={index} className="flex [content-visibility:auto]">
          <span aria-hidden="true" className="sticky left-0 w-12 shrink-0 bg-surface pr-3 text-right text-ink-3 tabular-nums select-none">{index + 1}</span>
          <span className="pr-4 whitespace-pre"><Inert text={line} />{'\n'}</span>
        </div>
      ))}
    </pre>
  )
})
