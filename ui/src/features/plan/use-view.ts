// The view of a plan's page, read from the URL and written to it. Replaces the entry: the way back leads to another page.
import { useNavigate, useSearch } from '@tanstack/react-router'
import type { PlanSearch } from './search'

export function usePlanView(): [PlanSearch, (next: PlanSearch) => void] {
  const { step, touched, on } = useSearch({ strict: false })
  const navigate = useNavigate()
  const set = (next: PlanSearch) => void navigate({ to: '.', search: (before) => ({ ...before, ...next }), replace: true, resetScroll: false })
  return [{ step, touched, on }, set]
}
