//! The programs we need from the machine, and the exact command that gets a missing one.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use crate::{error::XtaskError, process, progress::Step};

/// A program that may have to be installed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tool {
    /// The cargo that runs us.
    Cargo,
    /// Go, only for the demo cluster and the tests.
    Go,
}

impl Tool {
    /// Where it is.
    ///
    /// # Errors
    /// When it is nowhere; the hint is the command that gets it.
    pub(crate) fn find(self) -> Result<PathBuf, XtaskError> {
        let name = self.name();
        if self == Self::Cargo {
            return Ok(cargo());
        }
        on_path(name)
            .or_else(|| self.usual_place().map(PathBuf::from).filter(|path| path.is_file()))
            .ok_or_else(|| XtaskError::refused(format!("`{name}` is not on PATH"), self.hint()))
    }

    fn name(self) -> &'static str {
        match self {
            Self::Cargo => "cargo",
            Self::Go => "go",
        }
    }

    /// Where an installation that forgot PATH puts it.
    fn usual_place(self) -> Option<&'static str> {
        (self == Self::Go).then_some("/usr/local/go/bin/go")
    }

    fn hint(self) -> &'static str {
        match self {
            Self::Cargo => "install Rust 1.95: https://rustup.rs",
            Self::Go => {
                "install Go 1.26 or newer (https://go.dev/dl, unpacked to /usr/local/go), \
                 or use a cluster of your own: `kind create cluster`, then --kubeconfig"
            }
        }
    }
}

/// The cargo that runs us, else the one on PATH.
pub(crate) fn cargo() -> PathBuf {
    std::env::var_os("CARGO").map_or_else(|| PathBuf::from("cargo"), PathBuf::from)
}

/// The compiler cargo would use.
pub(crate) fn rustc() -> PathBuf {
    std::env::var_os("RUSTC").map_or_else(|| PathBuf::from("rustc"), PathBuf::from)
}

/// Whether we may install packages.
pub(crate) fn is_root() -> bool {
    process::output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

/// Debian's packages, after the one update a fresh machine needs.
///
/// # Errors
/// What apt-get says.
pub(crate) fn apt_install(step: &Step, packages: &[&str]) -> Result<(), XtaskError> {
    process::quiet(step, Command::new("apt-get").args(["update", "--quiet"]))?;
    let mut command = Command::new("apt-get");
    command.env("DEBIAN_FRONTEND", "noninteractive").args(["install", "-y", "--no-install-recommends"]).args(packages);
    process::quiet(step, &mut command)
}

/// The oldest Go the demo cluster builds with.
const GO_MINOR_MIN: u32 = 26;

/// Go, new enough.
///
/// # Errors
/// When there is none or it is too old.
pub(crate) fn go() -> Result<PathBuf, XtaskError> {
    let go = Tool::Go.find()?;
    let version = process::output(Command::new(&go).args(["env", "GOVERSION"]))?;
    let minor = version.trim().strip_prefix("go1.").and_then(|rest| rest.split('.').next()?.parse::<u32>().ok());
    match minor {
        Some(minor) if minor < GO_MINOR_MIN => {
            Err(XtaskError::refused(format!("{} is {}, too old", go.display(), version.trim()), Tool::Go.hint()))
        }
        _ => Ok(go),
    }
}

/// The oldest Node the console builds with.
const NODE_MIN: (u32, u32) = (20, 19);

/// Node with npm, new enough.
///
/// # Errors
/// When there is none or it is too old, with what gets it.
pub(crate) fn node() -> Result<(), XtaskError> {
    let hint =
        "install Node 20.19 or newer with npm (https://nodejs.org); it only builds the console, nothing runs on it";
    if on_path("npm").is_none() {
        return Err(XtaskError::refused("`npm` is not on PATH", hint));
    }
    let node = on_path("node").ok_or_else(|| XtaskError::refused("`node` is not on PATH", hint))?;
    let version = process::output(Command::new(&node).arg("--version"))?;
    if node_version(&version).is_none_or(|version| version < NODE_MIN) {
        return Err(XtaskError::refused(format!("{} is {}, too old", node.display(), version.trim()), hint));
    }
    Ok(())
}

/// Major and minor of `v20.19.4`.
fn node_version(text: &str) -> Option<(u32, u32)> {
    let mut parts = text.trim().strip_prefix('v')?.split('.').map(str::parse);
    Some((parts.next()?.ok()?, parts.next()?.ok()?))
}

/// The browser the console is walked through with; Debian's package where we may install it.
///
/// # Errors
/// When there is none, with what gets it.
pub(crate) fn chromium(step: &Step, yes: bool) -> Result<PathBuf, XtaskError> {
    let found = || ["chromium", "chromium-browser", "google-chrome"].into_iter().find_map(on_path);
    if let Some(browser) = std::env::var_os("KUBECHAT_CHROMIUM").map(PathBuf::from).or_else(found) {
        return Ok(browser);
    }
    let hint = "apt-get install chromium, or name one in KUBECHAT_CHROMIUM";
    if yes && is_root() && on_path("apt-get").is_some() {
        apt_install(step, &["chromium"])?;
    }
    found().ok_or_else(|| XtaskError::refused("there is no Chromium to walk through the console with", hint))
}

/// The first executable of this name on PATH.
pub(crate) fn on_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|dir| dir.join(name)).find(|file| executable(file))
}

fn executable(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    file.metadata().is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}
