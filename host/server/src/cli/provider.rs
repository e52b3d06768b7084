//! `provider`: who turns sentences into plans: the order, trials, what could be used, and another model in the order.
//!
//! `list`, `test` and `models` ask the host. `use` changes its configuration file, which it takes in at its next start.

mod choose;

use std::process::ExitCode;

use serde_json::{Value, json};

use super::api::Client;
use super::client::Global;
use super::out::{Failure, Format, items, print, safe, table, text};

/// What to do with models.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum ProviderCommand {
    /// List models in the order in which they are asked: how each stands, what it used today, where bytes go.
    List,
    /// Have models answer one fixed sentence, nothing of a cluster in it; all of them when none is named.
    Test {
        /// A place in the list, a model or a provider.
        name: Option<String>,
    },
    /// List what could be used: the models of a provider, of every one in the list when none is named.
    Models {
        /// A place in the list, a model or a provider.
        name: Option<String>,
    },
    /// Put a model into the order, in the host's configuration file.
    Use(choose::UseArgs),
}

/// Does it.
pub(crate) async fn run(global: &Global, command: ProviderCommand) -> Result<ExitCode, Failure> {
    let format = global.output;
    match command {
        // The file is changed whether a host runs or not.
        ProviderCommand::Use(args) => choose::run(global, &args).await,
        ProviderCommand::List => list(&Client::connect(global)?, format).await,
        ProviderCommand::Test { name } => test(&Client::connect(global)?, name.as_deref(), format).await,
        ProviderCommand::Models { name } => models(&Client::connect(global)?, name.as_deref(), format).await,
    }
}

async fn list(client: &Client, format: Format) -> Result<ExitCode, Failure> {
    let (mut listed, plugins) = (client.get("/api/v1/models").await?, client.get("/api/v1/plugins").await?);
    let providers = items(&plugins, "/items").iter().filter(|one| text(one, "/world") == "ai-provider");
    listed["providers"] = providers.map(|one| one["id"].clone()).collect();
    print(format, &listed, listing);
    Ok(ExitCode::SUCCESS)
}

fn listing(listed: &Value) -> String {
    let rows: Vec<Vec<String>> = items(listed, "/items").iter().map(row).collect();
    let mut said = match rows.is_empty() {
        true => "no model is asked: `kubechat provider use PROVIDER MODEL` adds one\n".to_owned(),
        false => table(&["PLACE", "MODEL", "PROVIDER", "TASKS", "STATE", "BYTES GO TO", "TOKENS TODAY", "LEFT"], &rows),
    };
    if listed["rules_first"] == Value::Bool(true) {
        said += "rules are asked first; what they understand never waits for a model\n";
    }
    for one in items(listed, "/items").iter().filter(|one| one.get("reason").is_some()) {
        said += &format!("{}: {}\n", name(one), safe(text(one, "/reason")));
    }
    let providers: Vec<&str> = items(listed, "/providers").iter().filter_map(Value::as_str).collect();
    said + &format!("providers here: {}\n", safe(&providers.join(", ")))
}

fn row(one: &Value) -> Vec<String> {
    let origins = items(one, "/destinations").iter().map(|way| match way.get("origin") {
        Some(origin) => origin.as_str().unwrap_or_default().to_owned(),
        None => format!("{} (not bound)", text(way, "/name")),
    });
    let (origins, here) = (origins.collect::<Vec<_>>().join(", "), one["local"] == Value::Bool(true));
    let tasks: Vec<&str> = items(one, "/tasks").iter().filter_map(Value::as_str).collect();
    let used = &one["usage_today"];
    let tokens = used["input_tokens"].as_u64().unwrap_or(0) + used["output_tokens"].as_u64().unwrap_or(0);
    let about = if used["estimated"] == Value::Bool(true) { "about " } else { "" };
    let left = [number(one, "/budget/left/tokens"), text(one, "/budget/left/cost").to_owned()];
    let left: Vec<String> = left.into_iter().filter(|one| !one.is_empty()).collect();
    vec![
        number(one, "/index"),
        text(one, "/model").to_owned(),
        text(one, "/provider").to_owned(),
        if tasks.len() == 3 { "all".to_owned() } else { tasks.join(",") },
        text(one, "/state").to_owned(),
        if here { "this machine".to_owned() } else { origins },
        format!("{about}{tokens}"),
        left.join(", "),
    ]
}

