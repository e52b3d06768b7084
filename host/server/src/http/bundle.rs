//! The support bundle: what somebody who helps needs to see of this host, masked, and a count of what was masked.
//!
//! In it: version, effective settings with their origins, doctor, components, the last warnings and errors of the process,
//! counters, how many plans stand in which state, whether the audit log verifies; one's own sentences only when asked for.
//! Never in it: objects of a cluster, their logs, plans, secrets, tokens, other people's sentences. Every text passes through
//! masking, and the home folder becomes `~`. Limits: [`FILE_BYTES_MAX`] a file, [`SENTENCES_MAX`] sentences.

use kubechat_core::principal::Principal;
use kubechat_core::redact;
use kubechat_core::time::Timestamp;
use kubechat_flow::ports::ledger::Page;
use serde::Serialize;
use serde_json::{Value, json};

use super::routes::{doctor, plugins};
use super::state::App;
use crate::log_tail;

/// Longest file, bytes; a longer one is cut and says so.
pub const FILE_BYTES_MAX: usize = 1 << 20;
/// Most of one's own sentences.
pub const SENTENCES_MAX: usize = 100;
/// Most of one's threads looked at for them.
const THREADS_MAX: u32 = 20;
/// How a mask reads.
const MARK: &str = "••••";

/// The files.
#[derive(Debug)]
pub struct Bundle {
    files: Vec<File>,
    left_out: Vec<String>,
}

/// One file.
#[derive(Debug, Clone, PartialEq, Eq)]
struct File {
    name: &'static str,
    text: String,
    masked: Masked,
}

/// How often something was masked, by kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
struct Masked {
    /// Values that are secrets, or look like one.
    secrets: usize,
    /// The home folder, with a person's name in it.
    home_folders: usize,
}

/// What would be in a bundle.
#[derive(Debug, Serialize)]
pub struct Preview {
    files: Vec<FileView>,
    bytes: usize,
    left_out: Vec<String>,
}

/// One file of it.
#[derive(Debug, Serialize)]
struct FileView {
    name: &'static str,
    bytes: usize,
    masked: Masked,
}

impl Bundle {
    /// Everything, as this principal may see it.
    pub async fn of(app: &App, who: &Principal, sentences: bool) -> Self {
        let home = app.setup.home.as_deref();
        let file = |name, value: &Value| File::json(name, value, home);
        let plans = app.flow.plan_counts().await;
        let plans = plans.map_or_else(|problem| json!({"problem": problem.detail}), |counts| json!(counts));
        let audit = match app.ledger().verify().await {
            Ok(entries) => json!({"verifies": true, "entries": entries}),
            Err(error) => json!({"verifies": false, "problem": error.to_string()}),
        };
        let system = json!({
            "version": env!("CARGO_PKG_VERSION"), "os": std::env::consts::OS, "arch": std::env::consts::ARCH,
            "listen": app.listen.to_string(), "at": app.flow.ports().clock.now(),
        });
        let mut files = vec![
            file("version.json", &system),
            file("settings.json", &json!(app.setup.settings)),
            file("doctor.json", &json!(doctor::examined(app, who).await)),
            file("plugins.json", &json!(plugins::views(app))),
            file("plans.json", &plans),
            file("audit.json", &audit),
            File::new("problems.log", &log_tail::lines().join("\n"), home),
            File::new("metrics.txt", &app.metrics.text(&app.way_out.counts()), home),
        ];
        let mut left_out = vec!["objects and logs of clusters, plans, tokens, secrets: never".to_owned()];
        if sentences {
            files.push(file("sentences.json", &own_sentences(app, who).await));
            left_out.push("other people's sentences: never".to_owned());
        } else {
            left_out.push("sentences: one's own with sentences=true".to_owned());
        }
        Self { files, left_out }
    }

    /// What is in it.
    pub fn preview(&self) -> Preview {
        let view = |file: &File| FileView { name: file.name, bytes: file.text.len(), masked: file.masked };
        let files: Vec<_> = self.files.iter().map(view).collect();
        Preview { bytes: files.iter().map(|file| file.bytes).sum(), files, left_out: self.left_out.clone() }
    }

    /// All of it in one archive.
    ///
    /// # Errors
    /// None are known: it is written to memory.
    pub fn tar(&self, now: Timestamp) -> std::io::Result<Vec<u8>> {
        let preview = serde_json::to_string_pretty(&self.preview()).unwrap_or_default();
        let mut archive = tar::Builder::new(Vec::new());
        let contents = [("preview.json", preview.as_str())];
        for (name, text) in contents.into_iter().chain(self.files.iter().map(|file| (file.name, file.text.as_str()))) {
            let mut header = tar::Header::new_ustar();
            header.set_size(text.len() as u64);
            header.set_mode(0o600);
            header.set_mtime(u64::try_from(now.0 / 1_000).unwrap_or(0));
            archive.append_data(&mut header, format!("kubechat-support/{name}"), text.as_bytes())?;
        }
        archive.into_inner()
    }
}

