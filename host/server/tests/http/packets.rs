//! Packets beside the egress log: what really left the host, as the kernel saw it.
//!
//! The host is the program itself in a network namespace of its own, joined to the test by one pair of devices. At the
//! test's end stand three addresses: the API server's (handed on to the real one), the model's, and a resolver that nobody
//! answers for. Everything goes that way by default, so that a packet to anybody else would be seen too. `seen.py` reads
//! every outgoing packet of the namespace. Needs Linux, the right to make namespaces, `ip` and Python; else the test says
//! which is missing and is skipped.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Output, Stdio};

use kubechat_harness::{Namespace, Outcome, Plane, User};
use serde_json::{Value, json};

use crate::door::components;
use crate::wire::{Model, calls, last_turn, text};

const API_SERVER: &str = "10.231.77.1";
const MODEL: &str = "10.231.77.2";
const RESOLVER: &str = "10.231.77.3";
const HOST: &str = "10.231.77.4";
const PREFIX: &str = "/29";
const LISTEN: &str = "127.0.0.1:7080";

/// A network namespace and its one way out; gone when dropped.
struct Room {
    name: String,
    folder: PathBuf,
}

impl Room {
    /// None where the machine does not give one, with the reason.
    fn made() -> Result<Self, String> {
        let name = format!("kubechat-{}", std::process::id());
        let folder = std::env::temp_dir().join(format!("{name}-packets"));
        std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
        let room = Self { name, folder };
        let device = room.device();
        let (room_name, gate) = (room.name.as_str(), ["name", "out", "netns", &room.name]);
        ip(&["netns", "add", room_name])?;
        ip(&[&["link", "add", &device, "type", "veth", "peer"][..], &gate].concat())?;
        for address in [API_SERVER, MODEL, RESOLVER] {
            ip(&["addr", "add", &format!("{address}{PREFIX}"), "dev", &device])?;
        }
        ip(&["link", "set", &device, "up"])?;
        let inside = |args: &[&str]| ip(&[&["-n", room_name][..], args].concat());
        inside(&["addr", "add", &format!("{HOST}{PREFIX}"), "dev", "out"])?;
        inside(&["link", "set", "out", "up"])?;
        inside(&["link", "set", "lo", "up"])?;
        inside(&["route", "add", "default", "via", RESOLVER])?;
        let resolver = room.folder.join("resolv.conf");
        std::fs::write(&resolver, format!("nameserver {RESOLVER}\noptions timeout:1 attempts:1\n"))
            .map_err(|error| error.to_string())?;
        Ok(room)
    }

    fn device(&self) -> String {
        format!("kc{}", std::process::id())
    }

    /// A program in there, with this resolver's configuration over the machine's.
    fn command(&self, program: &str) -> Command {
        let script = r#"mount --bind "$0" /etc/resolv.conf && exec "$@""#;
        let mut command = Command::new("ip");
        command.args(["netns", "exec", &self.name, "unshare", "-m", "sh", "-c", script]);
        command.arg(self.folder.join("resolv.conf")).arg(program);
        let path = std::env::var_os("PATH").unwrap_or_default();
        command.env_clear().env("PATH", path).env("HOME", &self.folder).env("XDG_RUNTIME_DIR", self.folder.join("run"));
        command
    }

