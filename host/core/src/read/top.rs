//! Use of CPU and memory of pods, their containers and nodes, as metrics-server measured it last.
//!
//! Units: CPU in millicores, memory in MiB, as `kubectl top` writes them; shares of what a node can give are whole
//! percents. A cluster that serves no metrics is told so, with what would provide them: zeros would be a lie. A pod that
//! was not measured yet has no row. Limits: [`TABLE_ROWS_MAX`], cut after sorting.

use std::cmp::Reverse;

use serde_json::Value;

use super::answer::{Row, TABLE_ROWS_MAX, Table};
use super::scope::{Scope, Seen, list};
use super::shown::line;
use super::{reference, refused};
use crate::facts::{FactQuery, Snapshot};
use crate::names::KindWord;
use crate::object::{ApiType, ObjectRef, items, name, text};
use crate::operation::read::{Top, TopKind, TopSort};
use crate::operation::{LowerError, api_of};

/// Nano is what metrics come in at the finest.
const NANOS: u128 = 1_000_000_000;
const MIB: u128 = 1 << 20;

/// CPU in nanocores, memory in bytes times [`NANOS`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Usage {
    cpu: u128,
    memory: u128,
}

/// What must be known before it can be shown.
pub(super) fn needs(top: &Top, known: &Snapshot) -> Result<Vec<FactQuery>, LowerError> {
    let word = measured(top);
    match api_of(&word, known) {
        Ok(None) => Ok(vec![FactQuery::Kind { word }]),
        Ok(Some(api)) => {
            let mut needs = scope(top).needs(&api, None, known);
            if top.kind == TopKind::Nodes {
                needs.extend(known.missing(vec![list(&ApiType::nodes(), None)]));
            }
            Ok(needs)
        }
        Err(LowerError::UnknownKind(_)) => Ok(Vec::new()),
        Err(other) => Err(other),
    }
}

/// The table, the most first.
pub(super) fn answer(top: &Top, known: &Snapshot) -> Result<Table, LowerError> {
    let api = match api_of(&measured(top), known) {
        Ok(Some(api)) => api,
        Ok(None) | Err(LowerError::UnknownKind(_)) => return Err(no_metrics()),
        Err(other) => return Err(other),
    };
    let seen = scope(top).seen(&api, None, known);
    if !seen.any {
        return Err(refused(&seen, &api.resource()));
    }
    Ok(table(top, &seen, known))
}

/// The type that holds the measurements.
fn measured(top: &Top) -> KindWord {
    let word = match top.kind {
        TopKind::Pods | TopKind::Containers => "pods.metrics.k8s.io",
        TopKind::Nodes => "nodes.metrics.k8s.io",
    };
    KindWord::parse(word).expect("a constant that keeps the rule")
}

fn no_metrics() -> LowerError {
    let why = "this cluster serves no metrics.k8s.io, so nobody measures CPU and memory; metrics-server provides it";
    LowerError::BadValue(why.to_owned())
}

fn scope(top: &Top) -> Scope<'_> {
    match &top.namespace {
        Some(namespace) if !top.all_namespaces && top.kind != TopKind::Nodes => Scope::One(namespace),
        fallback => Scope::Everywhere { fallback: fallback.as_ref() },
    }
}

/// One measured thing: the object it belongs to, and of a container its name.
struct Measured<'a> {
    object: ObjectRef,
    container: Option<&'a str>,
    usage: Usage,
}

