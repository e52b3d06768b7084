//! Faults planted in two clusters of one host: found, ranked, explained, and repaired by their own plans.
//!
//! Two control planes of their own, because some of the faults are everybody's. The second one is asked first, while it is
//! healthy. Then each question is asked as the person on call asks it; what a finding carries as its fix is approved and
//! executed until no finding has one, what has no certain fix is repaired by hand, and at the end both clusters are asked
//! again. The host's clock is set ahead once, for what counts only when it lasts.

mod pair;
mod planted;

use std::collections::BTreeSet;

use kubechat_core::analyze::Finding;
use kubechat_core::plan::{Origin, PlanState};
use kubechat_core::policy::Severity;
use kubechat_core::problem::Code;
use kubechat_core::run::RunState;
use kubechat_harness::{User, wait_for};
use kubechat_suite::Tested;
use kubechat_suite::world::{ENDS_WITHIN, plans_of};

use pair::{Pair, Side};
use planted::{Planted, Repair};

/// How far the clock is set ahead: past the longest time that something must have lasted.
const AHEAD_MS: i64 = 6 * 60_000;
/// How often "what is broken?" is asked before everything must be repaired: each answer plans a screenful of fixes.
const QUESTIONS_MAX: usize = 6;

#[tokio::test]
async fn faults_of_two_clusters_are_found_explained_and_repaired_by_their_own_plans() -> Tested {
    let pair = Pair::start().await?;
    healthy(&pair, &pair.west).await?;
    let (east, west) = (planted::east(&pair.east).await?, planted::west(&pair.west).await?);
    pair.world.clock.skip(AHEAD_MS);
    for (side, faults) in [(&pair.east, &east), (&pair.west, &west)] {
        found(&pair, side, faults).await?;
    }
    the_worst_comes_first_and_takes_its_cascade_along(&pair).await?;
    everyone_sees_his_own_and_no_empty_zeros(&pair, &east).await?;
    for (side, faults) in [(&pair.east, &east), (&pair.west, &west)] {
        repaired(&pair, side, faults).await.map_err(|why| format!("{}: {why}", side.cluster))?;
        quiet(&pair, side, User::Editor).await.map_err(|why| format!("{}: {why}", side.cluster))?;
    }
    quiet(&pair, &pair.west, User::Admin).await
}

/// A cluster that works is left in peace, and that it was looked at is said.
async fn healthy(pair: &Pair, side: &Side) -> Tested {
    side.namespace.deploy("web", "registry.example/web:1", 2, &[]).await?;
    side.namespace.rolled_out("web").await?;
    for user in [User::Editor, User::Admin] {
        let seen = pair.findings(user, side).await?;
        assert!(seen.findings.iter().all(|finding| finding.severity < Severity::High), "{:#?}", seen.findings);
        assert!(seen.looked_at.iter().any(|looked| looked.kind == "Pod" && looked.total >= 2), "{:?}", seen.looked_at);
    }
    Ok(())
}

fn is(finding: &Finding, fault: &Planted) -> bool {
    finding.rule == fault.rule && finding.object.name.as_str() == fault.name
}

async fn found(pair: &Pair, side: &Side, faults: &[Planted]) -> Tested {
    wait_for("every planted fault to be found", ENDS_WITHIN, || async {
        let mut wrong = Vec::new();
        for user in [User::Editor, User::Admin] {
            let seen = pair.findings(user, side).await.map_err(|error| error.to_string())?;
            let told: Vec<_> = seen.findings.iter().map(|one| format!("{} {}", one.rule, one.object)).collect();
            for fault in faults.iter().filter(|fault| fault.by == user) {
                match seen.findings.iter().find(|finding| is(finding, fault)) {
                    Some(finding) => wrong.extend(explained(finding, fault).err()),
                    None => wrong.push(format!("{} {} is not in {told:?}", fault.rule, fault.name)),
                }
            }
        }
        if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n")) }
    })
    .await?;
    Ok(())
}

/// The finding says what it must, shows where that was read, and carries a fix exactly where one is certain.
fn explained(finding: &Finding, fault: &Planted) -> Result<(), String> {
    let evidence: Vec<_> = finding.evidence.iter().map(|one| format!("{}: {}", one.source, one.text)).collect();
    let all = format!("{} / {} / {}", finding.sentence, evidence.join(" / "), finding.advice);
    let missing: Vec<_> = fault.says.iter().filter(|words| !all.contains(**words)).collect();
    let fix = finding.fix.as_ref().map(|fix| fix.name());
    let wanted = match fault.repair {
        Repair::Plan(op) => Some(op),
        Repair::Hand(_) => None,
    };
    if !missing.is_empty() || evidence.is_empty() || finding.advice.is_empty() || fix != wanted {
        return Err(format!("{} {}: {missing:?} missing, fix {fix:?}: {all}", fault.rule, fault.name));
    }
    Ok(())
}

async fn the_worst_comes_first_and_takes_its_cascade_along(pair: &Pair) -> Tested {
    let seen = pair.findings(User::Editor, &pair.east).await?;
    let ranks: Vec<_> = seen.findings.iter().map(|finding| finding.severity).collect();
    assert!(ranks.is_sorted_by(|a, b| a >= b), "{ranks:?}");
    let worst = &seen.findings[0];
    assert_eq!((worst.rule.as_str(), worst.severity), ("pod/out-of-memory", Severity::Critical), "{worst:#?}");
    assert!(worst.folded >= 1, "its Service and the Ingress before that: {worst:#?}");
    let of_cache = seen.findings.iter().filter(|finding| finding.object.name.as_str().starts_with("cache"));
    assert_eq!(of_cache.count(), 1, "one root, one finding: {:#?}", seen.findings);
    let search = seen.findings.iter().find(|finding| finding.rule == "image/pull-failed").ok_or("the image")?;
    let since = search.evidence.iter().find(|one| one.source.contains("rollout")).ok_or("since when")?;
    assert!(since.text.starts_with("at 20") && since.text.contains("search:5.2-missing"), "{since:?}");
    Ok(())
}

