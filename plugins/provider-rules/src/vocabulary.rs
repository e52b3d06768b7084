//! Words with a meaning of their own: never a name unless quoted, and the ones that forbid or postpone a write.

use crate::tokens::Token;
use crate::{kinds, numbers};

/// Words a name can't be unless it is quoted. Plausible names of applications are deliberately not here.
#[rustfmt::skip]
const RESERVED: &[&str] = &[
    "a", "an", "the", "my", "our", "your", "this", "that", "these", "those", "it", "its", "them", "they", "same",
    "one", "ones", "all", "every", "each", "everything", "anything", "something", "nothing", "none", "any", "both",
    "other", "others", "another", "more", "less", "fewer", "extra", "additional", "i", "we", "you", "me", "us",
    "someone", "in", "on", "at", "of", "for", "from", "to", "with", "without", "within", "inside", "into", "by",
    "as", "and", "or", "but", "then", "than", "if", "when", "while", "unless", "until", "because", "so", "about",
    "up", "down", "out", "off", "back", "over", "under", "across", "between", "before", "after", "during", "since",
    "per", "via", "like", "also", "plus", "except", "instead", "again", "away", "rid", "too", "there", "here",
    "everywhere", "anywhere", "now", "later", "is", "are", "was", "were", "be", "been", "being", "do", "does",
    "did", "has", "have", "had", "can", "could", "should", "would", "shall", "will", "may", "might", "must", "need",
    "needs", "want", "wants", "what", "which", "who", "why", "how", "where", "whether", "let", "lets", "let's",
    "please", "kindly", "thanks", "yes", "not", "no", "never", "don't", "dont", "doesn't", "isn't", "aren't",
    "won't", "can't", "cannot", "going", "happening", "doing", "wrong", "broken", "failing", "unhealthy",
    "crashing", "pending", "stuck", "running", "called", "named", "name", "exactly", "previous", "last", "latest",
    "recent", "old", "problem", "problems", "issues", "errors", "trouble", "health", "whole", "entire", "current", "said", "scale", "resize",
    "restart", "bounce", "reboot", "delete", "remove", "destroy", "erase", "drain", "cordon", "uncordon", "taint",
    "untaint", "label", "annotate", "expose", "autoscale", "suspend", "unsuspend", "patch", "describe", "explain", "show", "list",
    "get", "set", "change", "upgrade", "downgrade", "increase", "decrease", "apply", "undo", "diagnose", "rollout",
    "roll", "kubectl", "cancel", "stop", "start", "replica", "replicas", "copy", "copies", "instance", "instances",
    "image", "images", "log", "logs", "event", "events", "line", "lines", "tag", "version", "container",
    "containers", "cluster", "clusters", "label", "labels", "selector", "ok", "okay", "minute", "minutes", "hour",
    "hours", "day", "days", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
    "seconds", "usage", "use", "plan", "'s", ",", ";",
];

/// Words that turn a request round. In a write they always stop it, wherever they stand and even quoted.
#[rustfmt::skip]
const NEGATIONS: &[&str] = &[
    "not", "never", "no", "none", "nothing", "neither", "nor", "without", "cannot", "cant", "dont", "doesnt",
    "didnt", "wont", "wouldnt", "shouldnt", "couldnt", "mustnt", "isnt", "arent", "avoid", "refrain", "except",
    "but", "unless", "instead", "rather", "hardly", "nope", "nah", "aint", "stop", "cancel", "abort", "forget",
    "nevermind", "ignore", "prevent", "keep",
];

/// Words that put a request off or under a condition: Kubechat acts now or not at all.
#[rustfmt::skip]
const CONDITIONS: &[&str] = &[
    "if", "when", "whenever", "once", "until", "till", "while", "after", "before", "tomorrow", "tonight", "later",
    "soon", "hourly", "daily", "weekly", "nightly", "every", "monday", "tuesday", "wednesday", "thursday", "friday",
    "saturday", "sunday", "noon", "midnight", "morning", "evening", "oclock", "o'clock", "eventually", "schedule",
    "scheduled", "afterwards", "temporarily",
];

/// Every form of a verb that changes something, also of ones without a tool: they must never be half understood.
#[rustfmt::skip]
const WRITES: &[&str] = &[
    "scale", "scaling", "scaled", "resize", "resizing", "restart", "restarting", "restarted", "upgraded", "changed",
    "updated", "applied", "killed", "removed", "destroyed", "bounce", "bouncing", "reboot", "rebooting", "recycle",
    "recycling", "roll", "rolling", "rollout", "rollback", "delete", "deleting", "deleted", "remove", "removing",
    "destroy", "destroying", "erase", "erasing", "drop", "dropping", "kill", "killing", "terminate", "wipe",
    "upgrade", "upgrading", "downgrade", "downgrading", "update", "updating", "set", "setting", "change",
    "changing", "switch", "switching", "increase", "increasing", "decrease", "decreasing", "reduce", "raise",
    "lower", "shrink", "grow", "apply", "applying", "deploy", "deploying", "redeploy", "create", "creating", "edit",
    "patch", "drain", "cordon", "uncordon", "taint", "label", "annotate", "expose", "evict", "exec", "run", "rid",
    "tear", "double", "halve", "triple", "add", "give", "make", "use", "fix", "repair", "install", "uninstall",
    "stop", "start", "pause", "resume", "suspend", "unsuspend", "unpause", "continue", "hold", "freeze", "halt", "enable",
    "disable", "uncordon", "untaint", "unlabel", "unset", "autoscale", "evacuate", "draining", "cordoning", "limit", "rename", "move", "purge", "replace", "pin", "revert", "rm",
];

/// Words that join two requests.
pub(crate) const JOINTS: &[&str] = &["and", "then", ";", ",", "also", "plus", "followed", "afterwards", "while"];

/// Whether a word turns a request round.
pub(crate) fn negates(token: &Token) -> bool {
    let low = token.low.as_str();
    low.ends_with("n't") || low.ends_with("n'") || NEGATIONS.contains(&low)
}

/// Whether a word puts a request off.
pub(crate) fn postpones(token: &Token) -> bool {
    token.is_one_of(CONDITIONS)
}

/// Whether a word is a form of a verb that changes something.
pub(crate) fn writes(token: &Token) -> bool {
    token.is_one_of(WRITES)
}

/// Whether a word means something by itself, so that it is no name unless quoted.
pub(crate) fn reserved(token: &Token) -> bool {
    !token.quoted
        && (RESERVED.contains(&token.low.as_str())
            || kinds::find(&token.low).is_some()
            || token.low.bytes().all(|b| b.is_ascii_digit())
            || matches!(numbers::at(std::slice::from_ref(token), 0), Some((_, numbers::Number::Exact(_)))))
}

/// Whether the word is known at all, for telling which ones were not.
pub(crate) fn known(token: &Token) -> bool {
    reserved(token) || writes(token) || postpones(token) || negates(token)
}
