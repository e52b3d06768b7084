//! What the API server answered, as problems: 401, 403, 404, 409, 422, 429 and the rest.
//!
//! Sources: the `Status` object's reason, details and causes, and the status code. The server's own words are given on,
//! shortened to [`WORDS_CHARS_MAX`] and without control characters. A 403 of the authorizer names verb, resource and
//! namespace; a 403 of an admission plugin (quota, pod security) is a rejection of the object, not a missing right.

use http::StatusCode;
use http::header::{HeaderMap, LOCATION, WARNING};
use kubechat_core::names::Namespace;
use kubechat_core::object::ObjectRef;
use kubechat_core::operation::can_i;
use kubechat_core::problem::{Code, Problem};
use kubechat_core::redact;
use serde::Deserialize;

use crate::limits::{WARNINGS_MAX, WORDS_CHARS_MAX};
use crate::link::Answer;

/// A `Status` object, as far as it is needed.
#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Status {
    #[serde(default)]
    pub(crate) message: String,
    #[serde(default)]
    pub(crate) reason: String,
    #[serde(default)]
    pub(crate) details: Details,
}

/// Its details.
#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Details {
    #[serde(default)]
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) kind: String,
    #[serde(default)]
    pub(crate) causes: Vec<Cause>,
}

/// One cause.
#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Cause {
    #[serde(default)]
    pub(crate) reason: String,
    #[serde(default)]
    pub(crate) message: String,
    #[serde(default)]
    pub(crate) field: String,
}

/// What was being done, for the words of a refusal.
#[derive(Debug, Clone)]
pub(crate) struct Doing<'a> {
    /// RBAC verb.
    pub(crate) verb: &'a str,
    /// Resource as `kubectl auth can-i` takes it.
    pub(crate) resource: String,
    /// Where.
    pub(crate) namespace: Option<&'a Namespace>,
    /// The object or collection, as people read it.
    pub(crate) what: String,
    /// The server.
    pub(crate) server: String,
}

impl<'a> Doing<'a> {
    /// Something done to one object.
    pub(crate) fn to(verb: &'a str, object: &'a ObjectRef, server: String) -> Self {
        let (resource, what) = (object.api.resource(), object.to_string());
        Self { verb, resource, namespace: object.namespace.as_ref(), what, server }
    }
}

/// Where the API server begins to quote values of the object in its message.
const VALUE_MARKS: [&str; 7] =
    ["@@", "got &", "got map[", "valueUnstructured", "Value:", "\"Value\"", "Invalid value: "];

/// The server's words up to the first value they quote: a value may be a secret, and the field's name is enough to go on.
fn without_values(text: &str) -> String {
    let cut = VALUE_MARKS.iter().filter_map(|mark| text.find(mark)).min();
    match cut {
        Some(at) => format!("{} (values left out)", text[..at].trim_end_matches([' ', ':', ',', '{'])),
        None => text.to_owned(),
    }
}

/// The server's words, fit for a line, without values of the object.
pub(crate) fn words(text: &str) -> String {
    one_line(&redact::text(&without_values(text)).into_inner())
}

/// A text of another program's, fit for a line.
pub(crate) fn one_line(text: &str) -> String {
    let clean: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(WORDS_CHARS_MAX).collect();
    if text.chars().nth(WORDS_CHARS_MAX).is_some() { format!("{clean}…") } else { clean }
}

/// The `Status` in an answer; an answer of something else gives its text as the message.
pub(crate) fn status_of(answer: &Answer) -> Status {
    let mut status: Status = serde_json::from_slice(&answer.body).unwrap_or_default();
    if status.message.is_empty() {
        let text: String = String::from_utf8_lossy(&answer.body).chars().take(WORDS_CHARS_MAX).collect();
        let text = if text.trim_start().starts_with('{') { String::new() } else { text.trim().to_owned() };
        status.message = if text.is_empty() { answer.status.to_string() } else { text };
    }
    status
}

