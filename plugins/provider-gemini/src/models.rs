//! Which models there are (`/models`), and which names can stand in a path.

use serde::Deserialize;
use wire::{Error, Model, Outgoing, Vendor as _, Wire, ask, told};

use crate::{Contents, DESTINATION, exchange, settings::Settings};

/// Models asked for.
const PAGE_MODELS: u32 = 256;
/// What a model of use can do.
const METHOD: &str = "generateContent";

#[derive(Deserialize)]
struct List {
    #[serde(default)]
    models: Vec<Listed>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    name: String,
    #[serde(default)]
    display_name: String,
    #[serde(default)]
    input_token_limit: u32,
    #[serde(default)]
    output_token_limit: u32,
    #[serde(default)]
    supported_generation_methods: Vec<String>,
}

/// The models that answer conversations.
pub(crate) fn list(wire: &dyn Wire, settings: &Settings) -> Result<Vec<Model>, Error> {
    let path = settings.path(&format!("/models?pageSize={PAGE_MODELS}"))?;
    let reply = ask::<Contents>(wire, &Outgoing::get(DESTINATION, path))?;
    if reply.status != 200 {
        return Err(exchange::refusal(&reply, ""));
    }
    let list: List = reply.json().ok_or_else(|| Contents::unreadable("answered /models with something else"))?;
    let answers = |listed: &Listed| listed.supported_generation_methods.iter().any(|method| method == METHOD);
    let model = |listed: Listed| {
        let id = bare(&listed.name).to_owned();
        let title = if listed.display_name.is_empty() { id.clone() } else { listed.display_name };
        let context = listed.input_token_limit.saturating_add(listed.output_token_limit);
        Model::listed(id, title, context, true)
    };
    Ok(list.models.into_iter().filter(answers).filter_map(model).collect())
}

/// The name without the collection it is listed in.
pub(crate) fn bare(name: &str) -> &str {
    name.strip_prefix("models/").unwrap_or(name)
}

/// The name as it can stand in a path.
///
/// # Errors
/// Signs no model's name has.
pub(crate) fn named(model: &str) -> Result<&str, Error> {
    let name = bare(model);
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    if name.starts_with('.') || !name.bytes().all(fits) {
        return Err(Error::BadRequest(format!("`{}` is no model's name: `kubechat provider models`", told(model))));
    }
    Ok(name)
}
