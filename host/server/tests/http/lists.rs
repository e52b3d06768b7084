//! Lists of any kind, single objects and logs on a real cluster: pages, filters, custom kinds, what is masked, who may not.

use kubechat_harness::{Namespace, Outcome, Plane, User, wait_for};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::door::{DEADLINE, Door, Reply};

/// A host where mira edits a namespace, nils may nothing and ada everything.
async fn door(shop: &Namespace) -> Door {
    let files = [User::Editor, User::Nobody, User::Admin].map(|user| shop.kubeconfig(user));
    let [mira, nils, ada] = files.each_ref().map(|file| file.to_str().unwrap());
    Door::open("mode = 'guarded'", None, &[("mira", mira), ("nils", nils), ("ada", ada)]).await
}

async fn configs(shop: &Namespace, count: usize) -> Outcome {
    let one = |n: usize| {
        json!({"apiVersion": "v1", "kind": "ConfigMap",
            "metadata": {"name": format!("part-{n:02}"), "labels": {"half": (n % 2).to_string()}},
            "data": {"n": n.to_string()}})
    };
    let items: Vec<_> = (0..count).map(one).collect();
    shop.apply(&json!({"apiVersion": "v1", "kind": "List", "items": items}).to_string()).await
}

fn names(reply: &Reply) -> Vec<String> {
    assert_eq!(reply.status, 200, "{reply:?}");
    let items = reply.json()["items"].as_array().unwrap().clone();
    items.iter().map(|row| row["name"].as_str().unwrap().to_owned()).collect()
}

/// All pages of a list, one after the other.
async fn pages(door: &Door, path: &str) -> Vec<Vec<String>> {
    let (mut all, mut token) = (Vec::new(), String::new());
    loop {
        let page = door.get("mira", &format!("{path}{token}")).await;
        all.push(names(&page));
        let Some(next) = page.json()["continue"].as_str().map(str::to_owned) else { return all };
        token = format!("&continue={next}");
    }
}

#[tokio::test]
async fn a_list_comes_page_by_page_and_a_filter_is_applied_to_the_whole_of_a_short_one() -> Outcome {
    let shop = Plane::shared().await?.namespace("list-pages").await?;
    configs(&shop, 7).await?;
    let door = door(&shop).await;
    let path = format!("/api/v1/resources/configmaps?namespace={}&limit=3", shop.name());
    let plain = pages(&door, &path).await;
    assert_eq!(plain.iter().map(Vec::len).collect::<Vec<_>>(), [3, 3, 2], "seven and the cluster's own: {plain:?}");
    let found = pages(&door, &format!("{path}&q=PART-0&sort=-name")).await;
    let wanted: Vec<Vec<_>> = vec![vec![6, 5, 4], vec![3, 2, 1], vec![0]];
    let wanted: Vec<Vec<_>> =
        wanted.into_iter().map(|page| page.into_iter().map(|n| format!("part-{n:02}")).collect()).collect();
    assert_eq!(found, wanted);
    let labelled = door.get("mira", &format!("{path}&labelSelector=half%3D1")).await;
    assert_eq!(names(&labelled), ["part-01", "part-03", "part-05"]);
    let arranged = door.get("mira", &format!("{path}&q=part")).await.json();
    assert_eq!((arranged["applied_to"].as_str(), arranged["remaining"].as_u64()), (Some("list"), Some(4)));
    assert!(door.get("mira", &path).await.json()["applied_to"].is_null());
    Ok(())
}

/// An API server of 1,500 pods that has forgotten every token but its newest; gives the folder-free kubeconfig's text.
async fn forgetful() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut head = Vec::new();
                while !head.ends_with(b"\r\n\r\n") {
                    let Ok(byte) = stream.read_u8().await else { return };
                    head.push(byte);
                }
                let head = String::from_utf8(head).unwrap();
                let (status, body) = forgets(head.split(' ').nth(1).unwrap());
                let body = body.to_string();
                let answer = format!(
                    "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
                    body.len()
                );
                let _ = stream.write_all(answer.as_bytes()).await;
            });
        }
    });
    format!(
        "current-context: c\ncontexts: [{{name: c, context: {{cluster: c, user: u, namespace: shop}}}}]\n\
         clusters: [{{name: c, cluster: {{server: 'http://{address}'}}}}]\nusers: [{{name: u, user: {{token: t}}}}]\n"
    )
}