/// The problem an answer that isn't 2xx stands for.
pub(crate) fn problem_of(answer: &Answer, doing: &Doing<'_>) -> Problem {
    let mut status = status_of(answer);
    let rights = status.message.contains("User \"") && status.message.contains("\" cannot ");
    if doing.resource == "secrets" && !rights && status.message != UNFIT_PATCH {
        // Whatever is quoted of a Secret is secret: the reason and the fields have to do.
        let fields: Vec<_> =
            status.details.causes.iter().map(|cause| cause.field.as_str()).filter(|f| !f.is_empty()).collect();
        status.message =
            format!("{} ({}; the server's words about a Secret are left out)", status.reason, fields.join(", "));
    }
    let said = words(&status.message);
    match answer.status {
        StatusCode::UNAUTHORIZED => unauthorized(&doing.server),
        StatusCode::FORBIDDEN => forbidden(&status, doing),
        StatusCode::NOT_FOUND => not_found(&status, doing),
        StatusCode::CONFLICT => conflict(&status, doing),
        StatusCode::GONE => Problem::new(Code::Stale, said),
        StatusCode::UNPROCESSABLE_ENTITY if is_stale(&status) => {
            Problem::new(Code::Stale, format!("{} was changed meanwhile: {}", doing.what, stale_because(&status)))
        }
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
            Problem::new(Code::Busy, format!("{} is too busy: {said}", doing.server))
        }
        StatusCode::GATEWAY_TIMEOUT => Problem::new(Code::Timeout, format!("{}: {said}", doing.server)),
        code if code.is_redirection() => {
            let to = answer.headers.get(LOCATION).and_then(|to| to.to_str().ok()).map(words).unwrap_or_default();
            let detail = format!("{} answers with a redirect to {to:?}, which is not followed", doing.server);
            Problem::new(Code::ClusterUnreachable, detail).hint("put the API server's own address into the kubeconfig")
        }
        code if code.is_server_error() && status.reason.is_empty() => {
            Problem::new(Code::ClusterUnreachable, format!("{} answers {code}: {said}", doing.server))
        }
        _ => Problem::new(Code::Rejected, format!("{} was rejected: {said}", doing.what)),
    }
}

/// Whether an eviction was refused by a disruption budget: the API server says so as a cause of its 429.
pub(crate) fn is_budget(answer: &Answer) -> bool {
    let causes = status_of(answer).details.causes;
    answer.status == StatusCode::TOO_MANY_REQUESTS && causes.iter().any(|cause| cause.reason == "DisruptionBudget")
}

/// The same as a problem, with the budget's name in the server's own words.
pub(crate) fn over_budget(pod: &ObjectRef, answer: &Answer) -> Problem {
    let causes = status_of(answer).details.causes;
    let said = causes.iter().map(|cause| cause.message.as_str()).find(|message| !message.is_empty());
    let why = words(said.unwrap_or("its budget allows no disruption"));
    Problem::new(Code::DisruptionBudget, format!("{pod} can't be evicted now: {why}"))
}

/// 401.
pub(crate) fn unauthorized(server: &str) -> Problem {
    Problem::new(Code::ClusterUnauthorized, format!("{server} does not accept the credentials of this context (401)"))
        .hint("renew the token or certificate in the kubeconfig, or log in again with your provider's command")
}

/// A missing right.
pub(crate) fn missing_right(verb: &str, resource: &str, namespace: Option<&Namespace>) -> Problem {
    let place = namespace.map(|n| format!(" in namespace {n}")).unwrap_or_default();
    Problem::new(Code::ClusterForbidden, format!("you may not {verb} {resource}{place}"))
        .hint(format!("check with `{}`", can_i(verb, resource, namespace)))
}

fn forbidden(status: &Status, doing: &Doing<'_>) -> Problem {
    // RBAC's words: … is forbidden: User "x" cannot patch resource "deployments" in API group "apps" in the namespace "n"
    let refused = status.message.split_once("User \"").and_then(|(_, rest)| rest.split_once("\" cannot "));
    let Some((_, rest)) = refused else {
        return Problem::new(Code::Rejected, format!("{} was rejected: {}", doing.what, words(&status.message)));
    };
    let verb = rest.split(' ').next().filter(|verb| verb.bytes().all(|b| b.is_ascii_lowercase()) && !verb.is_empty());
    let subresource =
        rest.split_once("resource \"").and_then(|(_, r)| r.split_once('"')).and_then(|(r, _)| r.split_once('/'));
    let resource = match subresource {
        Some((_, sub)) if !doing.resource.contains('/') => format!("{}/{}", doing.resource, words(sub)),
        _ => doing.resource.clone(),
    };
    missing_right(verb.unwrap_or(doing.verb), &resource, doing.namespace)
}

