//! Where a write goes: protected namespaces, namespaces themselves, and the rules of access.

use super::Rule;
use crate::facts::Step;
use crate::finding::{Effect, Found, Severity};
use crate::settings::{NamespaceDelete, Settings};

pub(super) static PROTECTED_NAMESPACE: Rule = Rule {
    id: "protected-namespace",
    severity: Severity::Critical,
    sentence: "Nothing is written in a protected namespace (kube-system and the like) without a second person.",
    remedy: "Ask a second person to approve, or make the change the way your cluster's add-ons are installed.",
    effect: "second person",
    found: "Written in a protected namespace",
};

pub(super) static NAMESPACE_DELETE: Rule = Rule {
    id: "namespace-delete",
    severity: Severity::Critical,
    sentence: "A namespace is not deleted: everything inside goes with it and does not come back.",
    remedy: "Delete the objects you mean, one by one. Where namespaces come and go, an operator can set \
             `namespace_delete` to `require`; protected ones stay denied.",
    effect: "deny; with `namespace_delete: require` a second person, except for protected namespaces",
    found: "Deletes a whole namespace",
};

pub(super) static ACCESS_RULES: Rule = Rule {
    id: "access-rules",
    severity: Severity::High,
    sentence: "Roles and bindings are changed with a second person.",
    remedy: "Ask a second person to approve: such a change decides what everybody may do afterwards.",
    effect: "second person",
    found: "Changes who may do what",
};

/// API groups that say who may do what: access, and admission (which [`super::rights`] speaks of).
pub(super) const ACCESS_GROUPS: [&str; 2] = ["rbac.authorization.k8s.io", "admissionregistration.k8s.io"];

pub(super) fn check(step: &Step<'_>, settings: &Settings, found: &mut Found) {
    let protected = settings.protects(step.place());
    if protected {
        found.add(&PROTECTED_NAMESPACE, settings.second_person(), step.plain());
    }
    if step.is_namespace() && step.deletes() {
        let effect = match (protected, settings.namespace_delete) {
            (false, NamespaceDelete::Require) => settings.second_person(),
            _ => Effect::Deny,
        };
        found.add(&NAMESPACE_DELETE, effect, step.plain());
    }
    if &*step.group == ACCESS_GROUPS[0] {
        found.add(&ACCESS_RULES, settings.second_person(), step.plain());
    }
}
