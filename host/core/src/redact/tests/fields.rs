//! The table of fields: what each kind of object holds that is secret, and that it does not leave.

use super::*;

/// Planted in every row: neither it nor its base64 may be in what goes out.
const CANARY: &str = "hunter2-hunter2";

fn in_pod(container: Value) -> Value {
    json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}, "spec": {"containers": [container]}})
}

fn config_map(key: &str, text: String) -> Value {
    json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}, "data": {key: text}})
}

type Row = (&'static str, Value);

fn rows() -> Vec<Row> {
    [stored(), pods(), elsewhere()].concat()
}

/// Secrets, ConfigMaps and what is copied of them.
fn stored() -> Vec<Row> {
    let encoded = STANDARD.encode(CANARY);
    let auth = STANDARD.encode(format!("bob:{CANARY}"));
    let docker = json!({"auths": {"r.example": {"username": "bob", "password": CANARY, "auth": auth}}}).to_string();
    let kubeconfig = format!(
        "apiVersion: v1\nkind: Config\nusers:\n- name: a\n  user:\n    token: {CANARY}\n    client-key-data: {encoded}\n"
    );
    let secret = |field: &str, value: Value| json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, field: value});
    vec![
        ("data", secret("data", json!({"k": encoded}))),
        ("stringData", secret("stringData", json!({"k": CANARY}))),
        ("numbers and lists below data", secret("data", json!({"k": [CANARY, {"x": CANARY}]}))),
        ("docker config", secret("data", json!({".dockerconfigjson": STANDARD.encode(&docker)}))),
        ("docker config in a ConfigMap", config_map("config.json", docker)),
        (
            "last-applied",
            json!({"kind": "Deployment", "apiVersion": "apps/v1", "metadata": {"annotations": {
            "kubectl.kubernetes.io/last-applied-configuration": format!("{{\"x\":\"{CANARY}\"}}")}}}),
        ),
        (
            "managedFields",
            json!({"kind": "Secret", "apiVersion": "v1", "metadata": {"managedFields": [{"f": CANARY}]}}),
        ),
        (
            "a copy in an annotation",
            json!({"kind": "Secret", "apiVersion": "v1", "data": {"k": encoded},
            "metadata": {"annotations": {"note": format!("was {CANARY}")}}}),
        ),
        (
            "a Secret written out in an annotation",
            json!({"kind": "ConfigMap", "apiVersion": "v1", "metadata": {"annotations": {
            "backup": format!("{{\"kind\":\"Secret\",\"data\":{{\"k\":\"{encoded}\"}}}}")}}}),
        ),
        ("kubeconfig", config_map("kubeconfig", kubeconfig)),
        ("key named like a secret", config_map("api.token", CANARY.to_owned())),
        (
            "helm release in a Secret",
            json!({"kind": "Secret", "apiVersion": "v1", "type": "helm.sh/release.v1",
            "metadata": {"name": "sh.helm.release.v1.web.v1"}, "data": {"release": encoded}}),
        ),
        (
            "helm release in a ConfigMap",
            json!({"kind": "ConfigMap", "apiVersion": "v1",
            "metadata": {"name": "sh.helm.release.v1.web.v1", "labels": {"owner": "helm"}}, "data": {"release": encoded}}),
        ),
    ]
}

/// What containers are given.
fn pods() -> Vec<Row> {
    vec![
        ("environment", in_pod(json!({"env": [{"name": "DB_PASSWORD", "value": CANARY}]}))),
        (
            "environment with a URL",
            in_pod(json!({"env": [{"name": "DB", "value": format!("redis://:{CANARY}@db/0")}]})),
        ),
        ("flag and value", in_pod(json!({"args": ["--token", CANARY]}))),
        ("flag with value", in_pod(json!({"command": ["app", format!("--db-password={CANARY}")]}))),
        (
            "flag with blanks and quotation marks in its value",
            in_pod(json!({"args": [format!("--db-password=correct \"horse {CANARY}")]})),
        ),
        ("shell line", in_pod(json!({"command": ["sh", "-c", format!("export API_TOKEN={CANARY} && app")]}))),
        (
            "probe header",
            in_pod(json!({"livenessProbe": {"httpGet": {"httpHeaders": [
            {"name": "Authorization", "value": format!("Bearer {CANARY}")}, {"name": "X-Api-Key", "value": CANARY}]}}})),
        ),
    ]
}

