//! Merging verdicts: order-independent, and closed when a pack fails.

use super::{Decision, Effect, Outcome, Requirement, Severity, Verdict};
use crate::digest::Digest;

/// What became of one bound pack's call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PackOutcome {
    /// It answered.
    Verdicts(Vec<Verdict>),
    /// It failed: outcome code and hint of the sandbox.
    Failed {
        /// The pack's id.
        pack: String,
        /// The sandbox's outcome code.
        code: String,
        /// Its hint.
        hint: String,
        /// Whether its binding enforces.
        enforced: bool,
    },
}

/// Merges what all bound packs said about a plan that writes.
///
/// `alone`: the configuration says that one person is alone here, so requirements become his own confirmation.
/// No bound pack at all is a denial: a host without policy has lost its configuration, not its rules.
pub fn decide(outcomes: Vec<PackOutcome>, packs: Digest, alone: bool) -> Decision {
    let missing = outcomes.is_empty();
    let mut verdicts: Vec<Verdict> = outcomes.into_iter().flat_map(flatten).collect();
    if missing {
        verdicts.push(failed(
            "host",
            "no-pack",
            "bind a policy pack; `kubechat plugin list` shows what is loaded",
            true,
        ));
    }
    verdicts.sort_by(|a, b| {
        b.enforced.cmp(&a.enforced).then(rank(b).cmp(&rank(a))).then(b.severity.cmp(&a.severity)).then(a.cmp(b))
    });
    verdicts.dedup();
    let binding = || verdicts.iter().filter(|verdict| verdict.enforced);
    let mut requirements: Vec<Requirement> = binding()
        .filter_map(|verdict| match &verdict.effect {
            Effect::Require(requirement) => Some(requirement.clone()),
            _ => None,
        })
        .collect();
    requirements.sort();
    requirements.dedup();
    let outcome = if binding().any(|verdict| verdict.effect == Effect::Deny) {
        Outcome::Deny
    } else if requirements.is_empty() {
        Outcome::Pass
    } else {
        Outcome::Require { requirements, confirm_only: alone }
    };
    Decision { outcome, verdicts, packs }
}

fn flatten(outcome: PackOutcome) -> Vec<Verdict> {
    match outcome {
        PackOutcome::Verdicts(verdicts) => verdicts,
        PackOutcome::Failed { pack, code, hint, enforced } => {
            vec![Verdict { pack, enforced, ..failed("", &code, &hint, enforced) }]
        }
    }
}

fn failed(pack: &str, code: &str, hint: &str, enforced: bool) -> Verdict {
    Verdict {
        pack: pack.to_owned(),
        rule: "pack-failed".to_owned(),
        severity: Severity::High,
        sentence: format!("the policy could not be asked ({code}), so nothing may be written"),
        remedy: hint.to_owned(),
        effect: Effect::Deny,
        enforced,
    }
}

fn rank(verdict: &Verdict) -> u8 {
    match verdict.effect {
        Effect::Note => 0,
        Effect::Warn => 1,
        Effect::Require(_) => 2,
        Effect::Deny => 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn verdict(rule: u8, effect: u8, enforced: bool) -> Verdict {
        let effect = match effect % 4 {
            0 => Effect::Note,
            1 => Effect::Warn,
            2 => Effect::Require(Requirement { count: 1 + u32::from(rule % 2), groups: vec![], expiry_s: None }),
            _ => Effect::Deny,
        };
        let text = || format!("rule {rule}");
        let severity = Severity::Medium;
        Verdict { pack: "p".into(), rule: text(), severity, sentence: text(), remedy: text(), effect, enforced }
    }

    fn packs() -> Digest {
        Digest::of("test", b"")
    }

    #[test]
    fn a_failed_pack_denies() {
        let failed =
            |enforced| PackOutcome::Failed { pack: "p".into(), code: "trap".into(), hint: "h".into(), enforced };
        assert_eq!(decide(vec![failed(true)], packs(), false).outcome, Outcome::Deny);
        assert_eq!(decide(vec![failed(false)], packs(), false).outcome, Outcome::Pass, "monitor bindings only show");
    }

    #[test]
    fn no_pack_at_all_denies() {
        assert_eq!(decide(vec![], packs(), false).outcome, Outcome::Deny);
    }

    #[test]
    fn requirements_of_several_rules_are_all_kept() {
        let all = vec![verdict(0, 2, true), verdict(1, 2, true), verdict(2, 1, true)];
        match decide(vec![PackOutcome::Verdicts(all)], packs(), false).outcome {
            Outcome::Require { requirements, confirm_only } => {
                assert_eq!((requirements.len(), confirm_only), (2, false))
            }
            other => panic!("{other:?}"),
        }
    }

    proptest! {
        #[test]
        fn merging_does_not_depend_on_order(mut rules in proptest::collection::vec((0u8..6, 0u8..4, any::<bool>()), 1..8)) {
            let make = |rules: &[(u8, u8, bool)]| decide(
                rules.iter().map(|&(r, e, b)| PackOutcome::Verdicts(vec![verdict(r, e, b)])).collect(), packs(), false);
            let forwards = make(&rules);
            rules.reverse();
            prop_assert_eq!(forwards, make(&rules));
        }
    }
}
