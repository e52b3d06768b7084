//! `login`: a link that logs your browser in; the code stands in the fragment and lives a minute.

use std::process::ExitCode;

use serde_json::json;

use super::api::Client;
use super::out::{Failure, Format, print, text};

/// Arguments of `login`.
#[derive(Debug, clap::Args)]
pub(crate) struct LoginArgs {}

/// Prints the link.
pub(crate) async fn run(client: &Client, LoginArgs {}: LoginArgs, format: Format) -> Result<ExitCode, Failure> {
    let link = client.post("/api/v1/login-code", json!({})).await?;
    print(format, &link, |link| text(link, "/url").to_owned());
    Ok(ExitCode::SUCCESS)
}