/// What is said about them, and other kinds.
fn elsewhere() -> Vec<Row> {
    let encoded = STANDARD.encode(CANARY);
    let jwt =
        format!("eyJhbGciOiJSUzI1NiIsImtpZCI6IiJ9.{}.{}", STANDARD.encode(CANARY).repeat(3), "c2lnbmF0dXJl".repeat(9));
    vec![
        (
            "token request",
            json!({"kind": "TokenRequest", "apiVersion": "authentication.k8s.io/v1", "status": {"token": CANARY}}),
        ),
        ("service account token in a log", json!({"line": format!("using {jwt} now")})),
        ("custom resource", json!({"kind": "Database", "apiVersion": "x/v1", "spec": {"adminPassword": CANARY}})),
        (
            "event",
            json!({"kind": "Event", "apiVersion": "v1", "message": format!("mount failed: password={CANARY} refused")}),
        ),
        ("condition", json!({"status": {"conditions": [{"message": format!("GET https://u:{CANARY}@h/: 401")}]}})),
        ("list of Secrets", json!({"kind": "SecretList", "apiVersion": "v1", "items": [{"data": {"k": encoded}}]})),
    ]
}

#[test]
fn no_field_of_the_table_lets_its_secret_out() {
    let encoded = STANDARD.encode(CANARY);
    for (name, object) in rows() {
        let shown = value(&object).get().to_string();
        assert!(!shown.contains(CANARY) && !shown.contains(&encoded), "{name}: {shown}");
        let again = value(value(&object).get()).into_inner().to_string();
        assert_eq!(again, shown, "{name}: masking twice");
    }
}

#[test]
fn the_same_table_passes_a_vault_without_letting_anything_out() {
    for (name, object) in rows() {
        let mut vault = Vault::new(3);
        let shown = vault.value(&object, "eu/x/shop/web").get().to_string();
        assert!(!shown.contains(CANARY) && !shown.contains(&STANDARD.encode(CANARY)), "{name}: {shown}");
        assert!(!serde_json::to_string(&vault.report()).unwrap().contains(CANARY), "{name}");
    }
}

#[test]
fn a_number_or_flag_under_a_telling_name_is_masked() {
    let object = json!({"apiVersion": "x/v1", "kind": "Database", "spec": {
        "password": 12_345_678, "adminPassword": true, "pins": {"password": [1234, 5678]},
        "env": [{"name": "DB_PASSWORD", "value": 87_654_321}],
        "port": 5432, "tokenTtl": 3600, "accessTokenLifetime": 86_400, "automountServiceAccountToken": false,
        "useClientSecret": true, "passwordLength": 12}});
    let shown = value(&object).get().to_string();
    for secret in ["12345678", "\"adminPassword\":true", "1234", "5678", "87654321"] {
        assert!(!shown.contains(secret), "{secret}: {shown}");
    }
    for setting in
        ["port", "tokenTtl", "accessTokenLifetime", "automountServiceAccountToken", "useClientSecret", "passwordLength"]
    {
        assert_eq!(value(&object).get()["spec"][setting], object["spec"][setting], "{setting}");
    }
    let change = |before: Value, after: Value| FieldChange {
        path: crate::field::FieldPath::of(&["spec", "password"]),
        before: Some(before),
        after: Some(after),
    };
    let changed = changes(&ApiType::config_maps(), &[change(json!(1234), json!(5678))]);
    assert_eq!(
        (changed[0].before.clone(), changed[0].after.clone()),
        (Some(json!("••••")), Some(json!("•••• (changed)")))
    );
}
