//! Every Rust file is compiled: named by a `mod` line next to it, or a target of its own.
//!
//! A test file nobody declared passes for ever. Files of the plugins' workspaces are held to the same.

use std::collections::BTreeSet;

use super::{SourceFile, Tree};
use crate::metadata::Metadata;

/// Files that no `mod` line and no target leads to.
pub(super) fn check(tree: &Tree, metadata: &Metadata) -> Vec<String> {
    let targets: BTreeSet<String> = metadata
        .members()
        .flat_map(|package| &package.targets)
        .filter_map(|target| Some(target.src_path.strip_prefix(&tree.root).ok()?.to_string_lossy().into_owned()))
        .collect();
    tree.ending(".rs")
        .filter(|file| !targets.contains(&file.path) && !root_by_name(&file.path) && !declared(tree, file, &targets))
        .map(|file| format!("{}: no `mod` line leads here, so nothing compiles it", file.path))
        .collect()
}

/// Roots cargo finds by name, also in workspaces whose metadata we do not read here; a test there is
/// `tests/NAME/main.rs`, an example `examples/NAME.rs`, a fuzz target `fuzz_targets/NAME.rs`.
fn root_by_name(path: &str) -> bool {
    let parts: Vec<&str> = path.rsplit('/').take(3).collect();
    ["src/lib.rs", "src/main.rs", "build.rs"].iter().any(|root| path.ends_with(&format!("/{root}")))
        || matches!(parts.as_slice(), ["main.rs", _, "tests"] | [_, "examples" | "fuzz_targets", _])
}

fn declared(tree: &Tree, file: &SourceFile, targets: &BTreeSet<String>) -> bool {
    let mut parts: Vec<&str> = file.path.trim_end_matches(".rs").split('/').collect();
    if parts.last() == Some(&"mod") {
        parts.pop();
    }
    let Some(name) = parts.pop() else { return false };
    let dir = parts.join("/");
    let in_dir = |path: &str| path.rsplit_once('/').is_some_and(|(parent, _)| parent == dir);
    let parents = [format!("{dir}.rs"), format!("{dir}/mod.rs"), format!("{dir}/lib.rs"), format!("{dir}/main.rs")];
    let roots = targets.iter().filter(|target| in_dir(target)).cloned();
    parents
        .into_iter()
        .chain(roots)
        .any(|parent| parent != file.path && tree.file(&parent).is_some_and(|parent| has_mod_line(&parent.text, name)))
}

fn has_mod_line(text: &str, name: &str) -> bool {
    text.lines().any(|line| {
        let line = line.split("//").next().unwrap_or_default().trim();
        let declared = line.strip_suffix(';').and_then(|line| line.rsplit_once("mod "));
        declared.is_some_and(|(before, declared)| {
            declared.trim() == name
                && (before.is_empty() || before.trim_start().starts_with("pub") || before.ends_with("] "))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_file_nobody_declares_is_found() {
        let tree = Tree::of(&[
            ("tests/suite/src/lib.rs", "//! Suite\nmod declared;\n// mod forgotten;\n"),
            ("tests/suite/src/declared.rs", "//! A test"),
            ("tests/suite/src/forgotten.rs", "//! A test"),
        ]);
        let metadata = Metadata { packages: Vec::new(), workspace_members: Vec::new(), resolve: None };
        let findings = check(&tree, &metadata);
        assert_eq!(findings.len(), 1, "{findings:?}");
        assert!(findings[0].starts_with("tests/suite/src/forgotten.rs"));
    }
}