/// The name of an archive of this time.
pub fn file_name(now: Timestamp) -> String {
    let stamp: String = now.to_string().chars().filter(char::is_ascii_digit).take(14).collect();
    format!("kubechat-support-{stamp}.tar")
}

impl File {
    fn json(name: &'static str, value: &Value, home: Option<&str>) -> Self {
        let masked = redact::value(value).into_inner();
        let text = serde_json::to_string_pretty(&masked).unwrap_or_default();
        let secrets = marks(&text).saturating_sub(marks(&value.to_string()));
        Self::finished(name, &text, secrets, home)
    }

    fn new(name: &'static str, text: &str, home: Option<&str>) -> Self {
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let masked = redact::lines(&lines).into_inner().join("\n");
        let secrets = marks(&masked).saturating_sub(marks(text));
        Self::finished(name, &masked, secrets, home)
    }

    fn finished(name: &'static str, text: &str, secrets: usize, home: Option<&str>) -> Self {
        let home = home.filter(|home| home.len() > 1);
        let home_folders = home.map_or(0, |home| text.matches(home).count());
        let mut text = home.map_or_else(|| text.to_owned(), |home| text.replace(home, "~"));
        if text.len() > FILE_BYTES_MAX {
            let end = (0..=FILE_BYTES_MAX).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
            text.truncate(end);
            text.push_str("\n… cut at FILE_BYTES_MAX\n");
        }
        Self { name, text, masked: Masked { secrets, home_folders } }
    }
}

fn marks(text: &str) -> usize {
    text.matches(MARK).count()
}

/// One's own newest sentences; they were masked when they were said.
async fn own_sentences(app: &App, who: &Principal) -> Value {
    let page = Page { limit: THREADS_MAX, before: None };
    let threads = match app.flow.threads(who, page).await {
        Ok(threads) => threads,
        Err(problem) => return json!({"problem": problem.detail}),
    };
    let mut said = Vec::new();
    for (_, thread) in threads {
        let turns = app.flow.thread_turns(who, thread.id).await.unwrap_or_default();
        let one = |turn: kubechat_flow::turn::Turn| json!({"at": turn.created_at, "sentence": turn.sentence, "state": turn.state, "provider": turn.provider});
        said.extend(turns.into_iter().rev().map(one));
        if said.len() >= SENTENCES_MAX {
            break;
        }
    }
    said.truncate(SENTENCES_MAX);
    json!({"sentences": said})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_masked_and_says_how_often_of_what() {
        let text = "cannot read /home/mira/.kube/config\nlogin password=hunter2-and-more\n";
        let file = File::new("problems.log", text, Some("/home/mira"));
        assert_eq!(file.masked, Masked { secrets: 1, home_folders: 1 });
        assert!(file.text.contains("~/.kube/config") && !file.text.contains("hunter2"), "{}", file.text);
        let file = File::json("settings.json", &json!([{"name": "log", "value": "token=abcdefgh12345678"}]), None);
        assert!(file.masked.secrets > 0 && !file.text.contains("abcdefgh"), "{}", file.text);
    }

    #[test]
    fn a_long_file_is_cut_and_says_so() {
        let file = File::new("metrics.txt", &"ä".repeat(FILE_BYTES_MAX), None);
        assert!(file.text.len() < FILE_BYTES_MAX + 100 && file.text.ends_with("FILE_BYTES_MAX\n"));
    }

    #[test]
    fn an_archive_holds_the_preview_and_every_file() {
        let files = vec![File::new("metrics.txt", "# EOF", None), File::new("problems.log", "", None)];
        let bundle = Bundle { files, left_out: Vec::new() };
        let bytes = bundle.tar(Timestamp(1_772_399_040_000)).unwrap();
        let mut archive = tar::Archive::new(bytes.as_slice());
        let names: Vec<_> =
            archive.entries().unwrap().map(|entry| entry.unwrap().path().unwrap().display().to_string()).collect();
        let wanted = ["preview.json", "metrics.txt", "problems.log"].map(|name| format!("kubechat-support/{name}"));
        assert_eq!(names, wanted);
        assert_eq!(file_name(Timestamp(1_772_399_040_000)), "kubechat-support-20260301210400.tar");
    }
}
