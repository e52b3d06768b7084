//! `cargo xtask tidy`: what a compiler does not check about this tree. Also a test, like any other.
//!
//! Each check is a function from the tree to findings; nothing is changed and nothing is compiled.
//! Formatting and lints are `cargo xtask lint`; generated files are `cargo xtask gen --check`.

mod edges;
mod guests;
mod modules;
mod routes;
mod text;
mod wit;

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{
    cache,
    error::XtaskError,
    metadata::{Depth, Metadata},
    workspace::Workspace,
};

/// Longer files are listed for a reader's attention.
const LINES_WISHED: usize = 400;

/// The tree as the checks see it: read once.
struct Tree {
    root: PathBuf,
    files: Vec<SourceFile>,
}

/// A text file of the tree.
struct SourceFile {
    /// From the root, with `/`.
    path: String,
    text: String,
}

impl Tree {
    /// Reads every text file that is not built, fetched or hidden.
    fn read(root: &Path) -> Result<Self, XtaskError> {
        let mut paths = cache::files_under(root)?;
        for hidden in [".cargo", ".ci", ".github"] {
            paths.extend(cache::files_under(&root.join(hidden))?);
        }
        let mut files = Vec::new();
        for path in paths {
            let bytes = fs::read(&path).map_err(XtaskError::file("read", &path))?;
            // What is not UTF-8 is not text, and no check here has anything to say about it.
            let Ok(text) = String::from_utf8(bytes) else { continue };
            let path = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().into_owned();
            files.push(SourceFile { path, text });
        }
        Ok(Self { root: root.to_path_buf(), files })
    }

    /// The files with this ending, e.g. `.rs`.
    fn ending(&self, ending: &str) -> impl Iterator<Item = &SourceFile> {
        self.files.iter().filter(move |file| file.path.ends_with(ending))
    }

    /// The files whose path starts so.
    fn under(&self, prefix: &str) -> impl Iterator<Item = &SourceFile> {
        self.files.iter().filter(move |file| file.path.starts_with(prefix))
    }

    fn file(&self, path: &str) -> Option<&SourceFile> {
        self.files.iter().find(|file| file.path == path)
    }
}

/// Runs every check and reports long files.
///
/// # Errors
/// The findings, or a tree that cannot be read.
pub(crate) fn run(workspace: &Workspace) -> Result<(), XtaskError> {
    let step = workspace.progress.step("Tidy");
    let tree = Tree::read(&workspace.root)?;
    let findings = check(&tree)?;
    if !findings.is_empty() {
        return Err(XtaskError::Findings { what: format!("{} findings", findings.len()), findings });
    }
    let long = text::longer_than(&tree, LINES_WISHED);
    step.done(format!("{} files, {} longer than {LINES_WISHED} lines", tree.files.len(), long.len()));
    for line in long {
        workspace.progress.say(format!("       long: {line}"));
    }
    Ok(())
}

fn check(tree: &Tree) -> Result<Vec<String>, XtaskError> {
    let metadata = Metadata::read(&tree.root, Depth::Resolved)?;
    let mut findings = edges::check(&metadata);
    findings.extend(modules::check(tree, &metadata));
    for check in [text::check, wit::check, guests::check, routes::check] {
        findings.extend(check(tree));
    }
    findings.sort();
    Ok(findings)
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Tree {
        /// A tree of the given files, for the checks' own tests.
        pub(super) fn of(files: &[(&str, &str)]) -> Self {
            let file = |&(path, text): &(&str, &str)| SourceFile { path: path.to_owned(), text: text.to_owned() };
            Self { root: PathBuf::new(), files: files.iter().map(file).collect() }
        }
    }

    #[test]
    fn this_tree_is_tidy() {
        let workspace = Workspace::open().expect("the tests run in a checkout");
        let tree = Tree::read(&workspace.root).expect("the tree is readable");
        let findings = check(&tree).expect("cargo metadata answers");
        assert!(findings.is_empty(), "{}", findings.join("\n"));
    }
}
