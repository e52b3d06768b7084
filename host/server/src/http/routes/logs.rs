//! `GET /logs?cluster&namespace&pod&container&previous&lines`: the last lines of some pods' containers, as JSON lines.
//!
//! Several pods stand in `pod` with commas between them, at most [`PODS_MAX`]. Each line of the answer is one line of one
//! log, `{"pod", "container", "line"}`, pod after pod, oldest first; a log that can't be read is a line with `problem`.
//! Lines are masked and cleaned. It does not follow.

use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use futures_util::future::join_all;
use kubechat_core::names::{ClusterName, KindWord, Namespace, ObjectName};
use kubechat_core::operation::read::{LOG_LINES, LOG_LINES_MAX, Logs};
use kubechat_core::operation::{Operation, Target};
use kubechat_core::problem::{Code, Problem};
use kubechat_core::read::Answer;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::http::actor::Actor;
use crate::http::error::ApiError;
use crate::http::state::App;

/// Most pods of one request.
pub const PODS_MAX: usize = 10;

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
    lines: Option<u32>,
}

/// Reads them. The only pod that can't be read is a problem; of several it is a line.
pub async fn get(State(app): State<App>, Actor(who): Actor, Query(asked): Query<Asked>) -> Result<Response, ApiError> {
    let cluster = app.flow.ports().cluster.known(&who, asked.cluster.as_ref())?.name;
    let pods = pods(&asked.pod)?;
    let lines = asked.lines.unwrap_or(LOG_LINES);
    if lines == 0 || lines > LOG_LINES_MAX {
        return Err(ApiError::new(Code::BadInput, format!("lines is 1 to LOG_LINES_MAX = {LOG_LINES_MAX}")));
    }
    let kind: KindWord = super::id("pods")?;
    let reads = pods.iter().map(|name| {
        let target = Target { kind: kind.clone(), namespace: asked.namespace.clone(), name: name.clone() };
        let (container, previous) = (asked.container.clone(), asked.previous);
        let operation = Operation::Logs(Logs { target, container, previous, lines: Some(lines) });
        let (app, who, cluster) = (&app, &who, &cluster);
        async move { app.flow.read(who, cluster, &operation).await }
    });
    let mut text = String::new();
    for (pod, found) in pods.iter().zip(join_all(reads).await) {
        match found {
            Err(problem) if pods.len() == 1 => return Err(problem.into()),
            found => told(pod, found).iter().for_each(|line| text += &format!("{line}\n")),
        }
    }
    Ok(([(header::CONTENT_TYPE, "application/x-ndjson")], text).into_response())
}

fn pods(text: &str) -> Result<Vec<ObjectName>, ApiError> {
    let names: Vec<_> = text.split(',').collect();
    if names.len() > PODS_MAX {
        let detail = format!("{} pods; PODS_MAX is {PODS_MAX}", names.len());
        return Err(ApiError::new(Code::LimitExceeded, detail));
    }
    names.into_iter().map(super::id).collect()
}

/// The lines of one pod's answer.
fn told(pod: &ObjectName, found: Result<Answer, Problem>) -> Vec<Value> {
    let logs = match found {
        Ok(Answer::Logs(logs)) => logs,
        Ok(_) => return Vec::new(),
        Err(problem) => return vec![json!({"pod": pod, "container": null, "problem": problem.detail})],
    };
    let source = |source: kubechat_core::read::LogSource| {
        let (pod, container, problem) = (source.pod, source.container, source.problem);
        let lines = source.lines.into_iter();
        let mut told: Vec<_> = lines.map(|line| json!({"pod": pod, "container": container, "line": line})).collect();
        told.extend(problem.map(|problem| json!({"pod": pod, "container": container, "problem": problem})));
        told
    };
    logs.sources.into_iter().flat_map(source).collect()
}
