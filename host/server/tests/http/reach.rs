//! A guest through the real gate to a real server: what it is handed, and that nothing it does keeps the connection open.
//!
//! The guest is the hostile `reach`, built by `cargo xtask component build`.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use kubechat_cluster::{ClusterPool, PoolConfig};
use kubechat_plugin::{
    Compiler, Digest, DigestList, Embedded, Event, FinishReason, Message, Plugins, PluginsConfig, ProviderHandle,
    Request,
};
use kubechat_server::config::{Config, Layer, Surroundings};
use kubechat_server::runtime::{SystemClock, WayOut};

use crate::door::DEADLINE;

/// How soon the other end sees that nobody wants its answer.
const CANCEL_MAX: Duration = Duration::from_millis(250);
const HEAD: &[u8] = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\none\r\n";
const REST: &[u8] = b"4\r\n two\r\n0\r\n\r\n";

/// A server that starts an answer, ends it if it is to, and tells when its caller hung up.
fn model(ends: bool) -> (SocketAddr, Receiver<Instant>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (tell, closed) = channel();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = [0; 4096];
        assert!(stream.read(&mut request).unwrap() > 0);
        stream.write_all(HEAD).unwrap();
        if ends {
            stream.write_all(REST).unwrap();
        }
        while matches!(stream.read(&mut request), Ok(read) if read > 0) {}
        let _ = tell.send(Instant::now()); // a test that has ended does not care
    });
    (address, closed)
}

fn guest() -> Vec<u8> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/guests");
    let folder = std::env::var_os("KUBECHAT_GUESTS_DIR").map_or_else(beside, PathBuf::from);
    let file = folder.join("reach.wasm");
    std::fs::read(&file)
        .unwrap_or_else(|error| panic!("{}: {error}: run `cargo xtask component build`", file.display()))
}

/// The guest on a host whose `model` is this server.
async fn provider(name: &str, model: SocketAddr) -> (Plugins, ProviderHandle) {
    let folder = std::env::temp_dir().join(format!("kubechat-reach-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("kubechat.toml");
    let bound = format!("egress.model = {{url = 'http://{model}/v1', internal = true}}\nkubeconfig = '/nowhere'\n");
    std::fs::write(&file, bound).unwrap();
    let around = Surroundings { variables: vec![("HOME".into(), folder.clone().into())], program: None };
    let config = Config::load(Some(&file), Layer::default(), &around).unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    let pool = Arc::new(ClusterPool::new(PoolConfig::default(), Arc::new(SystemClock)));
    let mut wanted = PluginsConfig::new(Compiler::program(env!("CARGO_BIN_EXE_kubechat")));
    wanted.egress = Arc::new(WayOut::new(&config, &around, &pool));
    let bytes = guest();
    wanted.digests = DigestList::default();
    wanted.digests.add(Digest::of(&bytes), "reach");
    wanted.embedded = vec![Embedded { name: "reach".to_owned(), bytes: bytes.into() }];
    let plugins = tokio::task::spawn_blocking(move || Plugins::load(wanted)).await.unwrap().unwrap();
    let provider = plugins.provider("hostile-reach").unwrap();
    (plugins, provider)
}

fn asked(way: &str) -> Request {
    Request { messages: vec![Message::User(way.to_owned())], ..Request::default() }
}

async fn closed_at(closed: Receiver<Instant>) -> Instant {
    tokio::task::spawn_blocking(move || closed.recv_timeout(DEADLINE)).await.unwrap().expect("it closes")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_guest_is_handed_its_destinations_answer_as_it_arrives() {
    let (address, _closed) = model(true);
    let (_plugins, provider) = provider("whole", address).await;
    let mut completion = provider.complete(asked("stream"));
    let mut text = String::new();
    while let Some(event) = completion.next().await {
        if let Event::Text(delta) = event {
            text.push_str(&delta);
        }
    }
    let finish = completion.finish().await.result.unwrap();
    assert_eq!((text.as_str(), finish.reason), ("one two", FinishReason::Other("200 complete".to_owned())));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancelled_completion_closes_the_upstream_connection_within_250_ms() {
    let (address, closed) = model(false);
    let (_plugins, provider) = provider("cling", address).await;
    let mut completion = provider.complete(asked("cling"));
    assert!(completion.next().await.is_some(), "it holds an answer");
    let since = Instant::now();
    drop(completion);
    let took = closed_at(closed).await.duration_since(since);
    assert!(took <= CANCEL_MAX, "{took:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_guest_that_traps_leaves_no_connection_behind() {
    let (address, closed) = model(false);
    let (_plugins, provider) = provider("trap", address).await;
    assert!(provider.complete(asked("trap")).finish().await.result.is_err());
    closed_at(closed).await;
}
