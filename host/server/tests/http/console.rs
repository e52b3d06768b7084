//! The console's files over the socket: to whom they are given, under which headers, and what is not taken for a page.

use std::path::Path;

use crate::door::Door;

/// What a build leaves, very small.
fn built(folder: &Path) {
    std::fs::create_dir_all(folder.join("assets")).unwrap();
    let index = "<!doctype html><script type=module src=/assets/app-1.js></script>";
    for (name, text) in
        [("index.html", index), ("assets/app-1.js", "let a;"), ("routes.json", r#"{"routes": ["/", "/plans/$id"]}"#)]
    {
        std::fs::write(folder.join(name), text).unwrap();
    }
}

async fn door(folder: &Path) -> Door {
    let settings = format!("console_dir = '{}'", folder.display());
    Door::open(&settings, None, &[("mira", "")]).await
}

#[tokio::test]
async fn the_console_is_given_to_a_browser_that_has_not_logged_in_and_carries_nothing_of_anybodys() {
    let folder = std::env::temp_dir().join(format!("kubechat-console-door-{}", std::process::id()));
    built(&folder);
    let door = door(&folder).await;
    for (path, accept, status, kind) in [
        ("/", "text/html", 200, "text/html"),
        ("/plans/p-1", "text/html", 200, "text/html"),
        ("/assets/app-1.js", "*/*", 200, "text/javascript"),
        ("/nowhere", "text/html", 404, "text/html"),
        ("/nowhere", "*/*", 404, "application/problem+json"),
        ("/assets/gone.js", "*/*", 404, "application/problem+json"),
        ("/api/v1/nothing", "text/html", 404, "application/problem+json"),
        ("/api/v1/session", "text/html", 401, "application/problem+json"),
    ] {
        let reply = door.send("GET", path, &format!("Accept: {accept}\r\n"), "").await;
        assert_eq!(reply.status, status, "{path} {accept}: {reply:?}");
        assert!(reply.header("content-type").is_some_and(|own| own.starts_with(kind)), "{path}: {reply:?}");
        let policy = reply.header("content-security-policy").unwrap_or_default();
        assert!(policy.contains("default-src 'none'") && policy.contains("script-src 'self'"), "{path}: {policy}");
        assert!(reply.header("set-cookie").is_none());
    }
    let changing = door.send("POST", "/", "", "").await;
    assert_eq!(changing.status, 404, "{changing:?}");
    let head = format!("GET / HTTP/1.1\r\nHost: evil.example:{}\r\nConnection: close\r\n\r\n", door.app.listen.port());
    let foreign = door.raw(head.as_bytes()).await;
    assert_eq!((foreign.status, foreign.code().as_str()), (403, "cross-site"), "{foreign:?}");
    std::fs::remove_dir_all(&folder).unwrap();
}

#[tokio::test]
async fn a_host_without_a_console_or_with_half_of_one_serves_its_api() {
    let half = std::env::temp_dir().join(format!("kubechat-console-half-{}", std::process::id()));
    std::fs::create_dir_all(&half).unwrap();
    for door in [Door::without_cluster().await, door(&half).await] {
        let page = door.send("GET", "/", "Accept: text/html\r\n", "").await;
        assert_eq!((page.status, page.code().as_str()), (404, "not-found"), "{page:?}");
        assert_eq!(door.get("", "/livez").await.status, 200);
    }
    std::fs::remove_dir_all(&half).unwrap();
}
