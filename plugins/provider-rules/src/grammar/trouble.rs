//! Rows for what is broken.

use super::{Does, Row, row};

const TROUBLE: &str = "What is broken";

/// The rows.
pub(super) const ROWS: &[Row] = &[
    row(TROUBLE, "what|which|who is|are [currently|all] @bad", Does::Diagnose),
    row(TROUBLE, "what isn't|aren't @well", Does::Diagnose),
    row(TROUBLE, "what|which pods|deployments|things isn't|aren't @well", Does::Diagnose),
    row(TROUBLE, "what|which pods|deployments|things is|are not @well", Does::Diagnose),
    row(TROUBLE, "are|is any pods|deployments|things @bad", Does::Diagnose),
    row(TROUBLE, "any @bad pods|deployments|things", Does::Diagnose),
    row(TROUBLE, "is there anything|something @bad", Does::Diagnose),
    row(TROUBLE, "is|are [the|my|our] cluster @well|@bad", Does::Diagnose),
    row(TROUBLE, "how is [the|my|our] cluster [doing]", Does::Diagnose),
    row(TROUBLE, "[@show] [me] [the] @facts|health of [the|my|our] cluster", Does::Diagnose),
    row(TROUBLE, "[@show] [me] [the] cluster @facts|health", Does::Diagnose),
    row(TROUBLE, "@look [the|my|our] cluster", Does::Diagnose),
    row(TROUBLE, "@look [all] [the|my|our] pods|deployments|workloads", Does::Diagnose),
    row(TROUBLE, "what is|are not @well", Does::Diagnose),
    row(TROUBLE, "what pods|deployments|things is|are @bad", Does::Diagnose),
    row(TROUBLE, "which pods|deployments|things is|are @bad", Does::Diagnose),
    row(TROUBLE, "is|are anything|something|things|pods @bad", Does::Diagnose),
    row(TROUBLE, "is|are everything|things|all @well", Does::Diagnose),
    row(TROUBLE, "how is everything", Does::Diagnose),
    row(TROUBLE, "anything|something @bad", Does::Diagnose),
    row(TROUBLE, "[@show|@look] [me] [for] [all] [the|any] @trouble", Does::Diagnose),
    row(TROUBLE, "are there [any] @trouble", Does::Diagnose),
    row(TROUBLE, "what @trouble are there", Does::Diagnose),
    row(
        TROUBLE,
        "@show [me] [all] [the] [what|everything|things|pods|that] [is|are] @bad [pods|things|deployments|workloads]",
        Does::Diagnose,
    ),
    row(TROUBLE, "@look everything", Does::Diagnose),
    row(TROUBLE, "diagnose|troubleshoot|investigate|debug", Does::Diagnose),
    row(TROUBLE, "[run] [a] health check", Does::Diagnose),
    row(TROUBLE, "check [the] health", Does::Diagnose),
    row(TROUBLE, "status", Does::Diagnose),
    row(TROUBLE, "what needs attention|fixing|help", Does::Diagnose),
    row(TROUBLE, "what is wrong|up|the [matter|problem] with <object>", Does::DiagnoseOne),
    row(TROUBLE, "what is wrong with [the|my|our] cluster", Does::Diagnose),
    row(
        TROUBLE,
        "why is|are|does|do|did|was <object> [still|always|so] [not|constantly|keep|keeps] @badly|@well",
        Does::DiagnoseOne,
    ),
    row(
        TROUBLE,
        "why isn't|aren't|won't|doesn't|can't|don't|didn't <object> @well|start|run|work|come [up|ready]",
        Does::DiagnoseOne,
    ),
    row(
        TROUBLE,
        "why does|do|did <object> [keep|keeps|not|constantly|always] crash|fail|restart|die|start|run|work|restarted|crashed|break",
        Does::DiagnoseOne,
    ),
    row(
        TROUBLE,
        "why <object> is|are|keeps|does|did [still|always|so|not] [not] @badly|@well|crash|fail|restart|start|run|work",
        Does::DiagnoseOne,
    ),
    row(TROUBLE, "why <object> isn't|aren't|won't|doesn't|can't @well|start|run|work", Does::DiagnoseOne),
    row(TROUBLE, "is|are <object> @well|@badly", Does::DiagnoseOne),
    row(TROUBLE, "@look [up] [on] <object>", Does::DiagnoseOne),
    row(TROUBLE, "check [the] health|status of <object>", Does::DiagnoseOne),
    row(TROUBLE, "[@show|@look|explain] [for] [any|the] @trouble with|of <object>", Does::DiagnoseOne),
    row(TROUBLE, "give me [all] [the] @bad pods|deployments|workloads|things", Does::Diagnose),
    row(
        TROUBLE,
        "why can't|won't|don't|doesn't|aren't|isn't [the] pods of|for <object> @well|start|run|work|come [up]",
        Does::DiagnoseOne,
    ),
    row(TROUBLE, "anything|something [is] wrong|off|broken with|about <object>", Does::DiagnoseOne),
    row(TROUBLE, "is there anything|something wrong with <object>", Does::DiagnoseOne),
];
