//! `kubechat serve`: the host, from configuration to the last log line.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use kubechat_plugin::Compiler;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use super::Failed;
use crate::config::{Config, Flags, Surroundings, mode_text};
use crate::wiring::Host;

/// Options of `kubechat serve`.
#[derive(Debug, Args)]
pub(super) struct ServeArgs {
    /// The configuration file; docs/config.md lists what can stand in it.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Print nothing on standard output.
    #[arg(long)]
    quiet: bool,
    #[command(flatten)]
    flags: Flags,
}

pub(super) fn run(args: ServeArgs) -> Result<(), Failed> {
    let around = Surroundings::of_process();
    let config = Config::load(args.config.as_deref(), args.flags.into(), &around);
    let config = config.map_err(|error| Failed::usage(error.to_string()))?;
    crate::log::start(config.log_format.value, &config.log.value).map_err(|error| Failed::usage(error.to_string()))?;
    let compiler = Compiler::this_program().map_err(|failure| Failed::new(failure.detail))?;
    let runtime = tokio::runtime::Builder::new_multi_thread().thread_name("host").enable_all().build();
    let runtime = runtime.map_err(|error| Failed::new(format!("no threads for the host: {error}")))?;
    runtime.block_on(serve(&config, &around, compiler, args.quiet))
}

async fn serve(config: &Config, around: &Surroundings, compiler: Compiler, quiet: bool) -> Result<(), Failed> {
    let host = Host::open(config, around, compiler).await.map_err(|error| Failed::new(error.to_string()))?;
    stop_on_signals(host.app().stop.clone()).map_err(|error| Failed::new(format!("no signals: {error}")))?;
    if !quiet {
        print!("{}", banner(config, &host));
    }
    host.serve().await;
    Ok(())
}

fn stop_on_signals(stop: CancellationToken) -> std::io::Result<()> {
    let (mut end, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    tokio::spawn(async move {
        tokio::select! {
            _ = end.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("asked to stop");
        stop.cancel();
    });
    Ok(())
}

fn banner(config: &Config, host: &Host) -> String {
    let app = host.app();
    let mut text = String::new();
    // Writing to a string can't fail.
    let mode = mode_text(config.mode.value);
    let _ = writeln!(text, "kubechat {} listens on {} ({mode})", env!("CARGO_PKG_VERSION"), app.url());
    if let Some(first) = host.principals().first() {
        let code = app.sessions().issue_code(first, app.flow.ports().clock.now());
        let _ = writeln!(text, "  log in    {}/#code={code}  (as {}, once, within a minute)", app.url(), first.name);
    }
    for entry in &config.principals.value {
        let clusters = entry.clusters.iter().map(|cluster| cluster.name.as_str()).collect::<Vec<_>>().join(", ");
        let _ = writeln!(text, "  principal {} on {clusters}", entry.name);
    }
    if config.confirm_only.value {
        let _ = writeln!(text, "  alone     plans that need a second person need your own confirmation (confirm_only)");
    }
    let _ = writeln!(text, "  data      {}", config.data_dir.value.display());
    let _ = writeln!(text, "In another terminal: kubechat ask \"what is broken?\"");
    text
}