fn not_found(status: &Status, doing: &Doing<'_>) -> Problem {
    if status.details.name.is_empty() {
        let detail = format!("the cluster does not serve {}", doing.resource);
        return Problem::new(Code::NotFound, detail)
            .hint("its definition may have been removed or not be installed yet");
    }
    if status.details.kind == "namespaces" && doing.resource != "namespaces" {
        let detail = format!("{}: the namespace {} does not exist", doing.what, words(&status.details.name));
        return Problem::new(Code::NotFound, detail).hint("create the namespace first");
    }
    Problem::new(Code::NotFound, format!("{} does not exist", doing.what))
}

fn conflict(status: &Status, doing: &Doing<'_>) -> Problem {
    let owned: Vec<_> = status.details.causes.iter().filter(|cause| cause.reason == "FieldManagerConflict").collect();
    if !owned.is_empty() {
        let each = owned.iter().take(10).map(|cause| format!("{} ({})", cause.field, manager(&cause.message)));
        let more = if owned.len() > 10 { format!(" and {} more", owned.len() - 10) } else { String::new() };
        let list = words(&format!("{}{more}", each.collect::<Vec<_>>().join(", ")));
        return Problem::new(Code::FieldConflict, format!("{}: other managers own {list}", doing.what))
            .hint("change these fields where they are managed, or leave them out");
    }
    let said = words(&status.message);
    match status.reason.as_str() {
        "AlreadyExists" => Problem::new(Code::Stale, format!("{} exists by now", doing.what)),
        _ => Problem::new(Code::Stale, format!("{} was changed meanwhile: {said}", doing.what)),
    }
}

/// `conflict with "kubectl" using apps/v1` → `kubectl`.
fn manager(message: &str) -> &str {
    message.split('"').nth(1).unwrap_or(message)
}

/// All the API server says when a JSON patch does not fit the object: a `test` that failed, a path that is gone.
const UNFIT_PATCH: &str = "the server rejected our request due to an error in our request";

/// A JSON patch that does not fit any more, or an identity precondition in a patch's metadata that does not hold.
fn is_stale(status: &Status) -> bool {
    let causes = &status.details.causes;
    let identity = |cause: &Cause| cause.field == "metadata.uid" || cause.field == "metadata.resourceVersion";
    (status.message == UNFIT_PATCH && causes.is_empty()) || causes.iter().any(identity)
}

fn stale_because(status: &Status) -> String {
    let cause = status.details.causes.iter().map(|cause| cause.message.as_str()).find(|message| !message.is_empty());
    match cause {
        Some(cause) => words(cause),
        None => "a value this patch tests for, or a field it changes, is no longer as it was".to_owned(),
    }
}

/// The texts of `Warning:` headers (RFC 9110 5.6.4 quoted strings behind code and agent).
pub(crate) fn warnings(headers: &HeaderMap) -> Vec<String> {
    let lines = headers.get_all(WARNING).iter().filter_map(|value| value.to_str().ok());
    lines.flat_map(quoted).filter(|text| !text.is_empty()).take(WARNINGS_MAX).collect()
}

