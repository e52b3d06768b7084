//! `cluster mode CLUSTER MODE` and `cluster add`: what changes the operator's configuration file.
//!
//! The file is the one named by `--config`, else the one the running host says its clusters come from. Where they come from
//! a flag or a variable there is no file to change, and that is said. `add` looks at the cluster first: an entry for one that
//! does not answer helps nobody. With `--print` nothing is looked at or written. The running host takes a change in at its
//! next start, which is said too.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use kubechat_cluster::{ClusterConfig, ClusterPool, PoolConfig, PrincipalConfig};
use kubechat_core::names::{ClusterName, Namespace};
use kubechat_core::principal::Principal;
use kubechat_flow::ports::cluster::{Cluster as _, ClusterView, Mode};
use serde_json::{Value, json};

use super::api::Client;
use super::client::Global;
use super::out::{Failure, items, print, safe, text};
use super::rbac;
use crate::config::edit::Edited;
use crate::config::{ClusterEntry, ConfigError, Surroundings};
use crate::runtime::SystemClock;

/// What to show, or what to say.
#[derive(Debug, clap::Args)]
pub(crate) struct ModeArgs {
    /// The cluster; all when absent.
    pub(crate) cluster: Option<ClusterName>,
    /// What may happen there from now on; absent: show it.
    #[arg(value_name = "MODE", value_parser = mode)]
    mode: Option<Mode>,
    /// In this namespace only.
    #[arg(long, value_name = "NAMESPACE", requires = "mode")]
    namespace: Option<Namespace>,
    /// The configuration file; the running host's own when absent.
    #[arg(long, value_name = "FILE", requires = "mode")]
    config: Option<PathBuf>,
    /// Print the changed file instead of writing it.
    #[arg(long, requires = "mode")]
    print: bool,
}

impl ModeArgs {
    /// Whether something is to be changed.
    pub(crate) fn changes(&self) -> bool {
        self.mode.is_some()
    }
}

/// A cluster to be.
#[derive(Debug, clap::Args)]
pub(crate) struct AddArgs {
    /// What it is to be called here.
    name: ClusterName,
    /// The kubeconfig file.
    #[arg(long, value_name = "FILE")]
    kubeconfig: PathBuf,
    /// A context of it, instead of its current one.
    #[arg(long, value_name = "NAME")]
    context: Option<String>,
    /// What is to be allowed there.
    #[arg(long, value_name = "MODE", default_value = "read-only", value_parser = mode)]
    mode: Mode,
    /// The user as the cluster knows it, whom the rights are for; by default who the kubeconfig turns out to be.
    #[arg(long, value_name = "USER")]
    user: Option<String>,
    /// A namespace that plans may change; may be repeated. Without one, none is.
    #[arg(long = "namespace", value_name = "NAMESPACE")]
    namespaces: Vec<Namespace>,
    /// The configuration file; the running host's own when absent.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Print the entry and the RBAC; look at nothing, write nothing.
    #[arg(long)]
    print: bool,
}

fn mode(text: &str) -> Result<Mode, String> {
    match text {
        "read-only" => Ok(Mode::ReadOnly),
        "suggest-only" => Ok(Mode::SuggestOnly),
        "guarded" => Ok(Mode::Guarded),
        _ => Err("read-only, suggest-only or guarded".to_owned()),
    }
}

pub(super) fn refused(error: ConfigError) -> Failure {
    Failure::new(1, "config", error.what, error.hint)
}

/// What the running host says of its settings; nothing where none runs.
pub(super) async fn settings(global: &Global) -> Option<Value> {
    Client::connect(global).ok()?.get("/api/v1/settings").await.ok()
}

/// The file to change.
pub(super) fn file(asked: Option<&PathBuf>, settings: Option<&Value>) -> Result<PathBuf, Failure> {
    if let Some(path) = asked {
        return Ok(path.clone());
    }
    let unknown =
        |detail: String| Failure::new(1, "config", detail, "name the file with --config FILE, or add --print");
    let all =
        settings.ok_or_else(|| unknown("no host answers that could say which file it was started with".to_owned()))?;
    let mut own = items(all, "/items").iter().filter(|one| text(one, "/name").starts_with("principals."));
    let origin = own.next().map(|one| text(one, "/origin")).unwrap_or_default();
    let path = PathBuf::from(origin);
    match path.is_absolute() {
        true => Ok(path),
        false if origin.starts_with("--") || origin.starts_with('$') => {
            let hint = "write a configuration file (docs/config.md) and start the host with --config FILE";
            Err(Failure::new(1, "config", format!("the host's clusters come from {origin}, not from a file"), hint))
        }
        false => Err(unknown(format!("the host was started with {origin:?}, which is no absolute path"))),
    }
}

