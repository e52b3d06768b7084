//! The grammar: one row for each way to ask for something, and the classes of words it uses.
//!
//! These tables are the documentation; `docs/grammar.md` is written from them. A row matches a whole clause (see
//! [`pattern`](crate::pattern)); politeness is taken off before. `<object>` is an object with or without its kind and
//! place, or `it`.

mod change;
mod logs;
mod look;
mod make;
mod nodes;
mod rollout;
mod settings;
mod talk;
mod trouble;
mod usage;

use crate::intent::{Need, Talk};

/// What a row means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Does {
    List,
    /// A list of a kind the row itself knows.
    ListOf(&'static str),
    /// A list in another order than by name.
    Sorted(&'static str),
    Get,
    Describe,
    PodsOf,
    Logs,
    PreviousLogs,
    EventsOf,
    Events,
    DiagnoseOne,
    Diagnose,
    /// `top`, of pods or nodes.
    Top(&'static str),
    /// A read of a place, by its tool.
    Place(&'static str),
    ScaleTo,
    ScaleMore,
    ScaleFewer,
    Double,
    Triple,
    Halve,
    NeedCount,
    SetImage,
    NeedImage,
    Restart,
    Delete,
    /// Anything else with one object, by its tool; the slots hold the arguments.
    Change(&'static str),
    /// `resume`, `pause`: which tool it is depends on the kind.
    Pause,
    /// A limit on a resource, where the word `limit` is the verb.
    Limit,
    /// A request or limit taken away.
    Unlimit,
    DrainForce,
    DrainData,
    DrainDataForce,
    /// A new object of a kind.
    Create(&'static str),
    /// Understood, with a part missing.
    Need(Need),
    Talk(Talk),
}

impl Does {
    /// Whether a number in the sentence is a number of log lines.
    pub(crate) fn reads_lines(self) -> bool {
        matches!(self, Self::Logs | Self::PreviousLogs)
    }
}

/// One way to say something.
#[derive(Debug)]
pub struct Row {
    /// Where it stands in the documentation.
    pub about: &'static str,
    /// The words.
    pub says: &'static str,
    pub(crate) does: Does,
}

const fn row(about: &'static str, says: &'static str, does: Does) -> Row {
    Row { about, says, does }
}

/// Every row, in the order of the documentation.
pub fn rows() -> impl Iterator<Item = &'static Row> {
    let tables = [
        look::ROWS,
        usage::ROWS,
        logs::ROWS,
        trouble::ROWS,
        change::ROWS,
        rollout::ROWS,
        settings::ROWS,
        make::ROWS,
        nodes::ROWS,
        talk::ROWS,
    ];
    tables.into_iter().flatten()
}

/// Words that mean the same to the rows.
pub const CLASSES: &[(&str, &str)] = &[
    ("show", "show list get display print see view fetch find"),
    ("view", "show get display print see view fetch find"),
    ("replicas", "replicas replica copies copy instances instance pods pod"),
    ("set", "set change update switch replace make put"),
    ("more", "increase raise grow expand bump"),
    ("less", "reduce decrease lower shrink cut"),
    ("way", "up down out in back"),
    ("delete", "delete remove destroy erase drop kill terminate wipe rm"),
    ("restart", "restart bounce recycle reboot cycle"),
    ("logs", "logs log output"),
    (
        "bad",
        "broken wrong failing unhealthy down crashing crashed crashlooping stuck pending sick failed degraded red bad \
         faulty",
    ),
    (
        "badly",
        "broken failing unhealthy down crashing crashed stuck pending sick failed degraded red bad faulty \
      restarting slow crashlooping erroring dying unavailable unschedulable failing flapping",
    ),
    ("well", "ok okay fine healthy running up ready alive working good available starting scheduled"),
    ("trouble", "problems problem issues issue errors error faults failures trouble"),
    ("look", "diagnose troubleshoot debug investigate check"),
    ("facts", "details status state info information"),
    ("parts", "env environment variables limits requests resources labels annotations taints image images spec"),
    ("uses", "use uses using eat eats eating hog hogs hogging consume consumes consuming take takes taking"),
];
