//! `GET /logs`: the last lines of some pods' containers as JSON lines; with `follow=true` as events, lines to come included.
//!
//! Several pods stand in `pod` with commas between them, at most [`LOG_PODS_MAX`]. A line is `{"pod", "container", "time",
//! "line"}`, with `"cut": true` where it was too long; a log that can't be read is a line with `problem`. Lines are masked
//! and cleaned. `since` is seconds or a time; `include` and `exclude` are texts a shown line must, must not hold. How a
//! follower is bounded and goes on stands in [`follow`](crate::http::follow_logs).

use axum::extract::{Query, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt as _;
use futures_util::future::join_all;
use kubechat_core::names::{ClusterName, Namespace, ObjectName};
use kubechat_core::operation::read::{LOG_LINES, LOG_LINES_MAX};
use kubechat_core::problem::{Code, Problem};
use kubechat_core::read::log_line::{FILTER_CHARS_MAX, Filter, LogPlace, LogReader, ShownLine};
use kubechat_flow::logs::{LOG_PODS_MAX, LogsAsk, PodAsk, PodLog};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::http::actor::Listener;
use crate::http::error::ApiError;
use crate::http::follow_logs::{self, Source};
use crate::http::since::Since;
use crate::http::state::App;

/// Longest time for reading lines that are there, seconds.
const READ_S_MAX: u64 = 30;
/// Most bytes of shown lines in one answer that does not follow.
const ANSWER_BYTES_MAX: usize = 8 << 20;

/// What is asked for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    cluster: Option<ClusterName>,
    namespace: Option<Namespace>,
    pod: String,
    container: Option<String>,
    #[serde(default)]
    previous: bool,
    #[serde(default)]
    follow: bool,
    lines: Option<u32>,
    since: Option<Since>,
    include: Option<String>,
    exclude: Option<String>,
}

/// Reads or follows them. The only pod that can't be read is a problem; of several it is a line.
pub async fn get(
    State(app): State<App>,
    by: Listener,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let cluster = app.flow.ports().cluster.known(&by.who, asked.cluster.as_ref())?.name;
    let names = pods(&asked.pod)?;
    let filter = Filter { include: filter(asked.include.as_ref())?, exclude: filter(asked.exclude.as_ref())? };
    let lines = asked.lines.unwrap_or(LOG_LINES);
    if lines == 0 || lines > LOG_LINES_MAX {
        return Err(ApiError::new(Code::BadInput, format!("lines is 1 to LOG_LINES_MAX = {LOG_LINES_MAX}")));
    }
    if asked.follow && asked.previous {
        return Err(ApiError::new(
            Code::BadInput,
            "a container that has ended writes nothing more: follow or previous",
        ));
    }
    let since = asked.since.map(|since| since.at(app.flow.ports().clock.now())).transpose()?.map(Into::into);
    let place = asked.namespace.as_ref().map(Namespace::as_str).unwrap_or_default();
    let token =
        follow_logs::token(&[cluster.as_str(), place, &asked.pod, asked.container.as_deref().unwrap_or_default()]);
    let places = match headers.get("last-event-id").filter(|_| asked.follow) {
        Some(id) => follow_logs::places(id.to_str().unwrap_or_default(), &token, names.len())?,
        None => vec![None; names.len()],
    };
    let reader = |place: Option<LogPlace>| LogReader::new(filter.clone(), since, place);
    let readers: Vec<LogReader> = places.into_iter().map(reader).collect();
    let each = names.into_iter().zip(&readers);
    let ask = LogsAsk {
        namespace: asked.namespace,
        pods: each.map(|(pod, one)| PodAsk { pod, since: one.from(), resumed: one.place().is_some() }).collect(),
        container: asked.container,
        previous: asked.previous,
        follow: asked.follow,
        lines,
    };
    if asked.follow {
        let seat = app.seats.take(&by)?;
        let logs = app.flow.open_logs(&by.who, &cluster, &ask).await?;
        let sources = logs.into_iter().zip(readers).map(|(log, reader)| Source::new(log, reader)).collect();
        return Ok(follow_logs::respond(&app, seat, token, sources));
    }
    let logs = app.flow.open_logs(&by.who, &cluster, &ask).await?;
    let told = join_all(logs.into_iter().zip(readers).map(|(log, reader)| read(log, reader))).await;
    Ok(([(header::CONTENT_TYPE, "application/x-ndjson")], text(told)).into_response())
}

