//! Modes, enforced: what may be planned and what may be executed on a cluster and in its namespaces.
//!
//! Asked before anything is tried on a cluster, again when its identity is known (a label may say production), again when a
//! run is accepted; the adapter asks once more at every write. An unknown cluster allows nothing. What a plan reaches into
//! counts like what it writes: once its radius is known, and again at each last look, from fresh facts. A reach that could
//! not be seen is held to the strictest rule of the cluster.

use kubechat_core::names::ClusterName;
use kubechat_core::object::ObjectRef;
use kubechat_core::principal::Principal;
use kubechat_core::problem::{Code, Problem};
use kubechat_core::radius::Spread;

use crate::ports::cluster::{ClusterView, Mode, Modes};
use crate::{Answered, Flow};

/// Most namespaces and rules named in a refusal.
const NAMED_MAX: usize = 5;

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

    /// Whether a plan or a step may reach so far into other namespaces.
    pub(crate) fn may_reach(
        &self,
        who: &Principal,
        cluster: &ClusterName,
        least: Mode,
        spread: &Spread,
    ) -> Answered<()> {
        let view = self.ports.cluster.known(who, Some(cluster))?;
        reach_refused(&view, least, spread).map_or(Ok(()), Err)
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
    let what = meaning(mode);
    let by_rule = view.namespaces.iter().any(|rule| rule.mode == mode) && mode != view.mode;
    let reason = view.mode_reason.iter().filter(|_| !by_rule).map(|reason| format!(" ({reason})")).next();
    let detail = format!("{target} on {name} is in {} mode{}: {what}", mode.as_str(), reason.unwrap_or_default());
    Problem::new(Code::ReadOnly, detail).hint(who_decides(name))
}

/// Why something may not reach so far, naming the namespaces and the rule; nothing where it may.
pub fn reach_refused(view: &ClusterView, least: Mode, spread: &Spread) -> Option<Problem> {
    let modes = view.modes();
    let mode = modes.over(spread);
    if mode >= least {
        return None;
    }
    let (name, what) = (&view.name, meaning(mode));
    let strict = strict_words(&modes, least);
    let held: Vec<String> = spread
        .namespaces
        .iter()
        .map(|space| (space, modes.within(space.as_str())))
        .filter(|(_, mode)| *mode < least)
        .map(|(space, mode)| match modes.rule(space.as_str()) {
            Some(rule) => format!("{space} ({} by the rule `{}`)", mode.as_str(), rule.name),
            None => format!("{space} ({} like the cluster)", mode.as_str()),
        })
        .collect();
    let detail = if !held.is_empty() {
        format!("this reaches into {} on {name}: {what} there", cut(&held, "namespace"))
    } else if let Some(why) = &spread.everywhere {
        format!("this reaches every namespace of {name} ({why}), and {strict}: {what} there")
    } else {
        let unseen = cut(&spread.unseen, "question");
        format!("which namespaces of {name} this reaches could not be seen ({unseen}), and {strict}: {what} there")
    };
    let hint = match spread.unseen.first() {
        Some(first) if held.is_empty() && spread.everywhere.is_none() => {
            format!("with the right to {first} it can be seen; {}", who_decides(name))
        }
        _ => who_decides(name),
    };
    Some(Problem::new(Code::ReadOnly, detail).hint(hint))
}

/// The rules that allow less than this.
fn strict_words(modes: &Modes, least: Mode) -> String {
    let rules = modes.namespaces.iter().filter(|rule| rule.mode < least);
    let mut words: Vec<String> = rules.map(|rule| format!("`{}` is {}", rule.name, rule.mode.as_str())).collect();
    if modes.cluster < least {
        words.push(format!("where no rule fits it is {}", modes.cluster.as_str()));
    }
    cut(&words, "rule")
}

fn cut(words: &[String], noun: &str) -> String {
    let shown = words.iter().take(NAMED_MAX).cloned().collect::<Vec<_>>().join(", ");
    match words.len().saturating_sub(NAMED_MAX) {
        0 => shown,
        1 => format!("{shown} and 1 more {noun}"),
        more => format!("{shown} and {more} more {noun}s"),
    }
}

fn meaning(mode: Mode) -> &'static str {
    match mode {
        Mode::ReadOnly => "nothing is planned and nothing is executed",
        Mode::SuggestOnly | Mode::Guarded => "plans and patches are made, nothing is executed",
    }
}

fn who_decides(name: &ClusterName) -> String {
    format!(
        "the operator sets `mode` of {name}, or of the namespace, in the host's configuration; `kubechat cluster mode {name}` shows what counts"
    )
}

#[cfg(test)]
mod tests;
