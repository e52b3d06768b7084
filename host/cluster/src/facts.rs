//! Answering fact queries: several at once, each refusal a fact of its own.
//!
//! What concerns the whole cluster (unreachable, unauthorised, a credential that can't be had) fails the answer as a
//! whole; everything else is said per question. Lists come in pages, without `managedFields`, with `apiVersion` and
//! `kind` filled in, cut at `LIST_ITEMS_MAX` and marked so. Of outlines the values are dropped while the page is parsed.

use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use http::StatusCode;
use kubechat_core::facts::{Fact, FactQuery};
use kubechat_core::limits::LIST_ITEMS_MAX;
use kubechat_core::names::{Namespace, ObjectName};
use kubechat_core::object::{ApiType, ObjectRef, text};
use kubechat_core::problem::{Code, Problem};
use kubechat_flow::ports::logs::LogAsk;
use serde_json::Value;
use tokio::time::Instant;

use crate::address::Path;
use crate::json::{self, Managed};
use crate::limits::{CALLS_AT_ONCE_MAX, LIST_BYTES_MAX, PAGE_BYTES_MAX, PAGE_ITEMS, PARSE_INLINE_BYTES_MAX};
use crate::link::{Answer, Call, JSON, Link};
use crate::status::{Doing, problem_of, status_of, unauthorized};

impl Link {
    /// Answers all questions, in the order asked.
    pub(crate) async fn answers(&self, queries: Vec<FactQuery>) -> Result<Vec<(FactQuery, Fact)>, Problem> {
        let each = queries.into_iter().map(|query| async move {
            let fact = match self.fact(&query).await {
                Ok(fact) => fact,
                Err(problem) if concerns_all(problem.code) => return Err(problem),
                Err(problem) => Fact::Failed { reason: problem.detail },
            };
            Ok((query, fact))
        });
        stream::iter(each).buffered(CALLS_AT_ONCE_MAX).try_collect().await
    }

    async fn fact(&self, query: &FactQuery) -> Result<Fact, Problem> {
        match query {
            FactQuery::Kind { word } => served(self.types(word).await),
            FactQuery::NamespacedTypes => served(self.namespaced_types().await),
            FactQuery::Object { object } => self.object(object).await,
            FactQuery::List { api, namespace, selector } => {
                let which = Which { api, namespace: namespace.as_ref(), selector: selector.as_deref(), fields: None };
                self.list(which, JSON, Managed::Skip).await
            }
            FactQuery::PodsOn { node } => {
                let api = &ApiType::pods();
                let fields = format!("spec.nodeName={node}");
                let which = Which { api, namespace: None, selector: None, fields: Some(&fields) };
                self.list(which, JSON, Managed::Skip).await
            }
            FactQuery::Outline { api, namespace, selector, fields, keys } => {
                let (selector, fields) = (selector.as_deref(), fields.as_deref());
                let accept = if *keys { JSON } else { METADATA_ONLY };
                self.list(Which { api, namespace: namespace.as_ref(), selector, fields }, accept, Managed::Outline)
                    .await
            }
            FactQuery::Logs { namespace, pod, container, previous, lines, since } => {
                let pod = ObjectName::parse(pod).map_err(|e| Problem::new(Code::BadInput, e.to_string()))?;
                let (container, since) = (container.clone(), since.map(Into::into));
                let (previous, lines) = (*previous, Some(*lines));
                let ask =
                    LogAsk { namespace: namespace.clone(), pod, container, previous, follow: false, lines, since };
                self.logs(&ask).await
            }
            FactQuery::Allowed { verb, resource, namespace, name } => {
                self.may(verb, resource, namespace.as_ref(), name).await
            }
        }
    }

    async fn object(&self, object: &ObjectRef) -> Result<Fact, Problem> {
        let answer = self.read(&Call::get(Path::object(object)?), self.waits.read).await?;
        if answer.status.is_success() {
            return Ok(match parsed(answer, Managed::Keep).await {
                Ok(object) => Fact::Object { object },
                Err(why) => Fact::Failed { reason: format!("{object} can't be read: {why}") },
            });
        }
        let doing = Doing::to("get", object, self.server());
        self.refused(&answer, &doing).await
    }

    /// What an answer that isn't 2xx means for a question.
    pub(crate) async fn refused(&self, answer: &Answer, doing: &Doing<'_>) -> Result<Fact, Problem> {
        match answer.status {
            StatusCode::UNAUTHORIZED => Err(unauthorized(&doing.server)),
            StatusCode::FORBIDDEN => Ok(Fact::Denied {
                verb: doing.verb.to_owned(),
                resource: doing.resource.clone(),
                namespace: doing.namespace.cloned(),
            }),
            // A 404 that names an object says it is gone; one that names none says the type is.
            StatusCode::NOT_FOUND if !status_of(answer).details.name.is_empty() => Ok(Fact::Absent),
            StatusCode::NOT_FOUND => {
                self.forget_types().await;
                Ok(Fact::Failed { reason: problem_of(answer, doing).detail })
            }
            _ => Ok(Fact::Failed { reason: problem_of(answer, doing).detail }),
        }
    }

