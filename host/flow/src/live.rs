//! What a screen sees live: rows of a table, one object, and how clusters are; as the user, cleaned and masked as the
//! reads of the same things are.
//!
//! A subscription is a read: before it begins the API server is asked whether the user may list and watch these, a refusal
//! names verb, resource and namespace, and either way it leaves an entry. From then on the watch itself asks again, and ends
//! when the answer is no. A watch that only has to be begun anew (its kubeconfig changed) is, after a pause, and its reader
//! hears a reset. What is told is the latest state of what changed, never a queue of events.

use std::sync::Arc;
use std::time::Duration;

use kubechat_core::names::{ClusterName, KindWord, Namespace, ObjectName};
use kubechat_core::object::{ApiType, ObjectRef};
use kubechat_core::operation::can_i;
use kubechat_core::principal::Principal;
use kubechat_core::problem::{Code, Problem};
use kubechat_core::redact;
use serde::Serialize;
use serde_json::{Value, json};

use crate::ports::cluster::Review;
use crate::ports::live::{Delta, Lost, News, Reader, RowsAsk, Statuses};
use crate::ports::table::TableColumn;
use crate::resources::{ResourceRow, Shown, cleaned, fit_words, without_managed};
use crate::{Answered, Flow};

/// How long to wait before a watch that only has to be begun anew is.
const ANEW_PAUSE: Duration = Duration::from_millis(500);

/// Rows to watch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WatchAsk {
    /// `pods`, `deployments.apps`, `deployments.v1.apps`.
    pub kind: KindWord,
    /// Where; absent means everywhere.
    pub namespace: Option<Namespace>,
    /// A label selector in its text form.
    pub selector: Option<String>,
    /// Columns to show; `*` is all. Without it, those the server does not call wide.
    pub fields: Option<String>,
}

/// What is told.
#[derive(Debug, Clone, PartialEq)]
pub enum Told<T> {
    /// Something changed.
    Changed(T),
    /// The cluster is out of reach, or there again where it says nothing.
    Status(Option<Lost>),
    /// It is over.
    Ended(Problem),
}

/// What changed in a table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RowsDelta {
    /// Whether what was shown is void: `upserts` are all rows there are, or, where `complete` is false, there are too many
    /// for one event, and the list has to be read anew.
    pub reset: bool,
    /// Whether a reset holds all rows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub complete: Option<bool>,
    /// Titles of the columns, with a reset.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub columns: Option<Vec<String>>,
    /// New or changed rows, each in its latest state.
    pub upserts: Vec<ResourceRow>,
    /// UIDs of rows that are gone.
    pub removed: Vec<String>,
    /// How far the watch has come.
    pub resource_version: String,
}

/// What became of an object.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ObjectUpdate {
    /// It, masked; absent when it is gone.
    pub object: Option<Value>,
    /// Whether there is none.
    pub gone: bool,
    /// How far the watch has come.
    pub resource_version: String,
}

/// A table that is followed.
pub struct LiveRows {
    flow: Flow,
    who: Principal,
    cluster: ClusterName,
    rows: RowsAsk,
    fields: Option<String>,
    reader: Box<dyn Reader<ResourceRow>>,
    shown: Option<(Arc<[TableColumn]>, Shown)>,
}

/// An object that is followed.
pub struct LiveObject {
    flow: Flow,
    who: Principal,
    cluster: ClusterName,
    object: ObjectRef,
    reader: Box<dyn Reader<Value>>,
}

impl Flow {
    /// Begins to follow a table. Leaves an entry.
    pub async fn watch_rows(&self, who: &Principal, cluster: &ClusterName, ask: &WatchAsk) -> Answered<LiveRows> {
        let answered = self.begin_rows(who, cluster, ask).await;
        let payload = json!({"kind": ask.kind, "namespace": ask.namespace, "selector": ask.selector});
        self.note_read(who, cluster, "watch-rows", answered.as_ref().err(), payload).await;
        answered
    }

    async fn begin_rows(&self, who: &Principal, cluster: &ClusterName, ask: &WatchAsk) -> Answered<LiveRows> {
        [&ask.selector, &ask.fields].into_iter().flatten().try_for_each(|text| fit_words(text))?;
        let api = self.kind_of(who, cluster, &ask.kind).await?;
        if !api.namespaced && ask.namespace.is_some() {
            return Err(Problem::new(Code::BadInput, format!("{} lives in no namespace; write `*` for it", api.kind)));
        }
        self.may_watch(who, cluster, &api, ask.namespace.as_ref(), None).await?;
        let rows = RowsAsk { api, namespace: ask.namespace.clone(), selector: ask.selector.clone() };
        let reader = self.ports.live.rows(who, cluster, &rows, cleaned)?;
        let (flow, who, cluster, fields) = (self.clone(), who.clone(), cluster.clone(), ask.fields.clone());
        Ok(LiveRows { flow, who, cluster, rows, fields, reader, shown: None })
    }

