//! Every limit that more than one part must agree on, by name.
//!
//! Units stand in the names. Parts keep their private limits beside the code that enforces them.

/// Deepest JSON nesting accepted from anyone.
pub const JSON_DEPTH_MAX: usize = 64;
/// Longest request body, bytes.
pub const BODY_BYTES_MAX: usize = 1 << 20;
/// Most steps in one plan.
pub const PLAN_STEPS_MAX: usize = 100;
/// Most clusters in one plan.
pub const PLAN_CLUSTERS_MAX: usize = 16;
/// Longest sentence a person may send, bytes.
pub const SENTENCE_BYTES_MAX: usize = 8 << 10;
/// Longest manifest text in one apply operation, bytes.
pub const MANIFEST_BYTES_MAX: usize = 512 << 10;
/// Most documents in one apply operation.
pub const MANIFEST_DOCUMENTS_MAX: usize = 50;
/// Longest tool result given to a provider, bytes; cut at item boundaries with `omitted`.
pub const TOOL_RESULT_BYTES_MAX: usize = 16 << 10;
/// Most objects named in a radius list; counts are never cut.
pub const RADIUS_LISTED_MAX: usize = 50;
/// Most objects read for one list fact; beyond it the fact is marked truncated, never silently short.
pub const LIST_ITEMS_MAX: usize = 10_000;
/// Most fact-gathering rounds for one plan: needs that never end are a bug, not a wait.
pub const FACT_ROUNDS_MAX: usize = 8;
/// Most facts asked for by one plan.
pub const FACT_QUERIES_MAX: usize = 2_000;
/// Most provider rounds in one turn.
pub const TURN_ROUNDS_MAX: usize = 8;
/// Most tool calls in one turn.
pub const TURN_TOOL_CALLS_MAX: usize = 32;
/// Longest facts document given to a policy pack, bytes.
pub const POLICY_FACTS_BYTES_MAX: usize = 512 << 10;
/// How long a plan may be approved and executed after it was made, ms, where the operator says nothing. What is asked of
/// approvers stays open as long.
pub const PLAN_LIFE_MS: i64 = 30 * 60 * 1000;
/// How old a snapshot may be when risk and radius are taken from it, ms.
pub const SNAPSHOT_AGE_MS_MAX: i64 = 15_000;
/// How long a run watches a rollout before it reports what still is not settled, ms.
pub const SETTLE_MS_MAX: i64 = 5 * 60 * 1000;
/// How long one eviction waits for a disruption budget to allow it before its step fails, ms.
pub const BUDGET_WAIT_MS_MAX: i64 = 2 * 60 * 1000;
