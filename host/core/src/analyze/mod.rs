//! What is broken: findings from facts, ranked, each with evidence and, where one exists, its fix as an operation.

use serde::{Deserialize, Serialize};

use crate::object::ObjectRef;
use crate::operation::Operation;
use crate::policy::Severity;

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// The analyzer's rule: `pod/crash-loop`.
    pub rule: String,
    /// How bad.
    pub severity: Severity,
    /// The object.
    pub object: ObjectRef,
    /// What is wrong, in one sentence.
    pub sentence: String,
    /// What shows it: facts with where they were read, masked.
    pub evidence: Vec<Evidence>,
    /// What would repair it, when that follows from the facts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fix: Option<Operation>,
    /// Why the fix is what it is, or what to look at when there is none.
    pub advice: String,
    /// How many other objects show the same root; they are folded under this finding.
    pub folded: u64,
}

/// One piece of evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// `f1`, `f2`, … within the answer.
    pub id: String,
    /// Where it was read: `Pod shop/api-7d9 status`, `log of shop/api-7d9 (previous)`.
    pub source: String,
    /// What stood there, masked and cut.
    pub text: String,
}
