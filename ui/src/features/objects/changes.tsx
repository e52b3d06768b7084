// What changed at an object and what belongs to it, newest first, with who and from where it is known. What is recorded
// nowhere is said as well.
import { useQuery } from '@tanstack/react-query'
import { Plural, Trans } from '@lingui/react/macro'
import { msg } from '@lingui/core/macro'
import { useLingui } from '@lingui/react'
import type { ObjectAt } from '@/api/keys'
import { changesQuery } from '@/api/objects'
import type { components } from '@/api/schema'
import { Card, CardList, CardNote, CardRow } from '@/ui/card'
import { Chip } from '@/ui/chip'
import { Inert } from '@/ui/inert'
import { Read } from '@/ui/states/page'
import { Time } from '@/ui/time'
import { Gaps, failuresOf } from './gaps'

type Source = components['schemas']['ChangeRow']['source']

const SOURCES: Record<Source, ReturnType<typeof msg>> = {
  created: msg`created`, rollout: msg`rollout`, writer: msg`written`, helm: msg`Helm`, gitops: msg`GitOps`, event: msg`event`, kubechat: msg`Kubechat`,
}

export function ChangesTab({ at }: { at: ObjectAt }) {
  const { _ } = useLingui()
  const query = useQuery(changesQuery(at))
  return (
    <Card title={<Trans>What changed</Trans>}>
      <Read query={query} isEmpty={({ rows }) => rows.length === 0} emptyFirst={{ title: <Trans>No change is recorded</Trans>, text: <Trans>Neither the cluster nor this host knows of one.</Trans> }} clearFilter={null} failures={failuresOf}>
        {({ rows, omitted, gaps }) => (
          <>
            <CardList>
              {rows.map((row, index) => (
                <CardRow key={`${row.at ?? ''} ${index}`}>
                  <div className="grid gap-x-4 gap-y-0.5 text-sm sm:grid-cols-[7rem_6rem_1fr]">
                    <span className="text-xs leading-5 text-ink-3">{row.at === undefined ? <Inert text={row.age} /> : <Time at={row.at} />}</span>
                    <span><Chip tone={row.source === 'kubechat' ? 'accent' : 'plain'}>{_(SOURCES[row.source])}</Chip></span>
                    <span className="min-w-0 break-words"><Inert text={row.what} /><span className="block text-xs text-ink-3"><Inert text={row.object} />{row.who !== undefined && <> · <Inert text={row.who} /></>}</span></span>
                  </div>
                </CardRow>
              ))}
            </CardList>
            {omitted > 0 && <CardNote><Plural value={omitted} one="# older change is not shown" other="# older changes are not shown" /></CardNote>}
            <Gaps gaps={gaps} />
          </>
        )}
      </Read>
    </Card>
  )
}
