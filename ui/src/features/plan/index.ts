// What other pages use of plans: the card for where people talk, the whole for its page.
export { PlanCard } from './plan-card'
export { PlanView } from './plan-view'
export { planTitle } from './title'
export { readPlanSearch } from './search'
export { whyWord } from './why-words'
