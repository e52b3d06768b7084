//! `GET /egress`: every destination that is bound or that a component names, what went there, and what could be bound.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::State;
use kubechat_core::egress::{DataClass, Destination};
use kubechat_egress::{Counts, LaneStatus};
use serde::Serialize;

use crate::http::actor::Actor;
use crate::http::state::App;
use crate::models::bind_command;
use crate::runtime::{Found, wanted};

/// The way out as it is.
#[derive(Debug, Serialize)]
pub struct EgressView {
    /// Whether nothing leaves at all.
    air_gapped: bool,
    /// By name.
    items: Vec<DestinationView>,
    /// What was asked of destinations that are not bound.
    unbound: Counts,
    /// A server on this machine that nothing is bound to yet.
    found: Option<Found>,
}

/// One destination.
#[derive(Debug, Serialize)]
struct DestinationView {
    destination: Destination,
    /// Components whose manifests name it.
    wanted_by: Vec<String>,
    /// Absent: it is closed.
    bound: Option<BoundView>,
    /// What binds it, where it is closed and binding it would open it.
    command: Option<String>,
}

/// What it is bound to. A credential is told by its being there.
#[derive(Debug, Serialize)]
struct BoundView {
    url: String,
    internal: bool,
    own_ca: bool,
    proxy: Option<String>,
    credential: bool,
    data: Vec<DataClass>,
    under_way: usize,
    counts: Counts,
    /// Why nothing can be sent there, if so.
    broken: Option<String>,
}

impl From<LaneStatus> for BoundView {
    fn from(lane: LaneStatus) -> Self {
        let binding = lane.bound.binding;
        Self {
            url: binding.base.to_string(),
            internal: binding.internal,
            own_ca: binding.ca_pem.is_some(),
            proxy: binding.proxy.map(|proxy| proxy.to_string()),
            credential: binding.credential.is_some(),
            data: binding.classes.iter().collect(),
            under_way: lane.under_way,
            counts: lane.counts,
            broken: lane.broken,
        }
    }
}

/// Lists them.
pub async fn list(State(app): State<App>, Actor(_): Actor) -> Json<EgressView> {
    let mut wanted = wanted(&app.plugins);
    let lanes = app.way_out.gate.lanes();
    let bound: BTreeSet<Destination> = lanes.iter().map(|lane| lane.destination.clone()).collect();
    let mut items: Vec<DestinationView> = lanes
        .into_iter()
        .map(|lane| DestinationView {
            wanted_by: wanted.remove(&lane.destination).unwrap_or_default(),
            destination: lane.destination.clone(),
            bound: Some(lane.into()),
            command: None,
        })
        .collect();
    let closed = wanted.into_iter().filter(|(name, _)| !bound.contains(name));
    let gate = &app.way_out.gate;
    items.extend(closed.map(|(destination, wanted_by)| DestinationView {
        command: (!gate.is_air_gapped()).then(|| bind_command(&destination)),
        destination,
        wanted_by,
        bound: None,
    }));
    items.sort_by(|one, other| one.destination.cmp(&other.destination));
    Json(EgressView { air_gapped: gate.is_air_gapped(), items, unbound: gate.unbound(), found: app.way_out.found() })
}
