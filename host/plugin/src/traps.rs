//! What the engine's errors mean, in this host's own codes and words.
//!
//! The engine's texts can carry names out of the guest, so none of them is passed on for a trap.

use wasmtime::Trap;

use crate::meter::Breach;
use crate::outcome::{Failure, OutcomeCode, TrapKind};
use crate::text;

/// How the engine says that more bytes came out of the guest at once than the store allows. It has no public type.
const ENGINE_OUTPUT_LIMIT: &str = "fuel allocated for hostcalls has been exhausted";

/// The failure behind an error of instantiating or calling a guest.
pub(crate) fn explain(error: &wasmtime::Error) -> Failure {
    if let Some(breach) = error.downcast_ref::<Breach>() {
        return from_breach(breach);
    }
    if let Some(trap) = error.downcast_ref::<Trap>() {
        return from_trap(*trap);
    }
    let cause = error.root_cause().to_string();
    if cause.contains(ENGINE_OUTPUT_LIMIT) {
        return Failure::new(OutcomeCode::OutputLimit, "it handed out more bytes at once than its class may");
    }
    // Left are values that break the canonical ABI (bad UTF-8, wild pointers) and limits of instantiation.
    let cause = text::short_line(&cause, 200);
    Failure::new(OutcomeCode::Trap(TrapKind::Abi), format!("the engine stopped it: {cause}"))
}

fn from_breach(breach: &Breach) -> Failure {
    let code = match breach {
        Breach::Memory { .. } => OutcomeCode::MemoryLimit,
        Breach::HostCalls { .. } => OutcomeCode::HostCallLimit,
        Breach::Output { .. } | Breach::Wait { .. } => OutcomeCode::OutputLimit,
        Breach::Cpu { .. } => OutcomeCode::CpuExhausted,
    };
    Failure::new(code, breach.to_string())
}

fn from_trap(trap: Trap) -> Failure {
    let (kind, detail) = match trap {
        Trap::OutOfFuel => return Failure::new(OutcomeCode::CpuExhausted, "it used up its fuel"),
        Trap::Interrupt => return Failure::new(OutcomeCode::CpuExhausted, "it was interrupted"),
        Trap::UnreachableCodeReached => {
            (TrapKind::Unreachable, "it gave up: a panic or an abort; its last log line may say why")
        }
        Trap::StackOverflow => (TrapKind::StackOverflow, "it recursed too deep"),
        Trap::MemoryOutOfBounds | Trap::HeapMisaligned => {
            (TrapKind::MemoryOutOfBounds, "it reached outside of its memory")
        }
        Trap::TableOutOfBounds => (TrapKind::TableOutOfBounds, "it reached outside of a table"),
        Trap::IndirectCallToNull | Trap::BadSignature => {
            (TrapKind::BadIndirectCall, "it called a function that isn't there")
        }
        Trap::IntegerOverflow | Trap::IntegerDivisionByZero | Trap::BadConversionToInteger => {
            (TrapKind::Arithmetic, "it divided by zero or overflowed")
        }
        Trap::CannotEnterComponent
        | Trap::CannotLeaveComponent
        | Trap::InvalidChar
        | Trap::StringOutOfBounds
        | Trap::ListOutOfBounds
        | Trap::InvalidDiscriminant
        | Trap::UnalignedPointer => (TrapKind::Abi, "it handed over a value that breaks the canonical ABI"),
        _ => (TrapKind::Other, "it broke a rule of WebAssembly"),
    };
    Failure::new(OutcomeCode::Trap(kind), detail)
}
