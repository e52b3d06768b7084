//! Rights handed out, borrowed and opened.

use serde_json::{Value, json};

use super::super::kinds;
use super::*;

fn classes(reach: &Reach) -> Vec<&str> {
    reach.escalations.iter().map(|one| one.class.as_str()).collect()
}

fn rule(verbs: &[&str], group: &str, resource: &str) -> Value {
    json!({"verbs": verbs, "apiGroups": [group], "resources": [resource]})
}

fn role(rules: Value) -> Value {
    object(&kinds::roles(), "deploy", json!({"rules": rules}))
}

fn bound(to: &str) -> Value {
    object(
        &kinds::role_bindings(),
        to,
        json!({"roleRef": {"kind": "Role", "name": to}, "subjects": [{"kind": "User", "name": "mira"}, {"kind": "Group", "name": "ops"}]}),
    )
}

#[test]
fn a_changed_role_tells_who_gains_and_who_loses_what() {
    let world = World::of(vec![role(json!([rule(&["get"], "", "pods")])), bound("deploy"), bound("other")]);
    let wider = merge(kinds::roles(), "deploy", json!({"rules": [rule(&["delete"], "", "secrets")]}));
    let reach = reach_in(&world, &wider);
    let access = reach.access.clone().unwrap();
    assert_eq!((access.subjects_total, access.gains_total, access.loses_total), (2, 1, 1));
    assert_eq!(
        (access.subjects, access.gains),
        (vec!["Group ops".into(), "User mira".into()], vec!["delete secrets".to_owned()])
    );
    assert!(
        said(&reach).contains("2 subjects (Group ops, User mira) may newly in shop: delete secrets"),
        "{}",
        said(&reach)
    );
    assert_eq!(classes(&reach), Vec::<&str>::new(), "an ordinary right is no escalation");
}

#[test]
fn a_binding_hands_out_what_its_role_grants_and_a_deleted_one_takes_it() {
    let world = World::of(vec![role(json!([rule(&["get"], "", "pods")])), bound("deploy")]);
    let another = create(
        kinds::role_bindings(),
        "new",
        json!({"roleRef": {"kind": "Role", "name": "deploy"}, "subjects": [{"kind": "User", "name": "ivo"}]}),
    );
    assert_eq!(reach_in(&world, &another).access.unwrap().gains, ["get pods"]);
    let gone = reach_in(&world, &delete(kinds::role_bindings(), "deploy")).access.unwrap();
    assert_eq!((gone.loses, gone.gains_total, gone.subjects_total), (vec!["get pods".to_owned()], 0, 2));
}

#[test]
fn cluster_admin_wildcards_and_unseen_roles_are_admin_grants() {
    let bind = |role: &str| {
        create(
            kinds::cluster_role_bindings(),
            "b",
            json!({"roleRef": {"kind": "ClusterRole", "name": role}, "subjects": [{"kind": "User", "name": "ivo"}]}),
        )
    };
    assert_eq!(classes(&reach_in(&World::default(), &bind("cluster-admin"))), ["admin-grant"]);
    let wide = object(&kinds::cluster_roles(), "wide", json!({"rules": [rule(&["*"], "apps", "deployments")]}));
    assert_eq!(classes(&reach_in(&World::of(vec![wide]), &bind("wide"))), ["admin-grant"]);
    let narrow = object(&kinds::cluster_roles(), "narrow", json!({"rules": [rule(&["get"], "apps", "deployments")]}));
    let mut world = World::of(vec![narrow]);
    assert_eq!(classes(&reach_in(&world, &bind("narrow"))), Vec::<&str>::new());
    world.denied.push("ClusterRole");
    let blind = reach_in(&world, &bind("narrow"));
    assert_eq!((classes(&blind), blind.complete), (vec!["admin-grant"], false));
    assert_eq!(classes(&reach_in(&World::default(), &bind("absent"))), ["admin-grant"], "whoever makes it decides");
}

