//! Writes: one request from one mutation, tried (`dryRun=All`) or performed (once, with preconditions).
//!
//! Both send the same request, so what was tried is what is done. Performing adds what the permit binds: the UID always,
//! the resourceVersion where the API can take it (DELETE preconditions, `metadata` of a merge, strategic or apply patch,
//! `test` operations before a JSON patch). Outcomes: *done* is a 2xx; *refused* is a 4xx, a webhook that failed before
//! storage, or no connection; everything else after the first byte is *unknown* and stays so here.

use http::{Method, StatusCode};
use hyper::body::Bytes;
use kubechat_core::mutation::{Action, FIELD_MANAGER, Mutation, Propagation};
use kubechat_core::object::ObjectRef;
use kubechat_core::permit::StepPermit;
use kubechat_core::problem::{Code, Problem};
use kubechat_flow::ports::cluster::{Performed, Tried};
use serde_json::{Map, Value, json};

use crate::address::Path;
use crate::facts::parsed;
use crate::json::Managed;
use crate::limits::OBJECT_BYTES_MAX;
use crate::link::{Answer, Call, JSON, Link, Sent};
use crate::status::{self, Doing, problem_of, status_of, warnings, words};

/// What must still be so when the write arrives.
#[derive(Debug, Clone, Copy, Default)]
struct Preconditions<'a> {
    uid: Option<&'a str>,
    resource_version: Option<&'a str>,
}

/// The request a mutation becomes.
fn call(mutation: &Mutation, dry: bool, bound: Preconditions<'_>) -> Result<Call, Problem> {
    let target = &mutation.target;
    let (method, path, content_type, body) = match &mutation.action {
        Action::Create { body } => {
            (Method::POST, Path::collection(&target.api, target.namespace.as_ref())?, JSON, body.clone())
        }
        Action::Apply { body } => {
            (Method::PATCH, Path::object(target)?, "application/apply-patch+yaml", with_metadata(body, bound))
        }
        Action::StrategicPatch { body } => {
            (Method::PATCH, Path::object(target)?, "application/strategic-merge-patch+json", with_metadata(body, bound))
        }
        Action::MergePatch { body } => {
            (Method::PATCH, Path::object(target)?, "application/merge-patch+json", with_metadata(body, bound))
        }
        Action::JsonPatch { body } => {
            (Method::PATCH, Path::object(target)?, "application/json-patch+json", with_tests(body, bound)?)
        }
        Action::Delete { propagation } => {
            (Method::DELETE, Path::object(target)?, JSON, delete_options(*propagation, dry, bound))
        }
        Action::Evict => (Method::POST, Path::object(target)?.segment("eviction")?, JSON, eviction(target, bound)),
    };
    // A deletion is dry by its options; the query says it too, for whoever reads access logs.
    let path = if dry { path.query("dryRun", "All") } else { path };
    let path = match &mutation.action {
        Action::Delete { .. } | Action::Evict => path,
        _ => path.query("fieldManager", FIELD_MANAGER).query("fieldValidation", "Strict"),
    };
    let body = Some((content_type, Bytes::from(body.to_string())));
    Ok(Call { method, path, accept: JSON, body, answer_bytes_max: OBJECT_BYTES_MAX })
}

fn identity(bound: Preconditions<'_>) -> impl Iterator<Item = (&'static str, &str)> {
    [("uid", bound.uid), ("resourceVersion", bound.resource_version)]
        .into_iter()
        .filter_map(|(key, value)| Some((key, value?)))
}

fn with_metadata(body: &Value, bound: Preconditions<'_>) -> Value {
    let mut body = body.clone();
    if let Some(map) = body.as_object_mut()
        && identity(bound).next().is_some()
        && let Some(metadata) = map.entry("metadata").or_insert_with(|| Value::Object(Map::new())).as_object_mut()
    {
        metadata.extend(identity(bound).map(|(key, value)| (key.to_owned(), Value::String(value.to_owned()))));
    }
    body
}

fn with_tests(body: &Value, bound: Preconditions<'_>) -> Result<Value, Problem> {
    let Some(operations) = body.as_array() else {
        return Err(Problem::new(Code::BadInput, "a JSON patch is a list of operations"));
    };
    let tests =
        identity(bound).map(|(key, value)| json!({"op": "test", "path": format!("/metadata/{key}"), "value": value}));
    Ok(tests.chain(operations.iter().cloned()).collect())
}

