//! What must never survive masking, and what must.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;
use serde_json::json;

use super::*;

mod breaks;
mod canaries;
mod explains;
mod fields;
mod samples;
mod sentences;
mod splits;
mod texts;
mod vaults;

use crate::diff::{FieldChange, changes as diff};
use crate::object::ApiType;

fn secret(data: &str) -> Value {
    json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "db"}, "data": {"k": STANDARD.encode(data)}})
}

#[test]
fn a_secret_shows_its_keys_and_classes_of_length_only() {
    let masked = object(&secret("hunter2hunter2"));
    assert_eq!(masked["data"], json!({"k": "•••• (up to 16 bytes)"}));
    assert_eq!(masked["metadata"], json!({"name": "db"}));
    assert_eq!(object(&secret("hunter3")), object(&secret("hunter2")), "the mark does not tell two values apart");
}

#[test]
fn last_applied_and_managed_fields_are_dropped() {
    let last = "kubectl.kubernetes.io/last-applied-configuration";
    let with = json!({"kind": "ConfigMap", "apiVersion": "v1", "metadata": {"name": "c", "managedFields": [{"f": 1}],
        "annotations": {last: "{\"data\":{}}", "team": "shop"}}});
    assert_eq!(object(&with)["metadata"], json!({"name": "c", "annotations": {"team": "shop"}}));
}

#[test]
fn every_secret_inside_a_list_is_masked_even_without_a_kind_of_its_own() {
    let item = json!({"metadata": {"name": "a"}, "data": {"k": STANDARD.encode("hunter2")}});
    for list in [
        json!({"apiVersion": "v1", "kind": "SecretList", "items": [item]}),
        json!({"apiVersion": "v1", "kind": "List", "items": [secret("hunter2")]}),
        json!([secret("hunter2")]),
        json!({"apiVersion": "work/v1", "kind": "Bundle", "spec": {"manifests": [secret("hunter2")]}}),
    ] {
        assert!(!value(&list).get().to_string().contains(&STANDARD.encode("hunter2")), "{list}");
    }
}

#[test]
fn environment_and_arguments_with_telling_names_are_masked_and_the_rest_stays() {
    let pod = json!({"apiVersion": "v1", "kind": "Pod", "spec": {"containers": [{"name": "web", "image": "r:5000/web:1",
        "env": [{"name": "DB_PASSWORD", "value": "hunter2"}, {"name": "MODE", "value": "fast"},
            {"name": "TOKEN", "valueFrom": {"secretKeyRef": {"name": "db", "key": "token"}}},
            {"name": "URL", "value": "postgres://u:hunter2@db/x"}],
        "args": ["--token", "hunter2", "--level", "debug", "--password=hunter2", "--secret-name", "db"]}],
        "volumes": [{"name": "s", "secret": {"secretName": "db"}}], "automountServiceAccountToken": false}});
    let container = &object(&pod)["spec"]["containers"][0];
    assert!(!container.to_string().contains("hunter2"), "{container}");
    assert_eq!(container["image"], "r:5000/web:1");
    assert_eq!(container["env"][1], json!({"name": "MODE", "value": "fast"}));
    assert_eq!(container["env"][2], pod["spec"]["containers"][0]["env"][2]);
    assert_eq!(container["env"][3]["value"], "postgres://u:••••@db/x");
    assert_eq!(container["args"][3], "debug");
    assert_eq!(container["args"][6], "db");
    assert_eq!(object(&pod)["spec"]["volumes"], pod["spec"]["volumes"]);
}

#[test]
fn config_maps_are_masked_by_key_and_inside_texts() {
    let map = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}, "data": {
        "api.token": "hunter2", "color": "blue", "app.properties": "mode=fast\npassword=hunter2 x\n",
        "config": "users:\n- name: a\n  user:\n    client-key-data: aHVudGVyMg==\n    token: hunter2\n"}});
    let data = &object(&map)["data"];
    assert!(!data.to_string().contains("hunter2") && !data.to_string().contains("aHVudGVyMg"), "{data}");
    assert_eq!(data["color"], "blue");
    assert_eq!(data["app.properties"], "mode=fast\npassword=••••\n");
}

