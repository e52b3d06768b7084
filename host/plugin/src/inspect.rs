//! What a component file really is, read before anything is compiled: its manifest, imports, exports and the things
//! no plugin may contain.
//!
//! Reads with the engine's own parser version, so both see the same file. Checks structure only; types are checked by
//! the engine after compilation. Linear in the file's size. Deliberately not here: validation of code, which happens
//! in the compiling child.

use std::collections::BTreeSet;

use wasmparser::{CanonicalFunction, ComponentType, Encoding, Parser, Payload};

use crate::contract::{CapabilityName, World};
use crate::manifest::{MANIFEST_SECTION, Manifest};
use crate::outcome::{Failure, OutcomeCode};
use crate::text;

/// Longest name repeated in a message.
const NAME_BYTES_MAX: usize = 128;
/// Modules and components inside of one component; what `wit-component` writes stays below 10.
const NESTED_MAX: usize = 64;

/// A component file whose manifest could be read.
pub(crate) struct Inspected<'a> {
    pub(crate) manifest: Manifest,
    imports: Vec<&'a str>,
    exports: Vec<&'a str>,
}

impl<'a> Inspected<'a> {
    /// Reads a component file.
    ///
    /// # Errors
    /// `load-failed` for what is no component or carries no good manifest; `contract-mismatch` for parts that no plugin
    /// has.
    pub(crate) fn read(bytes: &'a [u8]) -> Result<Self, Failure> {
        let found = Found::read(bytes)?;
        let section = match found.manifests.as_slice() {
            [section] => *section,
            [] => return Err(no_component("it has no custom section `kubechat:manifest` at its top level")),
            _ => return Err(no_component("it has more than one custom section `kubechat:manifest`")),
        };
        Ok(Self { manifest: Manifest::parse(section)?, imports: found.imports, exports: found.exports })
    }

    /// Holds the file to its manifest, its world and the operator's ceiling.
    ///
    /// # Errors
    /// `contract-mismatch` for other exports, `not-granted` for further imports.
    pub(crate) fn check(&self, ceiling: &BTreeSet<CapabilityName>) -> Result<(), Failure> {
        check_exports(self.manifest.world, self.exports.iter().copied())?;
        check_imports(&self.manifest, ceiling, self.imports.iter().copied())
    }
}

/// Exports must be exactly the world's one interface.
pub(crate) fn check_exports<'a>(world: World, exports: impl Iterator<Item = &'a str>) -> Result<(), Failure> {
    let mut seen = false;
    for name in exports {
        if name != world.export() {
            return Err(mismatch(format!(
                "it exports {:?}, world {} has only {:?}",
                shown(name),
                world.name(),
                world.export()
            )));
        }
        seen = true;
    }
    if seen {
        return Ok(());
    }
    Err(mismatch(format!("it doesn't export {:?}, which world {} needs", world.export(), world.name())))
}

/// Imports must lie within world, manifest and what the operator's ceiling leaves of both.
pub(crate) fn check_imports<'a>(
    manifest: &Manifest,
    ceiling: &BTreeSet<CapabilityName>,
    imports: impl Iterator<Item = &'a str>,
) -> Result<(), Failure> {
    for asked in &manifest.capabilities {
        if !ceiling.contains(&asked.name) {
            return Err(Failure::with_hint(
                OutcomeCode::NotGranted,
                format!("capability `{}` is asked for and not granted", asked.name.name()),
                "grant it in the host's configuration, or remove the plugin",
            ));
        }
    }
    for import in imports {
        check_import(manifest, import)?;
    }
    Ok(())
}

