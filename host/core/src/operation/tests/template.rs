//! Operations on a pod template: resources, variables, pausing, earlier revisions.

use super::*;

fn containers(world: &mut World) -> &mut Vec<Value> {
    world.objects[0].pointer_mut("/spec/template/spec/containers").unwrap().as_array_mut().unwrap()
}

/// Deployment `web` whose container `web` has this besides name and image.
fn holding(more: Value) -> World {
    let mut world = web(1);
    let container = containers(&mut world)[0].as_object_mut().unwrap();
    container.extend(more.as_object().unwrap().clone());
    world
}

fn cron() -> World {
    let template = json!({"spec": {"containers": [{"name": "job", "image": "r/job:1"}]}});
    World::of(vec![object(
        &ApiType::cron_jobs(),
        "web",
        json!({"spec": {"jobTemplate": {"spec": {"template": template}}}}),
    )])
}

fn on_cron(mut operation: Value) -> Operation {
    operation["target"] = json!({"kind": "cronjob", "namespace": "shop", "name": "web"});
    said(operation)
}

#[test]
fn set_resources_patches_the_named_entries_of_one_container_and_nothing_else() {
    let world = holding(json!({"resources": {"limits": {"cpu": "1", "memory": "1Gi"}}}));
    let wanted = json!({"op": "set-resources", "requests": {"cpu": "100m"}, "limits": {"cpu": null}});
    let operation = about_web(wanted);
    let mutation = lowered(&operation, &world);
    let resources = json!({"requests": {"cpu": "100m"}, "limits": {"cpu": null}});
    let body = json!({"spec": {"template": {"spec": {"containers": [{"name": "web", "resources": resources}]}}}});
    assert_eq!(mutation.action, Action::StrategicPatch { body });
    let touches: Vec<_> = mutation.touches.iter().map(ToString::to_string).collect();
    let at = "spec.template.spec.containers[name=web].resources";
    assert_eq!(touches, [format!("{at}.requests.cpu"), format!("{at}.limits.cpu")]);
    let after = there_and_back(&operation, &world);
    let left = &after["spec"]["template"]["spec"]["containers"][0]["resources"];
    assert_eq!(left, &json!({"requests": {"cpu": "100m"}, "limits": {"memory": "1Gi"}}));
    assert_eq!(sentence(&operation), "set requests cpu 100m and limits no cpu of deployment shop/web");
}

#[test]
fn set_resources_refuses_what_is_no_amount_above_its_limit_or_so_already() {
    let world = holding(json!({"resources": {"limits": {"cpu": "1"}, "requests": {"memory": "1024Mi"}}}));
    let asked = |requests: Value| about_web(json!({"op": "set-resources", "requests": requests}));
    for bad in ["", "-1", "lots", "1GiB", "1;reboot", "$(x)"] {
        assert_eq!(refusal(&asked(json!({"cpu": bad})), &world).code, Code::BadInput, "{bad:?}");
    }
    assert!(detail(&asked(json!({"cpu": "1500m"})), &world).contains("may use only 1"));
    assert_eq!(refusal(&asked(json!({"memory": "1Gi"})), &world).code, Code::WrongState, "another spelling");
    assert_eq!(refusal(&asked(json!({"cpu": null})), &world).code, Code::BadInput, "nothing there to remove");
    assert_eq!(refusal(&asked(json!({"c p u": "1"})), &world).code, Code::BadInput);
    assert_eq!(refusal(&about_web(json!({"op": "set-resources"})), &world).code, Code::BadInput);
    let many: serde_json::Map<_, _> = (0..17).map(|n| (format!("x.io/r{n}"), json!("1"))).collect();
    assert!(detail(&asked(Value::Object(many)), &world).contains("RESOURCES_MAX"));
    let service =
        said(json!({"op": "set-resources", "target": {"kind": "service", "namespace": "shop", "name": "web"},
        "requests": {"cpu": "1"}}));
    assert_eq!(refusal(&service, &world).code, Code::BadInput);
}

