//! Turns: one that its owner stops makes no plan; a question that was asked back is answered by the next sentence; what a stop cut off says so.

use std::sync::Arc;

use futures_util::StreamExt as _;
use futures_util::stream::{self, BoxStream};
use kubechat_core::audit::EntryKind;
use kubechat_core::ids::{ThreadId, TurnId};
use kubechat_core::operation::Operation;
use kubechat_core::problem::Code;
use kubechat_core::time::Clock as _;
use kubechat_flow::Flow;
use kubechat_flow::ask::Place;
use kubechat_flow::ports::Ports;
use kubechat_flow::ports::ledger::{AuditFilter, Change, Expect, Ledger as _, Row};
use kubechat_flow::ports::provider::{Event, Finish, Provider, Request, ToolCall};
use kubechat_flow::turn::{Part, Thread, Topic, Turn, TurnState};
use kubechat_harness::{User, wait_for};
use kubechat_suite::Tested;
use kubechat_suite::machine::Machine;
use kubechat_suite::world::{ENDS_WITHIN, cluster, plans_of, who};
use serde_json::json;
use tokio::sync::Notify;

use crate::KIT;

#[tokio::test]
async fn a_choice_asked_back_is_made_by_the_next_sentence() -> Tested {
    let world = KIT.world("second-one").await?;
    world.namespace.deploy("web", "registry.example/web:1", 2, &[]).await?;
    let set = json!({"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": "web"}, "spec": {
        "serviceName": "web", "replicas": 1, "selector": {"matchLabels": {"app": "stateful"}}, "template": {
            "metadata": {"labels": {"app": "stateful"}},
            "spec": {"containers": [{"name": "web", "image": "registry.example/web:1"}]}}}});
    world.namespace.apply(&set.to_string()).await?;
    let asked = world.ask(User::Editor, "scale web to 3").await?;
    assert_eq!(asked.state, TurnState::AskedBack, "{:?}", asked.parts);
    assert!(asked.said.is_empty(), "what was said to and fro is nobody's to see");

    let place = Place { thread: Some(asked.thread), ..Place::default() };
    let chosen = world.ask_at(User::Editor, "the second one", place).await?;
    assert_eq!(chosen.state, TurnState::Planned, "{:?}", chosen.parts);
    let plan = world.flow.show(plans_of(&chosen)[0]).await?.plan;
    let Operation::Scale(scale) = &plan.revision.operations[0].operation else {
        panic!("{:?}", plan.revision.operations)
    };
    let text = format!("{:?}", asked.parts).to_lowercase();
    let first_is_deployment = text.find("deployment") < text.find("statefulset");
    let second = if first_is_deployment { "statefulset" } else { "deployment" };
    assert_eq!((scale.target.kind.as_str().to_lowercase().as_str(), scale.replicas), (second, 3), "{text}");
    Ok(())
}

/// Calls for a change once it is let, and says that it was asked.
struct Gate {
    asked: Notify,
    open: Arc<Notify>,
    namespace: String,
}

impl Provider for Gate {
    fn label(&self) -> String {
        "gate 1".to_owned()
    }

    fn is_rules(&self) -> bool {
        true
    }

    fn complete(&self, _: Request) -> BoxStream<'static, Event> {
        let target = json!({"kind": "deployment", "namespace": self.namespace, "name": "web"});
        let arguments = json!({"target": target, "replicas": 3});
        let call = ToolCall { id: "1".to_owned(), name: "scale".to_owned(), arguments };
        let events = [Event::Call(call), Event::End(Ok(Finish::ToolCalls))];
        self.asked.notify_one();
        let open = Arc::clone(&self.open);
        stream::once(async move { open.notified().await }).flat_map(move |()| stream::iter(events.clone())).boxed()
    }
}