#[test]
fn a_helm_release_is_masked_wherever_it_is_stored() {
    let release = json!({"apiVersion": "v1", "kind": "ConfigMap", "data": {"release": "H4sIAAAAvalues"},
        "metadata": {"name": "sh.helm.release.v1.web.v1", "labels": {"owner": "helm"}}});
    assert!(!object(&release).to_string().contains("H4sI"));
    let change = FieldChange {
        path: crate::field::FieldPath::of(&["data", "release"]),
        before: None,
        after: Some(json!("H4sIAA")),
    };
    assert_eq!(changes(&ApiType::config_maps(), &[change])[0].after, Some(json!("•••• (up to 16 bytes)")));
}

#[test]
fn a_changed_secret_shows_that_it_changed_and_nothing_else() {
    let changed =
        changes(&ApiType::secrets(), &diff(Some(&secret("hunter2")), Some(&secret("a longer one than sixteen")), &[]));
    assert_eq!(
        (changed[0].before.clone(), changed[0].after.clone()),
        (Some(json!("••••")), Some(json!("•••• (changed)")))
    );
}

#[test]
fn an_added_secret_value_and_a_removed_one_are_masked() {
    for (before, after) in [(None, Some(secret("hunter2"))), (Some(secret("hunter2")), None)] {
        let changed = changes(&ApiType::secrets(), &diff(before.as_ref(), after.as_ref(), &[]));
        assert!(!format!("{changed:?}").contains(&STANDARD.encode("hunter2")), "{changed:?}");
    }
}

#[test]
fn a_changed_environment_secret_is_masked_by_the_name_beside_it() {
    let pod = |password: &str| json!({"spec": {"containers": [{"name": "web", "env": [{"name": "PASSWORD", "value": password}]}]}});
    let changed = changes(&ApiType::pods(), &diff(Some(&pod("hunter2")), Some(&pod("hunter3")), &[]));
    assert_eq!(changed[0].path.to_string(), "spec.containers[name=web].env[name=PASSWORD].value");
    assert_eq!(
        (changed[0].before.clone(), changed[0].after.clone()),
        (Some(json!("••••")), Some(json!("•••• (changed)")))
    );
    let added =
        changes(&ApiType::pods(), &diff(Some(&json!({"spec": {"containers": []}})), Some(&pod("hunter2")), &[]));
    assert!(!format!("{added:?}").contains("hunter2"), "{added:?}");
}

#[test]
fn a_private_key_over_several_log_lines_is_masked_whole() {
    let log =
        ["start", "-----BEGIN PRIVATE KEY-----", "MIIhunter2", "-----END PRIVATE KEY-----", "end"].map(str::to_owned);
    assert_eq!(lines(&log).into_inner(), ["start", "••••", "••••", "••••", "end"]);
}

#[test]
fn masking_twice_changes_nothing_more() {
    let once = object(&secret("hunter2"));
    assert_eq!(object(&once)["metadata"], once["metadata"]);
    assert_eq!(text("password=hunter2").get(), text(text("password=hunter2").get()).get());
}

proptest! {
    #[test]
    fn no_secret_value_survives_in_any_form(
        values in proptest::collection::btree_map("[a-z]{1,8}", "[A-Za-z0-9!@#$%^&*+/=_-]{6,60}", 1..6),
        as_text in any::<bool>(),
    ) {
        let field = if as_text { "stringData" } else { "data" };
        let data: serde_json::Map<String, Value> = values
            .iter()
            .map(|(key, value)| (key.clone(), json!(if as_text { value.clone() } else { STANDARD.encode(value) })))
            .collect();
        let note = format!("copied {}", values.values().next().unwrap());
        let whole = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s", "annotations": {
            "kubectl.kubernetes.io/last-applied-configuration": json!({"kind": "Secret", "stringData": &values}).to_string(),
            "note": note}}, field: data});
        let in_diff = changes(&ApiType::secrets(), &diff(None, Some(&whole), &[]));
        let shown = [object(&whole).to_string(), value(&json!([&whole])).get().to_string()];
        for value in values.values() {
            for text in &shown {
                prop_assert!(!text.contains(value.as_str()), "{text}");
                prop_assert!(!text.contains(&STANDARD.encode(value)), "{text}");
            }
        }
        for change in in_diff.iter().filter(|change| change.path.to_string().starts_with(field)) {
            prop_assert!(change.after.as_ref().unwrap().as_str().unwrap().starts_with("••••"));
        }
    }
}
