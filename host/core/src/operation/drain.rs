//! `drain`: cordon a node, then evict its pods one by one, each a step of its own that disruption budgets may hold up.
//!
//! DaemonSet pods and mirror pods stay, and the first step says so. A pod without a controller needs `force`, one with
//! data in an emptyDir `delete_empty_dir_data`: both are lost. Limits: `max_pods`, and the steps of a plan. Reversibility:
//! partial; undo uncordons, evicted pods stay where their controllers put the new ones.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::cordon::{UNSCHEDULABLE, node};
use super::{LowerError, Reversibility, Target, Write, fact_error, shell_word, switch};
use crate::facts::{Fact, FactQuery, Snapshot};
use crate::field::FieldPath;
use crate::limits::PLAN_STEPS_MAX;
use crate::mutation::{Action, Mutation};
use crate::names::{Namespace, ObjectName};
use crate::object::{ApiType, ObjectRef, items, name, namespace, text};

/// Most pods named in a refusal.
const PODS_NAMED_MAX: usize = 5;
/// Marks a pod that a kubelet runs from a file of its own; evicting its mirror does nothing.
const MIRROR: &str = "/metadata/annotations/kubernetes.io~1config.mirror";

/// Cordon a node and evict its pods.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Drain {
    /// The node.
    pub target: Target,
    /// Whether pods with data in an emptyDir may go; the data goes with them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub delete_empty_dir_data: bool,
    /// Whether pods without a controller may go; nothing makes them again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub force: bool,
    /// Most pods it may evict.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_pods: Option<u32>,
}

/// What becomes of the pods on a node.
#[derive(Default)]
struct Sorted<'a> {
    evicted: Vec<&'a Value>,
    daemons: usize,
    mirrors: usize,
    going: usize,
}

impl<'a> Sorted<'a> {
    fn of(pods: &'a [Value]) -> Self {
        let mut sorted = Self::default();
        for pod in pods {
            if !text(pod, MIRROR).is_empty() {
                sorted.mirrors += 1;
            } else if controller(pod).is_some_and(|owner| text(owner, "/kind") == "DaemonSet") {
                sorted.daemons += 1;
            } else if pod.pointer("/metadata/deletionTimestamp").is_some() {
                sorted.going += 1;
            } else {
                sorted.evicted.push(pod);
            }
        }
        sorted.evicted.sort_by_key(|pod| (namespace(pod), name(pod)));
        sorted
    }

    /// What stays, as the first step's sentence goes on.
    fn kept(&self) -> String {
        let kinds = [
            (self.daemons, "of a DaemonSet", "of DaemonSets"),
            (self.mirrors, "that mirrors a static one", "that mirror static ones"),
            (self.going, "that is going already", "that are going already"),
        ];
        let each = kinds.iter().filter(|(number, ..)| *number > 0).map(|(number, one, many)| match number {
            1 => format!("1 pod {one}"),
            number => format!("{number} pods {many}"),
        });
        let each: Vec<_> = each.collect();
        if each.is_empty() { String::new() } else { format!("; left alone: {}", each.join(", ")) }
    }
}

fn controller(pod: &Value) -> Option<&Value> {
    let controls = |owner: &&Value| owner.get("controller").and_then(Value::as_bool) == Some(true);
    items(pod, "/metadata/ownerReferences").iter().find(controls)
}

fn is_over(pod: &Value) -> bool {
    matches!(text(pod, "/status/phase"), "Succeeded" | "Failed")
}

fn has_empty_dir(pod: &Value) -> bool {
    items(pod, "/spec/volumes").iter().any(|volume| volume.get("emptyDir").is_some())
}

/// `shop/a, shop/b and 3 more`.
fn named(pods: &[&Value]) -> String {
    let first = pods.iter().take(PODS_NAMED_MAX).map(|pod| format!("{}/{}", namespace(pod), name(pod)));
    let first = first.collect::<Vec<_>>().join(", ");
    match pods.len().saturating_sub(PODS_NAMED_MAX) {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}

/// The pod's address; what an eviction rests on is that it is this pod, still here, and still somebody's.
fn eviction(pod: &Value) -> Result<Mutation, LowerError> {
    let bad = |e: crate::names::BadName| LowerError::BadValue(e.to_string());
    let target = ObjectRef {
        api: ApiType::pods(),
        namespace: Some(Namespace::parse(namespace(pod)).map_err(bad)?),
        name: ObjectName::parse(name(pod)).map_err(bad)?,
    };
    let touches = [&["spec", "nodeName"][..], &["spec", "volumes"], &["metadata", "ownerReferences"]];
    Ok(Mutation { target, action: Action::Evict, touches: touches.map(FieldPath::of).to_vec() })
}

impl Drain {
    fn query(&self) -> FactQuery {
        FactQuery::PodsOn { node: self.target.name.clone() }
    }

    /// The pods on the node, all of them: an undercount would leave some behind unsaid.
    fn pods<'a>(&self, known: &'a Snapshot) -> Result<&'a [Value], LowerError> {
        let what = format!("the pods on {}", self.target.name);
        match known.get(&self.query()) {
            Some(Fact::List { items, truncated: false }) => Ok(items),
            Some(Fact::List { items, .. }) => {
                let (what, actual, limit) = ("the number of pods on the node", items.len(), "LIST_ITEMS_MAX");
                Err(LowerError::Limit { what, actual, limit, max: crate::limits::LIST_ITEMS_MAX })
            }
            Some(other) => Err(fact_error(other, &what)),
            None => Err(LowerError::FactFailed(format!("{what} were not looked up"))),
        }
    }

    fn check(&self, evicted: &[&Value], steps: usize) -> Result<(), LowerError> {
        let pick = |test: fn(&Value) -> bool| -> Vec<&Value> {
            evicted.iter().copied().filter(|pod| !is_over(pod) && test(pod)).collect()
        };
        let single = pick(|pod| controller(pod).is_none());
        if !self.force && !single.is_empty() {
            let pods = named(&single);
            return Err(LowerError::BadValue(format!(
                "nothing would make {pods} again; drain with force to lose them"
            )));
        }
        let data = pick(has_empty_dir);
        if !self.delete_empty_dir_data && !data.is_empty() {
            let pods = named(&data);
            let hint = "drain with delete_empty_dir_data to lose it";
            return Err(LowerError::BadValue(format!("{pods} keep data in an emptyDir; {hint}")));
        }
        let (what, actual) = ("the number of pods to evict", evicted.len());
        if let Some(max) = self.max_pods.map(|max| max as usize).filter(|max| actual > *max) {
            return Err(LowerError::Limit { what, actual, limit: "max_pods", max });
        }
        if steps > PLAN_STEPS_MAX {
            let (what, limit) = ("the number of steps of this drain", "PLAN_STEPS_MAX");
            return Err(LowerError::Limit { what, actual: steps, limit, max: PLAN_STEPS_MAX });
        }
        Ok(())
    }
}

