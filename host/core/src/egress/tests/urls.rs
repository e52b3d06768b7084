//! Hosts, base URLs and bindings.

use std::net::IpAddr;

use crate::egress::{
    AddressKind, BadHost, BadUrl, BaseUrl, Binding, BindingError, DataClasses, Host, Injection, RequestPath, Scheme,
};

#[test]
fn a_host_in_a_form_that_some_parser_reads_as_an_address_is_refused() {
    for odd in [
        "0177.0.0.1",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "127.1",
        "1",
        "127.0.0.01",
        "1.2.3.4.5",
        "256.1.1.1",
        "0x",
        "a.0x7f",
    ] {
        assert_eq!(Host::parse(odd), Err(BadHost::AddressForm), "{odd}");
    }
    assert_eq!(Host::parse("127.0.0.1"), Ok(Host::Address(IpAddr::from([127, 0, 0, 1]))));
    assert!(
        Host::parse("v4.example").is_ok() && Host::parse("1password.com").is_ok() && Host::parse("0xcafe.io").is_ok()
    );
}

#[test]
fn a_host_that_is_no_plain_name_is_refused() {
    for (odd, why) in [
        ("", BadHost::Empty),
        ("a@b", BadHost::UserInfo),
        ("example.com.", BadHost::TrailingDot),
        ("exa mple.com", BadHost::Character),
        ("exämple.com", BadHost::Character),
        ("１２７.0.0.1", BadHost::Character),
        ("a%2eb", BadHost::Character),
        ("a_b.c", BadHost::Character),
        ("a..b", BadHost::Label),
        ("-a.b", BadHost::Label),
        ("[::1", BadHost::Bracket),
        ("[::1%25eth0]", BadHost::Bracket),
        ("[example.com]", BadHost::Bracket),
    ] {
        assert_eq!(Host::parse(odd), Err(why), "{odd:?}");
    }
    assert_eq!(Host::parse(&"a.".repeat(200)), Err(BadHost::TooLong));
    assert_eq!(Host::parse("API.Example.COM"), Ok(Host::Name("api.example.com".to_owned())));
}

#[test]
fn a_base_url_is_read_into_its_parts_and_back() {
    let base = BaseUrl::parse("https://api.example.com:8443/v1/").unwrap();
    assert_eq!((base.scheme, base.port, base.path()), (Scheme::Https, 8443, "/v1"));
    assert_eq!(
        (base.authority(), base.to_string()),
        ("api.example.com:8443".into(), "https://api.example.com:8443/v1".into())
    );
    let plain = BaseUrl::parse("HTTPS://api.example.com").unwrap();
    assert_eq!((plain.port, plain.path(), plain.authority()), (443, "", "api.example.com".into()));
    assert_eq!(BaseUrl::parse("http://[::1]:11434").unwrap().authority(), "[::1]:11434");
    assert_eq!(RequestPath::parse("/chat").unwrap().below(&base), "/v1/chat");
}

#[test]
fn a_base_url_that_two_parsers_could_read_differently_is_refused() {
    for (odd, why) in [
        ("ftp://a", BadUrl::Scheme),
        ("api.example.com", BadUrl::Scheme),
        (" https://a", BadUrl::Scheme),
        ("https:/a", BadUrl::Scheme),
        ("https://a:0", BadUrl::Port),
        ("https://a:080", BadUrl::Port),
        ("https://a:65536", BadUrl::Port),
        ("https://a:", BadUrl::Port),
        ("https://a?x=1", BadUrl::Host(BadHost::Character)),
        ("https://a/?x=1", BadUrl::Path),
        ("https://a/#x", BadUrl::Path),
        ("https://a/../b", BadUrl::Path),
        ("https://a//b", BadUrl::Path),
        ("https://a/b\\c", BadUrl::Path),
        ("https://u:p@a", BadUrl::Host(BadHost::UserInfo)),
        ("https://u:1@a:2", BadUrl::Host(BadHost::UserInfo)),
        ("https://a\\@b", BadUrl::Host(BadHost::UserInfo)),
        ("https://", BadUrl::Host(BadHost::Empty)),
    ] {
        assert_eq!(BaseUrl::parse(odd), Err(why), "{odd:?}");
    }
    assert_eq!(BaseUrl::parse(&format!("https://a/{}", "b".repeat(1024))), Err(BadUrl::TooLong));
}

fn bound(url: &str) -> Binding {
    Binding::to(url).unwrap()
}

#[test]
fn what_is_inside_has_to_be_bound_as_inside() {
    assert_eq!(bound("http://127.0.0.1:11434").checked(), Err(BindingError::Clear));
    assert_eq!(bound("https://10.0.0.7").checked(), Err(BindingError::Address(AddressKind::Private)));
    assert!(Binding { internal: true, ..bound("http://127.0.0.1:11434") }.checked().is_ok());
    let metadata = Binding { internal: true, ..bound("http://169.254.169.254") }.checked();
    assert_eq!(metadata, Err(BindingError::Address(AddressKind::Metadata)));
}

#[test]
fn a_new_binding_lets_prompts_and_objects_out_and_nothing_else() {
    assert_eq!(bound("https://api.example.com").classes, DataClasses::usual());
}

#[test]
fn a_credential_goes_into_no_header_that_frames_the_request() {
    let with = |header: &str, prefix: &str| {
        let credential = Some(Injection { header: header.into(), prefix: prefix.into() });
        Binding { credential, ..bound("https://a") }.checked()
    };
    assert!(with("authorization", "Bearer ").is_ok() && with("x-api-key", "").is_ok());
    for header in ["", "Host", "host", "content-length", "transfer-encoding", "proxy-authorization", "a b", "a\r\nb"] {
        assert_eq!(with(header, ""), Err(BindingError::Header(header.to_owned())), "{header:?}");
    }
    assert_eq!(with("authorization", "Bearer\r\n"), Err(BindingError::Prefix));
}

#[test]
fn a_proxy_carries_tls_only_and_leads_to_nothing_inside() {
    let proxy = || Some(BaseUrl::parse("http://proxy.example.com:3128").unwrap());
    let through = |url: &str| Binding { proxy: proxy(), internal: true, ..bound(url) }.checked();
    assert_eq!(through("http://a.example.com"), Err(BindingError::ProxyClear));
    for inside in
        ["https://10.0.0.1", "https://127.0.0.1:1", "https://169.254.169.254", "https://[fe80::1]", "https://localhost"]
    {
        assert!(matches!(through(inside), Err(BindingError::ProxyInside(_) | BindingError::Address(_))), "{inside}");
    }
    assert!(through("https://a.example.com").is_ok() && through("https://93.184.216.34").is_ok());
}

#[test]
fn a_proxy_is_a_host_and_a_port_and_a_ca_is_pem() {
    let proxied = |url: &str| Binding { proxy: Some(BaseUrl::parse(url).unwrap()), ..bound("https://a") }.checked();
    assert!(proxied("http://proxy.example.com:3128").is_ok());
    assert_eq!(proxied("https://proxy.example.com"), Err(BindingError::ProxyForm));
    assert_eq!(proxied("http://proxy.example.com/x"), Err(BindingError::ProxyForm));
    let ca = Binding { ca_pem: Some("nothing".into()), ..bound("https://a") }.checked();
    assert_eq!(ca, Err(BindingError::Ca));
}
