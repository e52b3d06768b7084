//! Jobs that failed, and CronJobs that are suspended, overdue or fail again and again.
//!
//! A Job of a CronJob is told under it. A Job that failed longer than [`OLD_MS`] ago is history and only noted. Schedules
//! are read in UTC; one with a time zone of its own gets a day's patience instead of [`LATE_MS`].

use std::collections::BTreeSet;

use serde_json::Value;

use super::draft::{Depth, Draft};
use super::inventory::{Inventory, controller};
use super::schedule::Schedule;
use super::telling;
use super::trouble::Group;
use crate::facts::{Fact, FactQuery};
use crate::names::Namespace;
use crate::object::{ApiType, ObjectRef, at, integer, items, name, namespace, text};
use crate::policy::Severity;
use crate::read::pod_status::condition;
use crate::read::{reference, shown};
use crate::time::Timestamp;

/// A failure longer ago than this is history.
const OLD_MS: i64 = 24 * 3_600_000;
/// How late a run may be.
const LATE_MS: i64 = 10 * 60_000;
/// How late it may be when its schedule stands in a time zone we don't know.
const ZONE_MS: i64 = 26 * 3_600_000;
/// Most failed Jobs whose logs are read.
const LOGS_MAX: usize = 4;
/// Lines read of each.
const LOG_LINES: u32 = 50;

/// The last words wanted of Jobs that failed lately.
pub(super) fn needs(inventory: &Inventory<'_>) -> Vec<FactQuery> {
    let recent = failed(inventory).filter(|(_, failure)| !is_old(failure, inventory));
    recent.filter_map(|(job, _)| log(job, inventory)).take(LOGS_MAX).collect()
}

