// The button that makes a plan of a finding's fix, on the finding's own cluster. The plan is shown before anything happens.
import { useNavigate } from '@tanstack/react-router'
import { Trans } from '@lingui/react/macro'
import { useMakePlan } from '@/api/mutations'
import type { Finding, Operation } from '@/api/types'
import { toast } from '@/shell/toasts'
import { Button } from '@/ui/button'

export function PlanFix({ finding, cluster }: { finding: Finding; cluster: string }) {
  const make = useMakePlan()
  const navigate = useNavigate()
  if (!finding.fix) return null
  // The document calls a fix an object only; it is an operation as `POST /plans` takes it.
  const operations = [finding.fix as unknown as Operation]
  const plan = () => make.mutate({ cluster, operations }, {
    onSuccess: ({ id }) => void navigate({ to: '/plans/$id', params: { id } }),
    onError: ({ detail, hint }) => toast({ tone: 'bad', text: detail, hint }),
  })
  return <Button onClick={plan} disabled={make.isPending}>{make.isPending ? <Trans>Planning</Trans> : <Trans>Plan the fix</Trans>}</Button>
}
