//! Layers: what one file, the environment or the flags of a command say; and the table of all settings.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use kubechat_flow::ports::cluster::Mode;
use serde::Deserialize;

use super::{ConfigError, EgressEntry, LogFormat, ModelEntry, Origin, PackEntry, PrincipalEntry, Said, Surroundings};

/// Largest configuration file, bytes.
pub(super) const FILE_BYTES_MAX: u64 = 1 << 20;
/// Variables of ours that are no settings of the host: where the file is; what the tests, the builds and the clients use.
const OTHER_VARIABLES: [&str; 13] = [
    "KUBECHAT_AS",
    "KUBECHAT_BIN",
    "KUBECHAT_CACHE",
    "KUBECHAT_CLUSTER_DIR",
    "KUBECHAT_CONFIG",
    "KUBECHAT_GEN",
    "KUBECHAT_GUESTS_DIR",
    "KUBECHAT_GUEST_TOOLCHAIN",
    "KUBECHAT_OLLAMA_URL",
    "KUBECHAT_TESTPLANE_DIR",
    "KUBECHAT_TESTPLANE_BIN",
    "KUBECHAT_HOST",
    "KUBECHAT_TOKEN_FILE",
];

/// What one layer says.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layer {
    pub(super) listen: Option<String>,
    pub(super) tls_cert: Option<PathBuf>,
    pub(super) tls_key: Option<PathBuf>,
    pub(super) data_dir: Option<PathBuf>,
    pub(super) mode: Option<Mode>,
    pub(super) principals: Option<Vec<PrincipalEntry>>,
    pub(super) kubeconfig: Option<PathBuf>,
    pub(super) context: Option<String>,
    pub(super) confirm_only: Option<bool>,
    pub(super) components_dir: Option<PathBuf>,
    pub(super) console_dir: Option<PathBuf>,
    pub(super) allow_unsigned: Option<bool>,
    pub(super) packs: Option<Vec<PackEntry>>,
    pub(super) provider: Option<String>,
    pub(super) provider_settings: Option<toml::Table>,
    pub(super) models: Option<Vec<ModelEntry>>,
    pub(super) air_gapped: Option<bool>,
    pub(super) egress: Option<BTreeMap<String, EgressEntry>>,
    pub(super) cluster_ranges: Option<Vec<String>>,
    pub(super) log_format: Option<LogFormat>,
    pub(super) log: Option<String>,
    pub(super) plan_life_s: Option<u32>,
    pub(super) settle_s: Option<u32>,
    pub(super) thread_days: Option<u32>,
}

/// What flags can say.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Flags {
    /// Where to listen; loopback only.
    #[arg(long, value_name = "ADDRESS")]
    pub listen: Option<String>,
    /// Speak HTTPS with this certificate (PEM, its own first).
    #[arg(long, value_name = "FILE")]
    pub tls_cert: Option<PathBuf>,
    /// The key of that certificate (PEM).
    #[arg(long, value_name = "FILE")]
    pub tls_key: Option<PathBuf>,
    /// Where this host keeps everything.
    #[arg(long = "data", value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// What is allowed on clusters at most: read-only, suggest-only or guarded.
    #[arg(long, value_name = "MODE", value_parser = mode)]
    pub mode: Option<Mode>,
    /// The kubeconfig of the one principal.
    #[arg(long, value_name = "FILE")]
    pub kubeconfig: Option<PathBuf>,
    /// A context of it, instead of its current one.
    #[arg(long, value_name = "NAME")]
    pub context: Option<String>,
    /// One person is alone here and confirms what would need a second.
    #[arg(long)]
    pub confirm_only: bool,
    /// Where components are.
    #[arg(long = "components", value_name = "DIR")]
    pub components_dir: Option<PathBuf>,
    /// Where the console's built files are.
    #[arg(long = "console", value_name = "DIR")]
    pub console_dir: Option<PathBuf>,
    /// Run components nobody vouches for.
    #[arg(long)]
    pub allow_unsigned: bool,
    /// Let nothing leave this host but what goes to its clusters.
    #[arg(long)]
    pub air_gapped: bool,
    /// How log lines look.
    #[arg(long, value_name = "FORMAT")]
    pub log_format: Option<LogFormat>,
}