#[test]
fn a_role_that_is_collected_into_admin_counts_for_its_holders() {
    let admins = object(
        &kinds::cluster_role_bindings(),
        "admins",
        json!({"roleRef": {"kind": "ClusterRole", "name": "admin"}, "subjects": [{"kind": "Group", "name": "leads"}]}),
    );
    let labels = json!({"rbac.authorization.k8s.io/aggregate-to-admin": "true"});
    let rules = json!([rule(&["escalate"], "rbac.authorization.k8s.io", "roles")]);
    let joining = create(kinds::cluster_roles(), "more", json!({"metadata": {"labels": labels}, "rules": rules}));
    let reach = reach_in(&World::of(vec![admins.clone()]), &joining);
    assert_eq!(
        (classes(&reach), reach.access.clone().unwrap().subjects),
        (vec!["rights-grant"], vec!["Group leads".to_owned()])
    );
    let alone = create(kinds::cluster_roles(), "more", json!({"rules": rules}));
    assert_eq!(reach_in(&World::of(vec![admins]), &alone).access.unwrap().subjects_total, 0);
}

#[test]
fn a_role_counts_for_the_holders_of_all_that_collect_it_also_through_others() {
    let labelled = |name: &str, label: &str, by: &str| {
        let collects = json!({"clusterRoleSelectors": [{"matchLabels": {by: "true"}}]});
        let mut role = object(&kinds::cluster_roles(), name, json!({"aggregationRule": collects}));
        role["metadata"]["labels"] = json!({label: "true"});
        role
    };
    let holders = object(
        &kinds::cluster_role_bindings(),
        "leads",
        json!({"roleRef": {"kind": "ClusterRole", "name": "outer"}, "subjects": [{"kind": "Group", "name": "leads"}]}),
    );
    // "inner" and "outer" collect each other too: that must end.
    let mut world = World::of(vec![labelled("inner", "b", "a"), labelled("outer", "a", "b"), holders]);
    let made = |label: &str| {
        let rules = json!([rule(&["get"], "", "pods")]);
        create(kinds::cluster_roles(), "more", json!({"metadata": {"labels": {label: "true"}}, "rules": rules}))
    };
    assert_eq!(reach_in(&world, &made("a")).access.unwrap().subjects, ["Group leads"]);
    assert_eq!(reach_in(&world, &made("c")).access.unwrap().subjects_total, 0);
    // By a label alone, what a role said already is new to those who hold what now collects it.
    let rules = json!([rule(&["escalate"], "rbac.authorization.k8s.io", "roles")]);
    world.objects.push(object(&kinds::cluster_roles(), "old", json!({"rules": rules})));
    let joins = merge(kinds::cluster_roles(), "old", json!({"metadata": {"labels": {"a": "true"}}}));
    let reach = reach_in(&world, &joins);
    assert_eq!(
        (classes(&reach), reach.access.clone().unwrap().subjects),
        (vec!["rights-grant"], vec!["Group leads".to_owned()])
    );
    world.denied.push("ClusterRole");
    assert!(!reach_in(&world, &made("c")).complete, "who can't look doesn't know");
}

#[test]
fn a_subject_called_by_control_characters_stays_on_one_line() {
    let name = format!("x\u{1b}[31m\n{}", "y".repeat(5_000));
    let roles = json!({"kind": "ClusterRole", "name": "cluster-admin"});
    let bind = create(
        kinds::cluster_role_bindings(),
        "b",
        json!({"roleRef": roles, "subjects": [{"kind": "User", "name": name}]}),
    );
    let reach = reach_in(&World::default(), &bind);
    let told = reach.sentences.iter().map(|(_, text)| text).chain(reach.escalations.iter().map(|one| &one.what));
    assert!(told.into_iter().all(|text| text.len() <= 500 && !text.contains(char::is_control)), "{reach:?}");
}

fn reading(secret: &str, account: &str) -> Value {
    let env = json!([{"secretRef": {"name": secret}}]);
    json!({"spec": {"template": {"spec": {"serviceAccountName": account, "containers": [{"name": "web", "image": "r/web:1", "envFrom": env}]}}}})
}

#[test]
fn a_new_workload_that_reaches_what_its_maker_may_not_is_an_escalation() {
    let make = create(ApiType::deployments(), "new", reading("db", "robot"));
    let mut world = World::default();
    assert_eq!(classes(&reach_in(&world, &make)), Vec::<&str>::new(), "who may use both borrows nothing");
    world.refused.push("get secrets db".to_owned());
    assert_eq!(classes(&reach_in(&world, &make)), ["borrowed-secret"]);
    world.refused = vec!["impersonate serviceaccounts robot".to_owned()];
    assert_eq!(classes(&reach_in(&world, &make)), Vec::<&str>::new(), "one way to act as it is enough");
    world.refused.push("create serviceaccounts/token robot".to_owned());
    assert_eq!(classes(&reach_in(&world, &make)), ["borrowed-account"]);
}

