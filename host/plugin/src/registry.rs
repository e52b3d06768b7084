//! Every plugin of this host: loaded once at start, asked by id, listed with what became of each.
//!
//! One broken file never keeps the host or the other plugins from starting; it stands in the list with its failure.
//! A pack that is asked for and isn't there answers every plan with a failure, which denies writes.
//! Deliberately not here: reloading, signatures, grants of anything but calls at once.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use cap_std::ambient_authority;
use cap_std::fs::Dir;
use serde::Serialize;
use tokio::sync::Semaphore;

use crate::breaker::{BreakerState, Clock, MonotonicClock};
use crate::cache::Cache;
use crate::capability::http::{Egress, NoWayOut};
use crate::compile::Compiler;
use crate::contract::{CapabilityName, World};
use crate::conversation::ProviderInfo;
use crate::engine::Engines;
use crate::limits::{COMPONENT_BYTES_MAX, Limits};
use crate::load::{Entry, Loaded, Loader};
use crate::manifest::{CapabilityAsked, DestinationAsked};
use crate::outcome::{Failure, OutcomeCode};
use crate::pack::PackHandle;
use crate::provider::{LoadedProvider, NO_SETTINGS, ProviderHandle};
use crate::seat::GuestRuntime;
use crate::trust::{Digest, DigestList, Trust};
use crate::verdict::PackInfo;

/// Most plugins of one host.
pub const PLUGINS_MAX: usize = 64;
/// Plugins that are compiled at the same time.
const LOADS_AT_ONCE: usize = 4;

/// A component that came inside the host's binary.
#[derive(Clone, Debug)]
pub struct Embedded {
    /// For messages.
    pub name: String,
    /// The component.
    pub bytes: Cow<'static, [u8]>,
}

/// What plugins there are and what they may do.
#[derive(Clone)]
pub struct PluginsConfig {
    /// Components that came with the host; trusted only if their digests are in `digests`.
    pub embedded: Vec<Embedded>,
    /// A folder whose `*.wasm` files are loaded.
    pub folder: Option<PathBuf>,
    /// Which components may run.
    pub digests: DigestList,
    /// Whether others may run too. The caller makes sure that the listener is on loopback.
    pub allow_unsigned: bool,
    /// How many calls of a provider may run at once, by its id, where that is not its class's own number.
    pub calls_at_once: BTreeMap<String, usize>,
    /// The capabilities any plugin may have at all.
    pub ceiling: BTreeSet<CapabilityName>,
    /// Where compiled components are kept; none: every start compiles.
    pub cache_folder: Option<PathBuf>,
    /// Who compiles.
    pub compiler: Compiler,
    /// Time for the breakers.
    pub clock: Arc<dyn Clock>,
    /// Where requests of capability `http` go.
    pub egress: Arc<dyn Egress>,
}

impl PluginsConfig {
    /// No plugins yet, nothing trusted, every capability of this contract allowed.
    pub fn new(compiler: Compiler) -> Self {
        Self {
            embedded: Vec::new(),
            folder: None,
            digests: DigestList::default(),
            allow_unsigned: false,
            calls_at_once: BTreeMap::new(),
            ceiling: CapabilityName::ALL.iter().copied().collect(),
            cache_folder: None,
            compiler,
            clock: Arc::new(MonotonicClock::default()),
            egress: Arc::new(NoWayOut),
        }
    }
}

/// Every plugin of this host. Dropping it ends all guests.
pub struct Plugins {
    entries: Vec<Entry>,
    // Last: handles and entries die before the runtime their guests run on.
    _guests: GuestRuntime,
}

