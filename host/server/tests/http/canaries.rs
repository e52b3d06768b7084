//! Five thousand secrets in eight encodings in Kubernetes-shaped text on a real cluster, and a model that reads every object
//! they stand in: none of them reaches its socket.
//!
//! Planted are secrets the redactor claims to know ([docs/redaction.md]): half of them are held by a Secret that the
//! conversation reads first and stand bare in log lines, events, environments, arguments, annotations, ConfigMaps, URLs; the
//! other half was never read and stands behind telling names there, in URLs' credentials, registry and kube configurations,
//! or is a vendor's token. kubectl repeats all that is applied in `last-applied-configuration`. No plain words are planted.
//! Everything the model was sent is searched, as it stood on the wire and unwrapped, for both ends of every secret's forms.
//! `KUBECHAT_CANARIES=all` plants all, otherwise it is a slice chosen by a seed that is printed (`KUBECHAT_CANARIES_SEED`).
//!
//! [docs/redaction.md]: ../../../../docs/redaction.md

mod planted;
mod secret;

use std::collections::HashMap;

use kubechat_harness::{Namespace, Outcome, Plane, User};
use serde_json::{Value, json};

use crate::door::{Door, components};
use crate::models::ask;
use crate::wire::{Model, bound, calls, last_turn, text};
use planted::Parcel;
use secret::{Canary, ENCODINGS, END_BYTES};

const SECRETS: usize = 5_000;
/// Secrets of one conversation: so few that each reading is told whole.
const PARCEL_SECRETS: usize = 6;
const PARCELS: usize = SECRETS.div_ceil(PARCEL_SECRETS);
/// Parcels of a slice.
const SLICE: usize = 16;
/// Parcels in one namespace, whose events are all listed for each question about them.
const PARCELS_AT_ONCE: usize = 32;
/// Every so many of the named ones are vendors' tokens.
const VENDOR_EVERY: usize = 4;

fn parcel(number: usize) -> Parcel {
    let held = number.is_multiple_of(2);
    let from = number * PARCEL_SECRETS;
    let numbers = from..(from + PARCEL_SECRETS).min(SECRETS);
    let canaries = numbers.map(|number| Canary::numbered(number, !held && number.is_multiple_of(VENDOR_EVERY)));
    Parcel::of(number, canaries.collect(), held)
}

/// Which parcels are planted.
fn planted() -> Vec<usize> {
    if std::env::var("KUBECHAT_CANARIES").is_ok_and(|all| all == "all") {
        return (0..PARCELS).collect();
    }
    let seed = std::env::var("KUBECHAT_CANARIES_SEED").ok().and_then(|seed| seed.parse::<usize>().ok());
    let seed = seed.unwrap_or(std::process::id() as usize);
    println!("{SLICE} of {PARCELS} parcels, KUBECHAT_CANARIES_SEED={seed}");
    (0..SLICE).map(|at| (seed + at) % PARCELS).collect()
}

/// Reads the Secret of a parcel first, then everything else of it.
fn curious(asked: &Value) -> Value {
    let (said, results) = last_turn(asked);
    // Behind the context, in which the sentence before may stand as well.
    let Some((_, name)) = said.rsplit_once("about ") else { return text("what?") };
    let look = |op: &str, kind: &str| ("look", json!({"op": op, "target": {"kind": kind, "name": name}}));
    match results.len() {
        0 => calls(&[look("get", "secret")]),
        1 => calls(&[
            look("get", "deployment"),
            look("get", "configmap"),
            look("logs", "pod"),
            look("events", "deployment"),
        ]),
        _ => text(&format!("seen: {}", results.join(" "))),
    }
}

async fn plant(place: &Namespace, parcels: &[Parcel]) -> Outcome {
    let items: Vec<Value> = parcels.iter().flat_map(|parcel| parcel.objects(place.name())).collect();
    for items in items.chunks(50) {
        place.apply(&json!({"apiVersion": "v1", "kind": "List", "items": items}).to_string()).await?;
    }
    let all = ["wait", "--for=condition=Ready", "pods", "--all", "--timeout=60s"];
    place.kubectl(User::Admin).run(&all).await.map(drop)
}

