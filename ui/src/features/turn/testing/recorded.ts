// Turns as a host told them, cut short: for tests only. The document of the API records a turn of one text; these are the
// other kinds of parts.
import type { ObjectRef, Turn, TurnPart } from '@/api/types'

export const deployment = (name: string): ObjectRef => ({
  name, namespace: 'shop', type: { group: 'apps', kind: 'Deployment', namespaced: true, plural: 'deployments', version: 'v1' },
})

const service: ObjectRef = { name: 'reviews', namespace: 'shop', type: { group: '', kind: 'Service', namespaced: true, plural: 'services', version: 'v1' } }

export const turn = (sentence: string, state: Turn['state'], parts: readonly object[]): Turn => ({
  id: 'u-1b3c38f02a4d', thread: 't-8f0c2d4a1b3e', sentence, state, parts: parts as TurnPart[], provider: 'provider-rules 0.1.0', rules: true,
  created_at: '2026-11-28T19:02:22.000Z', ended_at: state === 'working' ? null : '2026-11-28T19:02:22.180Z',
  who: { groups: [], issuer: 'local', name: 'editor' },
})

export const findings = {
  answer: 'findings', namespaces: ['shop'], omitted: 0, unseen: [{ what: 'pods in default', why: 'forbidden' }],
  looked_at: [{ kind: 'Pod', total: 10, troubled: 2 }],
  findings: [
    { rule: 'pod/crash-loop', severity: 'critical', object: deployment('checkout'), sentence: 'Container checkout of Deployment shop/checkout keeps crashing', advice: 'a file is missing', evidence: [{ id: 'f1', source: 'Pod shop/checkout-1 status', text: 'CrashLoopBackOff' }], folded: 1 },
    { rule: 'service/selector-matches-nothing', severity: 'high', object: service, sentence: 'Service shop/reviews selects no pod', advice: '', evidence: [], fix: { op: 'patch' }, folded: 0 },
    { rule: 'image/pull-failed', severity: 'medium', object: deployment('search'), sentence: "Deployment shop/search can't get its image", advice: '', evidence: [], fix: { op: 'set-image' }, folded: 0 },
  ],
}

export const broken = turn('what is broken?', 'answered', [
  { part: 'answer', answer: findings },
  { part: 'plan', plan: 'p-3mfg5d6j5zf7' },
  { part: 'note', text: "the fix for Deployment shop/search can't be planned: you may not patch deployments.apps in shop" },
  { part: 'tool', name: 'diagnose', arguments: {}, problem: null },
  { part: 'text', text: 'This is what I found, the worst first.' },
])

export const several = turn('delete web', 'asked-back', [
  { part: 'tool', name: 'resolve', arguments: { name: 'web', verb: 'delete' }, problem: null },
  { part: 'text', text: 'I understood “delete web”, and it fits several:\n1. Deployment shop/web\n2. Service shop/web\nWhich one do you mean?' },
])

export const nearly = turn('scale che to 4', 'asked-back', [
  { part: 'tool', name: 'resolve', arguments: { name: 'che', verb: 'scale' }, problem: null },
  { part: 'text', text: 'I found no che; I looked in “payments”, “shop”. Did you mean “Deployment shop/checkout”?' },
])

export const logs = turn('logs of checkout', 'answered', [
  { part: 'answer', answer: { answer: 'logs', omitted: 0, sources: [{ container: null, lines: ['level=info msg="starting"', 'panic: \u001b[31mcannot open\u001b[0m config.yaml'], namespace: 'shop', pod: 'checkout-1', previous: true }] } },
  { part: 'tool', name: 'logs', arguments: { target: { kind: 'deployment', name: 'checkout', namespace: 'shop' }, cluster: 'eu' }, problem: null },
])

export const nonsense = turn('blorp the fnord', 'failed', [
  { part: 'problem', problem: { code: 'not-understood', detail: 'I did not understand “blorp the fnord”. You can ask “what is broken?”, “show pods in shop” or have things changed: “scale web to 5”. Every change is a plan first.' } },
])

export const refused = turn('show secrets', 'failed', [
  { part: 'tool', name: 'list', arguments: { kind: 'secret' }, problem: { code: 'cluster-forbidden', detail: 'you may not list secrets in shop', hint: 'kubectl auth can-i list secrets -n shop' } },
  { part: 'problem', problem: { code: 'cluster-forbidden', detail: 'You may not list secrets in shop. kubectl auth can-i list secrets -n shop', hint: 'kubectl auth can-i list secrets -n shop' } },
])

/** An answer while it grows. */
export const growing = (text: string) => turn('why is checkout broken?', 'working', [
  { part: 'tool', name: 'logs', arguments: {}, problem: null },
  { part: 'text', text, partial: true },
])

/** An answer that one model began and another one gave. */
export const handedOver = (state: Turn['state'], rest: readonly object[]) => turn('why is checkout broken?', state, [
  { part: 'text', text: 'The container', partial: true },
  { part: 'note', text: 'qwen3:8b · provider-ollama 0.1.0 did not answer, so claude-sonnet-5 · provider-anthropic 0.1.0 was asked: too many requests' },
  ...rest,
])

/** An answer whose provider died in the middle of it. */
export const cutOff = turn('why is checkout broken?', 'failed', [
  { part: 'text', text: 'The container checkout', partial: true },
  { part: 'problem', problem: { code: 'provider-failed', detail: 'The provider ended in the middle of its answer.' } },
])
