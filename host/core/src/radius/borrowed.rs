//! Rights borrowed through a workload: Secrets it reads and the account it runs as, of which the requester may have neither.
//!
//! Whoever may create pods can read every Secret of the namespace and act as every account in it. So a workload that
//! reaches something the requester may not use himself is an escalation, when it is made or when its work changes; another
//! version, size or place is the same work. Asked of the API server by name; what it did not answer is not allowed. Left
//! out: the namespace's `default` account, which every pod runs as where nothing is said.

use std::collections::BTreeSet;

use serde_json::Value;

use super::look::Look;
use super::{Reach, pod_spec};
use crate::names::ObjectName;
use crate::object::{ObjectRef, items, text};

/// Most Secrets and accounts asked about in one step; more are taken to be borrowed.
const REFERENCES_MAX: usize = 50;

/// What a changed or new workload borrows.
pub(super) fn of(target: &ObjectRef, live: Option<&Value>, after: &Value, look: &mut Look<'_>, reach: &mut Reach) {
    let (mut secrets, mut accounts) = (BTreeSet::new(), BTreeSet::new());
    for spec in pod_spec::specs(after) {
        references(spec, &mut secrets, &mut accounts);
    }
    if secrets.is_empty() && accounts.is_empty() {
        return;
    }
    if live.is_some_and(|live| pod_spec::work(live) == pod_spec::work(after)) {
        return;
    }
    let at = target.namespace.as_ref();
    let over = secrets.len() + accounts.len() > REFERENCES_MAX;
    let mut borrowed = |names: BTreeSet<&str>, may: &dyn Fn(&mut Look<'_>, &ObjectName) -> bool| -> Vec<String> {
        let asked = names.into_iter().take(REFERENCES_MAX);
        asked.filter(|name| !ObjectName::parse(name).is_ok_and(|name| may(look, &name))).map(str::to_owned).collect()
    };
    let secrets = borrowed(secrets, &|look, name| look.may("get", "secrets", at, name));
    let accounts = borrowed(accounts, &|look, name| {
        // Both are asked before either decides, so that one round of questions is enough.
        let acts = look.may("impersonate", "serviceaccounts", at, name);
        let mints = look.may("create", "serviceaccounts/token", at, name);
        acts || mints
    });
    if over {
        reach.escalate("borrowed-secret", format!("{target} reaches more than {REFERENCES_MAX} Secrets and accounts"));
    }
    if !secrets.is_empty() {
        let what = format!("{target} reaches Secrets that you may not read: {}", super::some(&secrets));
        reach.escalate("borrowed-secret", what);
    }
    if !accounts.is_empty() {
        let what = format!("{target} runs as an account that you may not act as: {}", super::some(&accounts));
        reach.escalate("borrowed-account", what);
    }
}

/// The Secrets and accounts a pod of this specification gets at.
fn references<'a>(spec: &'a Value, secrets: &mut BTreeSet<&'a str>, accounts: &mut BTreeSet<&'a str>) {
    let account = text(spec, "/serviceAccountName");
    accounts
        .extend([account, text(spec, "/serviceAccount")].into_iter().filter(|name| !["", "default"].contains(name)));
    let mut add = |name: &'a str| {
        if !name.is_empty() {
            secrets.insert(name);
        }
    };
    for container in pod_spec::CONTAINER_LISTS.iter().flat_map(|list| items(spec, list)) {
        items(container, "/env").iter().for_each(|env| add(text(env, "/valueFrom/secretKeyRef/name")));
        items(container, "/envFrom").iter().for_each(|from| add(text(from, "/secretRef/name")));
    }
    items(spec, "/imagePullSecrets").iter().for_each(|secret| add(text(secret, "/name")));
    for volume in items(spec, "/volumes") {
        add(text(volume, "/secret/secretName"));
        items(volume, "/projected/sources").iter().for_each(|source| add(text(source, "/secret/name")));
        for source in volume.as_object().into_iter().flat_map(|map| map.values()) {
            for pointer in ["/secretRef/name", "/nodePublishSecretRef/name"] {
                add(text(source, pointer));
            }
        }
        add(text(volume, "/azureFile/secretName"));
    }
}
