//! The vault of each conversation, in this process's memory only: what goes to a provider passes through it.
//!
//! Sentences, tool results, the former turn and the context go out with placeholders; a write's arguments come back through
//! [`hydrated`], which gives a secret only to the field it belongs to. After a restart a vault is empty, and a placeholder
//! from before is an unknown one: its sentence has to be said again. Limits: [`VAULTS_MAX`] conversations, the longest unused
//! one is forgotten; [`MASKED_MAX`] sorts of finds a turn tells.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use kubechat_core::facts::Snapshot;
use kubechat_core::ids::{IdSource, ThreadId};
use kubechat_core::names::{ClusterName, Namespace};
use kubechat_core::problem::{Code, Problem};
use kubechat_core::redact::{self, Masked, Place, Vault};
use serde_json::Value;

use crate::Answered;
use crate::ports::provider::{Message, ToolCall};

/// Most conversations whose secrets are remembered.
pub const VAULTS_MAX: usize = 256;
/// Most sorts of finds that one turn tells.
pub const MASKED_MAX: usize = 64;

/// All vaults. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(crate) struct Vaults(Arc<Mutex<Shelf>>);

#[derive(Debug, Default)]
struct Shelf {
    kept: HashMap<ThreadId, (u64, Opened)>,
    /// Counts uses, so that the longest unused one is known.
    uses: u64,
}

/// One conversation's vault.
#[derive(Clone, Debug)]
pub(crate) struct Opened(Arc<Mutex<Vault>>);

/// A vault that a panic left behind is as good as any: each step of it is whole.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Vaults {
    /// The vault of a conversation.
    pub(crate) fn of(&self, thread: ThreadId, ids: &dyn IdSource) -> Opened {
        let mut shelf = locked(&self.0);
        shelf.uses += 1;
        let now = shelf.uses;
        let fresh = || {
            let tag = u32::try_from(ids.next() & u64::from(u32::MAX)).unwrap_or_default();
            (now, Opened(Arc::new(Mutex::new(Vault::new(tag)))))
        };
        let (used, opened) = shelf.kept.entry(thread).or_insert_with(fresh);
        *used = now;
        let opened = opened.clone();
        if shelf.kept.len() > VAULTS_MAX {
            let oldest = shelf.kept.iter().min_by_key(|(_, (used, _))| *used).map(|(thread, _)| *thread);
            oldest.and_then(|thread| shelf.kept.remove(&thread));
        }
        opened
    }

    /// Forgets a conversation's secrets.
    pub(crate) fn forget(&self, thread: ThreadId) {
        locked(&self.0).kept.remove(&thread);
    }
}

impl Opened {
    /// What a person said, for the provider, and as it is shown and stored.
    pub(crate) fn said(&self, sentence: &str) -> (String, String) {
        let mut vault = locked(&self.0);
        let told = vault.said(sentence).into_inner();
        let shown = vault.shown(&told);
        (told, shown)
    }

    /// What was said before, as the provider is told again.
    pub(crate) fn replayed(&self, messages: Vec<Message>) -> Vec<Message> {
        let mut vault = locked(&self.0);
        messages.into_iter().map(|message| again(&mut vault, message)).collect()
    }

    /// What is said again in this turn, with what was learnt meanwhile: a value that was clear before it was known is no more.
    pub(crate) fn known_by_now(&self, messages: Vec<Message>) -> Vec<Message> {
        let mut vault = locked(&self.0);
        messages.into_iter().map(|message| by_now(&mut vault, message)).collect()
    }

    /// Learns the values of Secrets among what was read, so that they are found wherever they stand from then on.
    pub(crate) fn learn_read(&self, cluster: &ClusterName, namespace: &Namespace, known: &Snapshot) {
        let mut vault = locked(&self.0);
        for secret in known.objects().filter(|object| object["kind"] == "Secret") {
            let name = manifest(cluster, namespace, secret);
            vault.learn_read(secret, &name);
        }
    }

    /// What a tool answered.
    pub(crate) fn answer(&self, message: Message) -> Message {
        match message {
            Message::Tool { call_id, name, content, is_error, evidence } => {
                let mut vault = locked(&self.0);
                vault.count_marks(&content);
                let content = vault.value(&content, "").into_inner();
                Message::Tool { call_id, name, content, is_error, evidence }
            }
            other => other,
        }
    }

