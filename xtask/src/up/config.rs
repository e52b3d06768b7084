//! The host's configuration for this start: who there is, and with which kubeconfig each one works.
//!
//! Written anew at every start into a folder of the cache, one per kind of cluster, so that the demo's ledger
//! never mixes with a real one. Nothing in it is a secret: kubeconfigs are named, not copied.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde::Serialize;

use super::{choice::Choice, kubeconfig::Target};
use crate::{cache::create_dir, cluster::Plane, error::XtaskError, workspace::Workspace};

/// The demo's people, in the order the host shows them; who runs `up` is the first.
const DEMO_PEOPLE: [&str; 3] = ["editor", "second", "admin"];

#[derive(Debug, Serialize)]
struct Config {
    /// The host's own files. Absent: its default, for a cluster somebody has.
    #[serde(skip_serializing_if = "Option::is_none")]
    data_dir: Option<PathBuf>,
    principals: Vec<Principal>,
}

#[derive(Debug, Serialize)]
struct Principal {
    name: String,
    clusters: Vec<Cluster>,
}

#[derive(Debug, Serialize)]
struct Cluster {
    name: String,
    kubeconfig: PathBuf,
    context: String,
}

/// Writes the file and gives its path.
///
/// # Errors
/// The file system.
pub(super) fn write(workspace: &Workspace, choice: &Choice, plane: Option<&Plane>) -> Result<PathBuf, XtaskError> {
    let kind = if *choice == Choice::Demo { "demo" } else { "own" };
    let dir = workspace.cache.root().join("up").join(kind);
    create_dir(&dir)?;
    let config = match (choice, plane) {
        (Choice::Own(target), _) => own(target),
        (Choice::Demo, Some(plane)) => demo(plane, &dir),
        (Choice::Demo, None) => unreachable!("the demo was started before its configuration is written"),
    };
    let path = dir.join("kubechat.toml");
    let text = toml::to_string(&config).map_err(XtaskError::malformed("the host's configuration"))?;
    fs::write(&path, format!("# Written by `cargo xtask up` at every start.\n{text}"))
        .map_err(XtaskError::file("write", &path))?;
    Ok(path)
}

fn demo(plane: &Plane, dir: &Path) -> Config {
    let cluster = |user: &str| Cluster {
        name: "demo".to_owned(),
        kubeconfig: plane.kubeconfig(user),
        context: "demo".to_owned(),
    };
    let principals = DEMO_PEOPLE.map(|user| Principal { name: user.to_owned(), clusters: vec![cluster(user)] });
    Config { data_dir: Some(dir.join("data")), principals: principals.into() }
}

fn own(target: &Target) -> Config {
    let cluster = Cluster { name: "own".to_owned(), kubeconfig: target.path.clone(), context: target.context.clone() };
    let name = std::env::var("USER").ok().filter(|name| !name.is_empty()).unwrap_or_else(|| "me".to_owned());
    Config { data_dir: None, principals: vec![Principal { name, clusters: vec![cluster] }] }
}
