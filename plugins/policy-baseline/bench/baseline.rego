# The baseline pack's rules once more, in Rego: the yardstick of the benchmark, never loaded by the host.
# Input: {"facts": the facts document, "settings": the operator's settings}. `findings` holds "rule effect".
# A test holds it equal to the component's verdict on every one of its cases.
package kubechat.baseline

import rego.v1

default protected_namespaces := ["kube-system", "kube-public", "kube-node-lease"]

protected_namespaces := input.settings.protected_namespaces

default namespace_delete := "deny"

namespace_delete := input.settings.namespace_delete

default pods_max := 50

pods_max := input.settings.pods_max

default privileged_namespaces := []

privileged_namespaces := input.settings.privileged_namespaces

default escalation := "require"

escalation := input.settings.escalation

default outside_production := "warn"

outside_production := input.settings.outside_production

access_groups := {"rbac.authorization.k8s.io", "admissionregistration.k8s.io"}

# What a step is.

is_namespace(step) if {
	step.group == ""
	step.kind == "Namespace"
}

place(step) := step.name if is_namespace(step)

place(step) := step.namespace if not is_namespace(step)

protects(step) if place(step) in protected_namespaces

floats(image) if {
	not image.pinned
	image.tag in {"", "latest"}
}

repository(image) := concat("/", array.concat(array.slice(parts, 0, count(parts) - 1), [name])) if {
	parts := split(split(image, "@")[0], "/")
	name := split(parts[count(parts) - 1], ":")[0]
}

same_repository(image) if {
	image.before != ""
	repository(image.before) == repository(image.after)
}

shrinks(step) if step.replicas.after < step.replicas.before

breaks_budget(step) if {
	some budget in step.budgets
	budget.broken
}

loses_service(step) if {
	some service in step.services
	service.ready_before > 0
	service.ready_after == 0
}

removes(step) if step.verb == "delete"

removes(step) if shrinks(step)

removes(step) if step.claims_lost > 0

removes(step) if step.removes_objects > 0

removes(step) if breaks_budget(step)

removes(step) if loses_service(step)

removes(step) if step.traffic.cut_off > 0

removes_for_good(step) if step.claims_lost > 0

removes_for_good(step) if breaks_budget(step)

removes_for_good(step) if count(step.weakens) > 0

removes_for_good(step) if {
	step.group in access_groups
	not step.creates
}

removes_for_good(step) if shrinks(step)

removes_for_good(step) if {
	step.verb == "delete"
	not tidies(step)
}

removes_for_good(step) if {
	step.removes_objects > 0
	not tidies(step)
}

spent := {["", "Pod"], ["batch", "Job"], ["apps", "ReplicaSet"], ["", "ConfigMap"]}

tidies(step) if {
	step.verb == "delete"
	[step.group, step.kind] in spent
	not takes_pods(step)
	step.consumers == 0
	step.claims_lost == 0
	not loses_service(step)
}

takes_pods(step) if step.pods_removed > 0

unverified(step) if is_string(step.unverified)

scaled(step) if is_object(step.replicas)

bounded(step) if is_object(step.autoscaler)

within_bounds(step) if not scaled(step)

within_bounds(step) if {
	bounded(step)
	step.replicas.after > 0
	step.replicas.after >= step.autoscaler.min
	step.replicas.after <= step.autoscaler.max
}

within_bounds(step) if {
	not bounded(step)
	step.replicas.after > 0
	step.replicas.after >= step.replicas.before
}

foreign_image(step) if {
	some image in step.images
	not same_repository(image)
}

foreign_image(step) if {
	some image in step.images
	floats(image)
}

harmless(step) if {
	step.owner
	step.verb == "patch"
	not unverified(step)
	step.claims_lost == 0
	step.removes_objects == 0
	count(step.escalations) == 0
	not powerful(step)
	not breaks_budget(step)
	not loses_service(step)
}

powerful(step) if count(step.pod_powers) > 0

routine(step) if {
	harmless(step)
	step.op == "restart"
}

routine(step) if {
	harmless(step)
	step.op == "set-image"
	count(step.images) > 0
	not foreign_image(step)
}

routine(step) if {
	harmless(step)
	step.op == "scale"
	scaled(step)
	within_bounds(step)
}

routine(step) if {
	harmless(step)
	step.op in {"undo", "rollout-undo"}
	changes_something(step)
	not foreign_image(step)
	within_bounds(step)
}

changes_something(step) if scaled(step)

changes_something(step) if count(step.images) > 0

by_place(step) := "require-approval" if step.production

by_place(step) := outside_production_effect if not step.production

outside_production_effect := "warn" if outside_production == "warn"

outside_production_effect := "require-approval" if outside_production == "require"

# The rules.

findings contains "protected-namespace require-approval" if {
	some step in input.facts.steps
	protects(step)
}

findings contains "namespace-delete deny" if {
	some step in input.facts.steps
	is_namespace(step)
	step.verb == "delete"
	not deletable(step)
}

findings contains "namespace-delete require-approval" if {
	some step in input.facts.steps
	is_namespace(step)
	step.verb == "delete"
	deletable(step)
}

