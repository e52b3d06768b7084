//! The plugin host: WebAssembly components, written by strangers, kept in a box with a clock on it.
//!
//! A component is trusted by digest, inspected, compiled in a limited child process, sealed into a cache, and then
//! called in a fresh store per call, under the limits of its class (`limits`). Every ending has a stable code and a hint
//! (`outcome`). Providers stream through a bounded sink; packs judge with fuel, so equal facts give equal verdicts.
//! One file per host capability, under `capability`. No guest learns a host name, a path, a time or a secret.
//!
//! Units: bytes, milliseconds, fuel. Errors: [`Failure`]. Deliberately not here: what a verdict means for a plan, which
//! tools a provider may call, signatures, operator grants, hot reload.

mod bindings;
mod breaker;
mod cache;
mod capability;
mod classes;
mod compile;
mod contract;
mod conversation;
mod engine;
mod inspect;
mod limits;
mod load;
mod manifest;
mod meter;
mod outcome;
mod pack;
mod ports_packs;
mod ports_provider;
mod provider;
mod registry;
mod seat;
mod settings_schema;
mod text;
mod traps;
mod trust;
mod verdict;

pub use breaker::{BreakerState, Clock, FAILURES_MAX, MonotonicClock, OPEN_MS, WINDOW_MS};
pub use capability::http::{Egress, EgressAnswer, EgressError, EgressRequest, NoWayOut};
pub use compile::{COMPILE_CHILD_ARG, Compiler, run_compile_child_if_asked};
pub use contract::{CONTRACTS, CapabilityName, Profile, World};
pub use conversation::{Event, Finish, FinishReason, Health, Message, Model, ProviderInfo, Request, Tool, ToolCall};
pub use limits::{
    CALLS_AT_ONCE_MAX, CANCEL_GRACE, COMPONENT_BYTES_MAX, EVENT_QUEUE_MAX, Limits, LimitsAsked, QUEUE_WAIT_MAX,
};
pub use manifest::{CapabilityAsked, DestinationAsked, MANIFEST_SECTION, Manifest};
pub use outcome::{CallStats, Failure, Outcome, OutcomeCode, TrapKind};
pub use pack::PackHandle;
pub use ports_packs::{BoundPacks, PackBinding};
pub use ports_provider::PluginProvider;
pub use provider::{Completion, ProviderHandle};
pub use registry::{Embedded, PLUGINS_MAX, PluginState, PluginStatus, Plugins, PluginsConfig};
pub use settings_schema::SettingsSchema;
pub use trust::{Digest, DigestList, Trust};
pub use verdict::{Effect, Finding, PackInfo, Rule, Severity, Verdict};
