//! Configuration: file, then environment, then flags; parsed once into types that cannot be wrong, each with its origin.
//!
//! Unknown fields and unknown `KUBECHAT_` variables are errors: a misspelt `mode` must not mean "the default". A later
//! layer replaces a value whole, lists too. Times are seconds. Errors name the file, variable or flag and what fits
//! instead. Deliberately not here: reading kubeconfigs (`kubechat-cluster` does, when a cluster is first used).

pub mod edit;
mod egress;
mod explain;
mod layer;
mod models;
mod people;
mod reference;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use kubechat_core::egress::Range;
use kubechat_flow::ports::cluster::Mode;
use serde::{Deserialize, Serialize};

pub use egress::{Credential, EgressBinding, EgressEntry};
pub use explain::{Explained, explain, explained};
pub use layer::{Flags, Layer, SETTINGS, Setting};
pub use models::{Budget, ModelEntry, Money};
pub use people::{ClusterEntry, PrincipalEntry};
pub use reference::reference;

/// The listener when nothing else is said.
pub const LISTEN: &str = "127.0.0.1:7080";
/// The provider when nothing else is said.
pub const PROVIDER: &str = "provider-rules";
/// The pack that is bound when nothing else is said.
pub const PACK: &str = "policy-baseline";
/// Shortest and longest time a plan may be approved and executed, seconds: a day old, its risk is nobody's word any more.
pub const PLAN_LIFE_S: RangeInclusive<u32> = 10..=86_400;
/// Shortest and longest time a run may watch a rollout, seconds.
pub const SETTLE_S: RangeInclusive<u32> = 1..=3_600;
/// How long a conversation may be kept that nobody goes on with, days.
pub const THREAD_DAYS: RangeInclusive<u32> = 1..=3_650;
/// How long it is kept where nothing is said, days.
const THREAD_DAYS_USUAL: u32 = 90;

/// Why a configuration is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}\n  {hint}")]
pub struct ConfigError {
    /// What is wrong, with where it stands.
    pub what: String,
    /// What to do.
    pub hint: String,
}

impl ConfigError {
    pub(crate) fn new(what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { what: what.into(), hint: hint.into() }
    }
}

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Nobody said anything.
    Default,
    /// The configuration file.
    File(PathBuf),
    /// An environment variable.
    Environment(&'static str),
    /// A flag of the command.
    Flag(&'static str),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Environment(name) => write!(f, "${name}"),
            Self::Flag(name) => f.write_str(name),
        }
    }
}

/// A value and who said it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said<T> {
    /// The value.
    pub value: T,
    /// Who said it.
    pub origin: Origin,
}

/// How a pack's word counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Binding {
    /// It binds.
    Enforce,
    /// It is shown.
    Monitor,
}

/// A pack to ask about every plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackEntry {
    /// The pack's id.
    pub id: String,
    /// How its word counts.
    #[serde(default = "enforce")]
    pub binding: Binding,
    /// Settings under the pack's own schema.
    #[serde(default, skip_serializing_if = "toml::Table::is_empty")]
    pub settings: toml::Table,
}

fn enforce() -> Binding {
    Binding::Enforce
}

/// A certificate and its key, as files: what they hold is looked at when the host starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsFiles {
    /// The chain, the host's own certificate first, PEM.
    pub cert: PathBuf,
    /// The key of the first, PEM.
    pub key: PathBuf,
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// Everything the operator decides, checked.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where we listen; a loopback address.
    pub listen: Said<SocketAddr>,
    /// What it speaks HTTPS with; absent means plain HTTP.
    pub tls: Said<Option<TlsFiles>>,
    /// Everything this host keeps.
    pub data_dir: Said<PathBuf>,
    /// What is allowed on clusters at most.
    pub mode: Said<Mode>,
    /// Who there is; at least one, each with at least one cluster.
    pub principals: Said<Vec<PrincipalEntry>>,
    /// One person is alone here.
    pub confirm_only: Said<bool>,
    /// Where components are; absent means that none were found.
    pub components_dir: Said<Option<PathBuf>>,
    /// Where the console's files are; absent means inside the program, or nowhere.
    pub console_dir: Said<Option<PathBuf>>,
    /// Whether components nobody vouches for may run.
    pub allow_unsigned: Said<bool>,
    /// Which packs judge plans.
    pub packs: Said<Vec<PackEntry>>,
    /// Which provider answers.
    pub provider: Said<String>,
    /// Its settings, under its own schema.
    pub provider_settings: Said<toml::Table>,
    /// Who is asked after it, in this order.
    pub models: Said<Vec<ModelEntry>>,
    /// Whether nothing leaves this host but what goes to its clusters.
    pub air_gapped: Said<bool>,
    /// What logical destinations are bound to.
    pub egress: Said<Vec<EgressBinding>>,
    /// Pods and Services of clusters, beyond what private ranges cover.
    pub cluster_ranges: Said<Vec<Range>>,
    /// How log lines look.
    pub log_format: Said<LogFormat>,
    /// What is logged, as `tracing` filters are written.
    pub log: Said<String>,
    /// How long a plan may be approved and executed, seconds; absent means the built-in limit.
    pub plan_life_s: Said<Option<u32>>,
    /// How long a run watches a rollout, seconds; absent means the built-in deadline.
    pub settle_s: Said<Option<u32>>,
    /// How long a conversation is kept that nobody goes on with, days.
    pub thread_days: Said<u32>,
}

