//! What must hold for any text and any address.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use proptest::prelude::*;

use crate::egress::{BaseUrl, Header, Host, Perimeter, RequestPath, Verdict, check_headers, classify, redirected};

/// IPv6 addresses a packet to which ends up at the IPv4 one.
fn forms(v4: Ipv4Addr) -> [IpAddr; 2] {
    let [a, b, c, d] = v4.octets();
    let (high, low) = (u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]));
    [v4.to_ipv6_mapped().into(), Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, high, low).into()]
}

proptest! {
    #[test]
    fn an_ipv4_address_is_judged_the_same_in_every_form(bits: u32) {
        let v4 = Ipv4Addr::from(bits);
        for form in forms(v4) {
            prop_assert_eq!(classify(form), classify(v4.into()), "{}", form);
        }
    }

    #[test]
    fn nothing_the_standard_library_calls_local_is_public(bits: u32) {
        let v4 = Ipv4Addr::from(bits);
        let local = v4.is_private() || v4.is_loopback() || v4.is_link_local() || v4.is_multicast()
            || v4.is_unspecified() || v4.is_broadcast() || v4.is_documentation();
        prop_assert!(!local || classify(v4.into()) != Verdict::Public);
    }

    #[test]
    fn only_global_unicast_is_public(bits: u128) {
        let v6 = Ipv6Addr::from(bits);
        if classify(v6.into()) == Verdict::Public {
            let embedded = matches!(v6.segments(), [0, 0, 0, 0, 0, 0xffff, ..] | [0x64, 0xff9b, 0, 0, 0, 0, ..]);
            prop_assert!(embedded || v6.segments()[0] >> 13 == 1, "{}", v6);
        }
    }

    #[test]
    fn what_is_refused_without_internal_is_never_wider_with_it(bits: u32, port: u16) {
        let at = SocketAddr::new(Ipv4Addr::from(bits).into(), port);
        let perimeter = Perimeter::default();
        prop_assert!(perimeter.admit(at, false).is_err() || perimeter.admit(at, true).is_ok());
    }

    #[test]
    fn a_host_reads_back_as_itself(text in "\\PC{0,40}") {
        if let Ok(host) = Host::parse(&text) {
            prop_assert_eq!(Host::parse(&host.to_string()), Ok(host));
        }
    }

    #[test]
    fn a_numeric_host_is_plain_or_nothing(text in "(0[xX])?[0-9a-fA-F]{1,10}(\\.(0[xX])?[0-9]{1,4}){0,4}") {
        if let Ok(Host::Address(address)) = Host::parse(&text) {
            prop_assert_eq!(address.to_string(), text);
        }
    }

    #[test]
    fn a_base_url_reads_back_as_itself(text in "https?://[a-z0-9.@:\\[\\]-]{0,20}(/[a-z%.?#/]{0,12})?") {
        if let Ok(base) = BaseUrl::parse(&text) {
            prop_assert_eq!(BaseUrl::parse(&base.to_string()), Ok(base));
        }
    }

    #[test]
    fn a_path_that_passes_stays_below_its_base(text in "(/[a-z.%25eEfF\\\\;?#]{0,6}){0,6}") {
        if let Ok(path) = RequestPath::parse(&text) {
            let bare = path.bare().to_ascii_lowercase().replace("%2e", ".").replace("%2f", "/").replace("%5c", "/");
            prop_assert!(bare.starts_with('/') && !bare.contains("//"));
            prop_assert!(bare.split('/').all(|segment| segment != ".." && segment != "."), "{}", bare);
        }
    }

    #[test]
    fn a_redirect_that_passes_is_a_plain_path(text in "\\PC{0,60}") {
        let base = BaseUrl::parse("https://a.example/v1").expect("plain");
        if let Ok(path) = redirected(&base, Some(&text)) {
            prop_assert!(path.below(&base).starts_with("/v1/"));
        }
    }

    #[test]
    fn a_header_that_passes_is_one_line(name in "\\PC{0,20}", value in any::<String>()) {
        if check_headers(&[Header { name: name.clone(), value: value.clone() }], None).is_ok() {
            prop_assert!(name.bytes().all(|b| b.is_ascii_graphic() && b != b':'));
            prop_assert!(value.bytes().all(|b| (b' '..=b'~').contains(&b)));
        }
    }
}