#[tokio::test]
async fn none_of_the_planted_secrets_reaches_the_model_in_any_encoding() -> Outcome {
    let Some(components) = components() else {
        println!("skipped: no components; `cargo xtask component build` makes them");
        return Ok(());
    };
    let plane = Plane::shared().await?;
    let model = Model::listens(curious);
    let settings = "mode = 'read-only'\nmodels = [{provider = 'provider-ollama', settings = {model = 'curious'}}]";
    let parcels: Vec<Parcel> = planted().into_iter().map(parcel).collect();
    for some in parcels.chunks(PARCELS_AT_ONCE) {
        let place = plane.namespace("canaries").await?;
        plant(&place, some).await?;
        let kubeconfig = place.kubeconfig(User::Admin);
        let door =
            Door::tables_on(kubeconfig.to_str().unwrap(), settings, &bound(model.address), Some(&components), &[])
                .await;
        for parcel in some {
            let turn = ask(&door, &format!("compose a haiku about {}", parcel.name)).await;
            assert_eq!(turn["state"], "answered", "{turn}");
        }
        place.kubectl(User::Admin).run(&["delete", "pods", "--all", "--wait=false"]).await?;
    }
    let got = model.got();
    let told = told(&got);
    let unseen: Vec<&str> = tags(&parcels).filter(|tag| !told.contains(tag)).collect();
    assert!(
        unseen.is_empty(),
        "never read, so this shows nothing of {}: {:?}",
        unseen.len(),
        &unseen[..unseen.len().min(20)]
    );
    let leaks = leaks(&parcels, &told);
    assert!(leaks.is_empty(), "{} leaks, the first: {:#?}", leaks.len(), &leaks[..leaks.len().min(20)]);
    let secrets: usize = parcels.iter().map(|parcel| parcel.canaries.len()).sum();
    println!(
        "{secrets} secrets, {} plantings, {} requests, {} bytes looked through",
        secrets * ENCODINGS,
        got.len(),
        told.len()
    );
    Ok(())
}

#[test]
fn what_is_looked_for_is_found_where_it_stands_and_where_half_of_it_stands() {
    for number in [0, 1] {
        let parcel = parcel(number);
        for canary in &parcel.canaries {
            for form in canary.forms() {
                let halves = [form.chars().take(30).collect::<String>(), form.chars().rev().take(30).collect()];
                let halves = [halves[0].clone(), halves[1].chars().rev().collect()];
                for part in [form.as_str(), &halves[0], &halves[1]] {
                    let request = json!({"content": json!({"line": format!("x {part} y")}).to_string()});
                    let told = told(&[format!("POST / HTTP/1.1\r\n\r\n{request}")]);
                    assert!(!leaks(std::slice::from_ref(&parcel), &told).is_empty(), "{part}");
                }
            }
        }
    }
}

fn tags(parcels: &[Parcel]) -> impl Iterator<Item = &str> {
    parcels.iter().flat_map(|parcel| parcel.plantings.iter().map(|planting| planting.tag.as_str()))
}

/// What the model was sent: as it stood on the wire, and every text in it as it reads, in small letters as well.
fn told(requests: &[String]) -> String {
    let mut told = String::new();
    for request in requests {
        told.push_str(request);
        told.push('\n');
        let body = request.split_once("\r\n\r\n").map_or("", |(_, body)| body);
        unwrapped(body, &mut told);
    }
    let small = told.to_lowercase();
    told + &small
}

/// The texts of a JSON document, and of the documents in them.
fn unwrapped(text: &str, out: &mut String) {
    let mut left = match serde_json::from_str::<Value>(text) {
        Ok(value @ (Value::Object(_) | Value::Array(_))) => vec![value],
        _ => return,
    };
    while let Some(value) = left.pop() {
        match value {
            Value::String(text) => {
                out.push_str(&text);
                out.push('\n');
                unwrapped(&text, out);
            }
            Value::Array(items) => left.extend(items),
            Value::Object(map) => left.extend(map.into_iter().flat_map(|(key, value)| [Value::String(key), value])),
            _ => {}
        }
    }
}

/// Ends of secrets that stand in this text, with where they stand.
fn leaks(parcels: &[Parcel], told: &str) -> Vec<String> {
    let canaries = parcels.iter().flat_map(|parcel| &parcel.canaries);
    let ends: HashMap<[u8; END_BYTES], (&Canary, usize)> = canaries
        .flat_map(|canary| canary.ends().into_iter().map(move |(end, encoding)| (end, (canary, encoding))))
        .collect();
    let mut leaks = Vec::new();
    for (at, window) in told.as_bytes().windows(END_BYTES).enumerate() {
        let window: &[u8; END_BYTES] = window.try_into().unwrap();
        if let Some((canary, encoding)) = ends.get(window) {
            let around = &told.as_bytes()[at.saturating_sub(150)..told.len().min(at + 80)];
            let around = String::from_utf8_lossy(around).into_owned();
            leaks.push(format!("{:?} as {encoding}: {around}", canary.secret));
        }
    }
    leaks
}