#[test]
fn a_right_that_is_not_confirmed_is_not_there() {
    let make = create(ApiType::deployments(), "new", reading("db", "robot"));
    let mut world = World::default();
    world.denied.push("SelfSubjectAccessReview");
    let reach = reach_in(&world, &make);
    assert_eq!((classes(&reach), reach.complete), (vec!["borrowed-secret", "borrowed-account"], false));
}

#[test]
fn another_version_or_size_borrows_nothing_and_another_command_does() {
    let mut world = World::of(vec![object(&ApiType::deployments(), "web", reading("db", "default"))]);
    world.refused.push("get secrets db".to_owned());
    let container = |more: Value| {
        let mut container = json!({"name": "web"});
        container.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({"spec": {"template": {"spec": {"containers": [container]}}}})
    };
    let on_web = |more: Value| reach_in(&world, &patch(address(ApiType::deployments(), "web"), container(more)));
    for harmless in [json!({"image": "r/web:2"}), json!({"resources": {"limits": {"memory": "1Gi"}}})] {
        assert_eq!(classes(&on_web(harmless.clone())), Vec::<&str>::new(), "{harmless}");
    }
    for harmful in [
        json!({"image": "evil/web:1"}),
        json!({"command": ["env"]}),
        json!({"env": [{"name": "LD_PRELOAD", "value": "/x"}]}),
    ] {
        assert_eq!(classes(&on_web(harmful.clone())), ["borrowed-secret"], "{harmful}");
    }
}

#[test]
fn minted_tokens_and_approved_certificates_are_told_from_their_likes() {
    let secret = |kind: &str| {
        let annotations = json!({"kubernetes.io/service-account.name": "robot"});
        create(ApiType::secrets(), "t", json!({"type": kind, "metadata": {"annotations": annotations}}))
    };
    assert_eq!(classes(&reach_in(&World::default(), &secret("kubernetes.io/service-account-token"))), ["token"]);
    assert_eq!(classes(&reach_in(&World::default(), &secret("Opaque"))), Vec::<&str>::new());
    let csr = ApiType {
        group: "certificates.k8s.io".into(),
        kind: "CertificateSigningRequest".into(),
        plural: "certificatesigningrequests".into(),
        namespaced: false,
        ..ApiType::nodes()
    };
    let world = World::of(vec![object(&csr, "laptop", json!({"spec": {"signerName": "s"}}))]);
    let decide = |kind: &str| {
        merge(csr.clone(), "laptop", json!({"status": {"conditions": [{"type": kind, "status": "True"}]}}))
    };
    assert_eq!(classes(&reach_in(&world, &decide("Approved"))), ["token"]);
    assert_eq!(classes(&reach_in(&world, &decide("Denied"))), Vec::<&str>::new());
}

#[test]
fn a_webhook_configuration_opens_when_it_is_made_changed_or_goes_but_not_by_a_label() {
    let hooks = json!({"webhooks": [{"name": "a.example.com", "failurePolicy": "Fail"}]});
    let world = World::of(vec![object(&kinds::validating_webhooks(), "a", hooks.clone())]);
    let api = kinds::validating_webhooks;
    let narrow = merge(api(), "a", json!({"webhooks": [{"name": "a.example.com", "failurePolicy": "Ignore"}]}));
    for write in [create(api(), "b", hooks), narrow, delete(api(), "a")] {
        assert_eq!(classes(&reach_in(&world, &write)), ["webhook"], "{write:?}");
    }
    let label = merge(api(), "a", json!({"metadata": {"labels": {"team": "x"}}}));
    assert_eq!(classes(&reach_in(&world, &label)), Vec::<&str>::new());
}

