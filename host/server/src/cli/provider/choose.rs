//! `provider use`: a model into the order of the host's configuration file, which it takes in at its next start.
//!
//! Which providers there are, the running host says; where none runs, those that come with this program are known.

use std::path::PathBuf;
use std::process::ExitCode;

use kubechat_flow::ports::provider::Task;
use serde_json::{Value, json};

use super::provider_id;
use crate::cli::api::Client;
use crate::cli::client::Global;
use crate::cli::cluster_change::{RESTART, file, refused, settings};
use crate::cli::out::{Failure, items, print, safe, text};
use crate::config::Surroundings;
use crate::config::edit::{Edited, ModelWish};

/// Providers of models that come with this program.
const OWN: [&str; 5] =
    ["provider-anthropic", "provider-gemini", "provider-ollama", "provider-openai", "provider-scripted"];

/// A model to be asked.
#[derive(Debug, clap::Args)]
pub(crate) struct UseArgs {
    /// Its provider: `ollama` is short for `provider-ollama`.
    provider: String,
    /// What the provider calls it; `kubechat provider models PROVIDER` lists them.
    model: String,
    /// Ask it before all others; last when absent, or where it stands already.
    #[arg(long)]
    first: bool,
    /// What it is asked for: plan, explain, summarise; everything when absent, or what was said before.
    #[arg(long = "task", value_name = "TASK", value_delimiter = ',', value_parser = task)]
    tasks: Vec<Task>,
    /// The configuration file; the running host's own when absent.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Print the changed file instead of writing it.
    #[arg(long)]
    print: bool,
}

fn task(word: &str) -> Result<Task, String> {
    let all = Task::ALL.map(Task::as_str).join(", ");
    Task::ALL.into_iter().find(|task| task.as_str() == word).ok_or_else(|| format!("one of {all}"))
}

/// Does it.
pub(super) async fn run(global: &Global, args: &UseArgs) -> Result<ExitCode, Failure> {
    let provider = provider_id(&args.provider);
    let host = Client::connect(global).ok();
    let plugins = match &host {
        Some(client) => client.get("/api/v1/plugins").await.ok(),
        None => None,
    };
    known(&provider, plugins.as_ref())?;
    if args.model.trim().is_empty() {
        return Err(Failure::usage(
            "the model has no name",
            format!("`kubechat provider models {provider}` lists them"),
        ));
    }
    let settings = settings(global).await;
    let path = file(args.config.as_ref(), settings.as_ref())?;
    let mut edited = Edited::open(&path).map_err(refused)?;
    let (model, tasks) = (args.model.clone(), args.tasks.clone());
    let wish = ModelWish { provider: provider.clone(), model, first: args.first, tasks };
    let (place, was_there) = edited.use_model(&wish).map_err(refused)?;
    if args.print {
        say!("{}", edited.text());
        return Ok(ExitCode::SUCCESS);
    }
    edited.write(&path, &Surroundings::of_process()).map_err(refused)?;
    let mut notes = vec![RESTART.to_owned()];
    notes.extend(closed(&provider, plugins.as_ref(), host.as_ref()).await);
    let told = json!({"file": path.display().to_string(), "provider": provider, "model": wish.model, "place": place,
                      "was_there": was_there, "notes": notes});
    print(global.output, &told, said);
    Ok(ExitCode::SUCCESS)
}

fn said(told: &Value) -> String {
    let place = told["place"].as_u64().unwrap_or(0);
    let place = if place == 0 { "before all others".to_owned() } else { format!("at place {place}") };
    let notes = items(told, "/notes").iter().filter_map(Value::as_str).map(|note| format!("note: {}\n", safe(note)));
    let head = format!(
        "{} of {} is asked {place}, by {}\n",
        text(told, "/model"),
        text(told, "/provider"),
        text(told, "/file")
    );
    safe(&head) + &notes.collect::<String>()
}

/// Refuses a provider that nobody knows.
fn known(provider: &str, plugins: Option<&Value>) -> Result<(), Failure> {
    let here: Vec<&str> = match plugins {
        Some(plugins) => {
            let all = items(plugins, "/items").iter().filter(|one| text(one, "/world") == "ai-provider");
            all.map(|one| text(one, "/id")).filter(|id| *id != crate::config::PROVIDER).collect()
        }
        None => OWN.to_vec(),
    };
    if here.contains(&provider) {
        return Ok(());
    }
    let whose = if plugins.is_some() { "the host has" } else { "no host answers, and this program has" };
    let detail = format!("{provider} is no provider of models: {whose} {}", here.join(", "));
    Err(Failure::new(1, "not-found", detail, "`kubechat plugin list` shows what a host has loaded, and why not"))
}

/// Which of the provider's destinations is not bound, as the running host says.
async fn closed(provider: &str, plugins: Option<&Value>, host: Option<&Client>) -> Vec<String> {
    let Some((plugins, client)) = plugins.zip(host) else { return Vec::new() };
    let Ok(egress) = client.get("/api/v1/egress").await else { return Vec::new() };
    let component = items(plugins, "/items").iter().find(|one| text(one, "/id") == provider);
    let named = component.map(|one| items(one, "/destinations")).unwrap_or_default();
    let bound = |name: &str| {
        let all = items(&egress, "/items");
        all.iter().any(|one| text(one, "/destination") == name && !one["bound"].is_null())
    };
    let names = named.iter().map(|way| text(way, "/name")).filter(|name| !bound(name));
    let names = names.filter_map(|name| kubechat_core::egress::Destination::parse(name).ok());
    names.map(|name| format!("{name} is not bound yet: `{}`", crate::models::bind_command(&name))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_provider_nobody_knows_is_refused_with_those_there_are() {
        let plugins = json!({"items": [{"id": "provider-mine", "world": "ai-provider"}, {"id": "provider-rules", "world": "ai-provider"},
                                       {"id": "policy-baseline", "world": "policy-pack"}]});
        assert!(known("provider-mine", Some(&plugins)).is_ok());
        for (unknown, plugins) in [
            ("provider-ollama", Some(&plugins)),
            ("provider-rules", Some(&plugins)),
            ("policy-baseline", Some(&plugins)),
            ("provider-mine", None),
        ] {
            assert!(known(unknown, plugins).is_err(), "{unknown}");
        }
        assert!(known("provider-ollama", None).is_ok());
    }
}
