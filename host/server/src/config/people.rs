//! Principals: who there is, and with which kubeconfig each one works on which cluster.
//!
//! Named in the file, or one person made of `--kubeconfig` or `KUBECONFIG`. A kubeconfig that can't be read is not refused
//! here: the cluster says so when it is used, and the others work on.

use std::path::{Path, PathBuf};

use kubechat_core::names::ClusterName;
use kubechat_flow::ports::cluster::{Mode, NamespaceMode};
use serde::{Deserialize, Serialize};

use super::layer::Layers;
use super::{ConfigError, Origin, Said, Surroundings};

/// Most principals of one host.
pub(super) const PRINCIPALS_MAX: usize = 64;
/// Most clusters of one principal.
pub(super) const CLUSTERS_MAX: usize = 64;
/// Most rules for namespaces of one cluster.
pub(super) const NAMESPACE_RULES_MAX: usize = 64;
/// Longest pattern of such a rule, characters.
const PATTERN_CHARS_MAX: usize = 128;
/// Longest name of a principal, characters; it names a file.
const NAME_CHARS_MAX: usize = 64;

/// Someone who may ask and approve.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PrincipalEntry {
    /// The name, unique here.
    pub name: String,
    /// Groups that approvals may ask for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<String>,
    /// Clusters; the first is meant when none is named.
    pub clusters: Vec<ClusterEntry>,
}

/// One cluster of a principal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClusterEntry {
    /// What it is called here.
    pub name: ClusterName,
    /// The kubeconfig file.
    pub kubeconfig: PathBuf,
    /// A context of it, instead of its current one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context: Option<String>,
    /// What may happen on this cluster; the host's own mode is the most there is. Said, it also counts for a cluster that looks
    /// like production, which is only read otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<Mode>,
    /// Other modes for some of its namespaces; the first rule that fits counts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub namespaces: Vec<NamespaceMode>,
}

/// Everyone, checked.
pub(super) fn principals(layers: &Layers, around: &Surroundings) -> Result<Said<Vec<PrincipalEntry>>, ConfigError> {
    let kubeconfig = layers.pick("kubeconfig", |layer| layer.kubeconfig.clone());
    let context = layers.pick("context", |layer| layer.context.clone());
    match layers.pick("principals", |layer| layer.principals.clone()) {
        Some(named) => {
            // KUBECONFIG is set in many shells for other programs; a flag or a field is meant for us.
            let meant = kubeconfig.filter(|said| !matches!(said.origin, Origin::Environment(_)));
            if let Some(said) = meant {
                let what = format!("kubeconfig ({}) and principals ({}) are both given", said.origin, named.origin);
                return Err(ConfigError::new(what, "keep one: each principal names its own kubeconfigs"));
            }
            checked(&named.value)?;
            Ok(named)
        }
        None => alone(kubeconfig, context.map(|said| said.value), around),
    }
}

fn alone(
    kubeconfig: Option<Said<PathBuf>>,
    context: Option<String>,
    around: &Surroundings,
) -> Result<Said<Vec<PrincipalEntry>>, ConfigError> {
    let Some(Said { value: kubeconfig, origin }) = kubeconfig else {
        let there = around.home(".kube/config").filter(|path| path.is_file());
        let hint = match there {
            Some(path) => {
                format!("{} is there; to use it: kubechat serve --kubeconfig {}", path.display(), path.display())
            }
            None => {
                "kubechat serve --kubeconfig FILE, or `cargo xtask up` in the source tree for a demo cluster".to_owned()
            }
        };
        return Err(ConfigError::new("no cluster is named, and none is taken in silence", hint));
    };
    if kubeconfig.to_string_lossy().contains(':') {
        let hint = "kubectl config view --flatten > one.yaml, then --kubeconfig one.yaml";
        return Err(ConfigError::new(format!("kubeconfig ({origin}) names several files"), hint));
    }
    let name =
        around.var("USER").map(|user| user.to_string_lossy().into_owned()).filter(|user| check_name(user).is_ok());
    let cluster = ClusterEntry {
        name: cluster_name(&kubeconfig, context.as_deref()),
        kubeconfig,
        context,
        mode: None,
        namespaces: Vec::new(),
    };
    let me =
        PrincipalEntry { name: name.unwrap_or_else(|| "me".to_owned()), groups: Vec::new(), clusters: vec![cluster] };
    Ok(Said { value: vec![me], origin })
}