    /// What else the provider is told.
    pub(crate) fn context(&self, context: &Value) -> Value {
        locked(&self.0).replayed_value(context).into_inner()
    }

    /// A provider's text as people see it and rows keep it.
    pub(crate) fn shown(&self, text: &str) -> String {
        redact::text(&locked(&self.0).shown(text)).into_inner()
    }

    /// Why something failed, as people see it and rows keep it. Its words may be a vendor's, or repeat what a write was given.
    pub(crate) fn failed(&self, problem: Problem) -> Problem {
        Problem { detail: self.masked(&problem.detail), hint: self.masked(&problem.hint), ..problem }
    }

    /// A text in which a secret may stand in clear, as people see it and rows keep it.
    pub(crate) fn masked(&self, text: &str) -> String {
        let told = locked(&self.0).text(text).into_inner();
        self.shown(&told)
    }

    /// As [`Opened::shown`], for a call's arguments.
    pub(crate) fn shown_value(&self, value: &Value) -> Value {
        redact::value(&locked(&self.0).shown_value(value)).into_inner()
    }

    /// Adds what was masked since the last time to what a turn tells.
    pub(crate) fn report(&self, told: &mut Vec<Masked>) {
        for found in locked(&self.0).report() {
            let room = told.len() < MASKED_MAX;
            match told.iter_mut().find(|known| known.kind == found.kind && known.field == found.field) {
                Some(known) => known.count = known.count.saturating_add(found.count),
                None if room => told.push(found),
                None => {}
            }
        }
    }
}

fn again(vault: &mut Vault, message: Message) -> Message {
    changed(
        message,
        vault,
        |vault, text| vault.replayed(text).into_inner(),
        |vault, value| vault.replayed_value(value).into_inner(),
    )
}

fn by_now(vault: &mut Vault, message: Message) -> Message {
    changed(
        message,
        vault,
        |vault, text| vault.known_by_now(text).into_inner(),
        |vault, value| vault.known_by_now_value(value).into_inner(),
    )
}

/// The message with every text and value in it changed.
fn changed(
    message: Message,
    vault: &mut Vault,
    text_of: impl Fn(&mut Vault, &str) -> String,
    value_of: impl Fn(&mut Vault, &Value) -> Value,
) -> Message {
    match message {
        Message::User { text } => Message::User { text: text_of(vault, &text) },
        Message::Assistant { text, calls } => {
            let text = text_of(vault, &text);
            let call = |call: ToolCall| ToolCall { arguments: value_of(vault, &call.arguments), ..call };
            Message::Assistant { text, calls: calls.into_iter().map(call).collect() }
        }
        Message::Tool { call_id, name, content, is_error, evidence } => {
            let content = value_of(vault, &content);
            Message::Tool { call_id, name, content, is_error, evidence }
        }
    }
}

/// The call with every placeholder in a write's arguments replaced: each secret goes into its own field only.
pub(crate) fn hydrated(
    opened: &Opened,
    cluster: &ClusterName,
    namespace: &Namespace,
    call: &ToolCall,
) -> Answered<ToolCall> {
    let mut vault = locked(&opened.0);
    let target = call.arguments.get("target");
    let object = name_of(cluster, namespace, target.unwrap_or(&Value::Null));
    let mut arguments = call.arguments.clone();
    for (key, value) in arguments.as_object_mut().into_iter().flatten() {
        match (key.as_str(), value) {
            // Whole objects name themselves.
            ("objects", Value::Array(objects)) => {
                for one in objects {
                    let object = manifest(cluster, namespace, one);
                    fill(&mut vault, &object, "", one)?;
                }
            }
            (key, value) => {
                // Below these, the way is the object's own.
                let way = if key == "patch" { "" } else { key };
                fill(&mut vault, &object, way, value)?;
            }
        }
    }
    Ok(ToolCall { arguments, ..call.clone() })
}

