//! `support-bundle`: what somebody who helps needs to see of this host, masked, in one tar; `--preview` says what would be in it.

use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::PathBuf;
use std::process::ExitCode;

use hyper::{Method, header};
use serde_json::{Value, json};

use super::api::Client;
use super::out::{Failure, Format, items, print, safe, table, text};

/// Arguments of `support-bundle`.
#[derive(Debug, clap::Args)]
pub(crate) struct BundleArgs {
    /// Only say what would be in it.
    #[arg(long)]
    preview: bool,
    /// Put your own sentences in too.
    #[arg(long)]
    sentences: bool,
    /// Where to write it; a name with the time in this folder when absent, `-` for standard output.
    #[arg(short, long, value_name = "FILE")]
    file: Option<PathBuf>,
}

/// Fetches it.
pub(crate) async fn run(client: &Client, args: &BundleArgs, format: Format) -> Result<ExitCode, Failure> {
    let path = format!("/api/v1/support-bundle?sentences={}", args.sentences);
    if args.preview {
        let preview = client.get(&format!("{path}&preview=true")).await?;
        print(format, &preview, preview_text);
        return Ok(ExitCode::SUCCESS);
    }
    let response = client.send(Method::GET, &path, None, &[]).await?;
    let disposition = response.headers().get(header::CONTENT_DISPOSITION).and_then(|value| value.to_str().ok());
    let name = disposition.map_or_else(|| "kubechat-support.tar".to_owned(), file_name);
    let bytes = Client::whole(response).await?;
    if args.file.as_ref().is_some_and(|file| file.as_os_str() == "-") {
        let written = std::io::stdout().lock().write_all(&bytes);
        return written.map(|()| ExitCode::SUCCESS).map_err(|error| failed("standard output", &error));
    }
    let target = args.file.clone().unwrap_or_else(|| PathBuf::from(name));
    let shown = target.display().to_string();
    // A file that is there already is somebody's.
    let opened = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&target);
    opened.and_then(|mut file| file.write_all(&bytes)).map_err(|error| failed(&shown, &error))?;
    print(format, &json!({"file": shown, "bytes": bytes.len()}), |_| {
        format!("{} ({} bytes); look through it before you send it on\n", safe(&shown), bytes.len())
    });
    Ok(ExitCode::SUCCESS)
}

fn failed(what: &str, error: &std::io::Error) -> Failure {
    Failure::new(1, "file", format!("{what} can't be written: {error}"), "name another file with --file")
}

/// The name the host gives it; nothing that leads out of this folder.
fn file_name(disposition: &str) -> String {
    let name = disposition.split("filename=").nth(1).unwrap_or_default().trim_matches('"');
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '.') && !name.starts_with('.');
    if plain && !name.is_empty() { name.to_owned() } else { "kubechat-support.tar".to_owned() }
}

fn preview_text(preview: &Value) -> String {
    let number = |value: &Value, pointer: &str| value.pointer(pointer).map(ToString::to_string).unwrap_or_default();
    let row = |file: &Value| {
        let counts = ["/bytes", "/masked/secrets", "/masked/home_folders"].map(|pointer| number(file, pointer));
        [vec![text(file, "/name").to_owned()], counts.to_vec()].concat()
    };
    let rows: Vec<Vec<String>> = items(preview, "/files").iter().map(row).collect();
    let mut said = table(&["FILE", "BYTES", "MASKED SECRETS", "MASKED HOMES"], &rows);
    for left_out in items(preview, "/left_out") {
        said += &format!("not in it: {}\n", safe(left_out.as_str().unwrap_or_default()));
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_from_the_host_stays_in_this_folder() {
        assert_eq!(
            file_name("attachment; filename=\"kubechat-support-20260301.tar\""),
            "kubechat-support-20260301.tar"
        );
        for odd in ["attachment", "attachment; filename=\"../x\"", "attachment; filename=\".bashrc\""] {
            assert_eq!(file_name(odd), "kubechat-support.tar", "{odd}");
        }
    }

    #[test]
    fn a_preview_says_of_each_file_what_was_masked() {
        let preview = json!({"files": [{"name": "settings.json", "bytes": 120, "masked": {"secrets": 1, "home_folders": 2}}],
                             "left_out": ["sentences: one's own with sentences=true"]});
        let text = preview_text(&preview);
        assert!(text.contains("settings.json   120") && text.contains("not in it: sentences"), "{text}");
    }
}
