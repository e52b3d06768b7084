// A path that isn't one.
import { Link } from '@tanstack/react-router'
import { Trans, useLingui } from '@lingui/react/macro'
import { buttonClass } from '@/ui/button'
import { EmptyFirst } from '@/ui/states/states'
import { PageFrame } from '@/ui/states/page'

export function NoSuchPage() {
  const { t } = useLingui()
  return (
    <PageFrame title={t`No such page`}>
      <EmptyFirst title={<Trans>There is nothing at this address</Trans>} text={<Trans>The link may be old, or mistyped.</Trans>} action={<Link to="/" className={buttonClass()}><Trans>Go home</Trans></Link>} />
    </PageFrame>
  )
}
