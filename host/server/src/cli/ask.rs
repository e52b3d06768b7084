//! `ask`: a sentence is answered, or becomes a plan to decide on. Starts a quiet local host when none runs.

use std::io::{BufRead as _, IsTerminal as _};
use std::os::unix::fs::DirBuilderExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ExitCode, Stdio};
use std::time::{Duration, Instant};

use hyper::Method;
use kubechat_core::read::Answer;
use serde_json::{Value, json};

use super::api::{Client, folder};
use super::batch::{self, BatchArgs, OwnHost, prompts};
use super::client::Global;
use super::out::{Failure, Format, items, print, safe, text};
use super::paint::{dim, yellow};
use super::sse::Events;
use super::waiting::{TICK, Waiting};
use super::{dialog, show};

/// How long a quiet host may take to start.
const START_DEADLINE: Duration = Duration::from_secs(20);
const START_PAUSE: Duration = Duration::from_millis(50);
/// How long to wait for a turn by default, s: two models that hang are ended by the host at 120 s each, then a third answers.
const WAIT_S: u64 = 300;

/// Arguments of `ask`.
#[derive(Debug, clap::Args)]
pub(crate) struct AskArgs {
    /// What you want, in plain words; without it, a conversation on a terminal, else standard input.
    sentence: Vec<String>,
    /// The namespace it is about (the context's by default).
    #[arg(short, long)]
    namespace: Option<String>,
    /// The cluster it is about (the first one by default).
    #[arg(long)]
    cluster: Option<String>,
    /// Execute the plan at once, without asking.
    #[arg(short, long)]
    yes: bool,
    /// Show the tools that ran.
    #[arg(short, long)]
    verbose: bool,
    /// How long to wait for each answer, seconds; the host goes on with it.
    #[arg(long, default_value_t = WAIT_S, value_name = "SECONDS")]
    timeout: u64,
    /// What outside programs say.
    #[command(flatten)]
    batch: BatchArgs,
}

/// Asks the running host, or one of its own.
pub(crate) async fn begin(global: &Global, args: AskArgs) -> Result<ExitCode, Failure> {
    if !args.batch.own_host() {
        let client = connect(global).await?;
        return run(global, &client, args).await;
    }
    let (host, client) = OwnHost::start(global, &args.batch).await?;
    run(&host.global, &client, args).await
}

/// A client; if no host runs on loopback, a quiet one is started. It writes its log beside the token files.
pub(crate) async fn connect(global: &Global) -> Result<Client, Failure> {
    if let Some(client) = answering(global).await {
        return Ok(client);
    }
    let log = quiet_log(global)?;
    let broken =
        |e: std::io::Error| Failure::new(1, "no-host", format!("starting a host: {e}"), "run `kubechat serve`");
    let program = std::env::current_exe().map_err(broken)?;
    eprintln!("{}", dim(&format!("no host on {}; starting a quiet one, its log is {}", global.server, log.display())));
    let mut child = std::process::Command::new(program)
        .args(["serve", "--listen", &global.server.to_string()])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(std::fs::File::create(&log).map_err(broken)?)
        // A group of its own: Ctrl-C ends the question, not the host.
        .process_group(0)
        .spawn()
        .map_err(broken)?;
    answers(global, &mut child, &log).await
}

/// Waits until a host that was just started answers; it is ended when it does not.
pub(crate) async fn answers(global: &Global, child: &mut Child, log: &Path) -> Result<Client, Failure> {
    let begun = Instant::now();
    while begun.elapsed() < START_DEADLINE {
        if let Ok(Some(status)) = child.try_wait() {
            let said = std::fs::read_to_string(log).unwrap_or_default();
            let detail = format!("the host ended with {status}: {}", safe(said.trim()));
            return Err(Failure::new(1, "no-host", detail, "run `kubechat serve` to see why"));
        }
        if let Some(client) = answering(global).await {
            return Ok(client);
        }
        tokio::time::sleep(START_PAUSE).await;
    }
    // It may still come up; ended here so that nothing is left behind that nobody asked for.
    let _ = child.kill();
    let detail = format!("the host did not answer within {} s", START_DEADLINE.as_secs());
    Err(Failure::new(124, "timeout", detail, format!("look at {}", log.display())))
}

