//! Random-looking text without a name: long, of mixed letters and digits, of high entropy.
//!
//! Careful on purpose, because clusters are full of random-looking names: digests and UIDs (no capitals), generated names
//! (short), long words in camel case (their letters seldom change class). Runs shorter than [`RUN_BYTES_MIN`] are not judged.

use super::allow::entropy_milli;
use super::kind::{Kind, Span};
use super::named::VALUE_BYTES_MAX;
use super::until::Until;
use super::view::{More, View};

/// Shortest run that is judged, bytes.
pub(super) const RUN_BYTES_MIN: usize = 32;
/// Least entropy, thousandths of a bit per byte: half the letters of a random text of this length differ.
const ENTROPY_MILLI_MIN: u32 = 4_200;
/// Least share of neighbours of different classes, in percent; random text has about 60, words have 15.
const TURNS_PERCENT_MIN: usize = 35;
/// Most slashes in a hundred letters: more is a path.
const SLASHES_PERCENT_MAX: usize = 8;

fn is_run(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'_' | b'-')
}

/// Starts of runs that are long enough, from `from` on and before `to`.
pub(super) fn starts(text: &[u8], from: usize, to: usize, mut start: impl FnMut(usize)) {
    let mut at = from;
    // A run that began before is somebody else's; the first one here begins behind a byte that is no run's.
    while at > 0 && at < to && text.get(at - 1).copied().is_some_and(is_run) {
        at += 1;
    }
    while at < to {
        // Every long run that starts in the next bytes covers this one.
        let Some(probe) = text.get(at + RUN_BYTES_MIN - 1) else { return };
        if !is_run(*probe) {
            at += RUN_BYTES_MIN;
            continue;
        }
        let mut first = at + RUN_BYTES_MIN - 1;
        while first > at && is_run(text[first - 1]) {
            first -= 1;
        }
        let mut end = at + RUN_BYTES_MIN;
        while end < text.len() && end < to + RUN_BYTES_MIN && is_run(text[end]) {
            end += 1;
        }
        if end - first >= RUN_BYTES_MIN && first < to {
            start(first);
        }
        at = end;
    }
}

/// What is random in the run that starts here.
pub(super) fn at_start(view: &View<'_>, rule: u16, from: usize) -> Result<Option<Span>, More> {
    let to = view.find(from, VALUE_BYTES_MAX, |byte| !is_run(byte))?;
    let run = &view.bytes()[from..to];
    let goes_on = to == from + VALUE_BYTES_MAX && to < view.len();
    let span = Span { until: goes_on.then_some(Until::Token), ..Span::new(from, to, Kind::Random, rule) };
    Ok(is_random(run).then_some(span))
}

/// The cheapest signs first: most long runs are digests, which have no capitals.
fn is_random(run: &[u8]) -> bool {
    let mut counts = [0_usize; 4];
    run.iter().for_each(|byte| counts[class(*byte)] += 1);
    if run.len() < RUN_BYTES_MIN || counts[..3].iter().any(|count| *count < 2) {
        return false;
    }
    let turns = run.windows(2).filter(|pair| class(pair[0]) != class(pair[1])).count();
    let slashes = run.iter().filter(|byte| **byte == b'/').count();
    turns * 100 >= run.len() * TURNS_PERCENT_MIN
        && slashes * 100 <= run.len() * SLASHES_PERCENT_MAX
        && entropy_milli(run) >= ENTROPY_MILLI_MIN
}

fn class(byte: u8) -> usize {
    match byte {
        b'a'..=b'z' => 0,
        b'A'..=b'Z' => 1,
        b'0'..=b'9' => 2,
        _ => 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_text_is_told_from_digests_names_and_words() {
        assert!(is_random(b"wJalrXUtnFEMI/K7MDENG/bPxRfiCYzZ8kQ2pL5t"));
        for harmless in [
            "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
            "requiredDuringSchedulingIgnoredDuringExecution2",
            "web-7d9f8c6b54-x2x7k-and-a-longer-name-9f8c6b54",
            "123e4567-e89b-12d3-a456-426614174000",
            "var/lib/kubelet/pods/A1/volumes/B2/config/C3/nginx",
        ] {
            assert!(!is_random(harmless.as_bytes()), "{harmless}");
        }
    }

    #[test]
    fn the_starts_found_by_jumping_are_those_found_by_walking() {
        let text =
            "ab ".repeat(9) + &"x".repeat(40) + " y " + &"z".repeat(31) + " " + &"Q".repeat(32) + "." + &"r".repeat(99);
        let bytes = text.as_bytes();
        let walked: Vec<usize> = (0..bytes.len())
            .filter(|at| {
                (*at == 0 || !is_run(bytes[at - 1]))
                    && bytes[*at..].iter().take_while(|b| is_run(**b)).count() >= RUN_BYTES_MIN
            })
            .collect();
        for border in 0..bytes.len() {
            let mut jumped = Vec::new();
            starts(bytes, 0, border, |at| jumped.push(at));
            starts(bytes, border, bytes.len(), |at| jumped.push(at));
            assert_eq!(jumped, walked, "border {border}");
        }
    }
}
