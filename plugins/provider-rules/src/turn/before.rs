//! The turn before, as its messages are replayed: a question of ours that is open, and the rows that were shown.
//!
//! Rows are data of the cluster: only names and kinds are taken from them, and each is resolved again before it is used.

use serde_json::Value;

use super::RESOLVE;
use super::resolve::{self, Outcome};
use crate::clauses::Clause;
use crate::context::{Context, Named};
use crate::conversation::Turn;
use crate::intent::Intent;
use crate::understand::understand;

/// What "the second one" can be about.
pub(super) struct Shown<'a> {
    pub(super) before: Option<&'a Turn<'a>>,
    pub(super) context: &'a Context,
}

/// What the turn before asked back, if it asked which of several objects was meant: its requests, which of them, and the
/// objects.
pub(super) fn open_question(before: &Turn<'_>, context: &Context) -> Option<(Vec<Clause>, usize, Vec<Named>)> {
    let asked = before.answered(|name| name == RESOLVE);
    if asked.is_empty() {
        return None;
    }
    let clauses = understand(before.said, context).ok()?;
    let shown = Shown { before: None, context };
    let open = clauses.iter().enumerate().find_map(|(index, clause)| {
        let Intent::Object { action, object } = &clause.reading.intent else { return None };
        let wanted = resolve::wanted(object, &clause.reading.place, &shown).ok()?;
        let (_, result) = asked.iter().find(|(call, _)| wanted.is_asked_by(call, action))?;
        match resolve::outcome(action, &wanted, (*result)?) {
            Outcome::Several(candidates) => Some((index, candidates)),
            _ => None,
        }
    });
    open.map(|(index, candidates)| (clauses, index, candidates))
}

impl Shown<'_> {
    /// The object in a row of what the turn before showed; the last one is [`usize::MAX`].
    pub(super) fn row(&self, index: usize) -> Option<Named> {
        let (call, result) = self.before?.answered(|name| name != RESOLVE).pop()?;
        let arguments: Value = serde_json::from_str(&call.arguments_json).ok()?;
        let found: Value = serde_json::from_str(&result?.content_json).ok()?;
        let rows = found.get("rows").or_else(|| found.get("findings"))?.as_array()?;
        let cut = found.get("omitted").is_some_and(|omitted| omitted.as_u64() != Some(0));
        let row = match index {
            usize::MAX if cut => return None,
            usize::MAX => rows.last()?,
            index => rows.get(index)?,
        };
        let named: Option<Named> = match row.get("object") {
            Some(object) => serde_json::from_value(object.clone()).ok(),
            None => self.cells(row, &found, &arguments),
        };
        let cluster = arguments.get("cluster").and_then(Value::as_str).map(str::to_owned);
        named.map(|named| Named { cluster: self.context.elsewhere(cluster.as_ref()), ..named })
    }

    /// A row of a table: its name, the namespace of its row or of the whole, the kind that was asked for.
    fn cells(&self, row: &Value, found: &Value, arguments: &Value) -> Option<Named> {
        let columns = found.get("columns")?.as_array()?;
        let cell = |title: &str| {
            let at = columns.iter().position(|column| column.as_str() == Some(title))?;
            row.get(at)?.as_str().map(str::to_owned)
        };
        let said = |key: &str| arguments.get(key).and_then(Value::as_str).map(str::to_owned);
        let kind = found.get("kind").and_then(Value::as_str).map(str::to_owned).or_else(|| said("kind"))?;
        let wide = matches!(kind.to_lowercase().as_str(), "node" | "namespace" | "persistentvolume");
        let home = || said("namespace").or_else(|| Some(self.context.namespace.clone()));
        let namespace = cell("NAMESPACE").or_else(|| if wide { None } else { home() });
        Some(Named { kind, namespace, name: cell("NAME")?, cluster: None })
    }
}
