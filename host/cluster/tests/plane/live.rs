//! Watches: what changes arrives, what is lost on the way is made up for, what nobody may or wants to see ends.
//!
//! Against the real control plane wherever it can be made to do so; a version that is too old (410), bookmarks that get
//! lost and ten thousand changes at once come from a server that is scripted.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use kubechat_cluster::limits::READER_ROWS_MAX;
use kubechat_cluster::{ClusterPool, PoolConfig, PrincipalConfig, WatchTimes};
use kubechat_core::object::ApiType;
use kubechat_core::problem::Code;
use kubechat_core::time::Clock as _;
use kubechat_flow::ports::live::{Delta, Live as _, Lost, News, Reader, RowsAsk};
use kubechat_flow::ports::table::{TableColumn, TableRow};
use kubechat_flow::resources::ResourceRow;
use kubechat_harness::{Namespace, Outcome, Plane, PrivatePlane, User, wait_for};
use serde_json::{Value, json};

use crate::scripted::{Reply, Scripted, event, expired, row, table};
use crate::support::{Machine, cluster, config, kind, object, pool, who};

pub(crate) const DEADLINE: Duration = Duration::from_secs(30);

/// As the server prints it: what becomes of rows before they are kept is not the adapter's business.
fn as_is(_: &ApiType, _: &[TableColumn], row: TableRow) -> ResourceRow {
    let TableRow { namespace, name, uid, created_at, cells } = row;
    ResourceRow { namespace, name, uid, created_at, cells }
}

fn ask(api: ApiType, namespace: &str) -> RowsAsk {
    RowsAsk { api, namespace: Some(namespace.parse().unwrap()), selector: None }
}

fn configs(pool: &ClusterPool, user: &str, namespace: &str) -> Screen {
    let reader = pool.rows(&who(user), &cluster(), &ask(ApiType::config_maps(), namespace), as_is).unwrap();
    Screen::of(reader)
}

/// What a client that applies what it hears would show.
struct Screen {
    reader: Box<dyn Reader<ResourceRow>>,
    rows: BTreeMap<String, ResourceRow>,
    columns: Vec<String>,
    lost: Option<Lost>,
    resets: usize,
    /// Names of rows told again without a change.
    repeated: Vec<String>,
}

impl Screen {
    fn of(reader: Box<dyn Reader<ResourceRow>>) -> Self {
        Self { reader, rows: BTreeMap::new(), columns: Vec::new(), lost: None, resets: 0, repeated: Vec::new() }
    }

    /// Takes what comes until this holds; fails past the deadline or at the end of the watch.
    async fn until(&mut self, what: &str, holds: impl Fn(&Self) -> bool) {
        let until = Instant::now() + DEADLINE;
        while !holds(self) {
            let left = until.saturating_duration_since(Instant::now());
            let news = tokio::time::timeout(left, self.reader.next()).await;
            match news.unwrap_or_else(|_| panic!("{what}: there are {:?}", self.names())) {
                News::Delta(delta) => self.apply(delta),
                News::Lost(lost) => self.lost = Some(lost),
                News::Back => self.lost = None,
                News::Ended(problem) => panic!("{what}: {problem:?}"),
            }
        }
    }

    fn apply(&mut self, delta: Delta<ResourceRow>) {
        if delta.reset {
            assert!(delta.complete, "no test here has that many rows");
            self.resets += 1;
            self.rows.clear();
            self.columns = delta.columns.iter().map(|column| column.name.clone()).collect();
        }
        for uid in &delta.removed {
            assert!(self.rows.remove(&**uid).is_some(), "{uid} goes and was not there");
        }
        for row in &delta.upserts {
            // All but the age, which is printed anew each time.
            let cells = |row: &ResourceRow| row.cells[..2].to_vec();
            if let Some(old) = self.rows.insert(row.uid.clone(), (**row).clone())
                && cells(&old) == cells(row)
            {
                self.repeated.push(row.name.clone());
            }
        }
    }

