// An object's YAML, masked by the host, and an editor for it, whose code comes when one edits. Nothing is written here.
import { useQuery } from '@tanstack/react-query'
import { Trans } from '@lingui/react/macro'
import { lazy, Suspense, useState } from 'react'
import type { ObjectAt } from '@/api/keys'
import { yamlQuery } from '@/api/objects'
import { Button } from '@/ui/button'
import { Card } from '@/ui/card'
import { Copy } from '@/ui/code'
import { Skeleton } from '@/ui/skeleton'
import { Read } from '@/ui/states/page'
import { NumberedText } from './numbered-text'

const YamlEditor = lazy(async () => ({ default: (await import('./yaml-editor')).YamlEditor }))

export function YamlTab({ at, isGone }: { at: ObjectAt; isGone: boolean }) {
  const query = useQuery(yamlQuery(at))
  /** The YAML as it was when editing began; what comes from the cluster meanwhile does not touch it. */
  const [edited, setEdited] = useState<string | null>(null)
  if (edited !== null) {
    return (
      <Suspense fallback={<Card title={<Trans>Edit YAML</Trans>}><Skeleton lines={14} /></Card>}>
        <YamlEditor at={at} yaml={edited} now={query.data ?? edited} onClose={() => setEdited(null)} />
      </Suspense>
    )
  }
  return (
    <Card
      title={<Trans>YAML</Trans>}
      aside={query.data !== undefined && <span className="flex items-center gap-1"><Copy text={query.data} />{!isGone && <Button onClick={() => setEdited(query.data)}><Trans>Edit</Trans></Button>}</span>}
    >
      <Read query={query} isEmpty={(yaml) => yaml === ''} emptyFirst={{ title: <Trans>Empty</Trans>, text: <Trans>The host answered with nothing.</Trans> }} clearFilter={null} lines={14}>
        {(yaml) => <NumberedText text={yaml.trimEnd()} />}
      </Read>
    </Card>
  )
}
