// The scope for components, read from the URL.
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo } from 'react'
import { sessionQuery } from '@/api/queries'
import { askedOf, scopeOf, type AskedOf, type Scope, type ScopeSearch } from './scope'

export function useScope(): Scope {
  const { c, n } = useSearch({ strict: false })
  return useMemo(() => scopeOf({ c, n }), [c, n])
}

interface Way {
  /** It takes the place of the entry that stands in the browser's history. */
  replace?: boolean
}

export function useSetScope(): (next: ScopeSearch, way?: Way) => void {
  const navigate = useNavigate()
  return (next, { replace = false } = {}) => void navigate({ to: '.', search: (before) => ({ ...before, ...next }), replace })
}

/** Of which cluster a sentence is asked that is said in the scope. Who one is has been asked by the shell. */
export function useAskedOf(): AskedOf {
  const scope = useScope()
  const session = useQuery({ ...sessionQuery, enabled: false }).data
  return askedOf(scope, session?.clusters.map(({ name }) => name) ?? [])
}