fn forgets(path: &str) -> (&'static str, Value) {
    let pods = json!({"resource": "pods", "responseKind": {"kind": "Pod"}, "scope": "Namespaced",
        "singularResource": "pod", "verbs": ["get", "list"]});
    let core = json!({"items": [{"metadata": {"name": ""}, "versions": [{"version": "v1", "resources": [pods]}]}]});
    let limit = path.split("limit=").nth(1).and_then(|rest| rest.split('&').next()?.parse().ok()).unwrap_or(0);
    let row = |n: u32| {
        let name = format!("pod-{:04}", 1_499 - n);
        json!({"cells": [name], "object": {"metadata": {"name": name, "namespace": "shop"}}})
    };
    match path {
        "/api" => ("200 OK", core),
        "/apis" => ("200 OK", json!({"items": []})),
        path if path.contains("continue=") => {
            let status = json!({"kind": "Status", "code": 410, "reason": "Expired", "message": "too old"});
            ("410 Gone", status)
        }
        _ => {
            let rows: Vec<_> = (0..limit).map(row).collect();
            let page = json!({"kind": "Table", "metadata": {"continue": "old", "remainingItemCount": 1_500 - limit},
                "columnDefinitions": [{"name": "Name", "priority": 0}], "rows": rows});
            ("200 OK", page)
        }
    }
}

#[tokio::test]
async fn a_continuation_that_got_too_old_begins_anew_and_says_so() {
    let file = std::env::temp_dir().join(format!("kubechat-forgetful-{}", std::process::id()));
    std::fs::write(&file, forgetful().await).unwrap();
    let door = Door::open("mode = 'guarded'", None, &[("mira", file.to_str().unwrap())]).await;
    let first = door.get("mira", "/api/v1/resources/pods?limit=2").await;
    assert_eq!(
        (names(&first), first.json()["restarted"].as_bool()),
        (vec!["pod-1499".to_owned(), "pod-1498".to_owned()], Some(false))
    );
    let token = first.json()["continue"].as_str().unwrap().to_owned();
    let again = door.get("mira", &format!("/api/v1/resources/pods?limit=2&continue={token}")).await;
    assert_eq!((names(&again), again.json()["restarted"].as_bool()), (names(&first), Some(true)));
    let foreign = door.get("mira", "/api/v1/resources/pods?continue=AAAA").await;
    assert_eq!((foreign.status, foreign.code().as_str()), (400, "bad-input"), "{foreign:?}");
    // Too long to be read whole: each page is arranged for itself, and that is said.
    let sorted = door.get("mira", "/api/v1/resources/pods?limit=2&sort=name").await;
    assert_eq!(
        (names(&sorted), sorted.json()["applied_to"].as_str()),
        (vec!["pod-1498".to_owned(), "pod-1499".to_owned()], Some("page"))
    );
    let _ = std::fs::remove_file(file);
}

#[tokio::test]
async fn a_custom_kind_has_its_own_columns_however_it_is_written() -> Outcome {
    let plane = Plane::shared().await?;
    let shop = plane.namespace("list-custom").await?;
    let group = format!("{}.example", shop.name());
    let column = |name: &str, path: &str| json!({"name": name, "type": "string", "jsonPath": path});
    let schema = json!({"type": "object", "x-kubernetes-preserve-unknown-fields": true});
    let definition = json!({
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": {"name": format!("trinkets.{group}")},
        "spec": {"group": group, "scope": "Namespaced", "names": {"plural": "trinkets", "kind": "Trinket"}, "versions": [{
            "name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": schema},
            "additionalPrinterColumns": [column("Colour", ".spec.colour"), column("Note", ".spec.note")]}]},
    });
    let admin = plane.kubectl(User::Admin);
    admin.run_with(&["create", "-f", "-"], &definition.to_string()).await?;
    let made = format!("crd/trinkets.{group}");
    admin.run(&["wait", "--for=condition=Established", &made, "--timeout=30s"]).await?;
    let gadget = json!({"apiVersion": format!("{group}/v1"), "kind": "Trinket", "metadata": {"name": "one", "namespace": shop.name()},
        "spec": {"colour": "\u{1b}[31mred", "note": "password=hunter2-and-more"}});
    let create = || admin.run_with(&["apply", "-f", "-"], gadget.to_string().leak());
    wait_for("the custom kind to be served", DEADLINE, create).await?;
    let door = door(&shop).await;
    for word in ["trinkets", &*format!("trinkets.{group}"), &*format!("trinkets.v1.{group}")] {
        let path = format!("/api/v1/resources/{word}?namespace={}", shop.name());
        let listed = door.get("ada", &path).await;
        assert_eq!(names(&listed), ["one"], "{word}");
        let listed = listed.json();
        assert_eq!(listed["columns"], json!(["Name", "Colour", "Note"]), "{word}");
        assert_eq!(listed["items"][0]["cells"][1], "red", "no terminal obeys it");
        assert!(!listed.to_string().contains("hunter2"), "{listed}");
    }
    Ok(())
}

