//! Which models there are (`/models`).

use serde::Deserialize;
use wire::{Error, Model, Outgoing, Vendor as _, Wire, ask};

use crate::{DESTINATION, Messages, exchange, settings::Settings};

/// Models asked for; there are some dozen.
const PAGE_MODELS: u32 = 256;

#[derive(Deserialize)]
struct List {
    data: Vec<Listed>,
}

#[derive(Deserialize)]
struct Listed {
    id: String,
    #[serde(default)]
    display_name: String,
    #[serde(default)]
    max_input_tokens: Option<u32>,
}

/// The models the credential may use. Every one of them calls tools.
pub(crate) fn list(wire: &dyn Wire, settings: &Settings) -> Result<Vec<Model>, Error> {
    let path = settings.path(&format!("/models?limit={PAGE_MODELS}"))?;
    let request = Outgoing::get(DESTINATION, path).with("anthropic-version", settings.api_version.as_str());
    let reply = ask::<Messages>(wire, &request)?;
    if reply.status != 200 {
        return Err(exchange::refusal(&reply, ""));
    }
    let list: List = reply.json().ok_or_else(|| Messages::unreadable("answered /models with something else"))?;
    let model = |Listed { id, display_name, max_input_tokens }| {
        let title = if display_name.is_empty() { String::clone(&id) } else { display_name };
        Model::listed(id, title, max_input_tokens.unwrap_or(0), true)
    };
    Ok(list.data.into_iter().filter_map(model).collect())
}
