//! Lists that are kept in memory for a diagnosis: objects slimmed at entry, and pods that are well kept as what they share.
//!
//! In a cluster of 30,000 pods nearly all are well, and those of one ReplicaSet differ in name, UID and node only. Of such
//! a pod only these three are kept, beside a [`Shape`] it shares with its kind; all else of it is written down once, as
//! text, and made into an object again when an analyzer asks for it. So they cost some hundred bytes each and not several
//! thousand. Everything else is kept whole but for what no analyzer reads: managed fields, long annotations, the contents
//! of endpoints, the images of nodes.
//!
//! What is well is judged at entry and does not change with time: ready, never restarted, not going away; or ended well.
//! Whatever hangs on time (how long not ready, how long ago it crashed) is judged at the diagnosis, on whole pods. Values
//! of Secrets don't come here: they are dropped where the answer is parsed.

use std::borrow::Borrow;
use std::collections::HashSet;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, OnceLock};

use serde_json::{Map, Value, json};

use crate::object::{ApiType, at, items, name, namespace, text, uid};

/// Longest annotation kept, bytes: longer ones are whole objects or notes of programs.
const ANNOTATION_BYTES_MAX: usize = 512;
/// How many shapes are there before those nobody uses are looked for.
const SHAPES_SWEPT_AT: usize = 256;
/// What a node of a JSON object takes: room for eleven fields, whether there are as many or one.
const FIELDS_BYTES: usize = 640;
/// What a piece of the heap takes beside its content.
const PIECE_BYTES: usize = 16;

/// One object of a kept list.
#[derive(Debug, Clone, PartialEq)]
pub enum Kept {
    /// Slimmed, else as it was read.
    Whole(Value),
    /// A pod that is well.
    Alike(Alike),
}

/// A pod that differs from others in this only.
#[derive(Debug, Clone, PartialEq)]
pub struct Alike {
    name: Box<str>,
    uid: Box<str>,
    node: Box<str>,
    shape: Arc<Shape>,
}

/// What pods share.
#[derive(Debug, PartialEq, Eq)]
pub struct Shape {
    /// All of it, as JSON.
    text: Box<str>,
    namespace: Box<str>,
    labels: Option<Map<String, Value>>,
    /// UID of the owner that controls them.
    controller: Option<Box<str>>,
    is_owned: bool,
}

/// The shapes that are in use, so that each is there once.
#[derive(Debug, Default)]
pub struct Shapes(HashSet<ByText>);

/// A list that is kept, as it is at one moment.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct KeptList {
    whole: Vec<Arc<Kept>>,
    alike: Vec<Likeness>,
    /// Why it may be old, when it may be.
    old: Option<String>,
}

/// A pod that is well, and the object it is made into when somebody asks.
#[derive(Debug, Clone, PartialEq)]
pub struct Likeness {
    kept: Arc<Kept>,
    made: OnceLock<Box<Value>>,
}

#[derive(Debug)]
struct ByText(Arc<Shape>);

impl PartialEq for ByText {
    fn eq(&self, other: &Self) -> bool {
        self.0.text == other.0.text
    }
}

impl Eq for ByText {}

impl Hash for ByText {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.text.hash(state);
    }
}

impl Borrow<str> for ByText {
    fn borrow(&self) -> &str {
        &self.0.text
    }
}

impl Shapes {
    /// What to keep of an object of this type.
    pub fn keep(&mut self, api: &ApiType, mut object: Value) -> Kept {
        if api.is("", "Pod") && is_settled(&object) {
            return Kept::Alike(self.alike(&object));
        }
        slim(api, &mut object);
        Kept::Whole(object)
    }

    fn alike(&mut self, pod: &Value) -> Alike {
        let own = |pointer| text(pod, pointer).into();
        let shape = shape_of(pod);
        let written = shape.to_string();
        let shape = match self.0.get(written.as_str()) {
            Some(known) => known.0.clone(),
            None => self.add(&shape, written),
        };
        Alike { name: own("/metadata/name"), uid: own("/metadata/uid"), node: own("/spec/nodeName"), shape }
    }