fn pods(text: &str) -> Result<Vec<ObjectName>, ApiError> {
    let names: Vec<_> = text.split(',').collect();
    if names.len() > LOG_PODS_MAX {
        let detail = format!("{} pods; LOG_PODS_MAX is {LOG_PODS_MAX}", names.len());
        return Err(ApiError::new(Code::LimitExceeded, detail));
    }
    let names: Vec<ObjectName> = names.into_iter().map(super::id).collect::<Result<_, _>>()?;
    match names.iter().enumerate().find(|(at, name)| names[..*at].contains(name)) {
        Some((_, twice)) => Err(ApiError::new(Code::BadInput, format!("pod {twice} is named twice"))),
        None => Ok(names),
    }
}

fn filter(text: Option<&String>) -> Result<Option<String>, ApiError> {
    match text.filter(|text| !text.is_empty()) {
        Some(text) if text.chars().count() > FILTER_CHARS_MAX => {
            let detail = format!("a filter has at most FILTER_CHARS_MAX = {FILTER_CHARS_MAX} characters");
            Err(ApiError::new(Code::LimitExceeded, detail))
        }
        other => Ok(other.cloned()),
    }
}

/// One line of a log, as it is told.
#[derive(Debug, Serialize)]
pub(crate) struct Told<'a> {
    pod: &'a ObjectName,
    container: Option<&'a str>,
    time: Option<kubechat_core::read::log_line::LogTime>,
    line: &'a str,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    cut: bool,
}

impl<'a> Told<'a> {
    pub(crate) fn new(pod: &'a ObjectName, container: Option<&'a str>, line: &'a ShownLine) -> Self {
        Self { pod, container, time: line.time, line: &line.text, cut: line.cut }
    }
}

/// A log that can't be read, or can't be read any further.
pub(crate) fn trouble(pod: &ObjectName, container: Option<&str>, problem: &Problem) -> Value {
    json!({"pod": pod, "container": container, "problem": kubechat_core::read::shown_line(&problem.detail)})
}

/// The lines that are there of one log, within its time.
async fn read(log: PodLog, mut reader: LogReader) -> Vec<String> {
    let PodLog { pod, container, lines } = log;
    let container = container.as_deref();
    let mut told = Vec::new();
    let mut lines = match lines {
        Ok(lines) => lines,
        Err(problem) => return vec![trouble(&pod, container, &problem).to_string()],
    };
    let reading = async {
        while let Some(line) = lines.next().await {
            match line {
                Ok(raw) => {
                    let shown = reader.next(&raw);
                    told.extend(shown.and_then(|line| serde_json::to_string(&Told::new(&pod, container, &line)).ok()));
                }
                Err(problem) => told.push(trouble(&pod, container, &problem).to_string()),
            }
        }
    };
    let late = tokio::time::timeout(std::time::Duration::from_secs(READ_S_MAX), reading).await.is_err();
    if late {
        let problem = Problem::new(Code::Timeout, format!("its lines did not come within {READ_S_MAX} s"));
        told.push(trouble(&pod, container, &problem).to_string());
    }
    told
}

/// All of them, pod after pod; too much is said at the end, and the newest of each pod's lines stay.
fn text(told: Vec<Vec<String>>) -> String {
    let share = ANSWER_BYTES_MAX / told.len().max(1);
    let mut text = String::new();
    for lines in told {
        let (mut bytes, mut from) = (0, lines.len());
        while from > 0 && bytes + lines[from - 1].len() < share {
            from -= 1;
            bytes += lines[from].len() + 1;
        }
        if from > 0 {
            let problem = format!(
                "its {from} oldest lines are left out: the answer has ANSWER_BYTES_MAX = {ANSWER_BYTES_MAX} bytes"
            );
            text += &format!("{}\n", json!({"problem": problem}));
        }
        lines[from..].iter().for_each(|line| text += &format!("{line}\n"));
    }
    text
}
