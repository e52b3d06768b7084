// How a cluster is added: one text wherever the console says it. As `kubechat cluster add --help` has it.
export const ADD_CLUSTER = 'kubechat cluster add NAME --kubeconfig FILE'
