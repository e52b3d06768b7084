//! Air-gapped: no packet, not even a DNS query.
//!
//! Where the machine gives one, this runs in a network namespace whose resolver is the test's own: the control (a gate that
//! is open) is seen to ask it, the air-gapped gate is not, and the namespace's packet counter does not move. Everywhere, a
//! resolver and a dialler that count say the same. The test prints which it was.

use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use kubechat_core::egress::Reason;
use kubechat_egress::{Caps, Gate, GateConfig, GateError};
use tokio::net::UdpSocket;

use crate::support::{Names, PUBLIC, Wires, bare, config, destination, get, inside, send};

/// Makes the namespace, or says by this code that it can't.
const NO_NAMESPACE: i32 = 97;
const SETUP: &str = r#"mount --bind "$0" /etc/resolv.conf && ip link set lo up || exit 97; exec "$@""#;

#[tokio::test]
async fn an_air_gapped_host_looks_nothing_up_and_dials_nobody() {
    let (names, wires) = (Names::of(&[PUBLIC]), Wires::to("127.0.0.1:9".parse().unwrap()));
    for url in ["http://model.example.com", "http://127.0.0.1:9"] {
        let mut config = config(bare(inside(url)));
        (config.air_gapped, config.resolver, config.dialler) = (true, names.clone(), wires.clone());
        let gate = Gate::new(config);
        everything_is_refused(&gate).await;
    }
    assert_eq!((names.count(), wires.count()), (0, 0));
}

async fn everything_is_refused(gate: &Gate) {
    let error = send(gate, get("/")).await.unwrap_err();
    assert!(matches!(&error, GateError::Refused(refusal) if refusal.reason == Reason::AirGapped), "{error:?}");
    assert_eq!(gate.find_ollama().await, None);
    assert!(!gate.try_out(&destination("model")).await.reached);
}

#[test]
fn an_air_gapped_host_sends_no_packet() {
    let folder = std::env::temp_dir().join(format!("kubechat-airgap-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let resolver = folder.join("resolv.conf");
    std::fs::write(&resolver, "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n").unwrap();
    let inner = ["--ignored", "--exact", "airgap::inside_a_network_namespace", "--nocapture"];
    let run = |how: &str| {
        let program = std::env::current_exe().unwrap();
        Command::new("unshare").args([how, "sh", "-c", SETUP]).arg(&resolver).arg(program).args(inner).output()
    };
    let worked = ["-nm", "-rnm"].into_iter().filter_map(|how| run(how).ok()).find(|output| {
        let said = String::from_utf8_lossy(&output.stdout);
        output.status.code() != Some(NO_NAMESPACE) && said.contains("running 1 test")
    });
    std::fs::remove_dir_all(&folder).unwrap();
    match worked {
        None => println!("no network namespace here: shown by the counting resolver and dialler alone"),
        Some(output) => {
            let said = String::from_utf8_lossy(&output.stdout).into_owned();
            assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
            println!("in a network namespace with a resolver of its own: {said}");
        }
    }
}

/// Packets the loopback device, the namespace's only one, has sent.
fn packets() -> u64 {
    let devices = std::fs::read_to_string("/proc/thread-self/net/dev").unwrap();
    let lo = devices.lines().find_map(|line| line.trim().strip_prefix("lo:")).unwrap();
    lo.split_whitespace().nth(9).unwrap().parse().unwrap()
}

/// Counts queries and answers none.
async fn resolver() -> Arc<AtomicUsize> {
    let socket = UdpSocket::bind("127.0.0.1:53").await.unwrap();
    let queries = Arc::new(AtomicUsize::new(0));
    tokio::spawn({
        let queries = queries.clone();
        async move {
            let mut query = [0; 512];
            while socket.recv(&mut query).await.is_ok() {
                queries.fetch_add(1, Ordering::SeqCst);
            }
        }
    });
    queries
}

/// The machine's own resolver and network, which here lead to the test.
fn real(air_gapped: bool, url: &str) -> Gate {
    let config = config(bare(inside(url)));
    let caps = Caps { resolve: Duration::from_secs(2), ..Caps::default() };
    Gate::new(GateConfig { air_gapped, caps, ..config })
}

#[tokio::test]
#[ignore = "run by an_air_gapped_host_sends_no_packet in a network namespace"]
async fn inside_a_network_namespace() {
    let queries = resolver().await;
    let before = packets();
    for url in ["http://model.example.com", "http://127.0.0.1:9"] {
        everything_is_refused(&real(true, url)).await;
    }
    assert_eq!((packets() - before, queries.load(Ordering::SeqCst)), (0, 0));
    // The control: the same request through an open gate is seen here, so nothing would have been missed.
    assert!(send(&real(false, "http://model.example.com"), get("/")).await.is_err());
    assert!(queries.load(Ordering::SeqCst) > 0 && packets() > before);
    println!(
        "air-gapped: 0 packets, 0 queries; open: {} packets, {} queries",
        packets() - before,
        queries.load(Ordering::SeqCst)
    );
}
