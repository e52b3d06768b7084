//! What the cluster itself asks of a Service: webhooks and API services behind it.
//!
//! A webhook whose Service answers no more refuses every write it is asked about, where its failure policy is `Fail` (the
//! default); an API service takes its group from the cluster. Looked at only where a Service is left with nothing. Few may
//! read these kinds; who may not is told so (`unseen`), and no count rests on them. Not looked at: conversion webhooks of
//! definitions.

use serde_json::Value;

use super::look::Look;
use super::{Reach, Weight, Why, address, kinds, spread};
use crate::names::Namespace;
use crate::object::{items, name, text};

/// Most of them that are named.
const NAMED_MAX: usize = 20;

/// What needs one of these Services, which answers no more.
pub(super) fn without(at: Option<&Namespace>, services: &[&str], look: &mut Look<'_>, reach: &mut Reach) {
    let Some(space) = at.map(Namespace::as_str) else { return };
    let points = |service: Option<&Value>| {
        service.is_some_and(|s| text(s, "/namespace") == space && services.contains(&text(s, "/name")))
    };
    for api in [kinds::validating_webhooks(), kinds::mutating_webhooks()] {
        for configuration in look.aside(api.clone()) {
            let ours = |hook: &&Value| {
                points(hook.pointer("/clientConfig/service")) && text(hook, "/failurePolicy") != "Ignore"
            };
            let asked_there: Vec<&Value> = items(configuration, "/webhooks").iter().filter(ours).collect();
            asked_there.iter().for_each(|hook| spread::asked_about(hook, look, reach));
            let Some(hook) = asked_there.first().filter(|_| reach.depended.len() < NAMED_MAX) else { continue };
            let named = format!("{} {}", api.kind, name(configuration));
            reach.touch(address(api.clone(), configuration), Why::Uses);
            reach.say(
                Weight::Outage,
                format!("the API server would refuse {}, because {named} asks there", asked(hook)),
            );
            reach.depended.push(named);
        }
    }
    for service in look.aside(kinds::api_services()) {
        if points(service.pointer("/spec/service")) && reach.depended.len() < NAMED_MAX {
            let named = format!("APIService {}", name(service));
            reach.touch(address(kinds::api_services(), service), Why::Uses);
            reach.say(Weight::Outage, format!("{named} would no longer be served"));
            reach.spread.reach_all(format!("{named} serves every namespace"));
            reach.depended.push(named);
        }
    }
}

/// What a webhook is asked about, in words.
fn asked(hook: &Value) -> String {
    let words = |key: &str| -> Vec<&str> {
        let rules = items(hook, "/rules").iter().filter_map(|rule| rule.get(key)?.as_array());
        rules.flatten().filter_map(Value::as_str).take(4).collect()
    };
    let (verbs, resources) = (words("operations").join("/").to_lowercase(), words("resources").join(", "));
    match (verbs.as_str(), resources.as_str()) {
        ("", _) | (_, "") => "what it is asked about".to_owned(),
        (verbs, resources) => format!("every {verbs} of {resources}").replace('*', "any kind"),
    }
}
