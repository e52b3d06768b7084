//! Network policies whose selector matches no pod and no workload: they protect nothing, although somebody meant them to.
//!
//! A policy for all pods of a namespace (an empty selector) and one for pods that Jobs make from time to time are left
//! alone. Told only where pods and workloads were seen whole.

use serde_json::{Map, Value};

use super::draft::{Depth, Draft};
use super::inventory::Inventory;
use crate::object::{ApiType, at, namespace};
use crate::policy::Severity;
use crate::read::{reference, selector};

/// The findings about network policies.
pub(super) fn drafts(inventory: &Inventory<'_>) -> Vec<Draft> {
    let policies = inventory.items(&ApiType::network_policies()).iter();
    policies.filter_map(|policy| selects_nothing(policy, inventory)).collect()
}

fn selects_nothing(policy: &Value, inventory: &Inventory<'_>) -> Option<Draft> {
    let by = at(policy, "/spec/podSelector").and_then(Value::as_object)?;
    let place = namespace(policy);
    let kinds = [
        ApiType::pods(),
        ApiType::deployments(),
        ApiType::stateful_sets(),
        ApiType::daemon_sets(),
        ApiType::jobs(),
        ApiType::cron_jobs(),
    ];
    let asked = selector::text(by);
    if asked.is_empty() || !kinds.iter().all(|kind| inventory.sees(kind, place)) {
        return None;
    }
    let found = inventory.selects_a_pod(place, by)
        || !inventory.workloads_selected(place, by).is_empty()
        || of_jobs(place, by, inventory);
    if found {
        return None;
    }
    let object = reference(&ApiType::network_policies(), policy)?;
    let draft = Draft::about("network-policy/selects-nothing", Depth::Root, object.clone(), Severity::Low);
    Some(draft.shown_by(format!("{object} podSelector"), asked.clone()).says(
        format!("{object} is for pods with {asked}, and no pod or workload has these labels: it protects nothing"),
        "correct its podSelector, or delete it if what it protected is gone",
    ))
}

/// Whether a Job or CronJob makes such pods.
fn of_jobs(place: &str, by: &Map<String, Value>, inventory: &Inventory<'_>) -> bool {
    let kinds = [
        (ApiType::jobs(), "/spec/template/metadata/labels"),
        (ApiType::cron_jobs(), "/spec/jobTemplate/spec/template/metadata/labels"),
    ];
    kinds.iter().any(|(api, labels)| {
        let here = inventory.items(api).iter().filter(|job| namespace(job) == place);
        here.into_iter().any(|job| selector::matches(by, at(job, labels).and_then(Value::as_object)))
    })
}
