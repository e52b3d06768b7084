//! One request for a file or a page: which form the browser takes, what it has already, and the right status.

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;

use super::{Console, File, INDEX};

/// Files whose name is a digest of their content.
const FOREVER: &str = "public, max-age=31536000, immutable";
/// Kept, and asked for each time whether it still is the one.
const ASK: &str = "no-cache";

/// Whether the browser that asks for a page is logged in, where its script finds it without asking. Source: Server Timing
/// (W3C), which is the one header of a page that a script may read.
const SESSION: HeaderName = HeaderName::from_static("server-timing");

/// The answer; nothing when this is neither a file nor asked for as a page.
pub fn answer(console: &Console, path: &str, headers: &HeaderMap, held: impl FnOnce() -> bool) -> Option<Response> {
    let name = path.trim_start_matches('/');
    if let Some(file) = console.files.get(name).filter(|_| name != INDEX) {
        return Some(served(file, StatusCode::OK, headers));
    }
    let page = console.pages.at(path);
    if page.is_none() && !wants_a_page(headers) {
        return None;
    }
    let status = if page.is_some() { StatusCode::OK } else { StatusCode::NOT_FOUND };
    let mut response = console.files.get(INDEX).map(|index| served(index, status, headers))?;
    let session = if held() { "session;desc=held" } else { "session;desc=none" };
    response.headers_mut().insert(SESSION, HeaderValue::from_static(session));
    if let Some(links) = page.and_then(|page| preloads(&page.needs)) {
        response.headers_mut().insert(header::LINK, links);
    }
    Some(response)
}

/// What the page's own files are, said before the first script could ask for them. Source: RFC 8288.
fn preloads(needs: &[String]) -> Option<HeaderValue> {
    let links: Vec<String> = needs.iter().map(|name| format!("</{name}>; rel=modulepreload")).collect();
    HeaderValue::from_str(&links.join(", ")).ok().filter(|links| !links.is_empty())
}

/// Whether a person's browser goes there, and no program.
fn wants_a_page(headers: &HeaderMap) -> bool {
    headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"))
}

fn served(file: &File, status: StatusCode, headers: &HeaderMap) -> Response {
    let (coding, bytes) = form(file, headers);
    // Forms of one file are different bytes, so each has a tag of its own.
    let tag =
        coding.map_or_else(|| file.tag.clone(), |coding| format!("{}-{coding}\"", file.tag.trim_end_matches('"')));
    let has_it = status == StatusCode::OK && has(headers, &tag);
    let mut response = Response::new(if has_it { Body::empty() } else { Body::from(bytes) });
    *response.status_mut() = if has_it { StatusCode::NOT_MODIFIED } else { status };
    let mut put = |name: HeaderName, text: &str| {
        if let Ok(value) = HeaderValue::from_str(text) {
            response.headers_mut().insert(name, value);
        }
    };
    put(header::CONTENT_TYPE, file.kind);
    put(header::CACHE_CONTROL, if file.hashed { FOREVER } else { ASK });
    put(header::ETAG, &tag);
    put(header::VARY, "accept-encoding");
    if let Some(coding) = coding {
        put(header::CONTENT_ENCODING, coding);
    }
    response
}

/// The smallest form that is taken.
fn form(file: &File, headers: &HeaderMap) -> (Option<&'static str>, Bytes) {
    for (coding, bytes) in [("br", &file.brotli), ("gzip", &file.gzip)] {
        if let Some(bytes) = bytes.as_ref().filter(|_| takes(headers, coding)) {
            return (Some(coding), bytes.clone());
        }
    }
    (None, file.plain.clone())
}

/// Whether a coding is named and not refused (`q=0`). Source: RFC 9110, section 12.5.3.
fn takes(headers: &HeaderMap, coding: &str) -> bool {
    let all = headers.get_all(header::ACCEPT_ENCODING).into_iter().filter_map(|value| value.to_str().ok());
    all.flat_map(|line| line.split(',')).any(|one| {
        let mut parts = one.split(';').map(str::trim);
        let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(coding));
        let refused = |part: &str| part.strip_prefix("q=").is_some_and(|q| q.parse::<f32>() == Ok(0.0));
        named && !parts.any(refused)
    })
}

