// How objects stand in a URL and in an operation: `deployments.apps`, cluster, namespace (`-` for none), name. Pure.
import type { ObjectAt } from '@/api/keys'

export const NO_NAMESPACE = '-'

/** How a person names it: `shop/web`. */
export const shortName = ({ namespace, name }: Pick<ObjectAt, 'namespace' | 'name'>): string =>
  namespace === NO_NAMESPACE ? name : `${namespace}/${name}`

/** What an operation is aimed at. */
export const targetOf = ({ gvr, namespace, name }: ObjectAt) => ({
  kind: gvr, name, ...(namespace !== NO_NAMESPACE && { namespace }),
})

/** A row of a grid, as the URL names it. A cluster may be called anything (`arn:aws:eks:…:cluster/shop`), so its slashes and commas are escaped. */
export const rowId = ({ cluster, namespace, name }: Omit<ObjectAt, 'gvr'>): string => `${encodeURIComponent(cluster)}/${namespace}/${name}`

export function parseRowId(gvr: string, id: string): ObjectAt | null {
  const [escaped, namespace, ...name] = id.split('/')
  const cluster = unescaped(escaped ?? '')
  return cluster && namespace && name.length > 0 ? { cluster, gvr, namespace, name: name.join('/') } : null
}

function unescaped(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}

/** The address of an object's page, for those who make thousands; where there are few, a `Link` makes it. */
export const objectPath = ({ gvr, cluster, namespace, name }: ObjectAt): string =>
  `/r/${[gvr, cluster, namespace, name].map(encodeURIComponent).join('/')}`
