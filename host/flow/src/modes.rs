//! Modes, enforced: what may be planned and what may be executed on a cluster and in its namespaces.
//!
//! Asked before anything is tried on a cluster, again when its identity is known (a label may say production), again when a
//! run is accepted; the adapter asks once more at every write. An unknown cluster allows nothing.

use kubechat_core::names::ClusterName;
use kubechat_core::object::ObjectRef;
use kubechat_core::principal::Principal;
use kubechat_core::problem::{Code, Problem};

use crate::ports::cluster::{ClusterView, Mode};
use crate::{Answered, Flow};

impl Flow {
    /// Whether writes to these objects may be planned.
    pub(crate) fn may_plan<'a>(
        &self,
        who: &Principal,
        cluster: &ClusterName,
        targets: impl Iterator<Item = &'a ObjectRef>,
    ) -> Answered<()> {
        self.allows(who, cluster, Mode::SuggestOnly, targets)
    }

    /// Whether they may be executed.
    pub(crate) fn may_execute<'a>(
        &self,
        who: &Principal,
        cluster: &ClusterName,
        targets: impl Iterator<Item = &'a ObjectRef>,
    ) -> Answered<()> {
        self.allows(who, cluster, Mode::Guarded, targets)
    }

    fn allows<'a>(
        &self,
        who: &Principal,
        cluster: &ClusterName,
        least: Mode,
        mut targets: impl Iterator<Item = &'a ObjectRef>,
    ) -> Answered<()> {
        let view = self.ports.cluster.known(who, Some(cluster))?;
        match targets.find(|target| view.mode_of(target) < least) {
            Some(target) => Err(refused(&view, target)),
            None => Ok(()),
        }
    }
}

/// Names the mode, what it is about, and who could change it.
pub fn refused(view: &ClusterView, target: &ObjectRef) -> Problem {
    let (name, mode) = (&view.name, view.mode_of(target));
    let what = match mode {
        Mode::ReadOnly => "nothing is planned and nothing is executed",
        Mode::SuggestOnly | Mode::Guarded => "plans and patches are made, nothing is executed",
    };
    let by_rule = view.namespaces.iter().any(|rule| rule.mode == mode) && mode != view.mode;
    let reason = view.mode_reason.iter().filter(|_| !by_rule).map(|reason| format!(" ({reason})")).next();
    let detail = format!("{target} on {name} is in {} mode{}: {what}", mode.as_str(), reason.unwrap_or_default());
    Problem::new(Code::ReadOnly, detail).hint(format!(
        "the operator sets `mode` of {name}, or of the namespace, in the host's configuration; `kubechat cluster mode {name}` shows what counts"
    ))
}
