//! Rows for what is made beside a workload, and anew: services, autoscalers, objects.

use super::{Does, Need, Row, row};

const EXPOSE: &str = "Services";
const AUTO: &str = "Autoscalers";
const CREATE: &str = "New objects";
const PATCH: &str = "Patches";

/// The rows.
pub(super) const ROWS: &[Row] = &[
    row(EXPOSE, "expose <object> [on|at|to|with] port <port>", Does::Change("expose")),
    row(EXPOSE, "expose <object> [on|at|to|with] port <port> [as] [a|an] [type] <service>", Does::Change("expose")),
    row(
        EXPOSE,
        "expose <object> [on|at|to|with] port <port> targeting|to|forwarding [to] [port] <target>",
        Does::Change("expose"),
    ),
    row(
        EXPOSE,
        "expose <object> [on|at|to|with] port <port> targeting|to [port] <target> [as] [a|an] [type] <service>",
        Does::Change("expose"),
    ),
    row(EXPOSE, "expose <object> [on|at|to|with] port <port> as|named|called <name>", Does::Change("expose")),
    row(EXPOSE, "expose <object> on|at|to <port>", Does::Change("expose")),
    row(EXPOSE, "expose <object> on|at|to <port> [as] [a|an] [type] <service>", Does::Change("expose")),
    row(EXPOSE, "expose <object> on|at|to <port> targeting|to|forwarding [to] [port] <target>", Does::Change("expose")),
    row(
        EXPOSE,
        "expose <object> on|at|to <port> targeting|to [port] <target> [as] [a|an] [type] <service>",
        Does::Change("expose"),
    ),
    row(EXPOSE, "expose <object> on|at|to <port> as|named|called <name>", Does::Change("expose")),
    row(EXPOSE, "create|make|add [a|the] service|svc for|to <object> on|at|with port <port>", Does::Change("expose")),
    row(
        EXPOSE,
        "create|make|add [a|the] <service> service|svc for|to <object> on|at|with port <port>",
        Does::Change("expose"),
    ),
    row(EXPOSE, "make <object> reachable|available on|at port <port>", Does::Change("expose")),
    row(EXPOSE, "expose <object>", Does::Need(Need::Port)),
    row(EXPOSE, "create|make|add [a|the] service|svc for|to <object>", Does::Need(Need::Port)),
    row(AUTO, "autoscale <object> between|from|with <min> to|and <max> [@replicas]", Does::Change("autoscale")),
    row(
        AUTO,
        "autoscale <object> between|from|with <min> to|and <max> [@replicas] at|with|for [a] <percent> [cpu]",
        Does::Change("autoscale"),
    ),
    row(
        AUTO,
        "autoscale <object> min|minimum <min> [,] [and] max|maximum <max> [@replicas]",
        Does::Change("autoscale"),
    ),
    row(
        AUTO,
        "autoscale <object> min|minimum <min> [,] [and] max|maximum <max> [@replicas] at|with|for [a] <percent> [cpu]",
        Does::Change("autoscale"),
    ),
    row(AUTO, "autoscale <object> <min> to <max> [@replicas]", Does::Change("autoscale")),
    row(
        AUTO,
        "autoscale <object> <min> to <max> [@replicas] at|with|for [a] <percent> [cpu]",
        Does::Change("autoscale"),
    ),
    row(
        AUTO,
        "set up autoscaling for|of|on <object> between|from|with <min> to|and <max> [@replicas]",
        Does::Change("autoscale"),
    ),
    row(
        AUTO,
        "set up autoscaling for|of|on <object> between|from|with <min> to|and <max> [@replicas] at|with|for [a] <percent> [cpu]",
        Does::Change("autoscale"),
    ),
    row(
        AUTO,
        "set up autoscaling for|of|on <object> min|minimum <min> [,] [and] max|maximum <max> [@replicas]",
        Does::Change("autoscale"),
    ),
    row(
        AUTO,
        "set up autoscaling for|of|on <object> min|minimum <min> [,] [and] max|maximum <max> [@replicas] at|with|for [a] <percent> [cpu]",
        Does::Change("autoscale"),
    ),
    row(AUTO, "set up autoscaling for|of|on <object> <min> to <max> [@replicas]", Does::Change("autoscale")),
    row(
        AUTO,
        "set up autoscaling for|of|on <object> <min> to <max> [@replicas] at|with|for [a] <percent> [cpu]",
        Does::Change("autoscale"),
    ),
    row(
        AUTO,
        "add|create|make [an|a] autoscaler|hpa to|for|on <object> [with] between|from|with <min> to|and <max> [@replicas]",
        Does::Change("autoscale"),
    ),
    row(
        AUTO,
        "add|create|make [an|a] autoscaler|hpa to|for|on <object> [with] between|from|with <min> to|and <max> [@replicas] at|with|for [a] <percent> [cpu]",
        Does::Change("autoscale"),
    ),
    row(
        AUTO,
        "add|create|make [an|a] autoscaler|hpa to|for|on <object> [with] min|minimum <min> [,] [and] max|maximum <max> [@replicas]",
        Does::Change("autoscale"),
    ),
    row(
        AUTO,
        "add|create|make [an|a] autoscaler|hpa to|for|on <object> [with] min|minimum <min> [,] [and] max|maximum <max> [@replicas] at|with|for [a] <percent> [cpu]",
        Does::Change("autoscale"),
    ),
    row(
        AUTO,
        "add|create|make [an|a] autoscaler|hpa to|for|on <object> [with] <min> to <max> [@replicas]",
        Does::Change("autoscale"),
    ),
    row(
        AUTO,
        "add|create|make [an|a] autoscaler|hpa to|for|on <object> [with] <min> to <max> [@replicas] at|with|for [a] <percent> [cpu]",
        Does::Change("autoscale"),
    ),
    row(
        AUTO,
        "let <object> scale|autoscale [automatically] between|from <min> and|to <max> [@replicas] [automatically]",
        Does::Change("autoscale"),
    ),
    row(AUTO, "autoscale <object>", Does::Need(Need::Bounds)),
    row(AUTO, "set up autoscaling for|of|on <object>", Does::Need(Need::Bounds)),
    row(AUTO, "add|create|make [an|a] autoscaler|hpa to|for|on <object>", Does::Need(Need::Bounds)),
    row(CREATE, "create|make|add [a|the] [new] namespace|ns [called|named] <new>", Does::Create("Namespace")),
    row(CREATE, "create|make|add [a|the] [new] configmap|cm [called|named] <new>", Does::Create("ConfigMap")),
    row(CREATE, "create|make|add [a|the] [new] serviceaccount|sa [called|named] <new>", Does::Create("ServiceAccount")),
    row(CREATE, "create|make|add [a|the] [new] service account [called|named] <new>", Does::Create("ServiceAccount")),
    row(
        CREATE,
        "create|make [a|the] [new] configmap|cm [called|named] <new> with|from <pairs>",
        Does::Create("ConfigMap"),
    ),
    row(
        CREATE,
        "create|make [a|the] [new] deployment|deploy [called|named] <new> with|from|of|running [the] [image] <full>",
        Does::Create("Deployment"),
    ),
    row(PATCH, "patch <object>", Does::Need(Need::Patch)),
];