/// What the process finds around it; tests bring their own.
#[derive(Debug, Clone, Default)]
pub struct Surroundings {
    /// The environment.
    pub variables: Vec<(OsString, OsString)>,
    /// This program's file.
    pub program: Option<PathBuf>,
}

impl Surroundings {
    /// The process's own.
    pub fn of_process() -> Self {
        Self { variables: std::env::vars_os().collect(), program: std::env::current_exe().ok() }
    }

    /// A variable that is set to something.
    pub fn var(&self, name: &str) -> Option<&OsString> {
        self.variables.iter().find(|(key, _)| key == name).map(|(_, value)| value).filter(|value| !value.is_empty())
    }

    fn home(&self, below: &str) -> Option<PathBuf> {
        self.var("HOME").map(|home| Path::new(home).join(below))
    }

    /// A folder by an XDG variable, or its place below the home folder.
    pub fn xdg(&self, name: &str, below_home: &str) -> Option<PathBuf> {
        self.var(name).map(PathBuf::from).filter(|path| path.is_absolute()).or_else(|| self.home(below_home))
    }
}

impl Config {
    /// Takes the layers together: defaults, the file, the environment, flags.
    ///
    /// # Errors
    /// The first value that is wrong, with where it stands.
    pub fn load(file: Option<&Path>, flags: Layer, around: &Surroundings) -> Result<Self, ConfigError> {
        let environment = Layer::from_environment(around)?;
        let (path, from_file) =
            match file.map(Path::to_owned).or_else(|| around.var("KUBECHAT_CONFIG").map(PathBuf::from)) {
                Some(path) => (path.clone(), Layer::from_file(&path)?),
                None => (PathBuf::new(), Layer::default()),
            };
        let layers = layer::Layers { file: (path, from_file), environment, flags };
        let principals = people::principals(&layers, around)?;
        let config = Self {
            listen: listen(layers.pick("listen", |layer| layer.listen.clone()))?,
            tls: tls(
                layers.pick("tls_cert", |layer| layer.tls_cert.clone()),
                layers.pick("tls_key", |layer| layer.tls_key.clone()),
            )?,
            data_dir: data_dir(layers.pick("data_dir", |layer| layer.data_dir.clone()), around)?,
            mode: or(layers.pick("mode", |layer| layer.mode), Mode::SuggestOnly),
            confirm_only: or(layers.pick("confirm_only", |layer| layer.confirm_only), false),
            components_dir: built(
                layers.pick("components_dir", |layer| layer.components_dir.clone()),
                around,
                ("components", "digests.json"),
            ),
            console_dir: built(
                layers.pick("console_dir", |layer| layer.console_dir.clone()),
                around,
                ("console", "index.html"),
            ),
            allow_unsigned: or(layers.pick("allow_unsigned", |layer| layer.allow_unsigned), false),
            packs: packs(layers.pick("packs", |layer| layer.packs.clone()))?,
            provider: or(layers.pick("provider", |layer| layer.provider.clone()), PROVIDER.to_owned()),
            provider_settings: or(
                layers.pick("provider_settings", |layer| layer.provider_settings.clone()),
                toml::Table::new(),
            ),
            models: models::models(layers.pick("models", |layer| layer.models.clone()))?,
            air_gapped: or(layers.pick("air_gapped", |layer| layer.air_gapped), false),
            egress: egress::bindings(layers.pick("egress", |layer| layer.egress.clone()))?,
            cluster_ranges: egress::ranges(layers.pick("cluster_ranges", |layer| layer.cluster_ranges.clone()))?,
            log_format: or(layers.pick("log_format", |layer| layer.log_format), LogFormat::Text),
            log: or(layers.pick("log", |layer| layer.log.clone()), "info".to_owned()),
            plan_life_s: seconds("plan_life_s", layers.pick("plan_life_s", |layer| layer.plan_life_s), &PLAN_LIFE_S)?,
            settle_s: seconds("settle_s", layers.pick("settle_s", |layer| layer.settle_s), &SETTLE_S)?,
            thread_days: thread_days(layers.pick("thread_days", |layer| layer.thread_days))?,
            principals,
        };
        config.checked()
    }

    /// How many calls of a component may run at once, by its id, where a model's entry says so.
    pub fn calls_at_once(&self) -> BTreeMap<String, usize> {
        models::calls_at_once(&self.models.value)
    }

    fn checked(self) -> Result<Self, ConfigError> {
        if self.confirm_only.value && self.principals.value.len() > 1 {
            return Err(ConfigError::new(
                format!(
                    "confirm_only ({}) is for one person alone, and there are several principals",
                    self.confirm_only.origin
                ),
                "take confirm_only away: the others can approve",
            ));
        }
        Ok(self)
    }
}

