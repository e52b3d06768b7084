// The choice of one state, in the words the states have everywhere.
import { useLingui } from '@lingui/react/macro'
import type { PlanState } from '@/api/types'
import { Select } from '@/ui/field'
import { useStateText } from '@/ui/words'
import { PLAN_STATES } from './search'

export function StateFilter({ state, onChange }: { state: PlanState | undefined; onChange: (state: PlanState | undefined) => void }) {
  const { t } = useLingui()
  const text = useStateText()
  return (
    <Select aria-label={t`State`} value={state ?? ''} onChange={(event) => onChange(PLAN_STATES.find((each) => each === event.target.value))}>
      <option value="">{t`in any state`}</option>
      {PLAN_STATES.map((each) => <option key={each} value={each}>{text(each)}</option>)}
    </Select>
  )
}