    fn add(&mut self, shape: &Value, written: String) -> Arc<Shape> {
        if self.0.len() >= SHAPES_SWEPT_AT && self.0.len() == self.0.capacity() {
            self.0.retain(|shape| Arc::strong_count(&shape.0) > 1);
        }
        let owners = items(shape, "/metadata/ownerReferences");
        let controller = owners.iter().find(|owner| at(owner, "/controller") == Some(&Value::Bool(true)));
        let made = Arc::new(Shape {
            text: written.into(),
            namespace: namespace(shape).into(),
            labels: at(shape, "/metadata/labels").and_then(Value::as_object).cloned(),
            controller: controller.map(|owner| uid_of_owner(owner).into()),
            is_owned: !owners.is_empty(),
        });
        self.0.insert(ByText(made.clone()));
        made
    }
}

fn uid_of_owner(owner: &Value) -> &str {
    text(owner, "/uid")
}

impl Kept {
    /// `metadata.namespace`.
    pub fn namespace(&self) -> &str {
        match self {
            Self::Whole(object) => namespace(object),
            Self::Alike(alike) => &alike.shape.namespace,
        }
    }

    /// `metadata.name`.
    pub fn name(&self) -> &str {
        match self {
            Self::Whole(object) => name(object),
            Self::Alike(alike) => &alike.name,
        }
    }

    /// `metadata.uid`.
    pub fn uid(&self) -> &str {
        match self {
            Self::Whole(object) => uid(object),
            Self::Alike(alike) => &alike.uid,
        }
    }

    /// The object, made anew where it is only alike others.
    pub fn object(&self) -> Value {
        match self {
            Self::Whole(object) => object.clone(),
            Self::Alike(alike) => alike.object(),
        }
    }

    /// About how much memory it takes, bytes; whoever is the only one of a shape so far answers for it too.
    pub fn bytes(&self) -> usize {
        size_of::<Self>()
            + match self {
                Self::Whole(object) => heap_bytes(object),
                Self::Alike(alike) => alike.bytes(),
            }
    }
}

impl Alike {
    fn object(&self) -> Value {
        // It was written by us a while ago, so it can be read.
        let mut pod: Value = serde_json::from_str(&self.shape.text).unwrap_or_default();
        pod["metadata"]["name"] = Value::from(&*self.name);
        pod["metadata"]["uid"] = Value::from(&*self.uid);
        if !self.node.is_empty() {
            pod["spec"]["nodeName"] = Value::from(&*self.node);
        }
        pod
    }

    fn bytes(&self) -> usize {
        let own = self.name.len() + self.uid.len() + self.node.len() + 3 * PIECE_BYTES;
        // One is the set's.
        let alone = Arc::strong_count(&self.shape) <= 2;
        let shape = || self.shape.text.len() + self.shape.labels.as_ref().map_or(0, fields_bytes) + size_of::<Shape>();
        own + if alone { shape() } else { 0 }
    }
}

impl KeptList {
    /// What is kept now; `old` says why it may be of a while ago.
    pub fn of(kept: impl Iterator<Item = Arc<Kept>>, old: Option<String>) -> Self {
        let (alike, mut whole): (Vec<_>, Vec<_>) = kept.partition(|kept| matches!(**kept, Kept::Alike(_)));
        whole.sort_by(|a, b| (a.namespace(), a.name()).cmp(&(b.namespace(), b.name())));
        let alike = alike.into_iter().map(|kept| Likeness { kept, made: OnceLock::new() }).collect();
        Self { whole, alike, old }
    }

    /// The objects that are kept whole.
    pub fn whole(&self) -> impl Iterator<Item = &Value> {
        self.whole.iter().filter_map(|kept| match &**kept {
            Kept::Whole(object) => Some(object),
            Kept::Alike(_) => None,
        })
    }

    /// The pods that are well.
    pub fn alike(&self) -> &[Likeness] {
        &self.alike
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.whole.len() + self.alike.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Why it may be old, when it may be.
    pub fn old(&self) -> Option<&str> {
        self.old.as_deref()
    }
}

impl Likeness {
    fn alike(&self) -> Option<&Alike> {
        match &*self.kept {
            Kept::Alike(alike) => Some(alike),
            Kept::Whole(_) => None,
        }
    }

    /// `metadata.namespace`.
    pub fn namespace(&self) -> &str {
        self.kept.namespace()
    }

    /// `spec.nodeName`.
    pub fn node(&self) -> &str {
        self.alike().map_or("", |alike| &alike.node)
    }

    /// `metadata.labels`.
    pub fn labels(&self) -> Option<&Map<String, Value>> {
        self.alike().and_then(|alike| alike.shape.labels.as_ref())
    }

    /// UID of the owner that controls it.
    pub fn controller(&self) -> Option<&str> {
        self.alike().and_then(|alike| alike.shape.controller.as_deref())
    }