    fn kubechat(&self, args: &[&str]) -> Output {
        self.command(env!("CARGO_BIN_EXE_kubechat")).args(["--server", LISTEN]).args(args).output().unwrap()
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        let _ = ip(&["link", "del", &self.device()]);
        let _ = ip(&["netns", "del", &self.name]);
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn ip(args: &[&str]) -> Result<(), String> {
    let output = Command::new("ip").args(args).output().map_err(|error| format!("no `ip`: {error}"))?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    if output.status.success() { Ok(()) } else { Err(format!("`ip {}`: {said}", args.join(" "))) }
}

/// A program in the room, ended when dropped.
struct Running(Child);

impl Running {
    /// Started, and its first line has these words in it.
    fn saying(mut command: Command, words: &str) -> (Self, BufReader<ChildStdout>) {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut said = BufReader::new(child.stdout.take().unwrap());
        let running = Self(child);
        let mut line = String::new();
        said.read_line(&mut line).unwrap();
        assert!(line.contains(words), "{words} was expected: {line}");
        (running, said)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// How often something was begun, by protocol and destination.
type Seen = BTreeMap<String, usize>;

/// Where packets went while this ran; those to the host's own listener, which the commands ask, are left out.
fn watched(room: &Room, what: impl FnOnce()) -> Seen {
    let mut command = room.command("python3");
    command.arg("-u").arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/http/packets/seen.py"));
    let (mut watcher, said) = Running::saying(command, "ready");
    what();
    drop(watcher.0.stdin.take());
    let own = LISTEN.replace(':', " ");
    let mut seen = Seen::new();
    for line in said.lines().map(Result::unwrap).filter(|line| !line.ends_with(&own)) {
        *seen.entry(line).or_default() += 1;
    }
    assert!(watcher.0.wait().unwrap().success());
    seen
}

/// Hands connections to its address on to the API server.
fn relay(to: SocketAddr) -> SocketAddr {
    let listener = TcpListener::bind((API_SERVER, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        while let Ok((from, _)) = listener.accept() {
            let Ok(onward) = TcpStream::connect(to) else { continue };
            for (mut read, mut write) in [(from.try_clone().unwrap(), onward.try_clone().unwrap()), (onward, from)] {
                std::thread::spawn(move || {
                    let _ = std::io::copy(&mut read, &mut write);
                    let _ = write.shutdown(std::net::Shutdown::Write);
                });
            }
        }
    });
    address
}

/// The editor's kubeconfig, with the API server where the room sees it, and where that is.
fn kubeconfig(room: &Room, shop: &Namespace) -> (PathBuf, SocketAddr) {
    let url = shop.plane().url();
    let real: SocketAddr = url.trim_start_matches("https://").trim_end_matches('/').parse().unwrap();
    // The harness writes a token's kubeconfig as JSON, which is YAML.
    let text = std::fs::read_to_string(shop.kubeconfig(User::Editor)).unwrap();
    let mut config: Value = serde_json::from_str(&text).unwrap();
    let seen = relay(real);
    let cluster = &mut config["clusters"][0]["cluster"];
    cluster["server"] = json!(format!("https://{seen}"));
    cluster["tls-server-name"] = json!("kubernetes");
    let path = room.folder.join("kubeconfig.yaml");
    std::fs::write(&path, config.to_string()).unwrap();
    (path, seen)
}

/// A host in the room whose model is at this URL, and what it says on.
fn host(room: &Room, kubeconfig: &Path, model: &str, settings: &str) -> (Running, BufReader<ChildStdout>) {
    let config = room.folder.join("kubechat.toml");
    let text = format!(
        "listen = '{LISTEN}'\nmode = 'guarded'\n{settings}\ndata_dir = '{}'\ncomponents_dir = '{}'\n\
         models = [{{provider = 'provider-ollama', settings = {{model = 'm'}}}}]\n\
         [[principals]]\nname = 'mira'\nclusters = [{{name = 'c', kubeconfig = '{}'}}]\n\
         [egress.ollama]\nurl = '{model}'\ninternal = true\ndata = ['prompts', 'objects', 'logs']\n",
        room.folder.join("data").display(),
        components().unwrap().display(),
        kubeconfig.display()
    );
    std::fs::write(&config, text).unwrap();
    let mut command = room.command(env!("CARGO_BIN_EXE_kubechat"));
    command.args(["serve", "--config"]).arg(config);
    Running::saying(command, "listens on")
}

fn ask(room: &Room, succeeds: bool) -> String {
    let output = room.kubechat(&["ask", "compose a haiku about the deployment web"]);
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.success(), succeeds, "{said}");
    said
}

fn log(room: &Room) -> Vec<Value> {
    let output = room.kubechat(&["egress", "log", "-o", "json"]);
    let log: Value = serde_json::from_slice(&output.stdout).unwrap();
    log["items"].as_array().unwrap_or_else(|| panic!("{log}")).clone()
}

/// Reads the Deployment, then answers.
fn reader(asked: &Value) -> Value {
    match last_turn(asked).1.len() {
        0 => calls(&[("look", json!({"op": "get", "target": {"kind": "deployment", "name": "web"}}))]),
        _ => text("web drifts by [e1]"),
    }
}

fn addresses(seen: &Seen) -> BTreeSet<&str> {
    seen.keys().map(String::as_str).collect()
}

#[tokio::test]
async fn nobody_but_the_api_server_and_the_bound_destination_is_sent_a_packet() -> Outcome {
    let room = match (components(), Room::made()) {
        (None, _) => Err("no components; `cargo xtask component build` makes them".to_owned()),
        (_, made) => made,
    };
    let room = match room {
        Err(why) => {
            println!("skipped: {why}");
            return Ok(());
        }
        Ok(room) => room,
    };
    let shop = Plane::shared().await?.namespace("packets").await?;
    shop.deploy("web", "web:1", 1, &[]).await?;
    tokio::task::spawn_blocking(move || counted(&room, &shop)).await.unwrap();
    Ok(())
}

fn counted(room: &Room, shop: &Namespace) {
    let (kubeconfig, api_server) = kubeconfig(room, shop);
    let api_server = format!("tcp {API_SERVER} {}", api_server.port());
    let model = Model::listens_on(MODEL, reader);
    let destination = format!("tcp {MODEL} {}", model.address.port());

    let mut entries = Vec::new();
    let seen = watched(room, || {
        let _host = host(room, &kubeconfig, &format!("http://{}", model.address), "");
        let said = ask(room, true);
        assert!(said.contains("web drifts by"), "{said}");
        entries = log(room);
    });
    println!("bound: {seen:?}, {} requests, {} entries", model.got().len(), entries.len());
    assert_eq!(addresses(&seen), [api_server.as_str(), &destination].into(), "{seen:?}");
    assert_eq!((seen[&destination], entries.len()), (model.got().len(), model.got().len()), "{entries:?}");
    assert!(entries.iter().all(|entry| entry["destination"] == "ollama" && entry["status"] == 200), "{entries:?}");

    let named = "http://model.example.com:11434";
    let seen = watched(room, || {
        let _host = host(room, &kubeconfig, named, "air_gapped = true");
        let said = ask(room, false);
        assert!(said.contains("air-gapped") && !said.contains("egress bind"), "what would not help isn't said: {said}");
        entries = log(room);
    });
    println!("air-gapped: {seen:?}");
    assert!(!entries.is_empty() && entries.iter().all(|entry| entry["ended"] == "air-gapped"), "{entries:?}");
    assert_eq!(addresses(&seen), [api_server.as_str()].into(), "{seen:?}");

    // The control: what was not seen in the air gap is seen without it.
    let seen = watched(room, || {
        let _host = host(room, &kubeconfig, named, "");
        ask(room, false);
    });
    println!("with a name to look up: {seen:?}");
    assert!(seen.contains_key(&format!("udp {RESOLVER} 53")), "{seen:?}");
    let _ = std::io::stdout().flush();
}
