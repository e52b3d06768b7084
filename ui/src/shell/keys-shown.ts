// The list of keys, asked for from elsewhere than the keyboard. Who shows it listens; nothing is kept.
const watchers = new Set<() => void>()

export function onShowKeys(watcher: () => void): () => void {
  watchers.add(watcher)
  return () => void watchers.delete(watcher)
}

export function showKeys(): void {
  for (const watcher of watchers) watcher()
}