#[test]
fn a_template_in_a_cron_job_is_found_where_it_stands() {
    let set = on_cron(json!({"op": "set-env", "set": {"MODE": "fast"}}));
    let touched = lowered(&set, &cron()).touches[0].to_string();
    assert_eq!(touched, "spec.jobTemplate.spec.template.spec.containers[name=job].env[name=MODE]");
    there_and_back(&set, &cron());
    there_and_back(&on_cron(json!({"op": "set-resources", "limits": {"memory": "1Gi"}})), &cron());
}

#[test]
fn set_env_sets_and_removes_single_variables_and_comes_back_exactly() {
    let from = json!({"secretKeyRef": {"name": "db", "key": "user"}});
    let env = json!([{"name": "A", "value": "1"}, {"name": "B", "value": "2"}, {"name": "C", "valueFrom": from}, {"name": "D"}]);
    let world = holding(json!({"env": env}));
    let operation = about_web(json!({"op": "set-env", "set": {"B": "3", "C": "me", "E": "new"}, "remove": ["A"]}));
    let after = there_and_back(&operation, &world);
    let left = &after["spec"]["template"]["spec"]["containers"][0]["env"];
    let expected = json!([{"name": "B", "value": "3"}, {"name": "C", "value": "me"}, {"name": "D"}, {"name": "E", "value": "new"}]);
    assert_eq!(left, &expected);
    assert_eq!(sentence(&operation), "set variable B, C, E and remove A in deployment shop/web");
    let Action::StrategicPatch { body } = lowered(&operation, &world).action else { panic!("no patch") };
    let order = &body["spec"]["template"]["spec"]["containers"][0]["$setElementOrder/env"];
    let last = json!([{"name": "B"}, {"name": "C"}, {"name": "D"}, {"name": "E"}]);
    assert_eq!(order, &last, "a new variable may refer to those before it");
    there_and_back(&about_web(json!({"op": "set-env", "set": {"FIRST": ""}})), &web(1));
}

#[test]
fn set_env_asks_back_when_two_containers_fit() {
    let mut world = web(1);
    containers(&mut world).push(json!({"name": "mesh", "image": "m:1"}));
    let set = |container: Value| about_web(json!({"op": "set-env", "container": container, "set": {"A": "1"}}));
    assert_eq!(refusal(&set(Value::Null), &world).code, Code::Ambiguous);
    assert_eq!(refusal(&set(json!("wbe")), &world).code, Code::NotFound);
    assert_eq!(sentence(&set(json!("mesh"))), "set variable A in container mesh of deployment shop/web");
    there_and_back(&set(json!("mesh")), &world);
}

#[test]
fn set_env_refuses_names_that_are_none_and_changes_that_change_nothing() {
    let world = holding(json!({"env": [{"name": "A", "value": "1"}]}));
    let asked = |more: Value| {
        let mut operation = json!({"op": "set-env"});
        operation.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        about_web(operation)
    };
    for bad in ["", "1A", "A B", "A=B", "ä", "$(x)", "A\n"] {
        assert_eq!(refusal(&asked(json!({"set": {bad: "1"}})), &world).code, Code::BadInput, "{bad:?}");
    }
    assert_eq!(refusal(&asked(json!({})), &world).code, Code::BadInput);
    assert_eq!(refusal(&asked(json!({"set": {"A": "1"}})), &world).code, Code::WrongState);
    assert!(detail(&asked(json!({"remove": ["B"]})), &world).contains("no variable B"));
    assert!(detail(&asked(json!({"set": {"A": "2"}, "remove": ["A"]})), &world).contains("both"));
    assert!(
        detail(&asked(json!({"set": {"A": "x".repeat(set_env::ENV_VALUE_BYTES_MAX + 1)}})), &world)
            .contains("ENV_VALUE_BYTES_MAX")
    );
    let many: serde_json::Map<_, _> = (0..=set_env::ENV_MAX).map(|n| (format!("V{n}"), json!("1"))).collect();
    assert!(detail(&asked(json!({"set": many})), &world).contains("ENV_MAX"));
    let twice = holding(json!({"env": [{"name": "A", "value": "1"}, {"name": "A", "value": "2"}]}));
    assert_eq!(
        refusal(&asked(json!({"set": {"A": "3"}})), &twice).code,
        Code::BadInput,
        "no path could tell them apart"
    );
}

