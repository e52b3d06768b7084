//! Paths, headers and redirects.

use crate::egress::{BaseUrl, HEADERS_MAX, Header, Reason, RequestPath, check_headers, redirected};

#[test]
fn a_path_that_leaves_its_base_in_any_spelling_is_refused() {
    for odd in [
        "",
        "a",
        "//a",
        "/a//b",
        "/..",
        "/.",
        "/a/../b",
        "/%2e%2e/b",
        "/%2E./b",
        "/.%2e",
        "/a%2fb",
        "/a%5cb",
        "/a\\b",
        "/a#b",
        "/a b",
        "/a\r\nb",
        "/ä",
        "/a%",
        "/a%2",
        "/a%zz",
        "/a%00",
        "/%252e%252e/b",
        "/..;/b",
        "/a?b#c",
        "*",
        "http://a/",
    ] {
        let refusal = RequestPath::parse(odd).expect_err(odd);
        assert_eq!(refusal.reason, Reason::Path, "{odd:?}");
    }
    assert!(RequestPath::parse(&format!("/{}", "a".repeat(1024))).is_err());
}

#[test]
fn a_plain_path_and_its_query_pass_as_they_are() {
    let base = BaseUrl::parse("https://a/v1").unwrap();
    for plain in
        ["/", "/api/chat", "/v1beta/models/gemini:streamGenerateContent?alt=sse", "/a%20b", "/a.b/c..d/?q=../x", "/a/"]
    {
        assert_eq!(RequestPath::parse(plain).unwrap().below(&base), format!("/v1{plain}"));
    }
    assert_eq!(RequestPath::parse("/a?key=value").unwrap().bare(), "/a", "a query stays out of the log");
}

fn header(name: &str, value: &str) -> Header {
    Header { name: name.to_owned(), value: value.to_owned() }
}

#[test]
fn a_header_that_is_the_hosts_or_names_somebody_else_is_refused() {
    for name in [
        "host",
        "authorization",
        "cookie",
        "connection",
        "content-length",
        "transfer-encoding",
        "te",
        "upgrade",
        "expect",
        "accept-encoding",
        "user-agent",
        "proxy-authorization",
        "x-forwarded-for",
        "x-forwarded-host",
        "forwarded",
        "x-api-key",
        "x-goog-api-key",
        "impersonate-user",
        "metadata-flavor",
        "metadata",
        "x-http-method-override",
        "sec-fetch-site",
        "",
        "Content-Type",
        "a b",
        "a:b",
        "x-credential",
    ] {
        let refusal = check_headers(&[header(name, "x")], Some("x-credential")).expect_err(name);
        assert_eq!(refusal.reason, Reason::Header);
    }
    assert!(check_headers(&[header(&"a".repeat(65), "x")], None).is_err());
}

#[test]
fn a_value_that_could_end_its_line_is_refused() {
    for value in ["a\r\nhost: b", "a\nb", "a\0", "ä", " a", "a ", "a\tb", &"a".repeat(1025)] {
        assert!(check_headers(&[header("x-a", value)], None).is_err(), "{value:?}");
    }
    let fine = [header("content-type", "application/json; charset=utf-8"), header("anthropic-version", "2023-06-01")];
    assert_eq!(check_headers(&fine, Some("x-credential")), Ok(()));
}

#[test]
fn headers_are_few_and_each_is_there_once() {
    assert!(check_headers(&[header("x-a", "1"), header("x-a", "2")], None).is_err());
    let many: Vec<_> = (0..=HEADERS_MAX).map(|at| header(&format!("x-{at}"), "1")).collect();
    assert!(check_headers(&many, None).is_err());
    assert_eq!(check_headers(&many[1..], None), Ok(()));
}

#[test]
fn a_redirect_to_another_origin_is_refused() {
    let base = BaseUrl::parse("https://a.example/v1").unwrap();
    for elsewhere in [
        "https://b.example/v1/x",
        "http://a.example/v1/x",
        "https://a.example:444/v1/x",
        "//b.example/v1/x",
        "https://a.example@b.example/v1/x",
        "https://a.example\\@b.example/v1/x",
        "https://a.example.b.example/v1/x",
        "x",
        "",
        "javascript:alert(1)",
        "/\\b.example",
        "https://127.0.0.1/v1/x",
        "ftp://a.example/v1/x",
        "https:///v1/x",
        "https://a.example",
        "https://a.example?x",
    ] {
        let refusal = redirected(&base, Some(elsewhere)).expect_err(elsewhere);
        assert_eq!(refusal.reason, Reason::Redirect, "{elsewhere:?}");
        assert!(!refusal.why.contains("b.example"), "the server's words are not repeated: {refusal}");
    }
    assert!(redirected(&base, None).is_err());
}

#[test]
fn a_redirect_below_the_base_is_a_path_of_it() {
    let base = BaseUrl::parse("https://a.example/v1").unwrap();
    for (target, path) in
        [("/v1/x", "/x"), ("https://A.example/v1/x?y", "/x?y"), ("https://a.example:443/v1/x", "/x"), ("/v1/", "/")]
    {
        assert_eq!(redirected(&base, Some(target)), RequestPath::parse(path));
    }
    for outside in ["/", "/v2/x", "/v1x", "/v1/../admin", "https://a.example/v2"] {
        assert!(redirected(&base, Some(outside)).is_err(), "{outside}");
    }
}