fn table(top: &Top, seen: &Seen<'_>, known: &Snapshot) -> Table {
    let of_nodes = top.kind == TopKind::Nodes;
    let api = if of_nodes { ApiType::nodes() } else { ApiType::pods() };
    let mut rows: Vec<Measured<'_>> = seen.items.iter().flat_map(|item| measured_in(top.kind, &api, item)).collect();
    let total = rows.len() as u64;
    rows.sort_by(|a, b| {
        let key = |one: &Measured<'_>| {
            (one.object.namespace.clone(), one.object.name.clone(), one.container.map(str::to_owned))
        };
        key(a).cmp(&key(b))
    });
    match top.sort.unwrap_or_default() {
        TopSort::Cpu => rows.sort_by_key(|one| Reverse(one.usage.cpu)),
        TopSort::Memory => rows.sort_by_key(|one| Reverse(one.usage.memory)),
    }
    rows.truncate(TABLE_ROWS_MAX);
    let nodes = known.list(&ApiType::nodes(), None, None).unwrap_or_default();
    let place = top.all_namespaces && !of_nodes;
    let rows: Vec<Row> = rows
        .into_iter()
        .map(|Measured { object, container, usage }| {
            let shares = of_nodes.then(|| shares(usage, object.name.as_str(), nodes));
            let place = place.then(|| object.namespace.as_ref().map(ToString::to_string).unwrap_or_default());
            let named = place.into_iter().chain([object.name.to_string()]).chain(container.map(line));
            Row { cells: named.chain(cells(usage, shares)).collect(), object }
        })
        .collect();
    let omitted = total - rows.len() as u64;
    let titles: &[&str] = match top.kind {
        TopKind::Nodes => &["NAME", "CPU", "CPU%", "MEMORY", "MEMORY%"],
        TopKind::Pods => &["NAME", "CPU", "MEMORY"],
        TopKind::Containers => &["POD", "CONTAINER", "CPU", "MEMORY"],
    };
    let titles = place.then_some("NAMESPACE").into_iter().chain(titles.iter().copied());
    let columns = titles.map(str::to_owned).collect();
    Table { kind: api.kind, columns, rows, total, omitted, unseen: seen.unseen.clone() }
}

/// What was measured of one item; a pod's containers together, or each by itself.
fn measured_in<'a>(kind: TopKind, api: &ApiType, item: &'a Value) -> Vec<Measured<'a>> {
    let Some(object) = reference(api, item) else { return Vec::new() };
    let containers = items(item, "/containers");
    match kind {
        TopKind::Nodes => vec![Measured { object, container: None, usage: used(item) }],
        TopKind::Pods => {
            let usage = containers.iter().map(used).fold(Usage::default(), |sum, one| Usage {
                cpu: sum.cpu.saturating_add(one.cpu),
                memory: sum.memory.saturating_add(one.memory),
            });
            vec![Measured { object, container: None, usage }]
        }
        TopKind::Containers => containers
            .iter()
            .map(|one| Measured { object: object.clone(), container: Some(text(one, "/name")), usage: used(one) })
            .collect(),
    }
}

fn used(value: &Value) -> Usage {
    let at = |resource: &str| quantity(text(value, resource)).unwrap_or_default();
    Usage { cpu: at("/usage/cpu"), memory: at("/usage/memory") }
}

fn cells(usage: Usage, shares: Option<(String, String)>) -> Vec<String> {
    let cpu = format!("{}m", usage.cpu.div_ceil(NANOS / 1_000));
    let memory = format!("{}Mi", usage.memory / NANOS / MIB);
    match shares {
        Some((of_cpu, of_memory)) => vec![cpu, of_cpu, memory, of_memory],
        None => vec![cpu, memory],
    }
}

/// Of what the node can give to pods, in percent.
fn shares(usage: Usage, node: &str, nodes: &[Value]) -> (String, String) {
    let node = nodes.iter().find(|other| name(other) == node);
    let share = |used: u128, resource: &str| {
        let whole = node.and_then(|node| quantity(text(node, resource))).filter(|whole| *whole > 0);
        match whole.and_then(|whole| used.checked_mul(100).map(|used| used / whole)) {
            Some(percent) => format!("{percent}%"),
            None => "<unknown>".to_owned(),
        }
    };
    (share(usage.cpu, "/status/allocatable/cpu"), share(usage.memory, "/status/allocatable/memory"))
}

/// A quantity in billionths, so that nanocores stay whole.
fn quantity(text: &str) -> Option<u128> {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, suffix) = text.split_at(digits);
    let factor: u128 = match suffix {
        "n" => 1,
        "u" => 1_000,
        "m" => 1_000_000,
        "" => NANOS,
        "k" => NANOS * 1_000,
        "M" => NANOS * 1_000_000,
        "G" => NANOS * 1_000_000_000,
        "Ki" => NANOS << 10,
        "Mi" => NANOS << 20,
        "Gi" => NANOS << 30,
        "Ti" => NANOS << 40,
        _ => return None,
    };
    number.parse::<u128>().ok()?.checked_mul(factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measurements_are_read_in_all_the_units_they_come_in() {
        for (text, nanos) in [("1n", 1), ("250m", 250_000_000), ("2", 2 * NANOS), ("3Ki", 3_072 * NANOS), ("1u", 1_000)]
        {
            assert_eq!(quantity(text), Some(nanos), "{text}");
        }
        for bad in ["", "m", "-1", "1x", "9e9", "340282366920938463463374607431768211455Ti"] {
            assert_eq!(quantity(bad), None, "{bad}");
        }
    }
}
