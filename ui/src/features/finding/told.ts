// What a finding tells beyond what the API document requires of it: a finding grows with new analyzers, so these are read
// leniently. Pure.
import type { Finding, Findings } from '@/api/types'

/** Why the fix is what it is, or what to look at where there is none; nothing where the host says nothing. */
export const adviceOf = (finding: Finding): string =>
  'advice' in finding && typeof finding.advice === 'string' ? finding.advice : ''

/** How many other objects suffer from the same root. The host folds them under it and tells their number only. */
export const foldedOf = (finding: Finding): number =>
  'folded' in finding && typeof finding.folded === 'number' && finding.folded > 0 ? finding.folded : 0

/** The host's word for what one may not see. */
const FORBIDDEN = 'forbidden'

/** Whether something that whoever asks may see was not: a list failed, or was cut. Then nothing is known to be well. */
export const wasCut = ({ unseen }: Findings): boolean => unseen.some(({ why }) => why !== FORBIDDEN)
