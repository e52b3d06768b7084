//! Rows for nodes: cordon, drain, taint.

use super::{Does, Need, Row, row};

const NODES: &str = "Nodes";

/// The rows.
pub(super) const ROWS: &[Row] = &[
    row(NODES, "cordon <object>", Does::Change("cordon")),
    row(NODES, "uncordon <object>", Does::Change("uncordon")),
    row(NODES, "mark <object> [as] unschedulable", Does::Change("cordon")),
    row(NODES, "make <object> unschedulable", Does::Change("cordon")),
    row(NODES, "mark <object> [as] schedulable", Does::Change("uncordon")),
    row(NODES, "make <object> schedulable", Does::Change("uncordon")),
    row(NODES, "drain|evacuate|empty <object>", Does::Change("drain")),
    row(NODES, "drain|evacuate <object> [and] delete|deleting emptydir|emptydirs|local data", Does::DrainData),
    row(
        NODES,
        "drain|evacuate <object> [and] delete|deleting emptydir|emptydirs|local data with|by force",
        Does::DrainDataForce,
    ),
    row(NODES, "drain|evacuate <object> with|by force", Does::DrainForce),
    row(NODES, "force drain <object>", Does::DrainForce),
    row(NODES, "drain|evacuate <object> [,] [with] at most <most> pods", Does::Change("drain")),
    row(NODES, "drain|evacuate <object> [,] max|maximum <most> pods", Does::Change("drain")),
    row(NODES, "drain|evacuate at most <most> pods from|of|off <object>", Does::Change("drain")),
    row(NODES, "taint <object> [with] <taint>", Does::Change("taint")),
    row(NODES, "add|put|set [the|a] taint <taint> to|on|for <object>", Does::Change("taint")),
    row(NODES, "taint <object> <untaint->", Does::Change("taint")),
    row(NODES, "untaint <object> [of] <untaint>", Does::Change("taint")),
    row(NODES, "@delete [the] taint <untaint> from|of|off|on <object>", Does::Change("taint")),
    row(NODES, "taint <object> [with]", Does::Need(Need::Taint)),
];
