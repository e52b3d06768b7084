//! Probes, logins, sentences, conversations.

use super::{Example, example};

const THREAD: &str = r#"{"id": "t-8f0c2d4a1b3e", "title": "night shift", "cluster": "demo", "namespace": "shop", "created_at": "2026-03-01T21:04:00.000Z", "owner": "mira", "own": true, "shared": false, "last": null}"#;

/// The same, shared.
const SHARED: &str = r#"{"id": "t-8f0c2d4a1b3e", "title": "night shift", "cluster": "demo", "namespace": "shop", "created_at": "2026-03-01T21:04:00.000Z", "owner": "mira", "own": true, "shared": true, "last": null}"#;
const TURN: &str = r#"{"id": "u-1b3c38f02a4d", "thread": "t-8f0c2d4a1b3e", "who": {"issuer": "local", "name": "mira", "groups": []}, "sentence": "what is broken?", "created_at": "2026-03-01T21:04:00.000Z", "ended_at": "2026-03-01T21:04:01.000Z", "state": "answered", "provider": "qwen3:8b · provider-ollama 0.1.0", "model": "qwen3:8b", "rules": false, "usage": {"input_tokens": 892, "output_tokens": 8, "rounds": 1}, "parts": [{"part": "text", "text": "nothing"}]}"#;

pub(super) const EXAMPLES: &[Example] = &[
    example("livez", "/livez", "", "ok\n"),
    example("healthz", "/healthz", "", "ok\n"),
    example("readyz", "/readyz", "", r#"{"ready": false, "failing": ["packs"]}"#),
    example("version", "/version", "", r#"{"version": "0.1.0", "api": "v1"}"#),
    example("openapi", "/openapi.json", "", r#"{"openapi": "3.1.0"}"#),
    example(
        "metrics",
        "/metrics",
        "",
        "# TYPE kubechat_plans counter\nkubechat_plans_total{state=\"ready\"} 3\n# EOF\n",
    ),
    example(
        "openSession",
        "/api/v1/session",
        r#"{"code": "8f0c2d4a1b3e5f60"}"#,
        r#"{"issuer": "local", "name": "mira", "groups": ["shop-team"]}"#,
    ),
    example(
        "getSession",
        "/api/v1/session",
        "",
        r#"{"issuer": "local", "name": "mira", "groups": ["shop-team"], "clusters": [{"name": "demo", "user": "mira", "mode": "read-only", "mode_reason": "its context \"prod\" says production, and the configuration says no `mode` for this cluster", "production": true, "problem": null}], "provider": {"name": "provider", "ok": true, "detail": "provider-rules 0.1.0"}, "egress": {"open": false, "destinations": [], "detail": "closed: components reach no network, and sentences stay on this host"}, "inbox": {"for_my_vote": 1, "mine_waiting": 0, "mine_ready": 2, "complete": true}, "limits": {"PLAN_STEPS_MAX": 100}}"#,
    ),
    example("closeSession", "/api/v1/session", "", ""),
    example(
        "makeLoginCode",
        "/api/v1/login-code",
        "",
        r#"{"url": "http://127.0.0.1:7080/#code=8f0c2d4a1b3e5f60", "seconds": 60}"#,
    ),
    example(
        "ask",
        "/api/v1/prompts",
        r#"{"sentence": "what is broken?", "cluster": "demo", "namespace": "shop"}"#,
        r#"{"thread": "t-8f0c2d4a1b3e", "turn": "u-1b3c38f02a4d"}"#,
    ),
    example("getTurn", "/api/v1/turns/u-1b3c38f02a4d", "", TURN),
    example(
        "streamTurn",
        "/api/v1/turns/u-1b3c38f02a4d/stream",
        "",
        "id: 0\nevent: turn_delta\ndata: {\"turn\":\"u-1b3c38f02a4d\",\"thread\":\"t-8f0c2d4a1b3e\",\"from\":0,\"parts\":[{\"part\":\"text\",\"text\":\"nothing\"}],\"too_long\":false}\n\nevent: turn_status\ndata: {\"turn\":\"u-1b3c38f02a4d\",\"thread\":\"t-8f0c2d4a1b3e\",\"state\":\"answered\",\"parts\":1,\"cancel_requested\":false}\n\n",
    ),
    example("cancelTurn", "/api/v1/turns/u-1b3c38f02a4d/cancel", "", TURN),
    example(
        "listThreads",
        "/api/v1/threads?limit=20",
        "",
        r#"{"items": [{"id": "t-8f0c2d4a1b3e", "title": "night shift", "cluster": "demo", "namespace": "shop", "created_at": "2026-03-01T21:04:00.000Z", "owner": "mira", "own": true, "shared": false, "last": null}], "continue": "AAAAAAAAABE"}"#,
    ),
    example(
        "beginThread",
        "/api/v1/threads",
        r#"{"title": "night shift", "cluster": "demo", "namespace": "shop"}"#,
        THREAD,
    ),
    example("getThread", "/api/v1/threads/t-8f0c2d4a1b3e", "", THREAD),
    example("changeThread", "/api/v1/threads/t-8f0c2d4a1b3e", r#"{"title": "night shift", "shared": true}"#, SHARED),
    example("deleteThread", "/api/v1/threads/t-8f0c2d4a1b3e", "", ""),
    example(
        "listThreadTurns",
        "/api/v1/threads/t-8f0c2d4a1b3e/turns",
        "",
        r#"{"items": [{"id": "u-1b3c38f02a4d", "thread": "t-8f0c2d4a1b3e", "who": {"issuer": "local", "name": "mira", "groups": []}, "sentence": "what is broken?", "created_at": "2026-03-01T21:04:00.000Z", "ended_at": null, "state": "working", "provider": "provider-rules 0.1.0", "rules": true, "cancel_requested": true, "parts": []}]}"#,
    ),
];
