// How a list of resources is asked for. A plain record, because it is part of a query key and of a URL.

export interface ResourceAsk {
  cluster?: string
  namespace?: string
  labelSelector?: string
  q?: string
  sort?: string
  fields?: string
  limit?: number
}
