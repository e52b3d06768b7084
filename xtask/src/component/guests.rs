//! Which guests there are, what goes into each, and where its files lie.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use crate::{
    cache::{Key, KeyBuilder},
    error::XtaskError,
    metadata::{Depth, Metadata, Package},
    workspace::Workspace,
};

/// A guest's workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Family {
    /// Ours: trusted by digest.
    Plugins,
    /// Made to misbehave: for tests, trusted by nobody.
    Hostile,
}

impl Family {
    /// Both.
    pub(crate) const ALL: &[Self] = &[Self::Plugins, Self::Hostile];

    /// The folder with the workspace's manifest.
    pub(crate) fn dir(self, workspace: &Workspace) -> PathBuf {
        workspace.root.join(match self {
            Self::Plugins => "plugins",
            Self::Hostile => "tests/guests",
        })
    }

    /// Where finished components are put.
    pub(super) fn out_dir(self, workspace: &Workspace) -> PathBuf {
        workspace.root.join(match self {
            Self::Plugins => "target/components",
            Self::Hostile => "target/guests",
        })
    }
}

/// One guest.
#[derive(Debug)]
pub(super) struct Guest {
    /// Its folder's name; also the component's.
    pub(super) name: String,
    /// Cargo's name for it.
    pub(super) package: String,
    pub(super) family: Family,
    dir: PathBuf,
    /// rustc's file name without the ending.
    module: String,
    /// Folders whose content goes into it: its own and those of its path dependencies.
    sources: BTreeSet<PathBuf>,
}

/// The guests of a family, by name. A family whose workspace is not there has none.
///
/// # Errors
/// When cargo cannot read the workspace, or one of ours has no manifest.
pub(super) fn list(workspace: &Workspace, family: Family) -> Result<Vec<Guest>, XtaskError> {
    let dir = family.dir(workspace);
    if !has_member(&dir) {
        return Ok(Vec::new());
    }
    let metadata = Metadata::read(&dir, Depth::Members)?;
    let mut guests: Vec<_> = metadata.members().filter_map(|package| guest(&metadata, package, family)).collect();
    guests.sort_by(|one, other| one.name.cmp(&other.name));
    match guests.iter().find(|guest| family == Family::Plugins && !guest.manifest().is_file()) {
        Some(bare) => Err(XtaskError::refused(
            format!("plugins/{} has no manifest.json", bare.name),
            "write one: id, version, world, contract, capabilities with reasons (see ARCHITECTURE.md)",
        )),
        None => Ok(guests),
    }
}

/// Where both families compile: the standard library and shared dependencies are built once.
pub(super) fn target_dir(workspace: &Workspace) -> PathBuf {
    workspace.cache.root().join("guest-target")
}

/// Whether cargo would take it: it refuses a workspace without members, to us it is one without guests.
pub(crate) fn has_member(dir: &Path) -> bool {
    dir.join("Cargo.toml").is_file()
        && dir.read_dir().is_ok_and(|mut entries| {
            entries.any(|entry| entry.is_ok_and(|entry| entry.path().join("Cargo.toml").is_file()))
        })
}

fn guest(metadata: &Metadata, package: &Package, family: Family) -> Option<Guest> {
    let library = package.targets.iter().find(|target| target.crate_types.iter().any(|kind| kind == "cdylib"))?;
    let mut sources = BTreeSet::new();
    collect_sources(metadata, package, &mut sources);
    Some(Guest {
        name: package.dir().file_name()?.to_string_lossy().into_owned(),
        package: package.name.clone(),
        family,
        dir: package.dir().to_path_buf(),
        module: library.name.replace('-', "_"),
        sources,
    })
}

fn collect_sources(metadata: &Metadata, package: &Package, sources: &mut BTreeSet<PathBuf>) {
    if !sources.insert(package.dir().to_path_buf()) {
        return;
    }
    for path in package.dependencies.iter().filter_map(|dependency| dependency.path.as_deref()) {
        match metadata.packages.iter().find(|other| other.dir() == path) {
            Some(other) => collect_sources(metadata, other, sources),
            None => drop(sources.insert(path.to_path_buf())),
        }
    }
}

impl Guest {
    /// Everything that decides the component's bytes.
    pub(super) fn key(&self, workspace: &Workspace, compiler: &str) -> Result<Key, XtaskError> {
        let family = self.family.dir(workspace);
        let mut key = KeyBuilder::new("component 1").text("name", &self.name).text("compiler", compiler);
        for source in &self.sources {
            key = key.tree(source)?;
        }
        key = key.tree(&workspace.root.join("wit"))?.tree(&workspace.root.join("xtask/componentize"))?;
        key = key.file("workspace", &family.join("Cargo.toml"))?;
        let lock = family.join("Cargo.lock");
        if lock.is_file() {
            key = key.file("lock", &lock)?;
        }
        Ok(key.finish())
    }

    pub(super) fn file_name(&self) -> String {
        format!("{}.wasm", self.name)
    }

    /// The core module rustc writes.
    pub(super) fn module(&self, workspace: &Workspace) -> PathBuf {
        target_dir(workspace).join("wasm32-unknown-unknown/release").join(format!("{}.wasm", self.module))
    }

    /// The encoder's second word.
    pub(super) fn manifest_word(&self) -> PathBuf {
        Some(self.manifest()).filter(|path| path.is_file()).unwrap_or_else(|| PathBuf::from("-"))
    }

    fn manifest(&self) -> PathBuf {
        self.dir.join("manifest.json")
    }
}
