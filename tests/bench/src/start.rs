//! From the start of the host's program to its first 200 on `/readyz`, components compiled before; and what it then takes.
//!
//! Memory is the resident size `/proc` tells, after `IDLE` with nothing asked. The program is the one `cargo xtask up`
//! starts, with the same profile.

use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use kubechat_harness::{Plane, User};
use rustix::process::{Pid, Signal, kill_process};
use serde::Serialize;

use crate::client::Client;
use crate::spread::Spread;
use crate::{Places, Trouble};

/// Starts that count; one before them compiles the components.
const STARTS: usize = 20;
/// How long nothing is asked before memory is read.
const IDLE: Duration = Duration::from_secs(3);
const POLL: Duration = Duration::from_millis(1);
const READY_WITHIN: Duration = Duration::from_secs(60);

/// A host's start.
#[derive(Debug, Serialize)]
pub(crate) struct Figures {
    /// The first one, which compiles the components.
    first_us: u64,
    cached: Spread,
    idle_rss_kib: u64,
}

pub(crate) async fn measure(places: &Places) -> Result<Figures, Trouble> {
    let plane = Plane::shared().await?;
    let home = Home::make("start")?;
    let config = home.config(&plane, "127.0.0.1:0")?;
    let first = Running::start(places, &home, &config).await?;
    let first_us = u64::try_from(first.took.as_micros())?;
    first.end()?;
    let mut times = Vec::new();
    let mut idle_rss_kib = 0;
    for at in 0..STARTS {
        let running = Running::start(places, &home, &config).await?;
        times.push(running.took);
        if at + 1 == STARTS {
            tokio::time::sleep(IDLE).await;
            idle_rss_kib = running.resident_kib()?;
        }
        running.end()?;
    }
    Ok(Figures { first_us, cached: Spread::of(times), idle_rss_kib })
}

/// A folder that stands for somebody's home; gone when dropped.
pub(crate) struct Home(std::path::PathBuf);

impl Home {
    pub(crate) fn make(name: &str) -> Result<Self, Trouble> {
        let dir = std::env::temp_dir().join(format!("kubechat-bench-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&dir)?;
        Ok(Self(dir))
    }

    pub(crate) fn dir(&self) -> &Path {
        &self.0
    }

    /// One principal, the editor, on the plane.
    pub(crate) fn config(&self, plane: &Plane, listen: &str) -> Result<std::path::PathBuf, Trouble> {
        let path = self.0.join("kubechat.toml");
        let mut cluster = toml::Table::new();
        cluster.insert("name".to_owned(), "bench".into());
        cluster.insert("context".to_owned(), "testplane".into());
        cluster.insert("kubeconfig".to_owned(), plane.kubeconfig(User::Editor).display().to_string().into());
        let mut principal = toml::Table::new();
        principal.insert("name".to_owned(), "editor".into());
        principal.insert("clusters".to_owned(), vec![toml::Value::Table(cluster)].into());
        let mut config = toml::Table::new();
        config.insert("listen".to_owned(), listen.into());
        config.insert("mode".to_owned(), "guarded".into());
        config.insert("data_dir".to_owned(), self.0.join("data").display().to_string().into());
        config.insert("principals".to_owned(), vec![toml::Value::Table(principal)].into());
        std::fs::write(&path, toml::to_string(&config)?)?;
        Ok(path)
    }

    /// The token the host left for its editor.
    pub(crate) fn token(&self, host: SocketAddr) -> Result<String, Trouble> {
        Ok(std::fs::read_to_string(self.0.join(format!(".local/state/kubechat/run/{host}/editor.token")))?)
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        // What is left is in the system's folder for temporary files.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A host that is ready.
struct Running {
    child: Child,
    took: Duration,
}

impl Running {
    async fn start(places: &Places, home: &Home, config: &Path) -> Result<Self, Trouble> {
        // Free a moment ago; whoever takes it in between makes this run fail, not lie.
        let host = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let client = Client { host, token: String::new() };
        let mut command = Command::new(&places.host);
        command.args(["serve", "--quiet", "--listen", &host.to_string(), "--config"]).arg(config);
        command.arg("--components").arg(&places.components);
        command.env_clear().env("HOME", home.dir()).stdin(Stdio::null()).stderr(Stdio::null());
        let started = Instant::now();
        let mut running = Self { child: command.spawn()?, took: Duration::ZERO };
        while client.get("/readyz").await.is_err() {
            if started.elapsed() > READY_WITHIN || running.child.try_wait()?.is_some() {
                return Err("the host does not get ready".into());
            }
            tokio::time::sleep(POLL).await;
        }
        running.took = started.elapsed();
        Ok(running)
    }

    fn resident_kib(&self) -> Result<u64, Trouble> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS in /proc")?;
        Ok(line.trim().trim_end_matches(" kB").parse()?)
    }

    fn end(mut self) -> Result<(), Trouble> {
        kill_process(Pid::from_child(&self.child), Signal::TERM)?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Only after a failure is there still something to end.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
