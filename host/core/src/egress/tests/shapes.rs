//! The forty-five shapes, held against the decision each must fall at.

use std::net::SocketAddr;

use crate::egress::{BaseUrl, Binding, Header, Host, Perimeter, RequestPath, check_headers, redirected};

/// Shared with the gate's own tests.
const SHAPES: &str = include_str!("ssrf.txt");
const COUNT: usize = 45;

fn perimeter() -> Perimeter {
    let api_servers = vec![(Host::parse("127.0.0.1").unwrap(), 6443)];
    Perimeter { api_servers, cluster_ranges: vec!["10.96.0.0/12".parse().unwrap()], unplaced: 0 }
}

/// As the gate does it: the binding first, then the host, then a host that needs no resolver.
fn url_is_refused(url: &str) -> bool {
    let Ok(binding) = Binding::to(url).and_then(Binding::checked) else { return true };
    let BaseUrl { host, port, .. } = binding.base;
    if perimeter().admit_host(&host, port).is_err() {
        return true;
    }
    match host {
        Host::Address(address) => perimeter().admit(SocketAddr::new(address, port), false).is_err(),
        Host::Name(name) => name == "localhost" && perimeter().admit("127.0.0.1:443".parse().unwrap(), false).is_err(),
    }
}

fn resolution_is_refused(addresses: &str) -> bool {
    let addresses: Vec<SocketAddr> =
        addresses.split(',').map(|address| SocketAddr::new(address.parse().unwrap(), 443)).collect();
    perimeter().admit_all(&addresses, false).is_err()
}

fn header_is_refused(line: &str) -> bool {
    let (name, value) = line.split_once(": ").unwrap();
    check_headers(&[Header { name: name.to_owned(), value: value.to_owned() }], None).is_err()
}

#[test]
fn every_shape_is_refused_before_anything_is_dialled() {
    let base = BaseUrl::parse("https://api.example.com/v1").unwrap();
    let mut seen = 0;
    for line in SHAPES.lines().filter(|line| !line.starts_with('#')) {
        let (what, how) = line.split_once(' ').unwrap();
        let how = how.trim();
        let refused = match what {
            "url" => url_is_refused(how),
            "resolve" => resolution_is_refused(how),
            "path" => RequestPath::parse(how).is_err(),
            "header" => header_is_refused(how),
            "redirect" => redirected(&base, Some(how)).is_err(),
            other => panic!("{other:?} is no sort of shape"),
        };
        assert!(refused, "let through: {line}");
        seen += 1;
    }
    assert_eq!(seen, COUNT);
}

#[test]
fn the_same_ways_are_open_to_what_is_plain() {
    assert!(!url_is_refused("https://api.example.com/v1"));
    assert!(!url_is_refused("https://93.184.216.34:8443/"));
    assert!(!resolution_is_refused("93.184.216.34,2606:2800:220:1:248:1893:25c8:1946"));
    assert!(!header_is_refused("content-type: application/json"));
}
