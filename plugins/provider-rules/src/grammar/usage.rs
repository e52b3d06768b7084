//! Rows for questions over everything in a place: use of resources, images, rights, changes.

use super::{Does, Row, row};

const TOP: &str = "Use of resources";
const IMAGES: &str = "Images in use";
const WHO: &str = "Who can";
const CHANGES: &str = "What changed";

/// The rows.
pub(super) const ROWS: &[Row] = &[
    row(TOP, "[@show] [me] [the] top [<count>] pods|pod|po", Does::Top("pods")),
    row(
        TOP,
        "[@show] [me] [the] top [<count>] pods|pod|po by|sorted [by] <usage> [usage|use|consumption]",
        Does::Top("pods"),
    ),
    row(TOP, "what|which pods|pod|po @uses [the] [most] <usage>", Does::Top("pods")),
    row(TOP, "what|which pods|pod|po is|are @uses [up] [all] [the] [most] <usage>", Does::Top("pods")),
    row(
        TOP,
        "what|which pods|pod|po has|have|with [the] highest|most <usage> [usage|use|consumption]",
        Does::Top("pods"),
    ),
    row(
        TOP,
        "[@show] [me] [the] <usage> usage|use|consumption of|on|for|by|per [the|all|my|our|each] pods|pod|po",
        Does::Top("pods"),
    ),
    row(
        TOP,
        "[@show] [me] [the] [resource] usage|utilization|load of|on|for|by [the|all|my|our] pods|pod|po",
        Does::Top("pods"),
    ),
    row(TOP, "[@show] [me] pods|pod|po [resource] usage|utilization|load", Does::Top("pods")),
    row(TOP, "[@show] [me] pods|pod|po <usage> usage|use|consumption", Does::Top("pods")),
    row(TOP, "[@show] [me] pods|pod|po by <usage> [usage|use|consumption]", Does::Top("pods")),
    row(TOP, "how much <usage> do|are [the] pods|pod|po use|using|consume", Does::Top("pods")),
    row(TOP, "heaviest|busiest pods|pod|po", Does::Top("pods")),
    row(TOP, "[@show] [me] [the] top [<count>] nodes|node|no", Does::Top("nodes")),
    row(
        TOP,
        "[@show] [me] [the] top [<count>] nodes|node|no by|sorted [by] <usage> [usage|use|consumption]",
        Does::Top("nodes"),
    ),
    row(TOP, "what|which nodes|node|no @uses [the] [most] <usage>", Does::Top("nodes")),
    row(TOP, "what|which nodes|node|no is|are @uses [up] [all] [the] [most] <usage>", Does::Top("nodes")),
    row(
        TOP,
        "what|which nodes|node|no has|have|with [the] highest|most <usage> [usage|use|consumption]",
        Does::Top("nodes"),
    ),
    row(
        TOP,
        "[@show] [me] [the] <usage> usage|use|consumption of|on|for|by|per [the|all|my|our|each] nodes|node|no",
        Does::Top("nodes"),
    ),
    row(
        TOP,
        "[@show] [me] [the] [resource] usage|utilization|load of|on|for|by [the|all|my|our] nodes|node|no",
        Does::Top("nodes"),
    ),
    row(TOP, "[@show] [me] nodes|node|no [resource] usage|utilization|load", Does::Top("nodes")),
    row(TOP, "[@show] [me] nodes|node|no <usage> usage|use|consumption", Does::Top("nodes")),
    row(TOP, "[@show] [me] nodes|node|no by <usage> [usage|use|consumption]", Does::Top("nodes")),
    row(TOP, "how much <usage> do|are [the] nodes|node|no use|using|consume", Does::Top("nodes")),
    row(TOP, "heaviest|busiest nodes|node|no", Does::Top("nodes")),
    row(TOP, "how busy are [the|my|our] nodes", Does::Top("nodes")),
    row(TOP, "what|who is @uses [up] [all] [the] [most] <usage>", Does::Top("pods")),
    row(TOP, "what|who @uses [the] most <usage>", Does::Top("pods")),
    row(TOP, "[@show] [me] [the] resource usage|consumption", Does::Top("pods")),
    row(TOP, "[@show] [me] [the] <usage> usage|consumption", Does::Top("pods")),
    row(TOP, "[@show] [me] [the] top <usage> users|consumers|hogs", Does::Top("pods")),
    row(
        IMAGES,
        "[@show] [me] [all] [the|our] [container] images [that] [are] [running|deployed|used]",
        Does::Place("images"),
    ),
    row(IMAGES, "[@show] [me] [all] [the] images in use", Does::Place("images")),
    row(
        IMAGES,
        "what|which [container] images|image [versions] are|is|run|runs [running|deployed|used|there]",
        Does::Place("images"),
    ),
    row(IMAGES, "what|which [container] images [versions] are|is in use", Does::Place("images")),
    row(IMAGES, "what|which [container] images do|does we|i use|run|have", Does::Place("images")),
    row(WHO, "who [else|all] can|may|could <verb> [any|all|the] <what>", Does::Place("who-can")),
    row(WHO, "who is allowed|able|permitted to <verb> [any|all|the] <what>", Does::Place("who-can")),
    row(
        WHO,
        "who has|have [the] permission|permissions|rights|right to <verb> [any|all|the] <what>",
        Does::Place("who-can"),
    ),
    row(
        WHO,
        "what|which users|people|accounts|subjects|serviceaccounts can|may <verb> [any|all|the] <what>",
        Does::Place("who-can"),
    ),
    row(WHO, "[auth] who-can <verb> <what>", Does::Place("who-can")),
    row(CHANGES, "what|whats has|have [been] changed", Does::Place("changes")),
    row(CHANGES, "what [was|got|is] changed|deployed|updated", Does::Place("changes")),
    row(CHANGES, "what changed", Does::Place("changes")),
    row(CHANGES, "[@show] [me] [all] [the] [recent|latest|last] changes", Does::Place("changes")),
    row(CHANGES, "any [recent] changes", Does::Place("changes")),
    row(CHANGES, "did|has anything change|changed", Does::Place("changes")),
    row(CHANGES, "what was|got|has [been] rolled out", Does::Place("changes")),
    row(CHANGES, "what [has] changed on|with|about|for <object>", Does::Change("changes")),
    row(CHANGES, "what was|got changed on|with <object>", Does::Change("changes")),
    row(
        CHANGES,
        "[@show] [me] [all] [the] [recent|latest|last] changes to|of|on|for|with <object>",
        Does::Change("changes"),
    ),
    row(CHANGES, "any [recent] changes to|on <object>", Does::Change("changes")),
    row(CHANGES, "who changed|touched|edited|updated <object>", Does::Change("changes")),
    row(CHANGES, "[@show] [me] [the] rollout history [of|for] <object>", Does::Change("changes")),
    row(CHANGES, "[@show] [me] [the] history of|for <object>", Does::Change("changes")),
    row(CHANGES, "when did|was <object> change|changed|updated|deployed", Does::Change("changes")),
    row(CHANGES, "did|has <object> change|changed", Does::Change("changes")),
];
