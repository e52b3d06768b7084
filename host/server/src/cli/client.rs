//! The commands that talk to a host: who handles what. Clients speak HTTP on loopback and know nothing of clusters.

use std::process::ExitCode;

use clap::Subcommand;

use super::api::Client;
use super::out::{Failure, Format};
use super::{
    approve, ask, audit, cluster, cluster_change, doctor, egress, execute, login, plan, plugin, provider,
    support_bundle, undo,
};

/// Flags of every command.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Global {
    /// The host's address.
    #[arg(long, global = true, env = "KUBECHAT_LISTEN", default_value = "127.0.0.1:7080", value_name = "ADDR")]
    pub(crate) server: std::net::SocketAddr,
    /// Act as this configured principal (the first one by default).
    #[arg(long = "as", global = true, env = "KUBECHAT_AS", value_name = "NAME")]
    pub(crate) principal: Option<String>,
    /// Output: table, json or yaml.
    #[arg(short, long, global = true, default_value = "table", value_name = "FORMAT")]
    pub(crate) output: Format,
}

/// A command that talks to a host.
#[derive(Debug, Subcommand)]
pub(crate) enum ClientCommand {
    /// Ask in plain words: a question is answered, a change becomes a plan.
    Ask(ask::AskArgs),
    /// Show, edit, reject, refresh or export a plan; make one from a manifest.
    #[command(subcommand)]
    Plan(plan::PlanCommand),
    /// Approve somebody else's plan.
    Approve(approve::ApproveArgs),
    /// Execute a plan and wait until it has settled.
    Execute(execute::ExecuteArgs),
    /// Take your own last run back: makes a plan with its own diff.
    Undo(undo::UndoArgs),
    /// Take the run of a plan back: makes a plan with its own diff.
    Rollback(undo::RollbackArgs),
    /// Who asked, what was decided, what happened.
    #[command(subcommand)]
    Audit(audit::AuditCommand),
    /// Loaded components.
    #[command(subcommand)]
    Plugin(plugin::PluginCommand),
    /// Who turns sentences into plans.
    #[command(subcommand)]
    Provider(provider::ProviderCommand),
    /// Where components may send something, and what went there.
    #[command(subcommand)]
    Egress(egress::EgressCommand),
    /// Clusters you have here.
    #[command(subcommand)]
    Cluster(cluster::ClusterCommand),
    /// Check the host, its clusters and your access, with a fix for each fault.
    Doctor(doctor::DoctorArgs),
    /// What somebody who helps needs to see of this host, masked, in one file.
    SupportBundle(support_bundle::BundleArgs),
    /// A link that logs your browser in.
    Login(login::LoginArgs),
}

/// Runs one, on a small runtime of its own.
pub(crate) fn run(global: &Global, command: ClientCommand) -> ExitCode {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("error: no runtime: {error}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(dispatch(global, command)) {
        Ok(code) => code,
        Err(failure) => failure.report(global.output),
    }
}

async fn dispatch(global: &Global, command: ClientCommand) -> Result<ExitCode, Failure> {
    let format = global.output;
    // Binding and choosing change a file, whether a host runs or not.
    let command = match command {
        ClientCommand::Egress(command) => return egress::run(global, command).await,
        // It may start the host it talks to.
        ClientCommand::Ask(args) => return ask::begin(global, args).await,
        ClientCommand::Provider(command) => return provider::run(global, command).await,
        other => other,
    };
    let client = match &command {
        // The doctor looks itself whether there is a host.
        ClientCommand::Doctor(args) => return doctor::run(global, args).await,
        ClientCommand::Cluster(cluster::ClusterCommand::Add(args)) => {
            return cluster_change::add(global, args).await;
        }
        ClientCommand::Cluster(cluster::ClusterCommand::Mode(args)) if args.changes() => {
            return cluster_change::set_mode(global, args).await;
        }
        _ => Client::connect(global)?,
    };
    match command {
        ClientCommand::Ask(args) => ask::begin(global, args).await,
        ClientCommand::Plan(command) => plan::run(&client, command, format).await,
        ClientCommand::Approve(args) => approve::run(&client, args, format).await,
        ClientCommand::Execute(args) => execute::run(&client, args, format).await,
        ClientCommand::Undo(args) => undo::run(&client, args, format).await,
        ClientCommand::Rollback(args) => undo::rollback(&client, args, format).await,
        ClientCommand::Audit(command) => audit::run(&client, command, format).await,
        ClientCommand::Plugin(command) => plugin::run(&client, command, format).await,
        ClientCommand::Provider(command) => provider::run(global, command).await,
        ClientCommand::Cluster(command) => cluster::run(&client, command, format).await,
        ClientCommand::SupportBundle(args) => support_bundle::run(&client, &args, format).await,
        ClientCommand::Login(args) => login::run(&client, args, format).await,
        ClientCommand::Doctor(args) => doctor::run(global, &args).await,
        ClientCommand::Egress(command) => egress::run(global, command).await,
    }
}
