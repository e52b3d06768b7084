//! The machine a bench ran on, as far as it explains figures. Linux only, like the control plane.

use std::{fs, process::Command};

use crate::{error::XtaskError, process, tools};

/// What is said of the machine.
pub(super) struct Machine {
    pub(super) processor: String,
    pub(super) cores: usize,
    pub(super) memory_gib: u64,
    pub(super) kernel: String,
    pub(super) compiler: String,
    /// The minute's load average before the bench.
    pub(super) load: String,
    /// The day, by UTC.
    pub(super) day: String,
}

impl Machine {
    /// Looks once.
    ///
    /// # Errors
    /// A `/proc` that is not Linux's.
    pub(super) fn look() -> Result<Self, XtaskError> {
        let read = |path: &str| fs::read_to_string(path).map_err(XtaskError::file("read", path));
        let field = |text: &str, name: &str| {
            let line = text.lines().find(|line| line.starts_with(name))?;
            Some(line.split_once(':')?.1.trim().to_owned())
        };
        let processor = field(&read("/proc/cpuinfo")?, "model name").unwrap_or_else(|| "unknown processor".to_owned());
        let memory = field(&read("/proc/meminfo")?, "MemTotal").unwrap_or_default();
        let memory_kib: u64 = memory.trim_end_matches(" kB").parse().unwrap_or(0);
        let compiler = process::output(Command::new(tools::rustc()).arg("-V"))?;
        Ok(Self {
            processor,
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            memory_gib: memory_kib.div_ceil(1 << 20),
            kernel: read("/proc/sys/kernel/osrelease")?.split('-').next().unwrap_or_default().trim().to_owned(),
            compiler: compiler.split(' ').take(2).collect::<Vec<_>>().join(" "),
            load: read("/proc/loadavg")?.split(' ').next().unwrap_or_default().to_owned(),
            day: process::output(Command::new("date").args(["-u", "+%Y-%m-%d"]))?.trim().to_owned(),
        })
    }
}