fn mode(text: &str) -> Result<Mode, String> {
    match text {
        "read-only" => Ok(Mode::ReadOnly),
        "suggest-only" => Ok(Mode::SuggestOnly),
        "guarded" => Ok(Mode::Guarded),
        _ => Err("read-only, suggest-only or guarded".to_owned()),
    }
}

impl From<Flags> for Layer {
    fn from(flags: Flags) -> Self {
        Self {
            listen: flags.listen,
            tls_cert: flags.tls_cert,
            tls_key: flags.tls_key,
            data_dir: flags.data_dir,
            mode: flags.mode,
            kubeconfig: flags.kubeconfig,
            context: flags.context,
            confirm_only: flags.confirm_only.then_some(true),
            components_dir: flags.components_dir,
            console_dir: flags.console_dir,
            allow_unsigned: flags.allow_unsigned.then_some(true),
            air_gapped: flags.air_gapped.then_some(true),
            log_format: flags.log_format,
            ..Self::default()
        }
    }
}

/// One setting, as the reference and `config explain` show it.
#[derive(Debug)]
pub struct Setting {
    /// In the file.
    pub name: &'static str,
    /// Environment variable; empty where there is none.
    pub variable: &'static str,
    /// Flag of `serve`; empty where there is none.
    pub flag: &'static str,
    /// What it is without being said.
    pub default: &'static str,
    /// What it decides.
    pub about: &'static str,
}

const fn setting(
    name: &'static str,
    variable: &'static str,
    flag: &'static str,
    default: &'static str,
    about: &'static str,
) -> Setting {
    Setting { name, variable, flag, default, about }
}

/// All settings.
pub const SETTINGS: &[Setting] = &[
    setting(
        "listen",
        "KUBECHAT_LISTEN",
        "--listen",
        "127.0.0.1:7080",
        "Where the host listens. This version takes loopback addresses only; port 0 takes a free one.",
    ),
    setting(
        "tls_cert",
        "KUBECHAT_TLS_CERT",
        "--tls-cert",
        "none: plain HTTP",
        "The certificate the host speaks HTTPS with, and HTTP/2, over which any number of tabs share one connection: a PEM file, the host's own certificate first. A file that changes is taken without a restart.",
    ),
    setting(
        "tls_key",
        "KUBECHAT_TLS_KEY",
        "--tls-key",
        "none",
        "The key of that certificate, a PEM file; both are named, or neither.",
    ),
    setting(
        "data_dir",
        "KUBECHAT_DATA_DIR",
        "--data",
        "$XDG_DATA_HOME/kubechat, else ~/.local/share/kubechat",
        "Everything the host keeps: the database, the key it is sealed with. Mode 0700, on a local disk, one host at a time.",
    ),
    setting(
        "mode",
        "KUBECHAT_MODE",
        "--mode",
        "suggest-only",
        "What is allowed on clusters at most. `read-only`: nothing is planned. `suggest-only`: plans and patches are made, nothing is executed. `guarded`: plans run after policy and approval.",
    ),
    setting(
        "principals",
        "",
        "",
        "one, named after $USER, with `kubeconfig` and `context`",
        "Who there is; a table of its own below.",
    ),
    setting(
        "kubeconfig",
        "KUBECONFIG",
        "--kubeconfig",
        "none: a cluster is never taken in silence",
        "The kubeconfig of the one principal when `principals` names nobody.",
    ),
    setting(
        "context",
        "KUBECHAT_CONTEXT",
        "--context",
        "the kubeconfig's current one",
        "The context in that kubeconfig.",
    ),
    setting(
        "confirm_only",
        "KUBECHAT_CONFIRM_ONLY",
        "--confirm-only",
        "false",
        "One person is alone here: a plan that needs a second person needs that person's own explicit confirmation instead. Shown in `/readyz?verbose`, in every plan and every entry.",
    ),
    setting(
        "components_dir",
        "KUBECHAT_COMPONENTS_DIR",
        "--components",
        "`../components` beside the program",
        "Where the WebAssembly components and their `digests.json` are.",
    ),
    setting(
        "console_dir",
        "KUBECHAT_CONSOLE_DIR",
        "--console",
        "`../console` beside the program",
        "Where the console's built files are; a packaged program has them inside.",
    ),
    setting(
        "allow_unsigned",
        "KUBECHAT_ALLOW_UNSIGNED",
        "--allow-unsigned",
        "false",
        "Run components that are not in `digests.json`. For development; possible because the listener is on loopback.",
    ),
    setting(
        "packs",
        "",
        "",
        "`policy-baseline`, enforced",
        "Policy packs that judge every plan; a table of its own below.",
    ),
    setting(
        "provider",
        "KUBECHAT_PROVIDER",
        "",
        "provider-rules",
        "The component that turns sentences into tool calls.",
    ),
    setting(
        "provider_settings",
        "",
        "",
        "none",
        "The provider's settings, a table under its own schema (`settings_schema` in `kubechat plugin list -o json`).",
    ),
    setting(
        "models",
        "",
        "",
        "none",
        "Who is asked when the provider does not understand a sentence or fails, in this order; a table of its own below.",
    ),
    setting(
        "air_gapped",
        "KUBECHAT_AIR_GAPPED",
        "--air-gapped",
        "false",
        "Nothing leaves this host but what goes to its clusters: every destination is closed, and not even a DNS query is sent for one.",
    ),
    setting(
        "egress",
        "",
        "",
        "nothing is bound",
        "What the logical destinations of components really are; a table of its own below.",
    ),
    setting(
        "cluster_ranges",
        "",
        "",
        "none",
        "Pods' and Services' addresses outside of the private ranges, such as `[\"203.0.112.0/20\"]`: no destination leads there unless it is bound as internal.",
    ),
    setting(
        "log_format",
        "KUBECHAT_LOG_FORMAT",
        "--log-format",
        "text",
        "`text` for people or `json`, one object a line. To standard error.",
    ),
    setting(
        "log",
        "KUBECHAT_LOG",
        "",
        "info",
        "What is logged, as `tracing` filters are written: `info,kubechat_cluster=debug`.",
    ),
    setting(
        "plan_life_s",
        "KUBECHAT_PLAN_LIFE_S",
        "",
        "1800",
        "How long a plan may be approved and executed after it was made, seconds, 10 to 86400. Then it takes no vote and no run; \
         refreshed, it is computed anew, and asks anew for approval.",
    ),
    setting(
        "settle_s",
        "KUBECHAT_SETTLE_S",
        "",
        "300",
        "How long a run watches a rollout before it reports what is not settled, seconds, 1 to 3600.",
    ),
    setting(
        "thread_days",
        "KUBECHAT_THREAD_DAYS",
        "",
        "90",
        "How long a conversation is kept that nobody goes on with, days since its last sentence, 1 to 3650. Then it goes, as a \
         deleted one does within an hour: its turns, and what was said. Plans stay, with what was said for them.",
    ),
];

