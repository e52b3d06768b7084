//! Lists the components and the console's files that go inside the program, for `src/embedded.rs`.
//!
//! Only with the feature `embedded`, and then from `KUBECHAT_EMBED`, a folder of `*.wasm` files with the `digests.json`
//! that was made with them, and `KUBECHAT_EMBED_CONSOLE`, the built console. It fails when one of them is not there: a
//! program that says it brings them brings them.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    if env::var_os("CARGO_FEATURE_EMBEDDED").is_none() {
        return Ok(());
    }
    println!("cargo::rerun-if-env-changed=KUBECHAT_EMBED");
    let wanted =
        "the feature `embedded` needs KUBECHAT_EMBED, the folder of built components: use `cargo xtask package`";
    let folder = PathBuf::from(env::var_os("KUBECHAT_EMBED").ok_or(wanted)?);
    println!("cargo::rerun-if-changed={}", folder.display());
    let list = list(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    println!("cargo::rerun-if-env-changed=KUBECHAT_EMBED_CONSOLE");
    let wanted = "the feature `embedded` needs KUBECHAT_EMBED_CONSOLE, the built console: use `cargo xtask package`";
    let folder = PathBuf::from(env::var_os("KUBECHAT_EMBED_CONSOLE").ok_or(wanted)?);
    println!("cargo::rerun-if-changed={}", folder.display());
    let console = console(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let list = list + &console;
    let out = env::var_os("OUT_DIR").ok_or("cargo names no OUT_DIR")?;
    Ok(fs::write(Path::new(&out).join("embedded.rs"), list)?)
}

/// Rust text: every file of the console with its path.
fn console(folder: &Path) -> std::io::Result<String> {
    fs::metadata(folder.join("index.html"))?;
    let mut text = String::from("pub(super) const CONSOLE: &[(&str, &[u8])] = &[\n");
    let mut open = vec![folder.to_owned()];
    let mut files = Vec::new();
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(next)? {
            let path = entry?.path();
            if path.is_dir() { open.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    for path in files {
        let name = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy().into_owned();
        let _ = writeln!(text, "    ({name:?}, include_bytes!({path:?})),");
    }
    text.push_str("];\n");
    Ok(text)
}

/// Rust text: the digest list, and every component with its name.
fn list(folder: &Path) -> std::io::Result<String> {
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<std::io::Result<_>>()?;
    files.retain(|path| path.extension().is_some_and(|ending| ending == "wasm"));
    files.sort();
    let digests = folder.join("digests.json");
    fs::metadata(&digests)?;
    let mut text = format!("pub(super) const DIGESTS: &str = include_str!({digests:?});\n");
    text.push_str("pub(super) const COMPONENTS: &[(&str, &[u8])] = &[\n");
    for path in files {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let _ = writeln!(text, "    ({name:?}, include_bytes!({path:?})),");
    }
    text.push_str("];\n");
    Ok(text)
}
