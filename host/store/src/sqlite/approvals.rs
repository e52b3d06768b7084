//! Requests for approval, votes, and the one use of a request.
//!
//! Votes are sealed like everything else, so whoever can write the database file but has no key can't forge one.
//! Uniqueness is the schema's: one open request per plan, revision and cluster, one vote per subject and request, one run per
//! request.

use kubechat_core::approval::{ApprovalRequest, Vote};
use kubechat_core::ids::{ApprovalId, PlanId, RunId};
use kubechat_flow::ports::ledger::Ballot;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row as _, SqliteConnection, SqlitePool};

use super::doc::{close, one_row, open};
use super::error::{Failed, altered, conflict};
use crate::seal::{Bound, Seal};

fn request_bound(id: &str, plan: &str, revision: i64, cluster: &str) -> Bound {
    Bound::to(&[&"approvals", &id, &plan, &revision, &cluster])
}

fn vote_bound(approval: &str, subject: &str) -> Bound {
    Bound::to(&[&"votes", &approval, &subject])
}

/// Opens a request.
pub(super) async fn ask(on: &mut SqliteConnection, seal: &Seal, request: &ApprovalRequest) -> Result<(), Failed> {
    let (id, plan, revision) = (request.id.to_string(), request.plan.to_string(), i64::from(request.revision));
    let cluster = request.cluster.as_str();
    let doc = close(seal, &request_bound(&id, &plan, revision, cluster), request)?;
    let insert = sqlx::query(
        "INSERT INTO approvals (id, plan, revision, cluster, doc) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
    );
    let done = insert.bind(&id).bind(&plan).bind(revision).bind(cluster).bind(doc).execute(on).await?;
    one_row(&done, || format!("the approval of plan {plan}, revision {revision}, on {cluster}"))
}

/// Adds a vote to a request that no run has used, on the very digest it is about.
pub(super) async fn vote(on: &mut SqliteConnection, seal: &Seal, id: ApprovalId, vote: &Vote) -> Result<(), Failed> {
    let (id, subject) = (id.to_string(), vote.voter.subject());
    let stored: Option<Stored> = sqlx::query_as(BY_ID).bind(&id).fetch_optional(&mut *on).await?;
    let request = stored.filter(|stored| stored.used_by.is_none()).map(|stored| stored.open(seal)).transpose()?;
    if request.is_none_or(|request| request.digest != vote.digest) {
        return Err(conflict(format!("approval {id}")));
    }
    let doc = close(seal, &vote_bound(&id, &subject), vote)?;
    let insert = sqlx::query("INSERT INTO votes (approval, subject, doc) VALUES (?, ?, ?) ON CONFLICT DO NOTHING");
    let done = insert.bind(&id).bind(&subject).bind(doc).execute(on).await?;
    one_row(&done, || format!("the vote of {subject} on approval {id}"))
}

/// Marks a request as used; only the first run gets it.
pub(super) async fn use_once(on: &mut SqliteConnection, id: ApprovalId, run: RunId) -> Result<(), Failed> {
    let update = sqlx::query("UPDATE approvals SET used_by = ?2 WHERE id = ?1 AND used_by IS NULL");
    let done = update.bind(id.to_string()).bind(run.to_string()).execute(on).await?;
    one_row(&done, || format!("approval {id}"))
}

struct Stored {
    id: String,
    plan: String,
    revision: i64,
    cluster: String,
    used_by: Option<String>,
    doc: Vec<u8>,
}

impl FromRow<'_, SqliteRow> for Stored {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.try_get("id")?,
            plan: row.try_get("plan")?,
            revision: row.try_get("revision")?,
            cluster: row.try_get("cluster")?,
            used_by: row.try_get("used_by")?,
            doc: row.try_get("doc")?,
        })
    }
}

impl Stored {
    fn open(&self, seal: &Seal) -> Result<ApprovalRequest, Failed> {
        let bound = request_bound(&self.id, &self.plan, self.revision, &self.cluster);
        open(seal, &bound, &self.doc, &format!("approval {}", self.id))
    }
}

const BY_ID: &str = "SELECT id, plan, revision, cluster, used_by, doc FROM approvals WHERE id = ?";
const NEWEST: &str = "SELECT id, plan, revision, cluster, used_by, doc FROM approvals WHERE pos IN (
        SELECT MAX(pos) FROM approvals
        WHERE plan = ?1 AND revision = (SELECT MAX(revision) FROM approvals WHERE plan = ?1) GROUP BY cluster
    ) ORDER BY pos";

/// The newest requests of a plan's newest revision, one for each cluster, with their votes.
pub(super) async fn newest(from: &SqlitePool, seal: &Seal, plan: PlanId) -> Result<Vec<Ballot>, Failed> {
    let mut snapshot = from.begin().await?;
    let stored: Vec<Stored> = sqlx::query_as(NEWEST).bind(plan.to_string()).fetch_all(&mut *snapshot).await?;
    let mut ballots = Vec::new();
    for stored in stored {
        let votes: Vec<(String, Vec<u8>)> =
            sqlx::query_as("SELECT subject, doc FROM votes WHERE approval = ? ORDER BY pos")
                .bind(&stored.id)
                .fetch_all(&mut *snapshot)
                .await?;
        let what = format!("a vote on approval {}", stored.id);
        let votes = votes.iter().map(|(subject, doc)| open(seal, &vote_bound(&stored.id, subject), doc, &what));
        let used_by = stored.used_by.as_deref().map(str::parse).transpose();
        ballots.push(Ballot {
            request: stored.open(seal)?,
            votes: votes.collect::<Result<_, _>>()?,
            used_by: used_by.map_err(|error| altered(format!("approval {}: {error}", stored.id)))?,
        });
    }
    Ok(ballots)
}
