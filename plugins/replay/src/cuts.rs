//! One recorded stream, cut in every way: it must always mean the same.

use wire::{Decoder, Error, Event, Finish, Vendor};

/// Pairs of cuts tried, besides every single one.
const PAIRS: usize = 300;

/// What was heard of a stream, and how it ended.
pub type Heard = (Vec<Event>, Result<Finish, Error>);

/// Reads a stream that comes in these pieces. Neighbouring texts stay apart: they are the vendor's own pieces.
pub fn heard<'a, V: Vendor>(vendor: V, pieces: impl IntoIterator<Item = &'a [u8]>) -> Heard {
    let mut events = Vec::new();
    let mut decoder = Decoder::new(vendor);
    for piece in pieces {
        if let Err(error) = decoder.feed(piece, &mut events) {
            return (events, Err(error));
        }
    }
    let end = decoder.end(&mut events);
    (events, end)
}

/// Reads a stream whole, byte for byte, at every single cut and at seeded pairs of cuts; gives back what it means.
///
/// # Panics
/// When a cut changes what is heard; the message says where it was.
pub fn same_at_every_split<V: Vendor>(vendor: impl Fn() -> V, stream: &[u8]) -> Heard {
    let whole = heard(vendor(), [stream]);
    assert_eq!(heard(vendor(), stream.chunks(1)), whole, "byte for byte");
    for cut in 0..=stream.len() {
        let (one, two) = stream.split_at(cut);
        assert_eq!(heard(vendor(), [one, two]), whole, "cut at {cut}");
    }
    let mut random = 0x9E37_79B9_7F4A_7C15_u64;
    for _ in 0..PAIRS {
        let (low, high) = (next(&mut random, stream.len()), next(&mut random, stream.len()));
        let (low, high) = (low.min(high), low.max(high));
        let pieces = [&stream[..low], &stream[low..high], &stream[high..]];
        assert_eq!(heard(vendor(), pieces), whole, "cut at {low} and {high}");
    }
    whole
}

/// Xorshift: the same numbers on every machine.
fn next(random: &mut u64, below: usize) -> usize {
    *random ^= *random << 13;
    *random ^= *random >> 7;
    *random ^= *random << 17;
    usize::try_from(*random % (below as u64 + 1)).unwrap_or_default()
}

/// Streams no server sends: each recorded one with bytes flipped, dropped, doubled and put in the wrong place, by seed.
pub fn hostile(recorded: &[u8], seed: u64) -> Vec<u8> {
    let mut random = seed | 1;
    let mut bytes = recorded.to_vec();
    for _ in 0..1 + next(&mut random, 8) {
        if bytes.is_empty() {
            break;
        }
        let at = next(&mut random, bytes.len() - 1);
        match next(&mut random, 5) {
            0 => bytes[at] = u8::try_from(next(&mut random, 255)).unwrap_or_default(),
            1 => drop(bytes.remove(at)),
            2 => bytes.insert(at, b"{}[]\",:\\\n\r\0"[next(&mut random, 10)]),
            3 => bytes.truncate(at),
            4 => {
                let tail = bytes[at..].to_vec();
                bytes.extend(tail);
            }
            _ => bytes[at] = 0xFF,
        }
    }
    bytes
}
