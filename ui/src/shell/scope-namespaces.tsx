// The second half of the scope: a namespace of the one cluster that is chosen. What can't be listed can be typed. Where
// several clusters are chosen it says why there is nothing to choose.
import { useQuery } from '@tanstack/react-query'
import { Trans, useLingui } from '@lingui/react/macro'
import { namespacesQuery } from '@/api/queries'
import { Field, Input } from '@/ui/field'
import { Inert } from '@/ui/inert'
import { Choice, Heading } from './scope-parts'
import { useSetScope } from './use-scope'

interface ChosenNamespace {
  namespace: string | undefined
  close: () => void
}

export function NamespaceChoice({ cluster, namespace, close }: ChosenNamespace & { cluster: string }) {
  const { t } = useLingui()
  const setScope = useSetScope()
  const query = useQuery(namespacesQuery(cluster))
  const choose = (n: string | undefined) => {
    setScope({ n })
    close()
  }
  return (
    <>
      <Heading><Trans>Namespace</Trans></Heading>
      <Choice chosen={namespace === undefined} onChoose={() => choose(undefined)}><Trans>All namespaces</Trans></Choice>
      {query.data?.items.map(({ name }) => (
        <Choice key={name} chosen={name === namespace} onChoose={() => choose(name)}><Inert text={name} short /></Choice>
      ))}
      {query.isError && (
        <form className="p-2" onSubmit={(event) => { event.preventDefault(); choose(String(new FormData(event.currentTarget).get('n') ?? '').trim() || undefined) }}>
          <Field label={t`Namespaces can't be listed; type one`}>{(ids) => <Input {...ids} name="n" autoComplete="off" />}</Field>
        </form>
      )}
    </>
  )
}

/** A link may name a namespace without one cluster: it holds on each, and can be taken away. */
export function NoNamespaces({ namespace, close }: ChosenNamespace) {
  const setScope = useSetScope()
  const clear = () => {
    setScope({ n: undefined })
    close()
  }
  return (
    <>
      <Heading><Trans>Namespace</Trans></Heading>
      {namespace !== undefined && (
        <>
          <Choice chosen={false} onChoose={clear}><Trans>All namespaces</Trans></Choice>
          <Choice chosen onChoose={close}><span className="min-w-0 break-words"><Trans><Inert text={namespace} /> on each cluster</Trans></span></Choice>
        </>
      )}
      <p className="px-2 pb-2 text-xs text-ink-3"><Trans>A namespace is chosen within one cluster.</Trans></p>
    </>
  )
}
