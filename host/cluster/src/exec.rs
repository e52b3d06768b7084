//! Exec credential plugins: run without a terminal, with a deadline, one at a time.
//!
//! The plugin's stdin is empty and it runs in a process group of its own, so it can neither ask nor be answered; at the
//! deadline the whole group is killed. Its credential is kept until shortly before it expires, or until the API server
//! answers 401. Errors: [`Code::ExecPlugin`] saying missing, slow, asking for input, failed or unreadable. Shown of its
//! output is only the last line of stderr; stdout is the credential. Limits: output, run time.

use std::io::ErrorKind;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use http::HeaderValue;
use kube::config::{ExecConfig, ExecInteractiveMode};
use kubechat_core::digest::Digest;
use kubechat_core::problem::{Code, Problem};
use kubechat_core::time::{Clock, Timestamp};
use serde::Deserialize;
use serde_json::json;
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::process::{Child, Command};
use tokio::sync::Mutex;

use crate::credentials::bearer;
use crate::limits::{EXEC_OUTPUT_BYTES_MAX, EXEC_RENEW_MS};
use crate::status::one_line;

/// A plugin and its current credential.
pub(crate) struct Exec {
    config: ExecConfig,
    source: PathBuf,
    deadline: Duration,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    credential: Option<Arc<Credential>>,
    /// When it last failed: those who waited meanwhile get the same answer instead of a run each.
    failed: Option<(Instant, Problem)>,
}

/// What a plugin gave.
pub(crate) struct Credential {
    /// `Authorization`, when it gave a token.
    pub(crate) header: Option<HeaderValue>,
    /// A client certificate, when it gave one.
    pub(crate) identity: Option<Identity>,
    expires_at: Option<Timestamp>,
}

/// A client certificate with its key.
pub(crate) struct Identity {
    pub(crate) certificate_pem: String,
    pub(crate) key_pem: String,
}

impl Identity {
    /// Tells two identities apart.
    pub(crate) fn digest(&self) -> Digest {
        Digest::of("kubechat/exec-identity/v1", self.certificate_pem.as_bytes())
    }
}

#[derive(Deserialize)]
struct Answer {
    status: Option<AnswerStatus>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AnswerStatus {
    token: Option<String>,
    client_certificate_data: Option<String>,
    client_key_data: Option<String>,
    expiration_timestamp: Option<String>,
}

impl Exec {
    pub(crate) fn new(config: ExecConfig, source: PathBuf, deadline: Duration) -> Self {
        Self { config, source, deadline, state: Mutex::default() }
    }

    /// The credential, from the plugin if none is good any more.
    pub(crate) async fn current(&self, clock: &dyn Clock) -> Result<Arc<Credential>, Problem> {
        let asked = Instant::now();
        let mut state = self.state.lock().await;
        if let Some(known) = &state.credential
            && known.expires_at.is_none_or(|at| clock.now().plus_ms(EXEC_RENEW_MS) < at)
        {
            return Ok(known.clone());
        }
        if let Some((at, problem)) = &state.failed
            && *at > asked
        {
            return Err(problem.clone());
        }
        match self.run().await {
            Ok(credential) => {
                let credential = Arc::new(credential);
                *state = State { credential: Some(credential.clone()), failed: None };
                Ok(credential)
            }
            Err(problem) => {
                *state = State { credential: None, failed: Some((Instant::now(), problem.clone())) };
                Err(problem)
            }
        }
    }

    /// Drops this credential after a 401, so the next call asks the plugin again.
    pub(crate) async fn forget(&self, refused: &Arc<Credential>) {
        let mut state = self.state.lock().await;
        if state.credential.as_ref().is_some_and(|known| Arc::ptr_eq(known, refused)) {
            state.credential = None;
        }
    }

    /// The program alone: its arguments may carry a client secret.
    fn command_text(&self) -> String {
        one_line(self.config.command.as_deref().unwrap_or_default())
    }

    fn problem(&self, why: &str) -> Problem {
        let detail = format!("the credential plugin `{}` of {} {why}", self.command_text(), self.source.display());
        Problem::new(Code::ExecPlugin, detail)
    }

    async fn run(&self) -> Result<Credential, Problem> {
        if self.config.interactive_mode == Some(ExecInteractiveMode::Always) {
            return Err(self
                .problem("asks for input (interactiveMode: Always), and nobody is there to answer")
                .hint("use a plugin that works without a terminal, or log in beforehand and use its cached token"));
        }
        let mut command = self.command()?;
        let mut child = command.spawn().map_err(|e| self.not_started(&e))?;
        let started = Instant::now();
        match tokio::time::timeout(self.deadline, collect(&mut child)).await {
            Ok(Ok(output)) => {
                let took_ms = started.elapsed().as_millis();
                tracing::debug!(plugin = self.config.command.as_deref(), took_ms, "exec credential plugin ran");
                self.read(output)
            }
            Ok(Err(error)) => {
                kill_group(&mut child).await;
                Err(self.problem(&format!("could not be read: {error}")))
            }
            Err(_) => {
                kill_group(&mut child).await;
                let waited_ms = self.deadline.as_millis();
                Err(self
                    .problem(&format!("gave no credential within {waited_ms} ms and was killed"))
                    .hint("run it by hand: it may be slow, or wait for input that can't be given here"))
            }
        }
    }