async fn answering(global: &Global) -> Option<Client> {
    let client = Client::connect(global).ok()?;
    client.get("/api/v1/session").await.ok().map(|_| client)
}

fn quiet_log(global: &Global) -> Result<PathBuf, Failure> {
    let folder = folder(global.server)?;
    let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&folder);
    made.map_err(|e| Failure::new(1, "no-host", format!("{}: {e}", folder.display()), "make the folder writable"))?;
    Ok(folder.join("host.log"))
}

/// Asks once, converses, or asks what stands on standard input, in one conversation.
async fn run(global: &Global, client: &Client, args: AskArgs) -> Result<ExitCode, Failure> {
    let format = global.output;
    if !args.sentence.is_empty() {
        let turn = ask(client, &args.sentence.join(" "), &args, None).await?;
        return finish(global, client, &turn, &args).await;
    }
    if std::io::stdin().is_terminal() {
        return converse(global, client, &args).await;
    }
    let (mut thread, mut ended) = (None::<String>, ExitCode::SUCCESS);
    for prompt in prompts()? {
        let said = async {
            let turn = ask(client, &prompt, &args, thread.as_deref()).await?;
            thread = Some(text(&turn, "/thread").to_owned());
            finish(global, client, &turn, &args).await
        };
        // The first that failed is the run's end; the others are asked all the same.
        let code = said.await.unwrap_or_else(|failure| failure.report(format));
        if ended == ExitCode::SUCCESS {
            ended = code;
        }
    }
    Ok(ended)
}

async fn converse(global: &Global, client: &Client, args: &AskArgs) -> Result<ExitCode, Failure> {
    let format = global.output;
    eprintln!("{}", dim("Say what you want; an empty line or Ctrl-D ends."));
    let mut thread: Option<String> = None;
    loop {
        eprint!("> ");
        let mut line = String::new();
        let read = std::io::stdin().lock().read_line(&mut line);
        if !read.is_ok_and(|bytes| bytes > 0) || line.trim().is_empty() {
            return Ok(ExitCode::SUCCESS);
        }
        match ask(client, &line, args, thread.as_deref()).await {
            Err(failure) => {
                failure.report(format);
            }
            Ok(turn) => {
                thread = Some(text(&turn, "/thread").to_owned());
                if let Err(failure) = finish(global, client, &turn, args).await {
                    failure.report(format);
                }
            }
        }
    }
}

/// Sends a sentence and waits until its turn is answered.
async fn ask(client: &Client, sentence: &str, args: &AskArgs, thread: Option<&str>) -> Result<Value, Failure> {
    let mut body = json!({"sentence": sentence.trim()});
    let optional = [("thread", thread), ("namespace", args.namespace.as_deref()), ("cluster", args.cluster.as_deref())];
    for (name, value) in optional {
        if let Some(value) = value {
            body[name] = json!(value);
        }
    }
    let accepted = client.post("/api/v1/prompts", body).await?;
    let turn = text(&accepted, "/turn").to_owned();
    let wait = async {
        let stream = client.send(Method::GET, &format!("/api/v1/turns/{turn}/stream"), None, &[]).await?;
        answered(Events::new(stream.into_body()), args.batch.quiet).await?;
        client.get(&format!("/api/v1/turns/{turn}")).await
    };
    tokio::time::timeout(Duration::from_secs(args.timeout), wait).await.unwrap_or_else(|_| {
        let detail = format!("{turn} was not answered within {} s; the host goes on with it", args.timeout);
        Err(Failure::new(124, "timeout", detail, "look at it in the console, or wait longer: --timeout SECONDS"))
    })
}

