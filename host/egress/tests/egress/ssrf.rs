//! The forty-five shapes of the core's table, played against a gate whose every lookup and dial is counted.

use std::sync::Arc;

use kubechat_core::egress::{Binding, Header, Host, Perimeter};
use kubechat_egress::{Gate, GateError};

use crate::server::{Reply, Server, ok, redirect};
use crate::support::{Names, PUBLIC, Wires, bare, config, get, send};

/// Shared with the tests of the decisions.
const SHAPES: &str = include_str!("../../../core/src/egress/tests/ssrf.txt");

/// How often a name was looked up and an address dialled for one shape.
struct Played {
    error: Option<GateError>,
    dialled: usize,
}

async fn play(binding: Binding, resolves_to: &str, server: &Server, path: &str, header: Option<Header>) -> Played {
    let wires = Wires::to(server.address);
    let mut config = config(bare(binding));
    (config.resolver, config.dialler) = (Names::of(&[resolves_to]), wires.clone());
    config.perimeter = Arc::new(|| Perimeter {
        api_servers: vec![(Host::parse("127.0.0.1").unwrap(), 6443)],
        cluster_ranges: vec!["10.96.0.0/12".parse().unwrap()],
        unplaced: 0,
    });
    let mut request = get(path);
    request.headers.extend(header);
    let error = send(&Gate::new(config), request).await.err();
    Played { error, dialled: wires.count() }
}

/// In the clear, so that a refusal is the gate's and not TLS's; the scheme rule is the binding's own.
fn outside(url: &str) -> Option<Binding> {
    let checked = Binding::to(url).and_then(Binding::checked).ok()?;
    Binding::to(&format!("http://{}", checked.base.authority())).ok()
}

#[tokio::test]
async fn forty_five_shapes_lead_to_no_connection() {
    let server = Server::start(|_| Reply::Then(ok("gotcha"))).await;
    let public = || outside("https://api.example.com").unwrap();
    let mut seen = 0;
    for line in SHAPES.lines().filter(|line| !line.starts_with('#')) {
        let (what, how) = line.split_once(' ').map(|(what, how)| (what, how.trim())).unwrap();
        let played = match what {
            // What can't even be bound is never played.
            "url" => match outside(how) {
                Some(binding) => Some(play(binding, "127.0.0.1", &server, "/", None).await),
                None => None,
            },
            "resolve" => Some(play(public(), how, &server, "/", None).await),
            "path" => Some(play(public(), PUBLIC, &server, how, None).await),
            "header" => {
                let (name, value) = how.split_once(": ").unwrap();
                let header = Header { name: name.to_owned(), value: value.to_owned() };
                Some(play(public(), PUBLIC, &server, "/", Some(header)).await)
            }
            "redirect" => {
                let target = how.to_owned();
                let bound = Server::start(move |_| Reply::Then(redirect(302, &target))).await;
                let played = play(public(), PUBLIC, &bound, "/", None).await;
                assert_eq!((played.dialled, bound.story().seen.len()), (1, 1), "the bound one alone: {line}");
                Some(Played { dialled: 0, ..played })
            }
            other => panic!("{other:?} is no sort of shape"),
        };
        if let Some(played) = played {
            assert!(matches!(played.error, Some(GateError::Refused(_))), "{line}: {:?}", played.error);
            assert_eq!(played.dialled, 0, "dialled: {line}");
        }
        seen += 1;
    }
    assert_eq!(seen, 45);
    assert_eq!(server.story().connections, 0, "not one packet came here");
}
