// Said below a model's text that cites nothing which was read from a cluster: it may be true, nothing here shows it.
import { Trans } from '@lingui/react/macro'

export const Unproven = () => (
  <p className="border-l-2 border-warn pl-3 text-sm text-warn"><Trans>Unproven: the model cites nothing it read from the cluster for this.</Trans></p>
)
