//! Counters for `/metrics`, in OpenMetrics text; every name begins with `kubechat_`.
//!
//! Labels are closed sets (route patterns, states, codes), never ids, names or anything a person typed, so their number is
//! bounded. Times are seconds, as OpenMetrics wants them. Counting never fails and never waits.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use kubechat_core::policy::{Effect, PackOutcome};
use kubechat_egress::Counts;
use kubechat_flow::ports::events::Event;
use kubechat_flow::ports::provider::Usage;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;

/// Upper edges of request times, seconds.
const SECONDS: [f64; 9] = [0.001, 0.005, 0.025, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0];

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    method: String,
    route: String,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RouteLabel {
    route: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct StateLabel {
    state: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct PolicyLabels {
    pack: String,
    outcome: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct GuestLabels {
    world: &'static str,
    outcome: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct EgressLabels {
    destination: String,
    what: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ModelLabels {
    provider: String,
    model: String,
    direction: &'static str,
}

/// All counters. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Metrics {
    requests: Family<RequestLabels, Counter>,
    seconds: Family<RouteLabel, Histogram, fn() -> Histogram>,
    plans: Family<StateLabel, Counter>,
    runs: Family<StateLabel, Counter>,
    policy: Family<PolicyLabels, Counter>,
    guests: Family<GuestLabels, Counter>,
    model_tokens: Family<ModelLabels, Counter>,
    streams: Gauge,
}

/// An open stream, counted as long as it lives.
#[derive(Debug)]
pub struct OpenStream(Gauge);

impl Drop for OpenStream {
    fn drop(&mut self) {
        self.0.dec();
    }
}

fn request_seconds() -> Histogram {
    Histogram::new(SECONDS)
}

impl Metrics {
    /// Nothing counted yet.
    #[expect(clippy::new_without_default, reason = "a host has one, made where it is wired")]
    pub fn new() -> Self {
        Self {
            requests: Family::default(),
            seconds: Family::new_with_constructor(request_seconds),
            plans: Family::default(),
            runs: Family::default(),
            policy: Family::default(),
            guests: Family::default(),
            model_tokens: Family::default(),
            streams: Gauge::default(),
        }
    }

    /// One request answered; `route` is the pattern, never the path.
    pub fn request(&self, method: &Method, route: &str, status: StatusCode, elapsed: Duration) {
        let method = if known(method) { method.as_str() } else { "other" };
        let labels = RequestLabels { method: method.to_owned(), route: route.to_owned(), status: status.as_u16() };
        self.requests.get_or_create(&labels).inc();
        self.seconds.get_or_create(&RouteLabel { route: route.to_owned() }).observe(elapsed.as_secs_f64());
    }

    /// What happened to plans and runs, as their listeners hear it.
    pub fn event(&self, event: &Event) {
        let family = match event.name.as_str() {
            "plan_update" => &self.plans,
            "execution_status" => &self.runs,
            _ => return,
        };
        if let Some(state) = event.data.get("state").and_then(|state| state.as_str()) {
            family.get_or_create(&StateLabel { state: state.to_owned() }).inc();
        }
    }

    /// One pack's word on one plan.
    pub fn judged(&self, outcome: &PackOutcome) {
        match outcome {
            PackOutcome::Verdicts(verdicts) => {
                self.guest("policy-pack", "ok");
                for verdict in verdicts {
                    self.policy(&verdict.pack, effect(&verdict.effect));
                }
            }
            PackOutcome::Failed { pack, code, .. } => {
                self.guest("policy-pack", code);
                self.policy(pack, "failed");
            }
        }
    }

    fn policy(&self, pack: &str, outcome: &str) {
        let labels = PolicyLabels { pack: pack.to_owned(), outcome: outcome.to_owned() };
        self.policy.get_or_create(&labels).inc();
    }

    /// One call of a guest ended.
    pub fn guest(&self, world: &'static str, outcome: &str) {
        self.guests.get_or_create(&GuestLabels { world, outcome: outcome.to_owned() }).inc();
    }

    /// What one call of a model used; models are the operator's few.
    pub fn model_tokens(&self, provider: &str, model: &str, usage: Usage) {
        for (direction, tokens) in [("input", usage.input_tokens), ("output", usage.output_tokens)] {
            let labels = ModelLabels { provider: provider.to_owned(), model: model.to_owned(), direction };
            self.model_tokens.get_or_create(&labels).inc_by(tokens);
        }
    }

    /// A stream opens; it is counted until the answer is dropped.
    pub fn open_stream(&self) -> OpenStream {
        self.streams.inc();
        OpenStream(self.streams.clone())
    }

    /// All of it as OpenMetrics text.
    /// `ways`: the egress gate's destinations, the operator's few, and one for all that are not bound.
    pub fn text(&self, ways: &[(String, Counts)]) -> String {
        let mut all = Registry::with_prefix("kubechat");
        let version = vec![("version", env!("CARGO_PKG_VERSION"))];
        all.register("build", "This host", Info::new(version));
        all.register("http_requests", "Requests answered", self.requests.clone());
        all.register("http_request_seconds", "Time to the answer's head", self.seconds.clone());
        all.register("plan_updates", "Changes of plans by the state after them", self.plans.clone());
        all.register("run_updates", "Changes of runs by the state after them", self.runs.clone());
        all.register("policy_outcomes", "What packs said", self.policy.clone());
        all.register("guest_calls", "Calls of components by how they ended", self.guests.clone());
        all.register("model_tokens", "Tokens by model and direction, estimates too", self.model_tokens.clone());
        let (requests, bytes, refused) = egress(ways);
        all.register("egress_requests", "Requests by destination; refused ones too", requests);
        all.register("egress_bytes", "Bytes of bodies by destination and direction", bytes);
        all.register("egress_refusals", "Refused requests by destination and reason", refused);
        all.register("open_streams", "Event streams open now", self.streams.clone());
        let mut text = String::new();
        // Writing to a string can't fail; an encoder's own refusal leaves an empty page, which a scraper reports.
        if encode(&mut text, &all).is_err() {
            text.clear();
        }
        text
    }
}

type Egress = (Family<EgressLabels, Counter>, Family<EgressLabels, Counter>, Family<EgressLabels, Counter>);

/// The gate's own counters, by destination.
fn egress(ways: &[(String, Counts)]) -> Egress {
    let (requests, bytes, refused) = Egress::default();
    for (destination, counts) in ways {
        let add = |family: &Family<EgressLabels, Counter>, what: &'static str, count: u64| {
            family.get_or_create(&EgressLabels { destination: destination.clone(), what }).inc_by(count);
        };
        add(&requests, "all", counts.requests);
        add(&requests, "failed", counts.failed);
        add(&bytes, "out", counts.bytes_out);
        add(&bytes, "in", counts.bytes_in);
        counts.refused.iter().for_each(|(reason, count)| add(&refused, reason, *count));
    }
    (requests, bytes, refused)
}

fn known(method: &Method) -> bool {
    [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS]
        .contains(method)
}

fn effect(effect: &Effect) -> &'static str {
    match effect {
        Effect::Note => "note",
        Effect::Warn => "warn",
        Effect::Require(_) => "require",
        Effect::Deny => "deny",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_counted_under_its_pattern_and_an_odd_method_under_other() {
        let metrics = Metrics::new();
        let took = Duration::from_millis(3);
        metrics.request(&Method::GET, "/api/v1/plans/{id}", StatusCode::OK, took);
        metrics.request(&Method::from_bytes(b"BREW").unwrap(), "none", StatusCode::NOT_FOUND, took);
        let text = metrics.text(&[]);
        for line in [
            r#"kubechat_http_requests_total{method="GET",route="/api/v1/plans/{id}",status="200"} 1"#,
            r#"kubechat_http_requests_total{method="other",route="none",status="404"} 1"#,
        ] {
            assert!(text.contains(line), "{text}");
        }
    }

    #[test]
    fn a_stream_counts_as_long_as_it_lives() {
        let metrics = Metrics::new();
        let open = metrics.open_stream();
        assert!(metrics.text(&[]).contains("kubechat_open_streams 1"));
        drop(open);
        assert!(metrics.text(&[]).contains("kubechat_open_streams 0"));
    }
}
