//! A secret value that was applied lies in no file of the data folder in the clear.

use kubechat_core::audit::EntryKind;
use kubechat_core::redact;
use kubechat_core::run::{RunState, StepState};
use kubechat_flow::ports::ledger::{Change, Draft, Expect, Images, Ledger as _, Row, Version};
use serde_json::json;

use super::place::Place;
use crate::contract::make;

const PLAIN: &str = "hunter2-correct-horse-battery";
/// The same in base64, as the API server stores it.
const ENCODED: &str = "aHVudGVyMi1jb3JyZWN0LWhvcnNlLWJhdHRlcnk=";

fn files_holding(place: &Place, needle: &str) -> Vec<String> {
    let holds = |path: &std::path::PathBuf| {
        let bytes = std::fs::read(path).unwrap();
        bytes.windows(needle.len()).any(|window| window == needle.as_bytes())
    };
    place.files().iter().filter(|path| holds(path)).map(|path| path.display().to_string()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_applied_secret_is_in_no_file() {
    let place = Place::new();
    let ledger = place.ledger().await;
    let secret = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "db", "namespace": "shop"},
        "stringData": {"password": PLAIN}, "data": {"token": ENCODED}});
    let mut plan = make::plan_with("mira", secret.clone());
    plan.revision.provenance = vec![format!("apply of {PLAIN}")];
    let run = make::run(&plan, RunState::Running, StepState::Running);
    let images = |complete: bool| Images {
        before: Some(secret.clone()),
        after: complete.then(|| secret.clone()),
        complete,
        digests: Default::default(),
    };
    let payload = Some(redact::value(&secret));
    let entries = vec![Draft { entry: make::entry(EntryKind::StepIntent), payload }];
    let rows = vec![
        Row::Plan(Box::new(plan.clone()), Expect::New),
        Row::Run(Box::new(run.clone()), Expect::New),
        Row::Images { run: run.id, step: 0, images: images(false) },
    ];
    ledger.commit(Change { rows, entries }).await.unwrap();
    plan.revision.number = 2;
    let rows = vec![
        Row::Plan(Box::new(plan.clone()), Expect::At(Version(1))),
        Row::Images { run: run.id, step: 0, images: images(true) },
    ];
    ledger.commit(Change { rows, entries: Vec::new() }).await.unwrap();
    let look = || {
        for needle in [PLAIN, ENCODED] {
            assert_eq!(files_holding(&place, needle), [""; 0], "{needle}");
        }
        assert!(!files_holding(&place, &run.id.to_string()).is_empty(), "looking in the right files");
    };
    look();
    assert!(files_holding(&place, "kubechat.db-wal").is_empty() && place.inside("kubechat.db-wal").exists());
    assert_eq!(ledger.images(run.id, 0).await.unwrap(), Some(images(true)), "and comes back whole");
    assert_eq!(ledger.plan(plan.id).await.unwrap().unwrap().row, plan);
    ledger.close().await;
    look();
}