    fn command(&self) -> Result<Command, Problem> {
        let Some(program) = self.config.command.as_deref().filter(|command| !command.is_empty()) else {
            return Err(self.problem("has no command").hint("name the plugin's command in the kubeconfig"));
        };
        let mut command = Command::new(program);
        command.args(self.config.args.iter().flatten());
        for variable in self.config.env.iter().flatten() {
            if let (Some(name), Some(value)) = (variable.get("name"), variable.get("value")) {
                command.env(name, value);
            }
        }
        let mut spec = json!({"interactive": false});
        if let Some(cluster) = &self.config.cluster {
            spec["cluster"] = serde_json::to_value(cluster).unwrap_or_default();
        }
        let api_version = self.config.api_version.as_deref().unwrap_or("client.authentication.k8s.io/v1");
        let info = json!({"apiVersion": api_version, "kind": "ExecCredential", "spec": spec});
        command.env("KUBERNETES_EXEC_INFO", info.to_string());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // Its own group: not in the terminal's foreground, so it can't read there, and killed as one.
        command.process_group(0).kill_on_drop(true);
        Ok(command)
    }

    fn not_started(&self, error: &std::io::Error) -> Problem {
        if error.kind() == ErrorKind::NotFound {
            let fix = self.config.install_hint.as_deref().map(one_line);
            let fix = fix.unwrap_or_else(|| "install it, or put it on the PATH of the host".to_owned());
            return self.problem("is not installed").hint(fix);
        }
        self.problem(&format!("can't be started: {error}")).hint("make it executable for the host's user")
    }

    fn read(&self, output: Output) -> Result<Credential, Problem> {
        if !output.status.success() {
            let said = last_line(&output.stderr);
            if asks(&output.stderr) {
                return Err(self
                    .problem(&format!("asks for input, and nobody is there to answer: {said}"))
                    .hint("log in by hand first, so that it finds a cached token"));
            }
            return Err(self.problem(&format!("failed ({}): {said}", output.status)).hint("run it by hand"));
        }
        let unreadable = |why: &str| self.problem(why).hint("it must print an ExecCredential with a status");
        let answer: Answer =
            serde_json::from_slice(&output.stdout).map_err(|_| unreadable("printed no ExecCredential"))?;
        let status = answer.status.ok_or_else(|| unreadable("printed an ExecCredential without a status"))?;
        let expires_at = match status.expiration_timestamp.as_deref() {
            Some(text) => Some(text.parse().map_err(|_| unreadable("printed an expiry that is no RFC 3339 time"))?),
            None => None,
        };
        let header = match status.token.as_deref() {
            Some(token) => Some(bearer(token).ok_or_else(|| unreadable("printed a token that fits no header"))?),
            None => None,
        };
        let identity = match (status.client_certificate_data, status.client_key_data) {
            (Some(certificate_pem), Some(key_pem)) => Some(Identity { certificate_pem, key_pem }),
            (None, None) => None,
            _ => return Err(unreadable("printed half a client certificate")),
        };
        if header.is_none() && identity.is_none() {
            return Err(unreadable("printed neither a token nor a certificate"));
        }
        Ok(Credential { header, identity, expires_at })
    }
}

struct Output {
    status: ExitStatus,
    stdout: Vec<u8>,
    stderr: Vec<u8>,
}

async fn collect(child: &mut Child) -> std::io::Result<Output> {
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let (stdout, stderr) = tokio::try_join!(bounded(stdout), bounded(stderr))?;
    Ok(Output { status: child.wait().await?, stdout, stderr })
}

async fn bounded(from: Option<impl AsyncRead + Unpin>) -> std::io::Result<Vec<u8>> {
    let mut text = Vec::new();
    let Some(from) = from else { return Ok(text) };
    from.take(EXEC_OUTPUT_BYTES_MAX as u64 + 1).read_to_end(&mut text).await?;
    if text.len() > EXEC_OUTPUT_BYTES_MAX {
        return Err(std::io::Error::other(format!(
            "it printed more than EXEC_OUTPUT_BYTES_MAX ({EXEC_OUTPUT_BYTES_MAX})"
        )));
    }
    Ok(text)
}

/// Ends the plugin and whatever it started.
async fn kill_group(child: &mut Child) {
    let group = child.id().and_then(|id| i32::try_from(id).ok()).and_then(rustix::process::Pid::from_raw);
    if let Some(group) = group
        && let Err(error) = rustix::process::kill_process_group(group, rustix::process::Signal::KILL)
    {
        tracing::warn!(%error, "the process group of an exec credential plugin could not be killed");
    }
    let _ = child.kill().await;
}

fn last_line(stderr: &[u8]) -> String {
    let text = String::from_utf8_lossy(stderr);
    let line = text.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("it said nothing");
    one_line(line.trim())
}

/// Whether what it said looks like a question it could not put.
fn asks(stderr: &[u8]) -> bool {
    let text = String::from_utf8_lossy(stderr).to_lowercase();
    let signs = ["eof", "stdin", "tty", "terminal", "password", "passphrase", "prompt", "interactive", "user input"];
    signs.iter().any(|sign| text.contains(sign))
}
