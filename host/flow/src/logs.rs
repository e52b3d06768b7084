//! Logs of several pods, opened as the user: one stream a container, and one entry for the whole.
//!
//! Which container is meant is decided here, from the pod, before anything is opened. A pod whose log can't be opened is a
//! source with its problem; the other pods' lines are still worth having. Masking, bounding and merging is the reader's
//! work ([`kubechat_core::read::log_line`]).

use futures_util::future::join_all;
use kubechat_core::names::{ClusterName, KindWord, Namespace, ObjectName};
use kubechat_core::operation::Target;
use kubechat_core::principal::Principal;
use kubechat_core::problem::{Code, Problem};
use kubechat_core::read::log_container;
use kubechat_core::read::log_line::LogTime;
use serde_json::json;

use crate::ports::logs::{LogAsk, LogStream};
use crate::{Answered, Flow};

/// Most pods of one request.
pub const LOG_PODS_MAX: usize = 10;

/// The logs to open.
#[derive(Debug, Clone, PartialEq)]
pub struct LogsAsk {
    /// Where the pods live; the context's namespace when absent.
    pub namespace: Option<Namespace>,
    /// The pods, each once.
    pub pods: Vec<PodAsk>,
    /// The container; absent means the only or the default one of each.
    pub container: Option<String>,
    /// The containers before these.
    pub previous: bool,
    /// Whether to go on with the lines to come.
    pub follow: bool,
    /// The last lines of each that nothing is known of yet.
    pub lines: u32,
}

/// One of the pods.
#[derive(Debug, Clone, PartialEq)]
pub struct PodAsk {
    /// Its name.
    pub pod: ObjectName,
    /// From when on.
    pub since: Option<LogTime>,
    /// Whether a reader comes back, who wants all from `since` on and no last lines.
    pub resumed: bool,
}

/// A log, opened or not.
pub struct PodLog {
    /// The pod.
    pub pod: ObjectName,
    /// The container; absent where the pod has one.
    pub container: Option<String>,
    /// Its lines.
    pub lines: Result<LogStream, Problem>,
}

impl Flow {
    /// `GET /logs`: opens them, in the order asked. The only pod that can't be opened is a problem.
    pub async fn open_logs(&self, who: &Principal, cluster: &ClusterName, ask: &LogsAsk) -> Answered<Vec<PodLog>> {
        let opened = self.try_logs(who, cluster, ask).await;
        let pods: Vec<_> = ask.pods.iter().map(|one| &one.pod).collect();
        let payload = json!({"pods": pods, "container": ask.container, "previous": ask.previous, "follow": ask.follow});
        self.note_read(who, cluster, "logs", opened.as_ref().err(), payload).await;
        opened
    }

    async fn try_logs(&self, who: &Principal, cluster: &ClusterName, ask: &LogsAsk) -> Answered<Vec<PodLog>> {
        if ask.pods.is_empty() || ask.pods.len() > LOG_PODS_MAX {
            let detail = format!("{} pods; 1 to LOG_PODS_MAX = {LOG_PODS_MAX} fit", ask.pods.len());
            return Err(Problem::new(Code::LimitExceeded, detail));
        }
        let home = self.ports.cluster.known(who, Some(cluster))?.namespace;
        let place = ask.namespace.clone().unwrap_or(home);
        let mut logs = join_all(ask.pods.iter().map(|one| self.open_log(who, cluster, &place, one, ask))).await;
        let unreachable =
            |problem: &Problem| matches!(problem.code, Code::ClusterUnreachable | Code::ClusterUnauthorized);
        let failed =
            |log: &PodLog| log.lines.as_ref().err().is_some_and(|problem| ask.pods.len() == 1 || unreachable(problem));
        match logs.iter().position(failed) {
            Some(index) => {
                Err(logs.swap_remove(index).lines.err().unwrap_or_else(|| Problem::new(Code::Fault, "no log")))
            }
            None => Ok(logs),
        }
    }

    async fn open_log(
        &self,
        who: &Principal,
        cluster: &ClusterName,
        place: &Namespace,
        one: &PodAsk,
        ask: &LogsAsk,
    ) -> PodLog {
        let pod = one.pod.clone();
        let container = match self.container(who, cluster, place, &pod, ask.container.as_ref()).await {
            Ok(container) => container,
            Err(problem) => return PodLog { pod, container: ask.container.clone(), lines: Err(problem) },
        };
        let asked = LogAsk {
            namespace: place.clone(),
            pod: pod.clone(),
            container: container.clone(),
            previous: ask.previous,
            follow: ask.follow,
            lines: (!one.resumed).then_some(ask.lines),
            since: one.since,
        };
        PodLog { pod, container, lines: self.ports.cluster.log_stream(who, cluster, &asked).await }
    }

    async fn container(
        &self,
        who: &Principal,
        cluster: &ClusterName,
        place: &Namespace,
        pod: &ObjectName,
        wanted: Option<&String>,
    ) -> Answered<Option<String>> {
        let kind = KindWord::parse("pods").map_err(|error| Problem::new(Code::Fault, error.to_string()))?;
        let target = Target { kind, namespace: Some(place.clone()), name: pod.clone() };
        let mut known = self.snapshot();
        self.gather(who, cluster, &mut known, |known| target.needs_object(known)).await?;
        let (object, content) = target.object(&known)?;
        Ok(log_container(wanted, &object, content)?)
    }
}
