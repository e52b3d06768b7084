//! Kubeconfigs that are wrong, servers that are not there, certificates that don't fit: each named with file and fix.

use std::fs;
use std::path::Path;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kubechat_cluster::{ClusterConfig, ClusterPool, Deadlines};
use kubechat_core::analyze::certificate_expires_at;
use kubechat_core::names::ClusterName;
use kubechat_core::problem::{Code, Problem};
use kubechat_core::time::Clock as _;
use kubechat_flow::ports::cluster::{Cluster as _, ClusterView};
use kubechat_harness::{Outcome, Plane, User};
use serde_json::{Value, json};

use crate::support::{Machine, ask, cluster, config, file, hasty, kind, kubeconfig, pool_of, who};

fn broken(config: ClusterConfig) -> Problem {
    pool_of("editor", vec![config], Deadlines::default()).known(&who("editor"), None).unwrap_err()
}

fn names(problem: &Problem, code: Code, parts: &[&str]) {
    assert_eq!(problem.code, code, "{problem:?}");
    for part in parts {
        let whole = format!("{} — {}", problem.detail, problem.hint);
        assert!(whole.contains(part), "{part:?} is missing in: {whole}");
    }
}

fn none() -> Value {
    json!({})
}

#[test]
fn a_missing_kubeconfig_is_named() {
    let path = Path::new("/nowhere/at/all/config");
    names(&broken(config(path)), Code::Kubeconfig, &["/nowhere/at/all/config", "No such file", "--kubeconfig"]);
}

#[test]
fn a_directory_is_no_kubeconfig() {
    let dir = file("config", "").parent().unwrap().to_owned();
    names(&broken(config(&dir)), Code::Kubeconfig, &[dir.to_str().unwrap(), "not a file"]);
}

