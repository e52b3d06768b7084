//! Secrets in a plan: their placeholders stand in it, and what is sent to the cluster has them filled in.
//!
//! A call's arguments are looked at when it is made ([`fits`]), so that a model can say it better. What a plan holds is filled
//! in by whoever sends it, for a dry-run or a write ([`Flow::filled`]), and kept nowhere: each secret goes into its own field
//! of its own object only. Where the conversation's vault is gone, after a restart or because others needed its room, the
//! plan is stale. A plan that comes of no sentence holds no placeholder; what looks like one there is text.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kubechat_core::diff::FieldChange;
use kubechat_core::mutation::{Action, Mutation};
use kubechat_core::names::{ClusterName, Namespace};
use kubechat_core::operation::Operation;
use kubechat_core::plan::{Asked, Origin};
use kubechat_core::problem::{Code, Problem};
use kubechat_core::redact::{self, Place, Unknown, Vault};
use serde_json::Value;

use crate::ports::provider::ToolCall;
use crate::vaults::{Opened, locked, object_name};
use crate::{Answered, Flow};

/// Whether a write's arguments hold only placeholders that stand for something, under names of fields they may go to.
pub(crate) fn fits(opened: &Opened, call: &ToolCall) -> Answered<()> {
    let vault = locked(&opened.0);
    let look = |text: &str, field: &str| vault.check(text, field).map_err(unfit);
    for (key, value) in call.arguments.as_object().into_iter().flatten() {
        match (key.as_str(), value) {
            // Whole objects name themselves.
            ("objects", Value::Array(objects)) => objects.iter().try_for_each(|one| each(one, "", &look))?,
            ("patch", Value::Array(operations)) => operations.iter().try_for_each(|operation| {
                let value = operation.get("value").unwrap_or(&Value::Null);
                each(value, &pointed(operation), &look)
            })?,
            // Below it, the way is the object's own.
            ("patch", value) => each(value, "", &look)?,
            (key, value) => each(value, key, &look)?,
        }
    }
    Ok(())
}

fn unfit(unknown: Unknown) -> Problem {
    Problem::new(Code::BadInput, redact::without_placeholders(&unknown.to_string()))
        .hint("say the sentence again, with the value in it")
}

fn each(value: &Value, field: &str, look: &impl Fn(&str, &str) -> Answered<()>) -> Answered<()> {
    match value {
        Value::String(text) => look(text, field),
        Value::Array(items) => {
            items.iter().enumerate().try_for_each(|(at, item)| each(item, &item_way(field, at, item), look))
        }
        Value::Object(map) => map.iter().try_for_each(|(key, value)| {
            let field = way(field, key);
            // A key is no field's value: nothing may stand for it.
            look(key, "").and_then(|()| each(value, &field, look))
        }),
        _ => Ok(()),
    }
}

/// A write with every placeholder in it replaced; `vault` is nothing where the conversation's is gone.
pub(crate) fn filled(vault: Option<&Opened>, cluster: &ClusterName, mutation: &Mutation) -> Answered<Mutation> {
    let Some(body) = mutation.action.body().filter(|body| redact::holds_placeholder(body)) else {
        return Ok(mutation.clone());
    };
    let mut vault = locked(&vault.ok_or_else(gone)?.0);
    let target = &mutation.target;
    let namespace = target.namespace.as_ref().map(Namespace::as_str).unwrap_or_default();
    let name = object_name(cluster, &target.api.kind, namespace, target.name.as_str());
    let object = Filled { name, is_secret: target.api.is("", "Secret") };
    let mut body = body.clone();
    match (&mutation.action, &mut body) {
        (Action::JsonPatch { .. }, Value::Array(operations)) => {
            for operation in operations {
                let field = pointed(operation);
                if let Some(value) = operation.get_mut("value") {
                    fill(&mut vault, &object, &field, value)?;
                }
            }
        }
        (_, body) => fill(&mut vault, &object, "", body)?,
    }
    // What stands in a key, or elsewhere than where values do, is nobody's to fill.
    if redact::holds_placeholder(&body) {
        return Err(Problem::new(Code::BadInput, "a placeholder stands where no value of a field does"));
    }
    Ok(Mutation { action: mutation.action.with_body(body), ..mutation.clone() })
}

/// The object that a write is filled in for.
struct Filled {
    name: String,
    is_secret: bool,
}

/// A value of a Secret's `data`; one that a secret is only a part of can't be told from base64 of something else.
fn encode(text: &str, filled: &str) -> Answered<String> {
    if redact::is_filled(text, "") {
        return Ok(STANDARD.encode(filled));
    }
    Err(Problem::new(Code::BadInput, "a secret is all of a value in `data`, or it stands in `stringData`"))
}

