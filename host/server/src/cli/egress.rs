//! `egress`: where components may send something, what went there, and the operator's word on it.
//!
//! `list`, `test` and `log` ask the host. `bind` and `unbind` change its configuration file, which it takes in at its next
//! start; a secret is never an argument, only where it is.

use std::path::PathBuf;
use std::process::ExitCode;

use kubechat_core::egress::Destination;
use serde_json::{Value, json};

use super::api::Client;
use super::client::Global;
use super::cluster_change::{RESTART, file, refused, settings};
use super::out::{Failure, Format, items, print, safe, table, text};
use crate::config::edit::Edited;
use crate::config::{EgressEntry, Surroundings};

/// What to do with destinations.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum EgressCommand {
    /// List destinations: what each is bound to, who names it, what went there.
    List,
    /// Bind a destination in the host's configuration file.
    Bind(BindArgs),
    /// Close a destination in the host's configuration file.
    Unbind(UnbindArgs),
    /// Send one `GET /` to a destination, with its credential and nothing else.
    Test {
        /// Which one.
        destination: Destination,
    },
    /// Show the last requests that went out or were refused.
    Log {
        /// At most so many.
        #[arg(long, value_name = "COUNT", default_value_t = 50)]
        limit: u32,
    },
}

/// A binding to be.
#[derive(Debug, clap::Args)]
pub(crate) struct BindArgs {
    /// What components call it.
    destination: Destination,
    /// Below this everything is sent: https://, or http:// with --internal.
    url: String,
    /// It may lie inside: on this machine, in a private network, in a cluster.
    #[arg(long)]
    internal: bool,
    /// The one CA that may vouch for it, a PEM file.
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// A proxy that is asked to connect.
    #[arg(long, value_name = "URL")]
    proxy: Option<String>,
    /// Where its secret is: env:NAME or file:/path.
    #[arg(long, value_name = "WHERE")]
    credential: Option<String>,
    /// The header the secret goes into, instead of `authorization`.
    #[arg(long, value_name = "NAME", requires = "credential")]
    credential_header: Option<String>,
    /// What stands before the secret, instead of `Bearer `.
    #[arg(long, value_name = "TEXT", requires = "credential")]
    credential_prefix: Option<String>,
    /// What may go there, of prompts, objects, logs, secret-metadata; prompts,objects when absent.
    #[arg(long, value_name = "CLASSES", value_delimiter = ',')]
    data: Option<Vec<String>>,
    #[command(flatten)]
    change: ChangeArgs,
}

/// A binding that was.
#[derive(Debug, clap::Args)]
pub(crate) struct UnbindArgs {
    /// Which one.
    destination: Destination,
    #[command(flatten)]
    change: ChangeArgs,
}

#[derive(Debug, clap::Args)]
struct ChangeArgs {
    /// The configuration file; the running host's own when absent.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Print the changed file instead of writing it.
    #[arg(long)]
    print: bool,
}

/// Does it.
pub(crate) async fn run(global: &Global, command: EgressCommand) -> Result<ExitCode, Failure> {
    let format = global.output;
    match command {
        EgressCommand::Bind(args) => bind(global, args).await,
        EgressCommand::Unbind(args) => {
            let done = |edited: &mut Edited| edited.unbind(&args.destination).map(|()| "closed".to_owned());
            change(global, &args.destination, &args.change, done).await
        }
        EgressCommand::List => {
            let listed = Client::connect(global)?.get("/api/v1/egress").await?;
            print(format, &listed, list);
            Ok(ExitCode::SUCCESS)
        }
        EgressCommand::Log { limit } => {
            let listed = Client::connect(global)?.get(&format!("/api/v1/egress/log?limit={limit}")).await?;
            print(format, &listed, log);
            Ok(ExitCode::SUCCESS)
        }
        EgressCommand::Test { destination } => test(&Client::connect(global)?, &destination, format).await,
    }
}

async fn bind(global: &Global, args: BindArgs) -> Result<ExitCode, Failure> {
    let ca = args.ca.as_ref().map(std::path::absolute).transpose();
    let entry = EgressEntry {
        url: args.url,
        internal: args.internal,
        ca: ca.map_err(|error| Failure::usage(format!("--ca: {error}"), "name a file"))?,
        proxy: args.proxy,
        credential: args.credential,
        credential_header: args.credential_header,
        credential_prefix: args.credential_prefix,
        data: args.data,
    };
    let done = |edited: &mut Edited| {
        edited.bind(&args.destination, &entry)?;
        Ok(format!("bound to {}", entry.url))
    };
    change(global, &args.destination, &args.change, done).await
}

