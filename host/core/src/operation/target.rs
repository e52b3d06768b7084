//! The object an operation names, as it was said, and the facts that make it an address.

use serde::{Deserialize, Serialize};

use super::LowerError;
use crate::facts::{Fact, FactQuery, Snapshot};
use crate::names::{KindWord, Namespace, ObjectName};
use crate::object::{ApiType, ObjectRef};

/// An object as it was named: kind word, namespace if said, name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// Kind as said.
    pub kind: KindWord,
    /// Namespace; the context's default is filled in before planning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<Namespace>,
    /// Name.
    pub name: ObjectName,
}

impl Target {
    /// `deployment web -n shop`, as kubectl takes it.
    pub fn kubectl(&self) -> String {
        let object = shell_word(&format!("{}/{}", self.kind.as_str().to_lowercase(), self.name));
        match &self.namespace {
            Some(namespace) => format!("{object} -n {namespace}"),
            None => object,
        }
    }

    /// `deployment shop/web`, as a sentence takes it.
    pub fn plain(&self) -> String {
        let kind = self.kind.as_str().to_lowercase();
        match &self.namespace {
            Some(namespace) => format!("{kind} {namespace}/{}", self.name),
            None => format!("{kind} {}", self.name),
        }
    }

    fn kind_query(&self) -> FactQuery {
        FactQuery::Kind { word: self.kind.clone() }
    }

    /// The type the kind word means, once asked.
    pub fn api(&self, known: &Snapshot) -> Result<Option<ApiType>, LowerError> {
        api_of(&self.kind, known)
    }

    /// The address, once the kind is known.
    pub fn address(&self, known: &Snapshot) -> Result<Option<ObjectRef>, LowerError> {
        let Some(api) = self.api(known)? else { return Ok(None) };
        let namespace = match (api.namespaced, &self.namespace) {
            (true, None) => return Err(LowerError::NamespaceMissing(self.plain())),
            (true, Some(namespace)) => Some(namespace.clone()),
            (false, _) => None,
        };
        Ok(Some(ObjectRef { api, namespace, name: self.name.clone() }))
    }

    /// What is missing to know the kind and read the object.
    pub fn needs_object(&self, known: &Snapshot) -> Result<Vec<FactQuery>, LowerError> {
        Ok(match self.address(known)? {
            None => vec![self.kind_query()],
            Some(object) => known.missing(vec![FactQuery::Object { object }]),
        })
    }

    /// The object and its address, once both are known.
    pub fn object<'a>(&self, known: &'a Snapshot) -> Result<(ObjectRef, &'a serde_json::Value), LowerError> {
        let address = self
            .address(known)?
            .ok_or_else(|| LowerError::FactFailed(format!("{} was not looked up", self.plain())))?;
        match known.get(&FactQuery::Object { object: address.clone() }) {
            Some(Fact::Object { object }) => Ok((address, object)),
            Some(other) => Err(fact_error(other, &address.to_string())),
            None => Err(LowerError::FactFailed(format!("{address} was not looked up"))),
        }
    }
}

/// The type a kind word means, once asked.
pub(crate) fn api_of(word: &KindWord, known: &Snapshot) -> Result<Option<ApiType>, LowerError> {
    match known.get(&FactQuery::Kind { word: word.clone() }) {
        None => Ok(None),
        Some(Fact::Types { types }) => {
            types.first().cloned().map(Some).ok_or_else(|| LowerError::UnknownKind(word.clone()))
        }
        Some(other) => Err(fact_error(other, word.as_str())),
    }
}

/// A kubectl line as it leads to one cluster where its kubeconfig is in use: the current context may be another one there.
/// The kubeconfig is named where the context alone is another cluster's too.
pub fn in_context(line: &str, context: &str, kubeconfig: Option<&str>) -> String {
    let Some(rest) = line.strip_prefix("kubectl ").filter(|_| !context.is_empty()) else { return line.to_owned() };
    let kubeconfig = kubeconfig.map(|file| format!("--kubeconfig={} ", shell_word(file))).unwrap_or_default();
    format!("kubectl {kubeconfig}--context={} {rest}", shell_word(context))
}

/// A word as a shell takes it: people paste what they are shown. Control characters are spelt out (`$'\x1b'`), so that a
/// terminal which shows it is not steered by it.
pub(crate) fn shell_word(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._/:@=,+".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else if word.chars().any(char::is_control) {
        let spelt = |c: char| match c {
            '\'' => "\\'".to_owned(),
            '\\' => "\\\\".to_owned(),
            c if c.is_ascii_control() => format!("\\x{:02x}", u32::from(c)),
            c if c.is_control() => format!("\\u{:04x}", u32::from(c)),
            c => c.to_string(),
        };
        format!("$'{}'", word.chars().map(spelt).collect::<String>())
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

/// The error a fact that isn't an object stands for.
pub(crate) fn fact_error(fact: &Fact, what: &str) -> LowerError {
    match fact {
        Fact::Denied { verb, resource, namespace } => {
            LowerError::Denied { verb: verb.clone(), resource: resource.clone(), namespace: namespace.clone() }
        }
        Fact::Failed { reason } => LowerError::FactFailed(format!("{what}: {reason}")),
        _ => LowerError::NotFound(what.to_owned()),
    }
}
