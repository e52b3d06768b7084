//! Whether a cluster looks like production, and why: by its name here, its context, its server's host name, or a label on its
//! `kube-system` namespace.
//!
//! A guess that errs on the careful side: it only ever makes a cluster stricter, and the operator's own word for the cluster
//! ends it. Words are compared whole, so `product` is none, and `non-prod` and `pre-prod` are not either. The label is seen
//! when the cluster's identity is asked for, which is before every plan and every write; who may not read `kube-system` sees
//! none.

use kubechat_core::object::{at, text};
use serde_json::Value;

/// Labels that tell a stage.
const STAGE_LABELS: [&str; 3] = ["environment", "env", "stage"];
/// Words before a production word that make it something else.
const NEGATIONS: [&str; 3] = ["non", "not", "pre"];

/// Why these names look like production, if they do.
pub(crate) fn by_names(name: &str, context: &str, host: &str) -> Option<String> {
    let said = [("name", name), ("context", context), ("server", host)];
    let (what, text) = said.into_iter().find(|(_, text)| says_production(text))?;
    Some(format!("its {what} {text:?} says production"))
}

/// Why the labels of `kube-system` look like production, if they do.
pub(crate) fn by_labels(kube_system: &Value) -> Option<String> {
    let labels = at(kube_system, "/metadata/labels")?;
    let stage = STAGE_LABELS.into_iter().find(|label| says_production(text(labels, &format!("/{label}"))))?;
    Some(format!("the label {stage} of its kube-system namespace says production"))
}

fn says_production(text: &str) -> bool {
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.iter().enumerate().any(|(at, word)| {
        let word = word.trim_end_matches(|c: char| c.is_ascii_digit());
        let negated = at.checked_sub(1).is_some_and(|before| NEGATIONS.contains(&words[before]));
        matches!(word, "prod" | "production" | "prd") && !negated
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn production_is_a_word_of_its_own() {
        for (text, looks) in [
            ("production", true),
            ("gke_acme_europe-west1_prod-2", true),
            ("PRD", true),
            ("prod1.k8s.example", true),
            ("arn:aws:eks:eu-west-1:1:cluster/shop-prod", true),
            ("product-catalog", false),
            ("nonprod", false),
            ("non-prod", false),
            ("pre-production", false),
            ("staging", false),
            ("", false),
        ] {
            assert_eq!(by_names(text, "kind", "127.0.0.1").is_some(), looks, "{text}");
            assert_eq!(by_names("kind", "kind", text).is_some(), looks, "{text}");
        }
    }

    #[test]
    fn a_stage_label_on_kube_system_tells() {
        let labelled = |key: &str, value: &str| by_labels(&json!({"metadata": {"labels": {key: value}}}));
        assert!(labelled("environment", "production").is_some_and(|why| why.contains("environment")));
        assert!(labelled("env", "prod").is_some());
        assert!(labelled("environment", "staging").is_none() && labelled("team", "prod").is_none());
        assert!(by_labels(&json!({"metadata": {}})).is_none());
    }
}
