//! Redaction's part of the page.

use std::fmt::Write as _;

use serde::Deserialize;

use super::page::Goal;

/// Megabytes a second.
#[derive(Deserialize)]
pub(super) struct Redact {
    bytes: usize,
    few_rules: usize,
    many_rules: usize,
    few_mb_per_s: f64,
    many_mb_per_s: f64,
    ripgrep_few_mb_per_s: Option<f64>,
    ripgrep_many_mb_per_s: Option<f64>,
    masked: usize,
}

const SPEED_CAUSE: &str =
    "every byte is looked at by rules, by what is known and by entropy, on one core beside other work";
const FLAT_CAUSE: &str = "more rules have more anchors, some of which stand in the text";

/// 50 MB/s are 20 ms for a megabyte.
pub(super) fn goals(measured: &Redact) -> Vec<Goal> {
    let goal = |what, figure, at_most, unit, cause| Goal { what, figure, at_most, unit, cause };
    vec![
        goal("redaction of a megabyte, 500 rules", 1_000.0 / measured.many_mb_per_s, 20.0, "ms", SPEED_CAUSE),
        goal("redaction, 500 rules against 50", measured.few_mb_per_s / measured.many_mb_per_s, 1.20, "×", FLAT_CAUSE),
    ]
}

pub(super) fn section(page: &mut String, measured: &Redact) -> std::fmt::Result {
    let Redact { bytes, few_rules, many_rules, few_mb_per_s, many_mb_per_s, masked, .. } = measured;
    writeln!(
        page,
        "\n## Redaction\n\n{:.0} MB of log lines, events and JSON as clusters write them, in pieces of 64 KiB, on one core: looked for",
        *bytes as f64 / 1e6
    )?;
    writeln!(
        page,
        "by rules, known values and entropy, decided and written anew ({masked} finds). Beyond the published rules the larger set"
    )?;
    writeln!(
        page,
        "holds variants of them with a vendor's word in front. ripgrep (`-c -j1 --no-unicode`) only looks for the same patterns.\n"
    )?;
    writeln!(page, "| MB/s | {few_rules} rules | {many_rules} rules |\n|---|---|---|")?;
    writeln!(page, "| redaction | {few_mb_per_s:.0} | {many_mb_per_s:.0} |")?;
    match (measured.ripgrep_few_mb_per_s, measured.ripgrep_many_mb_per_s) {
        (Some(few), Some(many)) => writeln!(page, "| ripgrep | {few:.0} | {many:.0} |"),
        _ => writeln!(page, "| ripgrep | not installed | not installed |"),
    }
}
