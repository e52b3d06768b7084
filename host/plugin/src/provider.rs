//! Providers at work: a fresh store per call, events through a bounded channel, CPU time metered by epochs.
//!
//! Cancelling is dropping: when a [`Completion`] goes, `emit` answers `stop`; a guest that goes on for more than
//! `CANCEL_GRACE` is dropped with its store. The finish is the call's return value and comes after the last event, so a
//! stream that broke off can't look complete.

use std::future::Future;
use std::sync::Arc;
use std::time::Instant;

use kubechat_core::egress::DataClasses;
use tokio::sync::{mpsc, oneshot};
use wasmtime::component::{Component, HasSelf, Linker};
use wasmtime::{Store, UpdateDeadline};

use crate::bindings::provider::exports::kubechat::plugin::provider as wire;
use crate::bindings::provider::kubechat::plugin::{events as events_binding, http as http_binding, log as log_binding};
use crate::bindings::provider::{AiProvider, AiProviderPre};
use crate::capability::event_sink::Sink;
use crate::capability::http::{Egress, GuestHttp, WayOut};
use crate::capability::log::GuestLog;
use crate::classes;
use crate::contract::CapabilityName;
use crate::conversation::{self, Event, Finish, Health, MODELS_MAX, Model, ProviderInfo, Request};
use crate::limits::{CANCEL_GRACE, EVENT_QUEUE_MAX, Limits};
use crate::manifest::Manifest;
use crate::meter::{CpuMeter, Meter};
use crate::outcome::{CallStats, Failure, Outcome, OutcomeCode};
use crate::seat::{Seat, micros, wall_timeout};
use crate::settings_schema::SettingsSchema;
use crate::traps;

/// What may be lifted out of the guest at once: the largest event, or a full list of models.
const LIFT_BYTES_MAX: usize = 256 * 1024;

/// A guest's side of the store.
pub(crate) struct ProviderState {
    pub(crate) meter: Meter,
    pub(crate) log: GuestLog,
    pub(crate) sink: Option<Sink>,
    pub(crate) http: GuestHttp,
    cpu: CpuMeter,
}

/// A compiled, linked provider.
pub(crate) struct LoadedProvider {
    pub(crate) seat: Arc<Seat>,
    pre: AiProviderPre<ProviderState>,
    settings: SettingsSchema,
    way: WayOut,
}

impl LoadedProvider {
    /// Links what was granted, and only that.
    pub(crate) fn link(
        component: &Component,
        manifest: &Manifest,
        seat: Arc<Seat>,
        egress: Arc<dyn Egress>,
    ) -> wasmtime::Result<Self> {
        let mut linker = Linker::<ProviderState>::new(component.engine());
        for asked in &manifest.capabilities {
            match asked.name {
                CapabilityName::Log => {
                    log_binding::add_to_linker::<_, HasSelf<ProviderState>>(&mut linker, |state| state)?
                }
                CapabilityName::Events => {
                    events_binding::add_to_linker::<_, HasSelf<ProviderState>>(&mut linker, |state| state)?
                }
                CapabilityName::Http => {
                    http_binding::add_to_linker::<_, HasSelf<ProviderState>>(&mut linker, |state| state)?
                }
            }
        }
        let pre = AiProviderPre::new(linker.instantiate_pre(component)?)?;
        Ok(Self { seat, pre, settings: manifest.settings.clone(), way: WayOut::of(manifest, egress) })
    }

    /// The provider's own description; asked once, when it is loaded.
    pub(crate) async fn describe(self: Arc<Self>) -> Outcome<ProviderInfo> {
        let seat = self.seat.clone();
        seat.run(async move {
            let ask = async |store: &mut Store<ProviderState>, guest: &AiProvider| {
                guest.kubechat_plugin_provider().call_describe(store).await
            };
            self.call(None, None, std::future::pending(), ask).await.map(ProviderInfo::from)
        })
        .await
    }

    async fn models(self: Arc<Self>, settings: Arc<str>) -> Outcome<Vec<Model>> {
        let seat = self.seat.clone();
        seat.run(async move {
            let ask = async |store: &mut Store<ProviderState>, guest: &AiProvider| {
                guest.kubechat_plugin_provider().call_list_models(store, &settings).await
            };
            self.call(None, Some(DataClasses::none()), std::future::pending(), ask).await.and_then(
                |models| match models {
                    Ok(models) if models.len() > MODELS_MAX => Err(too_many_models(models.len())),
                    Ok(models) => Ok(models.into_iter().map(Model::from).collect()),
                    Err(error) => Err(conversation::guest_error(&error)),
                },
            )
        })
        .await
    }

