//! What every ledger must do, whatever database it stands on: functions over `&dyn Ledger`.
//!
//! Each function is one rule and works on an empty ledger; an adapter's test file calls all of them ([`each_rule`]).

pub(crate) mod approvals;
pub(crate) mod log;
pub(crate) mod make;
pub(crate) mod plans;
pub(crate) mod property;
pub(crate) mod runs;
pub(crate) mod threads;

use kubechat_core::audit::Committed;
use kubechat_flow::ports::ledger::{Change, Draft, Ledger, LedgerError, Row};

/// Calls a macro with every rule of this contract, so that an adapter can't leave one out.
#[macro_export]
macro_rules! each_rule {
    ($test:ident) => {
        $test! {
            approvals::a_second_open_request_for_a_revision_is_a_conflict,
            approvals::a_subject_votes_once,
            approvals::a_vote_on_another_digest_is_a_conflict,
            approvals::a_request_is_used_by_one_run_only,
            approvals::a_used_request_takes_no_votes,
            approvals::the_newest_requests_are_the_ballots,
            approvals::each_part_has_a_ballot_of_its_own,
            approvals::a_run_uses_the_requests_of_all_parts_or_of_none,
            log::indexes_are_contiguous_over_changes,
            log::concurrent_changes_leave_no_gap_and_no_double,
            log::a_refused_change_leaves_no_entry,
            log::an_entry_reads_back_with_its_payload,
            log::a_payload_is_salted,
            log::entries_are_found_by_what_they_are_about,
            log::a_page_continues_below_its_last_entry,
            log::a_page_is_never_longer_than_the_cap,
            log::an_intact_log_verifies,
            plans::a_plan_reads_back_as_written,
            plans::a_plan_is_inserted_once,
            plans::only_one_of_two_writers_of_a_version_wins,
            plans::every_revision_is_kept,
            plans::a_revision_never_changes_its_content,
            plans::plans_are_listed_newest_first_by_requester,
            plans::plans_are_found_by_the_state_they_are_in,
            plans::all_of_a_change_is_written_or_nothing,
            property::versions_and_indexes_follow_the_model,
            runs::an_open_run_is_found_after_a_restart,
            runs::a_run_belongs_to_a_plan_that_is_there,
            runs::only_runs_that_left_something_may_be_undone,
            runs::a_before_image_is_written_once,
            runs::images_are_completed_once,
            threads::a_threads_turns_come_oldest_first,
            threads::ones_own_threads_are_listed_newest_first_without_the_deleted,
            threads::turns_being_worked_on_are_found_until_they_end,
            threads::only_the_newest_hundred_turns_are_read,
            threads::deleted_threads_and_those_nobody_goes_on_with_are_due,
            threads::a_thread_goes_with_its_turns_and_its_words_and_the_log_still_verifies,
            threads::a_thread_that_went_on_or_is_at_work_does_not_go,
            threads::a_key_is_claimed_once,
        }
    };
}

/// Commits rows without entries.
pub(crate) async fn put(ledger: &dyn Ledger, rows: Vec<Row>) -> Result<Vec<Committed>, LedgerError> {
    ledger.commit(Change { rows, entries: Vec::new() }).await
}

/// Commits entries without rows.
pub(crate) async fn say(ledger: &dyn Ledger, entries: Vec<Draft>) -> Vec<Committed> {
    ledger.commit(Change { rows: Vec::new(), entries }).await.expect("entries are written")
}

/// Fails unless it is a conflict that names `what`.
pub(crate) fn refused(answer: Result<Vec<Committed>, LedgerError>, what: &str) {
    match answer {
        Err(LedgerError::Conflict(named)) => assert!(named.contains(what), "{named:?} does not name {what:?}"),
        other => panic!("expected a conflict about {what:?}, got {other:?}"),
    }
}
