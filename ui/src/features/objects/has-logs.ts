// Which kinds have pods whose logs one wants to see; other kinds have no logs tab, and nothing leads to one.
export const HAS_LOGS: ReadonlySet<string> = new Set([
  'pods', 'deployments.apps', 'statefulsets.apps', 'daemonsets.apps', 'replicasets.apps', 'jobs.batch', 'cronjobs.batch', 'services', 'replicationcontrollers',
])
