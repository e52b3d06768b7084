// The scope for components, read from the URL.
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo } from 'react'
import { scopeOf, type Scope, type ScopeSearch } from './scope'

export function useScope(): Scope {
  const { c, n } = useSearch({ strict: false })
  return useMemo(() => scopeOf({ c, n }), [c, n])
}

export function useSetScope(): (next: ScopeSearch) => void {
  const navigate = useNavigate()
  return (next) => void navigate({ to: '.', search: (before) => ({ ...before, ...next }) })
}