fn delete_options(propagation: Propagation, dry: bool, bound: Preconditions<'_>) -> Value {
    let policy = match propagation {
        Propagation::Background => "Background",
        Propagation::Foreground => "Foreground",
        Propagation::Orphan => "Orphan",
    };
    let mut options = json!({"apiVersion": "v1", "kind": "DeleteOptions", "propagationPolicy": policy});
    if dry {
        options["dryRun"] = json!(["All"]);
    }
    let preconditions: Map<_, _> = identity(bound).map(|(key, value)| (key.to_owned(), value.into())).collect();
    if !preconditions.is_empty() {
        options["preconditions"] = Value::Object(preconditions);
    }
    options
}

fn eviction(target: &ObjectRef, bound: Preconditions<'_>) -> Value {
    let metadata = json!({"name": target.name, "namespace": target.namespace});
    let mut eviction = json!({"apiVersion": "policy/v1", "kind": "Eviction", "metadata": metadata});
    let preconditions: Map<_, _> = identity(bound).map(|(key, value)| (key.to_owned(), value.into())).collect();
    if !preconditions.is_empty() {
        eviction["deleteOptions"] = json!({"preconditions": preconditions});
    }
    eviction
}

impl Link {
    /// Server-side dry-run.
    pub(crate) async fn try_out(&self, mutation: &Mutation) -> Result<Tried, Problem> {
        let call = call(mutation, true, Preconditions::default())?;
        let answer = match mutation.action {
            // A budget that allows nothing now is an answer, not a server that is too busy.
            Action::Evict => self.read_once(&call, self.waits.read).await?,
            _ => self.read(&call, self.waits.read).await?,
        };
        if answer.status.is_success() {
            let warnings = warnings(&answer.headers);
            let object = self.object_of(mutation, answer).await.map_err(|why| unread(mutation, &why))?;
            return Ok(Tried::Done { object, warnings });
        }
        match refuses_dry_run(&answer) {
            Some(reason) => Ok(Tried::CannotTry { reason }),
            None => Err(self.refusal(mutation, &answer)),
        }
    }

    /// The write itself.
    pub(crate) async fn perform(&self, permit: StepPermit) -> Performed {
        let mutation = permit.mutation();
        let bound = Preconditions { uid: permit.uid(), resource_version: permit.resource_version() };
        let call = match call(mutation, false, bound) {
            Ok(call) => call,
            Err(problem) => return Performed::Refused(problem),
        };
        tracing::info!(method = %call.method, target = %mutation.target, server = self.server(), "write leaves");
        match self.write_once(&call).await {
            Sent::Never(problem) => Performed::Refused(problem),
            Sent::Lost(problem) => Performed::Unknown(unknown(mutation, &problem.detail)),
            Sent::Answered(answer) if answer.status.is_success() => {
                let warnings = warnings(&answer.headers);
                match self.object_of(mutation, answer).await {
                    Ok(object) => Performed::Done { object, warnings },
                    Err(why) => {
                        Performed::Unknown(unknown(mutation, &format!("it was accepted, but the answer {why}")))
                    }
                }
            }
            Sent::Answered(answer) => self.not_done(mutation, &answer),
        }
    }

    fn refusal(&self, mutation: &Mutation, answer: &Answer) -> Problem {
        match mutation.action {
            Action::Evict if status::is_budget(answer) => status::over_budget(&mutation.target, answer),
            _ => problem_of(answer, &Doing::to(mutation.action.right().0, &mutation.target, self.server())),
        }
    }

    fn not_done(&self, mutation: &Mutation, answer: &Answer) -> Performed {
        let problem = self.refusal(mutation, answer);
        // A 408 may come from a proxy that had sent it on; a redirect and any other 4xx were answered before storage.
        let certain = answer.status.is_redirection()
            || (answer.status.is_client_error() && answer.status != StatusCode::REQUEST_TIMEOUT)
            || before_storage(answer);
        if certain { Performed::Refused(problem) } else { Performed::Unknown(unknown(mutation, &problem.detail)) }
    }

    /// The object in a 2xx answer; a deletion has none.
    async fn object_of(&self, mutation: &Mutation, answer: Answer) -> Result<Option<Value>, String> {
        if mutation.action.removes() {
            return Ok(None);
        }
        parsed(answer, Managed::Keep).await.map(Some).map_err(|why| format!("can't be read: {why}"))
    }
}

fn unread(mutation: &Mutation, why: &str) -> Problem {
    Problem::new(Code::Rejected, format!("the dry-run of {} {why}", mutation.target))
}

fn unknown(mutation: &Mutation, why: &str) -> Problem {
    let detail = format!("we lost contact while writing {}: it may or may not have happened ({why})", mutation.target);
    Problem::new(Code::Indeterminate, detail)
}

