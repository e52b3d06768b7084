//! The few things of a kubeconfig a person has to see before it is used: which context, which server.
//!
//! Nothing is checked beyond that and no certificate or token is looked at; the host reads the file properly.

use std::{
    fs,
    net::IpAddr,
    path::{Path, PathBuf},
};

use serde::Deserialize;

use crate::error::XtaskError;

/// A kubeconfig's context, as it would be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Target {
    /// The file.
    pub(super) path: PathBuf,
    /// The context in it.
    pub(super) context: String,
    /// The API server's URL.
    pub(super) server: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Kubeconfig {
    #[serde(default)]
    current_context: String,
    #[serde(default)]
    contexts: Vec<NamedContext>,
    #[serde(default)]
    clusters: Vec<NamedCluster>,
}

#[derive(Deserialize)]
struct NamedContext {
    name: String,
    context: Context,
}

#[derive(Deserialize)]
struct Context {
    cluster: String,
}

#[derive(Deserialize)]
struct NamedCluster {
    name: String,
    cluster: Cluster,
}

#[derive(Deserialize)]
struct Cluster {
    server: String,
}

impl Target {
    /// Reads `path`; `context` instead of the current one if given.
    ///
    /// # Errors
    /// When it cannot be read, or the context or its cluster is not in it.
    pub(super) fn read(path: &Path, context: Option<&str>) -> Result<Self, XtaskError> {
        let text = fs::read_to_string(path).map_err(XtaskError::file("read", path))?;
        let config: Kubeconfig = serde_yaml_ng::from_str(&text)
            .map_err(XtaskError::malformed(format!("{} is no kubeconfig", path.display())))?;
        Self::pick(path, &config, context)
    }

    fn pick(path: &Path, config: &Kubeconfig, context: Option<&str>) -> Result<Self, XtaskError> {
        let wanted = context.unwrap_or(&config.current_context);
        let known = || config.contexts.iter().map(|context| context.name.as_str()).collect::<Vec<_>>().join(", ");
        if wanted.is_empty() {
            return Err(XtaskError::refused(
                format!("{} has no current context", path.display()),
                format!("--context NAME, one of: {}", known()),
            ));
        }
        let Some(found) = config.contexts.iter().find(|context| context.name == wanted) else {
            return Err(XtaskError::refused(
                format!("{} has no context {wanted}", path.display()),
                format!("--context NAME, one of: {}", known()),
            ));
        };
        let Some(cluster) = config.clusters.iter().find(|cluster| cluster.name == found.context.cluster) else {
            return Err(XtaskError::refused(
                format!(
                    "{}: context {wanted} names cluster {}, which is not there",
                    path.display(),
                    found.context.cluster
                ),
                "mend the file, or choose another with --context NAME",
            ));
        };
        Ok(Self { path: path.to_path_buf(), context: wanted.to_owned(), server: cluster.cluster.server.clone() })
    }

    /// Whether the server is this machine. What cannot be told is not.
    pub(super) fn on_loopback(&self) -> bool {
        let rest = self.server.split_once("://").map_or(self.server.as_str(), |(_, rest)| rest);
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        if authority.contains('@') {
            return false;
        }
        let host = match authority.strip_prefix('[') {
            Some(rest) => rest.split(']').next().unwrap_or_default(),
            None => authority.split(':').next().unwrap_or_default(),
        };
        host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "current-context: a\ncontexts: [{name: a, context: {cluster: c, user: u}}]\n\
                        clusters: [{name: c, cluster: {server: 'https://127.0.0.1:6443'}}]\n";

    fn pick(context: Option<&str>) -> Result<Target, XtaskError> {
        Target::pick(Path::new("f"), &serde_yaml_ng::from_str(FILE).expect("well-formed"), context)
    }

    fn at(server: &str) -> bool {
        Target { path: PathBuf::new(), context: String::new(), server: server.to_owned() }.on_loopback()
    }

    #[test]
    fn the_current_context_leads_to_its_server() {
        assert_eq!(pick(None).expect("there").server, "https://127.0.0.1:6443");
    }

    #[test]
    fn a_missing_context_is_refused_with_those_that_are_there() {
        let Err(XtaskError::Refused { hint, .. }) = pick(Some("b")) else { panic!("b is not there") };
        assert!(hint.ends_with(": a"), "{hint}");
    }

    #[test]
    fn only_this_machine_counts_as_loopback() {
        assert!(at("https://127.0.0.1:6443") && at("https://[::1]:6443/x") && at("https://localhost"));
        for elsewhere in [
            "https://10.0.0.1:6443",
            "https://localhost.example.org",
            "https://127.0.0.1@example.org",
            "https://127.0.0.1.nip.io",
        ] {
            assert!(!at(elsewhere), "{elsewhere}");
        }
    }
}
