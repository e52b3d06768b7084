//! What the user may do and who he is, by the API server's own word (SelfSubjectAccessReview, SelfSubjectReview).

use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use kubechat_core::facts::Fact;
use kubechat_core::names::{Namespace, ObjectName};
use kubechat_core::problem::{Code, Problem};
use kubechat_flow::ports::cluster::{Allowed, Review, Right};
use serde_json::{Value, json};
use std::time::Duration;

use crate::address::Path;
use crate::json::{self, Managed};
use crate::limits::CALLS_AT_ONCE_MAX;
use crate::link::{Call, Link};
use crate::status::{Doing, problem_of, words};

const REVIEWS: &str = "selfsubjectaccessreviews.authorization.k8s.io";

fn review(right: Right) -> Review {
    let Right { verb, subresource, object } = right;
    let subresource = subresource.unwrap_or_default().to_owned();
    Review { verb, api: object.api, subresource, namespace: object.namespace, name: Some(object.name) }
}

impl Link {
    /// Asks about each right, in the order asked.
    pub(crate) async fn rights(&self, rights: &[Right]) -> Result<Vec<Allowed>, Problem> {
        let reviews: Vec<_> = rights.iter().cloned().map(review).collect();
        self.reviews(&reviews).await
    }

    /// The same for rights that need not name an object.
    pub(crate) async fn reviews(&self, reviews: &[Review]) -> Result<Vec<Allowed>, Problem> {
        let each = reviews.iter().cloned().map(|review| self.asked(review));
        stream::iter(each).buffered(CALLS_AT_ONCE_MAX).try_collect().await
    }

    async fn asked(&self, asked: Review) -> Result<Allowed, Problem> {
        let api = &asked.api;
        let attributes = json!({
            "verb": asked.verb, "group": api.group, "version": api.version, "resource": api.plural,
            "subresource": asked.subresource,
            "name": asked.name.as_ref().map(|n| n.as_str()).unwrap_or_default(),
            "namespace": asked.namespace.as_ref().map(|n| n.as_str()).unwrap_or_default(),
        });
        self.review(&attributes).await
    }

    /// The answer to a fact query about a right. Whoever may not even ask is not told "no": the question is refused.
    pub(crate) async fn may(
        &self,
        verb: &str,
        resource: &str,
        namespace: Option<&Namespace>,
        name: &ObjectName,
    ) -> Result<Fact, Problem> {
        let (resource, subresource) = resource.split_once('/').unwrap_or((resource, ""));
        let (plural, group) = resource.split_once('.').unwrap_or((resource, ""));
        let attributes = json!({
            "verb": verb, "group": group, "version": "*", "resource": plural, "subresource": subresource,
            "name": name.as_str(), "namespace": namespace.map(Namespace::as_str).unwrap_or_default(),
        });
        match self.review(&attributes).await {
            Ok(Allowed { allowed, .. }) => Ok(Fact::Allowed { allowed }),
            Err(problem) if problem.code == Code::ClusterForbidden => {
                let resource = REVIEWS.to_owned();
                Ok(Fact::Denied { verb: "create".to_owned(), resource, namespace: None })
            }
            Err(problem) => Err(problem),
        }
    }

    async fn review(&self, attributes: &Value) -> Result<Allowed, Problem> {
        let review = json!({
            "apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview",
            "spec": {"resourceAttributes": attributes},
        });
        let path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
        let answer = self.ask(path, REVIEWS, &review, self.waits.read).await?;
        let status = &answer["status"];
        let Some(allowed) = status["allowed"].as_bool() else {
            return Err(Problem::new(Code::ClusterUnreachable, format!("{} gave no access review", self.server())));
        };
        let said = |key: &str| status[key].as_str().filter(|text| !text.is_empty()).map(words);
        Ok(Allowed { allowed, reason: said("reason").or_else(|| said("evaluationError")).unwrap_or_default() })
    }

    /// The user name the server sees.
    pub(crate) async fn user(&self, wait: Duration) -> Result<String, Problem> {
        let review = json!({"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"});
        let path = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
        let answer = self.ask(path, "selfsubjectreviews.authentication.k8s.io", &review, wait).await?;
        Ok(words(answer["status"]["userInfo"]["username"].as_str().unwrap_or_default()))
    }

    /// The server's version: `v1.37.0`.
    pub(crate) async fn version(&self, wait: Duration) -> Result<String, Problem> {
        let answer = self.read(&Call::get(Path::fixed("/version")), wait).await?;
        if !answer.status.is_success() {
            return Err(problem_of(&answer, &self.doing("get", "/version")));
        }
        let version = json::parse(&answer.body, Managed::Skip).unwrap_or_default();
        match version["gitVersion"].as_str() {
            Some(version) => Ok(words(version)),
            None => {
                Err(Problem::new(Code::ClusterUnreachable, format!("{} is no Kubernetes API server", self.server())))
            }
        }
    }

    async fn ask(&self, path: &'static str, resource: &str, review: &Value, wait: Duration) -> Result<Value, Problem> {
        let answer = self.read(&Call::post(Path::fixed(path), review), wait).await?;
        if !answer.status.is_success() {
            return Err(problem_of(&answer, &self.doing("create", resource)));
        }
        json::parse(&answer.body, Managed::Skip)
            .map_err(|why| Problem::new(Code::ClusterUnreachable, format!("{} gave no review: {why}", self.server())))
    }

    fn doing<'a>(&self, verb: &'a str, resource: &str) -> Doing<'a> {
        let (what, resource) = (resource.to_owned(), resource.to_owned());
        Doing { verb, resource, namespace: None, what, server: self.server() }
    }
}
