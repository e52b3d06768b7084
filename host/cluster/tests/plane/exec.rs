//! Exec credential plugins: good, missing, slow, asking, failing, expiring; run once for many calls.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use kubechat_core::problem::{Code, Problem};
use kubechat_flow::ports::cluster::Cluster as _;
use kubechat_harness::{Outcome, Plane, User};
use serde_json::{Value, json};

use crate::support::{ask, cluster, file, hasty, kind, kubeconfig, who};

fn script(body: &str) -> PathBuf {
    let path = file("plugin", &format!("#!/bin/sh\n{body}\n"));
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path
}

fn credential(status: &Value) -> String {
    json!({"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": status}).to_string()
}

fn exec(plane: &Plane, command: &Path, more: &Value) -> PathBuf {
    let mut exec =
        json!({"apiVersion": "client.authentication.k8s.io/v1", "command": command, "interactiveMode": "IfAvailable"});
    exec.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    kubeconfig(plane.url(), &json!({"certificate-authority-data": plane.ca()}), &json!({"exec": exec}))
}

async fn failing(command: &Path, more: Value) -> Outcome<Problem> {
    let plane = Plane::shared().await?;
    Ok(ask(&hasty(&exec(&plane, command, &more)), "editor", kind("pods")).await.unwrap_err())
}

fn names(problem: &Problem, parts: &[&str]) {
    assert_eq!(problem.code, Code::ExecPlugin, "{problem:?}");
    let whole = format!("{} — {}", problem.detail, problem.hint);
    assert!(parts.iter().all(|part| whole.contains(part)), "{parts:?} in {whole}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_plugin_is_named_with_how_to_get_it() -> Outcome {
    let problem = failing(Path::new("kubechat-no-such-plugin"), json!({"installHint": "get it from the shop"})).await?;
    names(&problem, &["kubechat-no-such-plugin", "not installed", "get it from the shop", "kubeconfig"]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_plugin_is_killed_with_all_it_started() -> Outcome {
    let pid = file("pid", "");
    let problem = failing(&script(&format!("sleep 600 & echo $! > {}; wait", pid.display())), json!({})).await?;
    names(&problem, &["3000 ms", "killed", "by hand"]);
    let child = fs::read_to_string(&pid).unwrap();
    let stat = format!("/proc/{}/stat", child.trim());
    kubechat_harness::wait_for("the plugin's child to end", std::time::Duration::from_secs(5), || {
        // A zombie nobody has reaped yet is dead, too.
        let dead = fs::read_to_string(&stat).map_or(true, |stat| stat.contains(") Z "));
        async move { dead.then_some(()).ok_or("it still runs") }
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_that_asks_is_told_apart() -> Outcome {
    let asking = script("printf 'Password: ' >&2; read answer || { echo 'cannot read password: EOF' >&2; exit 1; }");
    names(&failing(&asking, json!({})).await?, &["asks for input", "cannot read password", "log in"]);
    let always = failing(&script("echo never run"), json!({"interactiveMode": "Always"})).await?;
    names(&always, &["asks for input", "interactiveMode"]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_that_fails_says_why_and_its_output_is_not_shown() -> Outcome {
    names(&failing(&script("echo 'login expired' >&2; exit 3"), json!({})).await?, &["login expired", "3", "by hand"]);
    for (output, why) in [
        ("t0p-s3cret and no JSON", "no ExecCredential"),
        (r#"{"kind":"ExecCredential"}"#, "without a status"),
        (r#"{"status":{"token":"t0p-s3cret","expirationTimestamp":"soon"}}"#, "RFC 3339"),
        (r#"{"status":{"clientCertificateData":"t0p-s3cret"}}"#, "half"),
        (r#"{"status":{}}"#, "neither"),
    ] {
        let problem = failing(&script(&format!("echo '{output}'")), json!({})).await?;
        names(&problem, &[why]);
        assert!(!format!("{problem:?}").contains("t0p-s3cret"), "{problem:?}");
    }
    let flood = failing(&script("yes"), json!({})).await?;
    names(&flood, &["EXEC_OUTPUT_BYTES_MAX"]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugins_token_works_and_is_asked_for_once() -> Outcome {
    let plane = Plane::shared().await?;
    let runs = file("runs", "");
    let token = credential(&json!({"token": plane.token(User::Editor).unwrap()}));
    let env = json!({"env": [{"name": "MARK", "value": "said"}], "args": ["get-token"], "provideClusterInfo": true});
    let body = format!(
        "echo \"$1 $MARK $KUBERNETES_EXEC_INFO\" >> {}; [ -t 0 ] && exit 9; cat > /dev/null; echo '{token}'",
        runs.display()
    );
    let pool = hasty(&exec(&plane, &script(&body), &env));
    let queries = ["pods", "services", "deploy", "jobs"].map(kind).to_vec();
    pool.answer(&who("editor"), &cluster(), queries).await.unwrap();
    assert_eq!(pool.clusters(&who("editor")).await[0].user.as_deref(), Some("editor"));
    let runs = fs::read_to_string(&runs).unwrap();
    assert_eq!(runs.lines().count(), 1, "{runs}");
    assert!(runs.starts_with("get-token said ") && runs.contains(r#""interactive":false"#), "{runs}");
    assert!(runs.contains(plane.url()), "cluster info was asked for: {runs}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_or_expired_token_is_asked_for_again() -> Outcome {
    let plane = Plane::shared().await?;
    let good = credential(&json!({"token": plane.token(User::Editor).unwrap()}));
    let stale = credential(&json!({"token": "revoked"}));
    let expired = credential(&json!({"token": "expired", "expirationTimestamp": "2020-01-01T00:00:00Z"}));
    for (first, said) in [(stale, "refused"), (expired, "expired")] {
        let seen = file("seen", "").with_file_name("first");
        let seen = seen.display();
        let body = format!("if [ -e {seen} ]; then echo '{good}'; else touch {seen}; echo '{first}'; fi");
        let pool = hasty(&exec(&plane, &script(&body), &json!({})));
        let pin = pool.pin(&who("editor"), &cluster()).await;
        assert!(pin.is_ok(), "{said}: {pin:?}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugins_certificate_identifies_the_user() -> Outcome {
    let plane = Plane::shared().await?;
    // The admin is known by certificate; the plugin gives out the same one.
    let admin = fs::read_to_string(plane.kubeconfig(User::Admin)).unwrap();
    let part = |key: &str| {
        let line = admin.lines().find(|line| line.trim_start().starts_with(key)).unwrap();
        line.split_once(':').unwrap().1.trim().trim_matches('"').to_owned()
    };
    let (certificate, key) = match admin.contains("client-certificate-data") {
        true => {
            let pem = |key: &str| format!("$(echo {} | base64 -d | awk '{{printf \"%s\\\\n\", $0}}')", part(key));
            (pem("client-certificate-data"), pem("client-key-data"))
        }
        false => {
            let pem = |key: &str| format!("$(awk '{{printf \"%s\\\\n\", $0}}' {})", part(key));
            (pem("client-certificate"), pem("client-key"))
        }
    };
    let body = format!(
        "c=\"{certificate}\"\nk=\"{key}\"\nprintf '{{\"status\": {{\"clientCertificateData\": \"%s\", \"clientKeyData\": \"%s\"}}}}' \"$c\" \"$k\""
    );
    let pool = hasty(&exec(&plane, &script(&body), &json!({})));
    let view = pool.clusters(&who("editor")).await.remove(0);
    assert_eq!(view.user.as_deref(), Some("admin"), "{view:?}");
    Ok(())
}
