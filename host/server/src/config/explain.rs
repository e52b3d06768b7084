//! `kubechat config explain` and `GET /settings`: every value in force, and who said it. Values are masked like any text
//! people are shown; the settings of a pack are not shown at all.

use std::fmt::Write as _;
use std::path::PathBuf;

use kubechat_core::limits::{PLAN_LIFE_MS, SETTLE_MS_MAX};
use kubechat_core::redact;
use serde::Serialize;

use super::{Config, Origin, TlsFiles, mode_text};

/// One line a value: name, value, origin.
pub fn explain(config: &Config) -> String {
    let rows = rows(config);
    let wide = |pick: fn(&Row) -> usize| rows.iter().map(pick).max().unwrap_or(0).min(60);
    let (names, values) = (wide(|row| row.0.len()), wide(|row| row.1.len()));
    let mut text = String::new();
    for (name, value, origin) in &rows {
        // Writing to a string can't fail.
        let _ = writeln!(text, "{name:names$}  {value:values$}  {origin}");
    }
    text
}

/// One value in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explained {
    /// The setting.
    pub name: String,
    /// Its value, masked.
    pub value: String,
    /// Who said it: `default`, a file, `$VARIABLE`, `--flag`.
    pub origin: String,
    /// Whether somebody said it, so that only he can change it.
    pub locked: bool,
}

/// Every value in force.
pub fn explained(config: &Config) -> Vec<Explained> {
    let one = |(name, value, origin): Row| Explained {
        name,
        value: redact::text(&value).into_inner(),
        locked: origin != Origin::Default,
        origin: origin.to_string(),
    };
    rows(config).into_iter().map(one).collect()
}

type Row = (String, String, Origin);

fn tls(config: &Config, file: impl Fn(&TlsFiles) -> &PathBuf) -> String {
    config.tls.value.as_ref().map_or_else(|| "none".to_owned(), |files| file(files).display().to_string())
}

fn rows(config: &Config) -> Vec<Row> {
    let mut rows = vec![
        row("listen", config.listen.value.to_string(), &config.listen.origin),
        row("tls_cert", tls(config, |files| &files.cert), &config.tls.origin),
        row("tls_key", tls(config, |files| &files.key), &config.tls.origin),
        row("data_dir", config.data_dir.value.display().to_string(), &config.data_dir.origin),
        row("mode", mode_text(config.mode.value).to_owned(), &config.mode.origin),
        row("confirm_only", config.confirm_only.value.to_string(), &config.confirm_only.origin),
    ];
    for principal in &config.principals.value {
        for cluster in &principal.clusters {
            let context = cluster.context.as_deref().unwrap_or("(current context)");
            let mode = cluster.mode.map(|mode| format!(", {}", mode_text(mode))).unwrap_or_default();
            let rules = cluster.namespaces.iter().map(|rule| format!(", {} {}", rule.name, mode_text(rule.mode)));
            let rules: String = rules.collect();
            let value = format!("{} in {}{mode}{rules}", context, cluster.kubeconfig.display());
            rows.push(row(
                &format!("principals.{}.{}", principal.name, cluster.name),
                value,
                &config.principals.origin,
            ));
        }
    }
    let components = config.components_dir.value.as_ref();
    let components = components.map_or_else(|| "(none found)".to_owned(), |dir| dir.display().to_string());
    rows.push(row("components_dir", components, &config.components_dir.origin));
    let console = config.console_dir.value.as_ref();
    let none = if crate::embedded::any() { "(inside the program)" } else { "(none found)" };
    let console = console.map_or_else(|| none.to_owned(), |dir| dir.display().to_string());
    rows.push(row("console_dir", console, &config.console_dir.origin));
    rows.push(row("allow_unsigned", config.allow_unsigned.value.to_string(), &config.allow_unsigned.origin));
    for pack in &config.packs.value {
        let binding = match pack.binding {
            super::Binding::Enforce => "enforce",
            super::Binding::Monitor => "monitor",
        };
        let settings = if pack.settings.is_empty() { "" } else { ", with settings" };
        rows.push(row(&format!("packs.{}", pack.id), format!("{binding}{settings}"), &config.packs.origin));
    }
    rows.push(row("provider", config.provider.value.clone(), &config.provider.origin));
    let settings = if config.provider_settings.value.is_empty() { "none" } else { "given" };
    rows.push(row("provider_settings", settings.to_owned(), &config.provider_settings.origin));
    let models: Vec<String> = config.models.value.iter().map(ToString::to_string).collect();
    let models = if models.is_empty() { "none".to_owned() } else { models.join(", ") };
    rows.push(row("models", models, &config.models.origin));
    rows.push(row("air_gapped", config.air_gapped.value.to_string(), &config.air_gapped.origin));
    if config.egress.value.is_empty() {
        rows.push(row("egress", "(nothing is bound)".to_owned(), &config.egress.origin));
    }
    for bound in &config.egress.value {
        rows.push(row(&format!("egress.{}", bound.destination), bound.to_string(), &config.egress.origin));
    }
    let ranges: Vec<String> = config.cluster_ranges.value.iter().map(ToString::to_string).collect();
    let ranges = if ranges.is_empty() { "none".to_owned() } else { ranges.join(", ") };
    rows.push(row("cluster_ranges", ranges, &config.cluster_ranges.origin));
    rows.push(row("log_format", format!("{:?}", config.log_format.value).to_lowercase(), &config.log_format.origin));
    rows.push(row("log", config.log.value.clone(), &config.log.origin));
    rows.extend(times(config));
    rows
}

fn row(name: &str, value: String, origin: &Origin) -> Row {
    (name.to_owned(), value, origin.clone())
}

fn times(config: &Config) -> [Row; 3] {
    let seconds = |said: Option<u32>, usual_ms: i64| said.map_or(usual_ms / 1_000, i64::from).to_string();
    [
        row("plan_life_s", seconds(config.plan_life_s.value, PLAN_LIFE_MS), &config.plan_life_s.origin),
        row("settle_s", seconds(config.settle_s.value, SETTLE_MS_MAX), &config.settle_s.origin),
        row("thread_days", config.thread_days.value.to_string(), &config.thread_days.origin),
    ]
}