#[tokio::test]
async fn a_turn_its_owner_stops_makes_no_plan_any_more() -> Tested {
    let world = KIT.world("stopped-turn").await?;
    world.namespace.deploy("web", "registry.example/web:1", 1, &[]).await?;
    let namespace = world.namespace.name().to_owned();
    let gate = Arc::new(Gate { asked: Notify::new(), open: Arc::new(Notify::new()), namespace });
    let ports = Ports { provider: gate.clone(), ..world.flow.ports().clone() };
    let flow = Flow::new(ports, world.flow.settings().clone());
    let owner = who(User::Editor);
    let turn = flow.ask(&owner, "scale web to 3", Place::default()).await?;
    gate.asked.notified().await;
    let stopping = flow.cancel_turn(&owner, turn.id).await?;
    assert!(stopping.cancel_requested && stopping.state == TurnState::Working, "{stopping:?}");
    flow.cancel_turn(&owner, turn.id).await?;
    gate.open.notify_one();
    let ended = wait_for("the end", ENDS_WITHIN, || async {
        let turn = flow.show_turn(&owner, turn.id).await.map_err(|problem| problem.detail)?;
        if turn.state == TurnState::Working { Err(format!("{:?}", turn.parts)) } else { Ok(turn) }
    });
    let ended = ended.await?;
    assert_eq!((ended.state, plans_of(&ended)), (TurnState::Cancelled, Vec::new()), "{:?}", ended.parts);
    assert_eq!(flow.cancel_turn(&owner, turn.id).await?, ended, "what has ended stays as it is");
    let log = world.entries(AuditFilter::default()).await?;
    let log: Vec<_> = log.iter().map(|row| (row.committed.entry.kind, row.committed.entry.outcome.as_str())).collect();
    let said = [(EntryKind::Asked, "asked"), (EntryKind::CancelAsked, "asked"), (EntryKind::Answered, "cancelled")];
    assert_eq!(log, said);
    Ok(())
}

#[tokio::test]
async fn a_question_whose_right_is_missing_is_no_misunderstanding() -> Tested {
    let world = KIT.world("who-can").await?;
    let turn = world.ask(User::Editor, "who can delete secrets?").await?;
    let Some(Part::Problem { problem }) = turn.parts.last() else { panic!("{:?}", turn.parts) };
    assert_eq!((turn.state, problem.code), (TurnState::Failed, Code::ClusterForbidden), "{problem:?}");
    assert!(problem.advice().starts_with("kubectl auth can-i list "), "{problem:?}");
    let nonsense = world.ask(User::Editor, "sing me a song").await?;
    let Some(Part::Problem { problem }) = nonsense.parts.last() else { panic!("{:?}", nonsense.parts) };
    assert_eq!(problem.code, Code::NotUnderstood);
    Ok(())
}

#[tokio::test]
async fn a_turn_that_a_stop_cut_off_says_so_after_the_next_start() -> Tested {
    let world = KIT.world("cut-off").await?;
    let (owner, now) = (who(User::Editor), Machine::default().now());
    let namespace = world.namespace.name().parse()?;
    let thread = Thread {
        id: ThreadId::mint(&Machine::default()),
        owner: owner.clone(),
        cluster: cluster(),
        namespace,
        title: String::new(),
        created_at: now,
        deleted_at: None,
        shared_at: None,
        topic: Topic::default(),
        last: None,
    };
    let turn = Turn {
        id: TurnId::mint(&Machine::default()),
        thread: thread.id,
        who: owner.clone(),
        sentence: "scale web to 3".to_owned(),
        created_at: now,
        ended_at: None,
        state: TurnState::Working,
        provider: "provider-rules".to_owned(),
        model: None,
        rules: true,
        usage: None,
        cancel_requested: false,
        carries: kubechat_core::egress::DataClasses::usual(),
        looked: kubechat_flow::looked::Looked::nothing(),
        masked: Vec::new(),
        parts: Vec::new(),
        said: Vec::new(),
        before: kubechat_flow::recall::Memory::default(),
    };
    let rows = vec![Row::Thread(thread, Expect::New), Row::Turn(Box::new(turn.clone()), Expect::New)];
    world.ledger.commit(Change { rows, entries: Vec::new() }).await?;
    world.flow.resume().await?;
    let shown = world.flow.show_turn(&owner, turn.id).await?;
    assert_eq!(shown.state, TurnState::Failed);
    assert!(matches!(&shown.parts[..], [Part::Problem { problem }] if problem.detail.contains("stopped")), "{shown:?}");
    let log = world.entries(AuditFilter { kinds: vec![EntryKind::Answered], ..AuditFilter::default() }).await?;
    assert_eq!(log.last().map(|row| row.committed.entry.outcome.as_str()), Some("interrupted"));
    Ok(())
}
