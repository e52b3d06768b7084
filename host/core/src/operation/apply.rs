//! `apply`: server-side apply of one or more manifests, YAML or JSON.
//!
//! One mutation a document, in the order given. Conflicts with other field managers are never forced. Reversibility:
//! exact for an existing object (the fields that changed), and deletion for one that was created. An object given twice is
//! refused: the second would be stale by the first. Reading the text is [`manifest`](super::manifest)'s.

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use super::manifest::parse_manifest;
use super::{LowerError, Reversibility, Target, Write, fact_error};
use crate::facts::{Fact, FactQuery, Snapshot};
use crate::field::{FieldPath, Segment, key_text, merge_key};
use crate::fingerprint::{CONTROLLER_ANNOTATIONS, SERVER_MADE};
use crate::mutation::{Action, Mutation};
use crate::names::{KindWord, Namespace, ObjectName};
use crate::object::{ObjectRef, text};

/// Server-side apply of manifests.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Apply {
    /// The objects, as parsed from the manifest at the edge with [`parse_manifest`].
    pub objects: Vec<Value>,
    /// The namespace for objects that don't name one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<Namespace>,
}

impl Apply {
    fn target(&self, object: &Value) -> Result<Target, LowerError> {
        let (api_version, kind) = (text(object, "/apiVersion"), text(object, "/kind"));
        if api_version.is_empty() || kind.is_empty() {
            return Err(LowerError::BadValue("each document needs apiVersion, kind and metadata.name".to_owned()));
        }
        let bad = |e: crate::names::BadName| LowerError::BadValue(e.to_string());
        let word = match api_version.split_once('/') {
            Some((group, _)) => format!("{kind}.{group}"),
            None => kind.to_owned(),
        };
        let namespace = match text(object, "/metadata/namespace") {
            "" => self.namespace.clone(),
            said => Some(Namespace::parse(said).map_err(bad)?),
        };
        let name = ObjectName::parse(text(object, "/metadata/name")).map_err(bad)?;
        Ok(Target { kind: KindWord::parse(&word).map_err(bad)?, namespace, name })
    }

    fn mutation(&self, object: &Value, known: &Snapshot) -> Result<Mutation, LowerError> {
        let target = self.target(object)?;
        let not_asked = || LowerError::FactFailed(format!("{} was not looked up", target.plain()));
        let mut address = target.address(known)?.ok_or_else(not_asked)?;
        if let Some((_, version)) = text(object, "/apiVersion").split_once('/') {
            version.clone_into(&mut address.api.version);
        }
        let mut body = object.clone();
        // What a dumped object carries and an apply must not.
        body.as_object_mut().map(|map| map.remove("status"));
        if let Some(metadata) = body.get_mut("metadata").and_then(Value::as_object_mut) {
            for server_made in SERVER_MADE {
                metadata.remove(*server_made);
            }
            // An owner that is not there makes the garbage collector delete the object, with all it holds.
            if metadata.contains_key("ownerReferences") {
                return Err(LowerError::BadValue(format!(
                    "{address}: owners are for controllers to write; leave them out"
                )));
            }
            // Controllers keep house in these, so diffs leave them out; what a diff doesn't show, a plan must not write.
            if let Some(annotations) = metadata.get_mut("annotations").and_then(Value::as_object_mut) {
                CONTROLLER_ANNOTATIONS.iter().for_each(|annotation| drop(annotations.remove(*annotation)));
            }
            if let Some(namespace) = &address.namespace {
                metadata.insert("namespace".to_owned(), Value::String(namespace.to_string()));
            }
        }
        let mut touches = Vec::new();
        leaves(&body, &FieldPath::root(), &mut touches);
        touches.retain(|path| !is_identity(path));
        if address.api.is("", "Secret") {
            touches.iter_mut().for_each(stored_as_data);
        }
        Ok(Mutation { target: address, action: Action::Apply { body }, touches })
    }
}

/// The paths of all values that are not containers of other addressed values.
pub(super) fn leaves(value: &Value, at: &FieldPath, out: &mut Vec<FieldPath>) {
    match value {
        Value::Object(map) if !map.is_empty() => {
            for (key, value) in map {
                leaves(value, &at.field(key), out);
            }
        }
        Value::Array(items) => {
            let field = match at.0.last() {
                Some(Segment::Field(key)) => key.as_str(),
                _ => "",
            };
            match merge_key(field, items) {
                Some(key) => {
                    for item in items {
                        leaves(item, &at.item(key, &key_text(&item[key])), out);
                    }
                }
                None => out.push(at.clone()),
            }
        }
        _ => out.push(at.clone()),
    }
}

/// A Secret's `stringData` is write-only: what it sets stands in `data` afterwards.
pub(super) fn stored_as_data(path: &mut FieldPath) {
    if let Some(Segment::Field(first)) = path.0.first_mut()
        && first == "stringData"
    {
        "data".clone_into(first);
    }
}

fn is_identity(path: &FieldPath) -> bool {
    let identity = [&["apiVersion"][..], &["kind"], &["metadata", "name"], &["metadata", "namespace"]];
    identity.iter().any(|keys| *path == FieldPath::of(keys))
}

impl Write for Apply {
    fn needs(&self, known: &Snapshot) -> Result<Vec<FactQuery>, LowerError> {
        let mut needs = Vec::new();
        for object in &self.objects {
            needs.extend(self.target(object)?.needs_object(known)?);
        }
        Ok(known.missing(needs))
    }

    fn lower(&self, known: &Snapshot) -> Result<Vec<Mutation>, LowerError> {
        if self.objects.is_empty() {
            return Err(LowerError::BadValue("the manifest holds no object".to_owned()));
        }
        let mut mutations: Vec<Mutation> = Vec::new();
        for object in &self.objects {
            let mutation = self.mutation(object, known)?;
            if mutations.iter().any(|other| other.target == mutation.target) {
                return Err(LowerError::BadValue(format!("the manifest names {} twice", mutation.target)));
            }
            match known.get(&FactQuery::Object { object: mutation.target.clone() }) {
                Some(fact @ (Fact::Denied { .. } | Fact::Failed { .. })) => {
                    return Err(fact_error(fact, &mutation.target.to_string()));
                }
                _ => mutations.push(mutation),
            }
        }
        Ok(mutations)
    }

    fn reversibility(&self, _: &Mutation, _: &Snapshot) -> Reversibility {
        Reversibility::Exact
    }

    fn sentence(&self) -> String {
        format!("apply {}", named(&self.objects))
    }

    fn kubectl(&self) -> String {
        "kubectl apply --server-side --field-manager=kubechat -f -".to_owned()
    }
}

/// `deployment web, service web and 3 more`.
pub(super) fn named(objects: &[Value]) -> String {
    let name = |object: &Value| format!("{} {}", text(object, "/kind").to_lowercase(), text(object, "/metadata/name"));
    let names = objects.iter().take(3).map(name).collect::<Vec<_>>().join(", ");
    match objects.len().saturating_sub(3) {
        0 => names,
        more => format!("{names} and {more} more"),
    }
}

/// The address of an object given as content, once its kind is known.
pub fn address_of(object: &Value, known: &Snapshot) -> Result<Option<ObjectRef>, LowerError> {
    Apply { objects: Vec::new(), namespace: None }.target(object)?.address(known)
}