impl Write for Drain {
    fn needs(&self, known: &Snapshot) -> Result<Vec<FactQuery>, LowerError> {
        let mut needs = self.target.needs_object(known)?;
        if self.target.api(known)?.is_some_and(|api| api.is("", "Node")) {
            needs.push(self.query());
        }
        let needs = known.missing(needs);
        if !needs.is_empty() || known.get(&self.query()).is_none() {
            return Ok(needs);
        }
        // The list leaves out what a write is bound to; each pod is read whole.
        let sorted = Sorted::of(self.pods(known)?);
        self.check(&sorted.evicted, sorted.evicted.len())?;
        let pods = sorted.evicted.iter().map(|pod| eviction(pod).map(|m| FactQuery::Object { object: m.target }));
        Ok(known.missing(pods.collect::<Result<_, _>>()?))
    }

    fn lower(&self, known: &Snapshot) -> Result<Vec<Mutation>, LowerError> {
        let (target, object) = node("drain", &self.target, known)?;
        let sorted = Sorted::of(self.pods(known)?);
        let mut mutations = match switch::is_on(object, UNSCHEDULABLE) {
            true => Vec::new(),
            false => switch::turn((target.clone(), object), UNSCHEDULABLE, true, "is cordoned already")?,
        };
        self.check(&sorted.evicted, mutations.len() + sorted.evicted.len())?;
        for pod in &sorted.evicted {
            let mutation = eviction(pod)?;
            match known.get(&FactQuery::Object { object: mutation.target.clone() }) {
                Some(Fact::Object { object }) if text(object, "/spec/nodeName") == target.name.as_str() => {
                    mutations.push(mutation);
                }
                // It went since the list was taken, or came back elsewhere: no step.
                Some(Fact::Object { .. } | Fact::Absent) => {}
                Some(other) => return Err(fact_error(other, &mutation.target.to_string())),
                None => return Err(LowerError::FactFailed(format!("{} was not looked up", mutation.target))),
            }
        }
        if mutations.is_empty() {
            return Err(LowerError::NothingToDo(format!("{target} is cordoned and has nothing to evict")));
        }
        Ok(mutations)
    }

    fn reversibility(&self, mutation: &Mutation, _: &Snapshot) -> Reversibility {
        match mutation.action {
            Action::Evict => Reversibility::Partial { lost: vec![format!("the evicted {}", mutation.target)] },
            _ => Reversibility::Exact,
        }
    }

    fn sentence(&self) -> String {
        format!("drain {}", self.target.plain())
    }

    fn told(&self, mutation: &Mutation, known: &Snapshot) -> Option<String> {
        let sorted = Sorted::of(self.pods(known).ok()?);
        let node = self.target.plain();
        if mutation.action != Action::Evict {
            let pods = match sorted.evicted.len() {
                1 => "1 pod".to_owned(),
                number => format!("{number} pods"),
            };
            return Some(format!("cordon {node}, to evict {pods}{}", sorted.kept()));
        }
        let pod = &mutation.target;
        let first = sorted.evicted.first().is_some_and(|first| name(first) == pod.name.as_str());
        let cordoned = self.target.object(known).is_ok_and(|(_, object)| switch::is_on(object, UNSCHEDULABLE));
        let kept = if first && cordoned { sorted.kept() } else { String::new() };
        Some(format!("evict {pod} from {node}{kept}"))
    }

    fn kubectl(&self) -> String {
        let mut words = vec![format!("kubectl drain {} --ignore-daemonsets", shell_word(self.target.name.as_str()))];
        if self.delete_empty_dir_data {
            words.push("--delete-emptydir-data".to_owned());
        }
        if self.force {
            words.push("--force".to_owned());
        }
        words.join(" ")
    }
}
