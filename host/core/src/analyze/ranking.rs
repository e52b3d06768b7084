//! From drafts to findings: what follows from one root is folded under it, the worst come first, evidence is numbered
//! and masked.

use std::collections::{BTreeMap, BTreeSet};

use super::draft::{Depth, Draft};
use super::inventory::{Inventory, totals};
use super::scope::Look;
use super::{Evidence, FINDINGS_MAX, Finding, Findings, Looked};
use crate::object::ObjectRef;
use crate::read::shown;

/// Most pieces of evidence kept for one finding, those folded into it included.
const EVIDENCE_MAX: usize = 6;

/// Folds each draft under a deeper one that explains the same workload; in drafts of the same depth nothing is folded.
pub(super) fn fold(mut drafts: Vec<Draft>) -> Vec<Draft> {
    drafts.sort_by_key(|draft| draft.depth);
    let mut kept: Vec<Draft> = Vec::new();
    let mut by_workload: BTreeMap<ObjectRef, usize> = BTreeMap::new();
    for draft in drafts {
        let root = draft.explains.iter().find_map(|workload| by_workload.get(workload).copied());
        match root.filter(|root| kept[*root].depth < draft.depth) {
            Some(root) => absorb(&mut kept[root], draft),
            None => {
                for workload in &draft.explains {
                    by_workload.entry(workload.clone()).or_insert(kept.len());
                }
                kept.push(draft);
            }
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
    root.evidence.extend(follows.evidence.into_iter().take(1));
    root.evidence.truncate(EVIDENCE_MAX);
}

/// The findings of these drafts.
pub(super) fn findings(mut drafts: Vec<Draft>, inventory: &Inventory<'_>, look: Look<'_>) -> Findings {
    let looked_at = looked_at(&drafts, inventory);
    drafts.sort_by(|a, b| {
        let rank = |draft: &Draft| (draft.severity, draft.lost);
        rank(b).cmp(&rank(a)).then_with(|| (a.rule, &a.object, &a.sentence).cmp(&(b.rule, &b.object, &b.sentence)))
    });
    let omitted = drafts.len().saturating_sub(FINDINGS_MAX) as u64;
    drafts.truncate(FINDINGS_MAX);
    let mut count = 0;
    let findings = drafts.into_iter().map(|draft| finding(draft, &mut count)).collect();
    Findings { findings, omitted, looked_at, namespaces: look.namespaces, unseen: look.unseen }
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
    totals(inventory).into_iter().map(looked).collect()
}
