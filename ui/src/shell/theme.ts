// Dark, light, or as the system has it. A taste, not a secret: it may stand in web storage. public/first.js reads the same
// before the first paint.
import { useSyncExternalStore } from 'react'

export type Theme = 'dark' | 'light' | 'auto'

const KEY = 'kubechat-theme'
const watchers = new Set<() => void>()

export function readTheme(): Theme {
  const theme = document.documentElement.dataset.theme
  return theme === 'light' || theme === 'auto' ? theme : 'dark'
}

export function setTheme(theme: Theme): void {
  document.documentElement.dataset.theme = theme
  try {
    localStorage.setItem(KEY, theme)
  } catch {
    // Storage may be refused; then the choice lasts as long as the page.
  }
  for (const watcher of watchers) watcher()
}

export const useTheme = (): Theme =>
  useSyncExternalStore((watcher) => {
    watchers.add(watcher)
    return () => watchers.delete(watcher)
  }, readTheme)