/// The layers above the defaults.
pub(super) struct Layers {
    pub(super) file: (PathBuf, Layer),
    pub(super) environment: Layer,
    pub(super) flags: Layer,
}

impl Layers {
    /// What the uppermost layer says that says anything.
    pub(super) fn pick<T>(&self, name: &str, of: impl Fn(&Layer) -> Option<T>) -> Option<Said<T>> {
        let setting = SETTINGS.iter().find(|setting| setting.name == name);
        let (variable, flag) = setting.map_or(("", ""), |setting| (setting.variable, setting.flag));
        let said = |layer: &Layer, origin: Origin| of(layer).map(|value| Said { value, origin });
        said(&self.flags, Origin::Flag(flag))
            .or_else(|| said(&self.environment, Origin::Environment(variable)))
            .or_else(|| said(&self.file.1, Origin::File(self.file.0.clone())))
    }
}

impl Layer {
    /// What a file says.
    ///
    /// # Errors
    /// It can't be read, is no TOML, or names something that is no setting.
    pub(super) fn from_file(path: &Path) -> Result<Self, ConfigError> {
        let unreadable = |error: std::io::Error| {
            let what = format!("the configuration {} can't be read: {error}", path.display());
            ConfigError::new(what, "name another one with --config FILE, or none")
        };
        if std::fs::metadata(path).map_err(unreadable)?.len() > FILE_BYTES_MAX {
            let what =
                format!("the configuration {} is longer than FILE_BYTES_MAX = {FILE_BYTES_MAX} bytes", path.display());
            return Err(ConfigError::new(what, "that is no configuration of ours"));
        }
        let text = std::fs::read_to_string(path).map_err(unreadable)?;
        let mut layer: Self = toml::from_str(&text).map_err(|error| {
            let what = format!("{}: {}", path.display(), error.to_string().trim_end());
            ConfigError::new(what, "docs/config.md lists every setting")
        })?;
        layer.relative_to(path.parent().unwrap_or(Path::new("")));
        Ok(layer)
    }