fn quoted(line: &str) -> Vec<String> {
    let mut texts = Vec::new();
    let mut text: Option<String> = None;
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match (&mut text, c) {
            (None, '"') => text = Some(String::new()),
            (None, _) => {}
            (Some(_), '"') => texts.extend(text.take().map(|whole| words(&whole))),
            (Some(part), '\\') => part.extend(chars.next()),
            (Some(part), c) => part.push(c),
        }
    }
    texts
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn answer(code: u16, body: serde_json::Value) -> Answer {
        let status = StatusCode::from_u16(code).unwrap();
        Answer { status, headers: HeaderMap::new(), body: body.to_string().into() }
    }

    fn doing(namespace: &Namespace) -> Doing<'_> {
        let what = "Deployment shop/web".to_owned();
        let (resource, server) = ("deployments.apps".to_owned(), "https://api".to_owned());
        Doing { verb: "patch", resource, namespace: Some(namespace), what, server }
    }

    #[test]
    fn a_missing_right_names_verb_resource_and_namespace() {
        let shop = Namespace::parse("shop").unwrap();
        let message = r#"deployments.apps "web" is forbidden: User "vera" cannot create resource "deployments" in API group "apps" in the namespace "shop""#;
        let problem =
            problem_of(&answer(403, serde_json::json!({"message": message, "reason": "Forbidden"})), &doing(&shop));
        assert_eq!(problem.code, Code::ClusterForbidden);
        assert_eq!(problem.detail, "you may not create deployments.apps in namespace shop");
        assert_eq!(problem.hint, "check with `kubectl auth can-i create deployments.apps -n shop`");
    }

    #[test]
    fn a_full_quota_is_no_missing_right() {
        let shop = Namespace::parse("shop").unwrap();
        let message = r#"pods "web" is forbidden: exceeded quota: compute"#;
        let problem =
            problem_of(&answer(403, serde_json::json!({"message": message, "reason": "Forbidden"})), &doing(&shop));
        assert_eq!(problem.code, Code::Rejected);
        assert!(problem.detail.contains("exceeded quota"));
    }

    #[test]
    fn values_of_an_object_do_not_come_back_in_a_refusal() {
        let shop = Namespace::parse("shop").unwrap();
        let said = |resource: &str, message: &str| {
            let doing = Doing { resource: resource.to_owned(), ..doing(&shop) };
            problem_of(&answer(422, serde_json::json!({"message": message, "reason": "Invalid"})), &doing).detail
        };
        for message in [
            r#".data: expected map, got &{hunter2-value}"#,
            r#"pin: valueUnstructured{Value:918273645}"#,
            r#"spec: Forbidden: pod updates may not change fields @@ -1 +1 @@ "Value": "hunter2-value""#,
            r#"spec.x: Invalid value: "hunter2-value": field is immutable"#,
        ] {
            let detail = said("pods", message);
            assert!(!detail.contains("hunter2") && !detail.contains("918273645"), "{detail}");
            assert!(detail.contains("values left out"), "{detail}");
        }
        assert!(!said("secrets", "anything hunter2-value").contains("hunter2"));
        assert!(said("pods", "exceeded quota: compute").contains("exceeded quota: compute"));
    }

    #[test]
    fn an_eviction_over_its_budget_names_the_budget_and_is_no_busy_server() {
        let shop = Namespace::parse("shop").unwrap();
        let pod = ObjectRef {
            api: kubechat_core::object::ApiType::pods(),
            namespace: Some(shop),
            name: kubechat_core::names::ObjectName::parse("web-0").unwrap(),
        };
        // The API server's own words.
        let cause = serde_json::json!({"reason": "DisruptionBudget", "message": "The disruption budget web needs 2 healthy pods and has 2 currently"});
        let message = "Cannot evict pod as it would violate the pod's disruption budget.";
        let over = answer(
            429,
            serde_json::json!({"message": message, "reason": "TooManyRequests", "details": {"causes": [cause]}}),
        );
        assert!(is_budget(&over));
        let problem = over_budget(&pod, &over);
        assert_eq!(problem.code, Code::DisruptionBudget);
        assert!(
            problem.detail.contains("Pod shop/web-0") && problem.detail.contains("budget web needs 2"),
            "{problem:?}"
        );
        assert!(!is_budget(&answer(
            429,
            serde_json::json!({"message": "too many requests", "reason": "TooManyRequests"})
        )));
    }

    #[test]
    fn a_proxy_that_redirects_is_named() {
        let shop = Namespace::parse("shop").unwrap();
        let mut moved = answer(302, serde_json::json!({}));
        moved.headers.insert(LOCATION, HeaderValue::from_static("https://login.example"));
        let problem = problem_of(&moved, &doing(&shop));
        assert_eq!(problem.code, Code::ClusterUnreachable);
        assert!(problem.detail.contains("login.example"));
    }

    #[test]
    fn warnings_are_unquoted_and_bounded() {
        let mut headers = HeaderMap::new();
        headers.append(WARNING, HeaderValue::from_static(r#"299 - "v1 is \"old\"", 299 - "second""#));
        assert_eq!(warnings(&headers), ["v1 is \"old\"", "second"]);
        for _ in 0..100 {
            headers.append(WARNING, HeaderValue::from_static(r#"299 - "x""#));
        }
        assert_eq!(warnings(&headers).len(), WARNINGS_MAX);
        let long = "w".repeat(WORDS_CHARS_MAX * 2);
        assert_eq!(words(&long).chars().count(), WORDS_CHARS_MAX + 1);
    }
}
