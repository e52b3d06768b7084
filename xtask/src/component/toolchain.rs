//! A Rust that compiles for `wasm32-unknown-unknown`, from wherever this machine has or gets one.
//!
//! In this order: the target of the Rust that runs us, if installed; Debian's `rustc-web`, if installed;
//! `rustup target add`; Debian's packages, installed as root with `--yes` or in CI; else the command to
//! type. Debian's has no standard library for the target, so it is built from its sources.
//! `KUBECHAT_GUEST_TOOLCHAIN=rustup|debian` decides instead.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use crate::{error::XtaskError, process, tools, workspace::Workspace};

const TARGET: &str = "wasm32-unknown-unknown";
const PACKAGES: [&str; 4] = ["rustc-web", "cargo-web", "rust-web-src", "lld"];
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const DEBIAN_CARGO: &str = "/usr/bin/cargo";
/// Where Debian keeps the standard library's sources, seen from its sysroot.
const DEBIAN_STD: &str = "/usr/lib/rustlib/src/rust/library/std/Cargo.toml";
/// How long `rustup target add` may take: a download of some 20 MB, or no answer at all.
const RUSTUP_DEADLINE: Duration = Duration::from_secs(90);

/// How guests are compiled.
pub(super) struct Toolchain {
    /// For people.
    pub(super) label: &'static str,
    /// For keys: two toolchains give two digests.
    pub(super) version: String,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Ours,
    Debian,
}

impl Toolchain {
    /// `cargo build` for the target, into this target folder; packages and manifest are the caller's.
    pub(super) fn cargo_build(&self, target_dir: &Path) -> Command {
        let mut command = Command::new(match self.kind {
            Kind::Ours => tools::cargo(),
            Kind::Debian => PathBuf::from(DEBIAN_CARGO),
        });
        command.args(["build", "--release", "--target", TARGET]);
        command.env("CARGO_TARGET_DIR", target_dir).env_remove("RUSTFLAGS").env_remove("CARGO_ENCODED_RUSTFLAGS");
        if self.kind == Kind::Debian {
            command.arg("-Zbuild-std=std,panic_abort");
            command.env("RUSTC", DEBIAN_RUSTC).env("RUSTC_BOOTSTRAP", "1");
            command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", "wasm-ld");
            command.env_remove("RUSTUP_TOOLCHAIN").env_remove("RUSTC_WRAPPER").env_remove("RUSTDOC");
        }
        command
    }
}

/// Finds or gets a toolchain.
///
/// # Errors
/// When there is none and none may be installed: the hint is the command to type.
pub(super) fn resolve(workspace: &Workspace, yes: bool) -> Result<Toolchain, XtaskError> {
    let forced = std::env::var("KUBECHAT_GUEST_TOOLCHAIN").unwrap_or_default();
    let (ours, debian) = (forced != "debian", forced != "rustup");
    if ours && has_target() {
        return toolchain(Kind::Ours);
    }
    if debian && has_debian() {
        return toolchain(Kind::Debian);
    }
    if ours && rustup_adds_target(workspace) && has_target() {
        return toolchain(Kind::Ours);
    }
    if debian && may_install(yes) {
        install(workspace)?;
        return toolchain(Kind::Debian);
    }
    Err(XtaskError::refused(
        format!("no Rust here compiles for {TARGET}"),
        format!("rustup target add {TARGET} — or, on Debian as root: {}", install_line()),
    ))
}

fn toolchain(kind: Kind) -> Result<Toolchain, XtaskError> {
    let (label, rustc) = match kind {
        Kind::Ours => ("this Rust", tools::rustc()),
        Kind::Debian => ("Debian's Rust", PathBuf::from(DEBIAN_RUSTC)),
    };
    let version = process::output(Command::new(rustc).arg("-Vv"))?;
    Ok(Toolchain { label, version: format!("{kind:?} {version}"), kind })
}

fn has_target() -> bool {
    let asked = process::output(Command::new(tools::rustc()).args(["--print", "target-libdir", "--target", TARGET]));
    asked.is_ok_and(|dir| Path::new(dir.trim()).read_dir().is_ok_and(|mut entries| entries.next().is_some()))
}

fn has_debian() -> bool {
    let files = [DEBIAN_RUSTC, DEBIAN_CARGO, DEBIAN_STD];
    files.iter().all(|file| Path::new(file).is_file()) && tools::on_path("wasm-ld").is_some()
}

/// Whether rustup is here and got the target; why not is only of interest when nothing else works either.
fn rustup_adds_target(workspace: &Workspace) -> bool {
    let Some(rustup) = tools::on_path("rustup") else { return false };
    let step = workspace.progress.step(format!("rustup target add {TARGET}"));
    let mut command = Command::new(rustup);
    command.args(["target", "add", TARGET]).env("RUSTUP_MAX_RETRIES", "0");
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let added = process::spawn(&mut command)
        .is_ok_and(|mut child| process::ended_within(&mut child, RUSTUP_DEADLINE) && has_target());
    step.done(if added { "" } else { "not to be had from here" });
    added
}

fn may_install(yes: bool) -> bool {
    let ci = std::env::var_os("CI").is_some_and(|ci| ci == "true");
    (yes || ci) && tools::is_root() && tools::on_path("apt-get").is_some()
}

fn install_line() -> String {
    format!("apt-get install -y --no-install-recommends {}", PACKAGES.join(" "))
}

fn install(workspace: &Workspace) -> Result<(), XtaskError> {
    let step = workspace.progress.step(format!("Install {}", PACKAGES.join(" ")));
    tools::apt_install(&step, &PACKAGES)?;
    if !has_debian() {
        return Err(XtaskError::refused(
            "Debian's packages are installed, but not where they were expected",
            format!("look for {DEBIAN_RUSTC}, {DEBIAN_CARGO}, {DEBIAN_STD} and wasm-ld"),
        ));
    }
    step.done("");
    Ok(())
}
