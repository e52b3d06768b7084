//! Commands that change the operator's file or write one, run as the program: on a real cluster, and with wrong input.

use std::path::Path;
use std::process::Output;
use std::time::Duration;

use kubechat_harness::{Outcome, Plane, User};
use serde_json::Value;

use crate::door::{DEADLINE, Door};
use crate::vendors::{OLLAMA, Seat, Vendor, host, ollama};

/// Runs the program as somebody at a shell whose home is this folder.
pub(crate) async fn run(home: &Path, args: &[&str]) -> Output {
    let mut command = tokio::process::Command::new(env!("CARGO_BIN_EXE_kubechat"));
    command.args(args).env_clear().env("HOME", home).env("XDG_RUNTIME_DIR", home.join("run")).current_dir(home);
    tokio::time::timeout(DEADLINE, command.output()).await.expect("an end within the deadline").unwrap()
}

pub(crate) fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

const FILE: &str =
    "mode = 'guarded' # the most\n[[principals]]\nname = 'mira'\nclusters = [{name = 'c', kubeconfig = '/k'}] # hers\n";

#[tokio::test]
async fn a_destination_is_bound_and_closed_in_the_file_and_a_secret_never_gets_there() {
    let door = Door::without_cluster().await;
    let (home, config) = (door.folder(), door.folder().join("mine.toml"));
    std::fs::write(&config, FILE).unwrap();
    let file = config.to_str().unwrap();
    let local = ["egress", "bind", "ollama", "http://127.0.0.1:11434", "--internal", "--data", "prompts,logs"];
    let bound = run(home, &[&local[..], &["--config", file]].concat()).await;
    assert!(bound.status.success() && said(&bound).contains("next start"), "{}", said(&bound));
    let vendor = ["egress", "bind", "openai", "https://api.openai.com/v1", "--credential", "env:KEY", "--config", file];
    assert!(run(home, &vendor).await.status.success());
    let now = std::fs::read_to_string(&config).unwrap();
    assert!(now.contains("[egress.ollama]") && now.contains("env:KEY") && now.contains("# hers"), "{now}");
    for wrong in [
        &["egress", "bind", "openai", "https://api.openai.com/v1", "--credential", "sk-secret", "--config", file][..],
        &["egress", "bind", "openai", "http://api.openai.com/v1", "--config", file],
        &["egress", "bind", "meta", "http://169.254.169.254", "--internal", "--config", file],
        &["egress", "bind", "api.openai.com", "https://api.openai.com", "--config", file],
        &["egress", "bind", "openai", "https://api.openai.com", "--data", "everything", "--config", file],
        &["egress", "unbind", "gone", "--config", file],
    ] {
        let output = run(home, wrong).await;
        assert!(!output.status.success() && !said(&output).contains("sk-secret"), "{wrong:?}: {}", said(&output));
    }
    assert_eq!(std::fs::read_to_string(&config).unwrap(), now, "nothing was changed by any of them");
    assert!(run(home, &["egress", "unbind", "ollama", "--config", file]).await.status.success());
    assert!(!std::fs::read_to_string(&config).unwrap().contains("ollama"));
    let server = door.address.to_string();
    for (asked, word) in [(&["egress", "list"][..], "DESTINATION"), (&["egress", "log"], "CALLER")] {
        let listed = run(home, &[&["--server", &server][..], asked].concat()).await;
        assert!(listed.status.success() && said(&listed).contains(word), "{}", said(&listed));
    }
    let tried = run(home, &["--server", &server, "egress", "test", "ollama"]).await;
    assert!(!tried.status.success() && said(&tried).contains("ollama"), "{}", said(&tried));
}

