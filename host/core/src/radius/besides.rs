//! What a plan touches besides what it writes, each object counted once. Pure.
//!
//! A [`Radius`] counts pods apart, because some of them are not there yet or not known by name, and among its objects it
//! counts the written ones and those pods it can name. Here those are taken out. The console counts the same
//! (`ui/src/features/plan/touched-count.ts`).

use super::{Radius, Touched, Why};

/// What is touched and not written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Besides {
    /// Pods restarted, removed or added, one that a step deletes by its name among them.
    pub pods: u64,
    /// Every other object.
    pub others: u64,
    /// There may be more: not everything could be seen, or more are counted than listed, and how many of those are pods
    /// is not told.
    pub at_least: bool,
}

impl Radius {
    /// What it touches besides the objects that it writes, whose number the plan's steps tell: the list may be cut before it
    /// names them all.
    pub fn besides(&self, written: u64) -> Besides {
        let listed = self.listed.iter().filter(|one| one.why != Why::Written && !is_counted_pod(one)).count() as u64;
        let further = self.objects.saturating_sub(written);
        Besides {
            pods: self.pods,
            others: if self.omitted == 0 { listed } else { listed.max(further.saturating_sub(self.pods)) },
            at_least: (self.omitted > 0 && further > 0) || !self.complete,
        }
    }
}

/// Pods that only hang on it (a policy selects them, they use a Secret) are not among those that are restarted.
fn is_counted_pod(touched: &Touched) -> bool {
    let api = &touched.object.api;
    api.kind == "Pod" && api.group.is_empty() && matches!(touched.why, Why::Owned | Why::Inside)
}
