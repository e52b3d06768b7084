//! The batch door: prompts from standard input, one a line, for outside programs that drive us; on a host of their own
//! when they say with which cluster or model.
//!
//! `--kubeconfig`, `--context`, `--provider` and `--model` start a host for these prompts: the operator's configuration file
//! with those replaced, on a free port of loopback, ended with the last prompt. Its log, like any host's, stays (`--data`, or
//! `batch` in the data folder). Nothing is judged differently here: a plan that needs votes gets them from the principal named
//! by `--approve-as`, whose own token votes, or is not executed. Limits: [`PROMPTS_MAX`] prompts, a sentence's own length.

use std::io::{BufRead as _, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::Duration;

use kubechat_core::limits::SENTENCE_BYTES_MAX;
use serde_json::{Value, json};

use super::api::Client;
use super::ask;
use super::client::Global;
use super::out::{Failure, items, safe, text};
use crate::config::{SETTINGS, Surroundings};

/// Most prompts of one run.
pub(crate) const PROMPTS_MAX: usize = 1_000;
/// How long the host may take to end; then it is killed. Its log is whole at any time.
const END_DEADLINE: Duration = Duration::from_secs(10);
/// Lines that end the prompts, as a person types them.
const ENDS: [&str; 2] = ["exit", "quit"];

/// What outside programs say beyond a sentence.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct BatchArgs {
    /// Ask on a host of its own, with this kubeconfig.
    #[arg(long, value_name = "FILE")]
    kubeconfig: Option<PathBuf>,
    /// Ask on a host of its own, with this context of the kubeconfig.
    #[arg(long, value_name = "NAME")]
    context: Option<String>,
    /// Ask on a host of its own, with this provider alone behind the rules; `provider-rules` for none.
    #[arg(long, value_name = "ID")]
    provider: Option<String>,
    /// Ask on a host of its own, with this model (of provider-ollama, if no provider is named).
    #[arg(long, value_name = "NAME")]
    model: Option<String>,
    /// The configuration file of that host, instead of KUBECHAT_CONFIG's.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Where that host keeps everything.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Print answers only.
    #[arg(short, long)]
    pub(crate) quiet: bool,
    /// Print what tools were asked and what they answered.
    #[arg(long)]
    pub(crate) show_tool_output: bool,
    /// Append every turn with its plans to this file, a line of JSON each.
    #[arg(long, value_name = "FILE")]
    trace_path: Option<PathBuf>,
    /// This principal votes for plans that need votes; never the one who asks.
    #[arg(long, value_name = "NAME", requires = "yes")]
    pub(crate) approve_as: Option<String>,
}

impl BatchArgs {
    /// Whether a host of its own is meant.
    pub(crate) fn own_host(&self) -> bool {
        self.names_cluster() || self.names_model()
    }

    fn names_cluster(&self) -> bool {
        self.kubeconfig.is_some() || self.context.is_some()
    }

    fn names_model(&self) -> bool {
        self.provider.is_some() || self.model.is_some()
    }

    /// Settings that are this run's own: what its file says of them goes before the environment, as a flag does. Another
    /// kubeconfig than the one that was named would be another cluster.
    fn replaced(&self) -> Vec<&'static str> {
        let always = ["listen", "data_dir"].into_iter();
        let kubeconfig = self.kubeconfig.as_ref().map(|_| "kubeconfig");
        let context = self.names_cluster().then_some("context");
        let provider = self.names_model().then_some("provider");
        always.chain(kubeconfig).chain(context).chain(provider).collect()
    }

    /// Writes a turn down, where that was asked for.
    pub(crate) fn trace(&self, turn: &Value, plans: &[Value]) -> Result<(), Failure> {
        let Some(path) = &self.trace_path else { return Ok(()) };
        let line = json!({"sentence": turn["sentence"], "turn": turn, "plans": plans});
        let opened = std::fs::OpenOptions::new().create(true).append(true).open(path);
        let written = opened.and_then(|mut file| writeln!(file, "{line}"));
        written
            .map_err(|error| Failure::usage(format!("{}: {error}", path.display()), "name a file that can be written"))
    }
}

/// Prompts of standard input: a line each, up to an `exit`.
pub(crate) fn prompts() -> Result<Vec<String>, Failure> {
    let limit = ((SENTENCE_BYTES_MAX + 1) * PROMPTS_MAX) as u64;
    read_prompts(std::io::stdin().lock().take(limit))
}

