//! The dialogue about one plan: `[Enter] run  [d]iff  [e]dit  [n]o` on a terminal; elsewhere what to type next.
//!
//! Only a key pressed on a terminal after the question stood there, or `--yes`, is consent. Anything else leaves the plan as
//! it is.

use std::io::{IsTerminal as _, Write};
use std::process::ExitCode;

use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste, Event, KeyCode, KeyEventKind, read};
use crossterm::execute;
use crossterm::terminal::{disable_raw_mode, enable_raw_mode};
use serde_json::{Value, json};

use super::api::Client;
use super::out::{Failure, Format, items, print, text};
use super::paint::dim;
use super::{execute, plan, show, typed};

/// What a person decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Choice {
    Run,
    Diff,
    Edit,
    No,
}

/// Decides on a plan that was just made and shown.
pub(crate) async fn decide(client: &Client, view: &Value, yes: bool, format: Format) -> Result<ExitCode, Failure> {
    let id = text(view, "/id").to_owned();
    if yes {
        return execute::execute(client, view, format).await;
    }
    let terminal = std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
    if format != Format::Table || !terminal {
        if format == Format::Table {
            sayln!("{}", dim(&next(view)));
        }
        return Ok(ExitCode::SUCCESS);
    }
    if text(view, "/state") != "ready" || matches!(text(view, "/mode"), "read-only" | "suggest-only") {
        sayln!("{}", dim(&next(view)));
        return Ok(ExitCode::SUCCESS);
    }
    let mut view = view.clone();
    loop {
        match ask_key()? {
            Choice::Run => return execute::execute(client, &view, format).await,
            Choice::Diff => say!("{}", show::plan(&view, true)),
            Choice::Edit => {
                view = plan::edit_in_editor(client, &view).await?;
                print(format, &view, |view| show::plan(view, false));
                if text(&view, "/state") != "ready" {
                    sayln!("{}", dim(&next(&view)));
                    return Ok(ExitCode::SUCCESS);
                }
            }
            Choice::No => {
                client.post(&format!("/api/v1/plans/{id}/reject"), json!({})).await?;
                sayln!("rejected; nothing was changed");
                return Ok(ExitCode::SUCCESS);
            }
        }
    }
}

/// What to type next, by where the plan stands.
pub(crate) fn next(view: &Value) -> String {
    let id = text(view, "/id");
    match text(view, "/state") {
        "ready" if matches!(text(view, "/mode"), "read-only" | "suggest-only") => {
            format!("{}: nothing can be executed here", text(view, "/mode"))
        }
        "ready" => format!("run it: kubechat execute {id}"),
        "needs-approval" => approval(view, id),
        "stale" | "expired" => format!("compute it anew: kubechat plan refresh {id}"),
        "denied" => "change the request as the remedy says".to_owned(),
        _ => format!("look at it: kubechat plan show {id}"),
    }
}

/// Whose word is missing, and for which clusters where there are several.
fn approval(view: &Value, id: &str) -> String {
    let parts = items(view, "/parts");
    let tally = |part: &Value| text(part, "/approval/tally/tally").to_owned();
    let waiting: Vec<&Value> = parts.iter().filter(|part| tally(part) == "waiting").collect();
    if waiting.is_empty() && parts.iter().any(|part| tally(part) == "confirmation-missing") {
        return format!("confirm it yourself: kubechat approve {id}");
    }
    let missing = waiting.iter().flat_map(|part| items(part, "/approval/tally/missing"));
    let votes: u64 = missing.filter_map(|missing| missing["votes"].as_u64()).max().unwrap_or(1);
    let people = if votes == 1 { "somebody else approves" } else { "others approve" };
    let clusters: Vec<&str> = waiting.iter().map(|part| text(part, "/cluster")).collect();
    let place =
        if parts.len() > 1 { format!(" for {}", super::out::safe(&clusters.join(", "))) } else { String::new() };
    format!("{people}{place}: kubechat --as NAME approve {id}, then: kubechat execute {id}")
}

/// Asks, and waits for one key. Raw mode is left again whatever happens.
fn ask_key() -> Result<Choice, Failure> {
    let broken = |e: std::io::Error| Failure::new(1, "terminal", format!("the terminal: {e}"), "use --yes or -o json");
    enable_raw_mode().map_err(broken)?;
    let choice = asked();
    let restored = disable_raw_mode();
    sayln!();
    restored.map_err(broken)?;
    choice.map_err(broken)
}

fn asked() -> std::io::Result<Choice> {
    let mut out = std::io::stdout();
    // What is pasted comes as one event then, which is no key.
    execute!(out, EnableBracketedPaste)?;
    let choice = after_quiet(&mut out);
    execute!(out, DisableBracketedPaste)?;
    choice
}

fn after_quiet(out: &mut impl Write) -> std::io::Result<Choice> {
    if !typed::forget_keys()? {
        return Ok(Choice::No);
    }
    write!(out, "  [Enter] run  [d]iff  [e]dit  [n]o ")?;
    out.flush()?;
    wait_for_key()
}

fn wait_for_key() -> std::io::Result<Choice> {
    loop {
        let event = read()?;
        if typed::is_interrupt(&event) {
            return Ok(Choice::No);
        }
        let Event::Key(key) = event else { continue };
        if key.kind == KeyEventKind::Release {
            continue;
        }
        match key.code {
            KeyCode::Enter => return Ok(Choice::Run),
            KeyCode::Char('d' | 'D') => return Ok(Choice::Diff),
            KeyCode::Char('e' | 'E') => return Ok(Choice::Edit),
            KeyCode::Char('n' | 'N' | 'q') | KeyCode::Esc => return Ok(Choice::No),
            _ => {}
        }
    }
}