/// Waits for the end of a turn, and says meanwhile what is under way.
async fn answered(mut events: Events, quiet: bool) -> Result<(), Failure> {
    let mut waiting = Waiting::begin("thinking", quiet);
    let mut ticks = tokio::time::interval_at(tokio::time::Instant::now() + TICK, TICK);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        let event = {
            // Pinned: a tick must not begin the stream's own deadline anew.
            let mut next = std::pin::pin!(events.next());
            loop {
                tokio::select! {
                    event = &mut next => break event?,
                    _ = ticks.tick() => waiting.tick(),
                }
            }
        };
        let Some(event) = event else { return Ok(()) };
        if event.name == "turn_status" && text(&event.data, "/state") != "working" {
            return Ok(());
        }
        for part in items(&event.data, "/parts") {
            match text(part, "/part") {
                "tool" => waiting.is_now(&format!("ran {}, thinking", text(part, "/name"))),
                "text" => waiting.is_now("writing"),
                _ => {}
            }
        }
    }
}

/// Shows what came of a turn; on a terminal, a single plan is decided on at once.
async fn finish(global: &Global, client: &Client, turn: &Value, args: &AskArgs) -> Result<ExitCode, Failure> {
    let format = global.output;
    let mut plans = Vec::new();
    for part in items(turn, "/parts").iter().filter(|part| text(part, "/part") == "plan") {
        plans.push(client.get(&format!("/api/v1/plans/{}", text(part, "/plan"))).await?);
    }
    args.batch.trace(turn, &plans)?;
    let planned = text(turn, "/state") == "planned";
    if format == Format::Table {
        say(turn, &plans, planned, args);
    } else {
        print(format, &json!({"turn": turn, "plans": plans}), |_| String::new());
    }
    if let Some(problem) = items(turn, "/parts").iter().rev().find(|part| text(part, "/part") == "problem") {
        return Err(as_failure(&problem["problem"]));
    }
    match plans.as_slice() {
        [plan] if planned => decide(global, client, plan, args).await,
        // A question back is not an answer, and a script has to notice.
        _ if text(turn, "/state") == "asked-back" => Ok(ExitCode::from(2)),
        _ => Ok(ExitCode::SUCCESS),
    }
}

/// Decides on a plan: on a terminal by key, with `--yes` at once; votes come from whom `--approve-as` names.
async fn decide(global: &Global, client: &Client, plan: &Value, args: &AskArgs) -> Result<ExitCode, Failure> {
    let voter = args.batch.approve_as.as_deref().filter(|_| text(plan, "/state") == "needs-approval");
    match voter {
        None => dialog::decide(client, plan, args.yes, global.output).await,
        Some(voter) => {
            batch::approve(global, voter, plan).await?;
            let plan = client.get(&format!("/api/v1/plans/{}", text(plan, "/id"))).await?;
            dialog::decide(client, &plan, args.yes, global.output).await
        }
    }
}

fn say(turn: &Value, plans: &[Value], planned: bool, args: &AskArgs) {
    let (tools, quiet) = (args.verbose || args.batch.show_tool_output, args.batch.quiet);
    for part in items(turn, "/parts") {
        match text(part, "/part") {
            "text" if !planned => {
                sayln!("{}", safe(text(part, "/text")));
                if part["partial"] == Value::Bool(true) {
                    sayln!("{}", yellow("the answer was cut off here"));
                }
                if part["unproven"] == Value::Bool(true) {
                    sayln!("{}", yellow("nothing that was read shows this: take it as unproven"));
                }
            }
            "note" if !quiet => sayln!("{} {}", yellow("note:"), safe(text(part, "/text"))),
            "tool" if tools => {
                sayln!("{}", dim(&format!("ran {} {}", text(part, "/name"), safe(&part["arguments"].to_string()))));
                if !part["problem"].is_null() {
                    let (why, code) = (text(part, "/problem/detail"), text(part, "/problem/code"));
                    sayln!("{}", yellow(&format!("refused: {} ({code})", safe(why))));
                }
            }
            "answer" => match serde_json::from_value::<Answer>(part["answer"].clone()) {
                Ok(Answer::Findings(found)) => say!("{}", show::findings(&found, plans)),
                Ok(answer) => say!("{}", show::answer(&answer)),
                Err(error) => sayln!("{}", dim(&format!("an answer this version cannot show ({error}); use -o json"))),
            },
            _ => {}
        }
    }
    if let Some(words) = masked(turn).filter(|_| !quiet) {
        sayln!("{}", dim(&words));
    }
    if planned {
        for plan in plans {
            say!("{}", show::plan(plan, false));
        }
    }
    if !quiet {
        sayln!("{}", dim(&badge(turn)));
    }
}

