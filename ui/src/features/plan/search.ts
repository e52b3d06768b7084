// What of a plan's page lives in its URL: the step that is pointed at, how what it touches is shown and on which cluster. Pure.

export interface PlanSearch {
  step?: number
  touched?: 'list'
  on?: string
}

export function readPlanSearch(search: Record<string, unknown>): PlanSearch {
  const step = Number(search.step)
  return {
    ...(search.step !== undefined && Number.isSafeInteger(step) && step >= 0 && { step }),
    ...(search.touched === 'list' && { touched: 'list' as const }),
    ...(typeof search.on === 'string' && search.on !== '' && { on: search.on }),
  }
}