#[tokio::test]
async fn a_kind_without_columns_has_name_and_age_and_one_that_vanishes_is_told_as_gone() -> Outcome {
    let plane = Plane::shared().await?;
    let shop = plane.namespace("list-vanishes").await?;
    let group = format!("{}.example", shop.name());
    let schema = json!({"type": "object", "x-kubernetes-preserve-unknown-fields": true});
    let definition = json!({
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": {"name": format!("baubles.{group}")},
        "spec": {"group": group, "scope": "Namespaced", "names": {"plural": "baubles", "kind": "Bauble"}, "versions": [
            {"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": schema}}]},
    });
    let (admin, made) = (plane.kubectl(User::Admin), format!("crd/baubles.{group}"));
    admin.run_with(&["create", "-f", "-"], &definition.to_string()).await?;
    admin.run(&["wait", "--for=condition=Established", &made, "--timeout=30s"]).await?;
    let bauble = json!({"apiVersion": format!("{group}/v1"), "kind": "Bauble", "metadata": {"name": "one", "namespace": shop.name()}});
    let create = || admin.run_with(&["apply", "-f", "-"], bauble.to_string().leak());
    wait_for("the custom kind to be served", DEADLINE, create).await?;
    let door = door(&shop).await;
    let path = format!("/api/v1/resources/baubles.{group}?namespace={}", shop.name());
    let listed = door.get("ada", &path).await;
    assert_eq!((names(&listed), &listed.json()["columns"]), (vec!["one".to_owned()], &json!(["Name", "Age"])));
    let object = format!("/api/v1/objects/c/baubles.{group}/{}/one", shop.name());
    for more in ["", "/yaml", "/events", "/related", "/changes", "/history"] {
        let shown = door.get("ada", &format!("{object}{more}")).await;
        assert_eq!(shown.status, 200, "{more}: {shown:?}");
    }
    admin.run(&["delete", &made, "--wait=true"]).await?;
    let gone = || async {
        let reply = door.get("ada", &path).await;
        if reply.status == 404 { Ok(reply) } else { Err(format!("{reply:?}")) }
    };
    let reply = wait_for("the kind to be gone", DEADLINE, gone).await?;
    assert_eq!(reply.code(), "not-found", "{reply:?}");
    for more in ["", "/related", "/history"] {
        let reply = door.get("ada", &format!("{object}{more}")).await;
        assert!(matches!(reply.status, 400 | 404), "{more}: {reply:?}");
        assert!(reply.body.contains("serves no"), "{more}: {reply:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_selector_that_says_nothing_lists_all_and_one_that_does_not_parse_is_refused_in_the_servers_words() -> Outcome
{
    let shop = Plane::shared().await?.namespace("list-selectors").await?;
    configs(&shop, 2).await?;
    let door = door(&shop).await;
    let list = async |selector: &str| {
        door.get("mira", &format!("/api/v1/resources/configmaps?namespace={}&labelSelector={selector}", shop.name()))
            .await
    };
    assert_eq!(names(&list("").await).len(), 3, "ours and the cluster's own");
    assert_eq!(names(&list("!nobody-has-this").await).len(), 3);
    assert_eq!(names(&list("half%3D7").await), Vec::<String>::new());
    for wrong in ["half%20in%20(", "%3D%3D", "half%3Da%2Fb%2Fc", "%00"] {
        let reply = list(wrong).await;
        assert!(matches!(reply.status, 400 | 422), "{wrong}: {reply:?}");
    }
    Ok(())
}

#[tokio::test]
async fn of_a_secret_nobody_is_shown_a_value() -> Outcome {
    let shop = Plane::shared().await?.namespace("list-secrets").await?;
    let secret = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "db"},
        "stringData": {"password": "correct-horse-battery"}});
    shop.apply(&secret.to_string()).await?;
    let door = door(&shop).await;
    let here = shop.name();
    let encoded = "Y29ycmVjdC1ob3JzZS1iYXR0ZXJ5";
    for path in [
        format!("resources/secrets?namespace={here}&fields=*"),
        format!("objects/c/secrets/{here}/db"),
        format!("objects/c/secrets/{here}/db/yaml"),
    ] {
        let reply = door.get("mira", &format!("/api/v1/{path}")).await;
        assert_eq!(reply.status, 200, "{reply:?}");
        assert!(reply.body.contains("db"), "{reply:?}");
        assert!(!reply.body.contains("correct-horse") && !reply.body.contains(encoded), "{path}: {reply:?}");
    }
    Ok(())
}