async fn change(
    global: &Global,
    destination: &Destination,
    args: &ChangeArgs,
    edit: impl FnOnce(&mut Edited) -> Result<String, crate::config::ConfigError>,
) -> Result<ExitCode, Failure> {
    let settings = settings(global).await;
    let path = file(args.config.as_ref(), settings.as_ref())?;
    let mut edited = Edited::open(&path).map_err(refused)?;
    let state = edit(&mut edited).map_err(refused)?;
    if args.print {
        say!("{}", edited.text());
        return Ok(ExitCode::SUCCESS);
    }
    edited.write(&path, &Surroundings::of_process()).map_err(refused)?;
    let shown = path.display().to_string();
    let told = json!({"file": shown, "destination": destination, "state": state, "notes": [RESTART]});
    print(global.output, &told, |_| {
        format!("{destination} is {} in {}\nnote: {RESTART}\n", safe(&state), safe(&shown))
    });
    Ok(ExitCode::SUCCESS)
}

async fn test(client: &Client, destination: &Destination, format: Format) -> Result<ExitCode, Failure> {
    let trial = client.post(&format!("/api/v1/egress/{destination}/test"), json!({})).await?;
    print(format, &trial, |trial| {
        let took = number(trial, "/took_ms");
        match trial.pointer("/reached").and_then(Value::as_bool) {
            Some(true) => format!("{destination} answers {} after {took} ms\n", number(trial, "/status")),
            _ => format!(
                "{destination} was not reached after {took} ms: {}\n  {}\n",
                safe(text(trial, "/detail")),
                safe(text(trial, "/hint"))
            ),
        }
    });
    let reached = trial.pointer("/reached").and_then(Value::as_bool) == Some(true);
    Ok(if reached { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn number(of: &Value, pointer: &str) -> String {
    of.pointer(pointer).and_then(Value::as_u64).map(|number| number.to_string()).unwrap_or_default()
}

fn words(of: &Value, pointer: &str) -> String {
    let all = items(of, pointer).iter().filter_map(Value::as_str);
    safe(&all.collect::<Vec<_>>().join(","))
}

fn list(listed: &Value) -> String {
    let row = |one: &Value| {
        let state = match (one.pointer("/bound/url"), one.pointer("/bound/broken").and_then(Value::as_str)) {
            (None, _) => "closed",
            (Some(_), Some(_)) => "broken",
            (Some(_), None) => "bound",
        };
        let refused = one.pointer("/bound/counts/refused").and_then(Value::as_object);
        let refused: u64 = refused.map_or(0, |all| all.values().filter_map(Value::as_u64).sum());
        vec![
            text(one, "/destination").to_owned(),
            state.to_owned(),
            safe(text(one, "/bound/url")),
            words(one, "/bound/data"),
            words(one, "/wanted_by"),
            number(one, "/bound/counts/requests"),
            refused.to_string(),
        ]
    };
    let rows: Vec<Vec<String>> = items(listed, "/items").iter().map(row).collect();
    let mut said = table(&["DESTINATION", "STATE", "URL", "DATA", "WANTED BY", "REQUESTS", "REFUSED"], &rows);
    if listed.pointer("/air_gapped") == Some(&Value::Bool(true)) {
        said += "this host is air-gapped: nothing leaves it, whatever is bound\n";
    }
    if listed.pointer("/found/url").is_some() {
        let (version, command) = (safe(text(listed, "/found/version")), safe(text(listed, "/found/command")));
        said += &format!("Ollama {version} answers on this machine; `{command}` binds it\n");
    }
    said
}

fn log(listed: &Value) -> String {
    let row = |entry: &Value| {
        vec![
            text(entry, "/at").to_owned(),
            safe(text(entry, "/caller")),
            text(entry, "/destination").to_owned(),
            safe(&format!("{} {}", text(entry, "/method"), text(entry, "/path"))),
            number(entry, "/status"),
            number(entry, "/bytes_out"),
            number(entry, "/bytes_in"),
            number(entry, "/took_ms"),
            text(entry, "/ended").to_owned(),
        ]
    };
    let rows: Vec<Vec<String>> = items(listed, "/items").iter().map(row).collect();
    table(&["AT", "CALLER", "DESTINATION", "REQUEST", "STATUS", "OUT", "IN", "MS", "ENDED"], &rows)
}