deletable(step) if {
	namespace_delete == "require"
	not protects(step)
}

findings contains "access-rules require-approval" if {
	some step in input.facts.steps
	step.group == "rbac.authorization.k8s.io"
}

escalation_effect := "require-approval" if escalation == "require"

escalation_effect := "deny" if escalation == "deny"

escalation_rule(class) := "admin-grant" if class == "admin-grant"

escalation_rule(class) := "token-mint" if class in {"token", "token-grant"}

escalation_rule(class) := "webhook-configuration" if class == "webhook"

escalation_rule(class) := "escalation" if not class in {"admin-grant", "token", "token-grant", "webhook"}

findings contains sprintf("%s %s", [escalation_rule(one.class), escalation_effect]) if {
	some step in input.facts.steps
	some one in step.escalations
}

findings contains "webhook-configuration require-approval" if {
	some step in input.facts.steps
	step.group == "admissionregistration.k8s.io"
	not told_webhook(step)
}

told_webhook(step) if {
	some one in step.escalations
	one.class == "webhook"
}

findings contains "pod-privileges require-approval" if {
	some step in input.facts.steps
	not step.namespace in privileged_namespaces
	powerful(step)
}

findings contains "resources-missing warn" if {
	some step in input.facts.steps
	count(step.resources_missing) > 0
}

findings contains "quota-refuses warn" if {
	some step in input.facts.steps
	count(step.refusals) > 0
}

findings contains "definition-delete require-approval" if {
	some step in input.facts.steps
	step.instances_unserved > 0
}

findings contains "definition-delete require-approval" if {
	some step in input.facts.steps
	step.verb == "delete"
	step.group == "apiextensions.k8s.io"
	step.kind == "CustomResourceDefinition"
}

is_node(step) if {
	step.group == ""
	step.kind == "Node"
}

findings contains "node-emptied require-approval" if {
	some step in input.facts.steps
	is_node(step)
	step.verb == "delete"
}

findings contains "node-emptied require-approval" if {
	some step in input.facts.steps
	is_node(step)
	step.pods > 0
}

findings contains "cluster-depends require-approval" if {
	some step in input.facts.steps
	count(step.depended) > 0
}

findings contains sprintf("traffic-cut %s", [by_place(step)]) if {
	some step in input.facts.steps
	step.traffic.cut_off + step.traffic.opened > 0
}

findings contains sprintf("route-lost %s", [by_place(step)]) if {
	some step in input.facts.steps
	count(step.routes) > 0
}

findings contains sprintf("claim-delete %s", [by_place(step)]) if {
	some step in input.facts.steps
	step.claims_retained > 0
}

findings contains "image-floating deny" if {
	some step in input.facts.steps
	step.production
	some image in step.images
	floats(image)
	image.before != image.after
}

findings contains "image-floating warn" if {
	some step in input.facts.steps
	not step.production
	some image in step.images
	floats(image)
}

findings contains "image-floating warn" if {
	some step in input.facts.steps
	step.production
	some image in step.images
	floats(image)
	image.before == image.after
}

findings contains sprintf("scale-to-zero %s", [by_place(step)]) if {
	some step in input.facts.steps
	step.replicas.before > 0
	step.replicas.after == 0
}

findings contains sprintf("service-last-endpoint %s", [by_place(step)]) if {
	some step in input.facts.steps
	loses_service(step)
}

findings contains "budget-broken require-approval" if {
	some step in input.facts.steps
	breaks_budget(step)
}

findings contains "data-lost require-approval" if {
	some step in input.facts.steps
	step.claims_lost > 0
}

findings contains sprintf("in-use %s", [by_place(step)]) if {
	some step in input.facts.steps
	step.verb == "delete"
	step.consumers > 0
}

findings contains "production-not-owner warn" if {
	some step in input.facts.steps
	step.production
	not step.owner
}

findings contains "production-routine note" if {
	some step in input.facts.steps
	step.production
	routine(step)
}

findings contains "production-risk require-approval" if {
	input.facts.risk_level in {"high", "critical"}
	some step in input.facts.steps
	step.production
	not routine(step)
}

findings contains "production-removes require-approval" if {
	some step in input.facts.steps
	step.production
	not routine(step)
	removes_for_good(step)
}

findings contains "declared-elsewhere warn" if {
	some step in input.facts.steps
	step.declared_by.reverts == false
}

findings contains "declared-reverts require-approval" if {
	some step in input.facts.steps
	step.declared_by.reverts == true
}

findings contains "pods-max require-approval" if input.facts.radius_pods > pods_max

findings contains "unverified-step require-approval" if {
	some step in input.facts.steps
	unverified(step)
}

findings contains "risk-critical require-approval" if input.facts.risk_level == "critical"

findings contains "incomplete-facts require-approval" if {
	not input.facts.complete
	some step in input.facts.steps
	removes(step)
}

findings contains "incomplete-facts note" if {
	not input.facts.complete
	not anything_removed
}

anything_removed if {
	some step in input.facts.steps
	removes(step)
}

findings contains "undo note" if input.facts.origin == "undo"