/// One line of `GET /plugins`.
#[derive(Clone, Debug, Serialize)]
pub struct PluginStatus {
    /// The component's file or embedded name.
    pub file: String,
    /// From the manifest, where it could be read.
    pub id: Option<String>,
    /// From the manifest.
    pub version: Option<String>,
    /// From the manifest.
    pub world: Option<World>,
    /// From the manifest.
    pub contract: Option<String>,
    /// What the plugin calls itself.
    pub title: Option<String>,
    /// Of the component's bytes.
    pub digest: Option<Digest>,
    /// Why it may run.
    pub trust: Option<Trust>,
    /// Whether it can be asked.
    pub state: PluginState,
    /// Why it can't, or what went wrong last.
    pub failure: Option<Failure>,
    /// What it asked for, with its reasons; all of it granted if it is loaded.
    pub capabilities: Vec<CapabilityAsked>,
    /// Whom it may ask, with its reasons; each still has to be bound.
    pub destinations: Vec<DestinationAsked>,
    /// What a call may use up.
    pub limits: Option<Limits>,
    /// The settings it takes, as JSON Schema.
    pub settings_schema: Option<serde_json::Value>,
    /// A pack's rules.
    pub pack: Option<PackInfo>,
    /// A provider's own words.
    pub provider: Option<ProviderInfo>,
}

/// Whether a plugin can be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PluginState {
    /// Yes.
    Active,
    /// Not for now: it failed too often.
    Paused,
    /// No: it was not loaded.
    Failed,
}

/// Calls of all providers at the same time: what is granted to one of them is not taken from the others.
fn of_all_providers(granted: &BTreeMap<String, usize>) -> usize {
    let usual = Limits::ai_provider();
    let more = |calls: &usize| usual.clone().granted(Some(*calls)).concurrent.saturating_sub(usual.concurrent);
    Limits::concurrent_all(World::AiProvider) + granted.values().map(more).sum::<usize>()
}

impl Plugins {
    /// Loads everything. Blocks, seconds if something has to be compiled.
    ///
    /// # Errors
    /// Only if no plugin at all could run: no engine, no threads, no randomness.
    pub fn load(config: PluginsConfig) -> Result<Self, Failure> {
        let guests = GuestRuntime::start().map_err(|error| no_host("no threads for guests", &error))?;
        let cache = Cache::open(config.cache_folder.as_deref())
            .map_err(|error| no_host("no key for compiled components", &error))?;
        let of_providers = of_all_providers(&config.calls_at_once);
        let loader = Loader {
            engines: Engines::start()?,
            cache,
            compiler: config.compiler,
            digests: config.digests,
            allow_unsigned: config.allow_unsigned,
            calls_at_once: config.calls_at_once,
            ceiling: config.ceiling,
            runtime: guests.handle(),
            packs_at_once: Arc::new(Semaphore::new(Limits::concurrent_all(World::PolicyPack))),
            providers_at_once: Arc::new(Semaphore::new(of_providers)),
            clock: config.clock,
            egress: config.egress,
        };
        let mut files: Vec<File> =
            config.embedded.into_iter().map(|one| File { name: one.name, bytes: Ok(one.bytes) }).collect();
        if let Some(folder) = config.folder {
            files.extend(read_folder(&folder));
        }
        let mut entries = load_all(&loader, &files);
        refuse_second_ids(&mut entries);
        Ok(Self { entries, _guests: guests })
    }

    /// A pack by its id; one that isn't loaded answers every plan with why.
    pub fn pack(&self, id: &str) -> PackHandle {
        let of_id = || self.entries.iter().filter_map(pack_handle).filter(|pack| pack.id() == id);
        let loaded = of_id().find(|pack| pack.inner.is_ok()).or_else(|| of_id().next());
        loaded.unwrap_or_else(|| PackHandle { id: id.into(), component: None, inner: Err(missing_pack(id)) })
    }

    /// Every pack that was found, loaded or not.
    pub fn packs(&self) -> Vec<PackHandle> {
        self.entries.iter().filter_map(pack_handle).collect()
    }

