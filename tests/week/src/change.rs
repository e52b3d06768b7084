//! One change of the week: who, what, when, and what a careful colleague would say about it.

use std::path::Path;

use kubechat_core::facts::{FactQuery, Snapshot};
use kubechat_core::field::FieldPath;
use kubechat_core::limits::FACT_ROUNDS_MAX;
use kubechat_core::mutation::{Action, Mutation, Propagation};
use kubechat_core::names::{Namespace, ObjectName};
use kubechat_core::object::ObjectRef;
use kubechat_core::operation::{Operation, Reversibility};
use serde::Deserialize;
use serde_json::Value;

use crate::cluster::Cluster;

/// One change.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// When: `mon 09:12`, unique in the week.
    pub at: String,
    /// Who.
    pub who: String,
    /// What, as the person would say it.
    pub what: String,
    /// Whether a careful colleague wants to be asked first.
    #[serde(default)]
    pub dangerous: bool,
    /// Why it is or is not.
    pub why: String,
    /// Objects that are there in addition, or in place of those of their address.
    #[serde(default)]
    state: Vec<Value>,
    /// Typed operations.
    #[serde(default, rename = "do")]
    operations: Vec<Operation>,
    /// Writes, where no typed operation says it.
    #[serde(default)]
    write: Vec<Write>,
}

/// One write in a short form.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Write {
    /// The operation's wire name.
    op: String,
    /// Kind word, with `namespace/name` or `name` after it: `deployment shop/web`.
    #[serde(default)]
    to: String,
    /// What is sent, by its way: a whole object, or one of the patches.
    #[serde(default)]
    create: Option<Value>,
    #[serde(default)]
    merge: Option<Value>,
    #[serde(default)]
    strategic: Option<Value>,
    #[serde(default)]
    json: Option<Value>,
    #[serde(default)]
    apply: Option<Value>,
}

/// A write on its way to being judged.
#[derive(Debug, Clone)]
pub(crate) struct Intended {
    pub(crate) op: String,
    pub(crate) mutation: Mutation,
    pub(crate) reversibility: Reversibility,
}

impl Change {
    /// The changes of a file.
    ///
    /// # Errors
    /// A file that can't be read or makes no sense.
    pub fn read(path: &Path) -> Result<Vec<Self>, String> {
        let told = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
        let written = std::fs::read_to_string(path).map_err(|error| told(&error))?;
        serde_yaml_ng::from_str(&written).map_err(|error| told(&error))
    }

    /// The cluster this change meets.
    pub(crate) fn cluster(&self, monday: &Cluster) -> Result<Cluster, String> {
        let mut cluster = monday.clone();
        self.state.iter().try_for_each(|object| cluster.put(object.clone()))?;
        Ok(cluster)
    }

    /// The writes it becomes.
    pub(crate) fn intended(&self, cluster: &Cluster, known: &mut Snapshot) -> Result<Vec<Intended>, String> {
        let mut intended = Vec::new();
        for operation in &self.operations {
            let write = operation.write().ok_or("a read is no change")?;
            let told = |error: kubechat_core::operation::LowerError| error.to_string();
            gather(&self.who, cluster, known, |known| write.needs(known).map_err(told))?;
            for mutation in write.lower(known).map_err(told)? {
                let reversibility = write.reversibility(&mutation, known);
                intended.push(Intended { op: operation.name().to_owned(), mutation, reversibility });
            }
        }
        for write in &self.write {
            let mutation = write.mutation(cluster)?;
            intended.push(Intended { op: write.op.clone(), mutation, reversibility: Reversibility::Exact });
        }
        if intended.is_empty() {
            return Err("it changes nothing".to_owned());
        }
        Ok(intended)
    }
}

/// Answers questions until none is left.
pub(crate) fn gather(
    who: &str,
    cluster: &Cluster,
    known: &mut Snapshot,
    needs: impl Fn(&Snapshot) -> Result<Vec<FactQuery>, String>,
) -> Result<(), String> {
    for _ in 0..FACT_ROUNDS_MAX {
        let missing = known.missing(needs(known)?);
        if missing.is_empty() {
            return Ok(());
        }
        for query in missing {
            let answer = cluster.answer(who, &query);
            known.insert(query, answer);
        }
    }
    Err("facts are still missing after all rounds".to_owned())
}

impl Write {
    fn mutation(&self, cluster: &Cluster) -> Result<Mutation, String> {
        let target = match &self.create {
            Some(body) => address_of(cluster, body)?,
            None => address(cluster, &self.to)?,
        };
        let sent = [
            self.create.clone().map(|body| Action::Create { body }),
            self.merge.clone().map(|body| Action::MergePatch { body }),
            self.strategic.clone().map(|body| Action::StrategicPatch { body }),
            self.json.clone().map(|body| Action::JsonPatch { body }),
            self.apply.clone().map(|body| Action::Apply { body }),
        ];
        let mut sent = sent.into_iter().flatten();
        let action = match (self.op.as_str(), sent.next(), sent.next()) {
            ("delete", None, None) => Action::Delete { propagation: Propagation::Background },
            (_, Some(action), None) => action,
            _ => return Err(format!("{} {}: one body is wanted", self.op, self.to)),
        };
        Ok(Mutation { target, action, touches: vec![FieldPath::root()] })
    }
}

fn address(cluster: &Cluster, to: &str) -> Result<ObjectRef, String> {
    let (word, address) = to.split_once(' ').ok_or_else(|| format!("{to:?} names nothing"))?;
    let api = cluster.word(word)?;
    let (namespace, name) = match address.split_once('/') {
        Some((namespace, name)) if api.namespaced => (Some(namespace), name),
        _ => (None, address),
    };
    reference(api, namespace, name)
}

fn address_of(cluster: &Cluster, body: &Value) -> Result<ObjectRef, String> {
    let namespace = Some(kubechat_core::object::namespace(body)).filter(|namespace| !namespace.is_empty());
    reference(cluster.type_of(body)?, namespace, kubechat_core::object::name(body))
}

fn reference(api: kubechat_core::object::ApiType, namespace: Option<&str>, name: &str) -> Result<ObjectRef, String> {
    if api.namespaced == namespace.is_none() {
        return Err(format!("{} {name}: a namespace is missing or too much", api.kind));
    }
    let namespace = namespace.map(Namespace::parse).transpose().map_err(|error| error.to_string())?;
    let name = ObjectName::parse(name).map_err(|error| error.to_string())?;
    Ok(ObjectRef { api, namespace, name })
}
