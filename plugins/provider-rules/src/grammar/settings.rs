//! Rows for what a workload is given: environment, resources, labels, annotations.

use super::{Does, Need, Row, row};

const ENV: &str = "Environment";
const RES: &str = "Requests and limits";
const META: &str = "Labels and annotations";

/// The rows.
pub(super) const ROWS: &[Row] = &[
    row(ENV, "@set|add <env> on|in|for|of|to <object>", Does::Change("set-env")),
    row(ENV, "@set|add <tags> on|in|for|of|to <object>", Does::Need(Need::EnvOrLabel)),
    row(ENV, "@set|add <env> in|on|for [the] container <container> of|in|on <object>", Does::Change("set-env")),
    row(ENV, "@set|add <env> in|on|for [the] <container> container of|in|on <object>", Does::Change("set-env")),
    row(ENV, "@set|add [the] env|envs|variable|var <pairs> on|in|for|of|to <object>", Does::Change("set-env")),
    row(ENV, "@set [the] env|envs|variable|var <key> to|= <value> on|in|for|of <object>", Does::Change("set-env")),
    row(ENV, "@set [the] env|envs|variable|var <key> of|on|in|for <object> to <value>", Does::Change("set-env")),
    row(
        ENV,
        "@delete|unset|clear [the] env|envs|variable|var <keys> from|on|in|of|for <object>",
        Does::Change("set-env"),
    ),
    row(
        ENV,
        "@set|add [the] env|environment var|variable|vars|variables <pairs> on|in|for|of|to <object>",
        Does::Change("set-env"),
    ),
    row(
        ENV,
        "@set [the] env|environment var|variable|vars|variables <key> to|= <value> on|in|for|of <object>",
        Does::Change("set-env"),
    ),
    row(
        ENV,
        "@set [the] env|environment var|variable|vars|variables <key> of|on|in|for <object> to <value>",
        Does::Change("set-env"),
    ),
    row(
        ENV,
        "@delete|unset|clear [the] env|environment var|variable|vars|variables <keys> from|on|in|of|for <object>",
        Does::Change("set-env"),
    ),
    row(ENV, "@set env <object> <pairs>", Does::Change("set-env")),
    row(ENV, "@set env <object> <dropped>", Does::Change("set-env")),
    row(ENV, "@set <variable> to <value> on|in|for|of <object>", Does::Change("set-env")),
    row(ENV, "for|on|in <object> [,] @set <variable> to <value>", Does::Change("set-env")),
    row(ENV, "unset|clear <keys> on|in|for|of|from <object>", Does::Change("set-env")),
    row(ENV, "@delete <variable> from|on|in <object>", Does::Change("set-env")),
    row(ENV, "@set|add <env>", Does::Need(Need::EnvOfWhat)),
    row(
        RES,
        "@set|@more|@less|put|adjust|cap [the] <resource> <bound> of|for|on|in <object> to|at <quantity>",
        Does::Change("set-resources"),
    ),
    row(
        RES,
        "@set|@more|@less|put|adjust|cap [the] <resource> <bound> to <quantity> for|of|on|in <object>",
        Does::Change("set-resources"),
    ),
    row(RES, "@delete|unset|clear [the] <resource> <bound> from|of|on|for|in <object>", Does::Unlimit),
    row(
        RES,
        "@set|@more|@less|put|adjust|cap [the] <bound> of <resource> of|for|on|in <object> to|at <quantity>",
        Does::Change("set-resources"),
    ),
    row(
        RES,
        "@set|@more|@less|put|adjust|cap [the] <bound> of <resource> to <quantity> for|of|on|in <object>",
        Does::Change("set-resources"),
    ),
    row(RES, "@delete|unset|clear [the] <bound> of <resource> from|of|on|for|in <object>", Does::Unlimit),
    row(
        RES,
        "@set|@more|@less|put|adjust|cap <object> 's <resource> <bound> to <quantity>",
        Does::Change("set-resources"),
    ),
    row(
        RES,
        "@set|@more|@less|put|adjust|cap <object> <resource> <bound> to <quantity>",
        Does::Change("set-resources"),
    ),
    row(
        RES,
        "@set|@more|@less|put|adjust|cap <object> to <quantity> <resource> <bound>",
        Does::Change("set-resources"),
    ),
    row(RES, "give|let <object> [have] [a] <quantity> [of] <resource> <bound>", Does::Change("set-resources")),
    row(RES, "give|let <object> [have] [a] <resource> <bound> of <quantity>", Does::Change("set-resources")),
    row(RES, "limit <object> to <quantity> [of] <resource>", Does::Limit),
    row(RES, "limit [the] <resource> of|for|on <object> to <quantity>", Does::Limit),
    row(
        RES,
        "@set|@more|@less|put|adjust|cap [the] <resource> of|for|on|in <object> to|at <quantity>",
        Does::Need(Need::Bound),
    ),
    row(RES, "@set|@more|@less|put|adjust|cap <object> 's <resource> to <quantity>", Does::Need(Need::Bound)),
    row(RES, "@set|@more|@less|put|adjust|cap <object> <resource> to <quantity>", Does::Need(Need::Bound)),
    row(RES, "give|let <object> [have] <quantity> [of] <resource>", Does::Need(Need::Bound)),
    row(RES, "give <object> more|less <resource>", Does::Need(Need::Bound)),
    row(RES, "@set|@more|@less|put|adjust|cap [the] <resource> [<bound>] of|for|on <object>", Does::Need(Need::Bound)),
    row(RES, "@set limits|limit of|for|on <object> to <limits>", Does::Change("set-resources")),
    row(RES, "@set requests|request of|for|on <object> to <requests>", Does::Change("set-resources")),
    row(RES, "@set resources [of|for|on] <object> limits <limits>", Does::Change("set-resources")),
    row(RES, "@set resources [of|for|on] <object> requests <requests>", Does::Change("set-resources")),
    row(RES, "@set resources [of|for|on] <object> limits <limits> requests <requests>", Does::Change("set-resources")),
    row(META, "label <object> [with] <pairs>", Does::Change("label")),
    row(META, "label <object> <dropped>", Does::Change("label")),
    row(META, "label <object> as <pairs>", Does::Change("label")),
    row(META, "@set|add|put [the|a|an] label|labels <pairs> to|on|for|of|in <object>", Does::Change("label")),
    row(META, "@set|add|put [the|a|an] label|labels <key> to|= <value> on|for|of|in <object>", Does::Change("label")),
    row(META, "@set|add [the] label|labels <key> on|for|of <object> to <value>", Does::Change("label")),
    row(META, "@delete|unset [the|a] label|labels <keys> from|on|of|off <object>", Does::Change("label")),
    row(META, "label <object>", Does::Need(Need::Pairs)),
    row(META, "annotate <object> [with] <pairs>", Does::Change("annotate")),
    row(META, "annotate <object> <dropped>", Does::Change("annotate")),
    row(META, "annotate <object> as <pairs>", Does::Change("annotate")),
    row(
        META,
        "@set|add|put [the|a|an] annotation|annotations <pairs> to|on|for|of|in <object>",
        Does::Change("annotate"),
    ),
    row(
        META,
        "@set|add|put [the|a|an] annotation|annotations <key> to|= <value> on|for|of|in <object>",
        Does::Change("annotate"),
    ),
    row(META, "@set|add [the] annotation|annotations <key> on|for|of <object> to <value>", Does::Change("annotate")),
    row(META, "@delete|unset [the|a] annotation|annotations <keys> from|on|of|off <object>", Does::Change("annotate")),
    row(META, "annotate <object>", Does::Need(Need::Pairs)),
    row(META, "unlabel <object> <keys>", Does::Change("label")),
];
