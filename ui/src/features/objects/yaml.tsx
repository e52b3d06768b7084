// An object's YAML, masked by the host, and an editor for it. "Check" makes a plan of the manifest: the host's dry run, diff,
// risk and policies are on the plan's page. Nothing is written here.
import { useQuery } from '@tanstack/react-query'
import { Trans } from '@lingui/react/macro'
import { useState } from 'react'
import type { ObjectAt } from '@/api/keys'
import { yamlQuery } from '@/api/objects'
import { Button } from '@/ui/button'
import { Card } from '@/ui/card'
import { Copy } from '@/ui/code'
import { Read } from '@/ui/states/page'
import { NumberedText } from './numbered-text'
import { YamlEditor } from './yaml-editor'

export function YamlTab({ at, isGone }: { at: ObjectAt; isGone: boolean }) {
  const query = useQuery(yamlQuery(at))
  /** The YAML as it was when editing began; what comes from the cluster meanwhile does not touch it. */
  const [edited, setEdited] = useState<string | null>(null)
  if (edited !== null) return <YamlEditor at={at} yaml={edited} now={query.data ?? edited} onClose={() => setEdited(null)} />
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
