//! What a cluster serves: aggregated discovery, two round trips at once, kept for [`DISCOVERY_AGE_MS_MAX`].
//!
//! A word (kind, plural, singular or short name, with an optional `.group` or `.version.group`) becomes the types it can
//! mean, best first: names before short names, then core, apps, batch and the other built-in groups, then the rest by
//! name. An unknown word asks the server again, at most once in [`DISCOVERY_PAUSE_MS`], because its definition may be
//! new. Kept per principal, so nobody sees what another asked. Needs Kubernetes 1.30 (apidiscovery v2).

use std::sync::Arc;

use futures_util::future::try_join;
use http::StatusCode;
use kubechat_core::names::KindWord;
use kubechat_core::object::ApiType;
use kubechat_core::problem::{Code, Problem};
use kubechat_core::time::Timestamp;
use kubechat_flow::ports::cluster::ServedKind;
use serde::Deserialize;
use tokio::sync::Mutex;

use crate::address::Path;
use crate::limits::{DISCOVERY_AGE_MS_MAX, DISCOVERY_BYTES_MAX, DISCOVERY_PAUSE_MS};
use crate::link::{Call, Link};
use crate::status::{Doing, problem_of};

const AGGREGATED: &str = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

/// Groups whose kinds come before others', in order.
const PREFERRED: &[&str] = &[
    "",
    "apps",
    "batch",
    "autoscaling",
    "networking.k8s.io",
    "policy",
    "rbac.authorization.k8s.io",
    "storage.k8s.io",
    "discovery.k8s.io",
];

/// One served resource, in its group's preferred version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Served {
    pub(crate) api: ApiType,
    singular: String,
    short: Vec<String>,
    verbs: Vec<String>,
}

/// What is known of a cluster's types.
#[derive(Default)]
pub(crate) struct Discovery {
    known: Mutex<Option<Known>>,
}

struct Known {
    at: Timestamp,
    served: Arc<Vec<Served>>,
}

impl Link {
    /// Everything served, not older than `age_ms_max`.
    async fn served(&self, age_ms_max: i64) -> Result<Arc<Vec<Served>>, Problem> {
        let mut known = self.discovery.known.lock().await;
        if let Some(known) = &*known
            && self.clock.now().since_ms(known.at) < age_ms_max
        {
            return Ok(known.served.clone());
        }
        let (core, groups) = try_join(self.discover("/api"), self.discover("/apis")).await?;
        let served = Arc::new(core.into_iter().chain(groups).collect::<Vec<_>>());
        *known = Some(Known { at: self.clock.now(), served: served.clone() });
        Ok(served)
    }

    async fn discover(&self, root: &'static str) -> Result<Vec<Served>, Problem> {
        let mut call = Call::get(Path::fixed(root));
        (call.accept, call.answer_bytes_max) = (AGGREGATED, DISCOVERY_BYTES_MAX);
        let answer = self.read(&call, self.waits.read).await?;
        let server = self.server();
        if answer.status == StatusCode::NOT_ACCEPTABLE {
            return Err(too_old(&server));
        }
        if !answer.status.is_success() {
            let doing =
                Doing { verb: "get", resource: root.to_owned(), namespace: None, what: root.to_owned(), server };
            return Err(problem_of(&answer, &doing));
        }
        let list: GroupList = serde_json::from_slice(&answer.body).map_err(|_| too_old(&server))?;
        Ok(list.items.into_iter().flat_map(Group::served).collect())
    }

    /// The types a word can mean, best first.
    pub(crate) async fn types(&self, word: &KindWord) -> Result<Vec<ApiType>, Problem> {
        let types = meant(&self.served(DISCOVERY_AGE_MS_MAX).await?, word);
        if !types.is_empty() {
            return Ok(types);
        }
        Ok(meant(&self.served(DISCOVERY_PAUSE_MS).await?, word))
    }

    /// Everything served, well-known groups first; of each group what its preferred version has.
    pub(crate) async fn kinds(&self) -> Result<Vec<ServedKind>, Problem> {
        let served = self.served(DISCOVERY_AGE_MS_MAX).await?;
        let mut kinds: Vec<_> = served.iter().map(Served::kind).collect();
        kinds.sort_by_cached_key(|kind| (rank(&kind.api.group), kind.api.group.clone(), kind.api.plural.clone()));
        Ok(kinds)
    }

    /// The types that live in a namespace and go when it is deleted.
    pub(crate) async fn namespaced_types(&self) -> Result<Vec<ApiType>, Problem> {
        let served = self.served(DISCOVERY_AGE_MS_MAX).await?;
        let can = |served: &Served, verb| served.verbs.iter().any(|known| known == verb);
        let kept = served.iter().filter(|s| s.api.namespaced && can(s, "list") && can(s, "delete"));
        // Core events are served a second time by events.k8s.io; counted twice they would double what a deletion takes.
        Ok(kept.filter(|s| !s.api.is("events.k8s.io", "Event")).map(|s| s.api.clone()).collect())
    }

    /// Forgets what is known: a type that should be there was not.
    pub(crate) async fn forget_types(&self) {
        *self.discovery.known.lock().await = None;
    }
}

