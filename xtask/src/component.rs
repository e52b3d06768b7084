//! `cargo xtask component`: guests become WebAssembly components.
//!
//! Guests are the packages with a `cdylib` in `plugins/` (ours; listed in `target/components/digests.json`,
//! by which the host trusts them) and in `tests/guests/` (hostile on purpose; never in that list, and kept
//! apart in `target/guests/`). Both workspaces share one target folder in the cache. A finished component
//! is kept by the content of everything that went into it, so an unchanged guest costs one hash.

mod guests;
mod toolchain;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use clap::{Args, Subcommand};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

pub(crate) use self::guests::{Family, has_member};
use self::{guests::Guest, toolchain::Toolchain};
use crate::{
    cache::{self, Key, Origin},
    error::XtaskError,
    process, programs,
    progress::Step,
    workspace::Workspace,
};

/// The cache's folders of finished components.
const KIND: &str = "components";
/// Finished components kept in the cache, over all guests.
const KEPT_MAX: usize = 60;

/// Builds guests to WebAssembly components.
#[derive(Args)]
pub(crate) struct ComponentArgs {
    #[command(subcommand)]
    command: ComponentCommand,
}

#[derive(Subcommand)]
enum ComponentCommand {
    /// Build the named guests, or all of them.
    Build {
        /// Folder names in plugins/ or tests/guests/.
        names: Vec<String>,
        /// Install what is missing without asking (Debian, as root).
        #[arg(long)]
        yes: bool,
    },
}

/// Where finished components are.
pub(crate) struct Built {
    /// Ours, with `digests.json`.
    pub(crate) components: PathBuf,
    /// The hostile ones.
    pub(crate) guests: PathBuf,
}

/// Runs the command.
///
/// # Errors
/// See `build`.
pub(crate) fn run(workspace: &Workspace, args: &ComponentArgs) -> Result<(), XtaskError> {
    let ComponentCommand::Build { names, yes } = &args.command;
    let guests: Vec<_> = Family::ALL.iter().map(|&family| guests::list(workspace, family)).collect::<Result<_, _>>()?;
    let guests: Vec<Guest> = guests.into_iter().flatten().collect();
    if let Some(unknown) = names.iter().find(|&name| guests.iter().all(|guest| guest.name != *name)) {
        let known: Vec<_> = guests.iter().map(|guest| guest.name.as_str()).collect();
        return Err(XtaskError::refused(
            format!("no guest is called {unknown}"),
            format!("one of: {}", known.join(", ")),
        ));
    }
    let wanted: Vec<_> = guests.into_iter().filter(|guest| names.is_empty() || names.contains(&guest.name)).collect();
    build_guests(workspace, wanted, *yes).map(|_| ())
}

/// Builds every guest of these families and says where the components are.
///
/// # Errors
/// No toolchain (with the command that gets it), a guest that does not compile or does not fit its world.
pub(crate) fn build(workspace: &Workspace, families: &[Family], yes: bool) -> Result<Built, XtaskError> {
    let mut wanted = Vec::new();
    for &family in families {
        wanted.extend(guests::list(workspace, family)?);
    }
    build_guests(workspace, wanted, yes)
}

fn build_guests(workspace: &Workspace, guests: Vec<Guest>, yes: bool) -> Result<Built, XtaskError> {
    let toolchain = toolchain::resolve(workspace, yes)?;
    let mut keyed = Vec::new();
    for guest in guests {
        let key = guest.key(workspace, &toolchain.version)?;
        keyed.push((guest, key));
    }
    // rustc's file has no key in its name: another checkout may write the same one until it is encoded.
    cache::create_dir(workspace.cache.root())?;
    let held = cache::lock(&workspace.cache.root().join(".lock-guest-target"))?;
    for &family in Family::ALL {
        let of_family = || keyed.iter().filter(move |(guest, _)| guest.family == family);
        let missing: Vec<_> = of_family().filter(|(_, key)| !workspace.cache.folder(KIND, key).is_dir()).collect();
        if !missing.is_empty() {
            compile(workspace, &toolchain, family, &missing)?;
        }
        of_family().try_for_each(|(guest, key)| encode(workspace, guest, key))?;
    }
    drop(held);
    workspace.cache.prune(KIND, KEPT_MAX)?;
    write_digests(workspace)?;
    Ok(Built { components: Family::Plugins.out_dir(workspace), guests: Family::Hostile.out_dir(workspace) })
}

