//! What one call of a guest may use up, by class of plugin. The defaults are the ceiling too.
//!
//! Units: bytes, milliseconds, units of fuel. A manifest may ask for less, never for more; nothing here comes from a
//! database, so a new release carries its own numbers. How many calls run at once is the operator's to grant, up to
//! [`CALLS_AT_ONCE_MAX`]: it depends on the machine and on who is asked, not on the plugin.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::contract::World;
use crate::outcome::{Failure, OutcomeCode};

/// Largest file that is read at all, whatever world it turns out to have.
pub const COMPONENT_BYTES_MAX: usize = 32 * MIB;
/// Events that wait for a slow reader before `emit` blocks.
pub const EVENT_QUEUE_MAX: usize = 32;
/// How long a guest may go on after its reader left.
pub const CANCEL_GRACE: Duration = Duration::from_millis(250);
/// Longest wait for a free slot.
pub const QUEUE_WAIT_MAX: Duration = Duration::from_secs(2);
/// Most calls of one plugin at the same time that can be granted: each may take all of its memory.
pub const CALLS_AT_ONCE_MAX: usize = 256;
/// WebAssembly instances in one store; guards against instance bombs, not a quota anyone should notice.
pub(crate) const CORE_INSTANCES_MAX: usize = 32;
/// Linear memories in one store.
pub(crate) const MEMORIES_MAX: usize = 8;
/// Tables in one store.
pub(crate) const TABLES_MAX: usize = 16;

const KIB: usize = 1024;
const MIB: usize = 1024 * KIB;

/// Every limit of one call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Limits {
    /// All memories and tables of the instance together.
    pub memory_bytes: usize,
    /// Fuel of a call on the policy engine; decides there.
    pub fuel: u64,
    /// CPU time of a call on the io engine; decides there.
    pub cpu_ms: u64,
    /// Wall time of a call, instantiation included.
    pub wall_ms: u64,
    /// Calls at the same time, this plugin alone.
    pub concurrent: usize,
    /// Arguments of a call together.
    pub input_bytes: usize,
    /// What a call hands out together.
    pub output_bytes: usize,
    /// Calls of host functions during one call.
    pub host_calls: u32,
    /// Log lines of one call.
    pub log_lines: u32,
    /// One log line.
    pub log_line_bytes: usize,
    /// The component file.
    pub artifact_bytes: usize,
}

/// What a manifest asks to be held to; each at most the class's own limit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LimitsAsked {
    /// See [`Limits::memory_bytes`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory_bytes: Option<usize>,
    /// See [`Limits::fuel`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fuel: Option<u64>,
    /// See [`Limits::cpu_ms`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu_ms: Option<u64>,
    /// See [`Limits::wall_ms`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wall_ms: Option<u64>,
}

impl Limits {
    /// The class of a world.
    pub fn of(world: World) -> Self {
        match world {
            World::PolicyPack => Self::policy_pack(),
            World::AiProvider => Self::ai_provider(),
        }
    }

    /// Calls of one world at the same time, all plugins together.
    pub fn concurrent_all(world: World) -> usize {
        match world {
            World::PolicyPack => 32,
            World::AiProvider => 16,
        }
    }

    /// Defaults of a compiled policy pack.
    pub fn policy_pack() -> Self {
        Self {
            memory_bytes: 16 * MIB,
            fuel: 200_000_000,
            cpu_ms: 2_000,
            wall_ms: 2_000,
            concurrent: 8,
            input_bytes: 512 * KIB,
            output_bytes: 256 * KIB,
            host_calls: 1_024,
            log_lines: 64,
            log_line_bytes: 2 * KIB,
            artifact_bytes: 8 * MIB,
        }
    }

    /// Defaults of a provider.
    pub fn ai_provider() -> Self {
        Self {
            memory_bytes: 64 * MIB,
            fuel: u64::MAX,
            cpu_ms: 5_000,
            wall_ms: 120_000,
            concurrent: 4,
            input_bytes: 2 * MIB,
            output_bytes: 4 * MIB,
            host_calls: 20_000,
            log_lines: 200,
            log_line_bytes: 4 * KIB,
            artifact_bytes: 32 * MIB,
        }
    }

    /// With so many calls at the same time, where the operator says a number.
    #[must_use]
    pub fn granted(self, calls: Option<usize>) -> Self {
        let concurrent = calls.map_or(self.concurrent, |calls| calls.clamp(1, CALLS_AT_ONCE_MAX));
        Self { concurrent, ..self }
    }

    /// Lowers these limits to what was asked.
    ///
    /// # Errors
    /// `not-granted` if more is asked than the class has, or zero of anything.
    pub fn lowered(mut self, asked: &LimitsAsked) -> Result<Self, Failure> {
        lower("memory_bytes", &mut self.memory_bytes, asked.memory_bytes)?;
        lower("fuel", &mut self.fuel, asked.fuel)?;
        lower("cpu_ms", &mut self.cpu_ms, asked.cpu_ms)?;
        lower("wall_ms", &mut self.wall_ms, asked.wall_ms)?;
        Ok(self)
    }
}

fn lower<N>(name: &str, limit: &mut N, asked: Option<N>) -> Result<(), Failure>
where
    N: PartialOrd + Default + Copy + std::fmt::Display,
{
    match asked {
        None => Ok(()),
        Some(value) if value > N::default() && value <= *limit => {
            *limit = value;
            Ok(())
        }
        Some(value) => Err(Failure::with_hint(
            OutcomeCode::NotGranted,
            format!("the manifest asks for {name} = {value}; its class has 1 to {limit}"),
            "lower `limits` in the manifest or leave the field out",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_may_ask_for_less() {
        let asked = LimitsAsked { memory_bytes: Some(MIB), ..LimitsAsked::default() };
        let limits = Limits::policy_pack().lowered(&asked).expect("less is granted");
        assert_eq!(limits.memory_bytes, MIB);
        assert_eq!(limits.fuel, Limits::policy_pack().fuel);
    }

    #[test]
    fn calls_at_once_are_what_the_operator_grants_within_the_most() {
        for (granted, calls) in
            [(None, 4), (Some(1), 1), (Some(100), 100), (Some(0), 1), (Some(9_999), CALLS_AT_ONCE_MAX)]
        {
            assert_eq!(Limits::ai_provider().granted(granted).concurrent, calls, "{granted:?}");
        }
    }

    #[test]
    fn a_manifest_that_asks_for_more_or_nothing_is_refused() {
        for asked in [
            LimitsAsked { memory_bytes: Some(17 * MIB), ..LimitsAsked::default() },
            LimitsAsked { fuel: Some(0), ..LimitsAsked::default() },
        ] {
            let failure = Limits::policy_pack().lowered(&asked).expect_err("refused");
            assert_eq!(failure.code, OutcomeCode::NotGranted);
        }
    }
}
