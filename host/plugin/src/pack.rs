//! Policy packs at work: a fresh store for every evaluation, fuel that decides, a verdict that is checked.
//!
//! Equal facts and settings give an equal verdict or an equal failure; only `wall-timeout` depends on the machine. A
//! failure of any kind is for the caller to count as a denial. Sizes in bytes.

use std::sync::Arc;
use std::time::Instant;

use wasmtime::Store;
use wasmtime::component::{Component, HasSelf, Linker};

use crate::bindings::pack::kubechat::plugin::log as log_binding;
use crate::bindings::pack::{PolicyPack, PolicyPackPre};
use crate::capability::log::GuestLog;
use crate::contract::CapabilityName;
use crate::engine::FUEL_YIELD_INTERVAL;
use crate::limits::Limits;
use crate::manifest::Manifest;
use crate::meter::Meter;
use crate::outcome::{CallStats, Failure, Outcome, OutcomeCode};
use crate::seat::{Seat, micros, wall_timeout};
use crate::settings_schema::SettingsSchema;
use crate::traps;
use crate::trust::Digest;
use crate::verdict::{self, PackInfo, Verdict};

/// What may be lifted out of the guest at once beyond its texts: the records around them.
const LIFT_OVERHEAD_BYTES: usize = 128 * 1024;

/// A guest's side of the store.
pub(crate) struct PackState {
    pub(crate) meter: Meter,
    pub(crate) log: GuestLog,
}

/// A compiled, linked pack.
pub(crate) struct LoadedPack {
    pub(crate) seat: Arc<Seat>,
    pre: PolicyPackPre<PackState>,
    settings: SettingsSchema,
}

impl LoadedPack {
    /// Links what was granted, and only that.
    pub(crate) fn link(component: &Component, manifest: &Manifest, seat: Arc<Seat>) -> wasmtime::Result<Self> {
        let mut linker = Linker::<PackState>::new(component.engine());
        if manifest.capabilities.iter().any(|asked| asked.name == CapabilityName::Log) {
            log_binding::add_to_linker::<_, HasSelf<PackState>>(&mut linker, |state| state)?;
        }
        let pre = PolicyPackPre::new(linker.instantiate_pre(component)?)?;
        Ok(Self { seat, pre, settings: manifest.settings.clone() })
    }

    /// The pack's own description; asked once, when it is loaded.
    pub(crate) async fn describe(self: Arc<Self>) -> Outcome<PackInfo> {
        let seat = self.seat.clone();
        seat.run(async move {
            let outcome = self.call(async |store, pack| pack.kubechat_plugin_pack().call_describe(store).await).await;
            outcome.and_then(PackInfo::check)
        })
        .await
    }

    async fn evaluate(self: Arc<Self>, info: Arc<PackInfo>, facts: String, settings: String) -> Outcome<Verdict> {
        let output_max = self.seat.limits.output_bytes;
        let seat = self.seat.clone();
        seat.run(async move {
            let outcome = self
                .call(async |store, pack| pack.kubechat_plugin_pack().call_evaluate(store, &facts, &settings).await)
                .await;
            outcome.and_then(|answer| match answer {
                Ok(findings) => Verdict::check(findings, &info, output_max),
                Err(error) => Err(verdict::guest_error(&error)),
            })
        })
        .await
    }

    /// One call in a store of its own, within every limit.
    async fn call<T>(
        &self,
        body: impl AsyncFnOnce(&mut Store<PackState>, &PolicyPack) -> wasmtime::Result<T>,
    ) -> Outcome<T> {
        let started = Instant::now();
        let limits = &self.seat.limits;
        let mut store = match self.fresh_store(limits) {
            Ok(store) => store,
            Err(error) => return Outcome::not_run(traps::explain(&error)),
        };
        let call = async {
            let pack = self.pre.instantiate_async(&mut store).await?;
            body(&mut store, &pack).await
        };
        let result = match tokio::time::timeout(self.seat.wall(), call).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => Err(traps::explain(&error)),
            Err(_) => Err(wall_timeout(limits)),
        };
        store.data().log.close();
        Outcome { result, stats: stats(&store, limits, started) }
    }

    fn fresh_store(&self, limits: &Limits) -> wasmtime::Result<Store<PackState>> {
        let state = PackState { meter: Meter::new(limits), log: GuestLog::new(self.seat.id.clone(), limits) };
        let mut store = Store::new(self.pre.engine(), state);
        store.limiter(|state| &mut state.meter);
        store.set_fuel(limits.fuel)?;
        store.fuel_async_yield_interval(Some(FUEL_YIELD_INTERVAL))?;
        store.set_hostcall_fuel(limits.output_bytes + LIFT_OVERHEAD_BYTES);
        Ok(store)
    }
}

fn stats(store: &Store<PackState>, limits: &Limits, started: Instant) -> CallStats {
    let PackState { meter, log } = store.data();
    CallStats {
        wall_us: micros(started.elapsed()),
        fuel: limits.fuel.saturating_sub(store.get_fuel().unwrap_or(0)),
        peak_memory_bytes: meter.peak_memory as u64,
        host_calls: meter.host_calls,
        log_lines: log.written,
        log_dropped: log.dropped,
        ..CallStats::default()
    }
}

/// A pack to ask, loaded or not: one that isn't answers every question with why.
#[derive(Clone)]
pub struct PackHandle {
    pub(crate) id: Arc<str>,
    pub(crate) component: Option<Digest>,
    pub(crate) inner: Result<(Arc<LoadedPack>, Arc<PackInfo>), Failure>,
}

impl PackHandle {
    /// The pack's id, or the name of the file that should have been one.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Digest of its component; none if there is no such file.
    pub fn component(&self) -> Option<Digest> {
        self.component
    }

    /// Its rules; none if it isn't loaded.
    pub fn info(&self) -> Option<&PackInfo> {
        self.inner.as_ref().ok().map(|(_, info)| &**info)
    }

    /// Judges one plan. Dropping the future ends the guest.
    ///
    /// Failures: every outcome code. All of them mean that there is no verdict, so no write may pass.
    pub async fn evaluate(&self, facts_json: &str, settings_json: &str) -> Outcome<Verdict> {
        let (pack, info) = match &self.inner {
            Ok(loaded) => loaded.clone(),
            Err(failure) => return Outcome::not_run(failure.clone()),
        };
        if let Err(failure) = check_input(&pack, facts_json, settings_json) {
            return Outcome::not_run(failure);
        }
        pack.evaluate(info, facts_json.to_owned(), settings_json.to_owned()).await
    }
}

fn check_input(pack: &LoadedPack, facts: &str, settings: &str) -> Result<(), Failure> {
    let (size, limit) = (facts.len() + settings.len(), pack.seat.limits.input_bytes);
    if size > limit {
        return Err(Failure::with_hint(
            OutcomeCode::ContractMismatch,
            format!("facts and settings have {size} bytes; the contract caps them at {limit}"),
            "split the plan: it reaches too many objects for one verdict",
        ));
    }
    pack.settings.check_text(settings, "pack")
}
