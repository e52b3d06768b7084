//! Rows for logs and events.

use super::{Does, Row, row};

const LOGS: &str = "Logs";
const EVENTS: &str = "Events";

/// The rows.
pub(super) const ROWS: &[Row] = &[
    row(LOGS, "[@show|give|tail] [me] [the] [last|latest|recent] @logs of|for|from|in <object>", Does::Logs),
    row(LOGS, "[@show|give|tail] [me] <object> [pod|pods] @logs", Does::Logs),
    row(LOGS, "[@show|give|tail] [me] <object> 's [last|latest|recent] @logs", Does::Logs),
    row(LOGS, "[@show] [me] logs|log|tail <object>", Does::Logs),
    row(LOGS, "what does|did|is|are <object> log|say|print|logging|saying|printing", Does::Logs),
    row(
        LOGS,
        "[@show|give|tail] [me] [the] [last|latest|recent] <count> lines|line [of] [the] [@logs] of|for|from <object>",
        Does::Logs,
    ),
    row(
        LOGS,
        "[@show|give|tail] [me] [the] [last|latest|recent] <count> lines|line of|from <object> @logs",
        Does::Logs,
    ),
    row(
        LOGS,
        "[@show|give|tail] [me] [the] [last|latest|recent] <count> lines|line of|from <object> 's @logs",
        Does::Logs,
    ),
    row(
        LOGS,
        "[@show|give|tail] [me] [the] [last|latest|recent] <count> @logs lines|line|entries of|for|from <object>",
        Does::Logs,
    ),
    row(
        LOGS,
        "[@show|give|tail] [me] [the] [last|latest|recent] @logs of|for|from <object> last|latest <count> lines",
        Does::Logs,
    ),
    row(LOGS, "logs <object> last <count> lines", Does::Logs),
    row(
        LOGS,
        "[@show|give|tail] [me] [the] @logs of|for|from [the] container <container> of|in|from <object>",
        Does::Logs,
    ),
    row(
        LOGS,
        "[@show|give|tail] [me] [the] @logs of|for|from [the] <container> container of|in|from <object>",
        Does::Logs,
    ),
    row(LOGS, "[@show|give|tail] [me] [the] @logs of|for|from <object> container <container>", Does::Logs),
    row(LOGS, "[@show|give] [me] [the] previous|old @logs of|for|from|in <object>", Does::PreviousLogs),
    row(LOGS, "[@show|give] [me] <object> 's previous|old @logs", Does::PreviousLogs),
    row(
        LOGS,
        "[@show|give] [me] [the] [last] <count> lines of [the] previous @logs of|for|from <object>",
        Does::PreviousLogs,
    ),
    row(
        LOGS,
        "[@show|give] [me] [the] @logs of|for|from [the] previous container|instance|run of|in <object>",
        Does::PreviousLogs,
    ),
    row(
        LOGS,
        "[@show|give] [me] [the] @logs of|for|from <object> [from] before [the|it] ['s] [last] crash|crashed|restart|restarted",
        Does::PreviousLogs,
    ),
    row(EVENTS, "[@show|give] [me] [all] [the] [recent|latest|last] events", Does::Events),
    row(EVENTS, "what happened", Does::Events),
    row(EVENTS, "what is happening|new|up", Does::Events),
    row(EVENTS, "what is going on", Does::Events),
    row(EVENTS, "[@show|give] [me] [all] [the] [recent|latest|last] events of|for|from|about <object>", Does::EventsOf),
    row(EVENTS, "[@show|give] [me] <object> events", Does::EventsOf),
    row(EVENTS, "[@show|give] [me] <object> 's [recent|latest|last] events", Does::EventsOf),
    row(EVENTS, "what happened to|with <object>", Does::EventsOf),
    row(EVENTS, "what is happening to|with <object>", Does::EventsOf),
    row(EVENTS, "what is going on with <object>", Does::EventsOf),
    row(
        LOGS,
        "[@show|give] [me] [the] @logs of|for|from <object> [,] previous [container|instance|run]",
        Does::PreviousLogs,
    ),
    row(LOGS, "[@show|give] [me] <count> lines|line of [the] @logs of|for|from <object>", Does::Logs),
    row(
        LOGS,
        "[@show|give|tail] [me] [the] [last|latest|recent] <count> lines|line of [the] <object> @logs",
        Does::Logs,
    ),
    row(LOGS, "what do|does [the] logs|log of <object> say", Does::Logs),
    row(EVENTS, "[@show|give] [me] [all] [the] [recent|latest] warnings", Does::Events),
];
