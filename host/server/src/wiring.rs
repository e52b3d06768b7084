//! Wiring: the adapters behind the ports, the doors in front, from one checked configuration.
//!
//! Order at the start: the listener (so that a second host is told at once), then components and database at the same time,
//! then the entry that this host started, then runs a former process left open. Order at the end: no new connections,
//! streams end, tasks get a deadline, the database closes, token files go. Nothing here decides anything about plans.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use kubechat_cluster::{ClusterConfig, ClusterPool, Deadlines, PoolConfig, PrincipalConfig, WatchTimes};
use kubechat_core::egress::Destination;
use kubechat_core::principal::Principal;
use kubechat_flow::ports::Ports;
use kubechat_flow::ports::cluster::NamespaceMode;
use kubechat_flow::ports::ledger::{AuditFilter, Page};
use kubechat_flow::ports::provider::Provider;
use kubechat_flow::ports::work::Work as _;
use kubechat_flow::retention::THREADS_AT_ONCE;
use kubechat_flow::{Flow, Settings};
use kubechat_plugin::{
    BoundPacks, Compiler, DigestList, Failure, PackBinding, PluginProvider, Plugins, PluginsConfig, ProviderHandle,
};
use kubechat_store::{DataDir, OpenError, Options, SqliteLedger};
use serde_json::json;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::auth::{Sessions, TokenFiles, run_folder};
use crate::config::{Binding, Config, ModelEntry, PackEntry, PrincipalEntry, Surroundings, explained, mode_text};
use crate::console::Console;
use crate::embedded;
use crate::http::accept;
use crate::http::health::Health;
use crate::http::router::router;
use crate::http::seats::Seats;
use crate::http::state::{App, Inner, Setup};
use crate::http::subscriptions::Streams;
use crate::http::tls::Tls;
use crate::metrics::Metrics;
use crate::models::{Book, CountedProvider, Models, Seat};
use crate::runtime::{
    AbsentProvider, Hub, MeteredEvents, MeteredPacks, MeteredProvider, OsIds, SystemClock, TokioWork, WayOut,
};
use crate::start_note::StartNote;

/// How long runs may go on after a stop; what is cut off is picked up at the next start.
pub const TASKS_DEADLINE: Duration = Duration::from_secs(10);
/// How often it is looked which conversations are due to be forgotten.
const RETAIN_EVERY: Duration = Duration::from_secs(3_600);
/// Largest list of digests, bytes.
const DIGESTS_BYTES_MAX: u64 = 4 << 20;

