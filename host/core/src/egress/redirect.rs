//! Redirects: followed within the origin and below the base, for reads, a few times; refused otherwise.
//!
//! A POST is never sent again, so its redirect is always refused. Nothing of the refused target is repeated: it is the
//! server's text.

use super::{BaseUrl, Reason, Refusal, RequestPath};

/// Most redirects of one request.
pub const REDIRECTS_MAX: u32 = 3;

/// Where a redirect of a GET leads, as a path below the base.
///
/// # Errors
/// A refusal: another origin, outside of the base, or no `Location` that can be read.
pub fn redirected(base: &BaseUrl, location: Option<&str>) -> Result<RequestPath, Refusal> {
    let location = location.ok_or_else(|| refused("without a readable target"))?;
    let path =
        if location.starts_with('/') && !location.starts_with("//") { location } else { within(base, location)? };
    let below = path.strip_prefix(base.path()).filter(|below| below.starts_with('/'));
    RequestPath::parse(below.ok_or_else(|| refused("out of the bound base"))?)
        .map_err(|_| refused("to a path that is not plain"))
}

/// The path of an absolute URL of the same origin.
fn within<'a>(base: &BaseUrl, location: &'a str) -> Result<&'a str, Refusal> {
    let elsewhere = || refused("to another origin");
    let authority_at = location.find("://").ok_or_else(elsewhere)? + 3;
    let authority_ends = location[authority_at..].find(['/', '?', '#', '\\']).map(|at| authority_at + at);
    let (origin, path) = location.split_at(authority_ends.unwrap_or(location.len()));
    let origin = BaseUrl::parse(origin).map_err(|_| elsewhere())?;
    if base.same_origin(&origin) { Ok(path) } else { Err(elsewhere()) }
}

fn refused(why: &str) -> Refusal {
    Refusal::new(Reason::Redirect, format!("it redirects {why}"))
}
