//! Operations in plain words and as kubectl text, reads among them; for people, never parsed.
//!
//! What kubectl has no word for (what is broken, what changed, who may do something) has no line. Lines are for the context
//! of the cluster in question: they name no cluster.

use super::read::{ListSort, TopKind, TopSort};
use super::{Operation, Target, shell_word};
use crate::names::Namespace;

impl Operation {
    /// It in plain words, without a full stop.
    pub fn sentence(&self) -> String {
        match self {
            Self::Get(get) => format!("show {}", get.target.plain()),
            Self::Describe(describe) => format!("describe {}", describe.target.plain()),
            Self::List(list) => format!("list {}{}", list.kind, place(list.namespace.as_ref(), list.all_namespaces)),
            Self::Logs(logs) => format!("logs of {}", logs.target.plain()),
            Self::Events(events) => format!("events {}", about(events.target.as_ref(), events.namespace.as_ref())),
            Self::Diagnose(look) => format!("what is broken {}", about(look.target.as_ref(), look.namespace.as_ref())),
            Self::Changes(look) => format!("what changed {}", about(look.target.as_ref(), look.namespace.as_ref())),
            Self::Top(top) => {
                let what = match top.kind {
                    TopKind::Nodes => return "use of nodes".to_owned(),
                    TopKind::Pods => "use of pods",
                    TopKind::Containers => "use of containers",
                };
                format!("{what}{}", place(top.namespace.as_ref(), top.all_namespaces))
            }
            Self::Images(images) => format!("images{}", place(images.namespace.as_ref(), images.all_namespaces)),
            Self::WhoCan(who) => format!("who can {} {}{}", who.verb, who.kind, place(who.namespace.as_ref(), false)),
            write => write.write().map(|write| write.sentence()).unwrap_or_default(),
        }
        .trim_end()
        .to_owned()
    }

    /// The line with which kubectl does the same, where there is one.
    pub fn kubectl(&self) -> Option<String> {
        let words = match self {
            Self::Get(get) => vec![format!("kubectl get {}", get.target.kubectl())],
            Self::Describe(describe) => vec![format!("kubectl describe {}", describe.target.kubectl())],
            Self::List(list) => {
                let kind = shell_word(&list.kind.as_str().to_lowercase());
                let selector = list.selector.as_ref().map(|text| format!("-l {}", shell_word(text)));
                let sort = list.sort.map(|sort| match sort {
                    ListSort::Restarts => "--sort-by='{.status.containerStatuses[0].restartCount}'",
                    ListSort::Age => "--sort-by=.metadata.creationTimestamp",
                    ListSort::Name => "--sort-by=.metadata.name",
                });
                let place = flag(list.namespace.as_ref(), list.all_namespaces);
                let words = [Some(format!("kubectl get {kind}")), place, selector, sort.map(str::to_owned)];
                words.into_iter().flatten().collect()
            }
            Self::Logs(logs) => {
                let container = logs.container.as_ref().map(|name| format!("-c {}", shell_word(name)));
                let previous = logs.previous.then(|| "--previous".to_owned());
                let lines = logs.lines.map(|lines| format!("--tail={lines}"));
                let since = logs.minutes.map(|minutes| format!("--since={minutes}m"));
                let words =
                    [Some(format!("kubectl logs {}", logs.target.kubectl())), container, previous, lines, since];
                words.into_iter().flatten().collect()
            }
            Self::Events(events) => match &events.target {
                Some(target) => vec![format!("kubectl events --for {}", target.kubectl())],
                None => {
                    ["kubectl events".to_owned()].into_iter().chain(flag(events.namespace.as_ref(), false)).collect()
                }
            },
            Self::Top(top) => {
                let (what, containers) = match top.kind {
                    TopKind::Nodes => ("nodes", None),
                    TopKind::Pods => ("pods", None),
                    TopKind::Containers => ("pods", Some("--containers".to_owned())),
                };
                let place = flag(top.namespace.as_ref(), top.all_namespaces).filter(|_| top.kind != TopKind::Nodes);
                let sort = match top.sort.unwrap_or_default() {
                    TopSort::Cpu => "--sort-by=cpu",
                    TopSort::Memory => "--sort-by=memory",
                };
                let words = [Some(format!("kubectl top {what}")), place, containers, Some(sort.to_owned())];
                words.into_iter().flatten().collect()
            }
            Self::Images(images) => {
                let place = flag(images.namespace.as_ref(), images.all_namespaces);
                let words = [Some("kubectl get pods".to_owned()), place, Some("-o jsonpath='{..image}'".to_owned())];
                words.into_iter().flatten().collect()
            }
            Self::Diagnose(_) | Self::Changes(_) | Self::WhoCan(_) => return None,
            write => vec![write.write()?.kubectl()],
        };
        Some(words.join(" "))
    }
}

/// ` in shop`, ` in all namespaces`, or nothing.
fn place(namespace: Option<&Namespace>, all: bool) -> String {
    match namespace {
        _ if all => " in all namespaces".to_owned(),
        Some(namespace) => format!(" in {namespace}"),
        None => String::new(),
    }
}

fn about(target: Option<&Target>, namespace: Option<&Namespace>) -> String {
    match target {
        Some(target) => format!("about {}", target.plain()),
        None => place(namespace, false).trim_start().to_owned(),
    }
}

fn flag(namespace: Option<&Namespace>, all: bool) -> Option<String> {
    if all { Some("-A".to_owned()) } else { namespace.map(|namespace| format!("-n {namespace}")) }
}
