//! Ollama's program and the tests' models, each made once per content of what it is made from.
//!
//! The first build takes 10 to 25 minutes of C++ on two cores; Go's own cache makes the ones after it short.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    cache::{KeyBuilder, Origin, create_dir},
    error::XtaskError,
    process,
    progress::Step,
    tools,
    workspace::Workspace,
};

/// What is built, and from where.
const PACKAGE: &str = "github.com/ollama/ollama";
/// Has a header that Ollama's module lacks.
const HEADER_MODULE: &str = "github.com/gen2brain/malgo";
const HEADER: &str = "miniaudio.h";
/// Have the others, with a file of each to see whether it is there.
const HEADER_PACKAGES: [(&str, &str); 2] =
    [("nlohmann-json3-dev", "/usr/include/nlohmann/json.hpp"), ("libstb-dev", "/usr/include/stb/stb_image.h")];
const PROGRAM: &str = "ollama";
const MODELS: &str = "ollama-models";
/// Programs and sets of models kept (40 MB and 100 MB each).
const KEPT: usize = 2;

fn source(workspace: &Workspace) -> PathBuf {
    workspace.root.join("tests/components/ollama")
}

/// The program's path.
///
/// # Errors
/// When this is not Linux, Go or a header is missing, or the build fails.
pub(super) fn program(workspace: &Workspace, yes: bool) -> Result<PathBuf, XtaskError> {
    if !cfg!(target_os = "linux") {
        return Err(XtaskError::refused(
            "the tests' Ollama is built on Linux only",
            "install Ollama: https://ollama.com",
        ));
    }
    let go = tools::go()?;
    let source = source(workspace);
    let version = process::output(Command::new(&go).args(["env", "GOVERSION", "GOOS", "GOARCH"]))?;
    let mut key = KeyBuilder::new(PROGRAM).text("go", &version);
    for name in ["go.mod", "go.sum"] {
        key = key.file(name, &source.join(name))?;
    }
    let (folder, origin) = workspace.cache.get_or_make(PROGRAM, &key.finish(), |folder| {
        let step = workspace.progress.step("Build Ollama (the first time: 10 to 25 minutes)");
        packages(&step, yes)?;
        let headers = folder.join("include");
        header(&go, &source, &headers)?;
        build(&step, &go, &source, &headers, &folder.join(PROGRAM))?;
        step.done("");
        Ok(())
    })?;
    if origin == Origin::Made {
        workspace.cache.prune(PROGRAM, KEPT)?;
    }
    Ok(folder.join(PROGRAM))
}

/// The folder with the models and their Modelfiles.
///
/// # Errors
/// No Python, no package index, a model that is not the one the tests know.
pub(super) fn models(workspace: &Workspace) -> Result<PathBuf, XtaskError> {
    let source = source(workspace);
    let names = ["models.py", "smollm2.Modelfile", "scripted.Modelfile"];
    let mut key = KeyBuilder::new(MODELS);
    for name in names {
        key = key.file(name, &source.join(name))?;
    }
    let python = tools::on_path("python3")
        .ok_or_else(|| XtaskError::refused("`python3` is not on PATH", "install Python 3 with pip"))?;
    let (folder, origin) = workspace.cache.get_or_make(MODELS, &key.finish(), |folder| {
        let step = workspace.progress.step("Get the tests' models (100 MB)");
        process::quiet(&step, Command::new(&python).arg(source.join("models.py")).arg(folder))?;
        for name in names.iter().filter(|name| name.ends_with(".Modelfile")) {
            let (from, to) = (source.join(name), folder.join(name));
            fs::copy(&from, &to).map_err(XtaskError::file("write", &to))?;
        }
        step.done("");
        Ok(())
    })?;
    if origin == Origin::Made {
        workspace.cache.prune(MODELS, KEPT)?;
    }
    Ok(folder)
}

fn packages(step: &Step, yes: bool) -> Result<(), XtaskError> {
    let missing: Vec<&str> =
        HEADER_PACKAGES.iter().filter(|(_, file)| !Path::new(file).is_file()).map(|(package, _)| *package).collect();
    if missing.is_empty() {
        return Ok(());
    }
    if yes && tools::is_root() && tools::on_path("apt-get").is_some() {
        return tools::apt_install(step, &missing);
    }
    let hint = format!("apt-get install {}, or --yes as root", missing.join(" "));
    Err(XtaskError::refused("headers that Ollama's module lacks are missing", hint))
}

/// Ollama includes `miniaudio/miniaudio.h`; module files leave out folders called `vendor`, where it has it.
fn header(go: &Path, source: &Path, headers: &Path) -> Result<(), XtaskError> {
    let mut download = Command::new(go);
    download.current_dir(source).env("GOFLAGS", "").env("GOWORK", "off").args([
        "mod",
        "download",
        "-json",
        HEADER_MODULE,
    ]);
    let said: serde_json::Value = serde_json::from_str(&process::output(&mut download)?)
        .map_err(XtaskError::malformed("the answer of `go mod download`"))?;
    let module = PathBuf::from(said["Dir"].as_str().unwrap_or_default());
    let folder = headers.join("miniaudio");
    create_dir(&folder)?;
    let (from, to) = (module.join(HEADER), folder.join(HEADER));
    let text = fs::read(&from).map_err(XtaskError::file("read", &from))?;
    fs::write(&to, text).map_err(XtaskError::file("write", &to))
}

fn build(step: &Step, go: &Path, source: &Path, headers: &Path, program: &Path) -> Result<(), XtaskError> {
    let text = fs::read_to_string(source.join("go.mod")).map_err(XtaskError::file("read", source.join("go.mod")))?;
    let version =
        text.lines().find_map(|line| line.trim().strip_prefix(PACKAGE)?.trim().strip_prefix('v')?.split(' ').next());
    let version = version.ok_or_else(|| XtaskError::refused("go.mod requires no Ollama", "write it with gen.sh"))?;
    let mut command = Command::new(go);
    command.current_dir(source).env("GOFLAGS", "").env("GOWORK", "off").env("CGO_ENABLED", "1").env("CPATH", headers);
    command.args(["build", "-v", "-trimpath", "-buildvcs=false"]);
    command.arg(format!("-ldflags=-s -w -X {PACKAGE}/version.Version={version}"));
    process::quiet(step, command.arg("-o").arg(program).arg(PACKAGE))
}
