//! Rows: of a table those that are not well, of events the warnings and the newest, of the rest those that come first.

use super::{Lines, Made, Pick, counted, unread};
use crate::read::answer::{EventRow, Events, Listing, Table};
use crate::read::changes::Changes;

/// What stands in `STATUS` of what is well.
const WELL: &[&str] =
    &["Running", "Completed", "Complete", "Succeeded", "Active", "Bound", "Ready", "Available", "Healthy"];
/// Between the cells of a row.
const CELLS: &str = "  ";

pub(super) fn of_table(table: &Table) -> Made {
    let (titles, rows) = (&table.columns, &table.rows);
    let mut lines = Lines::default();
    let mut order: Vec<Pick> = Pick::all(lines.push(&titles.join(CELLS))).collect();
    let (mut ill, mut well) = (Vec::new(), Vec::new());
    let states: Vec<String> = rows.iter().map(|row| state(titles, &row.cells)).collect();
    for (row, state) in rows.iter().zip(&states) {
        let of_row = lines.push(&row.cells.join(CELLS));
        if is_well(state) { well.extend(Pick::all(of_row)) } else { ill.extend(Pick::all(of_row)) }
    }
    let by_state = counted(states.iter().map(String::as_str).filter(|state| !state.is_empty()));
    let states = if by_state.is_empty() { String::new() } else { format!(": {by_state}") };
    let unread = unread(table.omitted, table.unseen.len());
    order.extend(ill.into_iter().chain(well));
    Made { answer: "table", summary: format!("{} {}{states}{unread}", table.total, table.kind), lines, order }
}

/// In which state a row is, as far as its columns say: its status, or whether all of it is ready.
fn state(titles: &[String], cells: &[String]) -> String {
    let cell = |title: &str| titles.iter().position(|each| each == title).and_then(|at| cells.get(at));
    let parts = cell("READY").and_then(|ready| ready.split_once('/'));
    let unready = parts.is_some_and(|(ready, wanted)| ready != wanted);
    match (cell("STATUS"), parts) {
        (Some(status), _) if status == "Running" && unready => "Running but not ready".to_owned(),
        (Some(status), _) => status.clone(),
        (None, Some(_)) if unready => "not ready".to_owned(),
        (None, Some(_)) => "Ready".to_owned(),
        (None, None) => String::new(),
    }
}

fn is_well(state: &str) -> bool {
    state.is_empty() || WELL.contains(&state)
}

pub(super) fn of_events(events: &Events) -> Made {
    let mut lines = Lines::default();
    let numbers: Vec<_> = events.rows.iter().map(|row| lines.push(&event(row))).collect();
    // The newest stand last.
    let newest = || events.rows.iter().zip(&numbers).rev();
    let normal = |(row, _): &(&EventRow, _)| row.level == "Normal";
    let warnings = newest().filter(|one| !normal(one)).chain(newest().filter(normal));
    let order = warnings.flat_map(|(_, of_row)| Pick::all(of_row.clone())).collect();
    let reasons = counted(events.rows.iter().map(|row| row.reason.as_str()));
    let summary = format!("{} events: {reasons}{}", events.rows.len(), unread(events.omitted, 0));
    Made { answer: "events", summary, lines, order }
}

fn event(row: &EventRow) -> String {
    let EventRow { age, level, reason, object, count, message, .. } = row;
    format!("{age} {level} {reason} {object} ×{count}: {message}")
}

pub(super) fn of_changes(changes: &Changes) -> Made {
    let mut lines = Lines::default();
    for row in &changes.rows {
        let at = row.at.map(|at| at.to_string()).unwrap_or_default();
        let who = row.who.as_deref().unwrap_or_default();
        lines.push(&format!("{at} {} {} {who}: {}", row.source.as_str(), row.object, row.what));
    }
    for gap in &changes.gaps {
        lines.push(gap);
    }
    let unread = unread(changes.omitted, changes.unseen.len());
    let summary = format!("{} changes, the newest first{unread}", changes.rows.len());
    in_order("changes", summary, lines)
}

pub(super) fn of_listing(listing: &Listing) -> Made {
    let mut lines = Lines::default();
    lines.push(&listing.columns.join(CELLS));
    for row in &listing.rows {
        lines.push(&row.join(CELLS));
    }
    for note in &listing.notes {
        lines.push(note);
    }
    let summary = format!("{} {}{}", listing.total, listing.what, unread(listing.omitted, listing.unseen.len()));
    in_order("listing", summary, lines)
}

/// What comes first matters most.
fn in_order(answer: &'static str, summary: String, lines: Lines) -> Made {
    let order = Pick::all(0..lines.0.len()).collect();
    Made { answer, summary, lines, order }
}