/// Tries each in turn: a trial of one must not slow another's.
async fn test(client: &Client, named: Option<&str>, format: Format) -> Result<ExitCode, Failure> {
    let listed = client.get("/api/v1/models").await?;
    let chosen = chosen(&listed, named)?;
    let mut trials = Vec::new();
    for model in chosen {
        let path = format!("/api/v1/models/{}/test", number(model, "/index"));
        let mut trial = client.post(&path, json!({})).await?;
        trial["name"] = name(model).into();
        trials.push(trial);
    }
    let all_well = trials.iter().all(|trial| trial["ok"] == Value::Bool(true));
    print(format, &json!({"items": trials}), |told| items(told, "/items").iter().map(tried).collect());
    Ok(if all_well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn tried(trial: &Value) -> String {
    let (name, took) = (safe(text(trial, "/name")), number(trial, "/ms"));
    if trial["ok"] != Value::Bool(true) {
        let (detail, hint) = (safe(text(trial, "/problem/detail")), safe(text(trial, "/problem/hint")));
        return format!("{name} did not answer after {took} ms: {detail}\n  {hint}\n");
    }
    let first = number(trial, "/first_token_ms");
    let first = if first.is_empty() { String::new() } else { format!(", the first word after {first} ms") };
    let (read, written) = (number(trial, "/usage/input_tokens"), number(trial, "/usage/output_tokens"));
    let used = if read.is_empty() { String::new() } else { format!(", {read} tokens read and {written} written") };
    format!("{name} answers after {took} ms{first}{used}: {}\n", safe(text(trial, "/text")))
}

async fn models(client: &Client, named: Option<&str>, format: Format) -> Result<ExitCode, Failure> {
    let listed = client.get("/api/v1/models").await?;
    // A provider that no model of the list is from yet can be asked too: one looks before one chooses.
    let places: Vec<String> = match (chosen(&listed, named), named) {
        (Ok(chosen), _) => one_a_provider(&chosen),
        (Err(_), Some(named)) => vec![provider_id(named)],
        (Err(failure), None) => return Err(failure),
    };
    let mut all = Vec::new();
    for place in places {
        let path = format!("/api/v1/models/{place}/offered");
        let offered = client.get(&path).await?;
        all.extend(items(&offered, "/items").iter().cloned());
    }
    print(format, &json!({"items": all}), |told| {
        let row = |one: &Value| {
            let tools = if one["tools"] == Value::Bool(true) { "yes" } else { "not known" };
            vec![
                text(one, "/id").to_owned(),
                text(one, "/title").to_owned(),
                number(one, "/context_tokens"),
                tools.to_owned(),
            ]
        };
        let rows: Vec<Vec<String>> = items(told, "/items").iter().map(row).collect();
        table(&["MODEL", "TITLE", "CONTEXT", "TOOLS"], &rows)
    });
    Ok(ExitCode::SUCCESS)
}

/// The places of these, of each provider the first.
fn one_a_provider(chosen: &[&Value]) -> Vec<String> {
    let first = |at: &usize| chosen[..*at].iter().all(|other| other["provider"] != chosen[*at]["provider"]);
    (0..chosen.len()).filter(first).map(|at| number(chosen[at], "/index")).collect()
}

/// The models that a word means: a place, else the models of this name, else those of this provider; all without one.
fn chosen<'a>(listed: &'a Value, named: Option<&str>) -> Result<Vec<&'a Value>, Failure> {
    let all = items(listed, "/items");
    let Some(named) = named else {
        let none = || {
            Failure::new(1, "not-found", "no model is in the list", "`kubechat provider use PROVIDER MODEL` adds one")
        };
        return if all.is_empty() { Err(none()) } else { Ok(all.iter().collect()) };
    };
    let provider = provider_id(named);
    let ways: [&dyn Fn(&&Value) -> bool; 3] =
        [&|one| number(one, "/index") == named, &|one| text(one, "/model") == named, &|one| {
            text(one, "/provider") == provider
        }];
    let found =
        ways.into_iter().map(|fits| all.iter().filter(fits).collect::<Vec<_>>()).find(|found| !found.is_empty());
    found.ok_or_else(|| {
        let detail = format!("no model in the list is {named:?}");
        Failure::new(1, "not-found", detail, "`kubechat provider list` shows their places and names")
    })
}

/// `ollama` is short for `provider-ollama`.
fn provider_id(named: &str) -> String {
    if named.starts_with("provider-") { named.to_owned() } else { format!("provider-{named}") }
}

fn name(one: &Value) -> String {
    let model = text(one, "/model");
    safe(if model.is_empty() { text(one, "/provider") } else { model })
}

fn number(of: &Value, pointer: &str) -> String {
    of.pointer(pointer).and_then(Value::as_u64).map(|number| number.to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed() -> Value {
        let model = |index: u64, provider: &str, model: &str| {
            json!({"index": index, "provider": provider, "model": model, "tasks": ["plan"], "state": "ready",
                   "local": index == 0, "destinations": [{"name": "openai", "bound": true, "origin": "https://api.openai.com"}],
                   "usage_today": {"input_tokens": 900, "output_tokens": 8, "estimated": index == 1},
                   "budget": {"left": {"tokens": 92, "cost": "0.50"}}})
        };
        let items = [("provider-ollama", "a"), ("provider-openai", "b"), ("provider-openai", "c")];
        let items: Vec<Value> =
            items.iter().zip(0..).map(|((provider, name), index)| model(index, provider, name)).collect();
        json!({"items": items, "rules_first": true, "providers": ["provider-ollama"]})
    }

    fn places(named: Option<&str>) -> Vec<u64> {
        chosen(&listed(), named)
            .map(|found| found.iter().filter_map(|one| one["index"].as_u64()).collect())
            .unwrap_or_default()
    }

    #[test]
    fn a_word_means_a_place_a_model_or_a_provider_in_this_order() {
        assert_eq!((places(Some("1")), places(Some("c")), places(Some("openai"))), (vec![1], vec![2], vec![1, 2]));
        assert_eq!(
            (places(None), places(Some("provider-ollama")), places(Some("gpt"))),
            (vec![0, 1, 2], vec![0], vec![])
        );
        let all = listed();
        assert_eq!(one_a_provider(&chosen(&all, None).unwrap()), ["0", "1"], "one vendor is asked once");
    }

    #[test]
    fn the_list_says_where_bytes_go_what_was_used_and_what_is_left() {
        let text = listing(&listed());
        for word in ["this machine", "https://api.openai.com", "about 908", "92, 0.50", "rules are asked first"] {
            assert!(text.contains(word), "{word}: {text}");
        }
    }
}