fn read_prompts(input: impl std::io::Read) -> Result<Vec<String>, Failure> {
    let mut prompts = Vec::new();
    for line in std::io::BufReader::new(input).lines() {
        let line =
            line.map_err(|e| Failure::usage(format!("standard input: {e}"), "kubechat ask \"what is broken?\""))?;
        let line = line.trim();
        if ENDS.contains(&line) {
            break;
        }
        if prompts.len() == PROMPTS_MAX {
            return Err(Failure::usage(
                format!("more than PROMPTS_MAX = {PROMPTS_MAX} prompts"),
                "ask in several runs",
            ));
        }
        prompts.extend((!line.is_empty()).then(|| line.to_owned()));
    }
    if prompts.is_empty() {
        return Err(Failure::usage("there is no prompt on standard input", "kubechat ask \"what is broken?\""));
    }
    Ok(prompts)
}

/// A host that lives as long as this.
#[derive(Debug)]
pub(crate) struct OwnHost {
    child: Child,
    /// Whom to talk to.
    pub(crate) global: Global,
    settings: PathBuf,
}

impl OwnHost {
    /// Starts it and waits until it answers.
    pub(crate) async fn start(global: &Global, args: &BatchArgs) -> Result<(Self, Client), Failure> {
        let around = Surroundings::of_process();
        let broken = |what: String| Failure::new(1, "no-host", what, "name a folder that can be written with --data");
        let data =
            args.data.clone().or_else(|| around.xdg("XDG_DATA_HOME", ".local/share").map(|d| d.join("kubechat/batch")));
        let data = data.ok_or_else(|| broken("there is no place for data".to_owned()))?;
        let data = std::path::absolute(&data).map_err(|error| broken(format!("{}: {error}", data.display())))?;
        let address = free_port().map_err(|error| broken(format!("no free port on loopback: {error}")))?;
        let file = args.config.clone().or_else(|| around.var("KUBECHAT_CONFIG").map(PathBuf::from));
        let settings = configured(file.as_deref(), args, global.principal.as_deref(), address, &data)?;
        let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&data);
        made.map_err(|error| broken(format!("{}: {error}", data.display())))?;
        let place = data.join(format!("batch-{}.toml", address.port()));
        let log = data.join("batch.log");
        private(&place, &settings).map_err(|error| broken(format!("{}: {error}", place.display())))?;
        let child = spawn(args, &place, &log).map_err(|error| broken(format!("starting a host: {error}")))?;
        let global = Global { server: address, ..global.clone() };
        let mut host = Self { child, global, settings: place };
        let client = ask::answers(&host.global, &mut host.child, &log).await?;
        Ok((host, client))
    }
}

impl Drop for OwnHost {
    fn drop(&mut self) {
        if let Some(pid) = rustix::process::Pid::from_raw(self.child.id().cast_signed()) {
            // It may have ended by itself.
            let _ = rustix::process::kill_process(pid, rustix::process::Signal::TERM);
        }
        let begun = std::time::Instant::now();
        while begun.elapsed() < END_DEADLINE {
            if !matches!(self.child.try_wait(), Ok(None)) {
                break;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_file(&self.settings);
    }
}

fn free_port() -> std::io::Result<SocketAddr> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()
}

fn spawn(args: &BatchArgs, settings: &Path, log: &Path) -> std::io::Result<Child> {
    use std::os::unix::process::CommandExt as _;
    let mut command = std::process::Command::new(std::env::current_exe()?);
    let replaced = args.replaced();
    for setting in SETTINGS.iter().filter(|setting| replaced.contains(&setting.name)) {
        command.env_remove(setting.variable);
    }
    command
        .args(["serve", "--quiet", "--config"])
        .arg(settings)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(std::fs::File::create(log)?)
        // A group of its own: Ctrl-C ends the question; the host is ended with it, in order.
        .process_group(0)
        .spawn()
}

fn private(path: &Path, text: &str) -> std::io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut file = std::fs::OpenOptions::new().create(true).write(true).truncate(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())
}

/// The operator's configuration with what the flags say.
fn configured(
    file: Option<&Path>,
    args: &BatchArgs,
    asker: Option<&str>,
    listen: SocketAddr,
    data: &Path,
) -> Result<String, Failure> {
    let read = file.map_or(Ok(String::new()), std::fs::read_to_string);
    let named = file.map_or_else(String::new, |file| file.display().to_string());
    let refused = |error: String| Failure::usage(format!("{named}: {error}"), "kubechat config explain says what fits");
    let text = read.map_err(|error| refused(error.to_string()))?;
    let mut table: toml::Table = text.parse().map_err(|error: toml::de::Error| refused(error.message().to_owned()))?;
    let folder = file.and_then(|file| std::path::absolute(file).ok()?.parent().map(Path::to_owned));
    from_folder(&mut table, &folder.unwrap_or_default());
    table.insert("listen".to_owned(), listen.to_string().into());
    table.insert("data_dir".to_owned(), data.display().to_string().into());
    if args.names_cluster() {
        clusters(&mut table, args, asker);
    }
    if args.names_model() {
        models(&mut table, args);
    }
    toml::to_string(&table).map_err(|error| refused(error.to_string()))
}

