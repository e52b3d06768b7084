//! LiteLLM's proxy in front of the same mock, where it is installed: what another gateway adds to the first token.
//!
//! `KUBECHAT_LITELLM` names its program; otherwise it is looked for in `litellm/bin` of the cache
//! (`python3 -m venv ~/.cache/kubechat/litellm && ~/.cache/kubechat/litellm/bin/pip install 'litellm[proxy]'`). Without it
//! there is no figure of it.

use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tokio::net::TcpStream;

use crate::Trouble;
use crate::host::Home;

const READY_WITHIN: Duration = Duration::from_secs(120);
const POLL: Duration = Duration::from_millis(100);

/// The proxy, ended when dropped.
pub(crate) struct Gateway {
    child: Child,
    pub(crate) address: SocketAddr,
    _home: Home,
}

fn program() -> Option<PathBuf> {
    let named = std::env::var_os("KUBECHAT_LITELLM").map(PathBuf::from);
    let cached = || Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache/kubechat/litellm/bin/litellm"));
    named.or_else(cached).filter(|program| program.is_file())
}

impl Gateway {
    /// None where it is not installed.
    pub(crate) async fn start(mock: SocketAddr, model: &str) -> Result<Option<Self>, Trouble> {
        let Some(program) = program() else {
            eprintln!("LiteLLM is not installed: no figure of it");
            return Ok(None);
        };
        let home = Home::make("litellm")?;
        let config = home.dir().join("config.yaml");
        std::fs::write(
            &config,
            format!(
                "model_list:\n- model_name: m\n  litellm_params:\n    model: ollama_chat/{model}\n    api_base: http://{mock}\n"
            ),
        )?;
        // Free a moment ago; whoever takes it in between makes this run fail, not lie.
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let mut command = Command::new(program);
        command.arg("--config").arg(&config).args(["--host", "127.0.0.1", "--port", &address.port().to_string()]);
        command.env("LITELLM_LOCAL_MODEL_COST_MAP", "True").env("HOME", home.dir());
        // Nothing to check is what it is quickest with.
        command.env("LITELLM_DANGEROUSLY_PERMIT_WEAK_OR_UNSET_MASTER_KEY", "true");
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        let mut gateway = Self { child, address, _home: home };
        let started = Instant::now();
        while TcpStream::connect(address).await.is_err() {
            if started.elapsed() > READY_WITHIN || gateway.child.try_wait()?.is_some() {
                return Err("LiteLLM does not get ready".into());
            }
            tokio::time::sleep(POLL).await;
        }
        Ok(Some(gateway))
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        // Only an error elsewhere could have ended it before.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
