//! What each class of reversibility promises, and what undo refuses.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::names::{Namespace, ObjectName};

const EXACT: Reversibility = Reversibility::Exact;

fn target(api: ApiType, name: &str) -> ObjectRef {
    let namespace = api.namespaced.then(|| Namespace::parse("shop").unwrap());
    ObjectRef { api, namespace, name: ObjectName::parse(name).unwrap() }
}

struct Case {
    target: ObjectRef,
    before: Option<Value>,
    after: Option<Value>,
    live: Option<Value>,
    touches: Vec<FieldPath>,
    reversibility: Reversibility,
    then: BTreeMap<String, String>,
    now: BTreeMap<String, String>,
}

impl Case {
    fn of(api: ApiType, before: Option<Value>, after: Option<Value>) -> Self {
        let live = after.clone();
        let (then, now) = (BTreeMap::new(), BTreeMap::new());
        Self {
            target: target(api, "web"),
            before,
            after,
            live,
            touches: vec![FieldPath::root()],
            reversibility: EXACT,
            then,
            now,
        }
    }

    fn touching(mut self, path: FieldPath) -> Self {
        self.touches = vec![path];
        self
    }

    fn restore(&self) -> Result<UndoAction, UndoRefusal> {
        restore(&Undoing {
            target: &self.target,
            before: self.before.as_ref(),
            after: self.after.as_ref(),
            live: self.live.as_ref(),
            touches: &self.touches,
            reversibility: &self.reversibility,
            digests_then: &self.then,
            digests_now: &self.now,
        })
    }

    fn restored(&self) -> Value {
        let action = self.restore().unwrap();
        let Action::JsonPatch { body } = action.mutation.action else { panic!("{:?}", action.mutation) };
        let mut live = self.live.clone().unwrap();
        apply_json_patch(&body, &mut live).unwrap();
        live
    }
}

fn deployment() -> Value {
    json!({"apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": {"name": "web", "namespace": "shop", "uid": "u1", "resourceVersion": "1"},
        "spec": {"replicas": 3, "template": {"spec": {"containers": [{"name": "web", "image": "r/web:1"}]}}}})
}

fn changed(change: impl Fn(&mut Value)) -> Case {
    let mut after = deployment();
    change(&mut after);
    Case::of(ApiType::deployments(), Some(deployment()), Some(after))
}

fn image() -> FieldPath {
    FieldPath::of(&["spec", "template", "spec", "containers"]).item("name", "web").field("image")
}

#[test]
fn an_exact_change_comes_back_with_tests_and_leaves_other_fields_alone() {
    let mut case = changed(|d| d["spec"]["replicas"] = json!(5)).touching(FieldPath::of(&["spec", "replicas"]));
    case.live.as_mut().unwrap()["spec"]["paused"] = json!(true);
    let action = case.restore().unwrap();
    let wanted = json!([{"op": "test", "path": "/metadata/uid", "value": "u1"},
        {"op": "test", "path": "/spec/replicas", "value": 5}, {"op": "replace", "path": "/spec/replicas", "value": 3}]);
    assert_eq!(action.mutation.action, Action::JsonPatch { body: wanted });
    assert_eq!(action.mutation.touches, [FieldPath::of(&["spec", "replicas"])]);
    assert_eq!(case.restored()["spec"]["paused"], true);
}

#[test]
fn a_container_is_found_again_after_a_sidecar_moved_in() {
    let mut case =
        changed(|d| d["spec"]["template"]["spec"]["containers"][0]["image"] = json!("r/web:2")).touching(image());
    let list = case.live.as_mut().unwrap().pointer_mut("/spec/template/spec/containers").unwrap();
    list.as_array_mut().unwrap().insert(0, json!({"name": "mesh", "image": "m"}));
    assert_eq!(case.restored()["spec"]["template"]["spec"]["containers"][1]["image"], "r/web:1");
}

#[test]
fn a_field_somebody_changed_since_is_a_conflict_three_ways() {
    let mut case = changed(|d| d["spec"]["replicas"] = json!(5)).touching(FieldPath::of(&["spec", "replicas"]));
    case.live.as_mut().unwrap()["spec"]["replicas"] = json!(9);
    let Err(refusal @ UndoRefusal::Conflict { .. }) = case.restore() else { panic!("no conflict") };
    assert_eq!(Problem::from(&refusal).code, Code::UndoConflict);
    let UndoRefusal::Conflict { conflicts, .. } = refusal else { unreachable!() };
    let values = (conflicts[0].before.clone(), conflicts[0].ours.clone(), conflicts[0].now.clone());
    assert_eq!(values, (Some(json!(3)), Some(json!(5)), Some(json!(9))));
}

