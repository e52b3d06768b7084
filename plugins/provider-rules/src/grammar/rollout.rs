//! Rows for rollouts and suspended jobs: back, pause, resume.

use super::{Does, Row, row};

const ROLL: &str = "Rollouts";
const CRON: &str = "Suspended jobs";

/// The rows.
pub(super) const ROWS: &[Row] = &[
    row(ROLL, "rollback|revert <named> [deployment]", Does::Change("rollout-undo")),
    row(ROLL, "roll back <named>", Does::Change("rollout-undo")),
    row(ROLL, "roll <named> back", Does::Change("rollout-undo")),
    row(ROLL, "rollout undo <object>", Does::Change("rollout-undo")),
    row(ROLL, "undo [the] [last|latest] rollout|deployment|release of <object>", Does::Change("rollout-undo")),
    row(
        ROLL,
        "roll back|backward <object> to [the|it] ['s] previous|last|former [revision|version|release|state]",
        Does::Change("rollout-undo"),
    ),
    row(ROLL, "roll back|backward <object> to revision <revision>", Does::Change("rollout-undo")),
    row(
        ROLL,
        "roll <object> back to [the|it] ['s] previous|last|former [revision|version|release|state]",
        Does::Change("rollout-undo"),
    ),
    row(ROLL, "roll <object> back to revision <revision>", Does::Change("rollout-undo")),
    row(
        ROLL,
        "rollback|revert <object> to [the|it] ['s] previous|last|former [revision|version|release|state]",
        Does::Change("rollout-undo"),
    ),
    row(ROLL, "rollback|revert <object> to revision <revision>", Does::Change("rollout-undo")),
    row(
        ROLL,
        "take|set <object> back to [the|it] ['s] previous|last|former [revision|version|release|state]",
        Does::Change("rollout-undo"),
    ),
    row(ROLL, "take|set <object> back to revision <revision>", Does::Change("rollout-undo")),
    row(
        ROLL,
        "rollout undo <object> to [the|it] ['s] previous|last|former [revision|version|release|state]",
        Does::Change("rollout-undo"),
    ),
    row(ROLL, "rollout undo <object> to revision <revision>", Does::Change("rollout-undo")),
    row(
        ROLL,
        "go back to [the] previous|last|former revision|version|release of|for <object>",
        Does::Change("rollout-undo"),
    ),
    row(ROLL, "go back to revision <revision> of|for <object>", Does::Change("rollout-undo")),
    row(ROLL, "roll back|backward <object> to <revision>", Does::Change("rollout-undo")),
    row(ROLL, "roll <object> back to <revision>", Does::Change("rollout-undo")),
    row(ROLL, "rollback|revert <object> to <revision>", Does::Change("rollout-undo")),
    row(ROLL, "undo [the] rollout of <object> to revision <revision>", Does::Change("rollout-undo")),
    row(
        ROLL,
        "pause|hold|halt|freeze [the] rollout|rollouts|deployment of|for|on <object>",
        Does::Change("rollout-pause"),
    ),
    row(ROLL, "pause|hold|halt|freeze [the] <object> rollout", Does::Change("rollout-pause")),
    row(ROLL, "pause|hold|halt|freeze <object> 's rollout", Does::Change("rollout-pause")),
    row(ROLL, "rollout pause <object>", Does::Change("rollout-pause")),
    row(
        ROLL,
        "resume|continue|unpause|unfreeze [the] rollout|rollouts of|for|on <object>",
        Does::Change("rollout-resume"),
    ),
    row(ROLL, "resume|continue|unpause|unfreeze [the] <object> rollout", Does::Change("rollout-resume")),
    row(ROLL, "rollout resume <object>", Does::Change("rollout-resume")),
    row(ROLL, "unpause <object>", Does::Change("resume")),
    row(ROLL, "pause <object>", Does::Pause),
    row(CRON, "suspend|disable <object>", Does::Change("suspend")),
    row(CRON, "resume|unsuspend|enable|continue <object>", Does::Change("resume")),
];
