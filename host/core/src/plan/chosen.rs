//! What a model chose that nobody said: which verb, place, object, image or address of a plan is not in the person's words.
//!
//! A model reads text that anybody can write into a cluster: log lines, events, annotations. What such a text makes it choose
//! has to be seen before the plan is approved, so every choice that the person's words don't hold is told with where it was
//! read, if it was. It is shown, never judged: nothing here refuses a plan, and what was said is not thereby right. Numbers
//! and other settings are in the diff and not told here. Values are masked as everything that is shown.

use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Asked;
use crate::redact::MASK;

/// Most choices told of one plan.
pub const CHOSEN_MAX: usize = 64;

/// Last parts of names with dots that are files, not hosts.
const FILE_ENDINGS: [&str; 24] = [
    "conf",
    "crt",
    "css",
    "csv",
    "env",
    "exe",
    "gz",
    "html",
    "ini",
    "jar",
    "js",
    "json",
    "key",
    "log",
    "md",
    "pem",
    "properties",
    "py",
    "sh",
    "toml",
    "txt",
    "xml",
    "yaml",
    "yml",
];

/// The lowest port by which a name without dots is taken for a host.
const PORT_MIN: u16 = 22;

/// What a value decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Choice {
    /// What is done.
    Verb,
    /// On which cluster.
    Cluster,
    /// In which namespace.
    Namespace,
    /// To which object.
    Name,
    /// Which image runs.
    Image,
    /// Whom something will talk to.
    Address,
}

/// A choice that is not in the person's words.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chosen {
    /// Which of the plan's operations.
    pub operation: u32,
    /// What it decides.
    pub choice: Choice,
    /// The value, as the operation has it and masked as everything that is shown.
    pub value: String,
    /// Where a tool had read it; absent when it stood nowhere: the model's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_in: Option<Evidence>,
}

/// Something a tool read for a conversation, as it is cited.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// `7` is cited as `[e7]`.
    pub number: u32,
    /// Which tool read where: `logs in eu`.
    pub origin: String,
}

/// Who proposed a plan.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proposed {
    /// Component and model, and instead of whom.
    pub by: Vec<String>,
    /// What they chose themselves.
    pub chosen: Vec<Chosen>,
}

impl From<Vec<String>> for Proposed {
    fn from(by: Vec<String>) -> Self {
        Self { by, chosen: Vec::new() }
    }
}

/// What an operation decides: every choice in it, each once.
pub fn choices(asked: &Asked) -> BTreeSet<(Choice, String)> {
    let mut found = BTreeSet::from([
        (Choice::Verb, asked.operation.name().to_owned()),
        (Choice::Cluster, asked.cluster.to_string()),
    ]);
    walk(&asked.shown(), &[], &mut found);
    found
}

/// The choices that still stand in these operations: what a person changed is the person's.
pub fn standing(chosen: &[Chosen], operations: &[Asked]) -> Vec<Chosen> {
    let stands = |one: &&Chosen| {
        let asked = operations.get(one.operation as usize);
        asked.is_some_and(|asked| {
            choices(asked).iter().any(|(choice, value)| *choice == one.choice && may_be(&one.value, value))
        })
    };
    chosen.iter().filter(stands).cloned().collect()
}

/// Whether a value as it is shown can be this one: where it was masked, anything may stand.
fn may_be(shown: &str, value: &str) -> bool {
    match (shown.split_once(MASK), shown.rsplit_once(MASK)) {
        (Some((begin, _)), Some((_, end))) => {
            value.len() >= begin.len() + end.len() && value.starts_with(begin) && value.ends_with(end)
        }
        _ => shown == value,
    }
}