#[test]
fn a_field_that_has_its_former_value_again_is_already_back() {
    let mut case = changed(|d| d["spec"]["replicas"] = json!(5));
    case.live = case.before.clone();
    assert!(matches!(case.restore(), Err(UndoRefusal::AlreadyBack { .. })));
}

#[test]
fn what_the_server_filled_in_elsewhere_is_not_put_back() {
    let case = changed(|d| {
        d["spec"]["replicas"] = json!(5);
        d["metadata"]["labels"] = json!({"webhook": "was here"});
    })
    .touching(FieldPath::of(&["spec", "replicas"]));
    assert_eq!(case.restored()["metadata"]["labels"]["webhook"], "was here");
}

#[test]
fn an_added_part_goes_with_its_defaults() {
    let probe = FieldPath::of(&["spec", "template", "spec", "containers"]).item("name", "web").field("livenessProbe");
    let case = changed(|d| {
        let probe = json!({"httpGet": {"path": "/", "port": 80, "scheme": "HTTP"}, "periodSeconds": 10});
        d["spec"]["template"]["spec"]["containers"][0]["livenessProbe"] = probe;
    })
    .touching(probe.field("httpGet").field("port"));
    assert_eq!(case.restored(), deployment(), "half a probe would be refused by the API server");
}

#[test]
fn an_added_annotation_goes_alone_when_somebody_else_added_one_beside_it() {
    let mut case = changed(|d| d["metadata"]["annotations"] = json!({"ours": "1"})).touching(FieldPath::of(&[
        "metadata",
        "annotations",
        "ours",
    ]));
    case.live.as_mut().unwrap()["metadata"]["annotations"]["theirs"] = json!("2");
    assert_eq!(case.restored()["metadata"]["annotations"], json!({"theirs": "2"}));
}

#[test]
fn a_removed_part_comes_back_whole_even_when_its_parent_went_since() {
    let mut before = deployment();
    before["metadata"]["labels"] = json!({"a": "1", "b": "2"});
    let mut after = before.clone();
    after["metadata"]["labels"].as_object_mut().unwrap().remove("a");
    let mut case = Case::of(ApiType::deployments(), Some(before), Some(after));
    case.live.as_mut().unwrap()["metadata"].as_object_mut().unwrap().remove("labels");
    assert_eq!(case.restored()["metadata"]["labels"], json!({"a": "1"}));
}

#[test]
fn a_created_object_is_deleted() {
    let case = Case::of(ApiType::deployments(), None, Some(deployment()));
    let action = case.restore().unwrap();
    assert_eq!(action.mutation.action, Action::Delete { propagation: Propagation::Background });
    assert_eq!(action.mutation.touches, [FieldPath::root()]);
}

#[test]
fn a_created_object_changed_by_others_where_we_wrote_is_a_conflict_and_elsewhere_a_note() {
    let mut case =
        Case::of(ApiType::deployments(), None, Some(deployment())).touching(FieldPath::of(&["spec", "replicas"]));
    case.live.as_mut().unwrap()["metadata"]["labels"] = json!({"theirs": "1"});
    assert!(case.restore().unwrap().notes[0].contains("metadata.labels.theirs"));
    case.live.as_mut().unwrap()["spec"]["replicas"] = json!(9);
    assert!(matches!(case.restore(), Err(UndoRefusal::Conflict { .. })));
}

#[test]
fn an_object_made_again_by_others_is_not_ours_to_take_back() {
    let mut other = deployment();
    other["metadata"]["uid"] = json!("u2");
    other["spec"]["replicas"] = json!(1);
    for (before, after) in
        [(None, Some(deployment())), (Some(deployment()), None), (Some(deployment()), Some(deployment()))]
    {
        let mut case = Case::of(ApiType::deployments(), before, after);
        case.live = Some(other.clone());
        let Err(refusal @ UndoRefusal::Impossible { .. }) = case.restore() else { panic!("it was taken back") };
        assert_eq!(Problem::from(&refusal).code, Code::NotUndoable);
    }
}

