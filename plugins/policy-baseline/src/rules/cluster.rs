//! What the whole cluster stands on: definitions, nodes, and the Services the API server itself asks.

use super::{Rule, by_place};
use crate::facts::Step;
use crate::finding::{Found, Severity};
use crate::settings::Settings;

pub(super) static DEFINITION: Rule = Rule {
    id: "definition-delete",
    severity: Severity::Critical,
    sentence: "A CustomResourceDefinition, or a version of it that is in use, does not go without a second person.",
    remedy: "Delete the objects you mean. Before a version goes, move every client to another and the stored objects too.",
    effect: "second person",
    found: "Takes a kind, or a version of it, from the cluster",
};

pub(super) static NODE: Rule = Rule {
    id: "node-emptied",
    severity: Severity::High,
    sentence: "A node is not deleted, nor its pods driven off past their disruption budgets, without a second person.",
    remedy: "Drain it: pods then go one by one, as their budgets allow.",
    effect: "second person",
    found: "Empties a node at once",
};

pub(super) static DEPENDED: Rule = Rule {
    id: "cluster-depends",
    severity: Severity::Critical,
    sentence: "A Service that a strict webhook or an API service asks keeps answering.",
    remedy: "Set the webhook to `Ignore` or remove it first, or leave one replica running.",
    effect: "second person",
    found: "Takes away what the API server asks",
};

pub(super) static TRAFFIC: Rule = Rule {
    id: "traffic-cut",
    severity: Severity::High,
    sentence: "Running pods are not cut off, or opened, by a NetworkPolicy unnoticed.",
    remedy: "Add the rules for the traffic that exists first, then close the rest.",
    effect: "second person in production; elsewhere warn (or second person, by `outside_production`)",
    found: "Changes the traffic of running pods",
};

pub(super) static ROUTE: Rule = Rule {
    id: "route-lost",
    severity: Severity::Medium,
    sentence: "An Ingress or HTTPRoute keeps a Service that answers.",
    remedy: "Point the route elsewhere first, or remove it with the Service.",
    effect: "second person in production; elsewhere warn (or second person, by `outside_production`)",
    found: "Leads nowhere afterwards",
};

const DEFINITIONS: (&str, &str) = ("apiextensions.k8s.io", "CustomResourceDefinition");

pub(super) fn check(step: &Step<'_>, settings: &Settings, found: &mut Found) {
    if step.instances_unserved > 0 || (step.deletes() && step.is(DEFINITIONS.0, DEFINITIONS.1)) {
        found.add(&DEFINITION, settings.second_person(), step.plain());
    }
    if step.is("", "Node") && (step.deletes() || step.pods > 0) {
        found.add(&NODE, settings.second_person(), step.plain());
    }
    for depended in &step.depended {
        found.add(&DEPENDED, settings.second_person(), (**depended).to_owned());
    }
    if let Some(traffic) = step.traffic.filter(|traffic| traffic.cut_off + traffic.opened > 0) {
        let pods = format!("{} cut off and {} opened by {}", traffic.cut_off, traffic.opened, step.plain());
        found.add(&TRAFFIC, by_place(step.production, settings), pods);
    }
    for route in &step.routes {
        found.add(&ROUTE, by_place(step.production, settings), (*route.name).to_owned());
    }
}