    /// Whether anything owns it.
    pub fn is_owned(&self) -> bool {
        self.alike().is_some_and(|alike| alike.shape.is_owned)
    }

    /// Whether it was asked for.
    #[cfg(test)]
    pub(crate) fn is_made(&self) -> bool {
        self.made.get().is_some()
    }

    /// The object, made when it is first asked for.
    pub fn object(&self) -> &Value {
        self.made.get_or_init(|| Box::new(self.kept.object()))
    }
}

/// Whether a pod is ready, stays, and has never restarted: nearly all are, so this asks as little as it can.
pub(crate) fn is_well(pod: &Value) -> bool {
    let (Some(status), Some(metadata)) = (pod.get("status"), pod.get("metadata")) else { return false };
    let list = |field| status.get(field).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    // Ready comes near the end of the kubelet's list.
    let ready = list("conditions").iter().rev().find(|condition| condition["type"] == "Ready");
    let restarts =
        list("containerStatuses").iter().chain(list("initContainerStatuses")).map(|status| &status["restartCount"]);
    // Any restart is looked at closely: it may have been for memory.
    ready.is_some_and(|ready| ready["status"] == "True")
        && restarts.filter_map(Value::as_i64).all(|count| count == 0)
        && metadata.get("deletionTimestamp").is_none()
}

/// Whether there is nothing to find out about a pod, now or later: it is well, or it ended well.
fn is_settled(pod: &Value) -> bool {
    is_well(pod) || (text(pod, "/status/phase") == "Succeeded" && at(pod, "/metadata/deletionTimestamp").is_none())
}

/// What of a settled pod analyzers read, but for its name, UID and node.
fn shape_of(pod: &Value) -> Value {
    let kept = |from: &str, fields: &[&str]| -> Map<String, Value> {
        let object = at(pod, from).and_then(Value::as_object);
        let pick = |field: &&str| Some(((*field).to_owned(), object?.get(*field)?.clone()));
        fields.iter().filter_map(pick).collect()
    };
    let containers = |list: &str| -> Vec<Value> {
        let of = |container: &Value| json!({"name": container["name"], "image": container["image"]});
        items(pod, list).iter().map(of).collect()
    };
    let mut spec = kept("/spec", &["restartPolicy"]);
    spec.insert("containers".to_owned(), containers("/spec/containers").into());
    if at(pod, "/spec/initContainers").is_some() {
        spec.insert("initContainers".to_owned(), containers("/spec/initContainers").into());
    }
    let mut status = kept("/status", &["phase"]);
    let ended = text(pod, "/status/phase") == "Succeeded";
    let ready = items(pod, "/status/conditions").iter().filter(|condition| condition["type"] == "Ready");
    let ready = ready.map(|ready| match ended {
        true => json!({"type": "Ready", "status": ready["status"], "lastTransitionTime": ready["lastTransitionTime"]}),
        false => json!({"type": "Ready", "status": ready["status"]}),
    });
    status.insert("conditions".to_owned(), ready.collect());
    let mut shape = kept("", &["apiVersion", "kind"]);
    let metadata = kept("/metadata", &["namespace", "labels", "ownerReferences"]);
    shape.insert("metadata".to_owned(), metadata.into());
    shape.insert("spec".to_owned(), spec.into());
    shape.insert("status".to_owned(), status.into());
    shape.into()
}

/// Drops what no analyzer reads.
fn slim(api: &ApiType, object: &mut Value) {
    if let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) {
        metadata.remove("managedFields");
        if let Some(Value::Object(annotations)) = metadata.get_mut("annotations") {
            annotations.retain(|_, said| said.as_str().is_some_and(|said| said.len() <= ANNOTATION_BYTES_MAX));
        }
    }
    match api.kind.as_str() {
        "EndpointSlice" => slim_endpoints(object),
        "Node" => {
            if let Some(status) = object.get_mut("status").and_then(Value::as_object_mut) {
                for field in ["images", "nodeInfo", "volumesInUse", "volumesAttached"] {
                    status.remove(field);
                }
            }
        }
        _ => {}
    }
}

/// Of an endpoint it is only asked whether it is ready; absent means that it is, by the API's own rule.
fn slim_endpoints(slice: &mut Value) {
    let Some(endpoints) = slice.get_mut("endpoints").and_then(Value::as_array_mut) else { return };
    for endpoint in endpoints.iter_mut() {
        let ready = at(endpoint, "/conditions/ready") != Some(&Value::Bool(false));
        *endpoint = if ready { json!({}) } else { json!({"conditions": {"ready": false}}) };
    }
    endpoints.shrink_to_fit();
}

