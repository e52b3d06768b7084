// Answers about one object: its content, and its description in sections.
import { Trans } from '@lingui/react/macro'
import { Copy } from '@/ui/code'
import { Inert } from '@/ui/inert'
import type { Description, ReadObject } from '../answer'
import { ObjectName } from '../refer'
import { toYaml } from '../yaml'
import { Frame, NotSeen, Omitted } from './frame'
import { BRIEF_ROWS, type View } from './view'

const BRIEF_YAML_LINES = 10

export function ObjectView({ answer, view }: { answer: ReadObject; view: View }) {
  const yaml = toYaml(answer.content)
  const lines = yaml.split('\n')
  const shown = view.brief ? lines.slice(0, BRIEF_YAML_LINES) : lines
  return (
    <Frame view={view} title={<ObjectName object={answer.object} cluster={view.cluster} />}>
      <div className="relative min-w-0">
        {!view.brief && <div className="absolute top-0 right-0"><Copy text={yaml} /></div>}
        <pre className="overflow-x-auto px-3 py-2 font-mono text-xs text-ink"><Inert text={shown.join('\n')} /></pre>
      </div>
      <Omitted count={lines.length - shown.length} />
    </Frame>
  )
}

const BRIEF_SECTIONS = 2

export function DescriptionView({ answer, view }: { answer: Description; view: View }) {
  const sections = view.brief ? answer.sections.slice(0, BRIEF_SECTIONS) : answer.sections
  const left = answer.sections.length - sections.length
  return (
    <Frame view={view} title={<ObjectName object={answer.object} cluster={view.cluster} />}>
      <div className="grid gap-2 px-3 py-2">
        {sections.map((section) => (
          <section key={section.title} className="min-w-0">
            <h4 className="text-xs font-medium text-ink-3"><Inert text={section.title} /></h4>
            <dl className="grid grid-cols-[minmax(6rem,auto)_1fr] gap-x-4 text-xs max-sm:grid-cols-1">
              {section.lines.slice(0, view.brief ? BRIEF_ROWS : undefined).map(({ label, text }, at) => (
                <div key={at} className="contents">
                  <dt className="break-words text-ink-3"><Inert text={label} /></dt>
                  <dd className="min-w-0 break-words text-ink"><Inert text={text} /></dd>
                </div>
              ))}
            </dl>
            {!view.brief && <Omitted count={section.omitted ?? 0} />}
          </section>
        ))}
      </div>
      {left > 0 && <p className="px-3 pb-2 text-xs text-ink-3"><Inert text={answer.sections.slice(-left).map(({ title }) => title).join(', ')} /> <Trans>beside</Trans></p>}
      <NotSeen unseen={answer.unseen} />
    </Frame>
  )
}
