//! Which models there are (`/api/tags`), and what one can do (`/api/show`).

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;
use wire::{Error, Model, Outgoing, Reply, Request, Vendor, Wire, ask, told};

use crate::{Chat, DESTINATION, exchange};

#[derive(Deserialize)]
struct Tags {
    #[serde(default)]
    models: Vec<Tag>,
}

#[derive(Deserialize)]
struct Tag {
    name: String,
    #[serde(default)]
    remote_host: String,
    #[serde(default)]
    details: Details,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Details {
    parameter_size: String,
    quantization_level: String,
    family: String,
}

/// What `/api/show` says of a model.
#[derive(Deserialize)]
pub(crate) struct Shown {
    #[serde(default)]
    capabilities: Vec<String>,
    #[serde(default)]
    remote_host: String,
    #[serde(default)]
    model_info: BTreeMap<String, Box<RawValue>>,
}

impl Shown {
    /// Whether the model can do this. A server too old to say what models can do does not say that they can't.
    pub(crate) fn can(&self, what: &str) -> bool {
        self.capabilities.iter().any(|capability| capability == what)
    }

    /// What the model was trained to take, in and out together.
    pub(crate) fn context_tokens(&self) -> Option<u32> {
        let info = self.model_info.iter().find(|(name, _)| name.ends_with(".context_length"))?;
        info.1.get().parse().ok().filter(|tokens| *tokens > 0)
    }
}

/// The models that are pulled. Those that run elsewhere are only listed when they may be used.
pub(crate) fn list(wire: &dyn Wire, cloud: bool) -> Result<Vec<Model>, Error> {
    let reply = ask::<Chat>(wire, &Outgoing::get(DESTINATION, "/api/tags"))?;
    if reply.status != 200 {
        return Err(exchange::refusal(&reply, ""));
    }
    let tags: Tags = parsed(&reply, "/api/tags")?;
    let here = |tag: &Tag| cloud || (tag.remote_host.is_empty() && !named_cloud(&tag.name));
    Ok(tags.models.into_iter().filter(here).filter_map(model).collect())
}

/// Context and tools are not in the list, and asking for each would take a request a model: the model is looked at when it is used.
fn model(tag: Tag) -> Option<Model> {
    let Details { parameter_size, quantization_level, family } = tag.details;
    let about: Vec<String> =
        [family, parameter_size, quantization_level].into_iter().filter(|word| !word.is_empty()).collect();
    let title = if about.is_empty() { tag.name.clone() } else { format!("{} ({})", tag.name, about.join(", ")) };
    Model::listed(tag.name, title, 0, true)
}

/// Looks at a model.
///
/// # Errors
/// It is not pulled, or runs elsewhere and may not be used.
pub(crate) fn show(wire: &dyn Wire, model: &str, cloud: bool) -> Result<Shown, Error> {
    if !cloud && named_cloud(model) {
        return Err(elsewhere(model));
    }
    let body = serde_json::to_vec(&BTreeMap::from([("model", model)]));
    let body = body.map_err(|why| Error::Other(format!("the request can't be written: {why}")))?;
    let reply = ask::<Chat>(wire, &Outgoing::json(DESTINATION, "/api/show", body))?;
    if reply.status != 200 {
        return Err(exchange::refusal(&reply, model));
    }
    let shown: Shown = parsed(&reply, "/api/show")?;
    if !cloud && !shown.remote_host.is_empty() {
        return Err(elsewhere(model));
    }
    Ok(shown)
}

/// Whether the model can serve the request.
///
/// # Errors
/// It can't call tools, and there are some.
pub(crate) fn suits(shown: &Shown, model: &str, request: &Request) -> Result<(), Error> {
    if request.tools.is_empty() || shown.capabilities.is_empty() || shown.can("tools") {
        return Ok(());
    }
    Err(Error::BadRequest(no_tools(model)))
}

/// What to do about a model that is not there.
pub(crate) fn pull(model: &str) -> String {
    let model = told(model);
    format!("model `{model}` is not on the Ollama server: `ollama pull {model}`")
}

/// What to do about a model that can't call tools.
pub(crate) fn no_tools(model: &str) -> String {
    format!("model `{}` can't call tools; choose one that can, for example `ollama pull qwen3:8b`", told(model))
}

/// The name as Ollama lists it.
pub(crate) fn tagged(model: &str) -> String {
    let last = model.rsplit('/').next().unwrap_or(model);
    if last.contains(':') { model.to_owned() } else { format!("{model}:latest") }
}

/// By the name alone: `x:cloud` and `x:20b-cloud` are forwarded.
fn named_cloud(model: &str) -> bool {
    let tag = model.rsplit_once(':').map_or("", |(_, tag)| tag);
    tag == "cloud" || tag.ends_with("-cloud")
}

fn elsewhere(model: &str) -> Error {
    Error::BadRequest(format!(
        "model `{}` does not run on the Ollama server, it is forwarded to somebody else's machine; choose another, or allow it with `cloud_models`",
        told(model)
    ))
}

fn parsed<'a, T: Deserialize<'a>>(reply: &'a Reply, path: &str) -> Result<T, Error> {
    serde_json::from_str(&reply.body)
        .map_err(|why| Chat::unreadable(&format!("answered {path} with something else ({why})")))
}
