import { cleanup, fireEvent, screen, waitFor } from '@testing-library/react'
import { useImperativeHandle, useState, type Ref } from 'react'
import { afterEach, expect, test, vi } from 'vitest'
import type { Plan } from '@/api/types'
import type { EditorHandle } from '@/features/editor/code-editor'
import { example } from '@/testing/recorded'
import { AT, hostAnswers, renderAtObject } from './testing'
import { YamlEditor } from './yaml-editor'

// The editor itself needs a browser's layout: a field of text stands for it.
vi.mock('@/features/editor/code-editor', () => ({
  CodeEditor: ({ text, onText, ref }: { text: string; onText: (text: string) => void; ref: Ref<EditorHandle> }) => {
    const [value, setValue] = useState(text)
    const say = (next: string) => { setValue(next); onText(next) }
    useImperativeHandle(ref, () => ({ put: say, goTo: () => undefined }))
    return <textarea aria-label="YAML" value={value} onChange={(event) => say(event.target.value)} />
  },
}))

afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
})

const YAML = 'kind: Deployment\nspec:\n  replicas: 1\n  paused: false\n'
const plan = example<Plan>('POST', '/api/v1/plans')
const planSaying = (...sentences: string[]) => ({ ...plan, parts: plan.parts.map((part) => ({ ...part, radius: { ...part.radius, sentences } })) })
const HELD = 'argocd-controller applies spec.replicas of Deployment shop/web too, and puts it back when it applies again'

async function edited(answer: unknown) {
  const sent = hostAnswers({ 'POST /plans': answer })
  renderAtObject(() => <YamlEditor at={AT} yaml={YAML} now={YAML} onClose={() => undefined} />)
  const text = await screen.findByRole<HTMLTextAreaElement>('textbox', { name: 'YAML' })
  fireEvent.change(text, { target: { value: YAML.replace('replicas: 1', 'replicas: 3').replace('false', 'true') } })
  fireEvent.click(screen.getByRole('button', { name: 'Check' }))
  return { sent, text }
}

test('where nobody else holds what was changed, the plan is opened', async () => {
  await edited(planSaying('pods are replaced'))
  expect(await screen.findByText('the plan')).toBeTruthy()
})

test('where another manager applies it too, that is said before the plan is opened, with the field and the manager', async () => {
  await edited(planSaying(HELD))
  const said = await screen.findByRole('alert')
  expect(said.textContent).toContain('spec.replicas is held by argocd-controller')
  expect(screen.queryByText('the plan')).toBeNull()
  fireEvent.click(screen.getByRole('button', { name: 'Go on to the plan' }))
  expect(await screen.findByText('the plan')).toBeTruthy()
})

test('a field can be left to its manager, and other edits stay', async () => {
  const { text } = await edited(planSaying(HELD))
  fireEvent.click(await screen.findByRole('button', { name: 'Leave it as it was' }))
  expect(text.value).toBe(YAML.replace('false', 'true'))
  await waitFor(() => expect(screen.queryByRole('alert')).toBeNull())
})

test('what was said of a text is not said of the next one', async () => {
  const { text } = await edited(planSaying(HELD))
  await screen.findByRole('alert')
  fireEvent.change(text, { target: { value: `${text.value}# more\n` } })
  expect(screen.queryByRole('alert')).toBeNull()
})

test('a refused conflict is told with its fields and managers, and the text stays', async () => {
  const body = { code: 'field-conflict', title: 'field conflict', detail: 'edit Deployment shop/web: other managers own .spec.replicas (helm)', hint: 'change it at its owner', retryable: false, trace_id: 't' }
  const { text } = await edited(Response.json(body, { status: 409, headers: { 'content-type': 'application/problem+json' } }))
  expect(await screen.findByText('Fields are not taken from another manager by force.', { exact: false })).toBeTruthy()
  expect(screen.getByRole('listitem').textContent).toContain('.spec.replicas is held by helm')
  fireEvent.click(screen.getByRole('button', { name: 'Leave it as it was' }))
  expect(text.value).toContain('replicas: 1')
})
