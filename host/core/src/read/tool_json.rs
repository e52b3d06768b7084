//! An answer as a tool result for a provider: compact, valid JSON within a limit, cut where an item ends.
//!
//! What is left out is counted in `omitted`. Logs keep their newest lines, tables their first rows, findings the worst, changes
//! the newest.
//! A provider needs no digests, types or addresses beyond kind, namespace and name, so those are not there.

use serde_json::{Map, Value, json};

use super::answer::{Answer, LogSource, Logs, Table};
use super::changes::{ChangeRow, Changes};
use super::fit::{bytes, fit};
use crate::analyze::{Finding, Findings};
use crate::object::ObjectRef;

/// Kept for `omitted` counts and separators.
const RESERVE: usize = 64;

impl Answer {
    /// It within `limit_bytes`, as a tool result.
    pub fn to_tool_json(&self, limit_bytes: usize) -> Value {
        let whole = match self {
            Self::Object { object, content } => {
                let content = fit(content, limit_bytes.saturating_sub(bytes(&short(object)) + RESERVE));
                json!({"answer": "object", "object": short(object), "content": content})
            }
            Self::Table(table) => rows(table, limit_bytes),
            Self::Description(it) => {
                let head = json!({"answer": "description", "object": short(&it.object), "unseen": it.unseen});
                let sections = it.sections.iter().map(|section| {
                    let lines: Vec<_> = section.lines.iter().map(|line| json!([line.label, line.text])).collect();
                    let omitted = section.omitted;
                    fit(&json!({"title": section.title, "lines": lines, "omitted": omitted}), limit_bytes / 3)
                });
                with_items(head, "sections", sections, 0, limit_bytes)
            }
            Self::Logs(logs) => log_lines(logs, limit_bytes),
            Self::Events(events) => {
                // The newest matter most, so they are taken first and put back into order.
                let newest = events.rows.iter().rev().map(|row| {
                    json!({"age": row.age, "type": row.level, "reason": row.reason, "object": row.object,
                           "count": row.count, "message": row.message})
                });
                let mut cut = with_items(json!({"answer": "events"}), "events", newest, events.omitted, limit_bytes);
                if let Some(rows) = cut.get_mut("events").and_then(Value::as_array_mut) {
                    rows.reverse();
                }
                cut
            }
            Self::Findings(found) => findings(found, limit_bytes),
            Self::Changes(found) => changes(found, limit_bytes),
            Self::Listing(listing) => {
                let head = json!({"answer": "listing", "what": listing.what, "columns": listing.columns,
                    "total": listing.total, "notes": listing.notes, "unseen": fit(&json!(listing.unseen), limit_bytes / 8)});
                with_items(head, "rows", listing.rows.iter().map(|row| json!(row)), listing.omitted, limit_bytes)
            }
        };
        // Only a limit smaller than an answer's own frame gets here.
        if bytes(&whole) <= limit_bytes { whole } else { fit(&whole, limit_bytes) }
    }
}

/// An address as a provider needs it.
fn short(object: &ObjectRef) -> Value {
    json!({"kind": object.api.kind, "namespace": object.namespace, "name": object.name})
}

/// A frame with as many items as fit under `key`, and how many don't.
fn with_items(frame: Value, key: &str, list: impl Iterator<Item = Value>, omitted: u64, limit: usize) -> Value {
    let mut frame = match frame {
        Value::Object(map) => map,
        other => Map::from_iter([("answer".to_owned(), other)]),
    };
    let mut left = limit.saturating_sub(bytes(&Value::Object(frame.clone())) + key.len() + RESERVE);
    let (mut kept, mut omitted, mut full) = (Vec::new(), omitted, false);
    for item in list {
        let size = bytes(&item) + 1;
        full = full || size > left;
        if full {
            omitted += 1;
        } else {
            left -= size;
            kept.push(item);
        }
    }
    frame.insert(key.to_owned(), Value::Array(kept));
    if omitted > 0 {
        frame.insert("omitted".to_owned(), json!(omitted));
    }
    Value::Object(frame)
}

fn rows(table: &Table, limit: usize) -> Value {
    let head = json!({"answer": "table", "kind": table.kind, "columns": table.columns, "total": table.total,
                      "unseen": table.unseen});
    with_items(head, "rows", table.rows.iter().map(|row| json!(row.cells)), table.omitted, limit)
}

fn log_lines(logs: &Logs, limit: usize) -> Value {
    let share = limit.saturating_sub(RESERVE * 2) / logs.sources.len().max(1);
    let source = |source: &LogSource| {
        let head = json!({"pod": source.pod, "namespace": source.namespace, "container": source.container,
                          "previous": source.previous, "problem": source.problem});
        let newest = source.lines.iter().rev().map(|line| fit(&json!(line), share / 2));
        let mut cut = with_items(head, "lines", newest, 0, share.saturating_sub(1));
        if let Some(lines) = cut.get_mut("lines").and_then(Value::as_array_mut) {
            lines.reverse();
        }
        cut
    };
    with_items(json!({"answer": "logs"}), "sources", logs.sources.iter().map(source), logs.omitted, limit)
}

fn changes(found: &Changes, limit: usize) -> Value {
    let object = found.object.as_ref().map(short);
    let head = json!({"answer": "changes", "object": object, "namespace": found.namespace,
        "gaps": fit(&json!(found.gaps), limit / 8), "unseen": fit(&json!(found.unseen), limit / 8)});
    let one = |row: &ChangeRow| {
        let (at, source) = (row.at.map(|at| at.to_string()), row.source.as_str());
        fit(&json!({"at": at, "source": source, "object": row.object, "who": row.who, "what": row.what}), limit / 4)
    };
    with_items(head, "changes", found.rows.iter().map(one), found.omitted, limit)
}

fn findings(found: &Findings, limit: usize) -> Value {
    let head =
        json!({"answer": "findings", "looked_at": found.looked_at, "unseen": fit(&json!(found.unseen), limit / 8)});
    let one = |finding: &Finding| {
        let evidence = finding.evidence.iter().map(|e| json!({"id": e.id, "source": e.source, "text": e.text}));
        let whole = json!({"rule": finding.rule, "severity": finding.severity, "object": short(&finding.object),
            "sentence": finding.sentence, "evidence": evidence.collect::<Vec<_>>(), "fix": finding.fix,
            "advice": finding.advice, "folded": finding.folded});
        fit(&whole, limit / 2)
    };
    with_items(head, "findings", found.findings.iter().map(one), found.omitted, limit)
}