    fn names(&self) -> Vec<&str> {
        let mut names: Vec<_> = self.rows.values().map(|row| row.name.as_str()).collect();
        names.sort_unstable();
        names
    }

    fn cell(&self, name: &str) -> Option<&Value> {
        self.rows.values().find(|row| row.name == name).map(|row| &row.cells[1])
    }

    /// What ends it.
    async fn ended(mut self) -> Code {
        let wait = async {
            loop {
                if let News::Ended(problem) = self.reader.next().await {
                    return problem.code;
                }
            }
        };
        tokio::time::timeout(DEADLINE, wait).await.expect("an end within the deadline")
    }
}

async fn put(shop: &Namespace, name: &str, data: &Value) -> Outcome {
    let object = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data});
    shop.apply(&object.to_string()).await
}

/// One principal for each kubeconfig, with these times.
fn timed(people: &[(&str, &std::path::Path)], watches: WatchTimes) -> ClusterPool {
    let principals = people
        .iter()
        .map(|(name, kubeconfig)| PrincipalConfig { principal: who(name), clusters: vec![config(*kubeconfig)] })
        .collect();
    ClusterPool::new(PoolConfig { principals, watches, ..PoolConfig::default() }, Arc::new(Machine))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_is_new_changed_or_gone_arrives() -> Outcome {
    let shop = Plane::shared().await?.namespace("live-rows").await?;
    let pool = pool(&shop);
    put(&shop, "first", &json!({"a": "1"})).await?;
    let mut screen = configs(&pool, "viewer", shop.name());
    screen.until("the list", |screen| screen.names() == ["first", "kube-root-ca.crt"]).await;
    assert_eq!((screen.resets, screen.columns.as_slice()), (1, ["Name", "Data", "Age"].map(str::to_owned).as_slice()));
    put(&shop, "second", &json!({})).await?;
    screen.until("a new row", |screen| screen.cell("second") == Some(&json!(0))).await;
    put(&shop, "first", &json!({"a": "1", "b": "2"})).await?;
    screen.until("a changed row", |screen| screen.cell("first") == Some(&json!(2))).await;
    shop.kubectl(User::Admin).run(&["delete", "configmap", "first"]).await?;
    screen.until("a row that is gone", |screen| screen.names() == ["kube-root-ca.crt", "second"]).await;
    assert_eq!((screen.resets, screen.repeated.as_slice()), (1, [].as_slice()));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn one_object_is_told_as_it_is_masked_by_its_asker_and_its_end_too() -> Outcome {
    let shop = Plane::shared().await?.namespace("live-object").await?;
    let pool = pool(&shop);
    let mask = |mut object: Value| {
        object["data"] = json!("masked");
        object
    };
    let target = object(ApiType::config_maps(), Some(shop.name()), "one");
    let mut reader = pool.object(&who("viewer"), &cluster(), &target, mask).unwrap();
    let mut next = async || match tokio::time::timeout(DEADLINE, reader.next()).await.expect("news") {
        News::Delta(delta) => delta,
        other => panic!("{other:?}"),
    };
    let none = next().await;
    assert!(none.reset && none.upserts.is_empty(), "there is none yet: {none:?}");
    put(&shop, "one", &json!({"a": "hidden"})).await?;
    let made = next().await.upserts.pop().unwrap();
    assert_eq!(
        (&made["kind"], &made["apiVersion"], &made["data"]),
        (&json!("ConfigMap"), &json!("v1"), &json!("masked"))
    );
    assert!(made["metadata"].get("managedFields").is_none());
    put(&shop, "other", &json!({})).await?;
    shop.kubectl(User::Admin).run(&["delete", "configmap", "one"]).await?;
    assert_eq!(next().await.removed.len(), 1, "and nothing of the other one");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_custom_kind_is_told_under_its_own_columns() -> Outcome {
    let plane = Plane::shared().await?;
    let shop = plane.namespace("live-custom").await?;
    let (pool, group) = (pool(&shop), format!("{}.example", shop.name()));
    let schema = json!({"type": "object", "x-kubernetes-preserve-unknown-fields": true});
    let definition = json!({
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": {"name": format!("charms.{group}")},
        "spec": {"group": group, "scope": "Namespaced", "names": {"plural": "charms", "kind": "Charm"}, "versions": [{
            "name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": schema},
            "additionalPrinterColumns": [{"name": "Colour", "type": "string", "jsonPath": ".spec.colour"}]}]},
    });
    shop.apply(&definition.to_string()).await?;
    let made = format!("crd/charms.{group}");
    plane.kubectl(User::Admin).run(&["wait", "--for=condition=Established", &made, "--timeout=30s"]).await?;
    let charm = |colour: &str| json!({"apiVersion": format!("{group}/v1"), "kind": "Charm", "metadata": {"name": "one"}, "spec": {"colour": colour}});
    wait_for("the custom kind to be served", DEADLINE, || shop.apply(charm("red").to_string().leak())).await?;
    let kind = kind(&format!("charms.{group}"));
    let found = crate::support::ask(&pool, "admin", kind).await.unwrap();
    let kubechat_core::facts::Fact::Types { types } = found else { panic!("{found:?}") };
    let asked = ask(types[0].clone(), shop.name());
    let mut screen = Screen::of(pool.rows(&who("admin"), &cluster(), &asked, as_is).unwrap());
    screen.until("the list", |screen| screen.cell("one") == Some(&json!("red"))).await;
    assert_eq!(screen.columns, ["Name", "Colour"]);
    shop.apply(&charm("blue").to_string()).await?;
    screen.until("the change", |screen| screen.cell("one") == Some(&json!("blue"))).await;
    // Its definition goes, and its watch with it.
    plane.kubectl(User::Admin).run(&["delete", &made]).await?;
    assert_eq!(screen.ended().await, Code::NotFound);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_see_one_namespace_watches_it_and_is_refused_elsewhere() -> Outcome {
    let plane = Plane::shared().await?;
    let (shop, other) = (plane.namespace("live-mine").await?, plane.namespace("live-other").await?);
    let pool = pool(&shop);
    let nobodys = configs(&pool, "nobody", shop.name());
    assert_eq!(nobodys.ended().await, Code::ClusterForbidden);
    let secrets = pool.rows(&who("viewer"), &cluster(), &ask(ApiType::secrets(), shop.name()), as_is).unwrap();
    assert_eq!(Screen::of(secrets).ended().await, Code::ClusterForbidden);
    let everywhere = RowsAsk { api: ApiType::config_maps(), namespace: None, selector: None };
    let everywhere = pool.rows(&who("viewer"), &cluster(), &everywhere, as_is).unwrap();
    assert_eq!(Screen::of(everywhere).ended().await, Code::ClusterForbidden);
    configs(&pool, "viewer", shop.name()).until("the list", |screen| !screen.rows.is_empty()).await;
    // Both namespaces give the viewer his role; what is taken away in one is not in the other.
    other.kubectl(User::Admin).run(&["delete", "rolebinding", "people-view"]).await?;
    let viewer = other.kubectl(User::Viewer);
    wait_for("rights to be gone", DEADLINE, || viewer.refused(&["get", "configmaps"])).await?;
    assert_eq!(configs(&pool, "viewer", other.name()).ended().await, Code::ClusterForbidden);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watch_whose_user_loses_his_rights_ends_and_keeps_nothing() -> Outcome {
    let shop = Plane::shared().await?.namespace("live-rights").await?;
    let times = WatchTimes { recheck: Duration::from_millis(200), ..WatchTimes::default() };
    let pool = timed(&[("viewer", &shop.kubeconfig(User::Viewer))], times);
    let mut screen = configs(&pool, "viewer", shop.name());
    screen.until("the list", |screen| !screen.rows.is_empty()).await;
    let asked = ask(ApiType::config_maps(), shop.name());
    assert!(pool.warm(&who("viewer"), &cluster(), &asked).is_some());
    shop.kubectl(User::Admin).run(&["delete", "rolebinding", "people-view"]).await?;
    assert_eq!(screen.ended().await, Code::ClusterForbidden);
    assert!(
        pool.warm(&who("viewer"), &cluster(), &asked).is_none(),
        "the API server would still send, and nobody takes it"
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frozen_api_server_is_told_within_three_seconds_and_its_return_too() -> Outcome {
    let plane = PrivatePlane::start().await?;
    let shop = plane.namespace("live-frozen").await?;
    let pool = pool(&shop);
    let mut screen = configs(&pool, "viewer", shop.name());
    screen.until("the list", |screen| !screen.rows.is_empty()).await;
    let mut statuses = pool.statuses(&who("viewer"));
    let mut status = async || tokio::time::timeout(DEADLINE, statuses.next()).await.expect("a status");
    let there = status().await;
    assert!(there.lost.is_none() && there.version.is_some_and(|version| version.starts_with('v')));
    let frozen_at = Machine.now();
    plane.freeze()?;
    screen.until("the loss", |screen| screen.lost.is_some()).await;
    let told_after_ms = Machine.now().since_ms(frozen_at);
    assert!(told_after_ms <= 3_000, "told after {told_after_ms} ms");
    let lost = status().await.lost.expect("a lost cluster");
    assert_eq!(Some(&lost), screen.lost.as_ref(), "the same moment and reason");
    assert!(lost.why.contains("gave no answer"), "{lost:?}");
    plane.thaw()?;
    screen.until("the return", |screen| screen.lost.is_none()).await;
    assert!(status().await.lost.is_none());
    put(&shop, "after", &json!({})).await?;
    screen.until("a change after it", |screen| screen.cell("after").is_some()).await;
    assert_eq!(screen.repeated, Vec::<String>::new());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_crash_of_the_api_server_the_screen_shows_what_a_direct_list_shows() -> Outcome {
    let mut plane = PrivatePlane::start().await?;
    let shop = plane.namespace("live-crash").await?;
    let pool = pool(&shop);
    for name in ["stays", "changes", "goes"] {
        put(&shop, name, &json!({})).await?;
    }
    let mut screen = configs(&pool, "viewer", shop.name());
    screen.until("the list", |screen| screen.rows.len() == 4).await;
    plane.kill()?;
    screen.until("the loss", |screen| screen.lost.is_some()).await;
    assert_eq!(screen.rows.len(), 4, "what was known is still shown");
    plane.restart().await?;
    let admin = shop.kubectl(User::Admin);
    admin.run(&["delete", "configmap", "goes"]).await?;
    put(&shop, "changes", &json!({"a": "1"})).await?;
    put(&shop, "new", &json!({})).await?;
    screen
        .until("what changed meanwhile", |screen| {
            screen.lost.is_none()
                && screen.names() == ["changes", "kube-root-ca.crt", "new", "stays"]
                && screen.cell("changes") == Some(&json!(1))
        })
        .await;
    let listed = admin.json(&["get", "configmaps"]).await?;
    let uids = listed["items"].as_array().unwrap().iter().map(|item| item["metadata"]["uid"].as_str().unwrap());
    let mut uids: Vec<_> = uids.collect();
    uids.sort_unstable();
    assert_eq!(screen.rows.keys().map(String::as_str).collect::<Vec<_>>(), uids);
    assert_eq!(screen.repeated, Vec::<String>::new());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_kubeconfig_ends_its_watches_as_something_to_begin_anew() -> Outcome {
    let shop = Plane::shared().await?.namespace("live-file").await?;
    let file = crate::support::file("kubeconfig", &std::fs::read_to_string(shop.kubeconfig(User::Viewer)).unwrap());
    let pool = timed(&[("viewer", &file)], WatchTimes::default());
    let mut screen = configs(&pool, "viewer", shop.name());
    screen.until("the list", |screen| !screen.rows.is_empty()).await;
    std::fs::copy(shop.kubeconfig(User::Nobody), &file).unwrap();
    assert_eq!(screen.ended().await, Code::Stale, "the new line is seen without anybody asking");
    assert_eq!(
        configs(&pool, "viewer", shop.name()).ended().await,
        Code::ClusterForbidden,
        "as whoever stands there now"
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_that_is_too_old_is_made_up_for_by_a_list() {
    let server = Scripted::start(|target, before| match (target.contains("watch=true"), before) {
        (false, 0) => Reply::Whole(200, table(&[row("stays", "1", 4), row("goes", "1", 5)], 5)),
        (true, 0) => Reply::Lines(vec![event("ADDED", &row("new", "1", 6)), expired()]),
        (false, _) => Reply::Whole(200, table(&[row("stays", "2", 90), row("new", "1", 6)], 100)),
        (true, _) => Reply::Held(Vec::new()),
    })
    .await;
    let file = server.kubeconfig("t");
    let pool = timed(&[("mira", &file)], WatchTimes::default());
    let mut screen = configs(&pool, "mira", "shop");
    screen.until("both lists", |screen| screen.resets == 2).await;
    assert_eq!((screen.names(), screen.cell("stays")), (vec!["new", "stays"], Some(&json!("2"))));
    server.holds(1).await;
    let watches = server.asked_for("watch=true");
    assert!(watches[0].target.contains("resourceVersion=5&") && watches[1].target.contains("resourceVersion=100&"));
    assert!(watches.iter().all(|asked| asked.target.contains("allowWatchBookmarks=true")));
}

#[tokio::test(flavor = "multi_thread")]
async fn with_bookmarks_a_watch_goes_on_from_the_last_and_without_them_it_lists_again() {
    // The second watch of whoever saw no bookmark is from a version the server has forgotten.
    let script = |bookmark: bool| {
        move |target: &str, before: usize| match (target.contains("watch=true"), before) {
            (false, _) => Reply::Whole(200, table(&[row("a", "1", 4)], if before == 0 { 5 } else { 100 })),
            (true, 0) if bookmark => {
                let mark = json!({"type": "BOOKMARK", "object": {"kind": "Table", "metadata": {"resourceVersion": "90"},
                    "columnDefinitions": null, "rows": []}});
                Reply::Lines(vec![mark])
            }
            (true, 0) => Reply::Lines(Vec::new()),
            (true, _) if target.contains("resourceVersion=5&") => {
                Reply::Whole(410, json!({"kind": "Status", "code": 410, "reason": "Expired", "message": "too old"}))
            }
            (true, _) => Reply::Held(vec![event("MODIFIED", &row("a", "2", 101))]),
        }
    };
    for (bookmark, lists) in [(true, 1), (false, 2)] {
        let server = Scripted::start(script(bookmark)).await;
        let file = server.kubeconfig("t");
        let pool = timed(&[("mira", &file)], WatchTimes::default());
        let mut screen = configs(&pool, "mira", "shop");
        screen.until("the change", |screen| screen.cell("a") == Some(&json!("2"))).await;
        assert_eq!(server.asked_for("limit=").len(), lists, "with bookmark: {bookmark}");
        assert_eq!(screen.resets, lists);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_is_listed_again_and_never_in_a_hurry() {
    let server = Scripted::start(|target, _| match target.contains("watch=true") {
        false => Reply::Whole(200, table(&[row("a", "1", 4)], 5)),
        true => Reply::Lines(vec![json!({"type": "ADDED", "object": null})]),
    })
    .await;
    let file = server.kubeconfig("t");
    let pool = timed(&[("mira", &file)], WatchTimes::default());
    let begun = Instant::now();
    let mut screen = configs(&pool, "mira", "shop");
    screen.until("four lists", |screen| screen.resets == 4).await;
    assert!(begun.elapsed() >= Duration::from_millis(125 + 250 + 500), "pauses grow: {:?}", begun.elapsed());
}

#[tokio::test(flavor = "multi_thread")]
async fn readers_of_one_principal_share_a_watch_and_two_principals_share_nothing() {
    let server = Scripted::start(|target, _| match target.contains("watch=true") {
        false => Reply::Whole(200, table(&[row("a", "1", 4)], 5)),
        true => Reply::Held(Vec::new()),
    })
    .await;
    let (miras, jons) = (server.kubeconfig("miras"), server.kubeconfig("jons"));
    let times = WatchTimes { table_idle: Duration::from_millis(200), ..WatchTimes::default() };
    let pool = timed(&[("mira", &miras), ("jon", &jons)], times);
    let mut screens =
        vec![configs(&pool, "mira", "shop"), configs(&pool, "mira", "shop"), configs(&pool, "jon", "shop")];
    for screen in &mut screens {
        screen.until("the list", |screen| screen.names() == ["a"]).await;
    }
    server.holds(2).await;
    let mut tokens: Vec<_> = server.asked_for("watch=true").into_iter().map(|asked| asked.token).collect();
    tokens.sort_unstable();
    assert_eq!(tokens, ["jons", "miras"]);
    // A watch lives as long as somebody reads it, and its idle time longer.
    drop(screens.split_off(1));
    server.holds(1).await;
    put_off(&mut screens[0]).await;
    assert_eq!(server.held.load(std::sync::atomic::Ordering::SeqCst), 1, "one reader is left");
    drop(screens);
    server.holds(0).await;
    let asked = ask(ApiType::config_maps(), "shop");
    assert!(pool.warm(&who("mira"), &cluster(), &asked).is_none(), "and what it had is gone");
}

/// Waits longer than the idle time of the test above, by waiting for news that never come.
async fn put_off(screen: &mut Screen) {
    let idle = Duration::from_millis(600);
    assert!(tokio::time::timeout(idle, screen.reader.next()).await.is_err(), "there is nothing to tell");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_sleeps_is_given_the_latest_state_of_each_row_once() {
    const ROWS: u64 = 300;
    let name = |n: u64| format!("row-{:03}", n % ROWS);
    let server = Scripted::start(move |target, _| match target.contains("watch=true") {
        false => Reply::Whole(200, table(&[], 5)),
        true => {
            let change = |n: u64| event("MODIFIED", &row(&name(n), &n.to_string(), 10 + n));
            Reply::Held((0..10_000).map(change).chain([event("ADDED", &row("last", "x", 20_000))]).collect())
        }
    })
    .await;
    let file = server.kubeconfig("t");
    let pool = timed(&[("mira", &file)], WatchTimes::default());
    let mut sleeper = configs(&pool, "mira", "shop");
    sleeper.until("an empty list", |screen| screen.resets == 1).await;
    // Another one reads all the while: it is not held up, and knows when everything has come.
    configs(&pool, "mira", "shop").until("the last", |screen| screen.cell("last").is_some()).await;
    let mut told = 0;
    while sleeper.rows.len() <= ROWS as usize {
        let news = tokio::time::timeout(DEADLINE, sleeper.reader.next()).await.expect("news");
        let News::Delta(delta) = news else { panic!("{news:?}") };
        told += delta.upserts.len();
        sleeper.apply(delta);
    }
    assert_eq!(told, ROWS as usize + 1, "each once, of READER_ROWS_MAX = {READER_ROWS_MAX} that would fit");
    assert_eq!(sleeper.cell("row-299"), Some(&json!("9899")), "the latest state: 9,899 is the last of its row");
    assert_eq!(sleeper.resets, 1);
}
