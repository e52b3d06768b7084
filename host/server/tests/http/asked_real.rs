//! `kubechat ask` as the program, in front of a real Ollama, where `KUBECHAT_OLLAMA_URL` says where it is.

use std::path::PathBuf;
use std::time::Duration;

use kubechat_harness::{Namespace, Outcome, Plane, User};
use serde_json::{Value, json};

use crate::commands::{prompted_within, said};
use crate::door::{Door, components};

/// Longest wait for the program: the scripted model reads letter by letter.
const DEADLINE: Duration = Duration::from_secs(150);
/// What the scripted model knows: five of the deployment `web`.
const SENTENCE: &str = "five of them should carry the evening";

/// Where it is, the components, and a shop with one deployment of one pod; none, with the reason, where there is no Ollama.
async fn scene(name: &str) -> Outcome<Option<(String, PathBuf, Namespace)>> {
    let (Ok(url), Some(components)) = (std::env::var("KUBECHAT_OLLAMA_URL"), components()) else {
        println!("skipped: no KUBECHAT_OLLAMA_URL; `cargo xtask ollama up` starts one and says it");
        return Ok(None);
    };
    let shop = Plane::shared().await?.namespace(name).await?;
    shop.deploy("web", "web:1", 1, &[]).await?;
    shop.rolled_out("web").await?;
    Ok(Some((url, components, shop)))
}

fn bound(url: &str) -> String {
    format!("[egress.ollama]\nurl = '{url}'\ninternal = true\n")
}

#[tokio::test]
async fn the_program_asks_a_real_ollama_and_carries_out_its_plan() -> Outcome {
    let Some((url, components, shop)) = scene("ollama-asked").await? else { return Ok(()) };
    let settings = "mode = 'guarded'\nmodels = [{provider = 'provider-ollama', settings = {model = 'scripted'}}]";
    let kubeconfig = shop.kubeconfig(User::Editor);
    let door = Door::tables_on(kubeconfig.to_str().unwrap(), settings, &bound(&url), Some(&components), &[]).await;
    let args = ["--server", &door.address.to_string(), "ask", "--yes", SENTENCE];
    let asked = prompted_within(DEADLINE, door.folder(), &args, "").await;
    let stdout = String::from_utf8_lossy(&asked.stdout);
    assert!(asked.status.success(), "{}", said(&asked));
    for word in ["Made by    scripted · provider-ollama 0.1.0", "scripted · ", " tokens"] {
        assert!(stdout.contains(word), "{word}: {stdout}");
    }
    assert_eq!(shop.get("deployment", "web").await?["spec"]["replicas"], 5, "{stdout}");
    Ok(())
}

#[tokio::test]
async fn prompts_of_standard_input_get_a_real_ollama_that_the_command_line_names() -> Outcome {
    let Some((url, components, shop)) = scene("ollama-batch").await? else { return Ok(()) };
    let door = Door::without_cluster().await;
    let (home, config, trace) = (door.folder(), door.folder().join("batch.toml"), door.folder().join("trace.jsonl"));
    let kubeconfig = shop.kubeconfig(User::Editor);
    let file: Value = serde_json::from_str(&std::fs::read_to_string(&kubeconfig).unwrap()).unwrap();
    let text = format!("mode = 'guarded'\ncomponents_dir = '{}'\n{}", components.display(), bound(&url));
    std::fs::write(&config, text).unwrap();
    let own = ["ask", "--yes", "--config", config.to_str().unwrap(), "--data", "kept", "--show-tool-output"];
    let cluster =
        ["--kubeconfig", kubeconfig.to_str().unwrap(), "--context", file["current-context"].as_str().unwrap()];
    let model = ["--provider", "provider-ollama", "--model", "scripted", "--trace-path", trace.to_str().unwrap()];
    let asked = prompted_within(DEADLINE, home, &[&own[..], &cluster, &model].concat(), &format!("{SENTENCE}\n")).await;
    assert!(asked.status.success() && said(&asked).contains("ran scale {"), "{}", said(&asked));
    assert_eq!(shop.get("deployment", "web").await?["spec"]["replicas"], 5, "{}", said(&asked));
    let line: Value = serde_json::from_str(std::fs::read_to_string(trace).unwrap().trim_end()).unwrap();
    let told = (&line["sentence"], &line["turn"]["model"], &line["plans"][0]["provenance"]);
    assert_eq!(told, (&json!(SENTENCE), &json!("scripted"), &json!(["scripted · provider-ollama 0.1.0"])), "{line}");
    Ok(())
}
