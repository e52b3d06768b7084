//! Flow's policy port, served by bound packs: each judges in a fresh sandbox of its own, all at the same time.
//!
//! A binding names a pack, its settings and whether its verdict binds. A bound pack that isn't there, or fails in any
//! way, is a `Failed` outcome, never a missing line: core turns it into a denial. The digest covers every binding in a
//! fixed order, so a changed pack, setting or mode voids approvals given before.

use async_trait::async_trait;
use kubechat_core::digest::Digest;
use kubechat_core::policy::{Effect as CoreEffect, PackOutcome, Requirement, Severity as CoreSeverity, Verdict};
use kubechat_flow::ports::packs::Packs;

use crate::outcome::{Failure, Outcome};
use crate::pack::PackHandle;
use crate::registry::Plugins;
use crate::verdict::{Effect, Finding, Severity, Verdict as PackVerdict};

/// How one pack is used.
#[derive(Clone, Debug)]
pub struct PackBinding {
    /// The pack's id.
    pub pack: String,
    /// A JSON object under the pack's settings schema.
    pub settings_json: String,
    /// False: its verdict is shown and doesn't bind (`monitor`).
    pub enforced: bool,
}

/// Every bound pack, ready to judge.
pub struct BoundPacks {
    bound: Vec<(PackBinding, PackHandle)>,
    digest: Digest,
}

impl BoundPacks {
    /// Binds packs of this host. One that isn't there is bound all the same, and fails every plan.
    pub fn bind(plugins: &Plugins, mut bindings: Vec<PackBinding>) -> Self {
        bindings.sort_by(|one, other| one.pack.cmp(&other.pack).then(one.settings_json.cmp(&other.settings_json)));
        let bound: Vec<_> = bindings
            .into_iter()
            .map(|binding| {
                let handle = plugins.pack(&binding.pack);
                (binding, handle)
            })
            .collect();
        let digest = digest(&bound);
        Self { bound, digest }
    }
}

#[async_trait]
impl Packs for BoundPacks {
    async fn judge(&self, facts_json: &str) -> Vec<PackOutcome> {
        let calls = self.bound.iter().map(|(binding, handle)| async move {
            let outcome = handle.evaluate(facts_json, &binding.settings_json).await;
            pack_outcome(binding, outcome)
        });
        futures_util::future::join_all(calls).await
    }

    fn digest(&self) -> Digest {
        self.digest
    }
}

fn digest(bound: &[(PackBinding, PackHandle)]) -> Digest {
    let rows: Vec<_> = bound
        .iter()
        .map(|(binding, handle)| {
            let component = handle.component().map(|digest| digest.to_string());
            (&binding.pack, component, &binding.settings_json, binding.enforced)
        })
        .collect();
    let bytes = serde_json::to_vec(&rows).expect("texts and booleans are always JSON");
    Digest::of("kubechat/packs/v1", &bytes)
}

fn pack_outcome(binding: &PackBinding, outcome: Outcome<PackVerdict>) -> PackOutcome {
    match outcome.result {
        Ok(verdict) => {
            PackOutcome::Verdicts(verdict.findings.into_iter().map(|finding| core_verdict(binding, finding)).collect())
        }
        Err(failure) => failed(binding, failure),
    }
}

fn failed(binding: &PackBinding, failure: Failure) -> PackOutcome {
    tracing::warn!(pack = binding.pack, code = %failure.code, detail = failure.detail, "a policy pack gave no verdict");
    PackOutcome::Failed {
        pack: binding.pack.clone(),
        code: failure.code.to_string(),
        hint: format!("{}; {}", failure.detail, failure.hint),
        enforced: binding.enforced,
    }
}

fn core_verdict(binding: &PackBinding, finding: Finding) -> Verdict {
    Verdict {
        pack: binding.pack.clone(),
        rule: finding.rule,
        severity: match finding.severity {
            Severity::Info => CoreSeverity::Info,
            Severity::Low => CoreSeverity::Low,
            Severity::Medium => CoreSeverity::Medium,
            Severity::High => CoreSeverity::High,
            Severity::Critical => CoreSeverity::Critical,
        },
        sentence: finding.sentence,
        remedy: finding.remedy,
        effect: match finding.effect {
            Effect::Note => CoreEffect::Note,
            Effect::Warn => CoreEffect::Warn,
            Effect::Deny => CoreEffect::Deny,
            Effect::RequireApproval { count, groups, expiry_seconds } => {
                CoreEffect::Require(Requirement { count, groups, expiry_s: expiry_seconds })
            }
        },
        enforced: binding.enforced,
    }
}
