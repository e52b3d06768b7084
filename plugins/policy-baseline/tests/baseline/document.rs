//! `docs/policies/baseline.md` is written from the rules; `KUBECHAT_GEN=1 cargo test` writes it anew.

use std::fmt::Write as _;
use std::path::Path;

use policy_baseline::RULES;
use serde_json::Value;

const HEAD: &str = "\
# The baseline policy

<!-- Written from plugins/policy-baseline by its tests: KUBECHAT_GEN=1 cargo test -p policy-baseline -->

What no cluster should go without, judged on the facts of one plan before it may run. The pack can note, warn, ask for a
second person or deny; it can't allow. Of all findings the strongest effect counts, and every demand for a second person
has to be met. Facts it can't read, or settings that make no sense, count as a denial.

\"Production\" is what the namespace or cluster is labelled as: `environment`, `env` or `stage` = `prod*`. \"Owner\" is who
is in a group named by the namespace's `kubechat.dev/owner`; where none is named, whoever may write there. Routine is an
owner's own image (another tag or digest of the repository that runs there), replicas within the autoscaler's bounds (or,
without one, no fewer than now) and restarts: such a step needs no second person for level `high` alone, and none for
what it takes away within the autoscaler's bounds. Level `critical` always needs one.

An escalation is a right that a change hands out, borrows or opens. The host finds it on live objects and by asking the
API server what the requester may do himself; what was not answered counts as not allowed. It is always `critical`.
";

fn page() -> String {
    let mut page = HEAD.to_owned();
    page.push_str("\n## Rules\n\n| Rule | Severity | What it demands | What it does | What to do instead |\n|---|---|---|---|---|\n");
    for rule in RULES {
        let severity = rule.severity.as_str();
        writeln!(page, "| `{}` | {severity} | {} | {} | {} |", rule.id, rule.sentence, rule.effect, rule.remedy)
            .expect("memory");
    }
    page.push_str("\n## Settings\n\n| Setting | Default | Values | Meaning |\n|---|---|---|---|\n");
    let manifest: Value = serde_json::from_str(include_str!("../../manifest.json")).expect("the manifest is JSON");
    for (name, schema) in manifest["settings"]["properties"].as_object().expect("properties are an object") {
        let default = schema.get("default").map_or("none".to_owned(), |value| format!("`{value}`"));
        let meaning = schema["description"].as_str().expect("every setting is described");
        writeln!(page, "| `{name}` | {default} | {} | {meaning} |", values(schema)).expect("memory");
    }
    page
}

fn values(schema: &Value) -> String {
    match (&schema["enum"], schema["type"].as_str()) {
        (Value::Array(values), _) => values.iter().map(|value| format!("`{value}`")).collect::<Vec<_>>().join(", "),
        (_, Some("integer")) => format!("{} to {}", schema["minimum"], schema["maximum"]),
        (_, Some("array")) => format!("at most {} names", schema["maxItems"]),
        (_, other) => other.unwrap_or("anything").to_owned(),
    }
}

#[test]
fn the_page_lists_the_rules_as_they_are() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/policies/baseline.md");
    if std::env::var_os("KUBECHAT_GEN").is_some() {
        std::fs::create_dir_all(path.parent().expect("it has a folder")).expect("the folder can be made");
        std::fs::write(&path, page()).expect("the page can be written");
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(written, page(), "run `KUBECHAT_GEN=1 cargo test -p policy-baseline`");
}
