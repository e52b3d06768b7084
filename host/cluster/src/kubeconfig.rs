//! Reading a kubeconfig: one context of it, checked part by part, each refusal naming the file and the fix.
//!
//! The file is read again when it or a file it refers to changes ([`Fingerprint`]: time, size and inode, looked at before
//! each use). Relative paths are relative to the kubeconfig. Of the environment nothing is taken: a proxy stands in the
//! file or nowhere. Not supported, and said so: `auth-provider` (gone from kubectl since 1.26) and `proxy-url`.
//! Parse errors give the line, never the text: the text may be a credential.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::Uri;
use kube::config::{AuthInfo, Cluster, Config, Context, ExecConfig, Kubeconfig, KubeconfigError};
use kubechat_core::analyze::certificate_expires_at;
use kubechat_core::names::Namespace;
use kubechat_core::problem::{Code, Problem};
use kubechat_core::time::Timestamp;

use crate::config::ClusterConfig;
use crate::limits::KUBECONFIG_BYTES_MAX;

/// One context of a kubeconfig, with everything needed to connect.
#[derive(Clone)]
pub(crate) struct Resolved {
    /// The context.
    pub(crate) context: String,
    /// Its namespace.
    pub(crate) namespace: Namespace,
    /// The file.
    pub(crate) source: PathBuf,
    /// The API server, without a trailing slash.
    pub(crate) server: Uri,
    /// For TLS.
    pub(crate) config: Config,
    /// The credential plugin, taken out of `config`: it is run here, never by kube.
    pub(crate) exec: Option<ExecConfig>,
    /// When the client certificate expires, where there is one.
    pub(crate) certificate_expires_at: Option<Timestamp>,
}

/// What the files looked like; another look at a changed file gives another value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fingerprint(Vec<(PathBuf, Option<[i128; 3]>)>);

impl Fingerprint {
    /// Looks at the files.
    fn of(files: Vec<PathBuf>) -> Self {
        Self(files.into_iter().map(|file| (look(&file), file)).map(|(seen, file)| (file, seen)).collect())
    }

    /// Whether the files still look the same.
    pub(crate) fn holds(&self) -> bool {
        self.0.iter().all(|(file, seen)| look(file) == *seen)
    }
}

fn look(file: &Path) -> Option<[i128; 3]> {
    let meta = std::fs::metadata(file).ok()?;
    let nanos = i128::from(meta.mtime()) * 1_000_000_000 + i128::from(meta.mtime_nsec());
    Some([nanos, i128::from(meta.size()), i128::from(meta.ino())])
}

fn problem(detail: String, fix: impl Into<String>) -> Problem {
    Problem::new(Code::Kubeconfig, detail).hint(fix)
}

/// Reads and checks one context.
pub(crate) fn resolve(wanted: &ClusterConfig) -> Result<(Resolved, Fingerprint), Problem> {
    let file = &wanted.kubeconfig;
    // Looked at before reading: a change in between is then seen as a change.
    let mut files = vec![file.clone()];
    readable(file, "the kubeconfig", file, "give the path of a readable kubeconfig with --kubeconfig")?;
    let before = Fingerprint::of(files.clone());
    let mut parsed = Kubeconfig::read_from(file).map_err(|e| unreadable(file, &e))?;
    let (name, context) = context(file, wanted, &parsed)?;
    let cluster = cluster(file, &name, &context, &parsed)?;
    let user = user(file, &name, &context, &parsed)?;
    unsupported(file, &name, &cluster, &user)?;
    for (what, referred) in references(&cluster, &user) {
        let fix = format!("put the file there, or correct {what} of context {name:?} in {}", file.display());
        readable(&referred, what, file, &fix)?;
        files.push(referred);
    }
    parsed.current_context = Some(name.clone());
    let mut config = Config::try_from(parsed).map_err(|e| {
        problem(format!("{}: {}", file.display(), plain(&e)), format!("correct context {name:?} in this file"))
    })?;
    if config.root_cert.as_ref().is_some_and(Vec::is_empty) {
        let detail = format!("{}: the certificate authority of context {name:?} holds no certificate", file.display());
        return Err(problem(detail, "put the cluster's CA certificate in PEM form there"));
    }
    // kube takes HTTPS_PROXY from the environment; this host does only what its configuration says.
    config.proxy_url = None;
    config.default_retry = false;
    let exec = config.auth_info.exec.take();
    let certificate_expires_at = certificate(&config).as_deref().and_then(certificate_expires_at);
    let namespace = Namespace::parse(&config.default_namespace).map_err(|e| {
        problem(format!("{}: context {name:?}: {e}", file.display()), "correct the namespace in this file")
    })?;
    let server = server(file, &name, &config.cluster_url)?;
    let after = Fingerprint::of(files);
    let fingerprint = if after.0.first() == before.0.first() { after } else { before };
    let source = file.clone();
    let resolved = Resolved { context: name, namespace, source, server, config, exec, certificate_expires_at };
    Ok((resolved, fingerprint))
}

/// The client certificate, PEM as base64. One that can't be read any more is told by whoever connects with it.
fn certificate(config: &Config) -> Option<String> {
    let user = &config.auth_info;
    let file = || user.client_certificate.as_ref().and_then(|file| std::fs::read(file).ok());
    user.client_certificate_data.clone().or_else(|| file().map(|pem| STANDARD.encode(pem)))
}

