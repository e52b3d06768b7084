//! The control plane's program: built from `tests/components/testplane` once per content of its sources.
//!
//! The key holds every source and module file, the linker flags and Go's version. The first build takes
//! minutes and downloads about 1.8 GB of modules; Go's own cache makes the ones after it short.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    cache::{Key, KeyBuilder, Origin, files_under},
    error::XtaskError,
    process, tools,
    workspace::Workspace,
};

/// The Kubernetes minor the control plane is built from; others come from `gen.sh`.
const MINOR: &str = "1.37";
/// The program's name in its cache folder; `kubectl` beside it is a link to it.
const PROGRAM: &str = "testplane";
/// Programs kept, so that a branch switched back and forth stays fast (150 MB each).
const KEPT: usize = 3;

/// The program's path; built when this content was never built before.
///
/// # Errors
/// When this is not Linux, Go is missing or too old, or the build fails.
pub(super) fn get(workspace: &Workspace) -> Result<PathBuf, XtaskError> {
    if !cfg!(target_os = "linux") {
        return Err(XtaskError::refused(
            "the demo cluster runs on Linux only",
            "use kind: `kind create cluster`, then --kubeconfig",
        ));
    }
    let go = tools::go()?;
    let source = workspace.root.join("tests/components/testplane");
    let flags = linker_flags(&kubernetes_version(&source)?);
    let key = key(&go, &source, &flags)?;
    let (folder, origin) = workspace.cache.get_or_make(PROGRAM, &key, |folder| {
        let step = workspace.progress.step("Build the control plane (the first time: 5 to 15 minutes, 2 GB)");
        let mut build = Command::new(&go);
        build
            .current_dir(&source)
            .env("CGO_ENABLED", "0")
            .env("GOFLAGS", "")
            .env("GOWORK", "off")
            .args(["build", "-v", "-buildvcs=false"])
            .arg(format!("-modfile=mods/{MINOR}.mod"))
            .arg(format!("-ldflags={flags}"))
            .arg("-o")
            .arg(folder.join(PROGRAM))
            .arg(".");
        process::quiet(&step, &mut build)?;
        let kubectl = folder.join("kubectl");
        std::os::unix::fs::symlink(PROGRAM, &kubectl).map_err(XtaskError::file("link", &kubectl))?;
        step.done("");
        Ok(())
    })?;
    if origin == Origin::Made {
        workspace.cache.prune(PROGRAM, KEPT)?;
    }
    Ok(folder.join(PROGRAM))
}

fn key(go: &Path, source: &Path, flags: &str) -> Result<Key, XtaskError> {
    let version = process::output(Command::new(go).args(["env", "GOVERSION", "GOOS", "GOARCH"]))?;
    let mut key = KeyBuilder::new(PROGRAM).text("go", &version).text("minor", MINOR).text("flags", flags);
    for path in files_under(source)? {
        let kind = path.extension().and_then(|kind| kind.to_str());
        if matches!(kind, Some("go" | "mod" | "sum" | "yaml")) {
            let name = path.strip_prefix(source).unwrap_or(&path).to_string_lossy().into_owned();
            key = key.file(&name, &path)?;
        }
    }
    Ok(key.finish())
}

fn kubernetes_version(source: &Path) -> Result<String, XtaskError> {
    let path = source.join(format!("mods/{MINOR}.mod"));
    let text = std::fs::read_to_string(&path).map_err(XtaskError::file("read", &path))?;
    text.lines().find_map(|line| line.trim().strip_prefix("k8s.io/kubernetes v")).map(str::to_owned).ok_or_else(|| {
        XtaskError::refused(format!("{} requires no k8s.io/kubernetes", path.display()), "write it with gen.sh")
    })
}

/// What upstream's build stamps in, for server and client, so that `kubectl version` tells the truth.
fn linker_flags(version: &str) -> String {
    let minor = MINOR.trim_start_matches("1.");
    let mut flags = "-s -w".to_owned();
    for package in ["k8s.io/component-base/version", "k8s.io/client-go/pkg/version"] {
        for (name, value) in [
            ("gitVersion", format!("v{version}").as_str()),
            ("gitMajor", "1"),
            ("gitMinor", minor),
            ("gitTreeState", "clean"),
            ("buildDate", "1970-01-01T00:00:00Z"),
        ] {
            flags.push_str(&format!(" -X {package}.{name}={value}"));
        }
    }
    flags
}