/// The viewer of one namespace has the same findings as its editor; who may see nothing is told so.
async fn everyone_sees_his_own_and_no_empty_zeros(pair: &Pair, faults: &[Planted]) -> Tested {
    let seen = pair.findings(User::Viewer, &pair.east).await?;
    for fault in faults.iter().filter(|fault| !fault.name.contains("secret")) {
        assert!(seen.findings.iter().any(|finding| is(finding, fault)), "{} {}: {seen:#?}", fault.rule, fault.name);
    }
    let refused = pair.findings(User::Nobody, &pair.east).await.expect_err("nobody may see nothing");
    assert!(refused.to_string().contains("may not"), "{refused}");
    Ok(())
}

/// Asks, approves and executes until no finding carries a fix; what has none is repaired by hand. Each is gone afterwards.
async fn repaired(pair: &Pair, side: &Side, faults: &[Planted]) -> Tested {
    let mut used = BTreeSet::new();
    for question in 0.. {
        let turn = pair.ask(User::Editor, side, "what is broken?").await?;
        let plans = plans_of(&turn);
        if plans.is_empty() {
            break;
        }
        assert!(question < QUESTIONS_MAX, "fixes do not end: {:?}", turn.parts);
        for id in plans {
            let plan = pair.world.flow.show(id).await?.plan;
            assert!(matches!(plan.origin, Origin::Finding { .. }), "{:?}", plan.origin);
            assert!(plan.revision.parts.iter().all(|part| part.cluster == side.cluster));
            assert!(
                matches!(plan.state, PlanState::Ready | PlanState::NeedsApproval),
                "{:?}",
                plan.revision.parts[0].decision
            );
            used.extend(plan.revision.operations.iter().map(|asked| asked.operation.name()));
            let run = pair.world.carry_out(&plan).await?;
            assert_eq!(run.state, RunState::Succeeded, "{:#?} {:#?}", plan.revision.steps, run.steps);
            let Origin::Finding { rule } = &plan.origin else { continue };
            let target = plan.revision.targets().next().map(|target| target.name.to_string()).unwrap_or_default();
            let of_rule = || faults.iter().filter(|fault| fault.rule == rule.as_str());
            let fault = of_rule().find(|fault| fault.name == target).or_else(|| of_rule().next());
            let fault = fault.ok_or_else(|| format!("{rule} was not planted"))?;
            gone(pair, side, fault).await?;
        }
    }
    let promised: BTreeSet<_> =
        faults.iter().filter_map(|fault| if let Repair::Plan(op) = fault.repair { Some(op) } else { None }).collect();
    assert_eq!(used, promised, "every certain fix was a plan that ran");
    for fault in faults {
        if let Repair::Hand(lines) = &fault.repair {
            for line in lines {
                let words: Vec<&str> = line.split(' ').collect();
                side.namespace.kubectl(User::Admin).run(&words).await?;
            }
            gone(pair, side, fault).await?;
        }
    }
    Ok(())
}

async fn gone(pair: &Pair, side: &Side, fault: &Planted) -> Tested {
    wait_for("the finding to be gone", ENDS_WITHIN, || async {
        let seen = pair.findings(fault.by, side).await.map_err(|error| error.to_string())?;
        match seen.findings.into_iter().find(|finding| is(finding, fault)) {
            Some(finding) => Err(format!("{finding:#?}")),
            None => Ok(()),
        }
    })
    .await?;
    Ok(())
}

/// The same question when all is repaired: nothing critical, and nothing of what was planted.
async fn quiet(pair: &Pair, side: &Side, user: User) -> Tested {
    wait_for("nothing bad to be left", ENDS_WITHIN, || async {
        let seen = pair.findings(user, side).await.map_err(|error| error.to_string())?;
        let bad: Vec<_> = seen.findings.iter().filter(|finding| finding.severity >= Severity::High).collect();
        if bad.is_empty() { Ok(()) } else { Err(format!("{bad:#?}")) }
    })
    .await?;
    Ok(())
}

#[tokio::test]
async fn a_cluster_that_does_not_answer_leaves_the_other_one_diagnosed() -> Tested {
    let pair = Pair::start().await?;
    pair.east.namespace.deploy("web", "registry.example/web:missing", 1, &[]).await?;
    pair.west_plane.freeze()?;
    let seen = wait_for("the fault of the one that answers", ENDS_WITHIN, || async {
        let seen = pair.findings(User::Editor, &pair.east).await.map_err(|error| error.to_string())?;
        if seen.findings.is_empty() { Err("nothing yet".to_owned()) } else { Ok(seen) }
    })
    .await?;
    assert_eq!(seen.findings[0].rule, "image/pull-failed");
    let silent = pair.world.flow.findings(&pair.who(User::Editor), &pair.west.cluster, None).await;
    let silent = silent.expect_err("nothing is made up about a cluster that is silent");
    assert!(matches!(silent.code, Code::Timeout | Code::ClusterUnreachable), "{silent:?}");
    pair.west_plane.thaw()?;
    Ok(())
}
