//! The console's files: read once at the start, from inside the program or from a folder, and served from memory.
//!
//! What the build of `ui/` made: `index.html`, hashed files under `assets/` that never change, `.br` and `.gz` beside what
//! is worth compressing, and `routes.json`, the pages there are and the files each needs of its own. A page's address is
//! answered with `index.html`; an address that no page has is too, but with 404. Limits: [`FILES_MAX`] files,
//! [`BYTES_MAX`] bytes together. What is *not* here: anything that knows who asks; the console learns everything over the
//! API.

mod answer;
mod pages;

use std::collections::BTreeMap;
use std::path::Path;

use axum::body::Bytes;
use sha2::{Digest as _, Sha256};

use pages::Pages;

pub use answer::answer;

/// Most files.
pub const FILES_MAX: usize = 2_000;
/// Most bytes of all of them.
pub const BYTES_MAX: u64 = 64 << 20;
/// Deepest folder.
const DEPTH_MAX: usize = 8;
const INDEX: &str = "index.html";
const PAGES: &str = "routes.json";

/// Why a console can't be served.
#[derive(Debug, thiserror::Error)]
pub enum ConsoleError {
    /// A file or folder.
    #[error("{path}: {cause}")]
    File {
        /// Which.
        path: String,
        /// What the system said.
        #[source]
        cause: std::io::Error,
    },
    /// Too much of it.
    #[error("{0}")]
    Limit(String),
    /// Not what the build makes.
    #[error("{0}")]
    Incomplete(String),
}

/// One file in the forms it has.
#[derive(Debug)]
struct File {
    kind: &'static str,
    /// Of the plain form, quoted.
    tag: String,
    plain: Bytes,
    brotli: Option<Bytes>,
    gzip: Option<Bytes>,
    /// Whether its name says what is in it.
    hashed: bool,
}

/// All files by their path from the root, without the leading slash.
#[derive(Debug)]
pub struct Console {
    files: BTreeMap<String, File>,
    pages: Pages,
}

impl Console {
    /// From files with their paths.
    ///
    /// # Errors
    /// When it is not what the build makes, or more than the limits.
    pub fn of(mut all: BTreeMap<String, Bytes>) -> Result<Self, ConsoleError> {
        if all.len() > FILES_MAX {
            return Err(ConsoleError::Limit(format!("{} files; FILES_MAX is {FILES_MAX}", all.len())));
        }
        let missing =
            |name: &str| ConsoleError::Incomplete(format!("there is no {name}: build it with `cargo xtask ui`"));
        let pages = all.remove(PAGES).ok_or_else(|| missing(PAGES))?;
        let pages = Pages::parse(&pages).map_err(ConsoleError::Incomplete)?;
        if !all.contains_key(INDEX) {
            return Err(missing(INDEX));
        }
        let names: Vec<String> = all.keys().cloned().collect();
        let mut files = BTreeMap::new();
        for name in names.into_iter().filter(|name| !name.ends_with(".br") && !name.ends_with(".gz")) {
            let (brotli, gzip) = (all.remove(&format!("{name}.br")), all.remove(&format!("{name}.gz")));
            let Some(plain) = all.remove(&name) else { continue };
            let tag = format!("\"{}\"", hex::encode(&Sha256::digest(&plain)[..12]));
            let (kind, hashed) = (kind(&name), name.starts_with("assets/"));
            files.insert(name, File { kind, tag, plain, brotli, gzip, hashed });
        }
        if let Some((page, needs)) = pages.needs().find(|(_, needs)| needs.iter().any(|name| !files.contains_key(name)))
        {
            let detail = format!("routes.json: {page} needs {}, and not all of it is there", needs.join(", "));
            return Err(ConsoleError::Incomplete(detail));
        }
        Ok(Self { files, pages })
    }

    /// From a folder.
    ///
    /// # Errors
    /// What can't be read; see [`Self::of`].
    pub fn read(folder: &Path) -> Result<Self, ConsoleError> {
        let mut found = BTreeMap::new();
        walk(folder, "", 0, &mut 0, &mut found)?;
        Self::of(found)
    }
}