#[test]
fn labels_of_a_namespace_open_where_somebody_decides_by_them() {
    let selector = json!({"matchExpressions": [{"key": "guard", "operator": "Exists"}]});
    let hook = object(
        &kinds::validating_webhooks(),
        "guard",
        json!({"webhooks": [{"name": "g.example.com", "namespaceSelector": selector}]}),
    );
    let mut world = World::of(vec![object(&ApiType::namespaces(), "shop", json!({})), hook]);
    let label = |key: &str| merge(ApiType::namespaces(), "shop", json!({"metadata": {"labels": {key: "x"}}}));
    for key in ["pod-security.kubernetes.io/enforce", "environment", "guard"] {
        assert_eq!(classes(&reach_in(&world, &label(key))), ["namespace-labels"], "{key}");
    }
    for key in ["pod-security.kubernetes.io/warn", "contact", "guardian"] {
        assert_eq!(classes(&reach_in(&world, &label(key))), Vec::<&str>::new(), "{key}");
    }
    world.denied.push("ValidatingWebhookConfiguration");
    let (known, _) = world.known(&[label("contact")]);
    assert!(reach(&label("contact"), &known).complete, "no count rests on webhooks");
    assert!(known.unseen().iter().any(|unseen| unseen.what.contains("validatingwebhookconfigurations")));
}

#[test]
fn another_owner_of_a_namespace_opens_as_an_annotation_and_as_a_label() {
    let shop = |metadata: Value| World::of(vec![object(&ApiType::namespaces(), "shop", json!({"metadata": metadata}))]);
    let set = |metadata: Value| merge(ApiType::namespaces(), "shop", json!({"metadata": metadata}));
    for group in ["annotations", "labels"] {
        let owned = |by: Value| json!({group: {OWNER: by}});
        let (free, had) = (shop(json!({})), shop(owned(json!("payments"))));
        let (taken, gone) = (set(owned(json!("mira"))), set(owned(Value::Null)));
        for (world, write) in [(&free, &taken), (&had, &taken), (&had, &gone)] {
            let reach = reach_in(world, write);
            assert_eq!(classes(&reach), ["namespace-labels"], "{write:?}");
            assert!(said(&reach).contains(&format!("{} {OWNER}", &group[..group.len() - 1])), "{}", said(&reach));
        }
        let same = set(owned(json!("payments")));
        assert_eq!(classes(&reach_in(&had, &same)), Vec::<&str>::new());
    }
    let note = set(json!({"annotations": {"contact": "mira"}}));
    assert_eq!(classes(&reach_in(&shop(json!({})), &note)), Vec::<&str>::new());
}

#[test]
fn a_namespace_made_open_is_an_escalation_and_one_that_only_says_what_it_is_is_not() {
    let selector = json!({"matchExpressions": [{"key": "guard", "operator": "DoesNotExist"}]});
    let hooks = json!({"webhooks": [{"name": "g.example.com", "namespaceSelector": selector}]});
    let world = World::of(vec![object(&kinds::validating_webhooks(), "guard", hooks)]);
    let make = |labels: Value| {
        let metadata = json!({"labels": labels, "annotations": {OWNER: "mira"}});
        reach_in(&world, &create(ApiType::namespaces(), "new", json!({"metadata": metadata})))
    };
    for (key, value) in
        [("pod-security.kubernetes.io/enforce", "privileged"), ("guard", "off"), ("istio-injection", "disabled")]
    {
        assert_eq!(classes(&make(json!({key: value}))), ["namespace-labels"], "{key}");
    }
    let plain = json!({"kubernetes.io/metadata.name": "new", "environment": "prod", "env": "prod", "stage": "prod",
        OWNER: "mira", "team": "x", "pod-security.kubernetes.io/enforce": "restricted"});
    assert_eq!(classes(&make(plain)), Vec::<&str>::new());
}

#[test]
fn an_api_service_that_is_made_answered_by_another_or_goes_opens() {
    let by = |service: &str| json!({"spec": {"group": "g.example", "service": {"name": service}}});
    let world = World::of(vec![object(&kinds::api_services(), "v1.g", by("a"))]);
    let api = kinds::api_services;
    for write in [create(api(), "v1.h", by("a")), merge(api(), "v1.g", by("b")), delete(api(), "v1.g")] {
        assert_eq!(classes(&reach_in(&world, &write)), ["webhook"], "{write:?}");
    }
    let label = merge(api(), "v1.g", json!({"metadata": {"labels": {"team": "x"}}}));
    assert_eq!(classes(&reach_in(&world, &label)), Vec::<&str>::new());
}

