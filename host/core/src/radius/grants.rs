//! RBAC rules as a set of single grants, so that two roles can be compared.
//!
//! A rule is multiplied out (verbs × groups × resources × names), up to [`GRANTS_MAX`] and not a step further, because a
//! role of one megabyte can mean billions; wildcards stay what they are and cover others when sets are compared. Not here: who holds a role.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::object::items;

/// Most single grants of one role, those said twice counted twice; beyond it the set is marked cut, and a cut set counts
/// as a wildcard.
const GRANTS_MAX: usize = 5_000;

/// One thing that may be done.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Grant {
    verb: String,
    group: String,
    resource: String,
    /// Empty: any object.
    name: String,
}

/// What a role allows.
#[derive(Debug, Clone, Default)]
pub(super) struct Grants {
    set: BTreeSet<Grant>,
    /// How many were multiplied out.
    tried: usize,
    cut: bool,
}

impl Grants {
    /// What a Role or ClusterRole allows.
    pub(super) fn of(role: &Value) -> Self {
        let mut grants = Self::default();
        // Nothing is left to do once the set is cut.
        let _cut = items(role, "/rules").iter().try_for_each(|rule| grants.add(rule));
        grants
    }

    /// Nothing once the set is cut, here and in [`Self::put`], so that all loops end at once.
    fn add(&mut self, rule: &Value) -> Option<()> {
        let words = |key: &str| -> Vec<&str> {
            rule.get(key).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect()
        };
        let (verbs, groups, resources) = (words("verbs"), words("apiGroups"), words("resources"));
        let (named, paths) = (words("resourceNames"), words("nonResourceURLs"));
        let names = if named.is_empty() { vec![""] } else { named };
        for verb in &verbs {
            for path in &paths {
                self.put(verb, "", path, "")?;
            }
            for group in &groups {
                for resource in &resources {
                    for name in &names {
                        self.put(verb, group, resource, name)?;
                    }
                }
            }
        }
        Some(())
    }

    fn put(&mut self, verb: &str, group: &str, resource: &str, name: &str) -> Option<()> {
        if self.tried >= GRANTS_MAX {
            self.cut = true;
            return None;
        }
        self.tried += 1;
        let grant = |text: &str| text.to_owned();
        self.set.insert(Grant { verb: grant(verb), group: grant(group), resource: grant(resource), name: grant(name) });
        Some(())
    }

    /// What is allowed here and not there.
    pub(super) fn beyond(&self, there: &Self) -> Self {
        let set = self.set.iter().filter(|grant| !there.covers(grant)).cloned().collect();
        // What was cut off can't be compared: more of the same on both sides may be anything.
        Self { set, tried: self.tried, cut: self.cut }
    }

    fn covers(&self, grant: &Grant) -> bool {
        let subresource = grant.resource.split_once('/').map(|(_, sub)| format!("*/{sub}"));
        let resources = [Some(grant.resource.clone()), Some("*".to_owned()), subresource];
        let names = [grant.name.as_str(), ""];
        resources.into_iter().flatten().any(|resource| {
            [grant.verb.as_str(), "*"].into_iter().any(|verb| {
                [grant.group.as_str(), "*"].into_iter().any(|group| {
                    names.into_iter().any(|name| {
                        let (verb, group, name) = (verb.to_owned(), group.to_owned(), name.to_owned());
                        self.set.contains(&Grant { verb, group, resource: resource.clone(), name })
                    })
                })
            })
        })
    }

    /// Whether it surely is nothing.
    pub(super) fn is_empty(&self) -> bool {
        self.set.is_empty() && !self.cut
    }

    pub(super) fn len(&self) -> u64 {
        self.set.len() as u64
    }

    /// The first so many, in words.
    pub(super) fn words(&self, most: usize) -> Vec<String> {
        self.set.iter().take(most).map(Grant::words).collect()
    }

    /// What of it hands out more than it says, by class of escalation: the first of each.
    pub(super) fn escalations(&self) -> Vec<(&'static str, String)> {
        let mut found: Vec<(&'static str, String)> = Vec::new();
        if self.cut {
            found.push(("admin-grant", format!("more than {GRANTS_MAX} single rights")));
        }
        for grant in &self.set {
            if let Some(class) = grant.escalation()
                && !found.iter().any(|(known, _)| *known == class)
            {
                found.push((class, grant.words()));
            }
        }
        found
    }
}

impl Grant {
    /// `delete secrets`, `get configmaps named x`.
    fn words(&self) -> String {
        let group = if self.group.is_empty() { String::new() } else { format!(".{}", self.group) };
        let name = if self.name.is_empty() { String::new() } else { format!(" named {}", self.name) };
        super::plain(format!("{} {}{group}{name}", self.verb, self.resource))
    }