#[test]
fn a_secret_variable_shows_in_no_text() {
    const SECRET: &str = "correct-horse-battery";
    let operation = about_web(
        json!({"op": "set-env", "set": {"DB_PASSWORD": SECRET, "URL": format!("postgres://u:{SECRET}@db/x"), "LEVEL": "info"}}),
    );
    let world = holding(json!({"env": [{"name": "DB_PASSWORD", "value": "old-staple"}]}));
    let mutation = lowered(&operation, &world);
    let after = predicted(&mutation.action, Some(&world.objects[0]));
    let diff =
        crate::redact::changes(&mutation.target.api, &mutation.changes(Some(&world.objects[0]), after.as_ref(), &[]));
    assert_eq!(diff.len(), 3, "it is said that all three change");
    let shown = [
        sentence(&operation),
        kubectl(&operation),
        operation.shown().to_string(),
        serde_json::to_string(&diff).unwrap(),
    ];
    for text in shown {
        assert!(!text.contains(SECRET) && !text.contains("old-staple"), "{text}");
        assert!(text.contains("DB_PASSWORD"), "{text}");
    }
    assert!(kubectl(&operation).contains("LEVEL=info"), "{}", kubectl(&operation));
}

#[test]
fn what_kubectl_is_told_can_be_pasted_without_harm() {
    let env = about_web(json!({"op": "set-env", "container": "a;b", "set": {"A": "$(reboot) 'x'"}, "remove": ["B"]}));
    assert_eq!(kubectl(&env), r"kubectl set env deployment/web -n shop -c 'a;b' 'A=$(reboot) '\''x'\''' B-");
    let resources =
        about_web(json!({"op": "set-resources", "container": "a b", "limits": {"cpu": "1", "memory": null}}));
    assert_eq!(kubectl(&resources), "kubectl set resources deployment/web -n shop -c 'a b' --limits=cpu=1,memory=0");
}

#[test]
fn a_rollout_is_held_and_let_go_once() {
    let (pause, resume) = (about_web(json!({"op": "rollout-pause"})), about_web(json!({"op": "rollout-resume"})));
    let mut held = web(1);
    held.objects[0]["spec"]["paused"] = json!(true);
    assert_eq!(lowered(&pause, &web(1)).action, Action::MergePatch { body: json!({"spec": {"paused": true}}) });
    there_and_back(&pause, &web(1));
    there_and_back(&resume, &held);
    assert_eq!(refusal(&pause, &held).code, Code::WrongState);
    assert_eq!(refusal(&resume, &web(1)).code, Code::WrongState);
    let set = object(&ApiType::stateful_sets(), "web", json!({"spec": {}}));
    let other =
        said(json!({"op": "rollout-pause", "target": {"kind": "statefulset", "namespace": "shop", "name": "web"}}));
    assert_eq!(refusal(&other, &World::of(vec![set])).code, Code::BadInput);
}

