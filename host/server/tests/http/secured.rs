//! HTTPS at the door: HTTP/2 by ALPN, what plain HTTP is told, whom the command line believes, a certificate that changes.
//!
//! The certificates are those of the egress tests; `tests/egress/certificates/README.md` there says what they are.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::{http1, http2};
use hyper::{Request, Response, Version};
use hyper_util::rt::{TokioExecutor, TokioIo};
use kubechat_core::principal::Principal;
use kubechat_server::http::accept::HEADER_DEADLINE;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::commands::{run, said};
use crate::door::{DEADLINE, Door};

const NAME: &str = "model.example.com";
/// What a browser has open at once.
const TABS: usize = 10;

fn certificate(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../egress/tests/egress/certificates").join(file)
}

/// A host that speaks HTTPS with copies of these files.
async fn secured() -> Door {
    let folder = std::env::temp_dir().join(format!("kubechat-secured-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let copied = folder.join(format!("{}", rand::random::<u64>()));
    std::fs::create_dir_all(&copied).unwrap();
    put(&copied, "model");
    let place = copied.display();
    let settings = format!("mode = 'guarded'\ntls_cert = '{place}/cert.pem'\ntls_key = '{place}/key.pem'");
    Door::open(&settings, None, &[("mira", ""), ("jon", "")]).await
}

fn put(folder: &Path, name: &str) {
    std::fs::copy(certificate(&format!("{name}-key.pem")), folder.join("key.pem")).unwrap();
    std::fs::copy(certificate(&format!("{name}.pem")), folder.join("cert.pem")).unwrap();
}

/// A connection in which the host has proved that it is `name`, and which speaks what of these the host prefers.
async fn shown(door: &Door, name: &'static str, speaks: &[&str]) -> std::io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(certificate("ours-ca.pem")).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = speaks.iter().map(|one| one.as_bytes().to_vec()).collect();
    let tcp = TcpStream::connect(door.address).await?;
    TlsConnector::from(Arc::new(config)).connect(ServerName::try_from(name).unwrap(), tcp).await
}

fn asked(door: &Door, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Request<Full<Bytes>> {
    let mut request = Request::builder().method(method).uri(format!("https://{}{path}", door.address));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(Full::new(Bytes::from(body.to_owned()))).unwrap()
}

async fn over_http2(door: &Door) -> http2::SendRequest<Full<Bytes>> {
    let stream = shown(door, NAME, &["h2", "http/1.1"]).await.unwrap();
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
    let (sender, connection) = http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    sender
}

async fn answered(response: impl Future<Output = hyper::Result<Response<Incoming>>>) -> Response<Incoming> {
    tokio::time::timeout(DEADLINE, response).await.expect("an answer within the deadline").unwrap()
}

#[tokio::test]
async fn ten_tabs_share_one_connection_and_requests_go_through_beside_their_streams() {
    let door = secured().await;
    let mut one = over_http2(&door).await;
    let token = format!("Bearer {}", door.token("mira"));
    let headers = [("authorization", token.as_str())];
    let mut tabs = Vec::new();
    for _ in 0..TABS {
        let mut tab = answered(one.send_request(asked(&door, "GET", "/api/v1/events", &headers, ""))).await;
        assert_eq!((tab.status().as_u16(), tab.version()), (200, Version::HTTP_2));
        let hello = tokio::time::timeout(DEADLINE, tab.frame()).await.expect("a word in time").unwrap().unwrap();
        assert!(String::from_utf8_lossy(hello.data_ref().unwrap()).contains("hello"));
        tabs.push(tab);
    }
    let session = answered(one.send_request(asked(&door, "GET", "/api/v1/session", &headers, ""))).await;
    assert_eq!(session.status(), 200);
    assert_eq!(tabs.len(), TABS, "all of them are open meanwhile");
    door.stop().await;
}

#[tokio::test]
async fn who_knows_no_http2_is_answered_in_http1() {
    let door = secured().await;
    let stream = shown(&door, NAME, &["http/1.1"]).await.unwrap();
    let (mut one, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    let host = [("host", door.address.to_string())];
    let live =
        answered(one.send_request(asked(&door, "GET", "/livez", &host.each_ref().map(|(n, v)| (*n, &**v)), ""))).await;
    assert_eq!((live.status().as_u16(), live.version()), (200, Version::HTTP_11));
}

#[tokio::test]
async fn plain_http_is_told_where_to_go() {
    let door = secured().await;
    let reply = door.get("mira", "/api/v1/session").await;
    assert_eq!((reply.status, reply.code().as_str()), (400, "bad-input"), "{reply:?}");
    assert!(reply.json()["hint"].as_str().unwrap().contains("https://"), "{reply:?}");
}

#[tokio::test]
async fn a_cookie_given_over_https_goes_nowhere_else_and_opens_this_host_alone() {
    let door = secured().await;
    let mut one = over_http2(&door).await;
    let code = door.app.sessions().issue_code(&Principal::local("mira", &[]), door.app.flow.ports().clock.now());
    let (own, foreign) = (format!("https://{}", door.address), format!("http://{}", door.address));
    let body = format!(r#"{{"code": "{code}"}}"#);
    for (origin, status) in [(&foreign, 403), (&own, 200)] {
        let headers = [("x-kubechat", "1"), ("content-type", "application/json"), ("origin", origin)];
        let login = answered(one.send_request(asked(&door, "POST", "/api/v1/session", &headers, &body))).await;
        assert_eq!(login.status(), status, "from {origin}");
        if status == 200 {
            let set = login.headers()["set-cookie"].to_str().unwrap();
            assert!(set.starts_with("__Host-kubechat-") && set.contains("; Secure"), "{set}");
            // A browser may send each cookie in a field of its own. Source: RFC 9113, section 8.2.3.
            let cookies = [("cookie", "theme=dark"), ("cookie", set.split(';').next().unwrap())];
            let session = answered(one.send_request(asked(&door, "GET", "/api/v1/session", &cookies, ""))).await;
            assert_eq!(session.status(), 200);
        }
    }
}

#[tokio::test]
async fn the_command_line_believes_the_certificate_its_host_names_and_no_other() {
    let door = secured().await;
    let server = door.address.to_string();
    let args = ["--server", &server, "login"];
    let login = || run(door.folder(), &args);
    let link = login().await;
    assert!(link.status.success() && said(&link).contains(&format!("https://{server}/#code=")), "{}", said(&link));
    let named = door.run_folder().join("certificate");
    std::fs::write(&named, certificate("stranger.pem").to_str().unwrap()).unwrap();
    let refused = login().await;
    assert!(!refused.status.success() && said(&refused).contains("certificate"), "{}", said(&refused));
    std::fs::write(&named, "/nowhere/cert.pem").unwrap();
    let gone = login().await;
    assert!(!gone.status.success() && said(&gone).contains("/nowhere/cert.pem"), "{}", said(&gone));
    std::fs::remove_file(&named).unwrap();
    let plain = login().await;
    assert!(!plain.status.success() && said(&plain).contains("HTTPS"), "{}", said(&plain));
}

#[tokio::test]
async fn a_certificate_that_changes_is_taken_without_a_restart() {
    let door = secured().await;
    let folder = door.app.tls.as_ref().unwrap().certificate().parent().unwrap().to_owned();
    assert!(shown(&door, NAME, &[]).await.is_ok() && shown(&door, "other.example.com", &[]).await.is_err());
    put(&folder, "other");
    let door = &door;
    let taken = kubechat_harness::wait_for("the new certificate", DEADLINE, || async {
        shown(door, "other.example.com", &[]).await.map(drop).map_err(|error| error.to_string())
    });
    taken.await.unwrap();
}

#[tokio::test]
async fn files_that_are_no_pair_are_refused_by_their_names_before_anything_is_served() {
    let home = Door::without_cluster().await;
    let file = |name: &str| certificate(name).display().to_string();
    for (cert, key, word) in [
        (file("model.pem"), file("other-key.pem"), "other-key.pem"),
        (file("README.md"), file("model-key.pem"), "no certificate"),
        ("/nowhere/cert.pem".to_owned(), file("model-key.pem"), "/nowhere/cert.pem"),
        (file("model.pem"), "/nowhere/key.pem".to_owned(), "/nowhere/key.pem"),
    ] {
        let serve =
            ["serve", "--listen", "127.0.0.1:0", "--kubeconfig", "/nowhere", "--tls-cert", &cert, "--tls-key", &key];
        let refused = run(home.folder(), &serve).await;
        assert!(!refused.status.success() && said(&refused).contains(word), "{word}: {}", said(&refused));
    }
}

#[tokio::test]
async fn a_connection_that_asks_nothing_is_hung_up_on() {
    let door = secured().await;
    let silent = TcpStream::connect(door.address).await.unwrap();
    let secured = shown(&door, NAME, &["h2"]).await.unwrap();
    for mut stream in [Box::new(silent) as Box<dyn tokio::io::AsyncRead + Unpin>, Box::new(secured)] {
        let mut rest = Vec::new();
        let read = stream.read_to_end(&mut rest);
        let _ = tokio::time::timeout(HEADER_DEADLINE * 2, read).await.expect("hung up on");
    }
}
