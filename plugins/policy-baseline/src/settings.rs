//! The operator's settings, with the defaults the manifest's schema names.
//!
//! The host has checked them against that schema; they are checked again here, because a verdict must not depend on it.

use serde::Deserialize;

use crate::Error;
use crate::finding::{Approval, Effect};

/// What the operator can set. Absent fields have the manifest's defaults; unknown ones are refused.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Namespaces where each write needs a second person.
    pub protected_namespaces: Vec<String>,
    /// What deleting a namespace gets.
    pub namespace_delete: NamespaceDelete,
    /// Namespaces whose pods may get at their node without a second person.
    pub privileged_namespaces: Vec<String>,
    /// What an escalation gets.
    pub escalation: EscalationEffect,
    /// Pods one plan may reach alone.
    pub pods_max: u64,
    /// What losing all capacity outside production gets.
    pub outside_production: OutsideProduction,
    /// How many people must agree where a second person is asked for.
    pub approvals: u32,
    /// Groups whose members may; empty: anyone.
    pub approver_groups: Vec<String>,
    /// How long an approval stays good, seconds.
    pub approval_expiry_seconds: Option<u32>,
}

/// What deleting a namespace gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NamespaceDelete {
    /// A denial.
    Deny,
    /// A second person.
    Require,
}

/// What an escalation gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EscalationEffect {
    /// A second person.
    Require,
    /// A denial.
    Deny,
}

/// What a rule about capacity asks for outside production.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OutsideProduction {
    /// A warning.
    Warn,
    /// A second person.
    Require,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            protected_namespaces: ["kube-system", "kube-public", "kube-node-lease"].map(str::to_owned).to_vec(),
            namespace_delete: NamespaceDelete::Deny,
            privileged_namespaces: Vec::new(),
            escalation: EscalationEffect::Require,
            pods_max: 50,
            outside_production: OutsideProduction::Warn,
            approvals: 1,
            approver_groups: Vec::new(),
            approval_expiry_seconds: None,
        }
    }
}

impl Settings {
    /// Reads and checks the settings.
    ///
    /// # Errors
    /// An unknown field, a wrong type, or a value outside the manifest's bounds.
    pub fn parse(text: &str) -> Result<Self, Error> {
        // serde takes a list of values for a struct; the contract says objects.
        if !text.trim_start().starts_with('{') {
            return Err(Error::bad_settings("not a JSON object"));
        }
        let settings: Self = serde_json::from_str(text).map_err(Error::bad_settings)?;
        let expiry_fits = settings.approval_expiry_seconds.is_none_or(|seconds| (60..=86_400).contains(&seconds));
        let checks = [
            ((1..=100_000).contains(&settings.pods_max), "pods_max is not within 1..100000"),
            ((1..=16).contains(&settings.approvals), "approvals is not within 1..16"),
            (
                names_fit(&settings.protected_namespaces, 64, 63),
                "protected_namespaces: at most 64 names of 1..63 bytes",
            ),
            (
                names_fit(&settings.privileged_namespaces, 64, 63),
                "privileged_namespaces: at most 64 names of 1..63 bytes",
            ),
            (names_fit(&settings.approver_groups, 16, 253), "approver_groups: at most 16 names of 1..253 bytes"),
            (expiry_fits, "approval_expiry_seconds is not within 60..86400"),
        ];
        match checks.iter().find(|(fits, _)| !fits) {
            Some((_, broken)) => Err(Error::bad_settings(broken)),
            None => Ok(settings),
        }
    }

    /// Whether every write in this namespace needs a second person.
    pub(crate) fn protects(&self, namespace: &str) -> bool {
        self.protected_namespaces.iter().any(|protected| protected == namespace)
    }

    /// Whether pods of this namespace may get at their node.
    pub(crate) fn trusts(&self, namespace: &str) -> bool {
        self.privileged_namespaces.iter().any(|trusted| trusted == namespace)
    }

    /// What an escalation gets.
    pub(crate) fn on_escalation(&self) -> Effect {
        match self.escalation {
            EscalationEffect::Require => self.second_person(),
            EscalationEffect::Deny => Effect::Deny,
        }
    }

    /// "A second person", as the operator wants it.
    pub(crate) fn second_person(&self) -> Effect {
        Effect::RequireApproval(Approval {
            count: self.approvals,
            groups: self.approver_groups.clone(),
            expiry_seconds: self.approval_expiry_seconds,
        })
    }
}

fn names_fit(names: &[String], count_max: usize, bytes_max: usize) -> bool {
    names.len() <= count_max && names.iter().all(|name| !name.is_empty() && name.len() <= bytes_max)
}
