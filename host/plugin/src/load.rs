//! From bytes to a plugin that can be called: hash, trust, inspect, compile or take from the cache, link, ask who it is.
//!
//! Every step can end it, with a failure that says what was refused; nothing of a component runs before the last step,
//! and nothing of it is even parsed before it is trusted. Blocking: call it on a thread that may wait.

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::sync::Arc;

use tokio::runtime::Handle;
use tokio::sync::Semaphore;
use wasmtime::component::Component;

use crate::breaker::{Breaker, Clock};
use crate::cache::Cache;
use crate::capability::http::Egress;
use crate::compile::Compiler;
use crate::contract::{CapabilityName, World};
use crate::conversation::ProviderInfo;
use crate::engine::{self, EngineKind, Engines};
use crate::inspect::{self, Inspected};
use crate::limits::{COMPONENT_BYTES_MAX, Limits};
use crate::manifest::Manifest;
use crate::outcome::{Failure, Outcome, OutcomeCode};
use crate::pack::LoadedPack;
use crate::provider::LoadedProvider;
use crate::seat::Seat;
use crate::text;
use crate::trust::{self, Digest, DigestList, Trust};
use crate::verdict::PackInfo;

/// Everything loading needs, made once per host.
pub(crate) struct Loader {
    pub(crate) engines: Engines,
    pub(crate) cache: Cache,
    pub(crate) compiler: Compiler,
    pub(crate) digests: DigestList,
    pub(crate) allow_unsigned: bool,
    pub(crate) calls_at_once: BTreeMap<String, usize>,
    pub(crate) ceiling: BTreeSet<CapabilityName>,
    pub(crate) runtime: Handle,
    pub(crate) packs_at_once: Arc<Semaphore>,
    pub(crate) providers_at_once: Arc<Semaphore>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) egress: Arc<dyn Egress>,
}

/// One component file and what became of it.
pub(crate) struct Entry {
    /// The file's name, or the embedded component's.
    pub(crate) file: String,
    pub(crate) digest: Option<Digest>,
    pub(crate) trust: Option<Trust>,
    pub(crate) manifest: Option<Manifest>,
    pub(crate) loaded: Result<Loaded, Failure>,
}

/// A plugin that answered when it was asked who it is.
pub(crate) enum Loaded {
    Pack(Arc<LoadedPack>, Arc<PackInfo>),
    Provider(Arc<LoadedProvider>, Arc<ProviderInfo>),
}

impl Loaded {
    pub(crate) fn seat(&self) -> &Arc<Seat> {
        match self {
            Self::Pack(pack, _) => &pack.seat,
            Self::Provider(provider, _) => &provider.seat,
        }
    }
}

impl Loader {
    /// Loads one component; what is wrong with it stands in the entry.
    pub(crate) fn load(&self, file: &str, bytes: &[u8]) -> Entry {
        let file = text::short_line(file, 128);
        let mut entry = Entry {
            file,
            digest: None,
            trust: None,
            manifest: None,
            loaded: Err(Failure::new(OutcomeCode::LoadFailed, "not tried")),
        };
        entry.loaded = self.stages(bytes, &mut entry);
        if let Err(failure) = &entry.loaded {
            tracing::warn!(file = entry.file, code = %failure.code, detail = failure.detail, hint = failure.hint, "a plugin was not loaded");
        }
        entry
    }

    fn stages(&self, bytes: &[u8], entry: &mut Entry) -> Result<Loaded, Failure> {
        check_size(bytes, COMPONENT_BYTES_MAX)?;
        let digest = *entry.digest.insert(Digest::of(bytes));
        entry.trust = Some(trust::decide(&digest, &self.digests, self.allow_unsigned)?);
        let inspected = Inspected::read(bytes)?;
        let manifest = entry.manifest.insert(inspected.manifest.clone()).clone();
        inspected.check(&self.ceiling)?;
        let granted = self.calls_at_once.get(&manifest.id).copied().filter(|_| manifest.world == World::AiProvider);
        let limits = Limits::of(manifest.world).granted(granted).lowered(&manifest.limits)?;
        check_size(bytes, limits.artifact_bytes)?;
        let kind = EngineKind::of(manifest.world);
        let component = self.component(kind, &digest, bytes)?;
        self.check_again(kind, &component, &manifest)?;
        self.link(&component, &manifest, limits)
    }

