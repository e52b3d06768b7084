//! Admission webhooks with bad habits, limited to one namespace: what makes a dry-run unsure or wrong.

use std::time::Duration;

use serde_json::json;

use crate::{
    error::{HarnessError, Outcome},
    namespace::Namespace,
    plane::User,
    wait::wait_for,
};

/// How long the API server may take to learn of a new webhook; it takes a second at most.
const LEARNT_WITHIN: Duration = Duration::from_secs(30);
/// The annotation that [`Hook::Stamps`] and [`Hook::Meddles`] write.
const STAMP: &str = "hooks.kubechat.dev/stamp";

/// What a webhook does to every ConfigMap, Service, Deployment and scale of its namespace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hook {
    /// Answers a dry-run with "this webhook does not support dry run"; lets writes pass.
    RefusesDryRun,
    /// Lets dry-runs pass; answers a write with "not today".
    RefusesWrites,
    /// Writes another value into the annotation `hooks.kubechat.dev/stamp` at every call.
    Stamps,
    /// Writes that annotation too, but not in a dry-run: the result differs from the rehearsal.
    Meddles,
    /// Gives the first container of every Deployment the image `registry.example/web:latest`, in dry-runs too; writes the
    /// annotation on everything else.
    Floats,
}

impl Hook {
    const fn path(self) -> &'static str {
        match self {
            Self::RefusesDryRun => "refuses-dry-run",
            Self::RefusesWrites => "refuses-writes",
            Self::Stamps => "stamps",
            Self::Meddles => "meddles",
            Self::Floats => "floats",
        }
    }

    const fn kind(self) -> &'static str {
        match self {
            Self::RefusesDryRun | Self::RefusesWrites => "ValidatingWebhookConfiguration",
            Self::Stamps | Self::Meddles | Self::Floats => "MutatingWebhookConfiguration",
        }
    }
}

impl Namespace {
    /// Puts the hook on this namespace, and waits until it works. Leaves ConfigMaps named
    /// `hook-probe-…` behind.
    ///
    /// # Errors
    /// What kubectl says, or when the hook does nothing in time.
    pub async fn hook(&self, hook: Hook) -> Outcome {
        let operations =
            if hook.kind().starts_with('V') { vec!["CREATE", "UPDATE", "DELETE"] } else { vec!["CREATE", "UPDATE"] };
        let configuration = json!({
            "apiVersion": "admissionregistration.k8s.io/v1", "kind": hook.kind(),
            "metadata": {"name": format!("{}-{}", self.name(), hook.path())},
            "webhooks": [{
                "name": format!("{}.hooks.kubechat.dev", hook.path()),
                "clientConfig": {"url": format!("{}{}", self.plane().hooks(), hook.path()), "caBundle": self.plane().ca()},
                "rules": [{"apiGroups": ["", "apps"], "apiVersions": ["v1"], "operations": operations,
                    "resources": ["configmaps", "services", "deployments", "deployments/scale"]}],
                "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": self.name()}},
                "sideEffects": "NoneOnDryRun", "admissionReviewVersions": ["v1"], "failurePolicy": "Fail",
            }],
        });
        self.apply(&configuration.to_string()).await?;
        wait_for("the webhook to take part", LEARNT_WITHIN, || self.probe(hook)).await
    }

    /// Takes the hook away again, and waits until nobody asks it.
    ///
    /// # Errors
    /// What kubectl says, or when the API server goes on asking.
    pub async fn unhook(&self, hook: Hook) -> Outcome {
        let name = format!("{}-{}", self.name(), hook.path());
        self.kubectl(User::Admin).run(&["delete", hook.kind(), &name]).await?;
        wait_for("the webhook to be forgotten", LEARNT_WITHIN, || async {
            match self.probe(hook).await {
                Ok(()) => Err("it is asked still".to_owned()),
                Err(_) => Ok(()),
            }
        })
        .await
    }

    /// Does what the hook has to meddle with; an error says that it did not.
    async fn probe(&self, hook: Hook) -> Outcome {
        let admin = self.kubectl(User::Admin);
        // One name for each try: what the last one wrote must not decide this one.
        let tried =
            json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"generateName": "hook-probe-"}}).to_string();
        match hook {
            Hook::RefusesDryRun => {
                admin.refused_with(&["create", "--dry-run=server", "-f", "-"], &tried).await.map(drop)
            }
            Hook::RefusesWrites => admin.refused_with(&["create", "-f", "-"], &tried).await.map(drop),
            Hook::Stamps | Hook::Meddles | Hook::Floats => {
                let made = admin.run_with(&["create", "-o", "json", "-f", "-"], &tried).await?;
                if made.contains(STAMP) {
                    return Ok(());
                }
                let seen = "a ConfigMap without the stamp".to_owned();
                Err(HarnessError::Waited { what: "the stamp".to_owned(), within: Duration::ZERO, seen })
            }
        }
    }
}
