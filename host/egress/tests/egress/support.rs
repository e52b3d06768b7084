//! A gate whose names and addresses are the test's: a resolver that counts and invents, a dialler that counts and leads
//! every address to one local server.

use std::collections::BTreeMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use kubechat_core::egress::{Binding, DataClass, DataClasses, Destination, Header, Injection};
use kubechat_core::time::{Clock, Timestamp};
use kubechat_egress::{Answer, Bound, Dial, Gate, GateConfig, GateError, Method, Request, Resolve, Secret};
use tokio::net::TcpStream;

/// Public, and nobody here.
pub(crate) const PUBLIC: &str = "93.184.216.34";
/// No wait of a test is longer.
pub(crate) const SOON: Duration = Duration::from_secs(20);

/// Answers every name with the next of the given lists; the last one stays.
#[derive(Default)]
pub(crate) struct Names {
    answers: Mutex<Vec<Vec<IpAddr>>>,
    pub(crate) asked: Mutex<Vec<String>>,
}

impl Names {
    pub(crate) fn of(answers: &[&str]) -> Arc<Self> {
        let list = |line: &&str| line.split(',').map(|address| address.parse().unwrap()).collect();
        Arc::new(Self { answers: Mutex::new(answers.iter().map(list).collect()), asked: Mutex::default() })
    }

    pub(crate) fn count(&self) -> usize {
        self.asked.lock().unwrap().len()
    }
}

#[async_trait]
impl Resolve for Names {
    async fn resolve(&self, name: &str) -> io::Result<Vec<IpAddr>> {
        self.asked.lock().unwrap().push(name.to_owned());
        let mut answers = self.answers.lock().unwrap();
        Ok(if answers.len() > 1 { answers.remove(0) } else { answers.first().cloned().unwrap_or_default() })
    }
}

/// Leads every address to one place, or nowhere.
#[derive(Default)]
pub(crate) struct Wires {
    to: Option<SocketAddr>,
    pub(crate) dialled: Mutex<Vec<SocketAddr>>,
}

impl Wires {
    pub(crate) fn to(address: SocketAddr) -> Arc<Self> {
        Arc::new(Self { to: Some(address), dialled: Mutex::default() })
    }

    pub(crate) fn count(&self) -> usize {
        self.dialled.lock().unwrap().len()
    }
}

#[async_trait]
impl Dial for Wires {
    async fn dial(&self, address: SocketAddr) -> io::Result<TcpStream> {
        self.dialled.lock().unwrap().push(address);
        match self.to {
            Some(to) => TcpStream::connect(to).await,
            None => Err(io::Error::other("cut")),
        }
    }
}

/// Stands still.
pub(crate) struct Noon;

impl Clock for Noon {
    fn now(&self) -> Timestamp {
        Timestamp(43_200_000)
    }
}

pub(crate) fn destination(name: &str) -> Destination {
    Destination::parse(name).unwrap()
}

/// `model`, bound to this URL, inside.
pub(crate) fn inside(url: &str) -> Binding {
    Binding { internal: true, ..Binding::to(url).unwrap() }.checked().unwrap()
}

pub(crate) fn with_key(binding: Binding) -> Bound {
    let binding = Binding { credential: Some(Injection::default()), ..binding };
    Bound { binding, secret: Secret::Held("s3cret".to_owned().into()) }
}

pub(crate) fn config(bound: Bound) -> GateConfig {
    let mut config = GateConfig::new(Arc::new(Noon), tokio::runtime::Handle::current());
    config.bindings = BTreeMap::from([(destination("model"), bound)]);
    config
}

pub(crate) fn bare(binding: Binding) -> Bound {
    Bound { binding, secret: Secret::Missing }
}

/// A gate to a local server, by its real address.
pub(crate) fn local(address: SocketAddr) -> Gate {
    Gate::new(config(bare(inside(&format!("http://{address}/v1")))))
}

pub(crate) fn get(path: &str) -> Request {
    Request {
        caller: "test".to_owned(),
        destination: destination("model"),
        method: Method::Get,
        path: path.to_owned(),
        headers: Vec::new(),
        body: bytes(""),
        classes: DataClasses::none(),
    }
}

pub(crate) fn post(path: &str, body: &str) -> Request {
    let classes = [DataClass::Prompts].into_iter().collect();
    let headers = vec![Header { name: "content-type".into(), value: "application/json".into() }];
    Request { method: Method::Post, body: bytes(body), classes, headers, ..get(path) }
}

fn bytes(text: &str) -> hyper::body::Bytes {
    text.to_owned().into()
}

pub(crate) async fn send(gate: &Gate, request: Request) -> Result<Answer, GateError> {
    tokio::time::timeout(SOON, gate.send(request)).await.expect("an answer or an error, soon")
}

/// The whole body.
pub(crate) async fn all(answer: &mut Answer) -> Result<Vec<u8>, GateError> {
    let mut body = Vec::new();
    while let Some(piece) = tokio::time::timeout(SOON, answer.read()).await.expect("soon")? {
        body.extend_from_slice(&piece);
    }
    Ok(body)
}
