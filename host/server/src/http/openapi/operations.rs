//! What each route takes and gives.

/// One method of one path.
pub(super) struct Operation {
    pub(super) id: &'static str,
    pub(super) method: &'static str,
    pub(super) path: &'static str,
    pub(super) summary: &'static str,
    /// Name and JSON type.
    pub(super) query: &'static [(&'static str, &'static str)],
    /// Name and whether it must be there.
    pub(super) headers: &'static [(&'static str, bool)],
    /// The body's schema; empty where there is none.
    pub(super) takes: &'static str,
    pub(super) gives: &'static [(u16, Gives)],
    /// Another media type it may answer with, as its query says.
    pub(super) or_text: Option<&'static str>,
}

/// What an answer holds.
pub(super) enum Gives {
    Nothing,
    /// Text of this media type.
    Text(&'static str),
    /// This schema.
    One(&'static str),
    /// A page of this schema.
    List(&'static str),
}

impl Gives {
    pub(super) fn description(&self) -> &'static str {
        match self {
            Self::Nothing => "Done",
            Self::Text("text/event-stream") => "Server-sent events, a comment every second",
            Self::Text(_) => "Text",
            Self::One(name) => name,
            Self::List(_) => "One page",
        }
    }
}

use Gives::{List, Nothing, One, Text};

const EVENTS: Gives = Text("text/event-stream");
const PAGE: &[(&str, &str)] = &[("limit", "integer"), ("continue", "string")];
const OBJECT: &str = "/api/v1/objects/{c}/{gvr}/{ns}/{name}";
const OBJECT_YAML: &str = "/api/v1/objects/{c}/{gvr}/{ns}/{name}/yaml";
const OBJECT_EVENTS: &str = "/api/v1/objects/{c}/{gvr}/{ns}/{name}/events";
const OBJECT_RELATED: &str = "/api/v1/objects/{c}/{gvr}/{ns}/{name}/related";
const OBJECT_CHANGES: &str = "/api/v1/objects/{c}/{gvr}/{ns}/{name}/changes";
const OBJECT_HISTORY: &str = "/api/v1/objects/{c}/{gvr}/{ns}/{name}/history";
const MATCH: &[(&str, bool)] = &[("If-Match", false)];
const LAST: &[(&str, bool)] = &[("Last-Event-ID", false)];

const fn get(id: &'static str, path: &'static str, summary: &'static str, gives: &'static [(u16, Gives)]) -> Operation {
    Operation { id, method: "GET", path, summary, query: &[], headers: &[], takes: "", gives, or_text: None }
}

const fn post(
    id: &'static str,
    path: &'static str,
    summary: &'static str,
    gives: &'static [(u16, Gives)],
) -> Operation {
    Operation { method: "POST", ..get(id, path, summary, gives) }
}

/// All of them.
pub(super) const OPERATIONS: &[Operation] = &[
    get("livez", "/livez", "Whether the process answers", &[(200, Text("text/plain"))]),
    get("healthz", "/healthz", "The same as /livez", &[(200, Text("text/plain"))]),
    Operation {
        query: &[("verbose", "string")],
        ..get(
            "readyz",
            "/readyz",
            "Whether plans can be made and executed; ?verbose tells all of it, with login",
            &[(200, One("Ready")), (503, One("Ready"))],
        )
    },
    get("version", "/version", "Which host this is", &[(200, One("Version"))]),
    get("openapi", "/openapi.json", "This document", &[(200, One("Anything"))]),
    get("metrics", "/metrics", "Counters for Prometheus", &[(200, Text("application/openmetrics-text"))]),
    Operation {
        takes: "Code",
        ..post("openSession", "/api/v1/session", "Exchange a one-time code for a cookie", &[(200, One("Principal"))])
    },
    get(
        "getSession",
        "/api/v1/session",
        "Who this is, as whom on each cluster, what waits, the limits",
        &[(200, One("Session"))],
    ),
    Operation { method: "DELETE", ..get("closeSession", "/api/v1/session", "Log out", &[(204, Nothing)]) },
    post("makeLoginCode", "/api/v1/login-code", "A one-time link for one's own browser", &[(200, One("LoginLink"))]),
    Operation { takes: "Prompt", ..post("ask", "/api/v1/prompts", "Say a sentence", &[(202, One("Accepted"))]) },
    get("getTurn", "/api/v1/turns/{id}", "A sentence and everything it led to", &[(200, One("Turn"))]),
    Operation {
        headers: LAST,
        ..get(
            "streamTurn",
            "/api/v1/turns/{id}/stream",
            "The parts of a turn as they come: turn_delta, turn_status",
            &[(200, EVENTS)],
        )
    },
    post(
        "cancelTurn",
        "/api/v1/turns/{id}/cancel",
        "Stop a turn before its next round: 202 while it is at work",
        &[(200, One("Turn")), (202, One("Turn"))],
    ),
    Operation {
        query: PAGE,
        ..get("listThreads", "/api/v1/threads", "One's own conversations", &[(200, List("Thread"))])
    },
    Operation {
        takes: "ThreadWords",
        ..post("beginThread", "/api/v1/threads", "Begin a conversation", &[(201, One("Thread"))])
    },
    get("getThread", "/api/v1/threads/{id}", "One conversation, one's own or shared", &[(200, One("Thread"))]),
    Operation {
        method: "PATCH",
        takes: "ThreadWords",
        ..get(
            "changeThread",
            "/api/v1/threads/{id}",
            "Another title, cluster or namespace; share it, or end that",
            &[(200, One("Thread"))],
        )
    },
    Operation {
        method: "DELETE",
        ..get("deleteThread", "/api/v1/threads/{id}", "Delete it; the log keeps its entries", &[(204, Nothing)])
    },
    get(
        "listThreadTurns",
        "/api/v1/threads/{id}/turns",
        "What was said, oldest first, at most the newest 100",
        &[(200, List("Turn"))],
    ),
    Operation {
        takes: "PlanRequest",
        ..post(
            "makePlan",
            "/api/v1/plans",
            "Make a plan from typed operations, on one cluster or several, or from a manifest",
            &[(201, One("Plan"))],
        )
    },
    Operation {
        query: &[("state", "string"), ("cluster", "string"), ("limit", "integer"), ("continue", "string")],
        ..get("listPlans", "/api/v1/plans", "Plans, all or in one state or on one cluster", &[(200, List("Plan"))])
    },
    get("getPlan", "/api/v1/plans/{id}", "One plan, with its ETag", &[(200, One("Plan"))]),
    Operation {
        method: "PATCH",
        headers: &[("If-Match", true)],
        takes: "PlanEdit",
        ..get(
            "editPlan",
            "/api/v1/plans/{id}",
            "Other operations: a new revision, votes are void",
            &[(200, One("Plan"))],
        )
    },
    post("refreshPlan", "/api/v1/plans/{id}/refresh", "The same operations, computed anew", &[(200, One("Plan"))]),
    Operation {
        headers: MATCH,
        takes: "Vote",
        ..post(
            "approvePlan",
            "/api/v1/plans/{id}/approve",
            "Approve the part whose digest is named: 202 while votes are missing",
            &[(200, One("Plan")), (202, One("Plan"))],
        )
    },
    Operation {
        headers: MATCH,
        takes: "Rejection",
        ..post("rejectPlan", "/api/v1/plans/{id}/reject", "Reject: one veto ends the plan", &[(200, One("Plan"))])
    },
    Operation {
        headers: &[("If-Match", false), ("Idempotency-Key", false)],
        takes: "Nothing",
        ..post(
            "executePlan",
            "/api/v1/plans/{id}/execute",
            "Execute: a run begins beside the request",
            &[(202, One("RunAccepted"))],
        )
    },
    post("cancelPlan", "/api/v1/plans/{id}/cancel", "Cancel before the next step", &[(202, One("Run"))]),
    Operation {
        takes: "Rollback",
        ..post(
            "rollbackPlan",
            "/api/v1/plans/{id}/rollback",
            "Plan to take the plan's run back, on one cluster or wherever it stands",
            &[(201, One("Plan"))],
        )
    },
    get(
        "exportPlan",
        "/api/v1/plans/{id}/export",
        "The plan as patches; values of Secrets are masked",
        &[(200, One("Export"))],
    ),
    Operation {
        query: &[("cluster", "string"), ("limit", "integer"), ("continue", "string")],
        ..get("getRadius", "/api/v1/plans/{id}/radius", "What else it touches, by pages", &[(200, One("RadiusPage"))])
    },
    get(
        "streamPlan",
        "/api/v1/plans/{id}/stream",
        "The plan and its run as they change: plan_update, execution_status",
        &[(200, EVENTS)],
    ),
    post("undo", "/api/v1/undo", "Plan to take one's own newest run back", &[(201, One("Plan"))]),
    get(
        "getRun",
        "/api/v1/runs/{id}",
        "One execution, step by step, and what it leaves on each cluster",
        &[(200, One("Run"))],
    ),
    Operation {
        headers: LAST,
        ..get(
            "streamEvents",
            "/api/v1/events",
            "hello, then what was asked for; resync when events are lost; rows, objects and clusters live",
            &[(200, EVENTS)],
        )
    },
    Operation {
        method: "PUT",
        takes: "Topics",
        ..get("setTopics", "/api/v1/events/{stream}/topics", "What one's own stream listens to", &[(204, Nothing)])
    },
    get("listClusters", "/api/v1/clusters", "One's clusters, each asked for its version", &[(200, List("Cluster"))]),
    get("listKinds", "/api/v1/clusters/{c}/kinds", "What the cluster serves", &[(200, List("Kind"))]),
    get(
        "listNamespaces",
        "/api/v1/clusters/{c}/namespaces",
        "The namespaces one may see, and what is unseen",
        &[(200, One("Namespaces"))],
    ),
    Operation {
        takes: "AccessReviews",
        ..post("reviewAccess", "/api/v1/access-reviews", "What one may do", &[(200, List("AccessAnswer"))])
    },
    Operation {
        query: &[
            ("cluster", "string"),
            ("namespace", "string"),
            ("labelSelector", "string"),
            ("q", "string"),
            ("sort", "string"),
            ("fields", "string"),
            ("limit", "integer"),
            ("continue", "string"),
        ],
        ..get(
            "listResources",
            "/api/v1/resources/{gvr}",
            "A list of any kind as the API server prints it",
            &[(200, One("ResourcePage"))],
        )
    },
    get("getObject", OBJECT, "One object, masked; `-` is no namespace", &[(200, One("Object"))]),
    get("getObjectYaml", OBJECT_YAML, "The same as YAML", &[(200, Text("application/yaml"))]),
    get("getObjectEvents", OBJECT_EVENTS, "What the cluster noted about it", &[(200, One("Events"))]),
    get("getRelated", OBJECT_RELATED, "Owners, dependents, and what stands around it", &[(200, One("Related"))]),
    Operation {
        query: &[("since", "string")],
        ..get("getChanges", OBJECT_CHANGES, "What changed about it, who did it and when", &[(200, One("Changes"))])
    },
    get("getHistory", OBJECT_HISTORY, "Its revisions, and what this host did to it", &[(200, One("History"))]),
    Operation {
        query: &[
            ("cluster", "string"),
            ("namespace", "string"),
            ("pod", "string"),
            ("container", "string"),
            ("previous", "boolean"),
            ("follow", "boolean"),
            ("lines", "integer"),
            ("since", "string"),
            ("include", "string"),
            ("exclude", "string"),
        ],
        headers: LAST,
        or_text: Some("text/event-stream"),
        ..get(
            "readLogs",
            "/api/v1/logs",
            "The last lines of pods as JSON lines; with follow=true as events: log_line, log_end, end",
            &[(200, Text("application/x-ndjson"))],
        )
    },
    Operation {
        query: &[("text", "string"), ("cursor", "integer"), ("cluster", "string"), ("namespace", "string")],
        ..get("complete", "/api/v1/complete", "What can stand at the cursor of a prompt", &[(200, One("Completion"))])
    },
    Operation {
        takes: "Prompt",
        ..post("preview", "/api/v1/preview", "What a sentence would become if it were sent", &[(200, One("Preview"))])
    },
    Operation {
        takes: "TextToRedact",
        ..post("redact", "/api/v1/redact", "What would be masked in a text, and why", &[(200, One("Redacted"))])
    },
    Operation {
        query: &[("cluster", "string"), ("namespace", "string")],
        ..get(
            "getFindings",
            "/api/v1/findings",
            "What is broken wherever one may look, ranked",
            &[(200, One("Findings"))],
        )
    },
    Operation {
        query: &[
            ("plan", "string"),
            ("run", "string"),
            ("subject", "string"),
            ("limit", "integer"),
            ("continue", "string"),
        ],
        ..get("listAudit", "/api/v1/audit", "Who asked, what was decided, what happened", &[(200, List("AuditEntry"))])
    },
    get("verifyAudit", "/api/v1/audit/verify", "Read the whole log again", &[(200, One("Verified"))]),
    get("listPlugins", "/api/v1/plugins", "Every component and what became of it", &[(200, List("Plugin"))]),
    get("listSettings", "/api/v1/settings", "Every setting in force and who said it", &[(200, List("Setting"))]),
    get(
        "getEgress",
        "/api/v1/egress",
        "Where components may send something, what went there, what could be bound",
        &[(200, One("Egress"))],
    ),
    Operation {
        query: PAGE,
        ..get(
            "listEgressLog",
            "/api/v1/egress/log",
            "The last requests that went out or were refused, newest first",
            &[(200, List("EgressRequest"))],
        )
    },
    post(
        "testEgress",
        "/api/v1/egress/{destination}/test",
        "Send one GET to a destination, with its credential and nothing else",
        &[(200, One("EgressTrial"))],
    ),
    get(
        "listModels",
        "/api/v1/models",
        "Models in the order in which they are asked: how each stands, what it used today",
        &[(200, One("Models"))],
    ),
    post(
        "testModel",
        "/api/v1/models/{index}/test",
        "One tiny real answer of a model, nothing of a cluster in it; counted from 0",
        &[(200, One("ModelTrial"))],
    ),
    get(
        "listOfferedModels",
        "/api/v1/models/{index}/offered",
        "What its component could be told to use, as the vendor lists it",
        &[(200, List("OfferedModel"))],
    ),
    get(
        "examine",
        "/api/v1/doctor",
        "What this host needs and each cluster, a fix for each fault",
        &[(200, One("Doctor"))],
    ),
    Operation {
        query: &[("preview", "boolean"), ("sentences", "boolean")],
        or_text: Some("application/x-tar"),
        ..get(
            "supportBundle",
            "/api/v1/support-bundle",
            "What somebody who helps needs to see, masked: a tar, or with preview=true what would be in it",
            &[(200, One("BundlePreview"))],
        )
    },
];
