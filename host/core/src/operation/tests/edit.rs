//! Editing an object's YAML: only what was changed is sent, no mask is written, nobody's later change is lost.

use proptest::prelude::*;

use super::*;

/// The YAML of the world's first object as it is shown.
fn shown(world: &World) -> String {
    serde_yaml_ng::to_string(&crate::redact::object(&world.objects[0])).unwrap()
}

fn edit(base: &str, wanted: &str) -> Operation {
    about_web(json!({"op": "edit", "base": base, "wanted": wanted}))
}

/// Deployment `web` with an environment that hides a password.
fn with_password(password: &str) -> World {
    let mut world = web(3);
    let container = world.objects[0].pointer_mut("/spec/template/spec/containers/0").unwrap();
    container["env"] = json!([{"name": "MODE", "value": "fast"}, {"name": "DB_PASSWORD", "value": password}]);
    container["args"] = json!(["--token", password, "--verbose"]);
    world
}

fn body(operation: &Operation, world: &World) -> Value {
    let Action::MergePatch { body } = lowered(operation, world).action else { panic!("no merge patch") };
    body
}

#[test]
fn only_what_was_changed_is_sent_and_it_comes_back_exactly() {
    let world = web(3);
    let base = shown(&world);
    let wanted = base.replace("replicas: 3", "replicas: 5\n  minReadySeconds: 4");
    let operation = edit(&base, &wanted);
    assert_eq!(body(&operation, &world), json!({"spec": {"replicas": 5, "minReadySeconds": 4}}));
    there_and_back(&operation, &world);
    let (known, mutations) = lower(&operation, &world).unwrap();
    let told = operation.write().unwrap().told(&mutations[0], &known).unwrap();
    assert_eq!(told, "edit Deployment shop/web: spec.minReadySeconds, spec.replicas");
    assert_eq!(kubectl(&operation), "kubectl edit deployment/web -n shop");
}

#[test]
fn what_the_server_makes_may_be_left_out_and_not_changed() {
    let mut world = web(3);
    world.objects[0]["metadata"]["generation"] = json!(7);
    world.objects[0]["status"] = json!({"replicas": 3});
    let base = shown(&world);
    let bare = base.replace("  generation: 7\n", "").replace("status:\n  replicas: 3\n", "");
    let bare = bare.replace("replicas: 3", "replicas: 4");
    assert!(!bare.contains("generation") && !bare.contains("status"), "{bare}");
    assert_eq!(body(&edit(&base, &bare), &world), json!({"spec": {"replicas": 4}}));
    for (from, to) in [("generation: 7", "generation: 8"), ("status:\n  replicas: 3", "status:\n  replicas: 9")] {
        assert_eq!(refusal(&edit(&base, &base.replace(from, to)), &world).code, Code::BadInput, "{to}");
    }
}

#[test]
fn an_edit_stays_with_its_object() {
    let world = web(3);
    let base = shown(&world);
    for (from, to) in
        [("name: web", "name: other"), ("namespace: shop", "namespace: bank"), ("kind: Deployment", "kind: Job")]
    {
        let moved = base.replacen(from, to, 1);
        assert_eq!(refusal(&edit(&base, &moved), &world).code, Code::BadInput, "{to}");
        assert_eq!(refusal(&edit(&moved, &moved.replace("replicas: 3", "replicas: 4")), &world).code, Code::BadInput);
    }
    for text in ["", "- a\n", "a: 1\n---\nb: 2\n", "a: [", "a: 1\na: 2\n"] {
        assert_eq!(refusal(&edit(&base, text), &world).code, Code::BadInput, "{text:?}");
        assert_eq!(refusal(&edit(text, &base), &world).code, Code::BadInput, "{text:?}");
    }
    assert_eq!(refusal(&edit(&base, &base), &world).code, Code::WrongState);
}

#[test]
fn a_field_that_moved_since_it_was_shown_is_stale_unless_it_already_is_as_wanted() {
    let base = shown(&web(3));
    let wanted = base.replace("replicas: 3", "replicas: 5");
    let problem = refusal(&edit(&base, &wanted), &web(4));
    assert_eq!(problem.code, Code::Stale);
    assert_eq!(problem.detail, "spec.replicas was 3 when it was shown and is 4 now");
    assert_eq!(refusal(&edit(&base, &wanted), &web(5)).code, Code::WrongState, "somebody did it already");
    let mut image = web(3);
    *image.objects[0].pointer_mut("/spec/template/spec/containers/0/image").unwrap() = json!("r/web:9");
    let problem = refusal(&edit(&base, &base.replace("r/web:1", "r/web:2")), &image);
    let field = "spec.template.spec.containers[name=web].image";
    assert_eq!(problem.detail, format!("{field} was \"r/web:1\" when it was shown and is \"r/web:9\" now"));
    let mut elsewhere = web(3);
    elsewhere.objects[0]["metadata"]["labels"]["new"] = json!("1");
    assert_eq!(body(&edit(&base, &wanted), &elsewhere), json!({"spec": {"replicas": 5}}), "no other field matters");
}