/// `no model · 180 ms`, `qwen3:8b · 3.1 s · 900 tokens`.
fn badge(turn: &Value) -> String {
    let at = |name: &str| turn[name].as_str().and_then(|at| at.parse::<kubechat_core::time::Timestamp>().ok());
    let took = match (at("created_at"), at("ended_at")) {
        (Some(begun), Some(ended)) => format!(" · {}", took(ended.since_ms(begun))),
        _ => String::new(),
    };
    let who = match (turn["rules"] == Value::Bool(true), text(turn, "/model")) {
        (true, _) => "no model",
        (false, "") => text(turn, "/provider"),
        (false, model) => model,
    };
    let usage = &turn["usage"];
    let tokens = usage["input_tokens"].as_u64().zip(usage["output_tokens"].as_u64());
    let about = if usage["estimated"] == Value::Bool(true) { "about " } else { "" };
    let used = tokens.map(|(read, written)| format!(" · {about}{} tokens", read.saturating_add(written)));
    format!("{}{took}{}", safe(who), used.unwrap_or_default())
}

/// `180 ms`, `3.1 s`, `75 s`.
fn took(ms: i64) -> String {
    match ms {
        i64::MIN..1_000 => format!("{ms} ms"),
        1_000..10_000 => format!("{}.{} s", ms / 1_000, ms % 1_000 / 100),
        _ => format!("{} s", ms / 1_000),
    }
}

fn as_failure(problem: &Value) -> Failure {
    let parsed: Option<kubechat_core::problem::Problem> = serde_json::from_value(problem.clone()).ok();
    match parsed {
        Some(problem) => {
            Failure::new(problem.code.exit(), problem.code.as_str(), safe(&problem.detail), safe(problem.advice()))
        }
        None => Failure::new(1, "bad-answer", "the host's problem could not be read", ""),
    }
}

/// What was kept from the provider: `3 secrets masked: 2 password, 1 token`.
fn masked(turn: &Value) -> Option<String> {
    let mut by_kind = std::collections::BTreeMap::<&str, u64>::new();
    for one in items(turn, "/masked") {
        *by_kind.entry(text(one, "/kind")).or_default() += one["count"].as_u64().unwrap_or(0);
    }
    let count: u64 = by_kind.values().sum();
    let each: Vec<String> = by_kind.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
    let noun = if count == 1 { "secret" } else { "secrets" };
    (count > 0).then(|| format!("{count} {noun} masked: {}", each.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_badge_names_the_model_the_time_and_the_tokens() {
        let turn = |more: Value| {
            let mut turn = json!({"created_at": "2026-03-01T21:04:00.000Z", "ended_at": "2026-03-01T21:04:03.140Z",
                                  "provider": "qwen3:8b · provider-ollama 0.1.0", "rules": false});
            turn.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap());
            turn
        };
        let usage = json!({"model": "qwen3:8b", "usage": {"input_tokens": 892, "output_tokens": 8, "rounds": 1}});
        assert_eq!(badge(&turn(usage)), "qwen3:8b · 3.1 s · 900 tokens");
        let about =
            json!({"model": "m", "usage": {"input_tokens": 2, "output_tokens": 1, "rounds": 1, "estimated": true}});
        assert_eq!(badge(&turn(about)), "m · 3.1 s · about 3 tokens");
        let rules = json!({"rules": true, "ended_at": "2026-03-01T21:04:00.180Z"});
        assert_eq!(badge(&turn(rules)), "no model · 180 ms");
        assert_eq!(badge(&turn(json!({"ended_at": null}))), "qwen3:8b · provider-ollama 0.1.0");
        assert_eq!(took(75_900), "75 s");
    }
}