/// What a mode on a cluster comes to under the host's own.
fn capped(settings: Option<&Value>, wanted: Mode) -> Option<String> {
    let all = settings?;
    let most = items(all, "/items").iter().find(|one| text(one, "/name") == "mode")?;
    let cap = mode(text(most, "/value")).ok().filter(|cap| *cap < wanted)?;
    let origin = text(most, "/origin");
    Some(format!(
        "the host allows {} at most (mode, {origin}), so that is what counts until it is changed too",
        cap.as_str()
    ))
}

/// Changes a mode.
pub(crate) async fn set_mode(global: &Global, args: &ModeArgs) -> Result<ExitCode, Failure> {
    let (Some(cluster), Some(wanted)) = (&args.cluster, args.mode) else {
        return Err(Failure::usage("a mode needs its cluster", "kubechat cluster mode CLUSTER MODE"));
    };
    let settings = settings(global).await;
    let path = file(args.config.as_ref(), settings.as_ref())?;
    let mut edited = Edited::open(&path).map_err(refused)?;
    let whose = global.principal.as_deref();
    let entries = edited.set_mode(whose, cluster, args.namespace.as_ref(), wanted).map_err(refused)?;
    if args.print {
        say!("{}", edited.text());
        return Ok(ExitCode::SUCCESS);
    }
    edited.write(&path, &Surroundings::of_process()).map_err(refused)?;
    let place = args.namespace.as_ref().map(|namespace| format!(" in {namespace}")).unwrap_or_default();
    let notes: Vec<String> = capped(settings.as_ref(), wanted).into_iter().chain([RESTART.to_owned()]).collect();
    let told = json!({"file": path.display().to_string(), "cluster": cluster, "namespace": args.namespace,
                      "mode": wanted, "entries": entries, "notes": notes});
    print(global.output, &told, |_| {
        let entries = if entries == 1 { "one entry".to_owned() } else { format!("{entries} entries") };
        let head = format!(
            "{cluster}{place} is {} now: {entries} in {}\n",
            wanted.as_str(),
            safe(&path.display().to_string())
        );
        head + &notes.iter().map(|note| format!("note: {note}\n")).collect::<String>()
    });
    Ok(ExitCode::SUCCESS)
}

pub(super) const RESTART: &str = "a running host takes it in at its next start";

/// Adds a cluster.
pub(crate) async fn add(global: &Global, args: &AddArgs) -> Result<ExitCode, Failure> {
    if args.print {
        let user = args.user.as_deref().unwrap_or("kubechat-user");
        let told = json!({"config": entry_text(args), "rbac": rights(args, user)});
        print(global.output, &told, |told| {
            format!(
                "# In the host's configuration, below the principal that is to have it; then restart the host:\n{}\n{}",
                text(told, "/config"),
                rbac_text(text(told, "/rbac"))
            )
        });
        return Ok(ExitCode::SUCCESS);
    }
    let settings = settings(global).await;
    let path = file(args.config.as_ref(), settings.as_ref())?;
    let kubeconfig = std::path::absolute(&args.kubeconfig)
        .map_err(|error| Failure::usage(format!("{}: {error}", args.kubeconfig.display()), "name a file"))?;
    let entry = ClusterEntry {
        name: args.name.clone(),
        kubeconfig,
        context: args.context.clone(),
        mode: Some(args.mode),
        namespaces: Vec::new(),
    };
    let mut edited = Edited::open(&path).map_err(refused)?;
    edited.add_cluster(global.principal.as_deref(), &entry).map_err(refused)?;
    let seen = look(&entry).await?;
    edited.write(&path, &Surroundings::of_process()).map_err(refused)?;
    let user = args.user.clone().or(seen.user.clone()).unwrap_or_default();
    let notes: Vec<String> = capped(settings.as_ref(), args.mode).into_iter().chain([RESTART.to_owned()]).collect();
    let told =
        json!({"file": path.display().to_string(), "cluster": seen, "notes": notes, "rbac": rights(args, &user)});
    print(global.output, &told, |told| added(told, args, &notes));
    Ok(ExitCode::SUCCESS)
}