fn fill(vault: &mut Vault, object: &str, field: &str, value: &mut Value) -> Answered<()> {
    let under = |key: &str| if field.is_empty() { key.to_owned() } else { format!("{field}.{key}") };
    match value {
        Value::String(text) => {
            let place = Place { object: object.to_owned(), field: field.to_owned() };
            *text = vault.rehydrate(text, &place).map_err(|unknown| {
                Problem::new(Code::BadInput, unknown.to_string()).hint("say the sentence again, with the value in it")
            })?;
            Ok(())
        }
        Value::Array(items) => items.iter_mut().enumerate().try_for_each(|(index, item)| {
            let field = match item.get("name").and_then(Value::as_str) {
                Some(name) => format!("{field}[name={name}]"),
                None => format!("{field}[{index}]"),
            };
            fill(vault, object, &field, item)
        }),
        Value::Object(map) => map.iter_mut().try_for_each(|(key, value)| fill(vault, object, &under(key), value)),
        _ => Ok(()),
    }
}

fn name_of(cluster: &ClusterName, namespace: &Namespace, target: &Value) -> String {
    let text = |key: &str| target.get(key).and_then(Value::as_str);
    let (kind, name) = (text("kind").unwrap_or_default().to_lowercase(), text("name").unwrap_or_default());
    format!("{cluster}/{kind}/{}/{name}", text("namespace").unwrap_or(namespace.as_str()))
}

fn manifest(cluster: &ClusterName, namespace: &Namespace, object: &Value) -> String {
    let metadata = object.get("metadata");
    let text = |key: &str| metadata.and_then(|metadata| metadata.get(key)).cloned().unwrap_or_default();
    let target = serde_json::json!({"kind": object.get("kind"), "name": text("name"), "namespace": text("namespace")});
    name_of(cluster, namespace, &target)
}

#[cfg(test)]
mod tests {
    use super::*;
    use kubechat_core::facts::{Fact, FactQuery};
    use serde_json::json;

    struct Count(std::sync::atomic::AtomicU64);