/// Why the host does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The listener.
    #[error(
        "{address} can't be listened on: {cause}; another host may be running there (`--listen 127.0.0.1:0` takes a free port)"
    )]
    Listen {
        /// Where.
        address: SocketAddr,
        /// What the system said.
        #[source]
        cause: std::io::Error,
    },
    /// The certificate or its key.
    #[error("HTTPS can't be spoken: {0}")]
    Tls(String),
    /// The database.
    #[error(transparent)]
    Ledger(#[from] OpenError),
    /// No component at all can run here.
    #[error("components can't run on this machine: {0:?}")]
    Plugins(Failure),
    /// The token files.
    #[error("the token files can't be written to {folder}: {cause}", folder = folder.display())]
    Tokens {
        /// Where.
        folder: PathBuf,
        /// What the system said.
        #[source]
        cause: std::io::Error,
    },
    /// Nowhere to put token files.
    #[error("there is no place for token files: neither XDG_RUNTIME_DIR nor HOME is set")]
    NoRunFolder,
    /// A thread that opens something ended early.
    #[error("the start ran into a defect of the host: {0}")]
    Defect(#[from] tokio::task::JoinError),
}

/// The console's files, if there are any. A broken one is said and left out: everything else works without it.
fn console(config: &Config) -> Option<Console> {
    let read = match config.console_dir.value.as_ref() {
        Some(folder) => Console::read(folder),
        None => Console::of(embedded::console()?),
    };
    read.inspect_err(|error| tracing::error!(%error, "there is no console")).ok()
}

/// A host that is ready to serve.
pub struct Host {
    app: App,
    ledger: SqliteLedger,
    listener: TcpListener,
    work: TokioWork,
    tokens: TokenFiles,
    principals: Vec<Principal>,
    thread_days: u32,
}

impl Host {
    /// Opens everything.
    ///
    /// # Errors
    /// What can't be opened, with what to do. A broken component or cluster is no such thing.
    pub async fn open(config: &Config, around: &Surroundings, compiler: Compiler) -> Result<Self, StartError> {
        let address = config.listen.value;
        let listener = TcpListener::bind(address).await.map_err(|cause| StartError::Listen { address, cause })?;
        let listen = listener.local_addr().map_err(|cause| StartError::Listen { address, cause })?;
        let tls = config.tls.value.clone().map(Tls::open).transpose().map_err(StartError::Tls)?.map(Arc::new);
        let pool = Arc::new(ClusterPool::new(pool(config), Arc::new(SystemClock)));
        let way_out = WayOut::new(config, around, &pool);
        let loading = plugins(config, around, compiler, &way_out);
        let (plugins, ledger) = tokio::join!(loading, ledger(config));
        let (plugins, ledger) = (Arc::new(plugins?), ledger?);
        let principals: Vec<_> = config.principals.value.iter().map(principal).collect();
        let folder = run_folder(listen, |name| around.var(name).cloned()).ok_or(StartError::NoRunFolder)?;
        let written = TokenFiles::write(&folder, &principals, tls.as_ref().map(|tls| tls.certificate()));
        let (files, tokens) = written.map_err(|cause| StartError::Tokens { folder, cause })?;
        let (metrics, work) = (Metrics::new(), TokioWork::default());
        let hub = Hub::new(hex::encode(rand::random::<[u8; 8]>()));
        let provider = chosen(config, &plugins);
        let book = Book::open(Some(data(config)?), Arc::new(SystemClock), metrics.clone());
        let models = Models::of(config, Arc::new(book), |entry| component(&plugins, entry));
        let flow = flow(config, &plugins, (provider.clone(), &models), pool, &ledger, (&hub, &metrics, &work));
        let app = App::new(Inner {
            flow,
            hub,
            plugins,
            provider,
            models,
            tokens,
            sessions: Mutex::new(Sessions::default()),
            streams: Streams::default(),
            seats: Seats::default(),
            health: Health::default(),
            console: console(config),
            way_out,
            metrics,
            listen,
            tls,
            stop: CancellationToken::new(),
            start: StartNote::new(start_payload(config, listen)),
            setup: setup(config, around),
        });
        let thread_days = config.thread_days.value;
        Ok(Self { app, ledger, listener, work, tokens: files, principals, thread_days })
    }

    /// What every endpoint reaches.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// Who there is, in configuration order.
    pub fn principals(&self) -> &[Principal] {
        &self.principals
    }

    /// Serves until `app().stop` is cancelled, then ends in order.
    pub async fn serve(self) {
        let Self { app, ledger, listener, work, tokens, thread_days, .. } = self;
        if let Err(error) = app.start.written(&app.flow).await {
            tracing::error!(%error, "this start could not be written down: reads work, nothing is executed");
        }
        look_around(&app).await;
        match app.flow.resume().await {
            Ok(0) => {}
            Ok(runs) => tracing::info!(runs, "runs of a former process are picked up"),
            Err(problem) => tracing::error!(detail = %problem.detail, "open runs could not be read"),
        }
        work.spawn("retention", Box::pin(retain(app.clone(), thread_days)));
        let (stop, tls, book) = (app.stop.clone(), app.tls.clone(), Arc::clone(&app.models.book));
        accept::serve(listener, tls, router(app), stop).await;
        if !work.drain(TASKS_DEADLINE).await {
            tracing::warn!("a task was cut off by the stop; the next start picks it up");
        }
        book.write();
        ledger.close().await;
        drop(tokens);
        tracing::info!("stopped");
    }
}

/// Forgets conversations that are due, at once and then every [`RETAIN_EVERY`], until the host stops.
async fn retain(app: App, days: u32) {
    loop {
        // What is dropped in between is one conversation's change, which is whole or not there.
        let looked = tokio::select! {
            () = app.stop.cancelled() => return,
            looked = app.flow.retain(days) => looked,
        };
        match looked {
            Ok(0) => {}
            Ok(threads) => {
                tracing::info!(threads, "conversations were forgotten: deleted, or older than thread_days");
                if threads >= THREADS_AT_ONCE {
                    continue;
                }
            }
            Err(problem) => {
                tracing::warn!(detail = %problem.detail, "conversations that are due could not be forgotten")
            }
        }
        tokio::select! {
            () = app.stop.cancelled() => return,
            () = tokio::time::sleep(RETAIN_EVERY) => {}
        }
    }
}

/// Looks for Ollama beside everything else, and only when this start is the first entry of the log. A log that can't be read
/// is no first start.
async fn look_around(app: &App) {
    let page = Page { limit: 2, before: None };
    let first = app.ledger().audit(AuditFilter::default(), page).await.is_ok_and(|rows| rows.len() == 1);
    if first {
        let way_out = app.way_out.clone();
        tokio::spawn(async move { way_out.look_around().await });
    }
}

/// The data folder. The ledger's lock keeps other hosts out of it.
fn data(config: &Config) -> Result<DataDir, StartError> {
    Ok(DataDir::open(&config.data_dir.value).map_err(OpenError::from)?)
}

async fn ledger(config: &Config) -> Result<SqliteLedger, StartError> {
    Ok(SqliteLedger::open(&data(config)?, Options::default()).await?)
}

/// Loading reads, checks and compiles on threads of its own; the runtime goes on meanwhile.
async fn plugins(
    config: &Config,
    around: &Surroundings,
    compiler: Compiler,
    way_out: &WayOut,
) -> Result<Plugins, StartError> {
    let mut wanted = PluginsConfig::new(compiler);
    wanted.egress = Arc::new(way_out.clone());
    wanted.embedded = embedded::components();
    wanted.folder = config.components_dir.value.clone();
    wanted.digests = digests(wanted.folder.as_deref());
    wanted.calls_at_once = config.calls_at_once();
    wanted.allow_unsigned = config.allow_unsigned.value && config.listen.value.ip().is_loopback();
    wanted.cache_folder = around.xdg("XDG_CACHE_HOME", ".cache").map(|cache| cache.join("kubechat/compiled"));
    tokio::task::spawn_blocking(move || Plugins::load(wanted)).await?.map_err(StartError::Plugins)
}

/// The digests of the components in the program and in the folder. A list that can't be read trusts nothing, and the
/// components say so.
fn digests(folder: Option<&Path>) -> DigestList {
    let mut all = embedded::digests().unwrap_or_else(|failure| {
        tracing::error!(why = failure.detail, "the program's own list of digests can't be used");
        DigestList::default()
    });
    match folder {
        Some(folder) => all.merge(beside(folder)),
        None if embedded::any() => {}
        None => tracing::warn!("no folder of components was found; name one with --components DIR"),
    }
    all
}

fn beside(folder: &Path) -> DigestList {
    let path = folder.join("digests.json");
    let read = || {
        if std::fs::metadata(&path)?.len() > DIGESTS_BYTES_MAX {
            return Err(std::io::Error::other("it is too long"));
        }
        std::fs::read_to_string(&path)
    };
    let list = read().map_err(|error| error.to_string());
    let list = list.and_then(|text| DigestList::parse(&text).map_err(|failure| failure.detail));
    list.unwrap_or_else(|why| {
        tracing::warn!(path = %path.display(), why, "the list of digests can't be used: nothing in the folder is trusted");
        DigestList::default()
    })
}

fn flow(
    config: &Config,
    plugins: &Plugins,
    (chosen, models): (Result<ProviderHandle, Failure>, &Models),
    pool: Arc<ClusterPool>,
    ledger: &SqliteLedger,
    (hub, metrics, work): (&Arc<Hub>, &Metrics, &TokioWork),
) -> Flow {
    let clock = Arc::new(SystemClock);
    let packs = BoundPacks::bind(plugins, config.packs.value.iter().map(binding).collect());
    let metered = |provider| -> Arc<dyn Provider> { Arc::new(MeteredProvider { provider, metrics: metrics.clone() }) };
    let ports = Ports {
        cluster: pool.clone(),
        live: pool,
        ledger: Arc::new(ledger.clone()),
        provider: metered(first_provider(config, chosen, models.first())),
        models: models.others().map(|seat| metered(model_provider(seat))).collect(),
        packs: Arc::new(MeteredPacks { packs, metrics: metrics.clone() }),
        events: Arc::new(MeteredEvents { hub: Arc::clone(hub), metrics: metrics.clone() }),
        work: Arc::new(work.clone()),
        clock,
        ids: Arc::new(OsIds),
    };
    let ms = |seconds: Option<u32>| seconds.map(|seconds| i64::from(seconds) * 1_000);
    let (plan_life_ms, settle_ms) = (ms(config.plan_life_s.value), ms(config.settle_s.value));
    let confirm_only = config.confirm_only.value;
    Flow::new(ports, Settings { confirm_only, plan_life_ms, settle_ms, budget_wait_ms: None })
}

/// The provider in use with its settings, or why there is none.
fn chosen(config: &Config, plugins: &Plugins) -> Result<ProviderHandle, Failure> {
    plugins.provider(&config.provider.value)?.with_settings(&as_json(&config.provider_settings.value))
}

/// Whoever is asked first: a model where the operator says so, else rules.
fn first_provider(config: &Config, chosen: Result<ProviderHandle, Failure>, seat: Option<&Seat>) -> Box<dyn Provider> {
    match seat.filter(|seat| seat.handle.is_ok()) {
        Some(seat) => model_provider(seat),
        None => provider(config, chosen),
    }
}

fn provider(config: &Config, chosen: Result<ProviderHandle, Failure>) -> Box<dyn Provider> {
    let id = &config.provider.value;
    match chosen {
        // Only our own rules are known to be rules; of any other provider nobody says that no model is behind it.
        Ok(handle) => Box::new(PluginProvider::new(handle, id == crate::config::PROVIDER)),
        Err(failure) => {
            tracing::error!(provider = id, detail = failure.detail, "the provider is not there; typed operations work");
            Box::new(AbsentProvider::new(id, &failure.detail, &failure.hint))
        }
    }
}

/// The component of a model with its settings, and the destinations its manifest names.
fn component(plugins: &Plugins, entry: &ModelEntry) -> (Result<ProviderHandle, Failure>, Vec<Destination>) {
    let handle = plugins.provider(&entry.provider).and_then(|handle| handle.with_settings(&as_json(&entry.settings)));
    let named = plugins.list().into_iter().find(|status| status.id.as_deref() == Some(&*entry.provider));
    let destinations = named.map(|status| status.destinations).unwrap_or_default();
    (handle, destinations.into_iter().map(|asked| asked.name).collect())
}

fn model_provider(seat: &Seat) -> Box<dyn Provider> {
    let provider: Box<dyn Provider> = match &seat.handle {
        Ok(handle) => Box::new(PluginProvider::new(handle.clone(), false).with_model(seat.entry.model())),
        Err(failure) => {
            tracing::error!(model = %seat.entry, detail = failure.detail, "the model is not there; the next one is asked");
            Box::new(AbsentProvider::new(&seat.entry.provider, &failure.detail, &failure.hint))
        }
    };
    Box::new(CountedProvider { provider, entry: seat.entry.clone(), account: Arc::clone(&seat.account) })
}

/// A TOML table of settings is always JSON: dates become texts, and infinite numbers are refused by the schema.
fn as_json(settings: &toml::Table) -> String {
    serde_json::to_string(settings).unwrap_or_else(|_| "null".to_owned())
}

fn binding(pack: &PackEntry) -> PackBinding {
    PackBinding {
        pack: pack.id.clone(),
        settings_json: as_json(&pack.settings),
        enforced: pack.binding == Binding::Enforce,
    }
}

fn principal(entry: &PrincipalEntry) -> Principal {
    let groups: Vec<_> = entry.groups.iter().map(String::as_str).collect();
    Principal::local(&entry.name, &groups)
}

fn pool(config: &Config) -> PoolConfig {
    let most = config.mode.value;
    let capped = |rule: &NamespaceMode| NamespaceMode { name: rule.name.clone(), mode: rule.mode.min(most) };
    let clusters = |entry: &PrincipalEntry| {
        let one = |cluster: &crate::config::ClusterEntry| ClusterConfig {
            name: cluster.name.clone(),
            kubeconfig: cluster.kubeconfig.clone(),
            context: cluster.context.clone(),
            mode: cluster.mode.unwrap_or(most).min(most),
            mode_said: cluster.mode.is_some(),
            namespaces: cluster.namespaces.iter().map(capped).collect(),
        };
        entry.clusters.iter().map(one).collect()
    };
    let entries = config.principals.value.iter();
    let principals = entries.map(|entry| PrincipalConfig { principal: principal(entry), clusters: clusters(entry) });
    PoolConfig { principals: principals.collect(), deadlines: Deadlines::default(), watches: WatchTimes::default() }
}

fn setup(config: &Config, around: &Surroundings) -> Setup {
    Setup {
        home: around.var("HOME").map(|home| home.to_string_lossy().into_owned()),
        mode: mode_text(config.mode.value),
        provider: config.provider.value.clone(),
        packs: config.packs.value.clone(),
        settings: explained(config),
    }
}

fn start_payload(config: &Config, listen: SocketAddr) -> serde_json::Value {
    let principals: Vec<_> = config.principals.value.iter().map(|principal| &principal.name).collect();
    let packs: Vec<_> = config.packs.value.iter().map(|pack| json!({"id": pack.id, "binding": pack.binding})).collect();
    json!({
        "version": env!("CARGO_PKG_VERSION"), "listen": listen.to_string(), "tls": config.tls.value.is_some(), "mode": mode_text(config.mode.value),
        "air_gapped": config.air_gapped.value, "egress": config.egress.value.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "confirm_only": config.confirm_only.value, "allow_unsigned": config.allow_unsigned.value,
        "principals": principals, "packs": packs, "provider": config.provider.value,
        "models": config.models.value.iter().map(ToString::to_string).collect::<Vec<_>>(),
    })
}