fn readable(path: &Path, what: &str, kubeconfig: &Path, fix: &str) -> Result<(), Problem> {
    let place = if path == kubeconfig { String::new() } else { format!(" (named in {})", kubeconfig.display()) };
    let refuse = |why: String| problem(format!("{what} {}{place} can't be read: {why}", path.display()), fix);
    let meta = std::fs::metadata(path).map_err(|e| refuse(e.to_string()))?;
    if !meta.is_file() {
        return Err(refuse("it is not a file".to_owned()));
    }
    if meta.len() > KUBECONFIG_BYTES_MAX {
        return Err(refuse(format!("it is larger than KUBECONFIG_BYTES_MAX ({KUBECONFIG_BYTES_MAX})")));
    }
    std::fs::File::open(path).map(drop).map_err(|e| refuse(e.to_string()))
}

fn unreadable(file: &Path, error: &KubeconfigError) -> Problem {
    let detail = match error {
        KubeconfigError::Parse(parse) => match parse.location() {
            Some(at) => format!("{} is no kubeconfig: it can't be parsed at line {}", file.display(), at.line()),
            None => format!("{} is no kubeconfig: it can't be parsed", file.display()),
        },
        other => format!("{}: {}", file.display(), plain(other)),
    };
    problem(detail, "check it with `kubectl config view --kubeconfig <file>`")
}

/// kube's own words where they can't hold file content.
fn plain(error: &KubeconfigError) -> String {
    match error {
        KubeconfigError::Parse(_) => "it can't be parsed".to_owned(),
        other => other.to_string(),
    }
}

fn context(file: &Path, wanted: &ClusterConfig, parsed: &Kubeconfig) -> Result<(String, Context), Problem> {
    let there = || {
        let names: Vec<_> = parsed.contexts.iter().take(20).map(|context| context.name.as_str()).collect();
        if names.is_empty() { "it has none".to_owned() } else { format!("it has {}", names.join(", ")) }
    };
    let Some(name) = wanted.context.clone().or_else(|| parsed.current_context.clone()).filter(|n| !n.is_empty()) else {
        let fix = format!("name a context with --context, or set current-context; {}", there());
        return Err(problem(format!("{} has no current context", file.display()), fix));
    };
    let found = parsed.contexts.iter().find(|context| context.name == name).and_then(|named| named.context.clone());
    match found {
        Some(context) => Ok((name, context)),
        None => {
            let detail = format!("{} has no context {name:?}", file.display());
            Err(problem(detail, format!("name one it has with --context; {}", there())))
        }
    }
}

fn cluster(file: &Path, name: &str, context: &Context, parsed: &Kubeconfig) -> Result<Cluster, Problem> {
    let entry = parsed.clusters.iter().find(|entry| entry.name == context.cluster).and_then(|e| e.cluster.clone());
    entry.ok_or_else(|| {
        let detail =
            format!("{}: context {name:?} names the cluster {:?}, which is missing", file.display(), context.cluster);
        problem(detail, "add the cluster to this file or correct the context")
    })
}

fn user(file: &Path, name: &str, context: &Context, parsed: &Kubeconfig) -> Result<AuthInfo, Problem> {
    let Some(user) = context.user.as_deref().filter(|user| !user.is_empty()) else { return Ok(AuthInfo::default()) };
    let entry = parsed.auth_infos.iter().find(|entry| entry.name == user).and_then(|e| e.auth_info.clone());
    entry.ok_or_else(|| {
        let detail = format!("{}: context {name:?} names the user {user:?}, which is missing", file.display());
        problem(detail, "add the user to this file or correct the context")
    })
}

fn unsupported(file: &Path, name: &str, cluster: &Cluster, user: &AuthInfo) -> Result<(), Problem> {
    if user.auth_provider.is_some() {
        let detail =
            format!("{}: context {name:?} uses auth-provider, which Kubernetes removed in 1.26", file.display());
        return Err(problem(detail, "use the exec credential plugin of your provider instead"));
    }
    if cluster.proxy_url.as_deref().is_some_and(|url| !url.is_empty()) {
        let detail = format!("{}: context {name:?} uses proxy-url, which is not supported yet", file.display());
        return Err(problem(detail, "use an address this host reaches directly"));
    }
    Ok(())
}

/// Files the context refers to, where no inline data takes their place.
fn references(cluster: &Cluster, user: &AuthInfo) -> Vec<(&'static str, PathBuf)> {
    let unless = |data: bool, file: &Option<String>| file.clone().filter(|file| !data && !file.is_empty());
    let named = [
        ("certificate-authority", unless(cluster.certificate_authority_data.is_some(), &cluster.certificate_authority)),
        ("client-certificate", unless(user.client_certificate_data.is_some(), &user.client_certificate)),
        ("client-key", unless(user.client_key_data.is_some(), &user.client_key)),
        ("tokenFile", unless(user.token.is_some(), &user.token_file)),
    ];
    named.into_iter().filter_map(|(what, file)| Some((what, PathBuf::from(file?)))).collect()
}

fn server(file: &Path, name: &str, url: &Uri) -> Result<Uri, Problem> {
    let bad = |why: &str| {
        let detail = format!("{}: the server of context {name:?} {why}", file.display());
        problem(detail, "write it as https://host:port")
    };
    if !matches!(url.scheme_str(), Some("https" | "http")) || url.host().is_none_or(str::is_empty) {
        return Err(bad("is no https URL"));
    }
    if url.authority().is_some_and(|authority| authority.as_str().contains('@')) {
        return Err(bad("holds a credential"));
    }
    Ok(url.clone())
}
