//! From a sentence to its complete plan: through the host's own door, against a real API server with thousands of pods.
//!
//! The host is wired in this process as in its own program, so that the spans of its API calls can be seen. Of each
//! sentence, the time during which at least one API call was under way is the API's; the rest is what we add: HTTP, the
//! ledger's commits, the provider's and the pack's sandboxes, and all computing. That is stricter than the sum of the
//! calls, which counts calls side by side twice. The last step of every sentence is read from its stream.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use kubechat_harness::{Plane, User};
use kubechat_plugin::Compiler;
use kubechat_server::config::{Config, Surroundings};
use kubechat_server::wiring::Host;
use serde::Serialize;
use serde_json::{Value, json};
use tracing::span::{Attributes, Id};
use tracing::subscriber::set_global_default;
use tracing::{Level, Subscriber};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};
use tracing_subscriber::registry::{LookupSpan, Registry};

use crate::client::Client;
use crate::host::Home;
use crate::spread::Spread;
use crate::{Places, Trouble};

/// The largest namespace of a filled plane.
const NAMESPACE: &str = "fill-00";
const SENTENCE: &str = "scale web to 5";
/// Sentences before the clock counts: connections, discovery, a first instance of everything.
const WARM_UP: usize = 5;
/// Sentences that count.
const ROUNDS: usize = 60;

const WORKLOAD: &str = "
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: 'registry.example/web:1.4.2'}]}
";

/// One sentence after the other.
#[derive(Debug, Serialize)]
pub(crate) struct Figures {
    pods: u32,
    sentence: &'static str,
    /// From sending the sentence to reading that its plan is there.
    whole: Spread,
    /// While at least one API call was under way.
    api: Spread,
    /// The rest.
    added: Spread,
    calls: usize,
}

/// On a plane whose editor may edit the namespace.
pub(crate) async fn measure(places: &Places, plane: &Plane, pods: u32) -> Result<Figures, Trouble> {
    let calls = Calls::default();
    let only_calls = Targets::new().with_target("kubechat_cluster::link", Level::DEBUG);
    set_global_default(Registry::default().with(calls.clone().with_filter(only_calls)))?;
    prepare(plane).await?;
    let home = Home::make("sentence")?;
    let variables = [("HOME", home.dir().to_owned()), ("KUBECHAT_COMPONENTS_DIR", places.components.clone())];
    let variables = variables.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
    let around = Surroundings { variables, program: None };
    let config = Config::load(Some(&home.config(plane, "127.0.0.1:0", &[User::Editor])?), Default::default(), &around)?;
    let compiler = Compiler::this_program().map_err(|failure| format!("{failure:?}"))?;
    let host = Host::open(&config, &around, compiler).await?;
    let (address, stop) = (host.app().listen, host.app().stop.clone());
    let serving = tokio::spawn(host.serve());
    let client = Client { host: address, token: home.token(address, User::Editor)? };
    let figures = rounds(&client, &calls, pods).await;
    stop.cancel();
    serving.await?;
    figures
}

async fn prepare(plane: &Plane) -> Result<(), Trouble> {
    let admin = plane.kubectl(User::Admin);
    admin.run_with(&["apply", "-n", NAMESPACE, "-f", "-"], WORKLOAD).await?;
    admin.run(&["rollout", "status", "deployment/web", "-n", NAMESPACE, "--timeout=60s"]).await?;
    Ok(())
}

async fn rounds(client: &Client, calls: &Calls, pods: u32) -> Result<Figures, Trouble> {
    let (mut whole, mut api, mut added, mut count) = (Vec::new(), Vec::new(), Vec::new(), 0);
    for round in 0..WARM_UP + ROUNDS {
        calls.take();
        let started = Instant::now();
        ask(client, SENTENCE, NAMESPACE, "planned").await?;
        let took = started.elapsed();
        let spans = calls.take();
        count = spans.len();
        if count == 0 {
            return Err("no API call was seen: the spans of kubechat_cluster::link have another name now".into());
        }
        let under_way = covered(spans);
        if round >= WARM_UP {
            whole.push(took);
            api.push(under_way);
            added.push(took.saturating_sub(under_way));
        }
    }
    let [whole, api, added] = [whole, api, added].map(Spread::of);
    Ok(Figures { pods, sentence: SENTENCE, whole, api, added, calls: count })
}

/// Says a sentence and reads its turn to the end, which must be this one.
pub(crate) async fn ask(client: &Client, sentence: &str, namespace: &str, end: &str) -> Result<(), Trouble> {
    let body = json!({"sentence": sentence, "namespace": namespace}).to_string();
    let accepted: Value = serde_json::from_str(&client.post("/api/v1/prompts", &body).await?)?;
    let turn = accepted["turn"].as_str().ok_or("no turn")?;
    let told = client.get(&format!("/api/v1/turns/{turn}/stream")).await?;
    if told.contains(&format!("\"{end}\"")) { Ok(()) } else { Err(format!("not {end}: {told}").into()) }
}

/// The time at least one of these was under way.
fn covered(mut spans: Vec<(Instant, Instant)>) -> Duration {
    spans.sort_unstable();
    let mut total = Duration::ZERO;
    let mut until: Option<Instant> = None;
    for (begun, ended) in spans {
        let from = until.map_or(begun, |until| until.max(begun));
        total += ended.saturating_duration_since(from);
        until = Some(until.map_or(ended, |until| until.max(ended)));
    }
    total
}

/// Begin and end of every API call, by the spans of the line to the cluster.
#[derive(Clone, Default)]
struct Calls(Arc<Mutex<Vec<(Instant, Instant)>>>);

struct Begun(Instant);

impl Calls {
    fn take(&self) -> Vec<(Instant, Instant)> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Calls {
    fn on_new_span(&self, _: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        if let Some(span) = context.span(id) {
            span.extensions_mut().insert(Begun(Instant::now()));
        }
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let begun = context.span(&id).and_then(|span| span.extensions().get::<Begun>().map(|begun| begun.0));
        if let Some(begun) = begun {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).push((begun, Instant::now()));
        }
    }
}