#[tokio::test]
async fn a_cluster_is_looked_at_then_added_and_its_mode_is_changed_in_the_file() -> Outcome {
    let shop = Plane::shared().await?.namespace("commands").await?;
    let door = Door::without_cluster().await;
    let (home, config) = (door.folder(), door.folder().join("mine.toml"));
    std::fs::write(&config, FILE).unwrap();
    let (file, kubeconfig) = (config.to_str().unwrap(), shop.kubeconfig(User::Viewer));
    let kubeconfig = kubeconfig.to_str().unwrap();
    let added =
        run(home, &["cluster", "add", "shop", "--kubeconfig", kubeconfig, "--config", file, "-o", "json"]).await;
    assert!(added.status.success(), "{}", said(&added));
    let told: Value = serde_json::from_slice(&added.stdout).unwrap();
    assert_eq!(told["cluster"]["user"], "viewer", "{told}");
    assert!(told["rbac"].as_str().unwrap().contains("kubechat-read"), "{told}");
    let changed = run(home, &["cluster", "mode", "shop", "suggest-only", "--config", file]).await;
    assert!(changed.status.success() && said(&changed).contains("next start"), "{}", said(&changed));
    let now = std::fs::read_to_string(&config).unwrap();
    assert!(now.contains("# the most") && now.contains("# hers") && now.contains("suggest-only"), "{now}");

    let before = std::fs::read_to_string(&config).unwrap();
    for wrong in [
        &["cluster", "add", "shop", "--kubeconfig", kubeconfig, "--config", file][..],
        &["cluster", "add", "new", "--kubeconfig", "/nowhere", "--config", file],
        &["cluster", "add", "new", "--kubeconfig", kubeconfig, "--context", "other", "--config", file],
        &["cluster", "add", "new", "--kubeconfig", kubeconfig, "--config", "/nowhere.toml"],
        &["cluster", "mode", "gone", "guarded", "--config", file],
        &["cluster", "mode", "shop", "bright", "--config", file],
        &["cluster", "mode", "shop", "guarded", "--namespace", "No Name", "--config", file],
        &["cluster", "mode", "shop", "guarded"],
        &["cluster", "mode", "shop", "--namespace", "pay"],
    ] {
        let output = run(home, wrong).await;
        assert!(!output.status.success(), "{wrong:?}: {}", said(&output));
        assert!(!output.stderr.is_empty(), "{wrong:?}");
    }
    assert_eq!(std::fs::read_to_string(&config).unwrap(), before, "nothing was changed by any of them");
    let printed = run(home, &["cluster", "mode", "shop", "guarded", "--config", file, "--print"]).await;
    assert!(said(&printed).contains("guarded") && printed.status.success());
    assert_eq!(std::fs::read_to_string(&config).unwrap(), before, "it was only printed");
    Ok(())
}

#[tokio::test]
async fn a_hosts_own_file_is_found_and_a_bundle_is_written_once() {
    let door = Door::without_cluster().await;
    let (home, server) = (door.folder(), door.address.to_string());
    let changed = run(home, &["--server", &server, "cluster", "mode", "c", "read-only"]).await;
    assert!(changed.status.success() && said(&changed).contains("2 entries"), "{}", said(&changed));
    assert!(std::fs::read_to_string(home.join("kubechat.toml")).unwrap().contains("read-only"));
    let preview = run(home, &["--server", &server, "support-bundle", "--preview"]).await;
    assert!(said(&preview).contains("settings.json") && said(&preview).contains("not in it"), "{}", said(&preview));
    let bundle = ["--server", &server, "support-bundle", "--file", "bundle.tar"];
    let first = run(home, &bundle).await;
    assert!(first.status.success() && home.join("bundle.tar").is_file(), "{}", said(&first));
    let again = run(home, &bundle).await;
    assert!(!again.status.success(), "a file that is there is not overwritten: {}", said(&again));
}

/// A person of the configuration on the cluster `c`.
fn person(name: &str, file: &Path) -> String {
    format!("[[principals]]\nname = '{name}'\nclusters = [{{name = 'c', kubeconfig = '{}'}}]\n", file.display())
}

/// Runs the program with prompts on its standard input.
pub(crate) async fn prompted(home: &Path, args: &[&str], prompts: &str) -> Output {
    prompted_within(DEADLINE, home, args, prompts).await
}

