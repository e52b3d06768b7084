//! Rows that need no tool.

use super::{Does, Row, row};
use crate::intent::Talk;

const TALK: &str = "Talk";

/// The rows.
pub(super) const ROWS: &[Row] = &[
    row(TALK, "help [me]", Does::Talk(Talk::Help)),
    row(TALK, "what can you do [for] [me]", Does::Talk(Talk::Help)),
    row(TALK, "what do you do|understand|know", Does::Talk(Talk::Help)),
    row(TALK, "who|what are you", Does::Talk(Talk::Help)),
    row(TALK, "how does this|it work", Does::Talk(Talk::Help)),
    row(TALK, "what can i say|ask|do|type", Does::Talk(Talk::Help)),
    row(TALK, "commands|examples|usage", Does::Talk(Talk::Help)),
    row(TALK, "hi|hello|hey [there]", Does::Talk(Talk::Hello)),
    row(TALK, "good morning|evening|afternoon|day", Does::Talk(Talk::Hello)),
    row(TALK, "thanks|thank|cheers|great|perfect|nice [you]", Does::Talk(Talk::Thanks)),
    row(TALK, "undo [it|that|this|the] [last|previous] [change|run|one|step]", Does::Talk(Talk::Undo)),
    row(TALK, "take it|that back", Does::Talk(Talk::Undo)),
    row(TALK, "rollback|revert [it|that]", Does::Talk(Talk::Undo)),
    row(TALK, "roll back [it|that]", Does::Talk(Talk::Undo)),
    row(TALK, "roll it|that back", Does::Talk(Talk::Undo)),
    row(TALK, "yes|y|ok|okay|sure [please]", Does::Talk(Talk::Run)),
    row(TALK, "run|execute|do|confirm|approve|accept it|that|this", Does::Talk(Talk::Run)),
    row(TALK, "run|execute|confirm|approve|accept the|that|this plan", Does::Talk(Talk::Run)),
    row(TALK, "go ahead", Does::Talk(Talk::Run)),
    row(TALK, "what|which clusters|cluster are|is [there|this|it]", Does::Talk(Talk::Place)),
    row(TALK, "what|which cluster|namespace am i in|on", Does::Talk(Talk::Place)),
    row(TALK, "[@show] [me] [the|all] clusters", Does::Talk(Talk::Place)),
    row(TALK, "where am i", Does::Talk(Talk::Place)),
    row(TALK, "fix|repair|heal [it|that|this|everything]", Does::Talk(Talk::Fix)),
    row(TALK, "fix|repair|heal <object>", Does::Talk(Talk::Fix)),
    row(TALK, "stop <object>", Does::Talk(Talk::Stop)),
    row(TALK, "turn|switch|shut off|down <object>", Does::Talk(Talk::Stop)),
    row(TALK, "turn|switch|shut <object> off|down", Does::Talk(Talk::Stop)),
];
