// The tab's one stream: who listens to which topic, and what the host was told about it. Closed while nobody may be
// looking (hidden tab, no session), resumed where it was. A listener is asked to read again (`refresh`) each time its topic
// begins or events may be lost, so that it reads after it listens and misses nothing in between.
import { WRITE_HEADER, answer, api } from '@/api/client'
import { toProblem, type Problem } from '@/api/problem'
import { keepConnected, type Ports } from './connection'
import { topicsOf, type StreamEvent } from './events'
import type { Frame } from './frames'
import { isNew, parsePosition, type Position } from './position'

export type StreamState = { state: 'connecting' } | { state: 'live' } | { state: 'stale'; since: number } | { state: 'offline'; since: number }

/** After this long without a word the screen says offline instead of stale. */
export const OFFLINE_AFTER_MS = 15_000

export interface Listener {
  event(event: StreamEvent): void
  refresh?(): void
}

export class StreamHub {
  private listeners = new Map<string, Set<Listener>>()
  private watchers = new Set<() => void>()
  private now: StreamState = { state: 'connecting' }
  private stop: AbortController | null = null
  private stream: string | null = null
  private lastId: string | null = null
  private at: Position | null = null
  private told = new Set<string>()
  private telling = false
  private again = false
  private offline: ReturnType<typeof setTimeout> | undefined

  constructor(private readonly ports: Ports) {}

  state = (): StreamState => this.now

  watch = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher)
    return () => this.watchers.delete(watcher)
  }

  open(): void {
    if (this.stop !== null) return
    this.stop = new AbortController()
    const told = { frame: (frame: Frame) => this.take(frame), alive: () => this.alive(), lost: () => this.lost() }
    void keepConnected('/api/v1/events', () => this.lastId, told, this.stop.signal, this.ports)
  }

  /** Closed on purpose: what is shown is as old as it is, but nothing was lost. */
  close(): void {
    this.stop?.abort()
    this.stop = null
    this.forgetStream()
    clearTimeout(this.offline)
    this.set({ state: 'connecting' })
  }

  listen(topic: string, listener: Listener): () => void {
    const heard = this.listeners.get(topic) ?? new Set<Listener>()
    this.listeners.set(topic, heard.add(listener))
    if (this.told.has(topic)) listener.refresh?.()
    this.tell()
    return () => {
      heard.delete(listener)
      if (heard.size === 0) this.listeners.delete(topic)
      this.tell()
    }
  }

  private take(frame: Frame): void {
    const data: unknown = JSON.parse(frame.data)
    if (frame.event === 'hello') return this.hello(frame, data as { stream: string })
    if (frame.event === 'resync') return this.refresh([...this.listeners.keys()])
    if (!isNew(this.at, frame.id)) return
    this.keepPosition(frame)
    const event = { event: frame.event, data } as StreamEvent
    const listeners = new Set(topicsOf(event).flatMap((topic) => [...(this.listeners.get(topic) ?? [])]))
    for (const listener of listeners) listener.event(event)
  }

  private hello(frame: Frame, data: { stream: string }): void {
    this.forgetStream()
    this.stream = data.stream
    // The id we came back with stands: what follows it is told now. Without one we begin where the host is.
    if (this.lastId === null) this.keepPosition(frame)
    else if (parsePosition(frame.id ?? '')?.epoch !== this.at?.epoch) this.keepPosition(frame)
    this.tell()
  }

  private keepPosition(frame: Frame): void {
    if (frame.id === null) return
    this.lastId = frame.id
    this.at = parsePosition(frame.id)
  }

  private forgetStream(): void {
    this.stream = null
    this.told = new Set()
  }

  /** Tells the host the topics; calls within one moment are told once, and the newest set wins. */
  private tell(): void {
    this.again = true
    if (this.telling) return
    this.telling = true
    queueMicrotask(() => void this.tellAll())
  }

  private async tellAll(): Promise<void> {
    while (this.again && this.stream !== null) {
      this.again = false
      const stream = this.stream
      const topics = [...this.listeners.keys()]
      const begun = topics.filter((topic) => !this.told.has(topic))
      if (begun.length === 0 && topics.length === this.told.size) continue
      const asked = answer(api.PUT('/api/v1/events/{stream}/topics', { params: { header: WRITE_HEADER, path: { stream } }, body: { topics } }))
      const refused = await asked.then(() => null, toProblem)
      if (this.stream !== stream) continue
      if (refused === null) {
        this.told = new Set(topics)
        this.refresh(begun)
      } else {
        this.refuse(begun, refused)
      }
    }
    this.telling = false
  }

  /** Topics the host doesn't take end as a watched one does whose right is missing. */
  private refuse(topics: string[], { code, detail, hint }: Problem): void {
    for (const topic of topics) {
      const event: StreamEvent = { event: 'problem', data: { topic, code, detail, hint } }
      for (const listener of this.listeners.get(topic) ?? []) listener.event(event)
    }
  }

  private refresh(topics: string[]): void {
    const listeners = new Set(topics.flatMap((topic) => [...(this.listeners.get(topic) ?? [])]))
    for (const listener of listeners) listener.refresh?.()
  }

  private alive(): void {
    clearTimeout(this.offline)
    if (this.now.state !== 'live') this.set({ state: 'live' })
  }

  private lost(): void {
    if (this.now.state === 'stale' || this.now.state === 'offline') return
    const since = Date.now()
    this.forgetStream()
    this.set({ state: 'stale', since })
    this.offline = setTimeout(() => this.set({ state: 'offline', since }), OFFLINE_AFTER_MS)
  }

  private set(next: StreamState): void {
    this.now = next
    for (const watcher of this.watchers) watcher()
  }
}
