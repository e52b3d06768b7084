//! Turns a core module into a component and puts its manifest inside.
//!
//! `kubechat-componentize MODULE MANIFEST OUT`. MODULE is what rustc wrote for `wasm32-unknown-unknown`,
//! with the world's types embedded by wit-bindgen; MANIFEST is JSON, or `-` for none (a hostile guest may
//! well have none). The manifest becomes the custom section `kubechat:manifest` of the component itself, so
//! whatever signs the component's bytes covers it. It is not judged here: that is the host's job.

use std::{fs, process::ExitCode};

use wasm_encoder::{ComponentSection as _, CustomSection};
use wit_component::ComponentEncoder;

/// Where the host looks for the manifest.
const MANIFEST_SECTION: &str = "kubechat:manifest";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [module, manifest, out] = words.as_slice() else {
        eprintln!("usage: kubechat-componentize MODULE MANIFEST|- OUT");
        return ExitCode::from(2);
    };
    match make(module, manifest, out) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {module}: {error}");
            ExitCode::FAILURE
        }
    }
}

fn make(module: &str, manifest: &str, out: &str) -> Result<(), Box<dyn std::error::Error>> {
    let module = fs::read(module)?;
    let mut component = ComponentEncoder::default().validate(true).module(&module)?.encode()?;
    if manifest != "-" {
        let text = fs::read_to_string(manifest)?;
        CustomSection { name: MANIFEST_SECTION.into(), data: text.trim().as_bytes().into() }
            .append_to_component(&mut component);
    }
    Ok(fs::write(out, component)?)
}
