//! The manifest and the code say the same.

use provider_ollama::{DESTINATION, Ollama};
use replay::{Listener, Recorded, Replay, manifest, question};
use wire::Provider as _;

const MANIFEST: &str = include_str!("../../manifest.json");

#[test]
fn every_setting_of_the_manifest_is_one_of_the_code() {
    assert!(Ollama::new(&manifest::settings(MANIFEST).0).is_ok());
    assert!(Ollama::new("{\"no_such_setting\":1}").is_err());
}

#[test]
fn the_manifests_defaults_are_the_codes_defaults() {
    let body = |settings: &str| {
        let wire = Replay::of([Recorded::new(200, crate::failures::SHOWN), Recorded::new(200, crate::streams::TEXT)]);
        let end =
            Ollama::new(settings).expect("settings").complete(&question("m", "hello"), &wire, &mut Listener::default());
        (end, wire.asked())
    };
    assert_eq!(body(&manifest::settings(MANIFEST).1), body("{}"));
}

#[test]
fn the_one_destination_is_declared() {
    assert_eq!(manifest::destinations(MANIFEST), [DESTINATION]);
}