#[tokio::test]
async fn objects_events_and_logs_are_shown_and_without_rights_refused() -> Outcome {
    let shop = Plane::shared().await?.namespace("list-objects").await?;
    shop.deploy("web", "registry.example/web:1", 2, &[]).await?;
    shop.rolled_out("web").await?;
    let (door, here) = (door(&shop).await, shop.name());
    let object = format!("/api/v1/objects/c/deployments.apps/{here}/web");
    let shown = door.get("mira", &object).await.json();
    assert_eq!(shown["object"]["spec"]["replicas"], 2);
    assert!(shown["object"]["metadata"]["managedFields"].is_null());
    let yaml = door.get("mira", &format!("{object}/yaml")).await;
    assert_eq!((yaml.status, yaml.header("content-type")), (200, Some("application/yaml")));
    assert!(yaml.body.contains("replicas: 2"), "{yaml:?}");
    let events = door.get("mira", &format!("{object}/events")).await;
    assert_eq!(events.status, 200, "{events:?}");

    let pods = names(&door.get("mira", &format!("/api/v1/resources/pods?namespace={here}")).await);
    assert_eq!(pods.len(), 2);
    let logs = format!("/api/v1/logs?namespace={here}&pod={}&lines=5", pods.join(","));
    let logs = door.get("mira", &logs).await;
    assert_eq!((logs.status, logs.header("content-type")), (200, Some("application/x-ndjson")), "{logs:?}");
    let told: Vec<Value> = logs.body.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(told.iter().all(|line| pods.contains(&line["pod"].as_str().unwrap().to_owned())), "{told:?}");

    for path in [
        format!("/api/v1/resources/pods?namespace={here}"),
        object.clone(),
        format!("{object}/yaml"),
        format!("/api/v1/logs?namespace={here}&pod={}", pods[0]),
    ] {
        let refused = door.get("nils", &path).await;
        assert_eq!((refused.status, refused.code().as_str()), (403, "cluster-forbidden"), "{path}: {refused:?}");
    }
    for (path, status) in [
        (format!("/api/v1/objects/c/deployments/{here}/gone"), 404),
        ("/api/v1/objects/c/deployments/-/web".to_owned(), 400),
        ("/api/v1/objects/c/nodes/shop/n1".to_owned(), 400),
        ("/api/v1/objects/other/pods/shop/web".to_owned(), 404),
        ("/api/v1/resources/unheardofs".to_owned(), 404),
        (format!("/api/v1/resources/pods?namespace={here}&limit=501"), 400),
        (format!("/api/v1/resources/pods?namespace={here}&q={}", "x".repeat(1_001)), 413),
        (format!("/api/v1/logs?namespace={here}&pod={}", "a,".repeat(10) + "b"), 413),
        (format!("/api/v1/logs?namespace={here}&pod=web&lines=2001"), 400),
    ] {
        let refused = door.get("mira", &path).await;
        assert_eq!(refused.status, status, "{path}: {refused:?}");
    }
    Ok(())
}
