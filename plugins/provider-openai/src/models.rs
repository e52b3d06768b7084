//! Which models there are (`/models`). The list has ids and nothing else: context is not known, and that a model can call
//! tools shows when it is asked to.

use serde::Deserialize;
use wire::{Error, Model, Outgoing, Vendor as _, Wire, ask};

use crate::{Chunks, DESTINATION, exchange, settings::Settings};

#[derive(Deserialize)]
struct List {
    data: Vec<Listed>,
}

#[derive(Deserialize)]
struct Listed {
    id: String,
}

/// The models the credential may use.
pub(crate) fn list(wire: &dyn Wire, settings: &Settings) -> Result<Vec<Model>, Error> {
    let reply = ask::<Chunks>(wire, &Outgoing::get(DESTINATION, settings.path("/models")?))?;
    if reply.status != 200 {
        return Err(match exchange::refusal(&reply, "") {
            Err(Error::ModelNotFound(_)) => {
                Error::BadRequest("there is no such path: check the setting `base_path`".to_owned())
            }
            Err(error) => error,
            Ok(_) => Chunks::unreadable("refused to list its models"),
        });
    }
    let list: List = reply.json().ok_or_else(|| Chunks::unreadable("answered /models with something else"))?;
    Ok(list.data.into_iter().filter_map(|listed| Model::listed(listed.id.clone(), listed.id, 0, true)).collect())
}
