// Grey lines where text will be. Silent for screen readers: the state around it says that it loads.
const WIDTHS = ['w-11/12', 'w-8/12', 'w-10/12', 'w-7/12', 'w-9/12']

export function Skeleton({ lines = 3 }: { lines?: number }) {
  return (
    <div aria-hidden="true" className="grid gap-3 p-4">
      {Array.from({ length: lines }, (_, index) => (
        <div key={index} className={`h-3.5 animate-pulse rounded bg-hover ${WIDTHS[index % WIDTHS.length]}`} />
      ))}
    </div>
  )
}
