//! What the log and the counters say of it.

use kubechat_egress::{Gate, OLLAMA_DESTINATION};

use crate::server::{Reply, Server, ok};
use crate::support::{Names, Wires, all, bare, config, destination, get, inside, local, post, send};

#[tokio::test]
async fn every_request_stands_in_the_log_with_its_end_and_without_its_query() {
    let server = Server::start(|_| Reply::Then(ok("12345"))).await;
    let gate = local(server.address);
    all(&mut send(&gate, post("/chat?key=private", "abc")).await.unwrap()).await.unwrap();
    assert!(send(&gate, get("/../x")).await.is_err());
    drop(send(&gate, get("/dropped")).await.unwrap());
    let log = gate.log(10);
    let told: Vec<_> =
        log.iter().map(|e| (e.number, e.path.as_str(), e.status, e.bytes_out, e.bytes_in, e.ended)).collect();
    assert_eq!(
        told,
        [
            (3, "/dropped", Some(200), 0, 0, "cancelled"),
            (2, "", None, 0, 0, "path"),
            (1, "/chat", Some(200), 3, 5, "complete"),
        ]
    );
    assert!(log.iter().all(|entry| entry.caller == "test" && entry.destination == destination("model")));
    let counts = &gate.lanes()[0].counts;
    assert_eq!((counts.requests, counts.bytes_out, counts.bytes_in, counts.failed), (3, 3, 5, 0));
    assert_eq!(counts.refused.get("path"), Some(&1));
}

#[tokio::test]
async fn the_log_forgets_the_oldest() {
    let gate = local("127.0.0.1:9".parse().unwrap());
    for _ in 0..520 {
        assert!(send(&gate, get("no path")).await.is_err());
    }
    let log = gate.log(1_000);
    assert_eq!((log.len(), log[0].number, log[511].number), (512, 520, 9));
}

#[tokio::test]
async fn a_trial_says_whether_somebody_answered() {
    let server = Server::start(|_| Reply::Then(b"HTTP/1.1 401 No\r\ncontent-length: 0\r\n\r\n".to_vec())).await;
    let trial = local(server.address).try_out(&destination("model")).await;
    assert_eq!((trial.reached, trial.status), (true, Some(401)));
    let trial = local(server.address).try_out(&destination("other")).await;
    assert!(!trial.reached && trial.hint.unwrap().contains("egress bind"));
}

#[tokio::test]
async fn ollama_is_looked_for_with_one_get_on_the_loopback_address() {
    let server = Server::start(|_| Reply::Then(ok(r#"{"version":"0.24.0\u001b[2J"}"#))).await;
    let (names, wires) = (Names::of(&[]), Wires::to(server.address));
    let mut around = config(bare(inside("http://127.0.0.1:9")));
    (around.resolver, around.dialler) = (names.clone(), wires.clone());
    let gate = Gate::new(around);
    assert_eq!(gate.find_ollama().await.as_deref(), Some("0.24.02J"));
    assert_eq!(wires.dialled.lock().unwrap().as_slice(), ["127.0.0.1:11434".parse().unwrap()]);
    assert_eq!((names.count(), server.story().seen[0].line()), (0, "GET /api/version"));
    let entry = &gate.log(1)[0];
    assert_eq!((entry.destination.as_str(), entry.caller.as_str()), (OLLAMA_DESTINATION, "first start"));
}

#[tokio::test]
async fn ollama_is_not_looked_for_where_it_is_bound_already() {
    let wires = Wires::to("127.0.0.1:9".parse().unwrap());
    let mut around = config(bare(inside("http://127.0.0.1:9")));
    around.bindings = [(destination(OLLAMA_DESTINATION), bare(inside("http://127.0.0.1:9")))].into();
    around.dialler = wires.clone();
    assert_eq!(Gate::new(around).find_ollama().await, None);
    assert_eq!(wires.count(), 0);
}