    /// Begins to follow one object. Leaves an entry.
    pub async fn watch_object(
        &self,
        who: &Principal,
        cluster: &ClusterName,
        kind: &KindWord,
        (namespace, name): (Option<Namespace>, ObjectName),
    ) -> Answered<LiveObject> {
        let payload = json!({"kind": kind, "namespace": namespace, "name": name});
        let answered = self.begin_object(who, cluster, kind, namespace, name).await;
        self.note_read(who, cluster, "watch-object", answered.as_ref().err(), payload).await;
        answered
    }

    async fn begin_object(
        &self,
        who: &Principal,
        cluster: &ClusterName,
        kind: &KindWord,
        namespace: Option<Namespace>,
        name: ObjectName,
    ) -> Answered<LiveObject> {
        let object = self.object_ref(who, cluster, kind, namespace, name).await?;
        let (place, name) = (object.namespace.as_ref(), Some(&object.name));
        self.may_watch(who, cluster, &object.api, place, name).await?;
        let reader = self.ports.live.object(who, cluster, &object, masked)?;
        Ok(LiveObject { flow: self.clone(), who: who.clone(), cluster: cluster.clone(), object, reader })
    }

    /// How one's clusters are, from now on.
    pub fn watch_clusters(&self, who: &Principal) -> Box<dyn Statuses> {
        self.ports.live.statuses(who)
    }

    async fn may_watch(
        &self,
        who: &Principal,
        cluster: &ClusterName,
        api: &ApiType,
        namespace: Option<&Namespace>,
        name: Option<&ObjectName>,
    ) -> Answered<()> {
        let reviews = ["list", "watch"].map(|verb| Review {
            verb: verb.to_owned(),
            api: api.clone(),
            subresource: String::new(),
            namespace: namespace.cloned(),
            name: name.cloned(),
        });
        let answers = self.ports.cluster.reviewed(who, cluster, &reviews).await?;
        match reviews.iter().zip(answers).find(|(_, answer)| !answer.allowed) {
            None => Ok(()),
            Some((Review { verb, .. }, _)) => {
                let (resource, place) =
                    (api.resource(), namespace.map_or(" everywhere".to_owned(), |n| format!(" in {n}")));
                let detail = format!("you may not {verb} {resource}{place}");
                Err(Problem::new(Code::ClusterForbidden, detail).hint(can_i(verb, &resource, namespace)))
            }
        }
    }
}

/// As `GET /objects` shows it.
fn masked(object: Value) -> Value {
    without_managed(redact::object(&object))
}

impl LiveRows {
    /// The type that the word meant.
    pub fn api(&self) -> &ApiType {
        &self.rows.api
    }

    /// Waits for what is next. May be dropped while it waits. After `Ended` there is nothing more.
    pub async fn next(&mut self) -> Told<RowsDelta> {
        loop {
            match self.reader.next().await {
                News::Delta(delta) => return Told::Changed(self.delta(delta)),
                News::Lost(lost) => return Told::Status(Some(lost)),
                News::Back => return Told::Status(None),
                News::Ended(problem) if problem.code == Code::Stale => {
                    self.flow.ports.work.wait(ANEW_PAUSE).await;
                    match self.flow.ports.live.rows(&self.who, &self.cluster, &self.rows, cleaned) {
                        Ok(reader) => self.reader = reader,
                        Err(problem) => return Told::Ended(problem),
                    }
                }
                News::Ended(problem) => return Told::Ended(problem),
            }
        }
    }

    fn delta(&mut self, delta: Delta<ResourceRow>) -> RowsDelta {
        let Delta { reset, complete, columns, upserts, removed, resource_version } = delta;
        let shown = match self.shown.take() {
            Some((of, shown)) if Arc::ptr_eq(&of, &columns) => shown,
            _ => Shown::of(&self.rows.api, &columns, self.fields.as_deref()),
        };
        let upserts = upserts.iter().map(|row| shown.row(row)).collect();
        let titles = reset.then(|| shown.titles.clone());
        self.shown = Some((columns, shown));
        let (complete, removed) = (reset.then_some(complete), removed.iter().map(ToString::to_string).collect());
        RowsDelta { reset, complete, columns: titles, upserts, removed, resource_version }
    }
}

impl LiveObject {
    /// Waits for what is next. May be dropped while it waits. After `Ended` there is nothing more.
    pub async fn next(&mut self) -> Told<ObjectUpdate> {
        loop {
            match self.reader.next().await {
                News::Delta(Delta { mut upserts, resource_version, .. }) => {
                    let object = upserts.pop().map(Arc::unwrap_or_clone);
                    let gone = object.is_none();
                    return Told::Changed(ObjectUpdate { object, gone, resource_version });
                }
                News::Lost(lost) => return Told::Status(Some(lost)),
                News::Back => return Told::Status(None),
                News::Ended(problem) if problem.code == Code::Stale => {
                    self.flow.ports.work.wait(ANEW_PAUSE).await;
                    match self.flow.ports.live.object(&self.who, &self.cluster, &self.object, masked) {
                        Ok(reader) => self.reader = reader,
                        Err(problem) => return Told::Ended(problem),
                    }
                }
                News::Ended(problem) => return Told::Ended(problem),
            }
        }
    }
}