fn too_old(server: &str) -> Problem {
    let detail = format!("{server} does not offer aggregated discovery (apidiscovery.k8s.io/v2)");
    Problem::new(Code::ClusterUnreachable, detail).hint("Kubernetes 1.30 or newer is needed; check the server address")
}

/// The types a word can mean, best first.
fn meant(served: &[Served], word: &KindWord) -> Vec<ApiType> {
    let lower = word.as_str().to_lowercase();
    let (name, rest) = lower.split_once('.').map_or((lower.as_str(), None), |(name, rest)| (name, Some(rest)));
    let mut found: Vec<((u8, usize, &str), &Served)> = served
        .iter()
        .filter(|s| rest.is_none_or(|rest| in_group(&s.api, rest)) && s.verbs.iter().any(|verb| verb == "get"))
        .filter_map(|s| Some(((s.fits(name)?, rank(&s.api.group), s.api.group.as_str()), s)))
        .collect();
    found.sort_by_key(|(key, _)| *key);
    found.into_iter().map(|(_, served)| served.api.clone()).collect()
}

/// `apps`, or `v1.apps`; for the core group its version alone.
fn in_group(api: &ApiType, rest: &str) -> bool {
    let group = api.group.to_lowercase();
    if group.is_empty() {
        return rest == api.version;
    }
    rest == group || rest.split_once('.').is_some_and(|(version, of)| version == api.version && of == group)
}

fn rank(group: &str) -> usize {
    let built_in = PREFERRED.len() + usize::from(!group.ends_with(".k8s.io"));
    PREFERRED.iter().position(|preferred| *preferred == group).unwrap_or(built_in)
}

impl Served {
    fn kind(&self) -> ServedKind {
        ServedKind { api: self.api.clone(), short_names: self.short.clone(), verbs: self.verbs.clone() }
    }

    /// 0 for a name, 1 for a short name.
    fn fits(&self, word: &str) -> Option<u8> {
        let named = self.api.plural == word || self.singular == word || self.api.kind.to_lowercase() == word;
        if named { Some(0) } else { self.short.iter().any(|short| short == word).then_some(1) }
    }
}

#[derive(Deserialize)]
struct GroupList {
    items: Vec<Group>,
}

#[derive(Deserialize)]
struct Group {
    #[serde(default)]
    metadata: GroupName,
    #[serde(default)]
    versions: Vec<GroupVersion>,
}

#[derive(Default, Deserialize)]
struct GroupName {
    #[serde(default)]
    name: String,
}

#[derive(Deserialize)]
struct GroupVersion {
    version: String,
    #[serde(default)]
    resources: Vec<Resource>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Resource {
    resource: String,
    #[serde(default)]
    response_kind: ResponseKind,
    #[serde(default)]
    scope: String,
    #[serde(default)]
    singular_resource: String,
    #[serde(default)]
    short_names: Vec<String>,
    #[serde(default)]
    verbs: Vec<String>,
}

#[derive(Default, Deserialize)]
struct ResponseKind {
    #[serde(default)]
    kind: String,
}

impl Group {
    /// Its resources, each in the first version that has it: the server lists versions by preference.
    fn served(self) -> Vec<Served> {
        let group = self.metadata.name;
        let mut all: Vec<Served> = Vec::new();
        for version in self.versions {
            for resource in version.resources {
                if all.iter().any(|known| known.api.plural == resource.resource) {
                    continue;
                }
                let api = ApiType {
                    group: group.clone(),
                    version: version.version.clone(),
                    kind: resource.response_kind.kind,
                    plural: resource.resource,
                    namespaced: resource.scope == "Namespaced",
                };
                let (singular, short, verbs) = (resource.singular_resource, resource.short_names, resource.verbs);
                all.push(Served { api, singular, short, verbs });
            }
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn served(group: &str, kind: &str, short: &str) -> Served {
        let plural = format!("{}s", kind.to_lowercase());
        let (group, version) = (group.to_owned(), "v1".to_owned());
        let api = ApiType { group, version, kind: kind.to_owned(), plural, namespaced: true };
        let verbs = vec!["get".to_owned()];
        Served { api, singular: kind.to_lowercase(), short: vec![short.to_owned()], verbs }
    }

    fn groups(all: &[Served], word: &str) -> Vec<String> {
        meant(all, &KindWord::parse(word).unwrap()).into_iter().map(|api| api.group).collect()
    }

    #[test]
    fn built_in_groups_come_before_others() {
        let all = [served("zoo.example", "Job", "z"), served("a.example", "Job", "a"), served("batch", "Job", "j")];
        assert_eq!(groups(&all, "jobs"), ["batch", "a.example", "zoo.example"]);
    }

    #[test]
    fn a_name_comes_before_a_short_name() {
        let all = [served("", "Deploy", "x"), served("apps", "Deployment", "deploy")];
        assert_eq!(groups(&all, "DEPLOY"), ["", "apps"]);
    }

    #[test]
    fn a_group_suffix_must_fit() {
        let all = [served("apps", "Deployment", "deploy"), served("other.example", "Deployment", "d")];
        assert_eq!(groups(&all, "deployments.apps"), ["apps"]);
        assert_eq!(groups(&all, "Deployment.v1.other.example"), ["other.example"]);
        assert_eq!(groups(&all, "deployments.nothing"), Vec::<String>::new());
    }
}