#[test]
fn a_kubeconfig_that_can_t_be_parsed_gives_the_line_and_not_the_text() {
    let path = file("config", "users:\n- name: u\n  user: {token: s3cr3t-t0ken\n: [\n");
    let problem = broken(config(&path));
    names(&problem, Code::Kubeconfig, &[path.to_str().unwrap(), "line"]);
    assert!(!format!("{problem:?}").contains("s3cr3t"), "{problem:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_certificate_says_when_it_expires_and_a_token_nothing() -> Outcome {
    let plane = Plane::shared().await?;
    let admin = fs::read_to_string(plane.kubeconfig(User::Admin)).unwrap();
    let value = |key: &str| {
        let line = admin.lines().find_map(|line| line.trim_start().strip_prefix(key)?.strip_prefix(':'));
        line.map(|value| value.trim().trim_matches('"').to_owned())
    };
    let pem = |data: &str, path: &str| match (value(data), value(path)) {
        (Some(data), _) => STANDARD.decode(data).unwrap(),
        (None, Some(path)) => fs::read(path).unwrap(),
        (None, None) => panic!("the admin is known by certificate"),
    };
    let certificate = pem("client-certificate-data", "client-certificate");
    let key = STANDARD.encode(pem("client-key-data", "client-key"));
    let as_file = file("admin.crt", std::str::from_utf8(&certificate).unwrap());
    let data = STANDARD.encode(&certificate);
    let seen = |user: &Value| {
        let file = kubeconfig("https://127.0.0.1:1", &none(), user);
        let pool = pool_of("editor", vec![config(&file)], Deadlines::default());
        pool.known(&who("editor"), None).unwrap().certificate_expires_at
    };
    let expected = certificate_expires_at(&data);
    assert!(expected.is_some_and(|at| at > Machine.now()), "{expected:?}");
    for user in [
        json!({"client-key-data": key, "client-certificate-data": data}),
        json!({"client-key-data": key, "client-certificate": as_file}),
        // As kubectl does it: what stands in the kubeconfig goes before the file it names.
        json!({"client-key-data": key, "client-certificate-data": data, "client-certificate": "/nowhere"}),
    ] {
        assert_eq!(seen(&user), expected, "{user}");
    }
    assert_eq!(seen(&json!({"token": "t"})), None);
    Ok(())
}

#[test]
fn a_missing_context_names_those_there_are() {
    let path = kubeconfig("https://127.0.0.1:1", &none(), &none());
    let wanted = ClusterConfig { context: Some("prod".to_owned()), ..config(&path) };
    names(&broken(wanted), Code::Kubeconfig, &[path.to_str().unwrap(), "prod", "here", "--context"]);
}

#[test]
fn missing_files_and_entries_are_named_with_their_place() {
    for (key, what) in
        [("client-certificate", "client-certificate"), ("client-key", "client-key"), ("tokenFile", "tokenFile")]
    {
        let path = kubeconfig("https://127.0.0.1:1", &none(), &json!({key: "gone.pem"}));
        let gone = path.parent().unwrap().join("gone.pem");
        names(&broken(config(&path)), Code::Kubeconfig, &[what, gone.to_str().unwrap(), path.to_str().unwrap()]);
    }
    let path = kubeconfig("https://127.0.0.1:1", &json!({"certificate-authority": "/gone/ca.pem"}), &none());
    names(&broken(config(&path)), Code::Kubeconfig, &["certificate-authority", "/gone/ca.pem"]);
    let text = fs::read_to_string(&path).unwrap();
    for (entry, lost) in [
        ("cluster", text.replace("\"name\":\"c\"", "\"name\":\"d\"")),
        ("user", text.replace("\"name\":\"u\"", "\"name\":\"d\"")),
    ] {
        names(&broken(config(file("config", &lost))), Code::Kubeconfig, &[entry, "missing"]);
    }
}

#[test]
fn certificates_that_are_none_are_named() {
    let empty = json!({"certificate-authority-data": "bm90aGluZw=="});
    names(&broken(config(kubeconfig("https://127.0.0.1:1", &empty, &none()))), Code::Kubeconfig, &["certificate"]);
    let pem = "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCkFBQUEKLS0tLS1FTkQgQ0VSVElGSUNBVEUtLS0tLQo=";
    let wrong = json!({"certificate-authority-data": pem});
    names(&broken(config(kubeconfig("https://127.0.0.1:1", &wrong, &none()))), Code::Kubeconfig, &["certificate"]);
}

#[test]
fn what_is_not_supported_says_so() {
    let provider = json!({"auth-provider": {"name": "gcp", "config": {}}});
    names(
        &broken(config(kubeconfig("https://127.0.0.1:1", &none(), &provider))),
        Code::Kubeconfig,
        &["auth-provider", "exec"],
    );
    let proxy = json!({"proxy-url": "http://127.0.0.1:2"});
    names(&broken(config(kubeconfig("https://127.0.0.1:1", &proxy, &none()))), Code::Kubeconfig, &["proxy-url"]);
    names(&broken(config(kubeconfig("ftp://127.0.0.1:1", &none(), &none()))), Code::Kubeconfig, &["https"]);
    names(&broken(config(kubeconfig("https://u:p@127.0.0.1:1", &none(), &none()))), Code::Kubeconfig, &["credential"]);
}

async fn unreachable(path: &Path) -> Problem {
    ask(&hasty(path), "editor", kind("pods")).await.unwrap_err()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_not_there_is_named() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let path = kubeconfig(&format!("https://{free}"), &none(), &none());
    names(&unreachable(&path).await, Code::ClusterUnreachable, &[&free.to_string(), "refused"]);
    let path = kubeconfig("https://no-such-host.invalid:6443", &none(), &none());
    let problem = unreachable(&path).await;
    assert!(matches!(problem.code, Code::ClusterUnreachable | Code::Timeout), "{problem:?}");
    names(&problem, problem.code, &["no-such-host.invalid"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_never_answers_ends_at_the_deadline() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let path = kubeconfig(&format!("http://{}", silent.local_addr().unwrap()), &none(), &none());
    let problem = hasty(&path).pin(&who("editor"), &cluster()).await.unwrap_err();
    names(&problem, Code::Timeout, &["3000 ms"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_of_another_authority_is_not_trusted() -> Outcome {
    let plane = Plane::shared().await?;
    let system = kubeconfig(plane.url(), &none(), &none());
    names(&unreachable(&system).await, Code::ClusterUnreachable, &["certificate", "not trusted"]);
    let name = json!({"certificate-authority-data": plane.ca(), "tls-server-name": "another.example"});
    names(&unreachable(&kubeconfig(plane.url(), &name, &none())).await, Code::ClusterUnreachable, &["not trusted"]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn refused_credentials_are_named() -> Outcome {
    let plane = Plane::shared().await?;
    let ca = json!({"certificate-authority-data": plane.ca()});
    let path = kubeconfig(plane.url(), &ca, &json!({"token": "not-a-token"}));
    names(&unreachable(&path).await, Code::ClusterUnauthorized, &["401", plane.url(), "kubeconfig"]);
    let problem = hasty(&path).pin(&who("editor"), &cluster()).await.unwrap_err();
    assert_eq!(problem.code, Code::ClusterUnauthorized);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_file_is_read_again() -> Outcome {
    let plane = Plane::shared().await?;
    let token = file("token", plane.token(User::Viewer).unwrap());
    let ca = json!({"certificate-authority-data": plane.ca()});
    let pool = hasty(&kubeconfig(plane.url(), &ca, &json!({"tokenFile": token})));
    assert_eq!(user(&pool).await.as_deref(), Some("viewer"));
    fs::write(&token, format!("{}\n", plane.token(User::Editor).unwrap())).unwrap();
    assert_eq!(user(&pool).await.as_deref(), Some("editor"), "the file changed, so did the line");
    Ok(())
}

async fn user(pool: &ClusterPool) -> Option<String> {
    view(pool).await.user
}

async fn view(pool: &ClusterPool) -> ClusterView {
    pool.clusters(&who("editor")).await.remove(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_context_that_leads_elsewhere_is_noticed_at_once() -> Outcome {
    let plane = Plane::shared().await?;
    let path = file("config", &fs::read_to_string(plane.kubeconfig(User::Nobody)).unwrap());
    let pool = hasty(&path);
    let before = pool.pin(&who("editor"), &cluster()).await.unwrap();
    let url = plane.url().replace("127.0.0.1", "localhost");
    let elsewhere = fs::read_to_string(&path).unwrap().replace(plane.url(), &url);
    fs::write(&path, elsewhere).unwrap();
    assert_ne!(pool.pin(&who("editor"), &cluster()).await.unwrap(), before);
    assert_eq!(view(&pool).await.server, url);
    fs::remove_file(&path).unwrap();
    let problem = pool.pin(&who("editor"), &cluster()).await.unwrap_err();
    assert_eq!(problem.code, Code::Kubeconfig, "a line is not used without its file");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn other_clusters_work_on() -> Outcome {
    let plane = Plane::shared().await?;
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let named = |name: &str, path: &Path| ClusterConfig { name: ClusterName::parse(name).unwrap(), ..config(path) };
    let clusters = vec![
        named("gone", Path::new("/nowhere/config")),
        named("refusing", &kubeconfig(&format!("https://{free}"), &none(), &none())),
        named("silent", &kubeconfig(&format!("http://{}", silent.local_addr().unwrap()), &none(), &none())),
        named("good", &plane.kubeconfig(User::Editor)),
    ];
    let short = Deadlines { look: Duration::from_secs(2), ..Deadlines::default() };
    let views = pool_of("editor", clusters, short).clusters(&who("editor")).await;
    let codes: Vec<_> = views.iter().map(|view| view.problem.as_ref().map(|problem| problem.code)).collect();
    assert_eq!(codes, [Some(Code::Kubeconfig), Some(Code::ClusterUnreachable), Some(Code::Timeout), None]);
    assert_eq!(views[3].user.as_deref(), Some("editor"));
    Ok(())
}
