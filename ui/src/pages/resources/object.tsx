// One object: for now its YAML, masked by the host. The other tabs come with the page's own work.
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { Trans } from '@lingui/react/macro'
import { yamlQuery } from '@/api/objects'
import { Inert } from '@/ui/inert'
import { Page } from '@/ui/states/page'

const route = getRouteApi('/r/$gvr/$cluster/$namespace/$name')

export default function ObjectPage() {
  const at = route.useParams()
  const query = useQuery(yamlQuery(at))
  return (
    <Page
      title={at.name}
      lead={<Inert text={[at.gvr, at.cluster, at.namespace === '-' ? '' : at.namespace].filter(Boolean).join(' · ')} />}
      query={query}
      isEmpty={(yaml) => yaml === ''}
      emptyFirst={{ title: <Trans>Empty</Trans>, text: <Trans>The host answered with nothing.</Trans> }}
      clearFilter={null}
    >
      {(yaml) => <pre className="overflow-x-auto p-4 font-mono text-xs leading-5"><Inert text={yaml} /></pre>}
    </Page>
  )
}
