//! Export: a plan as a patch for people who change things elsewhere (a Git repository, a ticket).
//!
//! Text for reading and applying by hand; values of Secrets are masked, so such a patch says what changes, not to what.

use kubechat_core::audit::EntryKind;
use kubechat_core::ids::PlanId;
use kubechat_core::mutation::Action;
use kubechat_core::names::ClusterName;
use kubechat_core::plan::{Plan, Step};
use kubechat_core::principal::Principal;
use kubechat_core::redact;
use serde_json::{Value, json};

use crate::journal::drafts;
use crate::ports::ledger::Change;
use crate::{Answered, Flow};

/// One step as a patch.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Patch {
    /// The cluster it is for.
    pub cluster: ClusterName,
    /// The object: `Deployment shop/web`.
    pub object: String,
    /// API version.
    pub api_version: String,
    /// Kind.
    pub kind: String,
    /// Namespace; empty for cluster-wide kinds.
    pub namespace: String,
    /// Name.
    pub name: String,
    /// `create`, `apply`, `strategic`, `merge`, `json`, `delete`, `evict`.
    pub patch_type: &'static str,
    /// The patch, masked; absent for a deletion or eviction.
    pub patch: Option<Value>,
    /// The kubectl line that says the same.
    pub kubectl: String,
}

impl Flow {
    /// `GET /plans/{id}/export`.
    pub async fn export(&self, who: &Principal, id: PlanId) -> Answered<Vec<Patch>> {
        let plan = self.load(id).await?.row;
        let entries = drafts(self.plan_entries(who, EntryKind::Exported, &plan, "patch"), None);
        self.commit(Change { rows: Vec::new(), entries }, Vec::new()).await?;
        Ok(patches(&plan))
    }
}

fn patches(plan: &Plan) -> Vec<Patch> {
    plan.revision.steps.iter().map(patch).collect()
}

fn patch(step: &Step) -> Patch {
    let target = &step.mutation.target;
    let action = &step.mutation.action;
    let patch_type = match action {
        Action::Create { .. } => "create",
        Action::Apply { .. } => "apply",
        Action::StrategicPatch { .. } => "strategic",
        Action::MergePatch { .. } => "merge",
        Action::JsonPatch { .. } => "json",
        Action::Delete { .. } => "delete",
        Action::Evict => "evict",
    };
    Patch {
        cluster: step.cluster.clone(),
        object: target.to_string(),
        api_version: target.api.api_version(),
        kind: target.api.kind.clone(),
        namespace: target.namespace.as_ref().map(ToString::to_string).unwrap_or_default(),
        name: target.name.to_string(),
        patch_type,
        patch: action.body().map(|body| redact::value_without_placeholders(masked_body(step, body))),
        kubectl: step.kubectl.clone(),
    }
}

/// What is masked follows from the kind the patch is for and from the step's own masked diff.
fn masked_body(step: &Step, body: &Value) -> Value {
    let api = &step.mutation.target.api;
    if let Value::Array(operations) = body {
        return masked_operations(step, operations, api.is("", "Secret"));
    }
    let mut typed = body.clone();
    if let Some(map) = typed.as_object_mut() {
        map.entry("apiVersion").or_insert_with(|| json!(api.api_version()));
        map.entry("kind").or_insert_with(|| json!(api.kind));
    }
    redact::object(&typed)
}

/// A JSON patch names its places by index, so names can't tell what to mask: if anything in the diff is masked, every value is.
fn masked_operations(step: &Step, operations: &[Value], secret: bool) -> Value {
    let masked = |value: &Option<Value>| value.as_ref().is_some_and(|value| value.to_string().contains("••••"));
    let hide = secret || step.diff.iter().any(|change| masked(&change.before) || masked(&change.after));
    let shown = |operation: &Value| {
        let mut operation = operation.clone();
        if let (true, Some(value)) = (hide, operation.get_mut("value")) {
            *value = json!("••••");
        }
        operation
    };
    Value::Array(operations.iter().map(shown).collect())
}