    fn writes(&self) -> bool {
        matches!(self.verb.as_str(), "*" | "create" | "update" | "patch" | "delete" | "deletecollection")
    }

    fn escalation(&self) -> Option<&'static str> {
        let (verb, resource) = (self.verb.as_str(), self.resource.as_str());
        let group = |wanted: &str| self.group == wanted || self.group == "*";
        match () {
            () if verb == "*" || resource == "*" || self.group == "*" => Some("admin-grant"),
            () if group("") && resource == "serviceaccounts/token" && verb == "create" => Some("token-grant"),
            () if matches!(verb, "escalate" | "bind" | "impersonate" | "approve" | "sign") => Some("rights-grant"),
            () if group("") && resource == "nodes/proxy" => Some("rights-grant"),
            () if group("certificates.k8s.io") && resource == "certificatesigningrequests/approval" => {
                Some("rights-grant")
            }
            () if group(super::kinds::ADMISSION) && self.writes() => Some("rights-grant"),
            () => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn role(rules: Value) -> Grants {
        Grants::of(&json!({"rules": rules}))
    }

    fn rule(verbs: &[&str], group: &str, resource: &str) -> Value {
        json!({"verbs": verbs, "apiGroups": [group], "resources": [resource]})
    }

    #[test]
    fn only_what_no_wildcard_covers_is_gained() {
        let before = role(json!([rule(&["get", "list"], "", "pods"), rule(&["*"], "apps", "*")]));
        let after = role(json!([rule(&["get", "delete"], "", "pods"), rule(&["patch"], "apps", "deployments/scale")]));
        assert_eq!(after.beyond(&before).words(9), ["delete pods"]);
        assert_eq!(before.beyond(&after).words(9), ["* *.apps", "list pods"]);
        let named =
            role(json!([{"verbs": ["get"], "apiGroups": [""], "resources": ["secrets"], "resourceNames": ["db"]}]));
        let any = role(json!([rule(&["get"], "", "secrets")]));
        assert_eq!((named.beyond(&any).len(), any.beyond(&named).len()), (0, 1));
    }

    #[test]
    fn each_way_to_more_rights_has_its_class_and_ordinary_rights_have_none() {
        let cases = [
            (rule(&["*"], "apps", "deployments"), Some("admin-grant")),
            (rule(&["get"], "*", "pods"), Some("admin-grant")),
            (rule(&["get"], "", "*"), Some("admin-grant")),
            (rule(&["escalate"], "rbac.authorization.k8s.io", "roles"), Some("rights-grant")),
            (rule(&["bind"], "rbac.authorization.k8s.io", "clusterroles"), Some("rights-grant")),
            (rule(&["impersonate"], "", "users"), Some("rights-grant")),
            (rule(&["get"], "", "nodes/proxy"), Some("rights-grant")),
            (rule(&["create"], "", "serviceaccounts/token"), Some("token-grant")),
            (rule(&["update"], "certificates.k8s.io", "certificatesigningrequests/approval"), Some("rights-grant")),
            (rule(&["patch"], "admissionregistration.k8s.io", "mutatingwebhookconfigurations"), Some("rights-grant")),
            (rule(&["get"], "admissionregistration.k8s.io", "mutatingwebhookconfigurations"), None),
            (rule(&["get", "list"], "", "nodes"), None),
            (rule(&["create"], "", "serviceaccounts"), None),
            (rule(&["get", "patch"], "apps", "deployments"), None),
        ];
        for (rule, class) in cases {
            let found = role(json!([rule.clone()])).escalations();
            assert_eq!(found.first().map(|(class, _)| *class), class, "{rule}");
        }
    }

    #[test]
    fn a_role_too_long_to_multiply_out_counts_as_a_wildcard() {
        let words: Vec<String> = (0..100).map(|n| format!("w{n}")).collect();
        let grants = role(json!([{"verbs": words, "apiGroups": [""], "resources": words}]));
        assert_eq!(grants.len(), 5_000);
        assert_eq!(grants.escalations()[0].0, "admin-grant");
    }

    #[test]
    fn a_role_that_means_billions_costs_no_more_than_the_most() {
        let words = |number: usize| -> Vec<String> { (0..number).map(|n| format!("w{n}")).collect() };
        let many = words(2_000);
        let rule = json!({"verbs": many, "apiGroups": many, "resources": many});
        assert_eq!(role(json!([rule, rule])).tried, GRANTS_MAX);
        let few = words(16);
        let same = json!({"verbs": few, "apiGroups": few, "resources": few});
        let grants = role(Value::Array(vec![same; 3_000]));
        assert_eq!(
            (grants.tried, grants.len(), grants.cut),
            (GRANTS_MAX, 4_096, true),
            "what is said twice costs twice"
        );
    }
}
