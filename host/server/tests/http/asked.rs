//! `kubechat ask` as the program, in front of a model of each vendor: answers, plans that are carried out, who made them and
//! instead of whom, and what outside programs say on the command line.

use std::path::{Path, PathBuf};
use std::time::Duration;

use kubechat_harness::{Namespace, Outcome, Plane, User};
use serde_json::{Value, json};

use crate::commands::{prompted, run, said};
use crate::door::{DEADLINE, Door, components};
use crate::kinds::{HAIKU, Kind, Replay};
use crate::models::SENTENCE;
use crate::vendors::{Played, host, host_on};

/// Nothing our rules know; what is done about it is the model's to say.
const WISH: &str = "compose a haiku, then let more of it carry the evening";
/// Between two chunks of a slow line.
const SLOW: Duration = Duration::from_millis(2);

/// A shop with one deployment of one pod.
async fn shop(name: &str) -> Outcome<Namespace> {
    let shop = Plane::shared().await?.namespace(name).await?;
    shop.deploy("web", "web:1", 1, &[]).await?;
    shop.rolled_out("web").await?;
    Ok(shop)
}

async fn replicas(shop: &Namespace) -> Outcome<Value> {
    Ok(shop.get("deployment", "web").await?["spec"]["replicas"].clone())
}

fn scale(kind: Kind, replicas: u32) -> Played {
    let target = json!({"kind": "deployment", "name": "web"});
    kind.calls("change", &json!({"op": "scale", "target": target, "replicas": replicas}))
}

