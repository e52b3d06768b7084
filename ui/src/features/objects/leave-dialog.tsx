// Asks once before edits that were not checked are left. What stays on the same tab of the same object leaves nothing.
import { useBlocker } from '@tanstack/react-router'
import { Trans, useLingui } from '@lingui/react/macro'
import { Button } from '@/ui/button'
import { Dialog } from '@/ui/dialog'

const tabOf = (search: object): unknown => ('tab' in search ? search.tab : undefined)

export function LeaveDialog({ unsaved }: { unsaved: boolean }) {
  const { t } = useLingui()
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) => unsaved && (current.pathname !== next.pathname || tabOf(current.search) !== tabOf(next.search)),
    enableBeforeUnload: () => unsaved,
    withResolver: true,
  })
  return (
    <Dialog
      open={blocker.status === 'blocked'}
      title={t`Leave your edits?`}
      onClose={() => blocker.reset?.()}
      actions={<>
        <Button onClick={() => blocker.reset?.()}><Trans>Keep editing</Trans></Button>
        <Button kind="danger" onClick={() => blocker.proceed?.()}><Trans>Leave them</Trans></Button>
      </>}
    >
      <p className="text-sm text-ink-2"><Trans>The YAML was edited and no plan was made of it. If you leave, the edits are gone.</Trans></p>
    </Dialog>
  )
}
