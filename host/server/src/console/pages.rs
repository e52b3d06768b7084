//! The pages of the console, as its router knows them: patterns of segments, where `$x` is any one of them.

use serde::Deserialize;

/// Most pages.
const PAGES_MAX: usize = 200;

/// The patterns, in segments.
#[derive(Debug)]
pub(super) struct Pages(Vec<Vec<String>>);

#[derive(Deserialize)]
struct List {
    routes: Vec<String>,
}

impl Pages {
    /// From `routes.json`.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, String> {
        let list: List = serde_json::from_slice(bytes).map_err(|error| format!("routes.json: {error}"))?;
        if list.routes.len() > PAGES_MAX {
            return Err(format!("routes.json has more than PAGES_MAX = {PAGES_MAX} pages"));
        }
        let pattern = |route: &String| segments(route).map(str::to_owned).collect();
        Ok(Self(list.routes.iter().map(pattern).collect()))
    }

    /// Whether a page has this address.
    pub(super) fn any(&self, path: &str) -> bool {
        let asked: Vec<&str> = segments(path).collect();
        self.0.iter().any(|pattern| {
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
            assert!(pages.any(page), "{page}");
        }
        for none in ["/plan", "/plans/p-1/x", "/r"] {
            assert!(!pages.any(none), "{none}");
        }
        assert!(Pages::parse(b"[]").is_err());
    }
}