/// One cargo run for all guests of a workspace: they share almost every dependency.
fn compile(
    workspace: &Workspace,
    toolchain: &Toolchain,
    family: Family,
    guests: &[&(Guest, Key)],
) -> Result<(), XtaskError> {
    let names: Vec<_> = guests.iter().map(|(guest, _)| guest.name.as_str()).collect();
    let step = workspace.progress.step(format!("Compile {} ({})", names.join(", "), toolchain.label));
    let mut command = toolchain.cargo_build(&guests::target_dir(workspace));
    command.arg("--manifest-path").arg(family.dir(workspace).join("Cargo.toml"));
    for (guest, _) in guests {
        command.args(["--package", &guest.package]);
    }
    process::quiet(&step, &mut command)?;
    step.done("");
    Ok(())
}

/// Core module to component with its manifest inside, kept by key and put where people and tests look.
fn encode(workspace: &Workspace, guest: &Guest, key: &Key) -> Result<(), XtaskError> {
    let file = guest.file_name();
    let (place, origin) = workspace.cache.get_or_make(KIND, key, |dir| {
        let step = workspace.progress.step(format!("Encode {}", guest.name));
        let mut command = Command::new(encoder(workspace, &step)?);
        command.arg(guest.module(workspace)).arg(guest.manifest_word()).arg(dir.join(&file));
        process::quiet(&step, &mut command)?;
        let bytes = dir.join(&file).metadata().map_err(XtaskError::file("read", dir.join(&file)))?.len();
        step.done(format!("{} KiB", bytes.div_ceil(1024)));
        Ok(())
    })?;
    let shown = guest.family.out_dir(workspace).join(&file);
    if origin == Origin::Made || !same_content(&place.join(&file), &shown) {
        put(&place.join(&file), &shown)?;
    }
    Ok(())
}

/// The encoder is a crate of its own, compiled only by those who get here.
fn encoder(workspace: &Workspace, step: &Step) -> Result<PathBuf, XtaskError> {
    step.detail("building the encoder");
    programs::build(workspace, step, programs::PROFILE, &[programs::ENCODER])?;
    Ok(programs::path(workspace, programs::ENCODER))
}

fn same_content(one: &Path, other: &Path) -> bool {
    matches!((fs::read(one), fs::read(other)), (Ok(one), Ok(other)) if one == other)
}

/// Copies under a temporary name and renames, so a host starting now never reads half a component.
fn put(from: &Path, to: &Path) -> Result<(), XtaskError> {
    if let Some(parent) = to.parent() {
        cache::create_dir(parent)?;
    }
    let unfinished = to.with_extension("new");
    fs::copy(from, &unfinished).map_err(XtaskError::file("write", &unfinished))?;
    fs::rename(&unfinished, to).map_err(XtaskError::file("move into place", to))
}

#[derive(Serialize)]
struct DigestList {
    components: Vec<DigestRow>,
}

#[derive(Serialize)]
struct DigestRow {
    name: String,
    file: String,
    sha256: String,
}

/// The list by which the host trusts our components: the guests in plugins/ that are built, and no stray file.
fn write_digests(workspace: &Workspace) -> Result<(), XtaskError> {
    let dir = Family::Plugins.out_dir(workspace);
    cache::create_dir(&dir)?;
    let mut components = Vec::new();
    for guest in guests::list(workspace, Family::Plugins)? {
        let path = dir.join(guest.file_name());
        if path.is_file() {
            let bytes = fs::read(&path).map_err(XtaskError::file("read", &path))?;
            let sha256 = hex::encode(Sha256::digest(&bytes));
            components.push(DigestRow { file: guest.file_name(), name: guest.name, sha256 });
        }
    }
    let list = dir.join("digests.json");
    let text =
        serde_json::to_string_pretty(&DigestList { components }).map_err(XtaskError::malformed("digest list"))?;
    // In one move, as the components themselves: a host starting now reads the old list or the new one, never an empty one.
    let unfinished = list.with_extension("new");
    fs::write(&unfinished, text + "\n").map_err(XtaskError::file("write", &unfinished))?;
    fs::rename(&unfinished, &list).map_err(XtaskError::file("move into place", &list))
}
