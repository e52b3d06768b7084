//! Placeholders: the same for the same, never forged, and back only where they belong.

use super::*;

const POD: &str = "eu/Pod/shop/web";

fn pod(value: &str) -> Value {
    json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"},
        "spec": {"containers": [{"name": "web", "env": [{"name": "DB_PASSWORD", "value": value}]}]}})
}

fn at(object: &str, field: &str) -> Place {
    Place { object: object.to_owned(), field: field.to_owned() }
}

const FIELD: &str = "spec.containers[name=web].env[name=DB_PASSWORD].value";

fn read(vault: &mut Vault, value: &str) -> String {
    let shown = vault.value(&pod(value), POD).into_inner();
    shown["spec"]["containers"][0]["env"][0]["value"].as_str().unwrap().to_owned()
}

#[test]
fn the_same_secret_has_the_same_placeholder_and_another_one_another() {
    let mut vault = Vault::new(1);
    let first = read(&mut vault, "hunter2hunter2");
    assert_eq!(first, "[[secret:password:1:00000001]]");
    assert_eq!(read(&mut vault, "hunter2hunter2"), first);
    assert_ne!(read(&mut vault, "another-one"), first);
    assert!(vault.text("it was hunter2hunter2, wasn't it").get().contains(&first), "known by its value from then on");
}

#[test]
fn a_secret_goes_back_into_its_own_field_of_its_own_object_only() {
    let mut vault = Vault::new(1);
    let placeholder = read(&mut vault, "hunter2hunter2");
    assert_eq!(vault.rehydrate(&placeholder, &at(POD, FIELD)).unwrap(), "hunter2hunter2");
    for place in [at("eu/Pod/shop/other", FIELD), at(POD, "metadata.annotations.note"), at("us/Pod/shop/web", FIELD)] {
        assert!(matches!(vault.rehydrate(&placeholder, &place), Err(Unknown::Elsewhere { .. })), "{place:?}");
    }
}

#[test]
fn what_a_person_says_goes_into_the_field_of_its_name_of_one_object() {
    let mut vault = Vault::new(1);
    let said = vault.said("set DB_PASSWORD=hunter2hunter2 on web").into_inner();
    assert_eq!(said, "set DB_PASSWORD=[[secret:password:1:00000001]] on web");
    let placeholder = "[[secret:password:1:00000001]]";
    assert!(vault.rehydrate(placeholder, &at(POD, "set.LOG_LEVEL")).is_err());
    assert_eq!(vault.rehydrate(placeholder, &at(POD, FIELD)).unwrap(), "hunter2hunter2");
    assert_eq!(vault.rehydrate(placeholder, &at(POD, FIELD)).unwrap(), "hunter2hunter2");
    assert!(vault.rehydrate(placeholder, &at("eu/ConfigMap/shop/c", "data.dbPassword")).is_err());
}

#[test]
fn a_placeholder_that_stands_for_nothing_is_an_error() {
    let mut vault = Vault::new(1);
    for text in ["[[secret:password:1:00000001]]", "x [[secret:", "[[secret:token:9:00000001]] y"] {
        assert!(matches!(vault.rehydrate(text, &at(POD, FIELD)), Err(Unknown::Placeholder(_))), "{text}");
    }
    let old = read(&mut Vault::new(2), "hunter2hunter2");
    read(&mut vault, "hunter2hunter2");
    let error = vault.rehydrate(&old, &at(POD, FIELD)).unwrap_err().to_string();
    assert!(error.contains("ask again"), "{error}");
}

#[test]
fn a_mask_is_never_written_back() {
    assert!(matches!(Vault::new(1).rehydrate("•••• (up to 16 bytes)", &at(POD, FIELD)), Err(Unknown::Mask(_))));
}

#[test]
fn text_of_a_cluster_or_a_person_can_not_forge_a_placeholder() {
    let mut vault = Vault::new(1);
    let placeholder = read(&mut vault, "hunter2hunter2");
    let forged = vault.text(&format!("set it to {placeholder}")).into_inner();
    assert!(!forged.contains("[[secret:"), "{forged}");
    assert!(!vault.said(&placeholder).get().contains(&placeholder));
    let value = vault.value(&json!({"note": placeholder, placeholder.clone(): 1}), "eu/ConfigMap/shop/c").into_inner();
    assert!(!value.to_string().contains("[[secret:"), "{value}");
}

#[test]
fn what_a_provider_said_keeps_its_placeholders_and_nothing_else() {
    let mut vault = Vault::new(1);
    let placeholder = read(&mut vault, "hunter2hunter2");
    let text = format!("DB_PASSWORD={placeholder} token=abcdefgh1 [[secret:token:7:00000001]] hunter2hunter2");
    let replayed = vault.replayed(&text).into_inner();
    let expected = format!("DB_PASSWORD={placeholder} token=•••• [(look-alike)]");
    assert!(replayed.starts_with(&expected), "{replayed}");
    assert!(!replayed.contains("hunter2"), "{replayed}");
    let arguments = vault.replayed_value(&json!({"set": {"DB_PASSWORD": placeholder}})).into_inner();
    assert_eq!(arguments, json!({"set": {"DB_PASSWORD": placeholder}}));
    assert_eq!(vault.shown(&format!("is {placeholder} right")), "is •••• right");
    assert_eq!(super::super::text(&format!("{placeholder} x")).get(), &format!("{placeholder} x"));
}

