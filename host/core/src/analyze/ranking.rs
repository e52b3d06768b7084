//! From drafts to findings: what follows from one root is folded under it, the worst come first, evidence is numbered
//! and masked.

use std::collections::{BTreeMap, BTreeSet};

use super::draft::{Depth, Draft};
use super::inventory::Inventory;
use super::recent;
use super::scope::Look;
use super::{Evidence, FINDINGS_MAX, Finding, Findings, Looked};
use crate::object::ObjectRef;
use crate::read::shown;

/// Most pieces of evidence kept for one finding, those folded into it included.
const EVIDENCE_MAX: usize = 6;

/// Rules whose trouble comes with a workload's template.
const BY_TEMPLATE: [&str; 7] = [
    "config/key-missing",
    "config/missing",
    "pod/cannot-start",
    "pod/crash-loop",
    "pod/not-ready",
    "pod/out-of-memory",
    "pod/probe-kills",
];

/// Folds each draft under a deeper one that explains the same object; in drafts of the same depth nothing is folded.
/// What a folded draft speaks of leads to the same root from then on, so that a chain ends in one finding.
pub(super) fn fold(mut drafts: Vec<Draft>) -> Vec<Draft> {
    drafts.sort_by_key(|draft| draft.depth);
    let mut kept: Vec<Draft> = Vec::new();
    let mut by_object: BTreeMap<ObjectRef, usize> = BTreeMap::new();
    for draft in drafts {
        let roots = draft.explains.iter().filter_map(|object| by_object.get(object).copied());
        let root = roots.filter(|root| kept[*root].depth < draft.depth).min();
        for object in draft.explains.iter().chain([&draft.object]) {
            by_object.entry(object.clone()).or_insert(root.unwrap_or(kept.len()));
        }
        match root {
            Some(root) => absorb(&mut kept[root], draft),
            None => kept.push(draft),
        }
    }
    kept
}

fn absorb(root: &mut Draft, follows: Draft) {
    let had: BTreeSet<_> = root.involved.iter().collect();
    let new: Vec<_> = follows.involved.into_iter().filter(|object| !had.contains(object)).collect();
    root.folded += new.len() as u64;
    root.involved.extend(new);
    root.severity = root.severity.max(follows.severity);
    root.lost = root.lost.max(follows.lost);
    // A rollout that is stuck can be undone where its own template is at fault; what a registry, a node or a quota lacks is
    // lacking for the template before as well.
    let at_fault = BY_TEMPLATE.contains(&root.rule);
    if let (true, None, Some(fix)) = (at_fault, &root.fix, follows.fix) {
        root.advice = format!("{}. Or {}", root.advice, follows.advice);
        root.fix = Some(fix);
    }
    root.evidence.extend(follows.evidence.into_iter().take(1));
    root.evidence.truncate(EVIDENCE_MAX);
}

/// The findings of these drafts.
pub(super) fn findings<'a>(mut drafts: Vec<Draft>, inventory: &Inventory<'a>, look: &Look<'a>) -> Findings {
    let looked_at = looked_at(&drafts, inventory);
    drafts.sort_by(|a, b| {
        let rank = |draft: &Draft| (draft.severity, draft.lost, draft.folded);
        rank(b).cmp(&rank(a)).then_with(|| (a.rule, &a.object, &a.sentence).cmp(&(b.rule, &b.object, &b.sentence)))
    });
    let omitted = drafts.len().saturating_sub(FINDINGS_MAX) as u64;
    drafts.truncate(FINDINGS_MAX);
    recent::tell(&mut drafts, inventory);
    let mut count = 0;
    let findings = drafts.into_iter().map(|draft| finding(draft, &mut count)).collect();
    let changes = recent::of_target(look, inventory);
    Findings { changes, findings, omitted, looked_at, namespaces: look.namespaces.clone(), unseen: look.unseen.clone() }
}

fn finding(draft: Draft, count: &mut usize) -> Finding {
    let evidence = draft.evidence.into_iter().map(|(source, text)| {
        *count += 1;
        Evidence { id: format!("f{count}"), source: shown::line(&source), text: shown::line(&text) }
    });
    Finding {
        rule: draft.rule.to_owned(),
        severity: draft.severity,
        object: draft.object,
        sentence: shown::line(&draft.sentence),
        evidence: evidence.collect(),
        fix: draft.fix,
        advice: shown::line(&draft.advice),
        folded: draft.folded,
    }
}

fn looked_at(drafts: &[Draft], inventory: &Inventory<'_>) -> Vec<Looked> {
    let involved: BTreeSet<_> = drafts
        .iter()
        .filter(|draft| draft.depth != Depth::Effect || draft.severity > crate::policy::Severity::Info)
        .flat_map(|draft| &draft.involved)
        .collect();
    let looked = |(kind, total): (String, u64)| {
        let troubled = involved.iter().filter(|object| object.api.kind == kind).count() as u64;
        Looked { kind, total, troubled }
    };
    inventory.totals().into_iter().map(looked).collect()
}
