//! A control plane of one test's own, to be killed, started again and frozen.

use std::{ops::Deref, process::Child, time::Duration};

use rustix::process::{Pid, Signal, kill_process};

use crate::{
    error::{HarnessError, Outcome},
    plane::Plane,
    process::{self, Size},
    witness,
};

/// Runs on its own port in its own folder; killed when dropped. Costs 3 s and 350 MB: take one only where
/// [`Plane::shared`] would hurt the neighbours.
#[derive(Debug)]
pub struct PrivatePlane {
    plane: Plane,
    child: Child,
    size: Size,
}

impl PrivatePlane {
    /// Starts one.
    ///
    /// # Errors
    /// When there is no program for it, or it does not become ready.
    pub async fn start() -> Outcome<Self> {
        Self::start_sized(Size::EMPTY).await
    }

    /// Starts a large one, with this many pods running in the namespaces `fill-00` to `fill-19`: Deployments of up to
    /// fifty pods with a Service each. 30,000 take a minute and 2 GB.
    ///
    /// # Errors
    /// As [`PrivatePlane::start`].
    pub async fn start_filled(nodes: u32, pods: u32) -> Outcome<Self> {
        Self::start_sized(Size { nodes, pods }).await
    }

    async fn start_sized(size: Size) -> Outcome<Self> {
        let program = process::program().await?;
        let dir = process::new_folder()?;
        let (child, ready) = process::start(&program, &dir, 0, size).await?;
        Ok(Self { plane: Plane::new(dir, program, ready), child, size })
    }

    /// Starts it again with as many pods more as make it this many.
    ///
    /// # Errors
    /// As [`PrivatePlane::restart`].
    pub async fn fill_on(&mut self, pods: u32) -> Outcome {
        self.size.pods = pods;
        self.restart().await
    }

    /// How long its last filling took.
    ///
    /// # Errors
    /// When it was never filled.
    pub fn filled_in(&self) -> Outcome<Duration> {
        let path = self.plane.dir().join("filled");
        let text = std::fs::read_to_string(&path).map_err(HarnessError::file(&path))?;
        let ms = text.parse().map_err(|_| HarnessError::file(&path)(std::io::ErrorKind::InvalidData.into()))?;
        Ok(Duration::from_millis(ms))
    }

    /// Its process, to see what it costs.
    #[must_use]
    pub fn process(&self) -> u32 {
        self.plane.pid()
    }

    /// Kills it (-9): API server, etcd and controllers are gone at once, mid-request.
    ///
    /// What it had not answered by then counts as abandoned (see [`crate::Witness`]), whether it is restarted or not.
    ///
    /// # Errors
    /// When the process can't be waited for, or where its log ended can't be noted.
    pub fn kill(&mut self) -> Outcome {
        let dir = self.plane.dir().to_owned();
        self.child.kill().and_then(|()| self.child.wait()).map(drop).map_err(HarnessError::file(dir))?;
        witness::end_log(self.plane.audit())
    }

    /// Starts it again with its data, users and port; kills it first where it still runs.
    ///
    /// # Errors
    /// When it does not become ready.
    pub async fn restart(&mut self) -> Outcome {
        self.kill()?;
        let port = self.port();
        let (child, ready) = process::start(self.plane.program(), self.plane.dir(), port, self.size).await?;
        self.child = child;
        self.plane = Plane::new(self.plane.dir().to_owned(), self.plane.program().to_owned(), ready);
        Ok(())
    }

    /// Stops it in its tracks: connections stay open and nothing answers.
    ///
    /// # Errors
    /// When it is gone.
    pub fn freeze(&self) -> Outcome {
        self.signal(Signal::STOP)
    }

    /// Lets a frozen one go on.
    ///
    /// # Errors
    /// When it is gone.
    pub fn thaw(&self) -> Outcome {
        self.signal(Signal::CONT)
    }

    fn port(&self) -> u16 {
        self.plane.url().rsplit(':').next().and_then(|port| port.parse().ok()).unwrap_or_default()
    }

    fn signal(&self, signal: Signal) -> Outcome {
        let gone = |cause: std::io::Error| HarnessError::File { path: self.plane.dir().to_owned(), cause };
        let pid = i32::try_from(self.plane.pid()).ok().and_then(Pid::from_raw);
        let pid = pid.ok_or_else(|| gone(std::io::ErrorKind::InvalidData.into()))?;
        kill_process(pid, signal).map_err(|errno| gone(errno.into()))
    }
}

impl Deref for PrivatePlane {
    type Target = Plane;

    fn deref(&self) -> &Plane {
        &self.plane
    }
}

impl Drop for PrivatePlane {
    fn drop(&mut self) {
        // Already gone is as good as killed.
        let _ = self.child.kill();
        let _ = self.child.wait();
        // 100 MB that nobody looks at; the logs stay.
        let _ = std::fs::remove_dir_all(self.plane.dir().join("etcd"));
    }
}