    async fn list(&self, which: Which<'_>, accept: &'static str, managed: Managed) -> Result<Fact, Problem> {
        match self.pages(which, accept, managed).await? {
            // The continue token was too old; a list begun anew is consistent again.
            Fact::Failed { reason } if reason == EXPIRED => self.pages(which, accept, managed).await,
            fact => Ok(fact),
        }
    }

    async fn pages(&self, which: Which<'_>, accept: &'static str, managed: Managed) -> Result<Fact, Problem> {
        let Which { api, namespace, .. } = which;
        let until = Instant::now() + self.waits.list;
        let (resource, server) = (api.resource(), self.server());
        let doing = Doing { verb: "list", what: resource.clone(), resource, namespace, server };
        let (mut all, mut bytes, mut token) = (Vec::new(), 0, String::new());
        loop {
            let mut path = which.path()?;
            if !token.is_empty() {
                path = path.query("continue", &token);
            }
            let call = Call { answer_bytes_max: PAGE_BYTES_MAX, accept, ..Call::get(path) };
            let answer = self.read(&call, until.saturating_duration_since(Instant::now()).min(self.waits.read)).await?;
            if answer.status == StatusCode::GONE {
                return Ok(Fact::Failed { reason: EXPIRED.to_owned() });
            }
            if !answer.status.is_success() {
                return self.refused(&answer, &doing).await;
            }
            bytes += answer.body.len();
            let mut page = match parsed(answer, managed).await {
                Ok(page) => page,
                Err(why) => {
                    return Ok(Fact::Failed { reason: format!("the list of {} can't be read: {why}", doing.what) });
                }
            };
            token = text(&page, "/metadata/continue").to_owned();
            all.extend(items(&mut page, api));
            let more = !token.is_empty();
            if all.len() > LIST_ITEMS_MAX || (more && (all.len() == LIST_ITEMS_MAX || bytes > LIST_BYTES_MAX)) {
                all.truncate(LIST_ITEMS_MAX);
                return Ok(Fact::List { items: all, truncated: true });
            }
            if !more {
                return Ok(Fact::List { items: all, truncated: false });
            }
        }
    }
}

/// Which objects a list is of.
#[derive(Debug, Clone, Copy)]
struct Which<'a> {
    api: &'a ApiType,
    namespace: Option<&'a Namespace>,
    selector: Option<&'a str>,
    fields: Option<&'a str>,
}

impl Which<'_> {
    /// Where its first page is.
    fn path(self) -> Result<Path, Problem> {
        let path = Path::collection(self.api, self.namespace)?.query("limit", &PAGE_ITEMS.to_string());
        let path = self.selector.map_or(path.clone(), |selector| path.query("labelSelector", selector));
        Ok(self.fields.map_or(path.clone(), |fields| path.query("fieldSelector", fields)))
    }
}

/// `Accept` of lists whose objects' content is not wanted.
const METADATA_ONLY: &str = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";
const EXPIRED: &str = "the list changed too much while it was read";

/// Whether a problem concerns every question to this cluster.
fn concerns_all(code: Code) -> bool {
    matches!(code, Code::ClusterUnreachable | Code::ClusterUnauthorized | Code::Kubeconfig | Code::ExecPlugin)
}

fn served(types: Result<Vec<ApiType>, Problem>) -> Result<Fact, Problem> {
    match types {
        Ok(types) => Ok(Fact::Types { types }),
        Err(problem) if problem.code == Code::ClusterForbidden => {
            Ok(Fact::Denied { verb: "get".to_owned(), resource: "/apis".to_owned(), namespace: None })
        }
        Err(problem) => Err(problem),
    }
}

/// Parses an answer; a long one beside the async threads.
pub(crate) async fn parsed(answer: Answer, managed: Managed) -> Result<Value, String> {
    aside(answer.body.len(), move || json::parse(&answer.body, managed)).await
}

/// Parses so many bytes; many beside the async threads.
pub(crate) async fn aside<T: Send + 'static>(
    bytes: usize,
    parse: impl FnOnce() -> Result<T, String> + Send + 'static,
) -> Result<T, String> {
    if bytes <= PARSE_INLINE_BYTES_MAX {
        return parse();
    }
    match tokio::task::spawn_blocking(parse).await {
        Ok(parsed) => parsed,
        Err(_) => Err("parsing it was cut short".to_owned()),
    }
}

/// A page's objects, each with what it is: lists of built-in kinds leave that out.
fn items(page: &mut Value, api: &ApiType) -> Vec<Value> {
    let Some(Value::Array(mut items)) = page.get_mut("items").map(Value::take) else { return Vec::new() };
    for item in &mut items {
        if let Some(map) = item.as_object_mut() {
            // Items of a metadata list say that they are metadata, not of what.
            map.insert("apiVersion".to_owned(), Value::String(api.api_version()));
            map.insert("kind".to_owned(), Value::String(api.kind.clone()));
        }
    }
    items
}
