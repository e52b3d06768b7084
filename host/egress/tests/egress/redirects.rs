//! Redirects: within the origin for reads, without the credential, and no further.

use kubechat_core::egress::Reason;
use kubechat_egress::{Gate, GateError};

use crate::server::{Reply, Server, ok, redirect};
use crate::support::{all, config, get, inside, local, post, send, with_key};

fn is_redirect_refusal(error: &GateError) -> bool {
    matches!(error, GateError::Refused(refusal) if refusal.reason == Reason::Redirect)
}

#[tokio::test]
async fn a_read_follows_its_origin_and_leaves_the_credential_behind() {
    let server = Server::start(|seen| match seen.line() {
        "GET /v1/a" => Reply::Then(redirect(302, "/v1/b")),
        _ => Reply::Then(ok("there")),
    })
    .await;
    let gate = Gate::new(config(with_key(inside(&format!("http://{}/v1", server.address)))));
    assert_eq!(all(&mut send(&gate, get("/a")).await.unwrap()).await.unwrap(), b"there");
    let seen = server.story().seen;
    assert_eq!((seen[0].line(), seen[0].header("authorization")), ("GET /v1/a", Some("Bearer s3cret")));
    assert_eq!((seen[1].line(), seen[1].header("authorization")), ("GET /v1/b", None));
}

#[tokio::test]
async fn a_redirect_to_another_origin_is_refused_and_nobody_is_dialled() {
    let other = Server::start(|_| Reply::Then(ok("gotcha"))).await;
    let elsewhere = format!("http://{}/v1/x", other.address);
    let server = Server::start(move |_| Reply::Then(redirect(307, &elsewhere))).await;
    assert!(is_redirect_refusal(&send(&local(server.address), get("/")).await.unwrap_err()));
    assert_eq!((server.story().seen.len(), other.story().connections), (1, 0));
}

#[tokio::test]
async fn a_redirected_post_is_refused_even_within_its_origin() {
    for status in [301, 302, 303, 307, 308] {
        let server = Server::start(move |_| Reply::Then(redirect(status, "/v1/b"))).await;
        assert!(is_redirect_refusal(&send(&local(server.address), post("/a", "{}")).await.unwrap_err()));
        assert_eq!(server.story().seen.len(), 1, "{status}");
    }
}

#[tokio::test]
async fn redirects_in_a_circle_end() {
    let server = Server::start(|_| Reply::Then(redirect(302, "/v1/a"))).await;
    assert!(is_redirect_refusal(&send(&local(server.address), get("/a")).await.unwrap_err()));
    assert_eq!(server.story().seen.len(), 4, "the first and three more");
}