/// `way`: the last two names on the way here. A pair in one value: handed down as two texts, of which one becomes the other, the
/// first is taken for the empty one it begins as by rustc 1.95 (LLVM 22) when it optimises across codegen units.
fn walk(value: &Value, way: &[&str], found: &mut BTreeSet<(Choice, String)>) {
    match value {
        Value::String(text) => found.extend(choice(way, text).map(|choice| (choice, text.clone()))),
        Value::Array(items) => items.iter().for_each(|item| walk(item, way, found)),
        Value::Object(fields) => {
            let parent = way.last().copied().unwrap_or_default();
            let path = fields.get("path").and_then(Value::as_str).filter(|path| path.starts_with('/'));
            for (name, value) in fields {
                match path {
                    // One operation of a JSON patch (RFC 6902): its path says what its value is.
                    Some(path) if name == "value" => {
                        let mut last = path.rsplit('/');
                        let key = last.next().unwrap_or_default();
                        walk(value, &[last.next().unwrap_or_default(), key], found);
                    }
                    _ => walk(value, &[parent, name], found),
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn choice(way: &[&str], text: &str) -> Option<Choice> {
    let [parent, key] = way else { return None };
    match (*parent, *key) {
        (_, "cluster") => Some(Choice::Cluster),
        (_, "namespace") => Some(Choice::Namespace),
        ("target" | "targets" | "metadata", "name") => Some(Choice::Name),
        (_, "image" | "images") | ("images", _) => Some(Choice::Image),
        // Names of Kubernetes' own that look like hosts.
        (_, "apiVersion" | "apiGroup" | "apiGroups" | "kind" | "op" | "path") => None,
        (_, "topologyKey" | "provisioner" | "controller" | "storageClassName" | "driver" | "schedulerName") => None,
        _ => text.split(is_between).any(is_address).then_some(Choice::Address),
    }
}

fn is_between(ch: char) -> bool {
    ch.is_whitespace() || matches!(ch, ',' | ';' | '"' | '\'' | '=' | '(' | ')' | '<' | '>')
}

/// Whether a word names whom something could talk to: a URL, an IP address, `name:port`, or a name with dots whose last part
/// is no file's ending.
fn is_address(word: &str) -> bool {
    if word.contains("://") || word.trim_matches(['[', ']']).parse::<IpAddr>().is_ok() {
        return true;
    }
    let authority = word.rsplit_once('@').map_or(word, |(_, host)| host).split('/').next().unwrap_or_default();
    if authority.parse::<SocketAddr>().is_ok() {
        return true;
    }
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (authority, None),
    };
    let is_label = |label: &str| {
        !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    let host = host.strip_suffix('.').unwrap_or(host);
    if host.is_empty() || !host.split('.').all(is_label) || !host.bytes().any(|byte| byte.is_ascii_alphabetic()) {
        return false;
    }
    match port {
        // `retries:3` is no address; a name within the cluster on a port that services have is one.
        Some(port) => port.parse::<u16>().is_ok_and(|port| port >= PORT_MIN || host.contains('.')),
        None => host.rsplit_once('.').is_some_and(|(_, last)| {
            last.len() > 1
                && last.bytes().all(|b| b.is_ascii_alphabetic())
                && !FILE_ENDINGS.contains(&&*last.to_lowercase())
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn asked(operation: Value) -> Asked {
        serde_json::from_value(operation).unwrap()
    }

    fn choices_of(operation: Value) -> Vec<(Choice, String)> {
        choices(&asked(operation)).into_iter().collect()
    }

    #[test]
    fn a_choice_is_a_verb_a_place_an_object_an_image_or_an_address() {
        use Choice as C;
        let target = json!({"kind": "deployment", "namespace": "shop", "name": "web"});
        let all = choices_of(json!({"op": "set-image", "cluster": "eu", "target": target, "image": "nginx:1.29"}));
        let wanted = [
            (C::Verb, "set-image"),
            (C::Cluster, "eu"),
            (C::Namespace, "shop"),
            (C::Name, "web"),
            (C::Image, "nginx:1.29"),
        ];
        assert_eq!(all, wanted.map(|(choice, value)| (choice, value.to_owned())));
        let env =
            json!({"op": "set-env", "cluster": "eu", "target": target, "set": {"HOOK": "https://evil.example/x"}});
        assert!(choices_of(env).contains(&(C::Address, "https://evil.example/x".to_owned())));
    }

    #[test]
    fn an_address_is_one_with_and_without_a_scheme() {
        for text in [
            "https://evil.example/x",
            "evil.example.com",
            "evil.example.com:8443/x",
            "web:8080",
            "10.0.0.7",
            "10.0.0.7:80",
            "[fd00::1]:443",
            "fd00::1",
            "user@db.shop.svc",
            "host=evil.example port=1",
            "a.example, b.example",
            "evil.example.",
        ] {
            assert_eq!(choice(&["env", "HOOK"], text), Some(Choice::Address), "{text}");
        }
        for text in [
            "",
            "debug",
            "v1.29.0",
            "1.5",
            "250m",
            "app.yaml",
            "/etc/nginx/nginx.conf",
            "a sentence. Another",
            "12:30",
            "2026-11-30T06:00:00Z",
            "true",
            "x:y",
            "retries:3",
            "...",
            "key.",
        ] {
            assert_eq!(choice(&["env", "HOOK"], text), None, "{text}");
        }
        assert_eq!(choice(&["", "apiVersion"], "networking.k8s.io/v1"), None);
    }

    #[test]
    fn a_manifest_chooses_like_any_operation() {
        let object = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "miner", "namespace": "kube-system"},
            "spec": {"containers": [{"name": "m", "image": "evil/miner:1"}]}});
        let all = choices_of(json!({"op": "create", "cluster": "eu", "objects": [object]}));
        for wanted in [(Choice::Name, "miner"), (Choice::Namespace, "kube-system"), (Choice::Image, "evil/miner:1")] {
            assert!(all.contains(&(wanted.0, wanted.1.to_owned())), "{wanted:?}: {all:?}");
        }
    }

    #[test]
    fn a_json_patch_chooses_what_its_paths_say() {
        let target = json!({"kind": "deployment", "namespace": "shop", "name": "web"});
        let at = |path: &str, value: Value| json!({"op": "replace", "path": path, "value": value});
        let patch = json!([
            at("/spec/template/spec/containers/0/image", json!("evil/miner:1")),
            at("/spec/template/spec/containers/-", json!({"name": "side", "image": "evil/side:1"})),
            at("/metadata/namespace", json!("kube-system")),
            at("/spec/replicas", json!(3)),
        ]);
        let all = choices_of(json!({"op": "patch", "cluster": "eu", "target": target, "type": "json", "patch": patch}));
        for wanted in
            [(Choice::Image, "evil/miner:1"), (Choice::Image, "evil/side:1"), (Choice::Namespace, "kube-system")]
        {
            assert!(all.contains(&(wanted.0, wanted.1.to_owned())), "{wanted:?}: {all:?}");
        }
    }

    #[test]
    fn patches_in_patches_are_walked_once() {
        let deep = (0..100).fold(json!("evil:1"), |value, _| json!({"path": "/spec/image", "value": value}));
        let mut found = BTreeSet::new();
        walk(&deep, &[], &mut found);
        assert_eq!(found, BTreeSet::from([(Choice::Image, "evil:1".to_owned())]));
    }

    #[test]
    fn what_was_masked_in_a_choice_still_stands_where_the_rest_of_it_does() {
        let env = |hook: &str| {
            asked(json!({"op": "set-env", "cluster": "eu", "set": {"HOOK": hook},
                "target": {"kind": "deployment", "namespace": "shop", "name": "web"}}))
        };
        let value = "https://x.example/••••/go".to_owned();
        let chosen = [Chosen { operation: 0, choice: Choice::Address, value, read_in: None }];
        assert_eq!(standing(&chosen, &[env("https://x.example/hook-42/go")]), chosen);
        assert_eq!(standing(&chosen, &[env("https://y.example/hook-42/go")]), []);
    }

    #[test]
    fn what_a_person_changed_is_no_longer_the_models() {
        let chosen = |value: &str| Chosen {
            operation: 0,
            choice: Choice::Namespace,
            value: value.to_owned(),
            read_in: Some(Evidence { number: 1, origin: "logs in eu".to_owned() }),
        };
        let target = json!({"kind": "deployment", "namespace": "shop", "name": "web"});
        let operations = [asked(json!({"op": "restart", "cluster": "eu", "target": target}))];
        assert_eq!(standing(&[chosen("shop"), chosen("prod")], &operations), [chosen("shop")]);
        assert_eq!(standing(&[chosen("shop")], &[]), []);
    }
}