/// A webhook that has side effects makes the API server refuse the dry-run (400); one that refuses by itself denies it.
/// Only a dry-run is read so: what a webhook says of dry-runs then can't have hidden anything else.
fn refuses_dry_run(answer: &Answer) -> Option<String> {
    let status = status_of(answer);
    let text = status.message.to_lowercase();
    let speaks_of_it = ["dry run", "dry-run", "dryrun"].iter().any(|spelling| text.contains(spelling));
    let refuses = answer.status.is_client_error() && text.contains("admission webhook") && speaks_of_it;
    refuses.then(|| words(&status.message))
}

/// A 5xx that says the object never got to storage.
fn before_storage(answer: &Answer) -> bool {
    let status = status_of(answer);
    status.reason == "InternalError" && status.message.contains("failed calling webhook")
}

#[cfg(test)]
mod tests {
    use super::*;
    use kubechat_core::names::{Namespace, ObjectName};
    use kubechat_core::object::{ApiType, ObjectRef};

    fn mutation(action: Action) -> Mutation {
        let target = ObjectRef {
            api: ApiType::deployments(),
            namespace: Some(Namespace::parse("shop").unwrap()),
            name: ObjectName::parse("web").unwrap(),
        };
        Mutation { target, action, touches: Vec::new() }
    }

    const BOUND: Preconditions<'_> = Preconditions { uid: Some("u1"), resource_version: Some("7") };

    fn sent(action: Action, dry: bool) -> (String, Value) {
        let call = call(&mutation(action), dry, BOUND).unwrap();
        (call.path.as_str().to_owned(), serde_json::from_slice(&call.body.unwrap().1).unwrap())
    }

    #[test]
    fn a_patch_carries_uid_and_resource_version_beside_its_own_metadata() {
        let body = json!({"metadata": {"labels": {"a": "b"}}, "spec": {"replicas": 3}});
        let (path, body) = sent(Action::MergePatch { body }, false);
        let metadata = json!({"labels": {"a": "b"}, "uid": "u1", "resourceVersion": "7"});
        assert_eq!(body, json!({"metadata": metadata, "spec": {"replicas": 3}}));
        let query = "fieldManager=kubechat&fieldValidation=Strict";
        assert_eq!(path, format!("/apis/apps/v1/namespaces/shop/deployments/web?{query}"));
    }

    #[test]
    fn a_json_patch_tests_identity_first() {
        let (_, body) = sent(Action::JsonPatch { body: json!([{"op": "remove", "path": "/spec/paused"}]) }, false);
        assert_eq!(body[0], json!({"op": "test", "path": "/metadata/uid", "value": "u1"}));
        assert_eq!(body[1], json!({"op": "test", "path": "/metadata/resourceVersion", "value": "7"}));
        assert_eq!(body[2]["op"], "remove");
    }

    #[test]
    fn a_deletion_is_bound_by_preconditions_and_dry_by_its_options() {
        let delete = || Action::Delete { propagation: Propagation::Background };
        let (_, body) = sent(delete(), true);
        assert_eq!(body["preconditions"], json!({"uid": "u1", "resourceVersion": "7"}));
        assert_eq!(body["dryRun"], json!(["All"]));
        assert!(sent(delete(), false).1.get("dryRun").is_none());
    }

    #[test]
    fn an_eviction_goes_to_its_subresource_bound_and_dry_by_the_query() {
        let (path, body) = sent(Action::Evict, true);
        assert_eq!(path, "/apis/apps/v1/namespaces/shop/deployments/web/eviction?dryRun=All");
        assert_eq!((&body["kind"], &body["metadata"]["name"]), (&json!("Eviction"), &json!("web")));
        assert_eq!(body["deleteOptions"]["preconditions"], json!({"uid": "u1", "resourceVersion": "7"}));
        assert!(!sent(Action::Evict, false).0.contains("dryRun"));
    }

    #[test]
    fn only_a_webhook_that_speaks_of_dry_runs_makes_a_write_untriable() {
        let said = |code: u16, message: &str| {
            let status = StatusCode::from_u16(code).unwrap();
            let body = json!({"message": message, "code": code}).to_string().into();
            refuses_dry_run(&Answer { status, headers: http::HeaderMap::new(), body })
        };
        // The API server's own words for a webhook registered with side effects.
        assert!(said(400, r#"admission webhook "bill.example" does not support dry run"#).is_some());
        assert!(said(403, r#"admission webhook "bill.example" denied the request: no dry-run here"#).is_some());
        assert!(said(403, r#"admission webhook "bill.example" denied the request: too expensive"#).is_none());
        assert!(said(500, r#"failed calling webhook "bill.example": dry run"#).is_none());
    }

    #[test]
    fn a_dry_run_says_so_in_the_request_line() {
        let (path, _) = sent(Action::Apply { body: json!({}) }, true);
        assert!(path.contains("?dryRun=All&"), "{path}");
        assert!(!path.contains("force"), "conflicts are for people");
    }
}
