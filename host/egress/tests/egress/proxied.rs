//! Through a proxy: it learns where to, and nothing else.

use std::sync::Arc;

use kubechat_core::egress::{BaseUrl, Binding, Perimeter, Reason};
use kubechat_egress::{Gate, GateError};

use crate::server::{Reply, Server, ok};
use crate::support::{Names, all, config, get, inside, send, with_key};

fn through(proxy: &Server, binding: Binding) -> kubechat_egress::GateConfig {
    let proxy = Some(BaseUrl::parse(&format!("http://{}", proxy.address)).unwrap());
    config(with_key(Binding { proxy, ..binding }))
}

#[tokio::test]
async fn the_proxy_is_asked_to_connect_and_sees_no_credential_before_it_does() {
    // After its consent this one plays the destination too.
    let proxy = Server::start(|seen| match seen.line() {
        "CONNECT model.example.com:80" => Reply::Then(b"HTTP/1.1 200 Connection established\r\n\r\n".to_vec()),
        _ => Reply::Then(ok("behind")),
    })
    .await;
    let mut config = through(&proxy, inside("http://model.example.com"));
    let names = Names::of(&[]);
    config.resolver = names.clone();
    assert_eq!(all(&mut send(&Gate::new(config), get("/x")).await.unwrap()).await.unwrap(), b"behind");
    let seen = proxy.story().seen;
    assert!(!seen[0].head.contains("s3cret") && seen[1].header("authorization") == Some("Bearer s3cret"));
    assert_eq!(names.count(), 0, "the proxy looks the name up");
}

#[tokio::test]
async fn a_proxy_that_refuses_is_said() {
    let proxy = Server::start(|_| Reply::Then(b"HTTP/1.1 407 Who are you\r\n\r\n".to_vec())).await;
    let error = send(&Gate::new(through(&proxy, inside("http://model.example.com"))), get("/")).await.unwrap_err();
    assert!(matches!(&error, GateError::Unreachable(why) if why.contains("proxy")), "{error:?}");
}

#[tokio::test]
async fn a_proxy_opens_no_way_to_an_address_that_is_refused() {
    let proxy = Server::start(|_| Reply::Then(ok(""))).await;
    let mut config = through(&proxy, inside("http://10.0.0.1:6443"));
    config.perimeter = Arc::new(|| Perimeter {
        api_servers: vec![(BaseUrl::parse("http://10.0.0.1").unwrap().host, 6443)],
        cluster_ranges: Vec::new(),
        unplaced: 0,
    });
    let error = send(&Gate::new(config), get("/")).await.unwrap_err();
    assert!(matches!(&error, GateError::Refused(refusal) if refusal.reason == Reason::Address), "{error:?}");
    assert_eq!(proxy.story().connections, 0);
}

#[tokio::test]
async fn a_proxy_opens_no_way_to_what_is_inside_by_its_name_or_address() {
    let proxy = Server::start(|_| Reply::Then(ok(""))).await;
    for url in [
        "http://10.0.0.1:8443",
        "http://127.0.0.1:8443",
        "http://169.254.169.254",
        "http://[fe80::1]",
        "http://localhost:1",
        "http://k8s.example.com:8443",
    ] {
        let binding = Binding { internal: true, ..Binding::to(url).unwrap() };
        let mut config = through(&proxy, binding);
        config.perimeter = Arc::new(|| Perimeter {
            api_servers: vec![(BaseUrl::parse("http://k8s.example.com").unwrap().host, 6443)],
            ..Perimeter::default()
        });
        let error = send(&Gate::new(config), get("/")).await.unwrap_err();
        assert!(matches!(&error, GateError::Refused(refusal) if refusal.reason == Reason::Address), "{url}: {error:?}");
    }
    assert_eq!(proxy.story().connections, 0);
}