fn gone() -> Problem {
    Problem::new(Code::Stale, "the secret in this plan is known no more: it was kept in memory alone")
        .hint("say the sentence again, with the value in it")
}

/// The way that a JSON patch's pointer leads, RFC 6901.
fn pointed(operation: &Value) -> String {
    let path = operation.get("path").and_then(Value::as_str).unwrap_or_default();
    let keys = path.split('/').skip(1).map(|key| key.replace("~1", "/").replace("~0", "~"));
    keys.collect::<Vec<_>>().join(".")
}

fn fill(vault: &mut Vault, object: &Filled, field: &str, value: &mut Value) -> Answered<()> {
    match value {
        // Text of the cluster that a write repeats is none of ours, whatever it looks like.
        Value::String(text) if redact::holds_placeholder(&Value::String(text.clone())) => {
            // A Secret's `data` is its `stringData` in base64.
            let encoded = object.is_secret && field.starts_with("data.");
            let field = if encoded { format!("stringData.{}", &field["data.".len()..]) } else { field.to_owned() };
            let place = Place { object: object.name.clone(), field };
            let filled = vault.rehydrate(text, &place).map_err(|unknown| match unknown {
                Unknown::Placeholder(_) => gone(),
                other => unfit(other),
            })?;
            *text = if encoded { encode(text, &filled)? } else { filled };
            Ok(())
        }
        Value::Array(items) => items.iter_mut().enumerate().try_for_each(|(at, item)| {
            let field = item_way(field, at, item);
            fill(vault, object, &field, item)
        }),
        Value::Object(map) => map.iter_mut().try_for_each(|(key, value)| fill(vault, object, &way(field, key), value)),
        _ => Ok(()),
    }
}

fn way(field: &str, key: &str) -> String {
    if field.is_empty() { key.to_owned() } else { format!("{field}.{key}") }
}

fn item_way(field: &str, at: usize, item: &Value) -> String {
    match item.get("name").and_then(Value::as_str) {
        Some(name) => format!("{field}[name={name}]"),
        None => format!("{field}[{at}]"),
    }
}

/// Operations as an edit says them, which were shown masked: one that is said as it was shown is the one that stands there.
/// Any other that holds a mask would write it.
pub(crate) fn unmasked(stood: &[Asked], said: Vec<Asked>) -> Answered<Vec<Asked>> {
    let as_it_stood = |asked: Asked| {
        let value = serde_json::to_value(&asked).map_err(|e| Problem::new(Code::Fault, e.to_string()))?;
        match stood.iter().find(|one| one.shown() == value) {
            Some(one) => Ok(one.clone()),
            // A mask in an edited YAML means what stands there, and is looked at with the object.
            None if matches!(asked.operation, Operation::Edit(_)) || !redact::is_in_value(&value) => Ok(asked),
            None => {
                let detail = format!("{} holds a mask instead of a value", asked.operation.name());
                Err(Problem::new(Code::BadInput, detail).hint("say the value itself"))
            }
        }
    };
    said.into_iter().map(as_it_stood).collect()
}

/// Changes as they are shown and kept, without what the conversation knows: the server may put a value where no name says so.
pub(crate) fn covered(vault: Option<&Opened>, mut changes: Vec<FieldChange>) -> Vec<FieldChange> {
    if let Some(vault) = vault {
        let cover = |side: &mut Option<Value>| *side = side.take().map(|value| vault.covered(&value));
        changes.iter_mut().for_each(|change| [&mut change.before, &mut change.after].into_iter().for_each(cover));
    }
    changes
}

impl Flow {
    /// A plan's writes as they are sent, in order. A plan of a sentence holds its secrets by their placeholders; any other
    /// says what it means.
    pub(crate) async fn filled(
        &self,
        origin: &Origin,
        cluster: &ClusterName,
        mutations: Vec<Mutation>,
    ) -> Answered<Vec<Mutation>> {
        let holds = |one: &Mutation| one.action.body().is_some_and(redact::holds_placeholder);
        if !matches!(origin, Origin::Turn { .. }) || !mutations.iter().any(holds) {
            return Ok(mutations);
        }
        let vault = self.vault_of(origin).await;
        mutations.iter().map(|one| filled(vault.as_ref(), cluster, one)).collect()
    }

    /// What the conversation that a plan comes of knows, where that is still known.
    pub(crate) async fn vault_of(&self, origin: &Origin) -> Option<Opened> {
        let Origin::Turn { turn } = origin else { return None };
        let turn = self.ports.ledger.turn(*turn).await.ok().flatten();
        turn.and_then(|turn| self.vaults.kept(turn.row.thread))
    }

