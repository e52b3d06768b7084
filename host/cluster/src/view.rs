//! A cluster as a principal sees it: from the kubeconfig alone, or after a short look.

use futures_util::future::join;
use kubechat_core::names::Namespace;
use kubechat_core::problem::{Code, Problem};
use kubechat_flow::ports::cluster::ClusterView;

use crate::config::ClusterConfig;
use crate::link::Link;

/// From the configuration, when its kubeconfig can be read.
pub(crate) fn known(config: &ClusterConfig, link: &Link) -> ClusterView {
    ClusterView {
        name: config.name.clone(),
        context: link.resolved.context.clone(),
        server: link.server(),
        source: config.kubeconfig.display().to_string(),
        namespace: link.resolved.namespace.clone(),
        mode: config.mode,
        version: None,
        user: None,
        problem: None,
    }
}

/// When its kubeconfig can't be read: what is configured, and what is wrong.
pub(crate) fn broken(config: &ClusterConfig, problem: Problem) -> Result<ClusterView, Problem> {
    let namespace = Namespace::parse("default").map_err(|e| Problem::new(Code::Fault, e.to_string()))?;
    Ok(ClusterView {
        name: config.name.clone(),
        context: config.context.clone().unwrap_or_default(),
        server: String::new(),
        source: config.kubeconfig.display().to_string(),
        namespace,
        mode: config.mode,
        version: None,
        user: None,
        problem: Some(problem),
    })
}

/// Asks for version and user; what fails is said in the view.
pub(crate) async fn looked_at(config: &ClusterConfig, link: &Link) -> ClusterView {
    let wait = link.waits.look;
    let both = tokio::time::timeout(wait, join(link.version(wait), link.user(wait))).await;
    let mut view = known(config, link);
    match both {
        Ok((version, user)) => {
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