    /// Out of the cache if its seal is whole, else freshly compiled.
    fn component(&self, kind: EngineKind, digest: &Digest, bytes: &[u8]) -> Result<Component, Failure> {
        let engine = self.engines.get(kind);
        let compatibility = hex::encode(engine::compatibility(engine));
        let name = format!("{digest}-{}-{}", kind.name(), &compatibility[..16]);
        let context = format!("kubechat component 1 {digest} {} {compatibility}", kind.name());
        let (key, context) = (self.cache.key(), context.as_bytes());
        if let Some(sealed) = self.cache.get(&name) {
            match kubechat_deserialize::open(engine, key, context, &sealed) {
                Ok(component) => return Ok(component),
                Err(error) => tracing::warn!(%digest, %error, "a cached component is not used: compiling it anew"),
            }
        }
        let artifact = self.compiler.compile(kind, bytes)?;
        let sealed = kubechat_deserialize::seal(key, context, &artifact);
        let component = kubechat_deserialize::open(engine, key, context, &sealed).map_err(|error| {
            Failure::with_hint(
                OutcomeCode::LoadFailed,
                format!("what was compiled doesn't run here: {error}"),
                "the compiling program is of another version than this host: use one build for both",
            )
        })?;
        self.cache.put(&name, &sealed);
        Ok(component)
    }

    /// The engine's own view of imports and exports has the last word.
    fn check_again(&self, kind: EngineKind, component: &Component, manifest: &Manifest) -> Result<(), Failure> {
        let engine = self.engines.get(kind);
        let ty = component.component_type();
        inspect::check_exports(manifest.world, ty.exports(engine).map(|(name, _)| name))?;
        inspect::check_imports(manifest, &self.ceiling, ty.imports(engine).map(|(name, _)| name))
    }

    fn link(&self, component: &Component, manifest: &Manifest, limits: Limits) -> Result<Loaded, Failure> {
        let all = match manifest.world {
            World::PolicyPack => self.packs_at_once.clone(),
            World::AiProvider => self.providers_at_once.clone(),
        };
        let breaker = Breaker::new(self.clock.clone());
        let seat = Arc::new(Seat::new(&manifest.id, limits, breaker, self.runtime.clone(), all));
        match manifest.world {
            World::PolicyPack => {
                let pack = Arc::new(LoadedPack::link(component, manifest, seat).map_err(|error| unlinkable(&error))?);
                let info = self.ask(pack.clone().describe())?;
                Ok(Loaded::Pack(pack, Arc::new(info)))
            }
            World::AiProvider => {
                let provider = LoadedProvider::link(component, manifest, seat, self.egress.clone());
                let provider = Arc::new(provider.map_err(|error| unlinkable(&error))?);
                let info = self.ask(provider.clone().describe())?;
                Ok(Loaded::Provider(provider, Arc::new(info)))
            }
        }
    }

    /// Waits for a guest from a thread that is in no runtime, or in any.
    fn ask<T: Send + 'static>(&self, call: impl Future<Output = Outcome<T>> + Send + 'static) -> Result<T, Failure> {
        let (tell, answer) = std::sync::mpsc::sync_channel(1);
        self.runtime.spawn(async move { tell.send(call.await) });
        let ended = answer.recv().map_err(|_| Failure::new(OutcomeCode::Cancelled, "the host is ending"))?;
        ended.result.map_err(|failure| Failure { detail: format!("asked who it is: {}", failure.detail), ..failure })
    }
}

fn check_size(bytes: &[u8], limit: usize) -> Result<(), Failure> {
    if bytes.len() <= limit {
        return Ok(());
    }
    Err(Failure::with_hint(
        OutcomeCode::LoadFailed,
        format!("the file has {} bytes; the limit is {limit}", bytes.len()),
        "build it optimised for size and without debug sections",
    ))
}

fn unlinkable(error: &wasmtime::Error) -> Failure {
    Failure::new(
        OutcomeCode::ContractMismatch,
        format!("its types differ from the contract's: {}", text::short_line(&format!("{error:#}"), 400)),
    )
}
