//! A host of its own for a test: in this process, over a real ledger in a folder that goes with it, on a free port.
//!
//! Requests are bytes on a socket, so that a test can send what no HTTP library would. Every wait has a deadline.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use kubechat_core::ids::TurnId;
use kubechat_core::principal::Principal;
use kubechat_flow::ports::ledger::{Change, Expect, Row};
use kubechat_flow::threads::ThreadWords;
use kubechat_flow::turn::{Turn, TurnState};
use kubechat_plugin::Compiler;
use kubechat_server::auth::run_folder;
use kubechat_server::config::{Config, Layer, Surroundings};
use kubechat_server::http::state::App;
use kubechat_server::runtime::OsIds;
use kubechat_server::wiring::Host;
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

/// Longest wait for an answer.
pub(crate) const DEADLINE: Duration = Duration::from_secs(30);
static COUNT: AtomicU32 = AtomicU32::new(0);

/// A running host.
pub(crate) struct Door {
    pub(crate) address: SocketAddr,
    pub(crate) app: App,
    folder: PathBuf,
    around: Surroundings,
    served: Option<JoinHandle<()>>,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

/// Where the components of this checkout are, if they were built.
pub(crate) fn components() -> Option<PathBuf> {
    let built = std::env::var_os("KUBECHAT_COMPONENTS_DIR").map(PathBuf::from);
    built
        .or_else(|| Some(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/components")))
        .filter(|dir| dir.is_dir())
}

impl Door {
    /// Two people, whose cluster nobody answers for: enough for everything that is decided before a cluster is asked.
    pub(crate) async fn without_cluster() -> Self {
        Self::open("mode = 'guarded'", None, &[("mira", ""), ("jon", "")]).await
    }

    /// A host of these people, each with a kubeconfig (empty: one that leads nowhere); their cluster is called `c`.
    pub(crate) async fn open(settings: &str, components: Option<&Path>, people: &[(&str, &str)]) -> Self {
        Self::open_on("c", settings, components, people).await
    }

    /// The same with another name of the cluster.
    pub(crate) async fn open_on(
        cluster: &str,
        settings: &str,
        components: Option<&Path>,
        people: &[(&str, &str)],
    ) -> Self {
        let folder = Self::fresh();
        let mut entries = String::new();
        for (name, kubeconfig) in people {
            let nowhere = folder.join(format!("nowhere-{name}.yaml"));
            std::fs::write(&nowhere, NOWHERE).unwrap();
            let file = if kubeconfig.is_empty() { nowhere.display().to_string() } else { (*kubeconfig).to_owned() };
            entries.push_str(&format!(
                "[[principals]]\nname = '{name}'\nclusters = [{{name = '{cluster}', kubeconfig = '{file}'}}]\n"
            ));
        }
        Self::written(folder, settings, components, &entries).await
    }

    /// A host of mira's with these clusters, as the configuration's file lists them.
    pub(crate) async fn of_clusters(settings: &str, components: Option<&Path>, clusters: &str) -> Self {
        let entries = format!("[[principals]]\nname = 'mira'\nclusters = [{clusters}]\n");
        Self::written(Self::fresh(), settings, components, &entries).await
    }

    /// A host of mira's with tables of its own after the people, and these variables around it.
    pub(crate) async fn tables(settings: &str, tables: &str, components: Option<&Path>, more: &[(&str, &str)]) -> Self {
        Self::tables_on("", settings, tables, components, more).await
    }

    /// The same on the cluster of a kubeconfig; empty: of one that leads nowhere.
    pub(crate) async fn tables_on(
        kubeconfig: &str,
        settings: &str,
        tables: &str,
        components: Option<&Path>,
        more: &[(&str, &str)],
    ) -> Self {
        let folder = Self::fresh();
        let nowhere = folder.join("nowhere.yaml");
        std::fs::write(&nowhere, NOWHERE).unwrap();
        let file = if kubeconfig.is_empty() { nowhere.display().to_string() } else { kubeconfig.to_owned() };
        let cluster = format!("{{name = 'c', kubeconfig = '{file}'}}");
        let entries = format!("[[principals]]\nname = 'mira'\nclusters = [{cluster}]\n{tables}");
        Self::written_in(folder, settings, components, &entries, more).await
    }

    fn fresh() -> PathBuf {
        let case = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("kubechat-door-{}-{case}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        folder
    }

    async fn written(folder: PathBuf, settings: &str, components: Option<&Path>, entries: &str) -> Self {
        Self::written_in(folder, settings, components, entries, &[]).await
    }

    async fn written_in(
        folder: PathBuf,
        settings: &str,
        components: Option<&Path>,
        entries: &str,
        more: &[(&str, &str)],
    ) -> Self {
        let none = folder.join("components");
        let components = components.map_or(none, Path::to_owned);
        let text = format!(
            "listen = '127.0.0.1:0'\ndata_dir = '{}/data'\n{settings}\ncomponents_dir = '{}'\n{entries}",
            folder.display(),
            components.display()
        );
        let path = folder.join("kubechat.toml");
        std::fs::write(&path, text).unwrap();
        Self::start(folder, &path, more).await
    }

    async fn start(folder: PathBuf, config: &Path, more: &[(&str, &str)]) -> Self {
        let cache = std::env::temp_dir().join("kubechat-door-cache");
        let variables = [("HOME", folder.clone()), ("XDG_RUNTIME_DIR", folder.join("run")), ("XDG_CACHE_HOME", cache)];
        let variables = variables.map(|(name, path)| (name.into(), path.into_os_string())).into();
        let mut variables: Vec<(OsString, OsString)> = variables;
        variables.extend(more.iter().map(|(name, value)| (OsString::from(name), OsString::from(value))));
        let around = Surroundings { variables, program: None };
        let config = Config::load(Some(config), Layer::default(), &around).unwrap();
        let compiler = Compiler::program(env!("CARGO_BIN_EXE_kubechat"));
        let host = Host::open(&config, &around, compiler).await.unwrap();
        let app = host.app().clone();
        Self { address: app.listen, app, folder, around, served: Some(tokio::spawn(host.serve())) }
    }

    /// Takes the database's file away; open connections stay, but nothing is written to a file that is nobody's.
    pub(crate) fn lose_database(&self) {
        let data = self.folder.join("data");
        std::fs::rename(data.join("kubechat.db"), data.join("away.db")).unwrap();
    }

    /// Where a program finds what it needs to know of this host.
    pub(crate) fn run_folder(&self) -> PathBuf {
        run_folder(self.address, |name| self.around.var(name).cloned()).unwrap()
    }

    /// A principal's token, from its file.
    pub(crate) fn token(&self, name: &str) -> String {
        std::fs::read_to_string(self.run_folder().join(format!("{name}.token"))).unwrap()
    }

    pub(crate) async fn get(&self, who: &str, path: &str) -> Reply {
        self.send("GET", path, &self.credential(who), "").await
    }

    pub(crate) async fn post(&self, who: &str, path: &str, body: &str) -> Reply {
        self.send("POST", path, &self.credential(who), body).await
    }

    /// The header of a person; `""` is nobody.
    pub(crate) fn credential(&self, who: &str) -> String {
        if who.is_empty() { String::new() } else { format!("Authorization: Bearer {}\r\n", self.token(who)) }
    }

    /// The cookie header of a browser in which a person has just logged in.
    pub(crate) async fn cookie(&self, who: &str) -> String {
        let code = self.app.sessions().issue_code(&Principal::local(who, &[]), self.app.flow.ports().clock.now());
        let login = self.send("POST", "/api/v1/session", "", &format!(r#"{{"code": "{code}"}}"#)).await;
        let set = login.header("set-cookie").and_then(|set| set.split(';').next());
        format!("Cookie: {}\r\n", set.unwrap_or_else(|| panic!("no cookie: {login:?}")))
    }

    /// A well-formed request with these further header lines.
    pub(crate) async fn send(&self, method: &str, path: &str, headers: &str, body: &str) -> Reply {
        let own = if method == "GET" { "" } else { "X-Kubechat: 1\r\n" };
        let json = if body.is_empty() { "" } else { "Content-Type: application/json\r\n" };
        let length = body.len();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Length: {length}\r\n{own}{json}{headers}\r\n",
            self.address
        );
        self.raw(&[head.as_bytes(), body.as_bytes()].concat()).await
    }

    /// These bytes, and everything that comes back until the other end closes.
    pub(crate) async fn raw(&self, bytes: &[u8]) -> Reply {
        let exchange = async {
            let mut stream = TcpStream::connect(self.address).await.unwrap();
            // The other end may have answered and closed before it has read everything.
            let _ = stream.write_all(bytes).await;
            let mut answer = Vec::new();
            let _ = stream.read_to_end(&mut answer).await;
            Reply::parse(&answer)
        };
        tokio::time::timeout(DEADLINE, exchange).await.expect("an answer within the deadline")
    }

    /// Opens a stream of events.
    pub(crate) async fn stream(&self, who: &str, path: &str, headers: &str) -> Events {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        let credential = self.credential(who);
        let head = format!("GET {path} HTTP/1.1\r\nHost: {}\r\n{credential}{headers}\r\n", self.address);
        stream.write_all(head.as_bytes()).await.unwrap();
        Events { stream, text: String::new() }
    }

    /// Entries of the log, oldest first, as `kind outcome`.
    pub(crate) async fn entries(&self) -> Vec<String> {
        let page = kubechat_flow::ports::ledger::Page { limit: 500, before: None };
        let rows = self.app.ledger().audit(Default::default(), page).await.unwrap();
        let words = rows.into_iter().rev().map(|row| {
            let kind = serde_json::to_value(row.committed.entry.kind).unwrap();
            format!("{} {}", kind.as_str().unwrap(), row.committed.entry.outcome)
        });
        words.collect()
    }

    /// A turn that is being worked on for ever: its row alone.
    pub(crate) async fn working_turn(&self, name: &str) -> TurnId {
        let who = Principal::local(name, &[]);
        let thread = self.app.flow.begin_thread(&who, ThreadWords::default()).await.unwrap();
        let (ids, now) = (OsIds, self.app.flow.ports().clock.now());
        let turn = Turn {
            id: TurnId::mint(&ids),
            thread: thread.id,
            who,
            sentence: "what is broken?".to_owned(),
            created_at: now,
            ended_at: None,
            state: TurnState::Working,
            provider: "nobody".to_owned(),
            model: None,
            rules: true,
            usage: None,
            cancel_requested: false,
            parts: Vec::new(),
            carries: kubechat_core::egress::DataClasses::usual(),
            looked: kubechat_flow::looked::Looked::nothing(),
            masked: Vec::new(),
            said: Vec::new(),
            before: kubechat_flow::recall::Memory::default(),
        };
        let rows = vec![Row::Turn(Box::new(turn.clone()), Expect::New)];
        self.app.ledger().commit(Change { rows, entries: Vec::new() }).await.unwrap();
        turn.id
    }

    /// Stops it in order and waits for its end.
    pub(crate) async fn stop(mut self) {
        self.app.stop.cancel();
        if let Some(served) = self.served.take() {
            tokio::time::timeout(DEADLINE, served).await.expect("an end within the deadline").unwrap();
        }
    }

    /// Ends the host in order and starts another on the same folder and file.
    pub(crate) async fn restarted(mut self) -> Self {
        self.app.stop.cancel();
        if let Some(served) = self.served.take() {
            tokio::time::timeout(DEADLINE, served).await.expect("an end within the deadline").unwrap();
        }
        let folder = std::mem::take(&mut self.folder);
        let config = folder.join("kubechat.toml");
        // The data folder is locked as long as anybody holds the former host's ledger.
        drop(self);
        Self::start(folder, &config, &[]).await
    }

    /// The folder of this test.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        self.app.stop.cancel();
        // Of one that was restarted the folder is the next one's.
        if !self.folder.as_os_str().is_empty() {
            let _ = std::fs::remove_dir_all(&self.folder);
        }
    }
}

impl Reply {
    fn parse(bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes);
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let status = head.split(' ').nth(1).and_then(|word| word.parse().ok()).unwrap_or(0);
        Self { status, head: head.to_lowercase(), body: body.to_owned() }
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The stable code of a problem; empty where it is none.
    pub(crate) fn code(&self) -> String {
        let body: Value = serde_json::from_str(&self.body).unwrap_or_default();
        body["code"].as_str().unwrap_or_default().to_owned()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }
}

/// An open stream of events.
pub(crate) struct Events {
    stream: TcpStream,
    text: String,
}

impl Events {
    /// The next event: its id (empty without), name and data.
    pub(crate) async fn next(&mut self) -> (String, String, Value) {
        loop {
            let block = self.block().await;
            let field =
                |name: &str| block.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default().to_owned();
            let name = field("event: ");
            if !name.is_empty() {
                return (field("id: "), name, serde_json::from_str(&field("data: ")).unwrap());
            }
        }
    }

    /// The next comment, which is how a quiet stream says that it lives.
    pub(crate) async fn heartbeat(&mut self) -> String {
        loop {
            let block = self.block().await;
            if let Some(line) = block.lines().find(|line| line.starts_with(':')) {
                return line.to_owned();
            }
        }
    }

    /// Whether the other end closes.
    pub(crate) async fn closed(&mut self) {
        let mut rest = Vec::new();
        let read = self.stream.read_to_end(&mut rest);
        let _ = tokio::time::timeout(DEADLINE, read).await.expect("an end within the deadline");
    }

    async fn block(&mut self) -> String {
        let read = async {
            loop {
                if let Some((block, rest)) = self.text.split_once("\n\n") {
                    let block = block.to_owned();
                    self.text = rest.to_owned();
                    return block;
                }
                let mut bytes = [0; 4096];
                let count = self.stream.read(&mut bytes).await.unwrap();
                assert!(count > 0, "the stream ended: {:?}", self.text);
                self.text.push_str(&String::from_utf8_lossy(&bytes[..count]));
            }
        };
        tokio::time::timeout(DEADLINE, read).await.expect("an event within the deadline")
    }
}

const NOWHERE: &str = "current-context: c\ncontexts: [{name: c, context: {cluster: c, user: u, namespace: shop}}]\n\
    clusters: [{name: c, cluster: {server: 'https://127.0.0.1:1'}}]\nusers: [{name: u, user: {token: t}}]\n";