/// The context's name where it can be had and used, else `cluster`: an unreadable file is told of when it is used.
fn cluster_name(kubeconfig: &Path, context: Option<&str>) -> ClusterName {
    #[derive(Deserialize)]
    struct Current {
        #[serde(rename = "current-context")]
        current: String,
    }
    let current = || {
        let text = std::fs::read_to_string(kubeconfig).ok()?;
        serde_yaml_ng::from_str::<Current>(&text).ok().map(|file| file.current)
    };
    let name = context.map(str::to_owned).or_else(current).and_then(|name| ClusterName::parse(&name).ok());
    name.unwrap_or_else(|| ClusterName::parse("cluster").expect("a constant that keeps the rule"))
}

fn checked(all: &[PrincipalEntry]) -> Result<(), ConfigError> {
    if all.is_empty() || all.len() > PRINCIPALS_MAX {
        return Err(ConfigError::new(
            format!("principals: there are {}", all.len()),
            format!("1 to {PRINCIPALS_MAX} (PRINCIPALS_MAX)"),
        ));
    }
    for (at, principal) in all.iter().enumerate() {
        check_name(&principal.name)?;
        if all[..at].iter().any(|other| other.name == principal.name) {
            return Err(ConfigError::new(
                format!("principals: {} is named twice", principal.name),
                "give each a name of its own",
            ));
        }
        check_clusters(principal)?;
        let same =
            |one: &&PrincipalEntry| one.clusters.iter().any(|c| principal.clusters.iter().any(|d| same_identity(c, d)));
        if let Some(other) = all[..at].iter().find(same) {
            let what = format!("principals: {} and {} use the same kubeconfig and context", other.name, principal.name);
            return Err(ConfigError::new(
                what,
                "one identity under two names could approve its own plans; give each its own",
            ));
        }
    }
    Ok(())
}

/// Whether two entries are the same credentials. Copies of a file can't be told apart here: approvals between principals of
/// one machine rest on each having credentials of their own.
fn same_identity(one: &ClusterEntry, other: &ClusterEntry) -> bool {
    one.kubeconfig == other.kubeconfig && one.context == other.context
}

fn check_clusters(principal: &PrincipalEntry) -> Result<(), ConfigError> {
    let (name, clusters) = (&principal.name, &principal.clusters);
    if clusters.is_empty() || clusters.len() > CLUSTERS_MAX {
        let what = format!("principals: {name} has {} clusters", clusters.len());
        return Err(ConfigError::new(what, format!("1 to {CLUSTERS_MAX} (CLUSTERS_MAX)")));
    }
    for (at, cluster) in clusters.iter().enumerate() {
        if clusters[..at].iter().any(|other| other.name == cluster.name) {
            let what = format!("principals: {name} has the cluster {} twice", cluster.name);
            return Err(ConfigError::new(what, "give each a name of its own"));
        }
        check_rules(name, cluster)?;
    }
    Ok(())
}

fn check_rules(principal: &str, cluster: &ClusterEntry) -> Result<(), ConfigError> {
    let place = format!("principals: the namespaces of {} of {principal}", cluster.name);
    if cluster.namespaces.len() > NAMESPACE_RULES_MAX {
        let what = format!("{place}: there are {} rules", cluster.namespaces.len());
        return Err(ConfigError::new(what, format!("at most {NAMESPACE_RULES_MAX} (NAMESPACE_RULES_MAX)")));
    }
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-*".contains(c);
    let bad = |rule: &&NamespaceMode| {
        rule.name.is_empty() || rule.name.len() > PATTERN_CHARS_MAX || !rule.name.chars().all(fits)
    };
    match cluster.namespaces.iter().find(bad) {
        Some(rule) => Err(ConfigError::new(
            format!("{place}: {:?} is no namespace or pattern", rule.name),
            format!("1 to {PATTERN_CHARS_MAX} of a-z, 0-9, '-', and '*' for any text"),
        )),
        None => Ok(()),
    }
}

fn check_name(name: &str) -> Result<(), ConfigError> {
    let fits = |c: char| c.is_ascii_alphanumeric() || "._@-".contains(c);
    if !name.is_empty() && name.len() <= NAME_CHARS_MAX && !name.starts_with('.') && name.chars().all(fits) {
        return Ok(());
    }
    let what = format!("principals: {name:?} can't be a name here");
    Err(ConfigError::new(what, format!("1 to {NAME_CHARS_MAX} letters, digits, '.', '_', '@', '-', no '.' first")))
}