fn check_import(manifest: &Manifest, import: &str) -> Result<(), Failure> {
    let Some(capability) = CapabilityName::ALL.iter().find(|c| c.import() == import) else {
        let why = if import.starts_with("wasi:") {
            "profile `pure` has no `wasi:*` import"
        } else {
            "this host has no such interface"
        };
        return Err(Failure::with_hint(
            OutcomeCode::NotGranted,
            format!("it imports {:?}: {why}", shown(import)),
            "build it for wasm32-unknown-unknown against wit/v0.1 alone",
        ));
    };
    if !manifest.world.capabilities().contains(capability) {
        return Err(Failure::new(
            OutcomeCode::NotGranted,
            format!("it imports {import:?}, which world {} doesn't have", manifest.world.name()),
        ));
    }
    if manifest.capabilities.iter().any(|asked| asked.name == *capability) {
        return Ok(());
    }
    Err(Failure::with_hint(
        OutcomeCode::NotGranted,
        format!("it imports {import:?} but its manifest doesn't ask for capability `{}`", capability.name()),
        "add the capability with a reason to the manifest",
    ))
}

#[derive(Default)]
struct Found<'a> {
    manifests: Vec<&'a [u8]>,
    imports: Vec<&'a str>,
    exports: Vec<&'a str>,
}

impl<'a> Found<'a> {
    fn read(bytes: &'a [u8]) -> Result<Self, Failure> {
        let mut found = Self::default();
        let mut nested = 0_usize; // every module or component below the top one
        let mut depth = 0_usize;
        let mut first = true;
        for payload in Parser::new(0).parse_all(bytes) {
            let payload = payload.map_err(|error| broken(&error))?;
            if std::mem::take(&mut first) && !matches!(payload, Payload::Version { encoding: Encoding::Component, .. })
            {
                return Err(no_component("it is a core module, not a component"));
            }
            match payload {
                Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => {
                    depth += 1;
                    nested += 1;
                    if nested > NESTED_MAX {
                        return Err(mismatch(format!("it holds more than {NESTED_MAX} modules and components")));
                    }
                }
                Payload::End(_) => depth = depth.saturating_sub(1),
                Payload::CustomSection(section) if depth == 0 && section.name() == MANIFEST_SECTION => {
                    found.manifests.push(section.data());
                }
                Payload::ComponentImportSection(section) if depth == 0 => {
                    for import in section {
                        found.imports.push(import.map_err(|error| broken(&error))?.name.name);
                    }
                }
                Payload::ComponentExportSection(section) if depth == 0 => {
                    for export in section {
                        found.exports.push(export.map_err(|error| broken(&error))?.name.name);
                    }
                }
                other => refuse_forbidden(other)?,
            }
        }
        Ok(found)
    }
}

/// Own resource types would let a guest fill host tables that no memory limit sees; the other canonical functions
/// belong to proposals that are off here.
fn refuse_forbidden(payload: Payload<'_>) -> Result<(), Failure> {
    match payload {
        Payload::ComponentTypeSection(section) => {
            for ty in section {
                if let ComponentType::Resource { .. } = ty.map_err(|error| broken(&error))? {
                    return Err(mismatch(
                        "it defines a resource type of its own; no world of this contract exports one".to_owned(),
                    ));
                }
            }
        }
        Payload::ComponentCanonicalSection(section) => {
            for function in section {
                match function.map_err(|error| broken(&error))? {
                    CanonicalFunction::Lift { .. }
                    | CanonicalFunction::Lower { .. }
                    | CanonicalFunction::ResourceDrop { .. } => {}
                    other => {
                        return Err(mismatch(format!(
                            "it uses a canonical function that is off here: {}",
                            kind_of(&other)
                        )));
                    }
                }
            }
        }
        Payload::UnknownSection { .. } => return Err(no_component("it has a section of an unknown kind")),
        _ => {}
    }
    Ok(())
}

fn kind_of(function: &CanonicalFunction) -> String {
    let all = format!("{function:?}");
    all.split([' ', '{', '(']).next().unwrap_or("unknown").to_owned()
}

fn shown(name: &str) -> String {
    text::short_line(name, NAME_BYTES_MAX)
}

fn broken(error: &wasmparser::BinaryReaderError) -> Failure {
    no_component(format!("its bytes are no valid component: {}", text::short_line(&error.to_string(), 200)))
}

fn no_component(detail: impl Into<String>) -> Failure {
    Failure::new(OutcomeCode::LoadFailed, detail)
}

fn mismatch(detail: String) -> Failure {
    Failure::new(OutcomeCode::ContractMismatch, detail)
}