/// Paths of a file are meant from where it is; the changed one lies elsewhere.
fn from_folder(table: &mut toml::Table, folder: &Path) {
    let rooted = |value: &mut toml::Value| {
        if let Some(path) = value.as_str() {
            *value = folder.join(path).display().to_string().into();
        }
    };
    for key in ["kubeconfig", "components_dir", "console_dir"] {
        table.get_mut(key).map(rooted);
    }
    let people = table.get_mut("principals").and_then(toml::Value::as_array_mut).into_iter().flatten();
    let clusters = people.filter_map(|person| person.get_mut("clusters")?.as_array_mut()).flatten();
    clusters.filter_map(|cluster| cluster.get_mut("kubeconfig")).for_each(rooted);
    let bound = table.get_mut("egress").and_then(toml::Value::as_table_mut).into_iter().flat_map(|all| all.iter_mut());
    bound.filter_map(|(_, entry)| entry.get_mut("ca")).for_each(rooted);
}

/// Who asks works on the one cluster that was named. Whoever votes keeps their own credentials: their vote counts where those
/// lead to the same cluster.
fn clusters(table: &mut toml::Table, args: &BatchArgs, asker: Option<&str>) {
    let Some(people) = table.get_mut("principals").and_then(toml::Value::as_array_mut) else {
        name_cluster(table, args);
        return;
    };
    let named = |person: &&mut toml::Table| {
        asker.is_none_or(|asker| person.get("name").and_then(toml::Value::as_str) == Some(asker))
    };
    let Some(person) = people.iter_mut().filter_map(toml::Value::as_table_mut).find(named) else { return };
    let first = person.get("clusters").and_then(|all| all.get(0)).and_then(toml::Value::as_table);
    // What is not said stays the first cluster's own, its name included: plans and rules name it.
    let mut own = first.cloned().unwrap_or_default();
    name_cluster(&mut own, args);
    own.entry("name").or_insert_with(|| "cluster".into());
    person.insert("clusters".to_owned(), vec![toml::Value::Table(own)].into());
}

/// A context is one of its kubeconfig: another file's is not kept.
fn name_cluster(entry: &mut toml::Table, args: &BatchArgs) {
    if let Some(path) = &args.kubeconfig {
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        entry.insert("kubeconfig".to_owned(), path.display().to_string().into());
        entry.remove("context");
    }
    if let Some(context) = &args.context {
        entry.insert("context".to_owned(), context.clone().into());
    }
}

/// The one model that was named; what the file says of the same provider stays.
fn models(table: &mut toml::Table, args: &BatchArgs) {
    let listed = table.get("models").and_then(toml::Value::as_array).cloned().unwrap_or_default();
    let provider = args.provider.clone().unwrap_or_else(|| "provider-ollama".to_owned());
    // Behind the rules: nobody else goes before it.
    table.remove("provider");
    table.remove("provider_settings");
    if provider == crate::config::PROVIDER {
        table.remove("models");
        return;
    }
    let same = |entry: &&toml::Value| entry.get("provider").and_then(toml::Value::as_str) == Some(&provider);
    let mut entry = listed.iter().find(same).and_then(toml::Value::as_table).cloned().unwrap_or_default();
    entry.insert("provider".to_owned(), provider.clone().into());
    if let Some(model) = &args.model {
        let settings = entry.entry("settings").or_insert_with(|| toml::Table::new().into());
        if let Some(settings) = settings.as_table_mut() {
            settings.insert("model".to_owned(), model.clone().into());
        }
    }
    table.insert("models".to_owned(), vec![toml::Value::Table(entry)].into());
}

