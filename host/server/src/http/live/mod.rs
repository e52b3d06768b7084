//! The watched topics of one stream: each a task that waits for its watch and hands over one event at a time.
//!
//! Nothing queues: a task whose event is not taken waits with it, while its watch remembers which rows changed (each once,
//! at most a named number). So a reader that does not read costs one event a topic. A topic whose watch ended stays silent
//! until it is taken out and put in again. Tasks end with the stream, and with their topic.
//!
//! These events have no id: they are no part of the ring, and a reader that comes back sets its topics and is given a reset
//! or the object as it is.

mod topic;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use kubechat_core::names::ClusterName;
use kubechat_core::principal::Principal;
use kubechat_core::problem::{Code, Problem};
use kubechat_flow::live::Told;
use kubechat_flow::ports::live::{ClusterStatus, Lost};
use serde::Serialize;
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::task::AbortHandle;

use super::sse::SseEvent;
use super::state::App;
pub use topic::LiveTopic;

/// Most watched topics of one stream.
pub const LIVE_TOPICS_MAX: usize = 32;

/// Looks at topics before they are set: those that are watched must be readable and not too many.
///
/// # Errors
/// `bad-input` or `limit-exceeded`.
pub fn checked(topics: &[String]) -> Result<(), Problem> {
    let watched: Vec<_> = topics.iter().filter(|topic| LiveTopic::is_one(topic)).collect();
    if watched.len() > LIVE_TOPICS_MAX {
        let detail = format!("{} watched topics; at most LIVE_TOPICS_MAX = {LIVE_TOPICS_MAX} a stream", watched.len());
        return Err(Problem::new(Code::LimitExceeded, detail).hint("watch over all namespaces instead of one by one"));
    }
    watched.into_iter().try_for_each(|topic| LiveTopic::parse(topic).map(drop))
}

/// The watched topics of one stream.
pub struct LiveTopics {
    app: App,
    who: Principal,
    running: BTreeMap<Arc<str>, Running>,
    out: mpsc::Sender<(Arc<str>, SseEvent)>,
    events: mpsc::Receiver<(Arc<str>, SseEvent)>,
}

/// A topic's task; it ends when this is dropped.
#[derive(Debug)]
struct Running(AbortHandle);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl LiveTopics {
    /// None yet.
    pub fn of(app: &App, who: &Principal) -> Self {
        let (out, events) = mpsc::channel(1);
        Self { app: app.clone(), who: who.clone(), running: BTreeMap::new(), out, events }
    }

    /// Follows those of these topics that are watched, and no others any longer.
    pub fn listen(&mut self, topics: &BTreeSet<String>) {
        self.running.retain(|topic, _| topics.contains(&**topic));
        for text in topics {
            if self.running.contains_key(text.as_str()) || !LiveTopic::is_one(text) {
                continue;
            }
            let Ok(what) = LiveTopic::parse(text) else { continue };
            let topic: Arc<str> = text.as_str().into();
            let out = Out { topic: topic.clone(), events: self.out.clone() };
            let task = tokio::spawn(follow(self.app.clone(), self.who.clone(), what, out));
            self.running.insert(topic, Running(task.abort_handle()));
        }
    }

    /// Waits for the next event. May be dropped while it waits.
    pub async fn next(&mut self) -> SseEvent {
        loop {
            match self.events.recv().await {
                Some((topic, event)) if self.running.contains_key(&topic) => return event,
                // Of a topic that was taken out meanwhile.
                Some(_) => {}
                None => std::future::pending().await,
            }
        }
    }
}

/// Where a topic's events go.
struct Out {
    topic: Arc<str>,
    events: mpsc::Sender<(Arc<str>, SseEvent)>,
}

impl Out {
    /// Waits until it is taken; whether anybody is there.
    async fn send<T: Serialize>(&self, name: &'static str, data: &T) -> bool {
        #[derive(Serialize)]
        struct Framed<'a, T> {
            topic: &'a str,
            #[serde(flatten)]
            data: &'a T,
        }
        let event = SseEvent::json(name, &Framed { topic: &self.topic, data });
        self.events.send((self.topic.clone(), event)).await.is_ok()
    }

    async fn status(&self, cluster: &ClusterName, lost: Option<&Lost>, version: Option<&str>) -> bool {
        let state = if lost.is_some() { "lost" } else { "reachable" };
        let mut data = json!({"cluster": cluster, "state": state});
        if let (Some(lost), Some(map)) = (lost, data.as_object_mut()) {
            map.insert("since".to_owned(), json!(lost.since));
            map.insert("why".to_owned(), Value::String(lost.why.clone()));
        }
        if let (Some(version), Some(map)) = (version, data.as_object_mut()) {
            map.insert("version".to_owned(), Value::String(version.to_owned()));
        }
        self.send("cluster_status", &data).await
    }

    async fn problem(&self, problem: &Problem) {
        let data = json!({"code": problem.code, "detail": problem.detail, "hint": problem.advice()});
        self.send("problem", &data).await;
    }
}

async fn follow(app: App, who: Principal, what: LiveTopic, out: Out) {
    let ended = match what {
        LiveTopic::Clusters => {
            let mut statuses = app.flow.watch_clusters(&who);
            loop {
                let ClusterStatus { cluster, lost, version } = statuses.next().await;
                if !out.status(&cluster, lost.as_ref(), version.as_deref()).await {
                    return;
                }
            }
        }
        LiveTopic::Rows(cluster, ask) => match app.flow.watch_rows(&who, &cluster, &ask).await {
            Ok(mut rows) => loop {
                let told = rows.next().await;
                if let Some(problem) = tell(&out, "rows_delta", &cluster, told).await {
                    break problem;
                }
            },
            Err(problem) => Some(problem),
        },
        LiveTopic::Object(cluster, kind, namespace, name) => {
            match app.flow.watch_object(&who, &cluster, &kind, (namespace, name)).await {
                Ok(mut object) => loop {
                    let told = object.next().await;
                    if let Some(problem) = tell(&out, "object_update", &cluster, told).await {
                        break problem;
                    }
                },
                Err(problem) => Some(problem),
            }
        }
    };
    if let Some(problem) = ended {
        out.problem(&problem).await;
    }
}

/// Hands it over. Something when that was the last: its problem, or that nobody is there.
async fn tell<T: Serialize>(
    out: &Out,
    name: &'static str,
    cluster: &ClusterName,
    told: Told<T>,
) -> Option<Option<Problem>> {
    let there = match told {
        Told::Changed(data) => out.send(name, &data).await,
        Told::Status(lost) => out.status(cluster, lost.as_ref(), None).await,
        Told::Ended(problem) => return Some(Some(problem)),
    };
    if there { None } else { Some(None) }
}