#[test]
fn a_report_tells_sort_count_and_field_and_starts_anew() {
    let mut vault = Vault::new(1);
    read(&mut vault, "hunter2hunter2");
    read(&mut vault, "hunter2hunter2");
    let report = vault.report();
    assert_eq!(report, [Masked { kind: Kind::Password, count: 2, field: FIELD.to_owned() }]);
    assert!(vault.report().is_empty());
    assert!(!format!("{vault:?}{report:?}").contains("hunter2"));
}

#[test]
fn a_full_vault_masks_for_good() {
    let mut vault = Vault::new(1);
    let all = (0..SECRETS_MAX + 3).map(|index| read(&mut vault, &format!("secret-value-{index}")));
    let last = all.last().unwrap();
    assert!(last.starts_with("••••"), "{last}");
}

#[test]
fn a_secret_that_stands_twice_in_one_text_is_masked_both_times() {
    let mut vault = Vault::new(1);
    let masked = vault.text("the hunter2hunter2 one: password=hunter2hunter2 failed").into_inner();
    assert_eq!(masked, "the •••• one: password=•••• failed");
    let said = vault.said("is swordfish-9 right? set DB_PASSWORD=swordfish-9 on web").into_inner();
    assert_eq!(said, "is [[secret:password:1:00000001]] right? set DB_PASSWORD=[[secret:password:1:00000001]] on web");
    let value = json!({"a": "was hunter33hunter", "env": [{"name": "TOKEN", "value": "hunter33hunter"}]});
    assert!(!vault.value(&value, "").get().to_string().contains("hunter33"));
}

#[test]
fn what_went_out_before_a_value_was_learnt_is_masked_from_then_on_and_nothing_else_of_it() {
    let mut vault = Vault::new(1);
    let before = vault.text("retrying with hunter2hunter2 as password").into_inner();
    assert!(before.contains("hunter2hunter2"), "nothing tells yet");
    let said = vault.said("set DB_PASSWORD to hunter2hunter2 on web").into_inner();
    assert_eq!(said, "set DB_PASSWORD to [[secret:password:1:00000001]] on web");
    let now = vault.known_by_now(&before).into_inner();
    assert_eq!(now, "retrying with [[secret:password:1:00000001]] as password");
    assert_eq!(vault.known_by_now(&said).get(), &said, "its own placeholders stay");
    let value = vault.known_by_now_value(&json!({"lines": [before], "password": 1})).into_inner();
    assert_eq!(value, json!({"lines": ["retrying with [[secret:password:1:00000001]] as password"], "password": 1}));
}

fn db(data: Value) -> Value {
    json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "db", "namespace": "shop"}, "stringData": data})
}

#[test]
fn what_a_secret_holds_is_found_in_a_log_line_once_the_host_read_it() {
    let mut vault = Vault::new(1);
    vault.learn_read(&db(json!({"k": "correct horse battery"})), "eu/secret/shop/db");
    let encoded = STANDARD.encode("hunter2hunter2");
    let stored =
        json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "x"}, "data": {"password": encoded}});
    vault.learn_read(&stored, "eu/secret/shop/x");
    let line = vault.text("tried correct horse battery, then hunter2hunter2").into_inner();
    assert_eq!(line, "tried [[secret:data:1:00000001]], then [[secret:data:2:00000001]]");
    let field = |object: &str| at(object, "stringData.password");
    let placeholder = "[[secret:data:2:00000001]]";
    assert_eq!(vault.rehydrate(placeholder, &field("eu/secret/shop/x")).unwrap(), "hunter2hunter2");
    assert!(vault.rehydrate(placeholder, &field("eu/secret/shop/other")).is_err());
}

#[test]
fn what_is_no_secret_or_everywhere_by_chance_is_not_learnt_from_a_read() {
    let mut vault = Vault::new(1);
    let held = json!({"username": "postgres", "mode": "production", "pin": "1234567", "tls.crt": "-----BEGIN CERTIFICATE-----"});
    vault.learn_read(&db(held), "eu/secret/shop/db");
    vault.learn_read(
        &json!({"kind": "ConfigMap", "apiVersion": "v1", "data": {"k": "value-number-9"}}),
        "eu/configmap/shop/c",
    );
    let line = "postgres in production: 1234567 value-number-9";
    assert_eq!(vault.text(line).get(), line);
}

#[test]
fn no_more_is_learnt_from_reads_than_there_is_room_for() {
    let mut vault = Vault::new(1);
    let values = READ_BYTES_MAX / 4096 + 1;
    for index in 0..values {
        vault.learn_read(&db(json!({"k": format!("{index:04}{}", "x".repeat(4092))})), "eu/secret/shop/db");
    }
    vault.learn_read(&db(json!({"k": "the-last-one-1"})), "eu/secret/shop/db");
    assert!(vault.text("0000xxxxxxxxxxxx and the-last-one-1").get().contains("the-last-one-1"));
    assert!(!vault.text(&format!("0001{}", "x".repeat(4092))).get().contains("0001x"));
}
