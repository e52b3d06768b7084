//! What the API server itself says was asked of it: its audit log, read from a point in time on.
//!
//! Independent of everything under test. The API server writes a line for each write before the write can
//! happen (`RequestReceived`) and one when it is answered; [`Witness::settled`] waits until each of the
//! former has its latter, so that "nothing was written" is a fact and not a race. What a killed API server
//! left unanswered counts as an entry with code 0: it may have happened. Reads are kept without bodies; leases, events and the reads of the system's own components are not kept at all.

use std::{
    collections::HashMap,
    fs,
    io::{Read as _, Seek as _, SeekFrom},
    path::{Path, PathBuf},
    time::Duration,
};

use serde::Deserialize;
use serde_json::Value;

use crate::{
    error::{HarnessError, Outcome},
    plane::Plane,
    wait::wait_for,
};

/// How long a write may be under way before the control plane is said to hang.
const SETTLED_WITHIN: Duration = Duration::from_secs(60);
const WRITE_VERBS: [&str; 5] = ["create", "update", "patch", "delete", "deletecollection"];
/// Written to by everybody who asks what they may do; they leave nothing behind.
const REVIEWS: [&str; 6] = [
    "selfsubjectaccessreviews",
    "selfsubjectrulesreviews",
    "selfsubjectreviews",
    "subjectaccessreviews",
    "localsubjectaccessreviews",
    "tokenreviews",
];

/// Beside the audit log: the byte at which the API server that runs now began to write.
const AUDIT_START: &str = "audit-start";

/// Notes that the API server is gone: what stands in its audit log is all there will be.
pub(crate) fn end_log(audit: &Path) -> Outcome {
    let end = fs::metadata(audit).map_err(HarnessError::file(audit))?.len();
    let start = audit.with_file_name(AUDIT_START);
    fs::write(&start, end.to_string()).map_err(HarnessError::file(&start))
}

/// Reads the audit log from where it was made on, of one namespace or of all.
#[derive(Clone, Debug)]
pub struct Witness {
    audit: PathBuf,
    from: u64,
    namespace: Option<String>,
}

/// One answered request.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The API server's id of the request.
    pub audit_id: String,
    /// Who it was done as: the impersonated user where there is one.
    pub user: String,
    /// Who authenticated.
    pub authenticated: String,
    /// get, list, watch, create, update, patch, delete, deletecollection.
    pub verb: String,
    /// API group; empty for core.
    pub group: String,
    /// Plural, such as `deployments`; empty for paths that are no resource.
    pub resource: String,
    /// Such as `scale`, `status`, `eviction`; empty for none.
    pub subresource: String,
    /// Empty for cluster-wide ones.
    pub namespace: String,
    /// Empty for lists and for creates with a generated name.
    pub name: String,
    /// Path and query.
    pub uri: String,
    /// The HTTP status it was answered with; 0 when the API server was killed before it could answer.
    pub code: u16,
    /// What the client calls itself.
    pub user_agent: String,
    /// Whether it was a server-side dry run.
    pub dry_run: bool,
    /// When the API server got it: RFC 3339 in UTC with microseconds, so text order is time order.
    pub received_at: String,
    /// The body of a write.
    pub request: Option<Value>,
    /// The answer to a write.
    pub response: Option<Value>,
}

impl Entry {
    /// Whether it asked to change something: a write verb, no dry run, no review of rights.
    #[must_use]
    pub fn is_write(&self) -> bool {
        WRITE_VERBS.contains(&self.verb.as_str()) && !self.dry_run && !REVIEWS.contains(&self.resource.as_str())
    }

    /// Whether it was answered with a 2xx.
    #[must_use]
    pub fn succeeded(&self) -> bool {
        (200..300).contains(&self.code)
    }

    /// Whether a component of the cluster did it and no person.
    #[must_use]
    pub fn by_system(&self) -> bool {
        self.user.starts_with("system:")
    }
}

impl Witness {
    pub(crate) fn from_now(plane: &Plane, namespace: Option<String>) -> Outcome<Self> {
        let audit = plane.audit().to_owned();
        let from = fs::metadata(&audit).map_err(HarnessError::file(&audit))?.len();
        Ok(Self { audit, from, namespace })
    }

    /// Everything answered since, in the order it was received, once no write is under way any more.
    ///
    /// # Errors
    /// When a write stays under way too long, or the log can't be read.
    pub async fn settled(&self) -> Outcome<Vec<Entry>> {
        wait_for("every write to be answered", SETTLED_WITHIN, || {
            let seen = self.read();
            async move { seen.map_err(|error| error.to_string())?.settled() }
        })
        .await
    }

    /// What people asked to change, refused or not; the cluster's own controllers left aside.
    ///
    /// # Errors
    /// As [`Witness::settled`].
    pub async fn writes(&self) -> Outcome<Vec<Entry>> {
        let mut entries = self.settled().await?;
        entries.retain(|entry| entry.is_write() && !entry.by_system());
        Ok(entries)
    }

    /// The same, of the cluster's own controllers too.
    ///
    /// # Errors
    /// As [`Witness::settled`].
    pub async fn all_writes(&self) -> Outcome<Vec<Entry>> {
        let mut entries = self.settled().await?;
        entries.retain(Entry::is_write);
        Ok(entries)
    }

