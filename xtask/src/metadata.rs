//! What `cargo metadata` says about a workspace: only the fields we read.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use serde::Deserialize;

use crate::{error::XtaskError, process, tools::Tool};

/// A workspace as cargo sees it.
#[derive(Debug, Deserialize)]
pub(crate) struct Metadata {
    pub(crate) packages: Vec<Package>,
    pub(crate) workspace_members: Vec<String>,
    pub(crate) resolve: Option<Resolve>,
}

/// One package, ours or not.
#[derive(Debug, Deserialize)]
pub(crate) struct Package {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) manifest_path: PathBuf,
    pub(crate) dependencies: Vec<Dependency>,
    pub(crate) targets: Vec<Target>,
}

/// A dependency as its manifest states it.
#[derive(Debug, Deserialize)]
pub(crate) struct Dependency {
    pub(crate) name: String,
    /// `None` for a normal one, else `dev` or `build`.
    pub(crate) kind: Option<String>,
    /// Where it is when it is a path dependency.
    pub(crate) path: Option<PathBuf>,
}

/// A library, binary or test of a package.
#[derive(Debug, Deserialize)]
pub(crate) struct Target {
    pub(crate) name: String,
    pub(crate) crate_types: Vec<String>,
    pub(crate) src_path: PathBuf,
}

/// The resolved graph.
#[derive(Debug, Deserialize)]
pub(crate) struct Resolve {
    pub(crate) nodes: Vec<Node>,
}

/// One package's resolved dependencies.
#[derive(Debug, Deserialize)]
pub(crate) struct Node {
    pub(crate) id: String,
    pub(crate) deps: Vec<NodeDep>,
}

/// One resolved dependency and the roles it has.
#[derive(Debug, Deserialize)]
pub(crate) struct NodeDep {
    pub(crate) pkg: String,
    pub(crate) dep_kinds: Vec<DepKind>,
}

/// `None` for a normal dependency, else `dev` or `build`.
#[derive(Debug, Deserialize)]
pub(crate) struct DepKind {
    pub(crate) kind: Option<String>,
}

/// How much of the graph is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Depth {
    /// The workspace's own packages, without asking any lock or registry.
    Members,
    /// Everything they resolve to.
    Resolved,
}

impl Metadata {
    /// Reads the workspace whose manifest is in `dir`.
    ///
    /// # Errors
    /// When cargo refuses, or answers with something else than expected.
    pub(crate) fn read(dir: &Path, depth: Depth) -> Result<Self, XtaskError> {
        let mut command = Command::new(Tool::Cargo.find()?);
        command.args(["metadata", "--format-version", "1", "--quiet", "--manifest-path"]).arg(dir.join("Cargo.toml"));
        if depth == Depth::Members {
            command.arg("--no-deps");
        }
        let text = process::output(&mut command)?;
        serde_json::from_str(&text).map_err(XtaskError::malformed("cargo metadata's answer"))
    }

    /// The workspace's own packages.
    pub(crate) fn members(&self) -> impl Iterator<Item = &Package> {
        self.packages.iter().filter(|package| self.workspace_members.contains(&package.id))
    }
}

impl Package {
    /// The folder with its manifest.
    pub(crate) fn dir(&self) -> &Path {
        self.manifest_path.parent().unwrap_or(&self.manifest_path)
    }
}
