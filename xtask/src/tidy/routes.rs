//! Every endpoint stands in the authorization test, and every one that changes something in the audit test.
//!
//! An endpoint is a file in `host/server/src/http/routes/`; a test names it by that file's name.

use super::Tree;

const ROUTES: &str = "host/server/src/http/routes/";
/// The endings of the two tests' paths; wherever in the tree they are.
const TESTS: [(&str, &str); 2] = [("authorization.rs", "authorization test"), ("audited.rs", "audit test")];

/// Endpoints missing from a test that is there.
pub(super) fn check(tree: &Tree) -> Vec<String> {
    let routes: Vec<&str> = tree
        .under(ROUTES)
        .filter_map(|file| file.path.strip_prefix(ROUTES)?.strip_suffix(".rs"))
        .filter(|name| *name != "mod")
        .collect();
    let mut findings = Vec::new();
    for (ending, title) in TESTS {
        let test = tree.files.iter().find(|file| is_test(&file.path) && file.path.ends_with(ending));
        let Some(test) = test else { continue };
        let missing = routes.iter().filter(|route| !test.text.contains(&format!("\"{route}\"")));
        findings.extend(missing.map(|route| format!("{ROUTES}{route}.rs: not in the {title} ({})", test.path)));
    }
    findings
}

fn is_test(path: &str) -> bool {
    path.starts_with("tests/") || path.contains("/tests/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_route_missing_from_the_authorization_test_is_found() {
        let tree = Tree::of(&[
            ("host/server/src/http/routes/plan_get.rs", ""),
            ("host/server/src/http/routes/plan_execute.rs", ""),
            ("host/server/tests/authorization.rs", "[\"plan_get\"]"),
        ]);
        assert_eq!(check(&tree).len(), 1);
    }
}