    /// Paths of a file are meant from where the file is.
    fn relative_to(&mut self, folder: &Path) {
        let own = [
            &mut self.tls_cert,
            &mut self.tls_key,
            &mut self.data_dir,
            &mut self.kubeconfig,
            &mut self.components_dir,
            &mut self.console_dir,
        ]
        .into_iter()
        .flatten();
        let clusters = self.principals.iter_mut().flatten().flat_map(|principal| &mut principal.clusters);
        let cas = self.egress.iter_mut().flatten().filter_map(|(_, entry)| entry.ca.as_mut());
        for path in own.chain(clusters.map(|cluster| &mut cluster.kubeconfig)).chain(cas) {
            *path = folder.join(&*path);
        }
    }

    /// What the environment says.
    ///
    /// # Errors
    /// A value that doesn't fit, or a `KUBECHAT_` variable that is no setting.
    pub(super) fn from_environment(around: &Surroundings) -> Result<Self, ConfigError> {
        for (name, _) in &around.variables {
            let name = name.to_string_lossy();
            let known = SETTINGS.iter().any(|setting| setting.variable == name) || OTHER_VARIABLES.contains(&&*name);
            if name.starts_with("KUBECHAT_") && !known {
                let all = SETTINGS.iter().map(|setting| setting.variable).filter(|name| !name.is_empty());
                let all: Vec<_> = all.collect();
                let what = format!("${name} is no setting");
                return Err(ConfigError::new(what, format!("unset it, or use one of {}", all.join(", "))));
            }
        }
        let path = |name| around.var(name).map(PathBuf::from);
        Ok(Self {
            listen: read(around, "KUBECHAT_LISTEN", parsed)?,
            tls_cert: path("KUBECHAT_TLS_CERT"),
            tls_key: path("KUBECHAT_TLS_KEY"),
            data_dir: path("KUBECHAT_DATA_DIR"),
            mode: read(around, "KUBECHAT_MODE", mode)?,
            principals: None,
            kubeconfig: path("KUBECONFIG"),
            context: read(around, "KUBECHAT_CONTEXT", parsed)?,
            confirm_only: read(around, "KUBECHAT_CONFIRM_ONLY", parsed)?,
            components_dir: path("KUBECHAT_COMPONENTS_DIR"),
            console_dir: path("KUBECHAT_CONSOLE_DIR"),
            allow_unsigned: read(around, "KUBECHAT_ALLOW_UNSIGNED", parsed)?,
            packs: None,
            provider: read(around, "KUBECHAT_PROVIDER", parsed)?,
            provider_settings: None,
            models: None,
            air_gapped: read(around, "KUBECHAT_AIR_GAPPED", parsed)?,
            egress: None,
            cluster_ranges: None,
            log_format: read(around, "KUBECHAT_LOG_FORMAT", log_format)?,
            log: read(around, "KUBECHAT_LOG", parsed)?,
            plan_life_s: read(around, "KUBECHAT_PLAN_LIFE_S", parsed)?,
            settle_s: read(around, "KUBECHAT_SETTLE_S", parsed)?,
            thread_days: read(around, "KUBECHAT_THREAD_DAYS", parsed)?,
        })
    }
}

fn read<T>(
    around: &Surroundings,
    name: &'static str,
    parse: impl Fn(&str) -> Result<T, String>,
) -> Result<Option<T>, ConfigError> {
    let Some(value) = around.var(name) else { return Ok(None) };
    let text = value.to_string_lossy();
    parse(&text).map(Some).map_err(|why| ConfigError::new(format!("${name}={text:?} does not fit"), why))
}

fn parsed<T: FromStr<Err: std::fmt::Display>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|error: T::Err| error.to_string())
}

fn log_format(text: &str) -> Result<LogFormat, String> {
    <LogFormat as clap::ValueEnum>::from_str(text, false).map_err(|_| "text or json".to_owned())
}