    /// A provider by its id.
    ///
    /// # Errors
    /// Why it was not loaded, or that there is none of this id.
    pub fn provider(&self, id: &str) -> Result<ProviderHandle, Failure> {
        let with_id =
            |entry: &&Entry| entry.manifest.as_ref().is_some_and(|m| m.id == id && m.world == World::AiProvider);
        let mut failure = None;
        for entry in self.entries.iter().filter(with_id) {
            match &entry.loaded {
                Ok(Loaded::Provider(inner, info)) => {
                    return Ok(provider_handle(entry, inner, info));
                }
                Ok(Loaded::Pack(..)) => {}
                Err(error) => failure = Some(error.clone()),
            }
        }
        Err(failure.unwrap_or_else(|| {
            Failure::with_hint(
                OutcomeCode::LoadFailed,
                format!("there is no provider {id:?}"),
                "`kubechat plugin list` names those there are",
            )
        }))
    }

    /// Ids of the providers that can be asked, in the order they were loaded.
    pub fn provider_ids(&self) -> Vec<String> {
        let loaded = |entry: &Entry| match &entry.loaded {
            Ok(Loaded::Provider(provider, _)) => Some(provider.seat.id.to_string()),
            _ => None,
        };
        self.entries.iter().filter_map(loaded).collect()
    }

    /// Every plugin and what became of it.
    pub fn list(&self) -> Vec<PluginStatus> {
        self.entries.iter().map(status).collect()
    }
}

fn no_host(what: &str, error: &std::io::Error) -> Failure {
    Failure::with_hint(
        OutcomeCode::LoadFailed,
        format!("{what}: {error}"),
        "free resources on this machine and start again",
    )
}

fn missing_pack(id: &str) -> Failure {
    Failure::with_hint(
        OutcomeCode::LoadFailed,
        format!("the pack {id:?} is not there"),
        "install it, or take it out of the bindings; until then no write passes",
    )
}

struct File {
    name: String,
    bytes: Result<Cow<'static, [u8]>, Failure>,
}

/// The folder's components in the order of their names.
fn read_folder(path: &std::path::Path) -> Vec<File> {
    let listed = Dir::open_ambient_dir(path, ambient_authority()).and_then(|folder| {
        let mut names = Vec::new();
        for entry in folder.entries()? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            if name.ends_with(".wasm") {
                names.push(name);
            }
        }
        names.sort();
        Ok((folder, names))
    });
    match listed {
        Ok((folder, names)) => names.into_iter().map(|name| File { bytes: read_file(&folder, &name), name }).collect(),
        Err(error) => {
            let detail = format!("the plugin folder {} can't be read: {error}", path.display());
            let failure =
                Failure::with_hint(OutcomeCode::LoadFailed, detail, "make it readable, or configure another one");
            vec![File { name: path.display().to_string(), bytes: Err(failure) }]
        }
    }
}

fn read_file(folder: &Dir, name: &str) -> Result<Cow<'static, [u8]>, Failure> {
    use std::io::Read as _;
    let mut bytes = Vec::new();
    folder.open(name).and_then(|file| file.take(COMPONENT_BYTES_MAX as u64 + 1).read_to_end(&mut bytes)).map_err(
        |error| {
            Failure::with_hint(
                OutcomeCode::LoadFailed,
                format!("the file can't be read: {error}"),
                "make it a readable file of this folder",
            )
        },
    )?;
    Ok(bytes.into())
}

fn load_all(loader: &Loader, files: &[File]) -> Vec<Entry> {
    let mut entries = Vec::with_capacity(files.len());
    for (at, batch) in files.chunks(LOADS_AT_ONCE).enumerate() {
        let over = at * LOADS_AT_ONCE >= PLUGINS_MAX;
        std::thread::scope(|threads| {
            let loads: Vec<_> = batch.iter().map(|file| threads.spawn(move || load_one(loader, file, over))).collect();
            for (file, load) in batch.iter().zip(loads) {
                let panicked =
                    |_| unread(file, Failure::new(OutcomeCode::LoadFailed, "loading it ran into a defect of the host"));
                entries.push(load.join().unwrap_or_else(panicked));
            }
        });
    }
    entries
}