#[test]
fn a_definition_opens_when_a_webhook_comes_to_convert_or_another_does() {
    let api = || ApiType {
        group: "apiextensions.k8s.io".into(),
        kind: "CustomResourceDefinition".into(),
        plural: "customresourcedefinitions".into(),
        namespaced: false,
        ..ApiType::nodes()
    };
    let by = |service: &str| {
        let webhook = json!({"clientConfig": {"service": {"name": service}}, "conversionReviewVersions": ["v1"]});
        json!({"spec": {"conversion": {"strategy": "Webhook", "webhook": webhook}}})
    };
    let none = json!({"spec": {"conversion": {"strategy": "None", "webhook": null}}});
    let with = |rest: &Value| World::of(vec![object(&api(), "stands", rest.clone())]);
    let set = |rest: &Value| merge(api(), "stands", rest.clone());
    for (world, write) in [
        (with(&none), set(&by("a"))),
        (with(&by("a")), set(&by("b"))),
        (World::default(), create(api(), "stands", by("a"))),
    ] {
        assert_eq!(classes(&reach_in(&world, &write)), ["webhook"], "{write:?}");
    }
    let label = json!({"metadata": {"labels": {"team": "x"}}});
    for (world, write) in [
        (with(&by("a")), set(&none)),
        (with(&by("a")), set(&label)),
        (World::default(), create(api(), "stands", none.clone())),
    ] {
        assert_eq!(classes(&reach_in(&world, &write)), Vec::<&str>::new(), "{write:?}");
    }
}

#[test]
fn a_binding_to_a_role_that_an_earlier_step_makes_hands_out_what_that_says() {
    let subjects = json!([{"kind": "User", "name": "ivo"}]);
    let role_ref = json!({"kind": "ClusterRole", "name": "new"});
    let bind = create(kinds::cluster_role_bindings(), "b", json!({"roleRef": role_ref, "subjects": subjects}));
    let make = |rest: Value| create(kinds::cluster_roles(), "new", rest);
    let narrow = make(json!({"rules": [rule(&["get"], "", "pods")]}));
    let wide = make(json!({"rules": [rule(&["escalate"], "", "roles")]}));
    let collected = make(json!({"aggregationRule": {"clusterRoleSelectors": [{}]}}));
    let (known, _) = World::default().known(std::slice::from_ref(&bind));
    for (earlier, expected) in [
        (vec![&narrow], vec![]),
        (vec![&wide], vec!["rights-grant"]),
        (vec![&collected], vec!["admin-grant"]),
        (vec![&narrow, &wide], vec!["rights-grant"]),
        (vec![&narrow, &delete(kinds::cluster_roles(), "new")], vec!["admin-grant"]),
        (vec![], vec!["admin-grant"]),
    ] {
        assert_eq!(classes(&reach_after(&earlier, &bind, None, &known)), expected, "{earlier:?}");
    }
}

#[test]
fn a_role_that_comes_to_collect_others_is_an_admin_grant() {
    let by = |label: &str| json!({"aggregationRule": {"clusterRoleSelectors": [{"matchLabels": {label: "true"}}]}});
    let world = World::of(vec![object(&kinds::cluster_roles(), "all", by("a"))]);
    let set = |body: Value| classes(&reach_in(&world, &merge(kinds::cluster_roles(), "all", body))).join(" ");
    assert_eq!(classes(&reach_in(&world, &create(kinds::cluster_roles(), "more", by("a")))), ["admin-grant"]);
    assert_eq!(set(by("b")), "admin-grant");
    assert_eq!(set(json!({"metadata": {"labels": {"team": "x"}}})), "");
    assert_eq!(set(json!({"aggregationRule": null})), "");
}

#[test]
fn a_role_too_long_to_compare_is_an_admin_grant_when_its_rules_change_and_not_by_a_label() {
    let words: Vec<String> = (0..100).map(|n| format!("w{n}")).collect();
    let long = json!({"verbs": words, "apiGroups": [""], "resources": words});
    let world = World::of(vec![role(json!([long]))]);
    let longer = merge(kinds::roles(), "deploy", json!({"rules": [long, rule(&["*"], "*", "*")]}));
    assert_eq!(classes(&reach_in(&world, &longer)), ["admin-grant"]);
    let label = merge(kinds::roles(), "deploy", json!({"metadata": {"labels": {"team": "x"}}}));
    assert_eq!(classes(&reach_in(&world, &label)), Vec::<&str>::new());
}
