//! Problems: the stable codes every door answers with, each with a hint that says what to do next.
//!
//! One code is one meaning for ever: scripts compare it. The HTTP status and the CLI's exit code follow from it. The
//! detail is a sentence for people and never holds a secret. Source of the shape: RFC 9457.

use serde::{Deserialize, Serialize};

/// A refusal or failure, ready for people and scripts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{detail}")]
pub struct Problem {
    /// The stable code.
    pub code: Code,
    /// What happened, in a sentence.
    pub detail: String,
    /// What to do next, in a sentence; empty when there is nothing to add to the code's own hint.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub hint: String,
}

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $text:literal, $status:literal, $exit:literal, $retry:literal, $hint:literal;)*) => {
        /// Stable problem codes.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum Code { $($(#[$doc])* #[serde(rename = $text)] $variant,)* }

        impl Code {
            /// Every code, for documents and tests.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];
            /// The code's text.
            pub fn as_str(self) -> &'static str { match self { $(Self::$variant => $text,)* } }
            /// HTTP status.
            pub fn status(self) -> u16 { match self { $(Self::$variant => $status,)* } }
            /// Exit code of the CLI: 1 failure, 2 usage, 3 denied by policy, 4 approval pending, 5 verification, 124 timeout.
            pub fn exit(self) -> u8 { match self { $(Self::$variant => $exit,)* } }
            /// Whether the same request may succeed later without a change.
            pub fn retryable(self) -> bool { match self { $(Self::$variant => $retry,)* } }
            /// What to do next, in general.
            pub fn hint(self) -> &'static str { match self { $(Self::$variant => $hint,)* } }
        }
    };
}

codes! {
    /// A field, value or combination is wrong.
    BadInput = "bad-input", 400, 2, false, "correct the request and send it again";
    /// A named limit was exceeded.
    LimitExceeded = "limit-exceeded", 413, 2, false, "send less, or split it into several plans";
    /// No session or token.
    Unauthenticated = "unauthenticated", 401, 1, false, "log in again: `kubechat serve` prints a one-time link, the CLI reads the token file";
    /// The request comes from a foreign origin or lacks the custom header.
    CrossSite = "cross-site", 403, 1, false, "use the console or the CLI of this host";
    /// Kubechat itself forbids it to this principal.
    Forbidden = "forbidden", 403, 1, false, "ask somebody who may";
    /// The API server forbids it to this user.
    ClusterForbidden = "cluster-forbidden", 403, 1, false, "ask for the right named here, then run the `kubectl auth can-i` line to check";
    /// No such thing here, or not yours to see.
    NotFound = "not-found", 404, 1, false, "check the id or name; `list` shows what there is";
    /// Two or more objects fit.
    Ambiguous = "ambiguous", 409, 2, false, "name one of the candidates with its namespace or kind";
    /// Not understood as a request.
    NotUnderstood = "not-understood", 422, 2, false, "say it as in the examples, or give typed operations to POST /plans";
    /// If-Match did not hold: somebody edited in between.
    PreconditionFailed = "precondition-failed", 412, 1, false, "read it again and repeat with the new ETag";
    /// The state does not allow this.
    WrongState = "wrong-state", 409, 1, false, "look at the state with `plan show`";
    /// What the plan rests on has changed since.
    Stale = "stale", 409, 1, false, "refresh the plan, read what changed, decide again";
    /// The time for approving or executing ran out.
    Expired = "expired", 409, 1, false, "refresh the plan to get a new one from the same request";
    /// A policy says no.
    PolicyDenied = "policy-denied", 403, 3, false, "follow the remedy beside the rule, or ask the platform team";
    /// Approval is missing.
    ApprovalPending = "approval-pending", 409, 4, true, "ask for the missing votes: `kubechat approve <plan>` by another principal";
    /// An undo would overwrite somebody else's later change.
    UndoConflict = "undo-conflict", 409, 1, false, "read the three-way diff and change the field by hand or by a new plan";
    /// It can't be undone.
    NotUndoable = "not-undoable", 409, 1, false, "the reason stands in the answer";
    /// The cluster runs in read-only mode here.
    ReadOnly = "read-only", 403, 3, false, "restart the host with `--mode guarded` for this cluster";
    /// The cluster can't be reached.
    ClusterUnreachable = "cluster-unreachable", 502, 1, true, "check the server address and network; other clusters work on";
    /// The cluster does not accept our credentials.
    ClusterUnauthorized = "cluster-unauthorized", 502, 1, false, "renew the credentials in the kubeconfig";
    /// The kubeconfig is unreadable or incomplete.
    Kubeconfig = "kubeconfig", 422, 1, false, "correct the file named here";
    /// An exec credential plugin failed.
    ExecPlugin = "exec-plugin", 502, 1, true, "run the command named here by hand; it must not ask for input";
    /// The API server refused the object.
    Rejected = "rejected", 422, 1, false, "the API server's own words are in the detail";
    /// A disruption budget refuses the eviction for now.
    DisruptionBudget = "disruption-budget", 409, 1, true, "wait until the budget's pods are ready again, or change the budget: `kubectl get pdb` shows what it allows";
    /// A field belongs to another manager.
    FieldConflict = "field-conflict", 409, 1, false, "change it at its owner, or leave the field out";
    /// The write's outcome is unknown.
    Indeterminate = "indeterminate", 502, 1, false, "do not repeat it; `kubechat plan show` compares with the live object";
    /// A component failed; its outcome code is in the detail.
    Component = "component", 502, 1, true, "the outcome's own hint is in the detail; `kubechat plugin list` shows its state";
    /// The database can't be written.
    StoreUnavailable = "store-unavailable", 503, 1, true, "free disk or unlock the database; reads go on, writes to clusters are refused";
    /// The host is at a limit.
    Busy = "busy", 503, 1, true, "try again in a moment";
    /// Time ran out.
    Timeout = "timeout", 504, 124, true, "look at the state before repeating a write";
    /// A chain, signature or digest does not verify.
    VerificationFailed = "verification-failed", 409, 5, false, "stop and look: something was altered";
    /// A fault in Kubechat.
    Fault = "fault", 500, 1, false, "report it with the trace id; `kubechat doctor` collects what is needed";
}

impl Problem {
    /// A problem with the code's own hint.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into(), hint: String::new() }
    }

    /// The same, with a more exact hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }

    /// The exact hint, or the code's.
    pub fn advice(&self) -> &str {
        if self.hint.is_empty() { self.code.hint() } else { &self.hint }
    }
}
