//! A cluster as a principal sees it: from the kubeconfig alone, or after a short look.

use futures_util::future::join3;
use kubechat_core::names::Namespace;
use kubechat_core::problem::{Code, Problem};
use kubechat_flow::ports::cluster::{ClusterView, Mode};

use crate::config::ClusterConfig;
use crate::link::Link;
use crate::production;

/// From the configuration, when its kubeconfig can be read.
pub(crate) fn known(config: &ClusterConfig, link: &Link) -> ClusterView {
    let host = link.resolved.server.host().unwrap_or_default();
    let held = held(config, &link.resolved.context, host, link.labelled());
    ClusterView {
        name: config.name.clone(),
        context: link.resolved.context.clone(),
        server: link.server(),
        source: config.kubeconfig.display().to_string(),
        namespace: link.resolved.namespace.clone(),
        mode: held.mode,
        mode_reason: held.reason,
        namespaces: config.namespaces.clone(),
        production: held.production,
        version: None,
        user: None,
        certificate_expires_at: link.resolved.certificate_expires_at,
        problem: None,
    }
}

/// What counts for a cluster, and why.
struct Held {
    mode: Mode,
    reason: Option<String>,
    production: bool,
}

/// The configured mode; less where the cluster looks like production and nobody said a mode for it.
fn held(config: &ClusterConfig, context: &str, host: &str, labelled: Option<String>) -> Held {
    let looks = production::by_names(config.name.as_str(), context, host).or(labelled);
    let production = looks.is_some();
    match looks {
        Some(why) if !config.mode_said && config.mode > Mode::ReadOnly => {
            let reason = format!("{why}, and the configuration says no `mode` for this cluster");
            Held { mode: Mode::ReadOnly, reason: Some(reason), production }
        }
        _ => Held { mode: config.mode, reason: None, production },
    }
}

/// When its kubeconfig can't be read: what is configured, and what is wrong.
pub(crate) fn broken(config: &ClusterConfig, problem: Problem) -> Result<ClusterView, Problem> {
    let namespace = Namespace::parse("default").map_err(|e| Problem::new(Code::Fault, e.to_string()))?;
    let held = held(config, config.context.as_deref().unwrap_or_default(), "", None);
    Ok(ClusterView {
        name: config.name.clone(),
        context: config.context.clone().unwrap_or_default(),
        server: String::new(),
        source: config.kubeconfig.display().to_string(),
        namespace,
        mode: held.mode,
        mode_reason: held.reason,
        namespaces: config.namespaces.clone(),
        production: held.production,
        version: None,
        user: None,
        certificate_expires_at: None,
        problem: Some(problem),
    })
}

/// Asks for version and user; what fails is said in the view.
pub(crate) async fn looked_at(config: &ClusterConfig, link: &Link) -> ClusterView {
    let wait = link.waits.look;
    // The identity is asked for the label that may stand beside it; whether it could be read is not this look's business.
    let all = tokio::time::timeout(wait, join3(link.version(wait), link.user(wait), link.pin())).await;
    let mut view = known(config, link);
    match all {
        Ok((version, user, _)) => {
            view.problem = version.as_ref().err().or(user.as_ref().err()).cloned();
            (view.version, view.user) = (version.ok(), user.ok());
        }
        Err(_) => {
            let detail = format!("{} gave no answer within {} ms", link.server(), wait.as_millis());
            view.problem = Some(Problem::new(Code::Timeout, detail));
        }
    }
    view
}