fn or<T>(said: Option<Said<T>>, default: T) -> Said<T> {
    said.unwrap_or(Said { value: default, origin: Origin::Default })
}

fn listen(said: Option<Said<String>>) -> Result<Said<SocketAddr>, ConfigError> {
    let Said { value, origin } = or(said, LISTEN.to_owned());
    let address: SocketAddr = value.parse().map_err(|_| {
        ConfigError::new(format!("listen ({origin}): {value:?} is no address with a port"), format!("such as {LISTEN}"))
    })?;
    if !address.ip().is_loopback() {
        return Err(ConfigError::new(
            format!("listen ({origin}): {address} is not a loopback address, and this version listens on no other"),
            format!("keep {LISTEN}; from another machine: ssh -L 7080:{LISTEN} <this machine>"),
        ));
    }
    Ok(Said { value: address, origin })
}

/// Both files or neither: half a pair must not mean plain HTTP.
fn tls(cert: Option<Said<PathBuf>>, key: Option<Said<PathBuf>>) -> Result<Said<Option<TlsFiles>>, ConfigError> {
    let half = |said: &Said<PathBuf>, name: &str, other: &str| {
        let what = format!("{name} ({}) is said without {other}", said.origin);
        ConfigError::new(what, format!("say both, or take {name} away for plain HTTP"))
    };
    match (cert, key) {
        (None, None) => Ok(Said { value: None, origin: Origin::Default }),
        (Some(cert), Some(key)) => {
            Ok(Said { value: Some(TlsFiles { cert: cert.value, key: key.value }), origin: cert.origin })
        }
        (Some(cert), None) => Err(half(&cert, "tls_cert", "tls_key")),
        (None, Some(key)) => Err(half(&key, "tls_key", "tls_cert")),
    }
}

fn data_dir(said: Option<Said<PathBuf>>, around: &Surroundings) -> Result<Said<PathBuf>, ConfigError> {
    let default = || around.xdg("XDG_DATA_HOME", ".local/share").map(|dir| dir.join("kubechat"));
    match said {
        Some(said) => Ok(said),
        None => default().map(|value| Said { value, origin: Origin::Default }).ok_or_else(|| {
            ConfigError::new(
                "there is no place for data: neither XDG_DATA_HOME nor HOME is set",
                "name one with --data DIR",
            )
        }),
    }
}

/// Beside the program: `target/ci/kubechat` finds `target/components` and `target/console`. A program that brings its own
/// looks for no others.
fn built(said: Option<Said<PathBuf>>, around: &Surroundings, (folder, proof): (&str, &str)) -> Said<Option<PathBuf>> {
    if let Some(Said { value, origin }) = said {
        return Said { value: Some(value), origin };
    }
    let beside = around.program.as_deref().and_then(Path::parent).and_then(Path::parent).map(|dir| dir.join(folder));
    let beside = beside.filter(|_| !crate::embedded::any());
    Said { value: beside.filter(|dir| dir.join(proof).is_file()), origin: Origin::Default }
}

fn packs(said: Option<Said<Vec<PackEntry>>>) -> Result<Said<Vec<PackEntry>>, ConfigError> {
    let baseline = PackEntry { id: PACK.to_owned(), binding: Binding::Enforce, settings: toml::Table::new() };
    let packs = or(said, vec![baseline]);
    for (at, pack) in packs.value.iter().enumerate() {
        if packs.value[..at].iter().any(|other| other.id == pack.id) {
            let what = format!("packs ({}): {} is bound twice", packs.origin, pack.id);
            return Err(ConfigError::new(what, "bind it once"));
        }
    }
    Ok(packs)
}

fn thread_days(said: Option<Said<u32>>) -> Result<Said<u32>, ConfigError> {
    let usual = Said { value: THREAD_DAYS_USUAL, origin: Origin::Default };
    said.map_or(Ok(usual), |said| within("thread_days", said, &THREAD_DAYS, "days"))
}

/// Seconds, where somebody says how many.
fn seconds(name: &str, said: Option<Said<u32>>, range: &RangeInclusive<u32>) -> Result<Said<Option<u32>>, ConfigError> {
    let Some(said) = said else { return Ok(Said { value: None, origin: Origin::Default }) };
    let Said { value, origin } = within(name, said, range, "seconds")?;
    Ok(Said { value: Some(value), origin })
}

/// A number that has a lowest and a highest value.
fn within(name: &str, said: Said<u32>, range: &RangeInclusive<u32>, unit: &str) -> Result<Said<u32>, ConfigError> {
    if range.contains(&said.value) {
        return Ok(said);
    }
    let Said { value, origin } = said;
    let what = format!("{name} ({origin}): {value} is out of range");
    Err(ConfigError::new(what, format!("{} to {} {unit}", range.start(), range.end())))
}

/// A mode as it is written.
pub fn mode_text(mode: Mode) -> &'static str {
    mode.as_str()
}

#[cfg(test)]
mod tests;
