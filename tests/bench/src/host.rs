//! The host as a process of its own: the program people run, with a home of its own, and what it costs by `/proc`.

use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use kubechat_harness::{Plane, User};
use rustix::process::{Pid, Signal, kill_process};

use crate::client::Client;
use crate::{Places, Trouble};

const POLL: Duration = Duration::from_millis(1);
const READY_WITHIN: Duration = Duration::from_secs(60);
/// A tick of `/proc`'s CPU times, as every Linux has it.
const TICK: Duration = Duration::from_millis(10);

/// A folder that stands for somebody's home; gone when dropped.
pub(crate) struct Home(PathBuf);

impl Home {
    pub(crate) fn make(name: &str) -> Result<Self, Trouble> {
        let dir = std::env::temp_dir().join(format!("kubechat-bench-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&dir)?;
        Ok(Self(dir))
    }

    pub(crate) fn dir(&self) -> &Path {
        &self.0
    }

    /// One principal for each of these users of the plane, of the same name.
    pub(crate) fn config(&self, plane: &Plane, listen: &str, users: &[User]) -> Result<PathBuf, Trouble> {
        let path = self.0.join("kubechat.toml");
        let principal = |user: &User| {
            let mut cluster = toml::Table::new();
            cluster.insert("name".to_owned(), "bench".into());
            cluster.insert("context".to_owned(), "testplane".into());
            cluster.insert("kubeconfig".to_owned(), plane.kubeconfig(*user).display().to_string().into());
            let mut principal = toml::Table::new();
            principal.insert("name".to_owned(), user.name().into());
            principal.insert("clusters".to_owned(), vec![toml::Value::Table(cluster)].into());
            toml::Value::Table(principal)
        };
        let mut config = toml::Table::new();
        config.insert("listen".to_owned(), listen.into());
        config.insert("mode".to_owned(), "guarded".into());
        config.insert("data_dir".to_owned(), self.0.join("data").display().to_string().into());
        config.insert("principals".to_owned(), users.iter().map(principal).collect::<Vec<_>>().into());
        std::fs::write(&path, toml::to_string(&config)?)?;
        Ok(path)
    }

    /// The token the host left for a user.
    pub(crate) fn token(&self, host: SocketAddr, user: User) -> Result<String, Trouble> {
        let name = user.name();
        Ok(std::fs::read_to_string(self.0.join(format!(".local/state/kubechat/run/{host}/{name}.token")))?)
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        // What is left is in the system's folder for temporary files.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A host that is ready.
pub(crate) struct Running {
    child: Child,
    address: SocketAddr,
    /// From its start to its first 200 on `/readyz`.
    pub(crate) took: Duration,
}

impl Running {
    pub(crate) async fn start(places: &Places, home: &Home, config: &Path) -> Result<Self, Trouble> {
        // Free a moment ago; whoever takes it in between makes this run fail, not lie.
        let host = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let client = Client { host, token: String::new() };
        let mut command = Command::new(&places.host);
        command.args(["serve", "--quiet", "--listen", &host.to_string(), "--config"]).arg(config);
        command.arg("--components").arg(&places.components);
        command.env_clear().env("HOME", home.dir()).stdin(Stdio::null()).stderr(Stdio::null());
        let started = Instant::now();
        let mut running = Self { child: command.spawn()?, address: host, took: Duration::ZERO };
        while client.get("/readyz").await.is_err() {
            if started.elapsed() > READY_WITHIN || running.child.try_wait()?.is_some() {
                return Err("the host does not get ready".into());
            }
            tokio::time::sleep(POLL).await;
        }
        running.took = started.elapsed();
        Ok(running)
    }

    /// A client as this user.
    pub(crate) fn client(&self, home: &Home, user: User) -> Result<Client, Trouble> {
        Ok(Client { host: self.address, token: home.token(self.address, user)? })
    }

    /// Memory it has now.
    pub(crate) fn resident_kib(&self) -> Result<u64, Trouble> {
        self.status("VmRSS:")
    }

    /// The most it had since [`Self::forget_peak`].
    pub(crate) fn peak_kib(&self) -> Result<u64, Trouble> {
        self.status("VmHWM:")
    }

    pub(crate) fn forget_peak(&self) -> Result<(), Trouble> {
        Ok(std::fs::write(format!("/proc/{}/clear_refs", self.child.id()), "5")?)
    }

    /// CPU time it has used so far.
    pub(crate) fn cpu(&self) -> Result<Duration, Trouble> {
        cpu_of(self.child.id())
    }

    fn status(&self, field: &str) -> Result<u64, Trouble> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix(field)).ok_or("no such field in /proc")?;
        Ok(line.trim().trim_end_matches(" kB").parse()?)
    }

    pub(crate) fn end(mut self) -> Result<(), Trouble> {
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

/// CPU time a process has used so far.
pub(crate) fn cpu_of(process: u32) -> Result<Duration, Trouble> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat"))?;
    // Behind the name, which may hold anything: user and system time are the 12th and 13th from there.
    let fields = stat.rsplit_once(") ").ok_or("no name in /proc's stat")?.1.split(' ');
    let ticks = fields.skip(11).take(2).map(str::parse::<u32>).sum::<Result<u32, _>>()?;
    Ok(TICK * ticks)
}
