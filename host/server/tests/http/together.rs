//! How many calls of a model run at once: as many as the operator grants, and no more.
//!
//! The model is a server that lets each chat wait until the test opens it, and counts how many wait. The cluster is none.

use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::Duration;

use futures_util::future::join_all;
use kubechat_plugin::QUEUE_WAIT_MAX;
use serde_json::{Value, json};

use crate::door::{DEADLINE, Door, components};
use crate::models::ask;
use crate::vendors::{play, read};
use crate::wire::{bound, text};

/// More than a component, all components and the gate let through by themselves.
const MANY: usize = 20;
/// What a component may do by itself.
const USUAL: usize = 4;

#[derive(Default)]
struct Waiting {
    now: usize,
    most: usize,
    is_open: bool,
}

/// A model that answers once it is opened.
#[derive(Clone, Default)]
struct Patient(Arc<(Mutex<Waiting>, Condvar)>);

impl Patient {
    fn listens(&self) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (address, model) = (listener.local_addr().unwrap(), self.clone());
        std::thread::spawn(move || {
            while let Ok((mut stream, _)) = listener.accept() {
                let model = model.clone();
                std::thread::spawn(move || {
                    let Some(request) = read(&mut stream) else { return };
                    let answer = if request.starts_with("POST /api/chat") {
                        model.wait();
                        text("a haiku")
                    } else {
                        json!({"capabilities": ["completion", "tools"], "model_info": {"x.context_length": 131_072}})
                    };
                    play(&mut stream, 200, &format!("{answer}\n"));
                });
            }
        });
        address
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.0.0.lock().unwrap()
    }

    fn wait(&self) {
        let mut waiting = self.waiting();
        waiting.now += 1;
        waiting.most = waiting.most.max(waiting.now);
        self.0.1.notify_all();
        let (mut waiting, _) = self.0.1.wait_timeout_while(waiting, DEADLINE, |waiting| !waiting.is_open).unwrap();
        waiting.now -= 1;
    }

    fn open(&self) {
        self.waiting().is_open = true;
        self.0.1.notify_all();
    }

    /// Opens it when so many wait at once, or after this time.
    async fn opened_by(&self, many: usize, patience: Duration) {
        let model = self.clone();
        let waited = tokio::task::spawn_blocking(move || {
            let few = |waiting: &mut Waiting| waiting.most < many;
            drop(model.0.1.wait_timeout_while(model.waiting(), patience, few).unwrap());
            model.open();
        });
        waited.await.unwrap();
    }
}

async fn scene(model: &Patient, granted: &str) -> Option<Door> {
    let Some(components) = components() else {
        println!("skipped: no components; `cargo xtask component build` makes them");
        return None;
    };
    let entry = format!("{{provider = 'provider-ollama', settings = {{model = 'patient'}}{granted}}}");
    let settings = format!("mode = 'guarded'\nmodels = [{entry}]");
    Some(Door::tables(&settings, &bound(model.listens()), Some(&components), &[]).await)
}

async fn asked(door: &Door, many: usize) -> Vec<Value> {
    let sentences: Vec<String> = (0..many).map(|at| format!("compose haiku number {at}")).collect();
    join_all(sentences.iter().map(|sentence| ask(door, sentence))).await
}

#[tokio::test]
async fn as_many_calls_of_a_model_run_at_once_as_its_entry_grants() {
    let model = Patient::default();
    let Some(door) = scene(&model, &format!(", calls_at_once = {MANY}")).await else { return };
    let (turns, ()) = tokio::join!(asked(&door, MANY), model.opened_by(MANY, DEADLINE / 2));
    for turn in &turns {
        assert_eq!(turn["state"], "answered", "{turn}");
    }
    assert_eq!(model.waiting().most, MANY);
}

#[tokio::test]
async fn without_a_grant_the_fifth_call_waits_for_a_while_and_is_refused_with_the_number() {
    let model = Patient::default();
    let Some(door) = scene(&model, "").await else { return };
    // Nobody opens the model before the queue's own patience has ended.
    let (turns, ()) = tokio::join!(asked(&door, USUAL + 1), model.opened_by(USUAL + 1, QUEUE_WAIT_MAX * 2));
    let failed: Vec<&Value> = turns.iter().filter(|turn| turn["state"] == "failed").collect();
    assert_eq!((failed.len(), model.waiting().most), (1, USUAL), "{turns:?}");
    let said = failed[0].to_string();
    assert!(said.contains("4 calls of it may run at once"), "{said}");
}