pub(crate) async fn prompted_within(deadline: Duration, home: &Path, args: &[&str], prompts: &str) -> Output {
    use tokio::io::AsyncWriteExt as _;
    let mut command = tokio::process::Command::new(env!("CARGO_BIN_EXE_kubechat"));
    command.args(args).env_clear().env("HOME", home).env("XDG_RUNTIME_DIR", home.join("run")).current_dir(home);
    // Compiled components are shared by the tests' hosts: a first start would compile them all.
    command.env("XDG_CACHE_HOME", std::env::temp_dir().join("kubechat-door-cache"));
    let piped = std::process::Stdio::piped;
    let mut child = command.stdin(piped()).stdout(piped()).stderr(piped()).kill_on_drop(true).spawn().unwrap();
    child.stdin.take().unwrap().write_all(prompts.as_bytes()).await.unwrap();
    tokio::time::timeout(deadline, child.wait_with_output()).await.expect("an end within the deadline").unwrap()
}

#[tokio::test]
async fn prompts_of_standard_input_get_a_host_of_their_own_and_votes_come_from_a_second_person_only() -> Outcome {
    let Some(components) = crate::door::components() else {
        println!("skipped: no components; `cargo xtask component build` makes them");
        return Ok(());
    };
    let shop = Plane::shared().await?.namespace_labelled("batch", &[("environment", "production")]).await?;
    shop.deploy("web", "registry.example/web:1", 1, &[]).await?;
    shop.rolled_out("web").await?;
    let door = Door::without_cluster().await;
    let (home, config) = (door.folder(), door.folder().join("batch.toml"));
    let (first, second) = (shop.kubeconfig(User::Editor), shop.kubeconfig(User::Second));
    let file = format!(
        "mode = 'guarded'\ncomponents_dir = '{}'\n{}{}",
        components.display(),
        person("mira", &first),
        person("jon", &second)
    );
    std::fs::write(&config, file).unwrap();
    let own = ["ask", "--provider", "provider-rules", "--config", config.to_str().unwrap(), "--data", "kept"];
    let prompts = "scale web to 0\nexit\nwhat is broken?\n";
    let alone = prompted(home, &[&own[..], &["--yes"]].concat(), prompts).await;
    assert_eq!(alone.status.code(), Some(4), "{}", said(&alone));
    assert_eq!(shop.get("deployment", "web").await?["spec"]["replicas"], 1, "nobody approved it");
    let own_vote = prompted(home, &[&own[..], &["--yes", "--approve-as", "mira"]].concat(), prompts).await;
    assert!(!own_vote.status.success() && said(&own_vote).contains("own"), "{}", said(&own_vote));
    assert_eq!(shop.get("deployment", "web").await?["spec"]["replicas"], 1, "one's own vote counts for nothing");
    let asked = ["--yes", "--approve-as", "jon", "--quiet", "--trace-path", "trace.jsonl"];
    let both = prompted(home, &[&own[..], &asked].concat(), prompts).await;
    assert!(both.status.success(), "{}", said(&both));
    assert_eq!(shop.get("deployment", "web").await?["spec"]["replicas"], 0);
    let trace = std::fs::read_to_string(home.join("trace.jsonl")).unwrap();
    let lines: Vec<Value> = trace.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 1, "`exit` ends the prompts: {trace}");
    assert_eq!(
        (&lines[0]["sentence"], &lines[0]["plans"][0]["state"]),
        (&"scale web to 0".into(), &"needs-approval".into())
    );
    assert!(!said(&both).contains("no model"), "quiet: {}", said(&both));
    let left =
        std::fs::read_dir(home.join("kept")).unwrap().filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    assert_eq!(left.filter(|name| name.ends_with(".toml")).count(), 0, "its settings are gone, its log stays");
    for wrong in [
        &[
            "ask",
            "--provider",
            "provider-none",
            "--config",
            config.to_str().unwrap(),
            "--data",
            "other",
            "compose a haiku",
        ][..],
        &["ask", "--model", "x", "--config", "/nowhere.toml", "help"],
        &["ask", "--approve-as", "jon", "help"],
    ] {
        let output = prompted(home, wrong, "").await;
        assert!(!output.status.success() && !output.stderr.is_empty(), "{wrong:?}: {}", said(&output));
    }
    Ok(())
}