/// The findings about Jobs and CronJobs.
pub(super) fn drafts(groups: &[Group<'_>], inventory: &Inventory<'_>) -> Vec<Draft> {
    let own = failed(inventory).filter(|(job, _)| !is_of_cron_job(job));
    let mut drafts: Vec<_> = own.filter_map(|(job, failure)| job_failed(job, failure, inventory)).collect();
    let troubled: BTreeSet<_> = groups.iter().map(|group| &group.root.object).collect();
    for cron in inventory.items(&ApiType::cron_jobs()) {
        let draft = suspended(cron).or_else(|| failing(cron, inventory));
        drafts.extend(draft.or_else(|| overdue(cron, &troubled, inventory)));
    }
    drafts
}

fn failed<'i, 'a>(inventory: &'i Inventory<'a>) -> impl Iterator<Item = (&'a Value, &'a Value)> + use<'i, 'a> {
    inventory.items(&ApiType::jobs()).iter().filter_map(|job| Some((*job, failure(job)?)))
}

/// The condition that says a Job failed for good.
fn failure(job: &Value) -> Option<&Value> {
    condition(job, "Failed").filter(|failed| text(failed, "/status") == "True")
}

fn is_old(failure: &Value, inventory: &Inventory<'_>) -> bool {
    inventory.ms_since(text(failure, "/lastTransitionTime")).is_none_or(|ms| ms > OLD_MS)
}

fn is_of_cron_job(job: &Value) -> bool {
    controller(job).is_some_and(|owner| text(owner, "/kind") == "CronJob")
}

/// The log of a failed pod of a Job.
fn log(job: &Value, inventory: &Inventory<'_>) -> Option<FactQuery> {
    let pods = inventory.owned(job).filter(|pod| text(pod, "/status/phase") == "Failed");
    let pod = pods.max_by_key(|pod| text(pod, "/metadata/creationTimestamp"))?;
    let container = match items(pod, "/spec/containers") {
        [_] => None,
        all => Some(text(all.first()?, "/name").to_owned()),
    };
    let namespace = Namespace::parse(namespace(pod)).ok()?;
    let (pod, previous) = (name(pod).to_owned(), false);
    Some(FactQuery::Logs { namespace, pod, container, previous, lines: LOG_LINES, since: None })
}

/// Where the telling line of a failed Job stands, and the line.
fn last_words(job: &Value, inventory: &Inventory<'_>) -> Option<(String, String)> {
    let query = log(job, inventory)?;
    let Some(Fact::Logs { lines }) = inventory.known.get(&query) else { return None };
    let FactQuery::Logs { namespace, pod, .. } = &query else { return None };
    Some((format!("log of {namespace}/{pod}"), telling::line(&shown::lines(lines))?))
}

/// Why a Job was given up, in words.
fn why(job: &Value, failure: &Value) -> String {
    let tries = integer(job, "/status/failed").unwrap_or_default();
    match text(failure, "/reason") {
        "BackoffLimitExceeded" => format!("its pods failed {tries} times, which is more than its backoffLimit allows"),
        "DeadlineExceeded" => {
            let seconds = integer(job, "/spec/activeDeadlineSeconds").unwrap_or_default();
            format!("it took longer than its deadline of {seconds} seconds")
        }
        "PodFailurePolicy" => "a pod failed in a way its failure policy does not forgive".to_owned(),
        "MaxFailedIndexesExceeded" | "FailedIndexes" => "too many of its indexes failed".to_owned(),
        other => format!("{other}: {}", text(failure, "/message")),
    }
}

fn job_failed(job: &Value, failure: &Value, inventory: &Inventory<'_>) -> Option<Draft> {
    let object = reference(&ApiType::jobs(), job)?;
    let severity = if is_old(failure, inventory) { Severity::Low } else { Severity::Medium };
    let since = text(failure, "/lastTransitionTime");
    let sentence = format!("{object} failed at {since}: {}", why(job, failure));
    let draft = Draft::about("job/failed", Depth::Near, object.clone(), severity);
    Some(told(draft.explaining(object), job, failure, inventory, sentence))
}

fn told(mut draft: Draft, job: &Value, failure: &Value, inventory: &Inventory<'_>, sentence: String) -> Draft {
    let source = format!("Job {}/{} condition Failed", namespace(job), name(job));
    draft = draft.shown_by(source, format!("{}: {}", text(failure, "/reason"), text(failure, "/message")));
    match last_words(job, inventory) {
        Some((source, line)) => {
            let advice = telling::advice(&line);
            draft.shown_by(source, line.clone()).says(format!("{sentence}; its log says: {line}"), advice)
        }
        None => draft.says(sentence, "read the log of its last pod; a Job that failed is not tried again by itself"),
    }
}

fn suspended(cron: &Value) -> Option<Draft> {
    if at(cron, "/spec/suspend") != Some(&Value::Bool(true)) {
        return None;
    }
    let object = reference(&ApiType::cron_jobs(), cron)?;
    let last = match text(cron, "/status/lastScheduleTime") {
        "" => "it never ran".to_owned(),
        last => format!("it ran last at {last}"),
    };
    let draft = Draft::about("cronjob/suspended", Depth::Root, object.clone(), Severity::Info);
    Some(
        draft
            .shown_by(format!("{object} spec"), format!("suspend: true; schedule {}", text(cron, "/spec/schedule")))
            .says(format!("{object} is suspended; {last}"), "nothing to repair if that is meant; else resume it"),
    )
}

/// The newest finished run failed.
fn failing(cron: &Value, inventory: &Inventory<'_>) -> Option<Draft> {
    let mut runs: Vec<_> = inventory.owned(cron).filter(|job| is_finished(job)).collect();
    runs.sort_by_key(|job| std::cmp::Reverse(text(job, "/metadata/creationTimestamp")));
    let failures = runs.iter().take_while(|job| failure(job).is_some()).count();
    let (last, reason) = (runs.first()?, failure(runs.first()?)?);
    let object = reference(&ApiType::cron_jobs(), cron)?;
    let succeeded = match text(cron, "/status/lastSuccessfulTime") {
        "" => "no run is known to have succeeded".to_owned(),
        last => format!("it succeeded last at {last}"),
    };
    let runs = if failures == 1 { "The last run".to_owned() } else { format!("The last {failures} runs") };
    let sentence = format!("{runs} of {object} failed: {}; {succeeded}", why(last, reason));
    let mut draft = Draft::about("cronjob/failing", Depth::Near, object.clone(), Severity::Medium);
    draft.involved.extend(reference(&ApiType::jobs(), last));
    Some(told(draft.explaining(object), last, reason, inventory, sentence))
}

fn is_finished(job: &Value) -> bool {
    failure(job).is_some() || condition(job, "Complete").is_some_and(|done| text(done, "/status") == "True")
}

/// A run that should have begun and didn't.
fn overdue(cron: &Value, troubled: &BTreeSet<&ObjectRef>, inventory: &Inventory<'_>) -> Option<Draft> {
    let said = text(cron, "/spec/schedule");
    let object = reference(&ApiType::cron_jobs(), cron)?;
    let zoned = !matches!(text(cron, "/spec/timeZone"), "" | "UTC" | "Etc/UTC") || said.contains("TZ=");
    let patience = if zoned { ZONE_MS } else { LATE_MS };
    let due = Schedule::parse(said)?.last_due(inventory.now().plus_ms(-patience))?;
    let time = |pointer| text(cron, pointer).parse::<Timestamp>().ok();
    let created = time("/metadata/creationTimestamp")?;
    let ran = time("/status/lastScheduleTime");
    // Another run still at work, where two must not be at once, is a reason; so is a pod of it that is in trouble.
    let busy = !items(cron, "/status/active").is_empty() || troubled.contains(&object);
    if due <= ran.unwrap_or(created).max(created) || busy || at(cron, "/metadata/deletionTimestamp").is_some() {
        return None;
    }
    let last = ran.map_or("it never ran".to_owned(), |ran| format!("it ran last at {ran}"));
    let draft = Draft::about("cronjob/overdue", Depth::Root, object.clone(), Severity::Medium);
    Some(draft.shown_by(format!("{object} status"), format!("schedule {said}; {last}")).says(
        format!("{object} should have run at {due}; {last}"),
        "look at its events: a startingDeadlineSeconds that is too short, or a controller that does not run, skips runs",
    ))
}