    /// Why a plan's write failed, as people see it and rows keep it: a server's refusal may repeat what it was sent.
    pub(crate) async fn told_of(&self, origin: &Origin, problem: Problem) -> Problem {
        match self.vault_of(origin).await {
            Some(vault) => vault.failed(problem),
            None => Problem { detail: redact::text(&problem.detail).into_inner(), ..problem },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vaults::Vaults;
    use kubechat_core::names::ObjectName;
    use kubechat_core::object::{ApiType, ObjectRef};
    use serde_json::json;

    const KNOWN: &str = "[[secret:password:1:00000007]]";

    struct Seven;

    impl kubechat_core::ids::IdSource for Seven {
        fn next(&self) -> u64 {
            7
        }
    }

    fn opened() -> Opened {
        let vault = Vaults::default().of("t-000000000001".parse().unwrap(), &Seven);
        let (told, shown) = vault.said("set env DB_PASSWORD=hunter2hunter2 on web");
        assert_eq!(told, format!("set env DB_PASSWORD={KNOWN} on web"));
        assert_eq!(shown, "set env DB_PASSWORD=•••• on web");
        vault
    }

    fn call(name: &str, arguments: Value) -> ToolCall {
        ToolCall { id: "1".to_owned(), name: name.to_owned(), arguments }
    }

    fn write(api: ApiType, name: &str, action: Action) -> Mutation {
        let (namespace, name) = (Some(Namespace::parse("shop").unwrap()), ObjectName::parse(name).unwrap());
        Mutation { target: ObjectRef { api, namespace, name }, action, touches: Vec::new() }
    }

    fn variable(of: &str, name: &str, value: &str) -> Mutation {
        let container = json!({"name": "web", "env": [{"name": name, "value": value}]});
        let body = json!({"spec": {"template": {"spec": {"containers": [container]}}}});
        write(ApiType::deployments(), of, Action::StrategicPatch { body })
    }

    fn sent(vault: &Opened, mutation: &Mutation) -> Answered<Mutation> {
        filled(Some(vault), &ClusterName::parse("eu").unwrap(), mutation)
    }

    #[test]
    fn a_secret_that_was_said_stands_in_what_is_sent_and_neither_in_the_call_nor_in_the_plan() {
        let vault = opened();
        let arguments = json!({"target": {"kind": "deployment", "name": "web"}, "set": {"DB_PASSWORD": KNOWN}});
        fits(&vault, &call("set-env", arguments.clone())).unwrap();
        assert!(!vault.shown_value(&arguments).to_string().contains("[[secret"));
        let planned = variable("web", "DB_PASSWORD", KNOWN);
        let filled = sent(&vault, &planned).unwrap();
        assert_eq!(filled, variable("web", "DB_PASSWORD", "hunter2hunter2"));
        assert!(planned.is_filled_by(&filled));
        let mut told = Vec::new();
        vault.report(&mut told);
        assert_eq!((told.len(), told[0].count), (1, 1));
    }

    #[test]
    fn an_argument_of_another_name_an_unknown_placeholder_and_a_mask_are_refused_when_they_are_called_with() {
        let vault = opened();
        for (key, value) in [
            ("CALLBACK_URL", KNOWN),
            ("DB_PASSWORD", "[[secret:password:9:00000007]]"),
            ("DB_PASSWORD", "[[secret:passw"),
            ("DB_PASSWORD", "••••"),
            (KNOWN, "on"),
        ] {
            let arguments = json!({"target": {"kind": "deployment", "name": "web"}, "set": {key: value}});
            let problem = fits(&vault, &call("set-env", arguments)).unwrap_err();
            assert!(problem.detail.contains("ask again") && !problem.detail.contains("hunter2"), "{problem:?}");
            assert_eq!(problem.code, Code::BadInput);
        }
        let note = json!({"kind": "ConfigMap", "metadata": {"name": "c"}, "data": {"note": KNOWN}});
        assert!(fits(&vault, &call("create", json!({"objects": [note]}))).is_err());
    }

    #[test]
    fn what_is_sent_has_a_secret_in_its_own_field_of_the_first_object_it_went_to() {
        let vault = opened();
        sent(&vault, &variable("web", "DB_PASSWORD", KNOWN)).unwrap();
        sent(&vault, &variable("web", "DB_PASSWORD", KNOWN)).unwrap();
        let annotation = json!({"metadata": {"annotations": {"dbPassword": KNOWN}}});
        for other in [
            variable("other", "DB_PASSWORD", KNOWN),
            variable("web", "CALLBACK_URL", KNOWN),
            write(ApiType::deployments(), "web", Action::MergePatch { body: annotation }),
            write(ApiType::config_maps(), "web", Action::Create { body: json!({"data": {"db_password": KNOWN}}) }),
        ] {
            let problem = sent(&vault, &other).unwrap_err();
            assert!(problem.code == Code::BadInput && !problem.detail.contains("hunter2"), "{problem:?}");
        }
    }

    #[test]
    fn a_plan_whose_secret_is_gone_is_stale_and_one_without_needs_no_vault() {
        let vault = opened();
        let gone = variable("web", "DB_PASSWORD", "[[secret:password:1:00000009]]");
        let of_nobody = filled(None, &ClusterName::parse("eu").unwrap(), &variable("web", "DB_PASSWORD", KNOWN));
        for problem in [sent(&vault, &gone).unwrap_err(), of_nobody.unwrap_err()] {
            assert!(problem.code == Code::Stale && problem.advice().contains("again"), "{problem:?}");
        }
        let plain = variable("web", "LOG_LEVEL", "debug");
        assert_eq!(filled(None, &ClusterName::parse("eu").unwrap(), &plain).unwrap(), plain);
    }

    #[test]
    fn under_data_a_secret_stands_in_base64_and_alone() {
        let vault = opened();
        let data = |value: String| {
            write(ApiType::secrets(), "db", Action::MergePatch { body: json!({"data": {"db-password": value}}) })
        };
        let filled = sent(&vault, &data(KNOWN.to_owned())).unwrap();
        assert_eq!(filled.action.body().unwrap()["data"]["db-password"], "aHVudGVyMmh1bnRlcjI=");
        assert!(data(KNOWN.to_owned()).is_filled_by(&filled));
        assert!(sent(&vault, &data(format!("x{KNOWN}"))).is_err());
    }

    #[test]
    fn text_that_only_begins_like_a_placeholder_is_sent_as_it_is_and_what_is_known_is_covered_anywhere() {
        let vault = opened();
        let odd = variable("web", "NOTE", "see [[secret:db]] in the wiki");
        assert_eq!(sent(&vault, &odd).unwrap(), odd);
        let path = kubechat_core::field::FieldPath::of(&["spec", "copied"]);
        let change = FieldChange { path, before: None, after: Some(json!({"from": ["x hunter2hunter2 y"]})) };
        assert_eq!(covered(Some(&vault), vec![change])[0].after, Some(json!({"from": ["x •••• y"]})));
    }

    #[test]
    fn an_edit_keeps_what_was_shown_masked_and_writes_no_mask() {
        let asked = |value: Value| serde_json::from_value::<Asked>(value).unwrap();
        let set = |value: &str| {
            asked(json!({"op": "set-env", "cluster": "eu", "target": {"kind": "deployment", "name": "web"},
                "set": {"DB_PASSWORD": value, "LOG_LEVEL": "debug"}}))
        };
        let scale = |replicas: u32| {
            asked(json!({"op": "scale", "cluster": "eu", "target": {"kind": "deployment", "name": "web"},
                "replicas": replicas}))
        };
        for secret in ["hunter2hunter2", KNOWN] {
            let stood = [set(secret), scale(3)];
            let shown = asked(stood[0].shown());
            assert!(!stood[0].shown().to_string().contains("secret:"), "{}", stood[0].shown());
            assert_eq!(unmasked(&stood, vec![shown.clone(), scale(5)]).unwrap(), [set(secret), scale(5)]);
            let problem = unmasked(&[scale(3)], vec![shown]).unwrap_err();
            assert_eq!((problem.code, problem.detail.contains("set-env")), (Code::BadInput, true));
        }
        assert_eq!(unmasked(&[], vec![set("clear")]).unwrap(), [set("clear")]);
    }

    #[test]
    fn a_json_patch_is_filled_by_its_pointer_and_a_key_never() {
        let vault = opened();
        let operation = |path: &str, value: Value| {
            let body = json!([{"op": "add", "path": path, "value": value}]);
            write(ApiType::secrets(), "db", Action::JsonPatch { body })
        };
        let filled = sent(&vault, &operation("/stringData/db-password", json!(KNOWN))).unwrap();
        assert_eq!(filled.action.body().unwrap()[0]["value"], "hunter2hunter2");
        let call = |body: Value| call("patch", json!({"target": {"kind": "secret", "name": "db"}, "patch": body}));
        fits(&vault, &call(json!([{"op": "add", "path": "/stringData/db-password", "value": KNOWN}]))).unwrap();
        fits(&vault, &call(json!([{"op": "add", "path": "/stringData/note", "value": KNOWN}]))).unwrap_err();
        assert!(sent(&vault, &operation("/stringData/note", json!(KNOWN))).is_err());
        assert!(sent(&vault, &operation("/stringData", json!({KNOWN: "x"}))).is_err());
        assert!(sent(&vault, &operation(&format!("/stringData/{KNOWN}"), json!("x"))).is_err());
    }
}