fn load_one(loader: &Loader, file: &File, over: bool) -> Entry {
    if over {
        let failure = Failure::with_hint(
            OutcomeCode::LoadFailed,
            format!("a host has at most {PLUGINS_MAX} plugins"),
            "remove some",
        );
        return unread(file, failure);
    }
    match &file.bytes {
        Ok(bytes) => loader.load(&file.name, bytes),
        Err(failure) => unread(file, failure.clone()),
    }
}

fn unread(file: &File, failure: Failure) -> Entry {
    Entry { file: file.name.clone(), digest: None, trust: None, manifest: None, loaded: Err(failure) }
}

/// An id names one plugin: the first keeps it.
fn refuse_second_ids(entries: &mut [Entry]) {
    let mut ids = BTreeSet::new();
    for entry in entries.iter_mut().filter(|entry| entry.loaded.is_ok()) {
        let Some(manifest) = &entry.manifest else { continue };
        if !ids.insert(manifest.id.clone()) {
            entry.loaded = Err(Failure::with_hint(
                OutcomeCode::LoadFailed,
                format!("another plugin already has the id {:?}", manifest.id),
                "remove one of the two files",
            ));
        }
    }
}

fn pack_handle(entry: &Entry) -> Option<PackHandle> {
    let manifest = entry.manifest.as_ref().filter(|manifest| manifest.world == World::PolicyPack)?;
    let inner = match &entry.loaded {
        Ok(Loaded::Pack(pack, info)) => Ok((pack.clone(), info.clone())),
        Ok(Loaded::Provider(..)) => return None,
        Err(failure) => Err(failure.clone()),
    };
    Some(PackHandle { id: manifest.id.as_str().into(), component: entry.digest, inner })
}

fn provider_handle(entry: &Entry, inner: &Arc<LoadedProvider>, info: &Arc<ProviderInfo>) -> ProviderHandle {
    let version = entry.manifest.as_ref().map_or("", |manifest| manifest.version.as_str());
    ProviderHandle { version: version.into(), inner: inner.clone(), info: info.clone(), settings: NO_SETTINGS.into() }
}

fn status(entry: &Entry) -> PluginStatus {
    let manifest = entry.manifest.as_ref();
    let (state, failure) = match &entry.loaded {
        Err(failure) => (PluginState::Failed, Some(failure.clone())),
        Ok(loaded) if loaded.seat().breaker.state() == BreakerState::Closed => {
            (PluginState::Active, loaded.seat().breaker.last_failure())
        }
        Ok(loaded) => (PluginState::Paused, loaded.seat().breaker.last_failure()),
    };
    let (pack, provider) = match &entry.loaded {
        Ok(Loaded::Pack(_, info)) => (Some(PackInfo::clone(info)), None),
        Ok(Loaded::Provider(_, info)) => (None, Some(ProviderInfo::clone(info))),
        Err(_) => (None, None),
    };
    let title = pack.as_ref().map(|p| p.title.clone()).or_else(|| provider.as_ref().map(|p| p.title.clone()));
    PluginStatus {
        file: entry.file.clone(),
        id: manifest.map(|m| m.id.clone()),
        version: manifest.map(|m| m.version.clone()),
        world: manifest.map(|m| m.world),
        contract: manifest.map(|m| m.contract.clone()),
        title,
        digest: entry.digest,
        trust: entry.trust,
        state,
        failure,
        capabilities: manifest.map(|m| m.capabilities.clone()).unwrap_or_default(),
        destinations: manifest.map(|m| m.destinations.clone()).unwrap_or_default(),
        limits: entry.loaded.as_ref().ok().map(|loaded| loaded.seat().limits.clone()),
        settings_schema: manifest.map(|m| m.settings.written().clone()),
        pack,
        provider,
    }
}