#[tokio::test]
async fn a_model_is_put_into_the_file_and_what_does_not_fit_changes_nothing() {
    let door = Door::without_cluster().await;
    let (home, config) = (door.folder(), door.folder().join("mine.toml"));
    std::fs::write(&config, FILE).unwrap();
    let file = config.to_str().unwrap();
    let used = run(home, &["provider", "use", "ollama", "qwen3:8b", "--config", file]).await;
    assert!(used.status.success() && said(&used).contains("next start"), "{}", said(&used));
    let first =
        ["provider", "use", "provider-openai", "gpt-5.4", "--first", "--task", "plan,explain", "--config", file];
    assert!(run(home, &first).await.status.success());
    let now = std::fs::read_to_string(&config).unwrap();
    assert!(now.find("gpt-5.4") < now.find("qwen3:8b") && now.contains("# hers"), "{now}");
    for (wrong, why) in [
        (&["provider", "use", "nobody", "m", "--config", file][..], "provider-ollama"),
        (&["provider", "use", "rules", "m", "--config", file], "no provider of models"),
        (&["provider", "use", "ollama", "m", "--task", "sing", "--config", file], "plan, explain, summarise"),
        (&["provider", "use", "ollama", "", "--config", file], "no name"),
        // Nobody would be left to begin a turn.
        (&["provider", "use", "openai", "gpt-5.4", "--task", "explain", "--config", "tasks.toml"], "`plan`"),
        (&["provider", "use", "ollama", "m", "--config", "locked.toml"], "locked"),
        (&["provider", "use", "ollama", "m", "--config", "/nowhere.toml"], "/nowhere.toml"),
    ] {
        std::fs::write(home.join("tasks.toml"), FILE).unwrap();
        lock(&home.join("locked.toml"));
        let output = run(home, wrong).await;
        assert!(!output.status.success() && said(&output).contains(why), "{wrong:?}: {}", said(&output));
    }
    assert_eq!(std::fs::read_to_string(&config).unwrap(), now, "nothing was changed by any of them");
    let printed = run(home, &["provider", "use", "gemini", "g", "--config", "locked.toml", "--print"]).await;
    assert!(printed.status.success() && said(&printed).contains("[[models]]"), "{}", said(&printed));
}

/// A file whose owner does not want it changed.
fn lock(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    if !path.exists() {
        std::fs::write(path, FILE).unwrap();
    }
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o444)).unwrap();
}

#[tokio::test]
async fn models_are_listed_tried_and_offered_at_the_shell() {
    let (vendor, closed) =
        (Vendor::plays(OLLAMA), Seat { provider: "provider-gemini", model: "g", vendor: None, key: None });
    let Some(door) = host(&[ollama(&vendor), closed]).await else { return };
    let (home, server) = (door.folder(), door.address.to_string());
    let at = async |words: &[&str]| run(home, &[&["--server", &server, "provider"][..], words].concat()).await;
    let listed = at(&["list"]).await;
    for word in ["qwen3:8b", "this machine", "not-bound", "kubechat egress bind gemini", "provider-anthropic"] {
        assert!(listed.status.success() && said(&listed).contains(word), "{word}: {}", said(&listed));
    }
    let tried = at(&["test", "ollama"]).await;
    assert!(tried.status.success() && said(&tried).contains("Pods drift by"), "{}", said(&tried));
    let all = at(&["test"]).await;
    assert!(!all.status.success() && said(&all).contains("g did not answer"), "{}", said(&all));
    let unknown = at(&["test", "nobody"]).await;
    assert!(!unknown.status.success() && said(&unknown).contains("provider list"), "{}", said(&unknown));
    // Of a provider that no model of the list is from, too.
    let closed = at(&["models", "anthropic"]).await;
    assert!(!closed.status.success() && said(&closed).contains("kubechat egress bind anthropic"), "{}", said(&closed));
    let used = at(&["use", "anthropic", "claude-sonnet-5"]).await;
    assert!(used.status.success() && said(&used).contains("anthropic is not bound yet"), "{}", said(&used));
    assert!(std::fs::read_to_string(home.join("kubechat.toml")).unwrap().contains("claude-sonnet-5"));
}
