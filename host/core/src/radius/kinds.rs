//! API types that only the radius looks at, by the versions every served cluster has.

use crate::object::ApiType;

fn known(group: &str, version: &str, kind: &str, plural: &str, namespaced: bool) -> ApiType {
    let (group, version) = (group.to_owned(), version.to_owned());
    ApiType { group, version, kind: kind.to_owned(), plural: plural.to_owned(), namespaced }
}

pub(super) const ROLES: &str = "rbac.authorization.k8s.io";
pub(super) const API_SERVICES: &str = "apiregistration.k8s.io";
pub(super) const ADMISSION: &str = "admissionregistration.k8s.io";

pub(super) fn ingresses() -> ApiType {
    known("networking.k8s.io", "v1", "Ingress", "ingresses", true)
}
pub(super) fn network_policies() -> ApiType {
    known("networking.k8s.io", "v1", "NetworkPolicy", "networkpolicies", true)
}
pub(super) fn limit_ranges() -> ApiType {
    known("", "v1", "LimitRange", "limitranges", true)
}
pub(super) fn volumes() -> ApiType {
    known("", "v1", "PersistentVolume", "persistentvolumes", false)
}
pub(super) fn storage_classes() -> ApiType {
    known("storage.k8s.io", "v1", "StorageClass", "storageclasses", false)
}
pub(super) fn roles() -> ApiType {
    known(ROLES, "v1", "Role", "roles", true)
}
pub(super) fn cluster_roles() -> ApiType {
    known(ROLES, "v1", "ClusterRole", "clusterroles", false)
}
pub(super) fn role_bindings() -> ApiType {
    known(ROLES, "v1", "RoleBinding", "rolebindings", true)
}
pub(super) fn cluster_role_bindings() -> ApiType {
    known(ROLES, "v1", "ClusterRoleBinding", "clusterrolebindings", false)
}
pub(super) fn validating_webhooks() -> ApiType {
    known(ADMISSION, "v1", "ValidatingWebhookConfiguration", "validatingwebhookconfigurations", false)
}
pub(super) fn mutating_webhooks() -> ApiType {
    known(ADMISSION, "v1", "MutatingWebhookConfiguration", "mutatingwebhookconfigurations", false)
}
pub(super) fn api_services() -> ApiType {
    known(API_SERVICES, "v1", "APIService", "apiservices", false)
}
