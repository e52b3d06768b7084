//! The demo workload: `examples/demo/*.yaml`, applied in the order of their names.
//!
//! Applied once per content: what people change in the cluster afterwards stays as they left it. Between
//! the files stands what must have happened first, because some faults need a past: a rollout can only
//! fail where one worked before.

use std::{ffi::OsStr, fs, path::PathBuf, process::Command};

use super::plane::Plane;
use crate::{cache::KeyBuilder, error::XtaskError, process, progress::Step, workspace::Workspace};

/// Where the demo's people work.
pub(super) const NAMESPACE: &str = "shop";
/// Each wait for the demo to be what a file's name promises.
const WAIT: &str = "--timeout=60s";

/// Applies the demo to a control plane that has no or another one.
///
/// # Errors
/// What kubectl says.
pub(super) fn apply(workspace: &Workspace, plane: &Plane) -> Result<(), XtaskError> {
    let folder = workspace.root.join("examples/demo");
    let key = KeyBuilder::new("demo").tree(&folder)?.finish();
    let marker = plane.dir().join("demo-applied");
    if fs::read_to_string(&marker).is_ok_and(|applied| applied == key.as_str()) {
        return Ok(());
    }
    let step = workspace.progress.step("Apply the demo");
    for file in manifests(&folder)? {
        step.detail(file.display().to_string());
        kubectl(plane, &step, |command| command.arg("apply").arg("-f").arg(&file))?;
        for wait in waits_after(&file) {
            kubectl(plane, &step, |command| command.args(*wait).arg(WAIT))?;
        }
    }
    fs::write(&marker, key.as_str()).map_err(XtaskError::file("write", &marker))?;
    step.done("namespaces shop and payments");
    Ok(())
}

fn manifests(folder: &PathBuf) -> Result<Vec<PathBuf>, XtaskError> {
    let entries = fs::read_dir(folder).map_err(XtaskError::file("read", folder))?;
    let mut files: Vec<_> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension() == Some(OsStr::new("yaml")))
        .collect();
    files.sort();
    Ok(files)
}

/// What has to be true before the file after this one may be applied.
fn waits_after(file: &std::path::Path) -> &'static [&'static [&'static str]] {
    match file.file_name().and_then(OsStr::to_str) {
        Some("10-people.yaml") => &[
            &["wait", "--for=condition=Ready", "node", "--all"],
            &["wait", "--for=create", "serviceaccount/default", "-n", "shop"],
            &["wait", "--for=create", "serviceaccount/default", "-n", "payments"],
        ],
        Some("20-shop.yaml") => &[
            &["rollout", "status", "deployment/web", "-n", "shop"],
            &["rollout", "status", "deployment/search", "-n", "shop"],
        ],
        Some("40-bad-release.yaml") => &[
            &[
                "wait",
                "--for=jsonpath={.status.containerStatuses[0].state.waiting.reason}=ImagePullBackOff",
                "pod",
                "-l",
                "app=search,release=next",
                "-n",
                "shop",
            ],
            &[
                "wait",
                "--for=jsonpath={.status.containerStatuses[0].state.waiting.reason}=CrashLoopBackOff",
                "pod",
                "-l",
                "app=checkout",
                "-n",
                "shop",
            ],
        ],
        _ => &[],
    }
}

fn kubectl(plane: &Plane, step: &Step, arguments: impl FnOnce(&mut Command) -> &mut Command) -> Result<(), XtaskError> {
    process::quiet(step, arguments(&mut plane.kubectl()))
}