fn added(told: &Value, args: &AddArgs, notes: &[String]) -> String {
    let cluster = |pointer: &str| safe(text(told, &format!("/cluster{pointer}")));
    let mut said = format!(
        "{} ({}, {}, as {}) is added to {}, {}\n",
        args.name,
        cluster("/server"),
        cluster("/version"),
        cluster("/user"),
        safe(text(told, "/file")),
        args.mode.as_str()
    );
    notes.iter().for_each(|note| said += &format!("note: {note}\n"));
    said + &rbac_text(text(told, "/rbac"))
}

fn rbac_text(rights: &str) -> String {
    format!("# The least it needs there; a cluster administrator applies it with `kubectl apply -f -`:\n{rights}")
}

fn entry_text(args: &AddArgs) -> String {
    let mut entry = toml::Table::new();
    let mut put = |key: &str, value: &str| entry.insert(key.to_owned(), toml::Value::String(value.to_owned()));
    put("name", args.name.as_str());
    put("kubeconfig", &args.kubeconfig.display().to_string());
    if let Some(context) = &args.context {
        put("context", context);
    }
    put("mode", args.mode.as_str());
    format!("[[principals.clusters]]\n{entry}")
}

fn rights(args: &AddArgs, user: &str) -> String {
    let namespaces: Vec<&str> = args.namespaces.iter().map(|namespace| namespace.as_str()).collect();
    let rights = rbac::least(user, args.mode != Mode::ReadOnly, &namespaces);
    let rights: Vec<String> = rights.iter().map(|one| serde_yaml_ng::to_string(one).unwrap_or_default()).collect();
    rights.join("---\n")
}

/// Asks the cluster for its version and who we are there, as the host would.
async fn look(entry: &ClusterEntry) -> Result<ClusterView, Failure> {
    let who = Principal::local("me", &[]);
    let cluster = ClusterConfig {
        name: entry.name.clone(),
        kubeconfig: entry.kubeconfig.clone(),
        context: entry.context.clone(),
        mode: Mode::ReadOnly,
        mode_said: true,
        namespaces: Vec::new(),
    };
    let principals = vec![PrincipalConfig { principal: who.clone(), clusters: vec![cluster] }];
    let pool = ClusterPool::new(PoolConfig { principals, ..PoolConfig::default() }, Arc::new(SystemClock));
    // A kubeconfig that can't be read is told here; who can't be reached, by the view.
    pool.known(&who, None).map_err(Failure::from)?;
    let view = pool.clusters(&who).await.into_iter().next();
    match view {
        Some(view) if view.problem.is_none() => Ok(view),
        Some(ClusterView { problem: Some(problem), .. }) => Err(Failure::from(problem)),
        _ => Err(Failure::new(1, "kubeconfig", "the kubeconfig names no cluster", "correct it, or name a --context")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(origin: &str) -> Value {
        json!({"items": [{"name": "mode", "value": "suggest-only", "origin": "default", "locked": false},
                         {"name": "principals.mira.c", "value": "c in /k", "origin": origin, "locked": true}]})
    }

    #[test]
    fn the_file_is_the_named_one_else_the_hosts_own_else_it_is_said_why_there_is_none() {
        let named = PathBuf::from("here.toml");
        assert_eq!(file(Some(&named), None).unwrap(), named);
        assert_eq!(file(None, Some(&said("/etc/kubechat.toml"))).unwrap(), PathBuf::from("/etc/kubechat.toml"));
        for (origin, word) in [("--kubeconfig", "--kubeconfig"), ("$KUBECONFIG", "$KUBECONFIG"), ("k.toml", "absolute")]
        {
            let failure = file(None, Some(&said(origin))).unwrap_err();
            assert!(failure.detail.contains(word), "{}", failure.detail);
        }
        assert!(file(None, None).unwrap_err().detail.contains("no host answers"));
    }

    #[test]
    fn a_mode_above_the_hosts_own_is_said_to_count_for_nothing_yet() {
        let settings = said("/etc/kubechat.toml");
        assert!(capped(Some(&settings), Mode::Guarded).unwrap().contains("suggest-only at most"));
        assert_eq!(capped(Some(&settings), Mode::ReadOnly), None);
        assert_eq!(capped(None, Mode::Guarded), None);
    }
}
