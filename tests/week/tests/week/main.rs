//! The week: guardrails that ask for everything get switched off, and those that miss one thing were for nothing.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use kubechat_week::{Change, Cluster, Judged, judge};

/// How many changes a week has.
const CHANGES: usize = 200;
/// At most so many of a hundred changes may ask somebody.
const ASKING_PERCENT_MAX: usize = 15;
/// A week without danger proves nothing.
const DANGEROUS_LEAST: usize = 25;
const DAYS: [&str; 7] = ["1-monday", "2-tuesday", "3-wednesday", "4-thursday", "5-friday", "6-saturday", "7-sunday"];

fn here(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(file)
}

fn week() -> Vec<Change> {
    DAYS.iter()
        .flat_map(|day| Change::read(&here(&format!("days/{day}.yaml"))).expect("the day is written well"))
        .collect()
}

fn judged(week: &[Change]) -> Vec<Judged<'_>> {
    let monday = Cluster::read(&here("cluster.yaml")).expect("the cluster is written well");
    let (mut judged, mut wrong) = (Vec::new(), Vec::new());
    for change in week {
        match judge(change, &monday) {
            Ok(one) => judged.push(one),
            Err(error) => wrong.push(error),
        }
    }
    assert!(wrong.is_empty(), "changes that make no sense:\n{}", wrong.join("\n"));
    judged
}

fn table(rows: &[&Judged<'_>]) -> String {
    rows.iter().map(|row| row.to_string()).collect::<Vec<_>>().join("\n")
}

#[test]
fn no_dangerous_change_passes_without_asking() {
    let week = week();
    let all = judged(&week);
    let missed: Vec<_> = all.iter().filter(|one| one.change.dangerous && !one.asks()).collect();
    assert!(missed.is_empty(), "{} dangerous changes pass:\n{}", missed.len(), table(&missed));
}

#[test]
fn few_changes_of_the_week_ask_anybody() {
    let week = week();
    let all = judged(&week);
    let asking: Vec<_> = all.iter().filter(|one| one.asks()).collect();
    let most = CHANGES * ASKING_PERCENT_MAX / 100;
    assert!(asking.len() <= most, "{} of {CHANGES} ask, at most {most} may:\n{}", asking.len(), table(&asking));
}

#[test]
fn the_week_is_whole_and_honest() {
    let week = week();
    assert_eq!(week.len(), CHANGES);
    let times: BTreeSet<_> = week.iter().map(|change| &change.at).collect();
    assert_eq!(times.len(), CHANGES, "two changes at one time");
    let dangerous = week.iter().filter(|change| change.dangerous).count();
    assert!(dangerous >= DANGEROUS_LEAST, "{dangerous}");
    assert!(week.iter().all(|change| change.why.len() > 10 && change.what.len() > 5), "a change without a reason");
}
