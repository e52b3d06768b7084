//! Redaction of text: megabytes a second on one core, with fifty and with five hundred rules, and ripgrep beside it.
//!
//! The text is made from a seed: log lines, events and JSON as clusters write them, with a secret in about every fiftieth
//! line. Both read the same bytes; ripgrep only looks for the patterns (one thread, no Unicode), we also decide, look for
//! known values and entropy, and write the masked text. Without an installed `rg` there is no figure of it.

use std::fmt::Write as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use kubechat_core::redact::{Known, RuleText, Rules, published, text_by};
use serde::Serialize;

use crate::Trouble;

/// How much text, bytes.
const TEXT_BYTES: usize = 16 << 20;
/// It comes in pieces like tool results and log chunks, bytes.
const PIECE_BYTES: usize = 64 << 10;
/// Rounds; the median counts.
const ROUNDS: usize = 5;
const FEW: usize = 50;
const MANY: usize = 500;
/// Secrets known by value.
const KNOWN: usize = 200;

/// Megabytes a second.
#[derive(Debug, Serialize)]
pub(crate) struct Figures {
    bytes: usize,
    few_rules: usize,
    many_rules: usize,
    few_mb_per_s: f64,
    many_mb_per_s: f64,
    /// ripgrep with as many of the same patterns.
    #[serde(skip_serializing_if = "Option::is_none")]
    ripgrep_few_mb_per_s: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ripgrep_many_mb_per_s: Option<f64>,
    masked: usize,
}

pub(crate) fn measure() -> Result<Figures, Trouble> {
    let text = text();
    let known = known();
    let sets = [rules(FEW), rules(MANY)];
    let made = sets.each_ref().map(|set| Rules::of(set.clone()));
    let mut times = [Vec::new(), Vec::new()];
    let mut masked = 0;
    for _ in 0..=ROUNDS {
        for (rules, times) in made.iter().zip(&mut times) {
            let started = Instant::now();
            let out = pieces(&text).map(|piece| text_by(rules, Some(&known), piece).into_inner());
            masked = out.map(|piece| piece.matches("••••").count()).sum();
            times.push(started.elapsed());
        }
    }
    let folder = std::env::temp_dir().join(format!("kubechat-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join("text"), &text)?;
    let beside = sets.each_ref().map(|set| ripgrep(&folder, set));
    std::fs::remove_dir_all(&folder)?;
    let [few, many] = times.map(|times| speed(text.len(), times));
    let [ripgrep_few, ripgrep_many] = beside;
    Ok(Figures {
        bytes: text.len(),
        few_rules: FEW,
        many_rules: MANY,
        few_mb_per_s: few,
        many_mb_per_s: many,
        ripgrep_few_mb_per_s: ripgrep_few?,
        ripgrep_many_mb_per_s: ripgrep_many?,
        masked,
    })
}

/// The median, the first round aside: in it patterns are compiled.
fn speed(bytes: usize, mut times: Vec<Duration>) -> f64 {
    times.remove(0);
    times.sort_unstable();
    let median = times.get(times.len() / 2).copied().unwrap_or_default();
    bytes as f64 / 1e6 / median.as_secs_f64().max(1e-9)
}

/// The published rules, and as many made of them with another word in front as are wanted.
fn rules(count: usize) -> Vec<RuleText> {
    let published = published();
    let made = published.iter().cycle().enumerate().map(|(index, rule)| {
        let mut rule = rule.clone();
        if index >= published.len() {
            let word = format!("vendor{index}");
            rule.id = format!("{}-{index}", rule.id);
            rule.regex = format!("{word}[_-]{}", rule.regex.trim_start_matches(r"\b"));
            rule.keywords = vec![word];
        }
        rule
    });
    made.take(count).collect()
}

fn ripgrep(folder: &std::path::Path, rules: &[RuleText]) -> Result<Option<f64>, Trouble> {
    if Command::new("rg").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_err() {
        eprintln!("ripgrep is not installed: no figure of it");
        return Ok(None);
    }
    // It searches line by line and refuses patterns that name line ends, and older ones refuse needless escapes.
    let of_a_line = rules.iter().filter(|rule| !rule.regex.contains(r"\r\n"));
    let patterns: Vec<String> = of_a_line.map(|rule| rule.regex.replace(r"\/", "/").replace(r"\=", "=")).collect();
    std::fs::write(folder.join("patterns"), patterns.join("\n"))?;
    let mut times = Vec::new();
    for _ in 0..=ROUNDS {
        let started = Instant::now();
        let mut command = Command::new("rg");
        command.args([
            "--no-config",
            "--no-unicode",
            "-j1",
            "-c",
            "--dfa-size-limit",
            "1G",
            "--regex-size-limit",
            "1G",
        ]);
        let done = command.arg("-f").arg(folder.join("patterns")).arg(folder.join("text")).output()?;
        // 1 is no match at all.
        if !matches!(done.status.code(), Some(0 | 1)) {
            let said = String::from_utf8_lossy(&done.stderr);
            return Err(format!("rg: {}", said.lines().last().unwrap_or_default()).into());
        }
        times.push(started.elapsed());
    }
    Ok(Some(speed(TEXT_BYTES, times)))
}

fn known() -> Known {
    let mut known = Known::new();
    for index in 0..KNOWN {
        known.add(format!("kn0wn-value-{index}-{}", index * 7919).as_bytes());
    }
    known
}

fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let mut end = rest.len().min(PIECE_BYTES);
        while !rest.is_char_boundary(end) {
            end -= 1;
        }
        let (piece, after) = rest.split_at(end);
        rest = after;
        (!piece.is_empty()).then_some(piece)
    })
}

/// Lines as clusters write them.
fn text() -> String {
    let mut text = String::with_capacity(TEXT_BYTES + 1024);
    let mut state = 1_u64;
    let mut line = 0_u64;
    while text.len() < TEXT_BYTES {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let (pick, hex) = (state >> 60, state >> 16);
        line += 1;
        let _ = match pick {
            0..=7 => writeln!(
                text,
                "2026-11-02T10:00:{:02}.{:06}Z INFO web-7d9f8c6b54-{:05x} GET /api/orders/{line} 200 {}ms trace={hex:016x}",
                line % 60,
                line % 1_000_000,
                hex & 0xfffff,
                hex % 90
            ),
            8..=10 => writeln!(
                text,
                r#"{{"apiVersion":"v1","kind":"Event","metadata":{{"name":"web.{hex:016x}","namespace":"shop","uid":"{hex:08x}-aaaa-4bbb-8ccc-{hex:012x}"}},"reason":"BackOff","message":"Back-off restarting failed container web in pod web-{line}"}}"#
            ),
            11..=13 => writeln!(
                text,
                r#"{{"name":"web","image":"registry.example.com/shop/web@sha256:{hex:064x}","env":[{{"name":"LOG_LEVEL","value":"debug"}},{{"name":"PORT","value":"8080"}}],"resources":{{"limits":{{"cpu":"500m","memory":"256Mi"}}}}}}"#
            ),
            14 => writeln!(
                text,
                "Warning  Unhealthy  {line}s  kubelet  Readiness probe failed: HTTP probe failed with statuscode: 503"
            ),
            _ if line.is_multiple_of(3) => {
                writeln!(text, "level=error msg=\"login failed\" password=hunter{hex} user=bob")
            }
            _ => writeln!(text, "dial postgres://app:{hex:x}@db.shop.svc:5432/shop: connection refused"),
        };
    }
    text
}