/// Deployment `web` at revision 3 of three, and a ReplicaSet of somebody else with the same labels.
fn revised() -> World {
    let labels = json!({"app": "web"});
    let template = |image: &str, hash: &str| json!({"metadata": {"labels": {"app": "web", "pod-template-hash": hash}}, "spec": {"containers": [{"name": "web", "image": image}]}});
    let mut world = web(1);
    world.objects.retain(|object| object["kind"] != "ReplicaSet");
    world.objects[0]["spec"]["template"]["spec"]["containers"][0]["image"] = json!("r/web:3");
    for (number, owner) in
        [(1, "Deployment-web"), (2, "Deployment-web"), (3, "Deployment-web"), (9, "Deployment-other")]
    {
        let annotations = json!({"deployment.kubernetes.io/revision": number.to_string()});
        let owners = json!([{"kind": "Deployment", "name": "web", "uid": owner, "controller": true}]);
        let metadata = json!({"labels": labels, "annotations": annotations, "ownerReferences": owners});
        let template = template(&format!("r/web:{number}"), "abc");
        world.objects.push(object(
            &ApiType::replica_sets(),
            &format!("web-{number}"),
            json!({"metadata": metadata, "spec": {"template": template}}),
        ));
    }
    world
}

#[test]
fn rollout_undo_puts_the_former_or_the_named_template_back_and_says_which() {
    for (asked, image) in
        [(json!({"op": "rollout-undo"}), "r/web:2"), (json!({"op": "rollout-undo", "revision": 1}), "r/web:1")]
    {
        let operation = about_web(asked);
        let (known, mutations) = lower(&operation, &revised()).unwrap();
        let after = there_and_back(&operation, &revised());
        assert_eq!(after["spec"]["template"]["spec"]["containers"][0]["image"], image);
        assert_eq!(after["spec"]["template"]["metadata"]["labels"], json!({"app": "web"}), "no hash of the ReplicaSet");
        let told = operation.write().unwrap().told(&mutations[0], &known).unwrap();
        assert!(told.contains("revision ") && told.contains(image), "{told}");
    }
}

#[test]
fn rollout_undo_refuses_what_is_not_kept_present_or_paused() {
    let to = |revision: i64| about_web(json!({"op": "rollout-undo", "revision": revision}));
    assert!(detail(&to(9), &revised()).contains("keeps 2, 1"), "another owner's revision does not count");
    assert_eq!(refusal(&to(3), &revised()).code, Code::WrongState);
    assert_eq!(refusal(&to(-1), &revised()).code, Code::BadInput);
    let mut paused = revised();
    paused.objects[0]["spec"]["paused"] = json!(true);
    assert!(detail(&to(1), &paused).contains("resume it"));
    assert!(detail(&about_web(json!({"op": "rollout-undo"})), &web(1)).contains("no earlier revision"));
    let mut blind = revised();
    blind.denied.push("ReplicaSet");
    assert_eq!(refusal(&to(1), &blind).code, Code::ClusterForbidden);
}

#[test]
fn rollout_undo_of_a_stateful_set_reads_its_controller_revisions() {
    let template = |image: &str| json!({"metadata": {"labels": {"app": "db"}}, "spec": {"containers": [{"name": "db", "image": image}]}});
    let selector = json!({"matchLabels": {"app": "db"}});
    let set = object(
        &ApiType::stateful_sets(),
        "db",
        json!({"spec": {"selector": selector, "template": template("r/db:2")}}),
    );
    let owners = json!([{"kind": "StatefulSet", "name": "db", "uid": "StatefulSet-db", "controller": true}]);
    let revision = |number: i64| {
        let mut template = template(&format!("r/db:{number}"));
        template["$patch"] = json!("replace");
        template["metadata"]["creationTimestamp"] = Value::Null;
        let metadata = json!({"labels": {"app": "db"}, "ownerReferences": owners});
        object(
            &ApiType::controller_revisions(),
            &format!("db-{number}"),
            json!({"metadata": metadata, "revision": number, "data": {"spec": {"template": template}}}),
        )
    };
    let world = World::of(vec![set, revision(2), revision(1)]);
    let operation =
        said(json!({"op": "rollout-undo", "target": {"kind": "statefulset", "namespace": "shop", "name": "db"}}));
    let after = there_and_back(&operation, &world);
    assert_eq!(after["spec"]["template"], template("r/db:1"));
}