#[test]
fn an_object_that_is_gone_can_not_be_changed_back_but_a_created_one_is_back() {
    let mut case = changed(|d| d["spec"]["replicas"] = json!(5));
    case.live = None;
    assert!(matches!(case.restore(), Err(UndoRefusal::Impossible { .. })));
    case.before = None;
    assert!(matches!(case.restore(), Err(UndoRefusal::AlreadyBack { .. })));
}

#[test]
fn what_has_no_way_back_is_refused_with_its_reason() {
    let mut case = changed(|d| d["spec"]["replicas"] = json!(5));
    case.reversibility = Reversibility::None { because: "the pods that ran are gone".to_owned() };
    let refusal = case.restore().unwrap_err();
    assert_eq!(refusal.to_string(), "Deployment shop/web cannot be rolled back, because the pods that ran are gone");
}

fn remade(api: ApiType, object: Value) -> (Value, Vec<String>) {
    let mut case = Case::of(api, Some(object), None);
    case.reversibility = Reversibility::Partial { lost: vec!["its logs".to_owned()] };
    let action = case.restore().unwrap();
    match action.mutation.action {
        Action::Create { body } => (body, action.notes),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_deleted_service_is_made_again_without_its_addresses_but_stays_headless_if_it_was() {
    let service = |ip: &str| {
        json!({"apiVersion": "v1", "kind": "Service", "status": {}, "metadata": {"name": "web", "uid": "u", "resourceVersion": "3"},
            "spec": {"clusterIP": ip, "clusterIPs": [ip], "ports": [{"port": 80, "nodePort": 30080}]}})
    };
    let (body, notes) = remade(ApiType::services(), service("10.0.0.7"));
    assert_eq!(body["spec"], json!({"ports": [{"port": 80}]}));
    assert_eq!(body["metadata"], json!({"name": "web"}));
    assert!(body.get("status").is_none());
    assert!(notes.iter().any(|note| note.contains("new cluster address")), "{notes:?}");
    assert_eq!(remade(ApiType::services(), service("None")).0["spec"]["clusterIP"], "None");
}

#[test]
fn a_deleted_job_claim_or_pod_is_made_again_without_what_bound_it() {
    let labels = json!({"controller-uid": "u", "batch.kubernetes.io/job-name": "web", "app": "web"});
    let job = json!({"metadata": {"name": "web", "labels": labels}, "spec": {"selector": {"matchLabels": {"controller-uid": "u"}},
        "template": {"metadata": {"labels": labels}}}});
    let body = remade(ApiType::jobs(), job).0;
    assert_eq!(body["spec"], json!({"template": {"metadata": {"labels": {"app": "web"}}}}));
    assert_eq!(body["metadata"]["labels"], json!({"app": "web"}));

    let claim = json!({"metadata": {"name": "web", "annotations": {"pv.kubernetes.io/bind-completed": "yes"},
        "finalizers": ["foregroundDeletion"]}, "spec": {"volumeName": "pv1", "storageClassName": "s"}});
    let body = remade(ApiType::claims(), claim).0;
    assert_eq!(body, json!({"metadata": {"name": "web"}, "spec": {"storageClassName": "s"}}));

    let owned = json!({"metadata": {"name": "web", "ownerReferences": [{"kind": "Job", "name": "j", "uid": "x"}]},
        "spec": {"nodeName": "n1", "containers": []}});
    let (body, notes) = remade(ApiType::pods(), owned);
    assert_eq!(body["spec"], json!({"containers": []}));
    assert!(notes.iter().any(|note| note.contains("Job j")), "{notes:?}");
}

#[test]
fn a_moved_tag_is_said_and_pinning_offered() {
    let mut case =
        changed(|d| d["spec"]["template"]["spec"]["containers"][0]["image"] = json!("r/web:2")).touching(image());
    let id = |digit: &str| format!("docker-pullable://r/web@sha256:{}", digit.repeat(64));
    case.then.insert("r/web:1".to_owned(), id("a"));
    case.now.insert("r/web:1".to_owned(), id("a"));
    assert_eq!(case.restore().unwrap().pins, []);
    case.now.insert("r/web:1".to_owned(), id("b"));
    let action = case.restore().unwrap();
    assert_eq!(action.pins[0].pinned, format!("r/web@sha256:{}", "a".repeat(64)));
    assert!(action.notes[0].starts_with("r/web:1 ran as sha256:aaaaaaaaaaaa then and means sha256:bbbbbbbbbbbb now"));
}

#[test]
fn a_conflict_over_a_secret_is_shown_without_its_values() {
    let conflict = Conflict {
        path: FieldPath::of(&["data", "k"]),
        before: Some(json!("b2xkb2xk")),
        ours: Some(json!("b3Vyc291cnM=")),
        now: Some(json!("bm93bm93")),
    };
    let shown = serde_json::to_string(&conflict.masked(&ApiType::secrets())).unwrap();
    assert!(!shown.contains("b2xk") && !shown.contains("b3Vy") && !shown.contains("bm93"), "{shown}");
}

#[test]
fn declared_objects_are_known_by_their_marks() {
    let object =
        |labels: Value, annotations: Value| json!({"metadata": {"labels": labels, "annotations": annotations}});
    let tool = |object: &Value| gitops(object).map(|by| (by.tool, by.owner, by.reverts));
    let said = |tool: &str, owner: &str, reverts| Some((tool.to_owned(), owner.to_owned(), reverts));
    let argo = object(
        json!({"app.kubernetes.io/instance": "shop"}),
        json!({"argocd.argoproj.io/tracking-id": "shop:apps/Deployment:shop/web"}),
    );
    assert_eq!(tool(&argo), said("argo-cd", "shop", true));
    assert_eq!(
        tool(&object(json!({"kustomize.toolkit.fluxcd.io/name": "apps"}), json!({}))),
        said("flux", "apps", true)
    );
    let helm = object(json!({"app.kubernetes.io/managed-by": "Helm"}), json!({"meta.helm.sh/release-name": "web"}));
    assert_eq!(tool(&helm), said("helm", "web", false));
    assert_eq!(
        tool(&object(json!({"app.kubernetes.io/instance": "shop"}), json!({}))),
        None,
        "a common label alone is no mark"
    );
}

fn object_strategy() -> impl Strategy<Value = Value> {
    let map = |max: usize| proptest::collection::btree_map("[a-d]", "[xy]", 0..max);
    let env = proptest::collection::btree_map("[A-D]", "[xy]", 0..4);
    let nested = proptest::collection::btree_map("[a-c]", proptest::option::of(map(3)), 0..3);
    (map(4), env, nested, 0..3u8, proptest::collection::vec("[pq]", 0..3)).prop_map(|(labels, env, nested, replicas, args)| {
        let env: Vec<_> = env.iter().map(|(name, value)| json!({"name": name, "value": value})).collect();
        let mut object = json!({"metadata": {"name": "web", "uid": "u1"}, "spec": {"replicas": replicas, "nested": nested,
            "containers": [{"name": "web", "env": env, "args": args}]}});
        if !labels.is_empty() {
            object["metadata"]["labels"] = json!(labels);
        }
        object
    })
}

proptest! {
    #[test]
    fn restoring_brings_every_touched_field_back(before in object_strategy(), after in object_strategy()) {
        let case = Case::of(ApiType::deployments(), Some(before.clone()), Some(after.clone()));
        let left = match case.restore() {
            Ok(_) => all_changes(Some(&before), Some(&case.restored())),
            Err(UndoRefusal::AlreadyBack { .. }) => all_changes(Some(&before), Some(&after)),
            Err(other) => panic!("{other}"),
        };
        prop_assert_eq!(left, vec![]);
    }

    #[test]
    fn restoring_beside_foreign_changes_keeps_them(before in object_strategy(), after in object_strategy(), label in "[e-g]") {
        let mut case = Case::of(ApiType::deployments(), Some(before.clone()), Some(after));
        let live = case.live.as_mut().unwrap();
        live["metadata"]["labels"][&label] = json!("theirs");
        live["spec"]["containers"].as_array_mut().unwrap().insert(0, json!({"name": "mesh"}));
        if case.restore().is_ok() {
            let restored = case.restored();
            prop_assert_eq!(&restored["metadata"]["labels"][&label], "theirs");
            prop_assert_eq!(&restored["spec"]["containers"][0]["name"], "mesh");
            let mut wanted = before;
            wanted["metadata"]["labels"][&label] = json!("theirs");
            wanted["spec"]["containers"].as_array_mut().unwrap().insert(0, json!({"name": "mesh"}));
            prop_assert_eq!(all_changes(Some(&wanted), Some(&restored)), vec![]);
        }
    }
}
