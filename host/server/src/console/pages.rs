//! The pages of the console, as its router knows them: patterns of segments, where `$x` is any one of them, and the files
//! that each needs beside the first ones.

use std::collections::BTreeMap;

use serde::Deserialize;

/// Most pages.
const PAGES_MAX: usize = 200;
/// Most files that one page needs of its own.
const NEEDS_MAX: usize = 16;

/// One page.
#[derive(Debug)]
pub(super) struct Page {
    /// Its pattern, in segments.
    pattern: Vec<String>,
    /// Files by their path from the root.
    pub(super) needs: Vec<String>,
}

/// All of them.
#[derive(Debug)]
pub(super) struct Pages(Vec<Page>);

#[derive(Deserialize)]
struct List {
    routes: Vec<String>,
    #[serde(default)]
    needs: BTreeMap<String, Vec<String>>,
}

impl Pages {
    /// From `routes.json`.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, String> {
        let mut list: List = serde_json::from_slice(bytes).map_err(|error| format!("routes.json: {error}"))?;
        if list.routes.len() > PAGES_MAX {
            return Err(format!("routes.json has more than PAGES_MAX = {PAGES_MAX} pages"));
        }
        if let Some((page, _)) = list.needs.iter().find(|(_, needs)| needs.len() > NEEDS_MAX) {
            return Err(format!("routes.json: {page} needs more than NEEDS_MAX = {NEEDS_MAX} files"));
        }
        let page = |route: &String| Page {
            pattern: segments(route).map(str::to_owned).collect(),
            needs: list.needs.remove(route).unwrap_or_default(),
        };
        Ok(Self(list.routes.iter().map(page).collect()))
    }

    /// What each needs, with its pattern.
    pub(super) fn needs(&self) -> impl Iterator<Item = (String, &[String])> {
        self.0.iter().map(|page| (format!("/{}", page.pattern.join("/")), page.needs.as_slice()))
    }

    /// The page that has this address.
    pub(super) fn at(&self, path: &str) -> Option<&Page> {
        let asked: Vec<&str> = segments(path).collect();
        self.0.iter().find(|Page { pattern, .. }| {
            pattern.len() == asked.len()
                && pattern.iter().zip(&asked).all(|(own, asked)| own.starts_with('$') || own == asked)
        })
    }
}

/// Of an address, what stands between slashes; a slash at the end means nothing.
fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|segment| !segment.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_found_by_its_pattern_and_nothing_else_is_one() {
        let pages = Pages::parse(br#"{"routes": ["/", "/plans", "/plans/$id"]}"#).unwrap();
        for page in ["/", "/plans", "/plans/", "/plans/p-1"] {
            assert!(pages.at(page).is_some(), "{page}");
        }
        for none in ["/plan", "/plans/p-1/x", "/r"] {
            assert!(pages.at(none).is_none(), "{none}");
        }
        assert!(Pages::parse(b"[]").is_err());
    }

    #[test]
    fn a_page_needs_its_own_files_and_not_endlessly_many() {
        let pages = Pages::parse(br#"{"routes": ["/", "/plans/$id"], "needs": {"/plans/$id": ["assets/plan.js"]}}"#);
        let pages = pages.unwrap();
        assert_eq!(pages.at("/plans/p-1").unwrap().needs, ["assets/plan.js"]);
        assert!(pages.at("/").unwrap().needs.is_empty());
        let many = serde_json::json!({"routes": ["/"], "needs": {"/": vec!["a"; NEEDS_MAX + 1]}});
        assert!(Pages::parse(many.to_string().as_bytes()).unwrap_err().contains("NEEDS_MAX"));
    }
}
