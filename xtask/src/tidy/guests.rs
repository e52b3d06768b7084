//! Every hostile guest has a test that names it: a misbehaviour nobody provokes is not refused.

use std::collections::BTreeSet;

use super::Tree;

const GUESTS: &str = "tests/guests/";

/// Guests no test mentions.
pub(super) fn check(tree: &Tree) -> Vec<String> {
    let names: BTreeSet<&str> = tree
        .under(GUESTS)
        .filter_map(|file| file.path.strip_prefix(GUESTS)?.strip_suffix("/Cargo.toml"))
        .filter(|name| !name.contains('/'))
        .collect();
    let is_test = |path: &str| {
        path.ends_with(".rs") && !path.starts_with(GUESTS) && (path.starts_with("tests/") || path.contains("/tests/"))
    };
    names
        .into_iter()
        .filter(|name| {
            let quoted = format!("\"{name}\"");
            !tree.files.iter().any(|file| is_test(&file.path) && file.text.contains(&quoted))
        })
        .map(|name| format!("{GUESTS}{name}: no test names it"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guest_without_a_test_is_found() {
        let guest = ("tests/guests/loop/Cargo.toml", "");
        assert_eq!(check(&Tree::of(&[guest])).len(), 1);
        assert!(check(&Tree::of(&[guest, ("host/plugin/tests/limits.rs", "run(\"loop\")")])).is_empty());
    }
}