/// Files of a folder and those below it. Only what is a file or a folder itself: no link leads out.
fn walk(
    folder: &Path,
    below: &str,
    depth: usize,
    bytes: &mut u64,
    found: &mut BTreeMap<String, Bytes>,
) -> Result<(), ConsoleError> {
    if depth > DEPTH_MAX {
        return Err(ConsoleError::Limit(format!("{below} is deeper than DEPTH_MAX = {DEPTH_MAX}")));
    }
    let failed = |path: &Path| {
        let path = path.display().to_string();
        move |cause| ConsoleError::File { path, cause }
    };
    for entry in std::fs::read_dir(folder).map_err(failed(folder))? {
        let entry = entry.map_err(failed(folder))?;
        let (path, kind) = (entry.path(), entry.file_type().map_err(failed(folder))?);
        let name = format!("{below}{}", entry.file_name().to_string_lossy());
        if kind.is_dir() {
            walk(&path, &format!("{name}/"), depth + 1, bytes, found)?;
        } else if kind.is_file() {
            *bytes += entry.metadata().map_err(failed(&path))?.len();
            if *bytes > BYTES_MAX || found.len() >= FILES_MAX {
                let detail = format!("more than BYTES_MAX = {BYTES_MAX} bytes or FILES_MAX = {FILES_MAX} files");
                return Err(ConsoleError::Limit(detail));
            }
            found.insert(name, std::fs::read(&path).map_err(failed(&path))?.into());
        }
    }
    Ok(())
}

/// By its ending. What is unknown is bytes, which no browser runs.
fn kind(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A small one.
    pub(crate) fn built() -> BTreeMap<String, Bytes> {
        let file = |name: &str, text: &str| (name.to_owned(), Bytes::from(text.to_owned()));
        BTreeMap::from([
            file("index.html", "<!doctype html>"),
            file("index.html.br", "br"),
            file("assets/app-abc.js", "let a;"),
            file("assets/app-abc.js.br", "b"),
            file("assets/app-abc.js.gz", "g"),
            file(
                "routes.json",
                r#"{"routes": ["/", "/plans", "/plans/$id", "/r/$gvr/$cluster/$namespace/$name"],
                    "needs": {"/plans/$id": ["assets/app-abc.js"]}}"#,
            ),
        ])
    }

    #[test]
    fn what_the_build_makes_is_taken_and_half_of_it_is_refused() {
        let console = Console::of(built()).unwrap();
        assert_eq!(console.files.keys().collect::<Vec<_>>(), ["assets/app-abc.js", "index.html"]);
        for missing in ["index.html", "routes.json"] {
            let mut half = built();
            half.remove(missing);
            assert!(matches!(Console::of(half), Err(ConsoleError::Incomplete(_))), "{missing}");
        }
        let mut torn = built();
        torn.insert("routes.json".into(), r#"{"routes": ["/"], "needs": {"/": ["assets/gone.js"]}}"#.into());
        assert!(Console::of(torn).unwrap_err().to_string().contains("assets/gone.js"));
        let many = (0..=FILES_MAX).map(|n| (n.to_string(), Bytes::new())).collect();
        assert!(matches!(Console::of(many), Err(ConsoleError::Limit(_))));
    }

    #[test]
    fn a_folder_is_read_and_a_link_out_of_it_is_not_followed() {
        let folder = std::env::temp_dir().join(format!("kubechat-console-{}", std::process::id()));
        std::fs::create_dir_all(folder.join("assets")).unwrap();
        for (name, bytes) in built() {
            std::fs::write(folder.join(name), bytes).unwrap();
        }
        std::os::unix::fs::symlink("/etc/passwd", folder.join("assets/passwd.txt")).unwrap();
        let console = Console::read(&folder);
        std::fs::remove_dir_all(&folder).unwrap();
        assert_eq!(console.unwrap().files.len(), 2);
        assert!(matches!(Console::read(&folder), Err(ConsoleError::File { .. })));
    }
}