    async fn health(self: Arc<Self>, settings: Arc<str>) -> Outcome<Health> {
        let seat = self.seat.clone();
        seat.run(async move {
            let ask = async |store: &mut Store<ProviderState>, guest: &AiProvider| {
                guest.kubechat_plugin_provider().call_health(store, &settings).await
            };
            self.call(None, Some(DataClasses::none()), std::future::pending(), ask).await.map(Health::from)
        })
        .await
    }

    async fn complete(
        self: Arc<Self>,
        request: wire::Request,
        carries: DataClasses,
        settings: Arc<str>,
        reader: mpsc::Sender<Event>,
    ) -> Outcome<Finish> {
        let sink = Sink::new(reader.clone(), &self.seat.limits);
        let left = async move {
            reader.closed().await;
            tokio::time::sleep(CANCEL_GRACE).await;
        };
        let ask = async |store: &mut Store<ProviderState>, guest: &AiProvider| {
            guest.kubechat_plugin_provider().call_complete(store, &request, &settings, Sink::handle()).await
        };
        self.call(Some(sink), Some(carries), left, ask).await.and_then(|answer| match answer {
            Ok(finish) => Ok(Finish::from(finish)),
            Err(error) => Err(conversation::guest_error(&error)),
        })
    }

    /// One call in a store of its own, within every limit. `carries`: what may be told to a destination; none: nobody may
    /// be asked. `left` ends it when nobody wants the answer any more.
    async fn call<T>(
        &self,
        sink: Option<Sink>,
        carries: Option<DataClasses>,
        left: impl Future<Output = ()>,
        body: impl AsyncFnOnce(&mut Store<ProviderState>, &AiProvider) -> wasmtime::Result<T>,
    ) -> Outcome<T> {
        let started = Instant::now();
        let limits = &self.seat.limits;
        let cpu = CpuMeter::new(limits.cpu_ms);
        let mut store = self.fresh_store(limits, sink, carries, cpu.clone());
        let call = cpu.metered(async {
            let guest = self.pre.instantiate_async(&mut store).await?;
            body(&mut store, &guest).await
        });
        let result = tokio::select! {
            ended = tokio::time::timeout(self.seat.wall(), call) => match ended {
                Ok(Ok(answer)) => Ok(answer),
                Ok(Err(error)) => Err(traps::explain(&error)),
                Err(_) => Err(wall_timeout(limits)),
            },
            () = left => Err(reader_left()),
        };
        store.data().log.close();
        Outcome { result, stats: stats(&store, started) }
    }

    fn fresh_store(
        &self,
        limits: &Limits,
        sink: Option<Sink>,
        carries: Option<DataClasses>,
        cpu: CpuMeter,
    ) -> Store<ProviderState> {
        let log = GuestLog::new(self.seat.id.clone(), limits);
        let http = GuestHttp::new(self.way.clone(), carries);
        let state = ProviderState { meter: Meter::new(limits), log, sink, http, cpu };
        let mut store = Store::new(self.pre.engine(), state);
        store.limiter(|state| &mut state.meter);
        store.set_hostcall_fuel(self.way.lift_bytes(LIFT_BYTES_MAX));
        store.set_epoch_deadline(1);
        store.epoch_deadline_callback(|store| {
            store.data().cpu.check()?;
            Ok(UpdateDeadline::Yield(1))
        });
        store
    }
}

fn reader_left() -> Failure {
    Failure::new(OutcomeCode::Cancelled, "nobody reads the answer any more")
}

fn too_many_models(count: usize) -> Failure {
    Failure::new(OutcomeCode::OutputLimit, format!("it lists {count} models; the limit is {MODELS_MAX}"))
}

fn stats(store: &Store<ProviderState>, started: Instant) -> CallStats {
    let ProviderState { meter, log, sink, cpu, .. } = store.data();
    CallStats {
        wall_us: micros(started.elapsed()),
        fuel: 0,
        cpu_us: cpu.used_us(),
        peak_memory_bytes: meter.peak_memory as u64,
        host_calls: meter.host_calls,
        log_lines: log.written,
        log_dropped: log.dropped,
        events: sink.as_ref().map_or(0, |sink| sink.events),
        output_bytes: sink.as_ref().map_or(0, |sink| sink.bytes as u64),
    }
}