#[test]
fn a_mask_that_stands_where_it_was_shown_means_the_value_there() {
    let world = with_password("correct-horse");
    let base = shown(&world);
    assert!(!base.contains("correct-horse"), "{base}");
    let sent = body(&edit(&base, &base.replace("value: fast", "value: slow")), &world);
    let container = &sent["spec"]["template"]["spec"]["containers"][0];
    assert_eq!(container["env"][0]["value"], "slow");
    assert_eq!(container["env"][1]["value"], "correct-horse", "its list goes whole, with what it holds");
    assert_eq!(container["args"], json!(["--token", "correct-horse", "--verbose"]));
    let operation = edit(&base, &base.replace("value: fast", "value: slow"));
    assert!(!operation.shown().to_string().contains("correct-horse"));
    there_and_back(&operation, &world);
}

#[test]
fn a_mask_anywhere_else_is_refused_so_no_value_wanders() {
    let world = with_password("correct-horse");
    let base = shown(&world);
    let line = base.lines().find(|line| line.contains("••••")).unwrap();
    let mask = &line[line.find('•').unwrap()..];
    for wanted in [
        base.replace("value: fast", &format!("value: {mask}")),
        base.replace("DB_PASSWORD", "OTHER_PASSWORD"),
        base.replace("  replicas: 3", &format!("  replicas: 3\n  note: {mask}")),
        base.split_inclusive('\n').filter(|line| !line.contains("--verbose")).collect(),
    ] {
        let problem = refusal(&edit(&base, &wanted), &world);
        assert_eq!(problem.code, Code::BadInput, "{wanted}");
        assert!(problem.detail.contains("mask") && !problem.detail.contains("correct"), "{}", problem.detail);
    }
}

#[test]
fn a_secrets_value_is_replaced_whole_and_the_others_stay() {
    let secret = |password: &str| {
        let data = json!({"type": "Opaque", "data": {"password": password, "user": "bWlyYQ=="}});
        World::of(vec![object(&ApiType::secrets(), "web", data)])
    };
    let world = secret("aHVudGVyMg==");
    let base = shown(&world);
    let line = base.lines().find(|line| line.contains("password:")).unwrap();
    let wanted = base.replace(line, "  password: bmV3");
    let mut operation = json!({"op": "edit", "base": base, "wanted": wanted});
    operation["target"] = json!({"kind": "secret", "namespace": "shop", "name": "web"});
    let operation = said(operation);
    assert_eq!(body(&operation, &world), json!({"data": {"password": "bmV3"}}));
    assert!(!operation.shown().to_string().contains("bmV3"));
}

fn forged() -> impl Strategy<Value = String> {
    let lines = prop::collection::vec((0usize..60, prop::sample::select(vec!["drop", "twice", "mask", "word"])), 0..6);
    lines.prop_map(|changes| {
        let base = shown(&with_password("correct-horse"));
        let mut lines: Vec<String> = base.lines().map(str::to_owned).collect();
        for (at, change) in changes {
            let at = at % lines.len().max(1);
            match change {
                "drop" if lines.len() > 1 => drop(lines.remove(at)),
                "twice" => lines.insert(at, lines[at].clone()),
                "mask" => {
                    if let Some((key, _)) = lines[at].clone().split_once(": ") {
                        lines[at] = format!("{key}: •••• (up to 16 bytes)");
                    }
                }
                _ => {
                    if let Some((key, _)) = lines[at].clone().split_once(": ") {
                        lines[at] = format!("{key}: word");
                    }
                }
            }
        }
        lines.join("\n") + "\n"
    })
}

proptest! {
    #[test]
    fn whatever_is_sent_holds_no_mask_and_keeps_the_password_in_its_place(base in forged(), wanted in forged()) {
        let world = with_password("correct-horse");
        let Ok((_, mutations)) = lower(&edit(&base, &wanted), &world) else { return Ok(()) };
        let Action::MergePatch { body } = &mutations[0].action else { panic!("no merge patch") };
        let mut rest = body.clone();
        prop_assert!(!body.to_string().contains('•'), "{}", body);
        if let Some(containers) = rest.pointer_mut("/spec/template/spec/containers").and_then(Value::as_array_mut) {
            for container in containers {
                for variable in container["env"].as_array_mut().into_iter().flatten() {
                    if variable["name"] == "DB_PASSWORD" {
                        variable["value"].take();
                    }
                }
                container["args"].take();
            }
        }
        prop_assert!(!rest.to_string().contains("correct-horse"), "{}", body);
    }
}
