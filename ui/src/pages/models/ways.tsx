// Without a model: three ways to add one, each as lines to copy. The host is started again afterwards.
import { Trans } from '@lingui/react/macro'
import type { ReactNode } from 'react'
import { Command } from '@/ui/code'
import { Icon, type IconName } from '@/ui/icon'

export function ThreeWays() {
  return (
    <ul className="grid w-full gap-3">
      <Way icon="check" title={<Trans>On this machine</Trans>} text={<Trans>Ollama: nothing leaves it.</Trans>} lines={['ollama pull qwen3:8b', 'kubechat egress bind ollama http://127.0.0.1:11434 --internal --data prompts,objects,logs,secret-metadata', 'kubechat provider use provider-ollama qwen3:8b']} />
      <Way icon="globe" title={<Trans>A vendor’s</Trans>} text={<Trans>Anthropic here; OpenAI and Gemini go the same way.</Trans>} lines={['kubechat egress bind anthropic https://api.anthropic.com --credential env:ANTHROPIC_API_KEY --credential-header x-api-key', 'kubechat provider use provider-anthropic claude-sonnet-5']} />
      <Way icon="clusters" title={<Trans>Your own gateway</Trans>} text={<Trans>What speaks like OpenAI: vLLM, LiteLLM, llama.cpp.</Trans>} lines={['kubechat egress bind openai http://127.0.0.1:4000 --internal', 'kubechat provider use provider-openai MODEL']} />
    </ul>
  )
}

function Way({ icon, title, text, lines }: { icon: IconName; title: ReactNode; text: ReactNode; lines: readonly string[] }) {
  return (
    <li className="grid min-w-0 content-start gap-2 rounded-lg border border-line p-3">
      <h3 className="flex items-center gap-2 text-sm font-semibold"><span className="text-ink-3"><Icon name={icon} size={14} /></span>{title}</h3>
      <p className="text-sm text-ink-2">{text}</p>
      {lines.map((line) => <Command key={line} text={line} />)}
    </li>
  )
}
