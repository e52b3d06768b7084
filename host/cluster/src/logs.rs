//! A container's last log lines: whole lines, oldest first, at most [`LOG_BYTES_MAX`].
//!
//! The API server cuts an over-long log at its new end, which is the end people need, so fewer lines are asked for until
//! they fit. Without a container's name the pod's default container is read, as kubectl does.

use http::StatusCode;
use kubechat_core::facts::Fact;
use kubechat_core::names::{Namespace, ObjectName};
use kubechat_core::object::{ApiType, ObjectRef};
use kubechat_core::operation::read::LOG_LINES_MAX;
use kubechat_core::problem::{Code, Problem};
use serde_json::Value;

use crate::address::Path;
use crate::json::{self, Managed};
use crate::limits::LOG_BYTES_MAX;
use crate::link::{Answer, Call, Link};
use crate::status::{Doing, status_of, words};

const DEFAULT_CONTAINER: &str = "kubectl.kubernetes.io/default-container";

impl Link {
    pub(crate) async fn logs(
        &self,
        namespace: &Namespace,
        pod: &str,
        container: Option<&str>,
        previous: bool,
        lines: u32,
    ) -> Result<Fact, Problem> {
        let name = ObjectName::parse(pod).map_err(|e| Problem::new(Code::BadInput, e.to_string()))?;
        let object = ObjectRef { api: ApiType::pods(), namespace: Some(namespace.clone()), name };
        let lines = lines.clamp(1, LOG_LINES_MAX);
        let answer = self.tail(&object, container, previous, lines).await?;
        if container.is_none()
            && answer.status == StatusCode::BAD_REQUEST
            && let Some(default) = self.default_container(&object).await?
        {
            let answer = self.tail(&object, Some(&default), previous, lines).await?;
            return self.read_logs(&answer, &object).await;
        }
        self.read_logs(&answer, &object).await
    }

    async fn tail(
        &self,
        pod: &ObjectRef,
        container: Option<&str>,
        previous: bool,
        lines: u32,
    ) -> Result<Answer, Problem> {
        let mut lines = lines;
        loop {
            let mut path = Path::object(pod)?.segment("log")?.query("tailLines", &lines.to_string());
            if let Some(container) = container {
                path = path.query("container", container);
            }
            if previous {
                path = path.query("previous", "true");
            }
            let call = Call { accept: "*/*", answer_bytes_max: LOG_BYTES_MAX, ..Call::get(path) };
            match self.read(&call, self.waits.read).await {
                Err(problem) if problem.code == Code::LimitExceeded && lines > 1 => lines = (lines / 4).max(1),
                other => return other,
            }
        }
    }

    async fn read_logs(&self, answer: &Answer, pod: &ObjectRef) -> Result<Fact, Problem> {
        if answer.status.is_success() {
            let text = String::from_utf8_lossy(&answer.body);
            return Ok(Fact::Logs { lines: text.lines().map(str::to_owned).collect() });
        }
        if answer.status == StatusCode::BAD_REQUEST {
            return Ok(Fact::Failed { reason: words(&status_of(answer).message) });
        }
        let doing = Doing { resource: "pods/log".to_owned(), ..Doing::to("get", pod, self.server()) };
        self.refused(answer, &doing).await
    }

    async fn default_container(&self, pod: &ObjectRef) -> Result<Option<String>, Problem> {
        let answer = self.read(&Call::get(Path::object(pod)?), self.waits.read).await?;
        let object = json::parse(&answer.body, Managed::Skip).unwrap_or_default();
        let annotated =
            object.get("metadata").and_then(|m| m.get("annotations")).and_then(|a| a.get(DEFAULT_CONTAINER));
        Ok(annotated.and_then(Value::as_str).map(str::to_owned))
    }
}