/// About how much memory hangs on a value, bytes.
fn heap_bytes(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len() + PIECE_BYTES,
        Value::Array(items) => items.iter().map(|item| size_of::<Value>() + heap_bytes(item)).sum::<usize>(),
        Value::Object(fields) => fields_bytes(fields),
        _ => 0,
    }
}

fn fields_bytes(fields: &Map<String, Value>) -> usize {
    let nodes = if fields.len() <= 11 { usize::from(!fields.is_empty()) } else { fields.len().div_ceil(7) };
    let content = fields.iter().map(|(key, value)| key.len() + PIECE_BYTES + heap_bytes(value)).sum::<usize>();
    nodes * FIELDS_BYTES + content
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pod(number: usize, status: &str) -> Value {
        json!({"apiVersion": "v1", "kind": "Pod",
            "metadata": {"name": format!("web-{number:05}"), "namespace": "shop", "uid": format!("u-{number:032}"),
                "labels": {"app": "web"}, "managedFields": [{"manager": "kubelet"}],
                "ownerReferences": [{"kind": "ReplicaSet", "name": "web", "uid": "set", "controller": true}]},
            "spec": {"nodeName": format!("node-{}", number % 7), "containers": [{"name": "web", "image": "r/web:1", "env": [{"name": "A"}]}]},
            "status": {"phase": "Running", "podIP": format!("10.0.0.{number}"),
                "conditions": [{"type": "Ready", "status": status, "lastTransitionTime": "2026-11-23T10:00:00Z"}],
                "containerStatuses": [{"name": "web", "restartCount": 0, "containerID": format!("c{number}")}]}})
    }

    #[test]
    fn thousands_of_pods_that_are_well_take_a_few_hundred_bytes_each() {
        let (mut shapes, count) = (Shapes::default(), 5_000);
        let kept: Vec<_> = (0..count).map(|number| shapes.keep(&ApiType::pods(), pod(number, "True"))).collect();
        assert_eq!(shapes.0.len(), 1, "one shape for all");
        let bytes: usize = kept.iter().map(Kept::bytes).sum();
        assert!(bytes / count < 300, "{} bytes a pod", bytes / count);
        let again = kept[3].object();
        assert_eq!((name(&again), text(&again, "/spec/nodeName")), ("web-00003", "node-3"));
        assert_eq!(again["spec"]["containers"], json!([{"name": "web", "image": "r/web:1"}]));
    }

    #[test]
    fn a_pod_in_trouble_is_kept_whole_and_one_that_recovers_is_not() {
        let mut shapes = Shapes::default();
        let Kept::Whole(object) = shapes.keep(&ApiType::pods(), pod(1, "False")) else { panic!("in trouble") };
        assert!(object["metadata"].get("managedFields").is_none() && object["status"]["podIP"] == "10.0.0.1");
        assert!(matches!(shapes.keep(&ApiType::pods(), pod(1, "True")), Kept::Alike(_)));
        let mut restarted = pod(1, "True");
        restarted["status"]["containerStatuses"][0]["restartCount"] = json!(1);
        assert!(matches!(shapes.keep(&ApiType::pods(), restarted), Kept::Whole(_)));
    }

    #[test]
    fn shapes_nobody_uses_any_more_are_forgotten() {
        let mut shapes = Shapes::default();
        for number in 0..SHAPES_SWEPT_AT * 20 {
            let mut pod = pod(number, "True");
            pod["metadata"]["labels"]["number"] = json!(number.to_string());
            shapes.keep(&ApiType::pods(), pod);
        }
        assert!(shapes.0.len() <= SHAPES_SWEPT_AT * 4, "{}", shapes.0.len());
    }

    #[test]
    fn ready_endpoints_weigh_next_to_nothing() {
        let endpoint = |ready: bool| json!({"addresses": ["10.0.0.1"], "conditions": {"ready": ready}, "targetRef": {"name": "p"}});
        let slice = json!({"endpoints": [endpoint(true), endpoint(false), {"addresses": ["a"]}]});
        let kept = Shapes::default().keep(&ApiType::endpoint_slices(), slice).object();
        assert_eq!(kept["endpoints"], json!([{}, {"conditions": {"ready": false}}, {}]));
    }
}
