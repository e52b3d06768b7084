//! Disruption budgets and autoscalers of the touched pods.

use serde_json::Value;

use super::look::Look;
use super::selector::picks;
use super::services::is_ready;
use super::{Reach, Weight, Why, address, count};
use crate::names::{Namespace, ObjectName};
use crate::object::{ApiType, ObjectRef, integer, name, namespace, text};
use crate::policy::facts::{Autoscaler, BudgetReach};

/// Pods that leave, as a budget sees them.
pub(super) struct Leaving<'a> {
    pub(super) namespace: Option<&'a Namespace>,
    pub(super) labels: &'a [&'a Value],
    pub(super) pods: &'a [&'a Value],
    /// How many of them stay at the lowest point.
    pub(super) keep: u64,
    /// How many are taken away for good.
    pub(super) takes: u64,
    /// Whether their workload shrinks on purpose: what a budget wants then follows its size.
    pub(super) shrinks: bool,
}

/// The budgets over these pods, and whether each is broken. A rolling restart never breaks one (it is not an eviction);
/// one that stops all pods at once does.
pub(super) fn over(leaving: &Leaving<'_>, look: &mut Look<'_>, reach: &mut Reach) {
    let all = look.list(ApiType::budgets(), leaving.namespace, None);
    let over = |b: &&Value| leaving.labels.iter().any(|labels| picks(b.pointer("/spec/selector"), Some(labels)));
    let over: Vec<&Value> = all.iter().filter(over).collect();
    if over.is_empty() {
        return;
    }
    let ready = leaving.pods.iter().filter(|pod| is_ready(pod)).count() as u64;
    let lost = i64::try_from(ready - ready.min(leaving.keep)).unwrap_or(i64::MAX);
    let takes = i64::try_from(leaving.takes).unwrap_or(i64::MAX);
    for budget in over {
        let healthy = integer(budget, "/status/currentHealthy").unwrap_or(0);
        let wanted = if leaving.shrinks { wanted_after(budget, takes) } else { None };
        let wanted = wanted.or_else(|| integer(budget, "/status/desiredHealthy")).unwrap_or(0);
        let for_good = leaving.takes > 0 || leaving.keep == 0;
        let broken = for_good && lost > 0 && healthy - lost < wanted;
        let name = format!("{}/{}", namespace(budget), name(budget));
        reach.touch(address(ApiType::budgets(), budget), Why::Selects);
        if broken {
            let stay = u64::try_from(healthy - lost).unwrap_or(0);
            let wants = count(u64::try_from(wanted).unwrap_or(0), "healthy pod");
            reach.say(Weight::Loss, format!("PodDisruptionBudget {name} wants {wants} and {stay} would stay"));
        }
        let allowed = integer(budget, "/status/disruptionsAllowed").unwrap_or(0);
        reach.budgets.push(BudgetReach { name, allowed, takes, broken });
    }
}

/// A budget that goes.
pub(super) fn removed(budget: &Value, reach: &mut Reach) {
    let name = format!("{}/{}", namespace(budget), name(budget));
    let pods = u64::try_from(integer(budget, "/status/expectedPods").unwrap_or(0)).unwrap_or(0);
    reach.say(Weight::Loss, format!("{} would no longer be protected from disruption by {name}", count(pods, "pod")));
    let allowed = integer(budget, "/status/disruptionsAllowed").unwrap_or(0);
    reach.budgets.push(BudgetReach { name, allowed, takes: 0, broken: true });
}

/// Healthy pods a budget wants after its workload shrank by so many.
fn wanted_after(budget: &Value, takes: i64) -> Option<i64> {
    let expected = (integer(budget, "/status/expectedPods")? - takes).max(0);
    let share = |pointer: &str| portion(budget.pointer(pointer), expected, true);
    share("/spec/minAvailable").or_else(|| share("/spec/maxUnavailable").map(|most| expected - most))
}

/// An IntOrString as a number of `whole`.
pub(super) fn portion(value: Option<&Value>, whole: i64, round_up: bool) -> Option<i64> {
    match value? {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => {
            let percent: i64 = text.strip_suffix('%')?.parse().ok()?;
            Some((percent.saturating_mul(whole) + if round_up { 99 } else { 0 }) / 100)
        }
        _ => None,
    }
}

/// The autoscaler that owns a workload's replicas.
pub(super) fn autoscaler(target: &ObjectRef, look: &mut Look<'_>, reach: &mut Reach) {
    let all = look.list(ApiType::autoscalers(), target.namespace.as_ref(), None);
    let scales = |hpa: &&Value| {
        let group = text(hpa, "/spec/scaleTargetRef/apiVersion").split_once('/').map_or("", |(group, _)| group);
        let (kind, name) = (text(hpa, "/spec/scaleTargetRef/kind"), text(hpa, "/spec/scaleTargetRef/name"));
        group == target.api.group && kind == target.api.kind && name == target.name.as_str()
    };
    let Some(hpa) = all.iter().find(scales) else { return };
    reach.touch(address(ApiType::autoscalers(), hpa), Why::Scales);
    let (min, max) = (integer(hpa, "/spec/minReplicas").unwrap_or(1), integer(hpa, "/spec/maxReplicas").unwrap_or(0));
    let name = name(hpa).to_owned();
    if let Some(replicas) = &reach.replicas {
        let wanted = replicas.after;
        let sentence = if wanted == 0 {
            format!("at zero replicas the autoscaler {name} is switched off")
        } else if (min..=max).contains(&wanted) {
            format!("the autoscaler {name} goes on to set between {min} and {max} replicas")
        } else {
            format!("the autoscaler {name} keeps between {min} and {max} replicas and will overrule {wanted}")
        };
        reach.say(Weight::Change, sentence);
    }
    reach.autoscaler = Some(Autoscaler { name, min, max });
}

/// An autoscaler with other bounds: its target is scaled when it is outside of them.
pub(super) fn autoscaler_changed(target: &ObjectRef, live: &Value, after: &Value, reach: &mut Reach) {
    let (kind, workload) = (text(after, "/spec/scaleTargetRef/kind"), text(after, "/spec/scaleTargetRef/name"));
    let scaled = [ApiType::deployments(), ApiType::stateful_sets(), ApiType::replica_sets()]
        .into_iter()
        .find(|api| api.kind == kind);
    let address = scaled.zip(ObjectName::parse(workload).ok());
    reach.touch(address.map(|(api, name)| ObjectRef { api, namespace: target.namespace.clone(), name }), Why::Scales);
    let (min, max) =
        (integer(after, "/spec/minReplicas").unwrap_or(1), integer(after, "/spec/maxReplicas").unwrap_or(i64::MAX));
    let now = integer(live, "/status/currentReplicas").unwrap_or(min);
    let wanted = now.clamp(min.min(max), max);
    reach.pods_added = u64::try_from(wanted - now).unwrap_or(0);
    reach.pods_removed = u64::try_from(now - wanted).unwrap_or(0);
    if wanted != now {
        reach.say(
            Weight::Change,
            format!("{kind} {workload} is scaled from {now} to {wanted} to stay within the new bounds"),
        );
    }
}