/// What was traced, a line each.
fn traced(path: &Path) -> Vec<Value> {
    std::fs::read_to_string(path).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[tokio::test]
async fn every_vendor_answers_at_the_shell_over_a_slow_line_and_the_badge_says_who_and_how_much() {
    for kind in Kind::ALL {
        let replay = Replay::of(kind);
        replay.will([Played { pause: SLOW, ..kind.says(&["Pods ", "drift by"]) }]);
        let Some(door) = host(&[replay.seat()]).await else { return };
        let server = door.address.to_string();
        let asked = run(door.folder(), &["--server", &server, "ask", SENTENCE]).await;
        let stdout = String::from_utf8_lossy(&asked.stdout);
        assert!(asked.status.success() && stdout.contains(HAIKU), "{kind:?}: {}", said(&asked));
        let badge = stdout.lines().last().unwrap_or_default();
        assert!(badge.starts_with(&format!("{} · ", kind.model())), "{kind:?}: {stdout}");
        assert!(badge.ends_with(" · 908 tokens"), "{kind:?}: {stdout}");
        let told = run(door.folder(), &["--server", &server, "-o", "json", "ask", SENTENCE]).await;
        let told: Value = serde_json::from_slice(&told.stdout).unwrap();
        assert_eq!(told["turn"]["provider"], json!(kind.label()), "{told}");
    }
}

#[tokio::test]
async fn who_waits_no_longer_is_told_where_the_answer_will_be() {
    let replay = Replay::of(Kind::Ollama);
    replay.will([Played { pause: DEADLINE, ..replay.kind.says(&["Pods ", "drift by"]) }]);
    let Some(door) = host(&[replay.seat()]).await else { return };
    let args = ["--server", &door.address.to_string(), "ask", "--timeout", "1", SENTENCE];
    let asked = run(door.folder(), &args).await;
    assert_eq!(asked.status.code(), Some(124), "{}", said(&asked));
    for word in ["not answered within 1 s", "the host goes on", "--timeout"] {
        assert!(said(&asked).contains(word), "{word}: {}", said(&asked));
    }
    let id = said(&asked).split_whitespace().find(|word| word.starts_with("u-")).unwrap().to_owned();
    let turn = door.get("mira", &format!("/api/v1/turns/{id}")).await.json();
    assert_eq!(turn["state"], "working", "{turn}");
}

#[tokio::test]
async fn a_call_of_every_vendor_in_pieces_becomes_a_plan_that_the_shell_carries_out() -> Outcome {
    let shop = shop("asked-plans").await?;
    let kubeconfig = shop.kubeconfig(User::Editor);
    for (kind, count) in Kind::ALL.into_iter().zip(2_u32..) {
        let replay = Replay::of(kind);
        replay.will([Played { pause: SLOW, ..scale(kind, count) }]);
        let Some(door) = host_on(kubeconfig.to_str().unwrap(), &[replay.seat()]).await else { return Ok(()) };
        let (server, trace) = (door.address.to_string(), door.folder().join("trace.jsonl"));
        let to = ["--server", &server];
        let args = ["ask", "--yes", "--trace-path", trace.to_str().unwrap(), WISH];
        let asked = run(door.folder(), &[&to[..], &args].concat()).await;
        assert!(asked.status.success(), "{kind:?}: {}", said(&asked));
        assert_eq!(replicas(&shop).await?, count, "{kind:?}: {}", said(&asked));
        let plan = &traced(&trace)[0]["plans"][0];
        assert_eq!((&plan["provenance"], &plan["state"]), (&json!([kind.label()]), &json!("ready")), "{plan}");
        let shown = run(door.folder(), &[&to[..], &["plan", "show", plan["id"].as_str().unwrap()]].concat()).await;
        for word in ["succeeded", &format!("Made by    {}", kind.label())] {
            assert!(shown.status.success() && said(&shown).contains(word), "{kind:?}, {word}: {}", said(&shown));
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_call_that_does_not_fit_is_told_to_the_model_which_puts_it_right() -> Outcome {
    let shop = shop("asked-repair").await?;
    let kubeconfig = shop.kubeconfig(User::Editor);
    for (kind, count) in Kind::ALL.into_iter().zip(2_u32..) {
        let replay = Replay::of(kind);
        let target = json!({"kind": "deployment", "name": "web"});
        let wrong = json!({"op": "scale", "target": target, "replicas": "many"});
        replay.will([kind.calls("change", &wrong), scale(kind, count)]);
        let Some(door) = host_on(kubeconfig.to_str().unwrap(), &[replay.seat()]).await else { return Ok(()) };
        let asked = run(door.folder(), &["--server", &door.address.to_string(), "ask", "--yes", WISH]).await;
        assert!(asked.status.success(), "{kind:?}: {}", said(&asked));
        assert_eq!(replicas(&shop).await?, count, "{kind:?}");
        let bodies: Vec<String> = replay.bodies().iter().map(Value::to_string).collect();
        let [first, second] = &bodies[..] else { panic!("one round to put it right: {bodies:?}") };
        let error = "the arguments of scale do not fit";
        assert!(!first.contains(error) && second.contains(error) && second.contains("many"), "{second}");
    }
    Ok(())
}

#[tokio::test]
async fn a_plan_says_who_made_it_and_why_the_three_before_did_not() -> Outcome {
    let shop = shop("asked-failover").await?;
    let replays = [Kind::OpenAi, Kind::Anthropic, Kind::Gemini, Kind::Ollama].map(Replay::of);
    let [limited, logged_out, breaks, plans] = &replays;
    limited.will([limited.kind.limited()]);
    logged_out.will([logged_out.kind.bad_key()]);
    breaks.will([breaks.kind.breaks()]);
    plans.will([scale(plans.kind, 3)]);
    let (kubeconfig, seats) = (shop.kubeconfig(User::Editor), replays.each_ref().map(Replay::seat));
    let Some(door) = host_on(kubeconfig.to_str().unwrap(), &seats).await else { return Ok(()) };
    let (server, trace) = (door.address.to_string(), door.folder().join("trace.jsonl"));
    let at = async |words: &[&str]| said(&run(door.folder(), &[&["--server", &server][..], words].concat()).await);
    let asked = at(&["ask", "--trace-path", trace.to_str().unwrap(), WISH]).await;

    let Value::Object(line) = traced(&trace).remove(0) else { panic!("{asked}") };
    let (turn, plan) = (&line["turn"], &line["plans"][0]);
    let half = turn["parts"].as_array().unwrap().iter().find(|part| part["part"] == "text");
    assert_eq!(
        half,
        Some(&json!({"part": "text", "text": "Pods drift", "partial": true})),
        "what was said stays: {turn}"
    );
    let whys = [
        (limited.kind, "rate-limited: try again in 17 s"),
        (logged_out.kind, "auth: the credential of `anthropic` is missing, wrong or expired"),
        (breaks.kind, "unavailable: the connection to Gemini broke in the middle of the answer"),
    ];
    let provenance = |plan: &Value| {
        let lines = plan["provenance"].as_array().unwrap().iter();
        lines.map(|line| line.as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let told = provenance(plan);
    assert_eq!((told.len(), told[0].as_str()), (4, plans.kind.label().as_str()), "{told:?}");
    let path = format!("/api/v1/plans/{}", plan["id"].as_str().unwrap());
    let executed = at(&["execute", plan["id"].as_str().unwrap()]).await;
    assert_eq!(replicas(&shop).await?, 3, "{executed}");
    let later = door.get("mira", &path).await.json();
    assert_eq!((provenance(&later), &later["state"]), (told.clone(), &json!("succeeded")), "it stays so");
    let shown = at(&["plan", "show", plan["id"].as_str().unwrap()]).await;
    for (number, (kind, why)) in whys.into_iter().enumerate() {
        let instead = format!("instead of {}: {}: {why}", kind.label(), kind.provider());
        assert!(told[number + 1].starts_with(&instead), "{instead}: {told:?}");
        assert!(
            asked.contains(&format!("{} did not answer, so ", kind.label())) && asked.contains(why),
            "{why}: {asked}"
        );
        assert!(asked.contains(&instead) && shown.contains(&instead), "{instead}: {shown}");
    }
    assert!(shown.contains(&format!("Made by    {}", plans.kind.label())), "{shown}");
    Ok(())
}

/// A kubeconfig whose current context leads nowhere, and the name of the other one.
fn two_contexts(folder: &Path, shop: &Namespace) -> (PathBuf, String) {
    // The harness writes a token's kubeconfig as JSON, which is YAML.
    let text = std::fs::read_to_string(shop.kubeconfig(User::Editor)).unwrap();
    let mut config: Value = serde_json::from_str(&text).unwrap();
    let named = config["current-context"].as_str().unwrap().to_owned();
    let mut nowhere = config["contexts"][0].clone();
    (nowhere["name"], nowhere["context"]["cluster"]) = (json!("nowhere"), json!("nowhere"));
    config["contexts"].as_array_mut().unwrap().push(nowhere);
    let server = json!({"name": "nowhere", "cluster": {"server": "https://127.0.0.1:1"}});
    config["clusters"].as_array_mut().unwrap().push(server);
    config["current-context"] = json!("nowhere");
    let path = folder.join("two.yaml");
    std::fs::write(&path, config.to_string()).unwrap();
    (path, named)
}

/// Calls for the pods and cites them.
fn looks(kind: Kind) -> [Played; 2] {
    [kind.calls("look", &json!({"op": "list", "kind": "pods"})), kind.says(&["one pod ", "runs [e1]"])]
}

#[tokio::test]
async fn an_outside_program_says_cluster_model_and_how_much_is_printed() -> Outcome {
    let Some(components) = components() else {
        println!("skipped: no components; `cargo xtask component build` makes them");
        return Ok(());
    };
    let shop = shop("asked-batch").await?;
    let (openai, ollama) = (Replay::of(Kind::OpenAi), Replay::of(Kind::Ollama));
    let door = Door::without_cluster().await;
    let (home, config, trace) = (door.folder(), door.folder().join("batch.toml"), door.folder().join("trace.jsonl"));
    let (kubeconfig, context) = two_contexts(home, &shop);
    let bound = |name: &str, replay: &Replay| {
        let address = replay.vendor.address();
        format!("[egress.{name}]\nurl = 'http://{address}'\ninternal = true\ndata = ['prompts', 'objects']\n")
    };
    let file = format!(
        "components_dir = '{}'\n[[principals]]\nname = 'mira'\nclusters = [{{name = 'c', kubeconfig = '/nowhere'}}]\n\
         [[models]]\nprovider = 'provider-openai'\nsettings = {{model = 'filed'}}\n{}{}",
        components.display(),
        bound("openai", &openai),
        bound("ollama", &ollama)
    );
    std::fs::write(&config, file).unwrap();
    let own = ["ask", "--config", config.to_str().unwrap(), "--data", "kept", "--trace-path", trace.to_str().unwrap()];
    let cluster = ["--kubeconfig", kubeconfig.to_str().unwrap(), "--context", &context];
    let ask = async |more: &[&str]| {
        let output = prompted(home, &[&own[..], &cluster, more].concat(), &format!("{SENTENCE}\n")).await;
        assert!(output.status.success() && said(&output).contains("one pod runs [e1]"), "{more:?}: {}", said(&output));
        assert!(said(&output).contains("web-"), "the pods of the named context: {more:?}: {}", said(&output));
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    openai.will(looks(openai.kind));
    let whole = ask(&["--provider", "provider-openai", "--model", "named", "--show-tool-output"]).await;
    assert!(
        whole.contains("ran list {") && whole.contains("\"kind\":\"pods\"") && whole.contains("named · "),
        "{whole}"
    );
    openai.will(looks(openai.kind));
    let quiet = ask(&["--provider", "provider-openai", "--model", "named", "--quiet"]).await;
    assert!(!quiet.contains("ran list") && !quiet.contains("named · "), "answers only: {quiet}");
    openai.will(looks(openai.kind));
    let filed = ask(&[]).await;
    assert!(
        filed.contains("filed · ") && !filed.contains("ran list"),
        "the file's model, where none is named: {filed}"
    );
    ollama.will(looks(ollama.kind));
    ask(&["--model", "local"]).await;

    let models = |replay: &Replay| replay.bodies().iter().map(|body| body["model"].clone()).collect::<Vec<_>>();
    assert_eq!(models(&openai), ["named", "named", "named", "named", "filed", "filed"]);
    assert_eq!(models(&ollama), ["local", "local"], "without a provider it is Ollama's");
    let traced = traced(&trace);
    let words = |line: &Value| [&line["sentence"], &line["turn"]["state"], &line["turn"]["model"]].map(Value::clone);
    let wanted = |model: &str| [json!(SENTENCE), json!("answered"), json!(model)];
    assert_eq!(traced.iter().map(words).collect::<Vec<_>>(), ["named", "named", "filed", "local"].map(wanted));
    Ok(())
}
