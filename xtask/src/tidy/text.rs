//! What files say: an opening sentence, no silenced lints, no unfinished corners, no machine's paths.

use super::{SourceFile, Tree};

/// A file longer than this holds more than one idea.
const LINES_MAX: usize = 800;
/// Written in two halves so that this file does not find itself.
const UNFINISHED: [&str; 2] = [concat!("TO", "DO"), concat!("FIX", "ME")];
const SILENCED: [&str; 2] = [concat!("#[", "allow("), concat!("#![", "allow(")];
/// Folders of the machines we work on; nobody else has them.
const MACHINE_PATHS: [&str; 3] = [concat!("/ro", "ot/"), concat!("/wo", "rk/"), concat!("/fa", "rm/")];
/// Names that say nothing about what is inside.
const EMPTY_NAMES: [&str; 6] = ["utils", "util", "helper", "helpers", "common", "manager"];
/// Written by programs: long lines and foreign paths are theirs.
const NOT_OURS: [&str; 4] = ["Cargo.lock", "go.sum", ".sum", "package-lock.json"];

/// The one crate with `unsafe` in it states its own lints; everybody else inherits that it is forbidden.
const OWN_LINTS: &str = "host/plugin/deserialize/Cargo.toml";

/// Everything these rules find.
pub(super) fn check(tree: &Tree) -> Vec<String> {
    let mut findings: Vec<String> = tree.ending(".rs").flat_map(rust).collect();
    for file in tree.files.iter().filter(|file| !NOT_OURS.iter().any(|ending| file.path.ends_with(ending))) {
        findings.extend(lines_with(file, &MACHINE_PATHS, starts_a_path, "a path of one machine"));
        findings.extend(empty_name(&file.path));
    }
    findings.extend(tree.ending(".md").flat_map(|file| dead_links(tree, file)));
    findings.extend(tree.ending("Cargo.toml").filter_map(without_lints));
    findings
}

/// Files above `lines`, longest first.
pub(super) fn longer_than(tree: &Tree, lines: usize) -> Vec<String> {
    let mut long: Vec<_> = tree
        .ending(".rs")
        .map(|file| (file.text.lines().count(), file.path.as_str()))
        .filter(|(count, _)| *count > lines)
        .collect();
    long.sort_unstable();
    long.into_iter().rev().map(|(count, path)| format!("{path} ({count})")).collect()
}

fn rust(file: &SourceFile) -> Vec<String> {
    let mut findings = Vec::new();
    if !file.text.lines().find(|line| !line.trim().is_empty()).is_some_and(|line| line.starts_with("//!")) {
        findings.push(format!("{}: does not open with `//!` saying what it is", file.path));
    }
    let lines = file.text.lines().count();
    if lines > LINES_MAX {
        findings.push(format!("{}: {lines} lines, at most {LINES_MAX}", file.path));
    }
    let anywhere = |_: &str, _: usize| true;
    findings.extend(lines_with(file, &SILENCED, anywhere, "use `#[expect(lint, reason = …)]`"));
    findings.extend(lines_with(file, &UNFINISHED, anywhere, "finish it or write an issue"));
    findings
}

fn lines_with(file: &SourceFile, words: &[&str], counts: fn(&str, usize) -> bool, why: &str) -> Vec<String> {
    let hit =
        |line: &str| words.iter().find(|word| line.match_indices(**word).any(|(at, _)| counts(line, at))).copied();
    let numbered = file.text.lines().enumerate();
    numbered.filter_map(|(index, line)| Some(format!("{}:{}: `{}`: {why}", file.path, index + 1, hit(line)?))).collect()
}

/// Not in the middle of a longer path or a URL.
fn starts_a_path(line: &str, at: usize) -> bool {
    !line[..at].ends_with(|before: char| before.is_ascii_alphanumeric() || "._-}*".contains(before))
}

fn empty_name(path: &str) -> Option<String> {
    let stem = path.rsplit('/').next()?.strip_suffix(".rs")?;
    EMPTY_NAMES.contains(&stem).then(|| format!("{path}: a name that says nothing about what is inside"))
}

fn without_lints(file: &SourceFile) -> Option<String> {
    let bare =
        file.path != OWN_LINTS && file.text.contains("[package]") && !file.text.contains("[lints]\nworkspace = true");
    bare.then(|| format!("{}: lacks `[lints] workspace = true`", file.path))
}

/// Relative links that lead to no file or folder of the tree.
fn dead_links(tree: &Tree, file: &SourceFile) -> Vec<String> {
    let here = file.path.rsplit_once('/').map_or("", |(dir, _)| dir);
    let links = file.text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    links
        .map(|link| link.split('#').next().unwrap_or_default())
        .filter(|link| !link.is_empty() && !link.contains(':') && !link.contains(' '))
        .filter(|link| !exists(tree, &resolve(here, link)))
        .map(|link| format!("{}: link to {link} leads nowhere", file.path))
        .collect()
}

fn resolve(here: &str, link: &str) -> String {
    let mut parts: Vec<&str> = here.split('/').filter(|part| !part.is_empty()).collect();
    for part in link.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

fn exists(tree: &Tree, path: &str) -> bool {
    let folder = format!("{path}/");
    // A picture is no text file, so it is looked for where it would lie.
    let picture = || !tree.root.as_os_str().is_empty() && tree.root.join(path).is_file();
    tree.files.iter().any(|file| file.path == path || file.path.starts_with(&folder)) || picture()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(path: &str, text: &str) -> Vec<String> {
        check(&Tree::of(&[(path, text)]))
    }

    #[test]
    fn a_file_that_does_not_say_what_it_is_is_found() {
        assert_eq!(findings("a.rs", "fn a() {}\n").len(), 1);
        assert!(findings("a.rs", "//! A.\nfn a() {}\n").is_empty());
    }

    #[test]
    fn a_silenced_lint_is_found() {
        assert_eq!(findings("a.rs", &format!("//! A.\n{}dead_code)]\n", SILENCED[0])).len(), 1);
    }

    #[test]
    fn a_machines_path_is_found_and_a_longer_path_is_not() {
        assert_eq!(findings("a.md", &format!("see {}x", MACHINE_PATHS[1])).len(), 1);
        assert!(findings("a.md", &format!("see ~/my{}x", MACHINE_PATHS[1])).is_empty());
    }

    #[test]
    fn a_link_to_a_file_that_is_gone_is_found() {
        let tree = Tree::of(&[("docs/a.md", "[b](../b.md) [c](c.md#x) [w](https://example.org)"), ("b.md", "")]);
        assert_eq!(check(&tree), ["docs/a.md: link to c.md leads nowhere"]);
    }
}