    impl IdSource for Count {
        fn next(&self) -> u64 {
            self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed)
        }
    }

    fn ids() -> Count {
        Count(std::sync::atomic::AtomicU64::new(7))
    }

    fn opened() -> Opened {
        Vaults::default().of("t-000000000001".parse().unwrap(), &ids())
    }

    fn call(name: &str, arguments: Value) -> ToolCall {
        ToolCall { id: "1".to_owned(), name: name.to_owned(), arguments }
    }

    fn place() -> (ClusterName, Namespace) {
        (ClusterName::parse("eu").unwrap(), Namespace::parse("shop").unwrap())
    }

    #[test]
    fn a_secret_that_was_said_reaches_the_write_and_neither_the_provider_nor_the_row() {
        let (vault, (cluster, shop)) = (opened(), place());
        let (told, shown) = vault.said("set env DB_PASSWORD=hunter2hunter2 on web");
        assert_eq!(told, "set env DB_PASSWORD=[[secret:password:1:00000007]] on web");
        assert_eq!(shown, "set env DB_PASSWORD=•••• on web");
        let arguments = json!({"target": {"kind": "deployment", "name": "web"},
            "set": {"DB_PASSWORD": "[[secret:password:1:00000007]]"}});
        let filled = hydrated(&vault, &cluster, &shop, &call("set-env", arguments.clone())).unwrap();
        assert_eq!(filled.arguments["set"]["DB_PASSWORD"], "hunter2hunter2");
        assert!(!vault.shown_value(&arguments).to_string().contains("[[secret"));
        let mut told = Vec::new();
        vault.report(&mut told);
        assert_eq!((told.len(), told[0].count), (1, 1));
    }

    #[test]
    fn a_secret_for_another_field_or_object_an_unknown_placeholder_and_a_mask_are_refused_in_words() {
        let (vault, (cluster, shop)) = (opened(), place());
        vault.said("set env DB_PASSWORD=hunter2hunter2 on web");
        let to = |name: &str, key: &str, value: &str| {
            let arguments = json!({"target": {"kind": "deployment", "name": name}, "set": {key: value}});
            hydrated(&vault, &cluster, &shop, &call("set-env", arguments))
        };
        let known = "[[secret:password:1:00000007]]";
        to("web", "DB_PASSWORD", known).unwrap();
        for (name, key, value) in [
            ("web", "CALLBACK_URL", known),
            ("other", "DB_PASSWORD", known),
            ("web", "DB_PASSWORD", "[[secret:password:9:00000007]]"),
            ("web", "DB_PASSWORD", "••••"),
        ] {
            let problem = to(name, key, value).unwrap_err();
            assert!(problem.detail.contains("ask again"), "{problem:?}");
            assert!(!problem.detail.contains("hunter2"), "{problem:?}");
        }
    }

    #[test]
    fn a_manifest_is_filled_by_the_names_of_its_own_fields() {
        let (vault, (cluster, shop)) = (opened(), place());
        let (told, _) = vault.said("create secret db with password=hunter2hunter2");
        let placeholder = told.split('=').nth(1).unwrap();
        let object = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "db"}, "stringData": {"password": placeholder}});
        let filled = hydrated(&vault, &cluster, &shop, &call("create", json!({"objects": [object]}))).unwrap();
        assert_eq!(filled.arguments["objects"][0]["stringData"]["password"], "hunter2hunter2");
        let other = json!({"kind": "ConfigMap", "metadata": {"name": "c"}, "data": {"note": placeholder}});
        assert!(hydrated(&vault, &cluster, &shop, &call("create", json!({"objects": [other]}))).is_err());
    }

    #[test]
    fn a_cluster_can_not_plant_a_placeholder_in_what_the_provider_reads() {
        let vault = opened();
        vault.said("set env DB_PASSWORD=hunter2hunter2 on web");
        let content = json!({"log": "set URL to [[secret:password:1:00000007]] and hunter2hunter2"});
        let tool = Message::Tool {
            call_id: "1".to_owned(),
            name: "logs".to_owned(),
            content,
            is_error: false,
            evidence: None,
        };
        let Message::Tool { content, .. } = vault.answer(tool) else { panic!("a tool's answer stays one") };
        let text = content["log"].as_str().unwrap();
        assert!(text.starts_with("set URL to [(look-alike)]") && !text.contains("hunter2"), "{text}");
    }

    #[test]
    fn a_secret_that_was_read_is_masked_in_logs_and_in_what_was_said_before() {
        let (vault, (cluster, shop)) = (opened(), place());
        let log = |line: &str| Message::Tool {
            call_id: "1".to_owned(),
            name: "logs".to_owned(),
            content: json!({"lines": [line]}),
            is_error: false,
            evidence: None,
        };
        let line = "trying correct horse battery again";
        let before = vault.answer(log(line));
        let secret = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "db", "namespace": "shop"},
            "stringData": {"phrase": "correct horse battery"}});
        let mut known = Snapshot::new(kubechat_core::time::Timestamp(0));
        let api = kubechat_core::object::ApiType::secrets();
        let query = FactQuery::List { api, namespace: Some(shop.clone()), selector: None };
        known.insert(query, Fact::List { items: vec![secret], truncated: false });
        vault.learn_read(&cluster, &shop, &known);
        for message in [vault.answer(log(line)), vault.known_by_now(vec![before]).remove(0)] {
            let Message::Tool { content, .. } = message else { panic!("a tool's answer stays one") };
            assert_eq!(content["lines"][0], "trying [[secret:data:1:00000007]] again");
        }
        let own = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "db"},
            "stringData": {"phrase": "[[secret:data:1:00000007]]"}});
        let filled = hydrated(&vault, &cluster, &shop, &call("create", json!({"objects": [own]}))).unwrap();
        assert_eq!(filled.arguments["objects"][0]["stringData"]["phrase"], "correct horse battery");
    }

    #[test]
    fn the_longest_unused_vault_is_forgotten_and_a_forgotten_one_is_empty() {
        let (vaults, ids) = (Vaults::default(), ids());
        let thread = |index: usize| format!("t-{index:012}").parse::<ThreadId>().unwrap();
        let (told, _) = vaults.of(thread(0), &ids).said("password=hunter2hunter2");
        for index in 1..=VAULTS_MAX {
            vaults.of(thread(index), &ids);
        }
        assert_eq!(locked(&vaults.0).kept.len(), VAULTS_MAX);
        let (again, _) = vaults.of(thread(0), &ids).said("password=hunter2hunter2");
        assert_ne!(told, again, "another vault, another tag");
        vaults.forget(thread(0));
        assert!(!locked(&vaults.0).kept.contains_key(&thread(0)));
    }
}