/// The votes of another principal on a plan that needs them; for each part, the content that was just shown.
pub(crate) async fn approve(global: &Global, name: &str, plan: &Value) -> Result<Value, Failure> {
    let other = Client::connect(&Global { principal: Some(name.to_owned()), ..global.clone() })?;
    let path = format!("/api/v1/plans/{}/approve", text(plan, "/id"));
    let mut view = plan.clone();
    for part in items(plan, "/parts").iter().filter(|part| text(part, "/approval/tally/tally") == "waiting") {
        view = other.post(&path, json!({"digest": text(part, "/approval/digest")})).await?;
        eprintln!("approved by {}: {}", safe(other.principal()), safe(text(part, "/cluster")));
    }
    Ok(view)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "mode = 'guarded'\n[[principals]]\nname = 'mira'\nclusters = [{name = 'eu', kubeconfig = '/k', context = 'old', mode = 'guarded'}]\n\
        [[principals]]\nname = 'jon'\nclusters = [{name = 'eu', kubeconfig = '/j'}]\n\
        [[models]]\nprovider = 'provider-openai'\nsettings = {model = 'a', base_path = '/x'}\n[egress.openai]\nurl = 'https://x'\n";

    fn made(args: &BatchArgs) -> toml::Table {
        let folder = std::env::temp_dir().join(format!("kubechat-batch-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let file = folder.join(format!("{:016x}.toml", rand::random::<u64>()));
        std::fs::write(&file, FILE).unwrap();
        let text = configured(Some(&file), args, None, "127.0.0.1:9".parse().unwrap(), Path::new("/d")).unwrap();
        std::fs::remove_file(&file).unwrap();
        text.parse().unwrap()
    }

    #[test]
    fn a_line_is_a_prompt_and_exit_ends_them() {
        let read = |text: &str| read_prompts(text.as_bytes()).map_err(|failure| failure.detail);
        assert_eq!(
            read("  scale web to 3\n\nwhat is broken?\nexit\nnever\n").unwrap(),
            ["scale web to 3", "what is broken?"]
        );
        assert!(read("\n\n").unwrap_err().contains("no prompt"));
        assert!(read(&"x\n".repeat(PROMPTS_MAX + 1)).unwrap_err().contains("PROMPTS_MAX"));
    }

    #[test]
    fn a_model_is_replaced_and_what_the_file_says_of_its_provider_stays() {
        let args = |provider: Option<&str>, model: Option<&str>| BatchArgs {
            provider: provider.map(str::to_owned),
            model: model.map(str::to_owned),
            ..BatchArgs::default()
        };
        let openai = made(&args(Some("provider-openai"), Some("b")));
        let entry = &openai["models"].as_array().unwrap()[0];
        assert_eq!(
            (entry["settings"]["model"].as_str(), entry["settings"]["base_path"].as_str()),
            (Some("b"), Some("/x"))
        );
        assert_eq!(openai["egress"]["openai"]["url"].as_str(), Some("https://x"));
        let local = made(&args(None, Some("qwen3:8b")));
        assert_eq!(local["models"][0]["provider"].as_str(), Some("provider-ollama"));
        assert!(!made(&args(Some("provider-rules"), None)).contains_key("models"));
    }

    #[test]
    fn who_asks_works_on_the_cluster_that_was_named_and_who_votes_keeps_their_own() {
        let args = BatchArgs { kubeconfig: Some("/other".into()), ..BatchArgs::default() };
        let table = made(&args);
        let of = |person: usize| &table["principals"][person]["clusters"][0];
        let words = |cluster: &toml::Value| {
            ["name", "kubeconfig", "mode", "context"]
                .map(|key| cluster.get(key).and_then(toml::Value::as_str).map(str::to_owned))
        };
        let some = |word: &str| Some(word.to_owned());
        assert_eq!(
            words(of(0)),
            [some("eu"), some("/other"), some("guarded"), None],
            "another file's context is not kept"
        );
        assert_eq!(words(of(1)), [some("eu"), some("/j"), None, None]);
        let context = BatchArgs { context: Some("c".to_owned()), ..BatchArgs::default() };
        assert_eq!(words(&made(&context)["principals"][0]["clusters"][0])[3], some("c"));
    }

    #[test]
    fn the_environment_says_nothing_of_what_was_named() {
        let named = BatchArgs { kubeconfig: Some("/k".into()), model: Some("m".to_owned()), ..BatchArgs::default() };
        assert_eq!(named.replaced(), ["listen", "data_dir", "kubeconfig", "context", "provider"]);
        assert_eq!(BatchArgs::default().replaced(), ["listen", "data_dir"]);
        for name in named.replaced() {
            assert!(SETTINGS.iter().any(|setting| setting.name == name && !setting.variable.is_empty()), "{name}");
        }
    }

    #[test]
    fn paths_are_meant_from_where_the_operators_file_is() {
        let mut table: toml::Table =
            "kubeconfig = 'k'\nprincipals = [{name = 'a', clusters = [{name = 'c', kubeconfig = '/k'}, {name = 'd', kubeconfig = 'x/k'}]}]\n\
             [egress.openai]\nurl = 'https://x'\nca = 'ca.pem'"
                .parse()
                .unwrap();
        from_folder(&mut table, Path::new("/etc/kubechat"));
        let clusters = &table["principals"][0]["clusters"];
        let paths = [
            &table["kubeconfig"],
            &clusters[0]["kubeconfig"],
            &clusters[1]["kubeconfig"],
            &table["egress"]["openai"]["ca"],
        ];
        let paths = paths.map(|path| path.as_str().unwrap());
        assert_eq!(paths, ["/etc/kubechat/k", "/k", "/etc/kubechat/x/k", "/etc/kubechat/ca.pem"]);
    }
}
