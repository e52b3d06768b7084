//! Words of people's sentences by which [`super::said`] tells a secret's value from everything else that is said.
//!
//! In lower case. The lists follow the grammar of the component `provider-rules`; a test says every row of it and holds that
//! none loses a word.

/// Before a name and nothing of it.
pub(super) const DETERMINERS: &[&str] = &["the", "a", "an", "my", "our", "your", "its", "their", "this", "that"];

/// Behind these stands an object or a place.
pub(super) const OF: &[&str] = &["of", "for", "on", "in", "from", "at", "behind", "about", "by", "per"];

/// Kinds of objects: what follows one is an object's name.
#[rustfmt::skip]
pub(super) const KINDS: &[&str] = &[
    "pod", "pods", "po", "deployment", "deployments", "deploy", "service", "services", "svc", "secret", "secrets", "configmap",
    "configmaps", "cm", "job", "jobs", "cronjob", "cronjobs", "cj", "statefulset", "statefulsets", "sts", "daemonset",
    "daemonsets", "ds", "replicaset", "replicasets", "rs", "ingress", "ingresses", "ing", "node", "nodes", "no", "namespace",
    "namespaces", "ns", "container", "workload", "hpa", "pvc", "pv", "serviceaccount", "sa", "kind",
];

/// Verbs that take an object.
#[rustfmt::skip]
pub(super) const TAKING: &[&str] = &[
    "scale", "resize", "bring", "upgrade", "downgrade", "roll", "rollback", "revert", "restart", "delete", "remove", "expose",
    "autoscale", "limit", "give", "let", "label", "annotate", "mark", "taint", "drain", "cordon", "uncordon", "pin", "deploy",
    "double", "triple", "halve", "grow", "raise", "lower", "shrink", "reduce", "increase", "decrease", "bump", "describe",
    "cut", "drop", "expand", "unlabel", "untaint", "image",
    "explain", "patch", "create", "container",
];

/// Verbs that give a value.
#[rustfmt::skip]
pub(super) const SETTING: &[&str] = &[
    "set", "sets", "setting", "change", "changing", "update", "updating", "switch", "replace", "make", "put", "reset", "rotate",
    "configure", "turn", "define", "edit",
];

/// Verbs that do something else, or put something to or into something.
#[rustfmt::skip]
pub(super) const ACTING: &[&str] = &[
    "scale", "resize", "bring", "upgrade", "downgrade", "roll", "rollback", "revert", "expose", "autoscale", "limit", "give",
    "add", "attach", "copy", "grant", "send", "move", "mount", "bind", "pass", "connect", "label", "annotate", "mark", "taint",
    "take", "bump", "raise", "grow", "increase", "decrease", "lower", "reduce", "shrink", "cut", "drop", "expand", "unlabel", "untaint", "need", "needs", "want", "go", "have",
    "has", "belong", "belongs", "use", "uses", "what", "which", "how", "why", "who",
];

/// What may follow a number of replicas.
pub(super) const REPLICAS: &[&str] = &["replicas", "replica", "copies", "copy", "instances", "instance", "pods", "pod"];

/// What may follow a quantity.
pub(super) const SIZES: &[&str] =
    &["cpu", "cpus", "core", "cores", "memory", "mem", "ram", "limit", "limits", "request", "requests"];

/// Words that begin another request.
pub(super) const JOINING_REQUESTS: &[&str] = &["and", "then", "also", "plus", "but", "so", "because", "if"];

/// Numbers as words.
#[rustfmt::skip]
pub(super) const NUMBERS: &[&str] = &[
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "dozen",
    "twenty", "thirty", "forty", "fifty", "hundred", "thousand", "latest",
];

/// Words that are said of secrets and are none.
#[rustfmt::skip]
pub(super) const NO_VALUES: &[&str] = &[
    // Grammar.
    "a", "an", "the", "this", "that", "these", "those", "it", "its", "them", "they", "my", "our", "your", "their", "what",
    "which", "who", "why", "how", "where", "when", "whether", "and", "or", "but", "then", "than", "if", "because", "so",
    "unless", "until", "while", "with", "without", "to", "for", "from", "of", "on", "in", "at", "by", "as", "into", "inside",
    "about", "between", "up", "down", "out", "off", "back", "is", "are", "was", "were", "be", "been", "being", "do", "does",
    "did", "has", "have", "had", "can", "could", "should", "would", "will", "may", "must", "not", "no", "never", "there",
    "here", "now", "still", "always", "again", "already", "also", "only", "just", "too", "very", "really", "actually", "quite",
    "currently", "keep", "keeps", "constantly", "i", "we", "you", "me", "us", "any", "some", "something", "anything", "one",
    "all", "both", "each", "every", "other", "another", "same", "more", "less", "most", "please", "s",
    // What an object does.
    "start", "run", "work", "works", "crash", "crashes", "fail", "fails", "restart", "restarts", "die", "break", "come", "use",
    "see", "get", "set", "show", "read", "access", "connect", "restore", "find", "check", "change", "log", "say", "print", "go",
    // How an object or a secret is.
    "ok", "okay", "fine", "healthy", "ready", "alive", "good", "available", "broken", "wrong", "unhealthy", "stuck", "sick",
    "red", "bad", "faulty", "slow", "unavailable", "unschedulable", "schedulable", "right", "correct", "incorrect", "valid",
    "invalid", "empty", "blank", "unknown", "known", "optional", "secret", "safe", "unsafe", "secure", "insecure", "weak",
    "strong", "short", "long", "old", "new", "stale", "lost", "gone", "present", "absent", "public", "private", "visible",
    "hidden", "unset", "null", "none", "undefined", "default", "different", "equal", "true", "false", "late", "due", "over",
    // What a secret is, or is in.
    "env", "environment", "variable", "variables", "var", "value", "values", "password", "passwords", "token", "tokens",
    "key", "keys", "credential", "credentials", "base64", "plaintext", "text", "string", "file", "volume", "pod", "pods",
    "deployment", "service", "namespace", "cluster", "node", "configmap", "container", "image", "database", "server", "version", "tag", "release", "revision",
];