/// A provider to ask.
#[derive(Clone)]
pub struct ProviderHandle {
    pub(crate) version: Arc<str>,
    pub(crate) inner: Arc<LoadedProvider>,
    pub(crate) info: Arc<ProviderInfo>,
    /// A JSON object under the manifest's schema.
    pub(crate) settings: Arc<str>,
}

/// No settings.
pub(crate) const NO_SETTINGS: &str = "{}";

impl ProviderHandle {
    /// The provider's id.
    pub fn id(&self) -> &str {
        &self.inner.seat.id
    }

    /// The version in its manifest.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// What it says about itself.
    pub fn info(&self) -> &ProviderInfo {
        &self.info
    }

    /// The same provider with the operator's settings.
    ///
    /// # Errors
    /// `guest-error` that names what does not fit the manifest's schema; `contract-mismatch` for more than half of what a call
    /// takes in.
    pub fn with_settings(self, settings_json: &str) -> Result<Self, Failure> {
        let (size, limit) = (settings_json.len(), self.inner.seat.limits.input_bytes / 2);
        if size > limit {
            return Err(Failure::with_hint(
                OutcomeCode::ContractMismatch,
                format!("its settings have {size} bytes; half of what a call takes in is {limit}"),
                "shorten the provider's settings",
            ));
        }
        self.inner.settings.check_text(settings_json, "provider")?;
        Ok(Self { settings: settings_json.into(), ..self })
    }

    /// Which models it has.
    pub async fn models(&self) -> Outcome<Vec<Model>> {
        self.inner.clone().models(self.settings.clone()).await
    }

    /// How it feels.
    pub async fn health(&self) -> Outcome<Health> {
        self.inner.clone().health(self.settings.clone()).await
    }

    /// Starts an answer. Never blocks: what goes wrong from here on is the completion's finish.
    pub fn complete(&self, request: Request) -> Completion {
        let carries = classes::of(&request);
        self.complete_carrying(request, carries)
    }

    /// The same where what it holds was found before its words were changed for the guest.
    pub(crate) fn complete_carrying(&self, request: Request, carries: DataClasses) -> Completion {
        let (reader, events) = mpsc::channel(EVENT_QUEUE_MAX);
        let (tell, finish) = oneshot::channel();
        let (provider, settings) = (self.inner.clone(), self.settings.clone());
        self.inner.seat.runtime.spawn(async move {
            let started = Instant::now();
            let mut outcome = provider.queue_and_complete(request, carries, settings, reader).await;
            outcome.stats.wall_us = micros(started.elapsed());
            let _ = tell.send(outcome); // a caller that left needs no answer
        });
        Completion { events, finish }
    }
}

impl LoadedProvider {
    async fn queue_and_complete(
        self: Arc<Self>,
        request: Request,
        carries: DataClasses,
        settings: Arc<str>,
        reader: mpsc::Sender<Event>,
    ) -> Outcome<Finish> {
        let limits = &self.seat.limits;
        let left = limits.input_bytes.saturating_sub(settings.len());
        let request = match request.into_wire(left, limits.wall_ms) {
            Ok(request) => request,
            Err(failure) => return Outcome::not_run(failure),
        };
        let slot = tokio::select! {
            slot = self.seat.enter() => slot,
            () = reader.closed() => Err(reader_left()),
        };
        match slot {
            Err(failure) => Outcome::not_run(failure),
            Ok(slot) => {
                let outcome = self.clone().complete(request, carries, settings, reader).await;
                slot.ended(&outcome);
                outcome
            }
        }
    }
}

/// An answer as it arises. Dropping it cancels the call.
#[derive(Debug)]
pub struct Completion {
    events: mpsc::Receiver<Event>,
    finish: oneshot::Receiver<Outcome<Finish>>,
}

impl Completion {
    /// The next event; none when the guest is done, for good or ill: then ask [`Self::finish`].
    pub async fn next(&mut self) -> Option<Event> {
        self.events.recv().await
    }

    /// How it ended. Events that nobody took are thrown away.
    pub async fn finish(mut self) -> Outcome<Finish> {
        while self.events.recv().await.is_some() {}
        self.finish
            .await
            .unwrap_or_else(|_| Outcome::not_run(Failure::new(OutcomeCode::Cancelled, "the host is ending")))
    }

    /// Ends the call and says how far it came.
    pub async fn cancel(self) -> Outcome<Finish> {
        drop(self.events);
        let outcome = self
            .finish
            .await
            .unwrap_or_else(|_| Outcome::not_run(Failure::new(OutcomeCode::Cancelled, "the host is ending")));
        Outcome { result: outcome.result.and(Err(reader_left())), stats: outcome.stats }
    }
}
