//! `set-image`: another image for one container of a workload.
//!
//! A strategic merge patch of that container alone. Reversibility: exact (the field), though a tag may by then mean
//! another digest: undo says so. The image text is checked for shape, not for existence: registries are not ours to ask.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{LowerError, ROLLING, Reversibility, Target, Write, container, rolls, shell_word};
use crate::facts::{FactQuery, Snapshot};
use crate::mutation::{Action, Mutation};
use crate::object::text;

/// Where the kinds that roll keep their pod template.
const TEMPLATE: &[&str] = &["spec", "template"];

/// Longest image reference, characters (the distribution specification's name and tag limits, rounded up).
pub const IMAGE_CHARS_MAX: usize = 512;

/// Change a container's image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetImage {
    /// The workload.
    pub target: Target,
    /// The container; may be left out when there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub container: Option<String>,
    /// A whole reference (`repo/name:tag`), or `:tag` to keep the repository.
    pub image: String,
}

/// Splits `repo/name:tag@digest` into repository, tag and digest.
pub fn split_image(image: &str) -> (&str, Option<&str>, Option<&str>) {
    let (rest, digest) = match image.split_once('@') {
        Some((rest, digest)) => (rest, Some(digest)),
        None => (image, None),
    };
    // A colon before a slash belongs to the registry's port.
    match rest.rfind(':').filter(|colon| !rest[*colon..].contains('/')) {
        Some(colon) => (&rest[..colon], Some(&rest[colon + 1..]), digest),
        None => (rest, None, digest),
    }
}

impl SetImage {
    fn full_image(&self, current: &str) -> Result<String, LowerError> {
        let image = match self.image.strip_prefix(':') {
            Some(tag) => format!("{}:{tag}", split_image(current).0),
            None => self.image.clone(),
        };
        let allowed = |c: char| c.is_ascii_alphanumeric() || "-._/:@".contains(c);
        let shaped = image.starts_with(|c: char| c.is_ascii_alphanumeric()) && image.chars().all(allowed);
        let (_, tag, digest) = split_image(&image);
        let pinned = digest
            .is_none_or(|digest| digest.split_once(':').is_some_and(|(kind, hex)| !kind.is_empty() && !hex.is_empty()));
        if image.len() > IMAGE_CHARS_MAX || !shaped || tag == Some("") || !pinned {
            let shown: String = image.chars().take(80).collect();
            return Err(LowerError::BadValue(format!("{shown:?} is no image reference like registry/name:tag")));
        }
        Ok(image)
    }

    fn line(&self, container: &str, image: &str) -> String {
        format!("kubectl set image {} {}", self.target.kubectl(), shell_word(&format!("{container}={image}")))
    }
}

impl Write for SetImage {
    fn needs(&self, known: &Snapshot) -> Result<Vec<FactQuery>, LowerError> {
        self.target.needs_object(known)
    }

    fn lower(&self, known: &Snapshot) -> Result<Vec<Mutation>, LowerError> {
        let (target, object) = self.target.object(known)?;
        if !rolls(&target.api) {
            return Err(LowerError::WrongKind { what: "set-image", kind: target.api.kind, works_for: ROLLING });
        }
        let containers = container::containers(object, TEMPLATE);
        let container = container::pick(&target.to_string(), containers, self.container.as_deref())?;
        let (name, current) = (text(container, "/name"), text(container, "/image"));
        let image = self.full_image(current)?;
        if image == current {
            return Err(LowerError::NothingToDo(format!("{target} already runs {image}")));
        }
        let body = container::patch(TEMPLATE, json!({"name": name, "image": image}));
        let touches = vec![container::path(TEMPLATE, name).field("image")];
        Ok(vec![Mutation { target, action: Action::StrategicPatch { body }, touches }])
    }

    fn reversibility(&self, _: &Mutation, _: &Snapshot) -> Reversibility {
        Reversibility::Exact
    }

    fn sentence(&self) -> String {
        match &self.container {
            Some(container) => format!("set image of {container} in {} to {}", self.target.plain(), self.image),
            None => format!("set image of {} to {}", self.target.plain(), self.image),
        }
    }

    fn kubectl(&self) -> String {
        self.line(self.container.as_deref().unwrap_or("*"), &self.image)
    }

    /// Names the container that was found: `*` would set every one.
    fn kubectl_for(&self, mutation: &Mutation) -> String {
        let Action::StrategicPatch { body } = &mutation.action else { return self.kubectl() };
        let set = TEMPLATE.iter().try_fold(body, |within, key| within.get(key));
        match set.map(|spec| (text(spec, "/spec/containers/0/name"), text(spec, "/spec/containers/0/image"))) {
            Some((container, image)) if !container.is_empty() => self.line(container, image),
            _ => self.kubectl(),
        }
    }
}
