// What stands above an object whatever tab is open: that it is gone, that another tool declares it, that it is not live, and
// what is wrong with it.
import { Trans } from '@lingui/react/macro'
import type { ObjectAt } from '@/api/keys'
import type { ReactNode } from 'react'
import { cx } from '@/ui/cx'
import { Icon } from '@/ui/icon'
import { Inert } from '@/ui/inert'
import { declaredBy } from './declared'
import { ObjectFindings } from './object-findings'
import { text, type Obj } from './read'

function Note({ tone, children }: { tone: 'warn' | 'bad'; children: ReactNode }) {
  return (
    <p role="status" className={cx('flex items-start gap-2 rounded-md px-3 py-2 text-sm', tone === 'bad' ? 'bg-bad-soft text-bad' : 'bg-warn-soft text-warn')}>
      <span className="mt-0.5"><Icon name="warning" size={14} /></span><span className="min-w-0">{children}</span>
    </p>
  )
}

export function ObjectNotes({ at, object, gone, notLive, brief }: { at: ObjectAt; object: Obj; gone: boolean; notLive: string | null; brief: boolean }) {
  const declared = declaredBy(object)
  const deleting = text(object, 'metadata', 'deletionTimestamp')
  return (
    <>
      {gone && <Note tone="bad"><Trans>This object was deleted while you looked at it. What is shown is how it was last.</Trans></Note>}
      {!gone && deleting !== undefined && <Note tone="warn"><Trans>This object is being deleted.</Trans></Note>}
      {declared && (
        <Note tone="warn">
          {declared.reverts
            ? <Trans>Declared elsewhere: {declared.tool} keeps it as <Inert text={declared.owner} /> says, and puts back what is changed here.</Trans>
            : <Trans>Declared elsewhere: {declared.tool} has it from <Inert text={declared.owner} />, and may overwrite with the next upgrade what is changed here.</Trans>}
        </Note>
      )}
      {notLive !== null && <Note tone="warn"><Trans>Not live: <Inert text={notLive} /></Trans></Note>}
      {!gone && <ObjectFindings at={at} version={text(object, 'metadata', 'resourceVersion')} brief={brief} />}
    </>
  )
}
