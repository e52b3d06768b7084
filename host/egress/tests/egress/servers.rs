//! API servers that have names: no other name leads to one of them.

use std::io;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use kubechat_core::egress::{Binding, Host, Perimeter, Reason};
use kubechat_egress::{Gate, GateConfig, GateError, Resolve};

use crate::server::{Reply, Server, ok};
use crate::support::{PUBLIC, Wires, all, bare, config, get, inside, send};

/// Answers by name; none is an error.
#[derive(Default)]
struct Book(Mutex<Vec<(&'static str, Option<IpAddr>)>>);

impl Book {
    fn of(entries: &[(&'static str, Option<&str>)]) -> Arc<Self> {
        let entry = |(name, at): &(&'static str, Option<&str>)| (*name, at.map(|at| at.parse().unwrap()));
        Arc::new(Self(Mutex::new(entries.iter().map(entry).collect())))
    }
}

#[async_trait]
impl Resolve for Book {
    async fn resolve(&self, name: &str) -> io::Result<Vec<IpAddr>> {
        let entries = self.0.lock().unwrap();
        let found = entries.iter().find(|(known, _)| *known == name).and_then(|(_, at)| *at);
        found.map(|at| vec![at]).ok_or_else(|| io::Error::other("no such name"))
    }
}

/// Everything is dialled at this server; the API server is `k8s.example.com` at this port.
fn around(server: &Server, book: &Arc<Book>, binding: Binding, port: u16) -> (GateConfig, Arc<Wires>) {
    let wires = Wires::to(server.address);
    let mut config = config(bare(binding));
    (config.resolver, config.dialler) = (book.clone(), wires.clone());
    config.perimeter = Arc::new(move || Perimeter {
        api_servers: vec![(Host::parse("k8s.example.com").unwrap(), port)],
        ..Perimeter::default()
    });
    (config, wires)
}

fn reason(error: GateError) -> Reason {
    match error {
        GateError::Refused(refusal) => refusal.reason,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn another_name_or_the_address_of_an_api_server_that_has_a_name_is_refused() {
    let server = Server::start(|_| Reply::Then(ok("gotcha"))).await;
    for (url, at) in [("http://alias.example.com:6443", PUBLIC), ("http://10.0.0.9:6443", "10.0.0.9")] {
        let book = Book::of(&[("alias.example.com", Some(at)), ("k8s.example.com", Some(at))]);
        let (config, wires) = around(&server, &book, inside(url), 6443);
        assert_eq!(reason(send(&Gate::new(config), get("/")).await.unwrap_err()), Reason::Address, "{url}");
        assert_eq!(wires.count(), 0);
    }
}

#[tokio::test]
async fn a_server_beside_an_api_server_is_reached_at_another_address_and_at_another_port() {
    let server = Server::start(|_| Reply::Then(ok("model"))).await;
    for (at, port) in [("93.184.216.35", 80), (PUBLIC, 6443)] {
        let book = Book::of(&[("model.example.com", Some(PUBLIC)), ("k8s.example.com", Some(at))]);
        let (config, _) = around(&server, &book, inside("http://model.example.com"), port);
        assert_eq!(all(&mut send(&Gate::new(config), get("/")).await.unwrap()).await.unwrap(), b"model");
    }
}

#[tokio::test]
async fn an_api_server_that_can_not_be_looked_up_closes_its_port_and_is_told() {
    let server = Server::start(|_| Reply::Then(ok("gotcha"))).await;
    let book = Book::of(&[("model.example.com", Some(PUBLIC)), ("k8s.example.com", None)]);
    let (config, wires) = around(&server, &book, inside("http://model.example.com"), 80);
    let gate = Gate::new(config);
    let error = send(&gate, get("/")).await.unwrap_err();
    assert!(error.advice().contains("doctor") && !error.to_string().contains("k8s"), "{error}");
    assert_eq!(reason(error), Reason::ApiServerLost);
    assert_eq!((wires.count(), gate.lost_servers()), (0, vec!["k8s.example.com".to_owned()]));
    // Back again, nothing is lost; and lost again, it is where it was.
    book.0.lock().unwrap()[1].1 = Some("93.184.216.35".parse().unwrap());
    send(&gate, get("/")).await.unwrap();
    assert!(gate.lost_servers().is_empty());
}

#[tokio::test]
async fn an_api_server_that_is_lost_later_is_where_it_was() {
    let server = Server::start(|_| Reply::Then(ok("gotcha"))).await;
    let book = Book::of(&[("alias.example.com", Some("93.184.216.35")), ("k8s.example.com", Some(PUBLIC))]);
    let (mut config, wires) = around(&server, &book, inside("http://alias.example.com"), 80);
    // Every request opens a connection of its own.
    config.caps.kept = 0;
    let gate = Gate::new(config);
    send(&gate, get("/")).await.unwrap();
    *book.0.lock().unwrap() = vec![("alias.example.com", Some(PUBLIC.parse().unwrap())), ("k8s.example.com", None)];
    assert_eq!(reason(send(&gate, get("/")).await.unwrap_err()), Reason::Address);
    assert_eq!(wires.count(), 1);
}

#[tokio::test]
async fn an_api_server_that_can_not_be_placed_closes_everything() {
    let server = Server::start(|_| Reply::Then(ok("gotcha"))).await;
    let (mut config, wires) = around(&server, &Book::of(&[]), inside("http://127.0.0.1:9"), 80);
    config.perimeter = Arc::new(|| Perimeter { unplaced: 1, ..Perimeter::default() });
    assert_eq!(reason(send(&Gate::new(config), get("/")).await.unwrap_err()), Reason::ApiServerLost);
    assert_eq!(wires.count(), 0);
}
