//! Which addresses are whose.

use std::net::SocketAddr;

use crate::egress::{AddressKind as K, Host, Perimeter, Verdict, classify};

fn kind(address: &str) -> Option<K> {
    match classify(address.parse().unwrap()) {
        Verdict::Public => None,
        Verdict::Refused(kind) => Some(kind),
    }
}

#[test]
fn each_special_range_is_named_at_both_of_its_ends() {
    for (first, last, expected) in [
        ("127.0.0.0", "127.255.255.255", K::Loopback),
        ("10.0.0.0", "10.255.255.255", K::Private),
        ("172.16.0.0", "172.31.255.255", K::Private),
        ("192.168.0.0", "192.168.255.255", K::Private),
        ("100.64.0.0", "100.127.255.255", K::CarrierNat),
        ("169.254.0.0", "169.254.255.255", K::LinkLocal),
        ("224.0.0.0", "239.255.255.255", K::Multicast),
        ("192.0.2.0", "203.0.113.255", K::Documentation),
        ("198.18.0.0", "198.19.255.255", K::Benchmarking),
        ("0.0.0.1", "255.255.255.254", K::Reserved),
        ("240.0.0.0", "192.0.0.1", K::Reserved),
        ("fe80::", "febf:ffff::", K::LinkLocal),
        ("fc00::", "fdff:ffff::", K::UniqueLocal),
        ("ff00::", "ffff::", K::Multicast),
        ("2001:db8::", "3fff:fff::1", K::Documentation),
        ("2002::", "2001:0:1::", K::Tunnel),
        ("::2", "64:ff9b:1::1", K::Tunnel),
        ("4000::", "100::1", K::Reserved),
        ("2001:20::1", "5f00::1", K::Reserved),
    ] {
        assert_eq!((kind(first), kind(last)), (Some(expected), Some(expected)), "{first} {last}");
    }
    assert_eq!(kind("0.0.0.0"), Some(K::Unspecified));
    assert_eq!(kind("::"), Some(K::Unspecified));
    assert_eq!(kind("255.255.255.255"), Some(K::Broadcast));
    assert_eq!(kind("2a00:1:2:3:0:5efe:7f00:1"), Some(K::Tunnel));
}

#[test]
fn the_neighbours_of_special_ranges_are_public() {
    for address in [
        "9.255.255.255",
        "11.0.0.0",
        "126.255.255.255",
        "128.0.0.0",
        "172.15.255.255",
        "172.32.0.0",
        "192.167.255.255",
        "192.169.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "169.253.255.255",
        "169.255.0.0",
        "223.255.255.255",
        "8.8.8.8",
        "2606:4700::1111",
        "2001:4860:4860::8888",
        "64:ff9b::808:808",
        "::ffff:8.8.8.8",
    ] {
        assert_eq!(kind(address), None, "{address}");
    }
}

#[test]
fn metadata_services_are_known_in_every_form() {
    for address in [
        "169.254.169.254",
        "169.254.170.2",
        "169.254.170.23",
        "169.254.0.23",
        "100.100.100.200",
        "168.63.129.16",
        "fd00:ec2::254",
        "fd20:ce::254",
        "::ffff:169.254.169.254",
        "64:ff9b::a9fe:a9fe",
    ] {
        assert_eq!(kind(address), Some(K::Metadata), "{address}");
    }
}

fn socket(text: &str) -> SocketAddr {
    text.parse().unwrap()
}

#[test]
fn an_internal_binding_opens_what_is_inside_and_nothing_that_hands_out_rights() {
    let perimeter = Perimeter {
        api_servers: vec![(Host::parse("10.96.0.1").unwrap(), 443), (Host::parse("localhost").unwrap(), 6443)],
        cluster_ranges: vec!["10.96.0.0/12".parse().unwrap(), "203.0.112.0/24".parse().unwrap()],
        unplaced: 0,
    };
    for inside in ["127.0.0.1:11434", "10.1.2.3:80", "[fd12::1]:80", "100.64.0.1:80", "10.96.0.9:80", "[::1]:11434"] {
        assert!(perimeter.admit(socket(inside), false).is_err(), "{inside}");
        assert_eq!(perimeter.admit(socket(inside), true), Ok(()), "{inside}");
    }
    for (never, expected) in [
        ("169.254.169.254:80", K::Metadata),
        ("[fd00:ec2::254]:80", K::Metadata),
        ("169.254.1.1:80", K::LinkLocal),
        ("0.0.0.0:80", K::Unspecified),
        ("224.0.0.1:80", K::Multicast),
        ("10.96.0.1:443", K::ApiServer),
        ("[::ffff:10.96.0.1]:443", K::ApiServer),
        ("127.0.0.1:6443", K::ApiServer),
    ] {
        assert_eq!(perimeter.admit(socket(never), true), Err(expected), "{never}");
    }
    assert_eq!(perimeter.admit(socket("203.0.112.9:80"), false), Err(K::Cluster), "a public pod range is a pod range");
}

#[test]
fn an_api_server_is_refused_by_name_before_it_is_looked_up() {
    let server = Host::parse("k8s.example.com").unwrap();
    let perimeter = Perimeter { api_servers: vec![(server.clone(), 6443)], cluster_ranges: Vec::new(), unplaced: 0 };
    assert_eq!(perimeter.admit_host(&server, 6443), Err(K::ApiServer));
    assert_eq!(perimeter.admit_host(&server, 443), Ok(()));
}

#[test]
fn one_address_inside_spoils_a_name_that_leads_outside_too() {
    let both = [socket("93.184.216.34:443"), socket("127.0.0.1:443")];
    assert_eq!(Perimeter::default().admit_all(&both, false), Err(K::Loopback));
}
