// What the stream tells, as types. Data of a frame is the host's own and is trusted in shape, not in text.
import type { PlanState, Run, RunState, Session, StepRun, StoredProblem, TurnPart, TurnState } from '@/api/types'

/** That a plan changed. It is an announcement: what it is now has to be read. */
export interface PlanUpdate {
  plan: string
  revision: number
  state: PlanState
  run: string | null
  clusters: string[]
  undone: string[]
}

export interface StepStatus {
  index: number
  cluster: string
  state: StepRun['state']
  problem: StoredProblem | null
  progress: string | null
}

/** How a run is doing: the parts of it that change. Times, notes and a wish to stop have to be read. */
export interface ExecutionStatus {
  run: string
  plan: string
  state: RunState
  steps: StepStatus[]
  clusters: Run['clusters']
}

export interface TurnDelta {
  turn: string
  thread: string
  from: number
  parts: TurnPart[]
  /** The parts are too long for the stream: read them from the turn. */
  too_long: boolean
}

export interface TurnStatus {
  turn: string
  thread: string
  state: TurnState
  parts: number
  cancel_requested: boolean
}

export interface Row {
  uid: string
  namespace: string
  name: string
  created_at: string | null
  cells: unknown[]
}

export interface RowsDelta {
  topic: string
  reset: boolean
  complete?: boolean
  columns?: string[]
  upserts: Row[]
  removed: string[]
  resource_version: string
}

export interface ObjectUpdate {
  topic: string
  object: Record<string, unknown> | null
  gone: boolean
  resource_version: string
}

export interface ClusterStatus {
  topic: string
  cluster: string
  state: 'reachable' | 'lost'
  since?: string
  why?: string
  version?: string
}

export interface TopicProblem {
  topic: string
  code: string
  detail: string
  hint: string
}

export interface InboxUpdate {
  for_my_vote: number
  mine_waiting: number
  mine_ready: number
  complete: boolean
}

export type StreamEvent =
  | { event: 'plan_update'; data: PlanUpdate }
  | { event: 'execution_status'; data: ExecutionStatus }
  | { event: 'turn_delta'; data: TurnDelta }
  | { event: 'turn_status'; data: TurnStatus }
  | { event: 'rows_delta'; data: RowsDelta }
  | { event: 'object_update'; data: ObjectUpdate }
  | { event: 'cluster_status'; data: ClusterStatus }
  | { event: 'problem'; data: TopicProblem }
  | { event: 'inbox_update'; data: InboxUpdate }
  | { event: 'health'; data: { egress?: Session['egress'] } }

/** The topics an event can belong to. An event without a topic of its own is matched by what it is about. */
export function topicsOf({ event, data }: StreamEvent): string[] {
  switch (event) {
    case 'plan_update': return ['plans', `plan:${data.plan}`]
    case 'execution_status': return ['plans', `plan:${data.plan}`]
    case 'turn_delta': return [`turn:${data.turn}`]
    // Whoever has the conversation open learns of a turn that was begun somewhere else.
    case 'turn_status': return [`turn:${data.turn}`, `thread:${data.thread}`]
    case 'inbox_update': return ['inbox']
    case 'health': return ['health']
    default: return [data.topic]
  }
}