    /// What is in the log now, and the writes not answered yet.
    fn read(&self) -> Outcome<Seen> {
        let file_error = || HarnessError::file(&self.audit);
        let started = self.started()?;
        let mut file = fs::File::open(&self.audit).map_err(file_error())?;
        // One byte back, and on from the first line's end: we may have begun in the middle of a line.
        file.seek(SeekFrom::Start(self.from.saturating_sub(1))).map_err(file_error())?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(file_error())?;
        let begun = if self.from == 0 { Some(0) } else { bytes.iter().position(|byte| *byte == b'\n') };
        let lines = &bytes[begun.unwrap_or(bytes.len())..];
        let mut seen = Seen::default();
        let mut at = self.from.saturating_sub(1) + (bytes.len() - lines.len()) as u64;
        for line in lines.split_inclusive(|byte| *byte == b'\n') {
            at += line.len() as u64;
            // Older than the API server's last start: nobody will answer it, or end it, any more.
            let abandoned = at <= started;
            if line.len() > 1 && line.ends_with(b"\n") && self.may_concern_us(line) {
                match serde_json::from_slice::<Line>(line) {
                    Ok(line) => seen.take(line, abandoned, self.namespace.as_deref()),
                    Err(_) if abandoned => {} // the API server was killed in the middle of it
                    Err(cause) => return Err(HarnessError::malformed("audit log")(cause)),
                }
            }
        }
        Ok(seen)
    }

    /// Where in the log the API server that runs now began; its end when the last one was killed.
    fn started(&self) -> Outcome<u64> {
        let path = self.audit.with_file_name(AUDIT_START);
        let text = fs::read_to_string(&path).map_err(HarnessError::file(&path))?;
        text.parse().map_err(|_| HarnessError::file(&path)(std::io::ErrorKind::InvalidData.into()))
    }

    /// A cheap look before parsing: the log is shared by all tests.
    fn may_concern_us(&self, line: &[u8]) -> bool {
        let Some(namespace) = &self.namespace else { return true };
        line.windows(namespace.len()).any(|part| part == namespace.as_bytes())
    }
}

#[derive(Default)]
struct Seen {
    entries: Vec<Entry>,
    /// Received and not answered yet.
    open: HashMap<String, Entry>,
    /// Received by an API server that is gone, and not answered.
    abandoned: HashMap<String, Entry>,
}

impl Seen {
    fn take(&mut self, line: Line, abandoned: bool, namespace: Option<&str>) {
        let stage = line.stage.clone();
        let entry = Entry::from(line);
        if namespace.is_some_and(|namespace| namespace != entry.namespace) {
            return;
        }
        match stage.as_str() {
            "RequestReceived" => {
                let unanswered = if abandoned { &mut self.abandoned } else { &mut self.open };
                unanswered.insert(entry.audit_id.clone(), entry);
            }
            "ResponseComplete" | "Panic" => {
                self.open.remove(&entry.audit_id);
                self.abandoned.remove(&entry.audit_id);
                self.entries.push(entry);
            }
            _ => {} // ResponseStarted: of watches and followed logs, which end much later
        }
    }

    /// All of it, once nothing is under way; else what is.
    fn settled(mut self) -> Result<Vec<Entry>, String> {
        if !self.open.is_empty() {
            let open = self.open.values().map(|entry| format!("{} {} by {}", entry.verb, entry.uri, entry.user));
            return Err(format!("under way: {}", open.collect::<Vec<_>>().join("; ")));
        }
        self.entries.extend(self.abandoned.into_values());
        self.entries.sort_by(|one, other| one.received_at.cmp(&other.received_at));
        Ok(self.entries)
    }
}

/// An event of audit.k8s.io/v1, as far as needed.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Line {
    #[serde(rename = "auditID")]
    audit_id: String,
    stage: String,
    #[serde(rename = "requestURI")]
    request_uri: String,
    verb: String,
    user: Who,
    impersonated_user: Option<Who>,
    #[serde(default)]
    user_agent: String,
    #[serde(default)]
    object_ref: What,
    response_status: Option<Status>,
    request_object: Option<Value>,
    response_object: Option<Value>,
    request_received_timestamp: String,
}

#[derive(Deserialize)]
struct Who {
    #[serde(default)]
    username: String,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct What {
    api_group: String,
    resource: String,
    subresource: String,
    namespace: String,
    name: String,
}

#[derive(Deserialize)]
struct Status {
    #[serde(default)]
    code: u16,
}

impl From<Line> for Entry {
    fn from(line: Line) -> Self {
        let authenticated = line.user.username;
        Self {
            audit_id: line.audit_id,
            user: line.impersonated_user.map_or_else(|| authenticated.clone(), |who| who.username),
            authenticated,
            verb: line.verb,
            group: line.object_ref.api_group,
            resource: line.object_ref.resource,
            subresource: line.object_ref.subresource,
            namespace: line.object_ref.namespace,
            name: line.object_ref.name,
            // A delete may carry it in its body.
            dry_run: line.request_uri.contains("dryRun=All")
                || line
                    .request_object
                    .as_ref()
                    .is_some_and(|body| body["kind"] == "DeleteOptions" && body["dryRun"][0] == "All"),
            uri: line.request_uri,
            code: line.response_status.map_or(0, |status| status.code),
            user_agent: line.user_agent,
            received_at: line.request_received_timestamp,
            request: line.request_object,
            response: line.response_object,
        }
    }
}