/// Whether the browser has this very form. Source: RFC 9110, section 13.1.2; the comparison is the weak one.
fn has(headers: &HeaderMap, tag: &str) -> bool {
    let all = headers.get_all(header::IF_NONE_MATCH).into_iter().filter_map(|value| value.to_str().ok());
    all.flat_map(|line| line.split(','))
        .map(str::trim)
        .any(|known| known == "*" || known.trim_start_matches("W/") == tag)
}

#[cfg(test)]
mod tests {
    use super::super::tests::built;
    use super::*;

    fn asked(path: &str, headers: &[(HeaderName, &str)]) -> Option<(u16, Response)> {
        let headers = headers.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect();
        answer(&Console::of(built()).unwrap(), path, &headers, || false)
            .map(|response| (response.status().as_u16(), response))
    }

    fn header_of(response: &Response, name: HeaderName) -> &str {
        response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    #[test]
    fn a_file_comes_in_the_smallest_form_that_is_taken() {
        for (takes, coding) in [
            ("gzip, deflate, br", "br"),
            ("gzip", "gzip"),
            ("br;q=0, gzip;q=0.5", "gzip"),
            ("identity", ""),
            ("br;q=0", ""),
        ] {
            let (status, response) = asked("/assets/app-abc.js", &[(header::ACCEPT_ENCODING, takes)]).unwrap();
            assert_eq!((status, header_of(&response, header::CONTENT_ENCODING)), (200, coding), "{takes}");
            assert_eq!(header_of(&response, header::CACHE_CONTROL), FOREVER);
            assert_eq!(header_of(&response, header::CONTENT_TYPE), "text/javascript; charset=utf-8");
        }
    }

    #[test]
    fn what_the_browser_has_is_not_sent_again_and_another_form_is() {
        let (_, plain) = asked("/", &[]).unwrap();
        let tag = header_of(&plain, header::ETAG).to_owned();
        assert_eq!(header_of(&plain, header::CACHE_CONTROL), ASK);
        for known in [tag.clone(), format!("W/{tag}"), format!("\"x\", {tag}"), "*".to_owned()] {
            assert_eq!(asked("/", &[(header::IF_NONE_MATCH, &known)]).unwrap().0, 304, "{known}");
        }
        let other = asked("/", &[(header::IF_NONE_MATCH, &tag), (header::ACCEPT_ENCODING, "br")]).unwrap();
        assert_eq!((other.0, header_of(&other.1, header::CONTENT_ENCODING)), (200, "br"));
    }

    #[test]
    fn a_page_says_whether_its_browser_is_logged_in_and_a_file_does_not() {
        let console = Console::of(built()).unwrap();
        for (held, said) in [(true, "session;desc=held"), (false, "session;desc=none")] {
            let page = answer(&console, "/plans/p-1", &HeaderMap::new(), || held).unwrap();
            assert_eq!(header_of(&page, SESSION), said);
        }
        let file = answer(&console, "/assets/app-abc.js", &HeaderMap::new(), || panic!("nobody asks")).unwrap();
        assert!(file.headers().get(SESSION).is_none());
    }

    #[test]
    fn a_page_says_which_files_it_needs_of_its_own_and_others_say_nothing() {
        let (_, plan) = asked("/plans/p-1", &[]).unwrap();
        assert_eq!(header_of(&plan, header::LINK), "</assets/app-abc.js>; rel=modulepreload");
        for path in ["/", "/assets/app-abc.js"] {
            assert!(asked(path, &[]).unwrap().1.headers().get(header::LINK).is_none(), "{path}");
        }
    }

    #[test]
    fn a_page_is_the_console_and_what_is_none_says_so_with_its_status() {
        let browser = [(header::ACCEPT, "text/html,*/*")];
        for (path, headers, status) in [
            ("/", &[][..], Some(200)),
            ("/plans/p-1", &[], Some(200)),
            ("/r/pods/demo/shop/web", &browser, Some(200)),
            ("/nowhere", &browser, Some(404)),
            ("/nowhere", &[], None),
            ("/assets/gone-123.js", &[], None),
            ("/routes.json", &[], None),
            ("/../etc/passwd", &[], None),
        ] {
            assert_eq!(asked(path, headers).map(|(status, _)| status), status, "{path}");
        }
        let (_, lost) = asked("/nowhere", &[browser[0].clone(), (header::IF_NONE_MATCH, "*")]).unwrap();
        assert_eq!(lost.status(), 404, "what is not there is not unchanged");
    }
}
