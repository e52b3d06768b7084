//! kubectl as one of the users: the tests' own hand in the cluster, apart from what they test.

use std::{
    path::PathBuf,
    process::{Output, Stdio},
    time::Duration,
};

use serde_json::Value;
use tokio::{io::AsyncWriteExt as _, process::Command};

use crate::{
    error::{HarnessError, Outcome},
    plane::{Plane, User},
    process,
};

/// No call of a test takes longer, waits included; past it the control plane hangs.
const CALL_WITHIN: Duration = Duration::from_secs(90);

/// A kubectl bound to a user and perhaps a namespace.
#[derive(Clone, Debug)]
pub struct Kubectl {
    plane: Plane,
    user: User,
    kubeconfig: PathBuf,
}

impl Kubectl {
    pub(crate) fn new(plane: &Plane, user: User, kubeconfig: PathBuf) -> Self {
        Self { plane: plane.clone(), user, kubeconfig }
    }

    /// Runs it and gives back what it wrote to its standard output.
    ///
    /// # Errors
    /// When it ends with anything but 0, with all it wrote; when it hangs, with the plane's log.
    pub async fn run(&self, args: &[&str]) -> Outcome<String> {
        self.run_with(args, "").await
    }

    /// The same with a text as its standard input: `run_with(&["apply", "-f", "-"], yaml)`.
    ///
    /// # Errors
    /// As [`Kubectl::run`].
    pub async fn run_with(&self, args: &[&str], stdin: &str) -> Outcome<String> {
        let output = self.output(args, stdin).await?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        Err(self.unexpected(args, &output))
    }

    /// Runs it with `-o json` and gives back what it parsed.
    ///
    /// # Errors
    /// As [`Kubectl::run`], or when the answer is no JSON.
    pub async fn json(&self, args: &[&str]) -> Outcome<Value> {
        let text = self.run(&[args, &["-o", "json"]].concat()).await?;
        serde_json::from_str(&text).map_err(HarnessError::malformed(format!("kubectl {}", args.join(" "))))
    }

    /// Runs what must fail and gives back what it wrote to its standard error.
    ///
    /// # Errors
    /// When it succeeds or hangs.
    pub async fn refused(&self, args: &[&str]) -> Outcome<String> {
        self.refused_with(args, "").await
    }

    /// The same with a text as its standard input.
    ///
    /// # Errors
    /// As [`Kubectl::refused`].
    pub async fn refused_with(&self, args: &[&str], stdin: &str) -> Outcome<String> {
        let output = self.output(args, stdin).await?;
        if output.status.success() {
            return Err(self.unexpected(args, &output));
        }
        Ok(String::from_utf8_lossy(&output.stderr).into_owned())
    }

    /// The program's other tool, with this user's kubeconfig.
    pub(crate) async fn bulk(&self, sizes: &[&str], etcd: &str) -> Outcome {
        let mut command = Command::new(self.plane.program());
        command.arg("bulk").arg("-kubeconfig").arg(&self.kubeconfig).args(["-etcd", etcd]).args(sizes);
        let output = self.finish(command, sizes, "").await?;
        if output.status.success() { Ok(()) } else { Err(self.unexpected(sizes, &output)) }
    }

    /// The program's tool that makes a certificate, as it prints it.
    pub(crate) async fn certificate(&self, asked: &[&str]) -> Outcome<Value> {
        let mut command = Command::new(self.plane.program());
        command.arg("certificate").args(asked);
        let output = self.finish(command, asked, "").await?;
        if !output.status.success() {
            return Err(self.unexpected(asked, &output));
        }
        serde_json::from_slice(&output.stdout).map_err(HarnessError::malformed("a certificate"))
    }

    async fn output(&self, args: &[&str], stdin: &str) -> Outcome<Output> {
        let mut command = Command::new(self.plane.program());
        command.arg("kubectl").arg("--kubeconfig").arg(&self.kubeconfig).args(args).env_remove("KUBECONFIG");
        self.finish(command, args, stdin).await
    }

    async fn finish(&self, mut command: Command, args: &[&str], stdin: &str) -> Outcome<Output> {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(|cause| HarnessError::NoProgram { why: format!("kubectl does not start: {cause}") })?;
        let mut input = child.stdin.take();
        let call = async {
            if let Some(pipe) = &mut input {
                // One that ended without reading says why by itself.
                let _ = pipe.write_all(stdin.as_bytes()).await;
            }
            drop(input);
            child.wait_with_output().await
        };
        match tokio::time::timeout(CALL_WITHIN, call).await {
            Ok(output) => output.map_err(HarnessError::file(self.plane.program())),
            Err(_) => Err(process::trouble(
                self.plane.dir(),
                format!("left `kubectl {}` as {} without an end for {CALL_WITHIN:?}", args.join(" "), self.user.name()),
            )),
        }
    }

    fn unexpected(&self, args: &[&str], output: &Output) -> HarnessError {
        if !process::alive(self.plane.dir()) {
            return process::trouble(self.plane.dir(), format!("is gone: `kubectl {}` failed", args.join(" ")));
        }
        let mut wrote = String::from_utf8_lossy(&output.stdout).into_owned();
        wrote.push_str(&String::from_utf8_lossy(&output.stderr));
        HarnessError::Kubectl {
            args: args.join(" "),
            user: self.user.name(),
            ending: output.status.to_string(),
            output: wrote,
        }
    }
}
