//! Fuzz target for split points: any bytes as text, cut anywhere, give what the whole text gives.
//!
//! Inputs are random bytes mixed with what rules, escapes and placeholders are made of. A usual run tries [`CASES`]; a long
//! one as many as are asked for: `PROPTEST_CASES=1000000 cargo test -p kubechat-core redact::tests::splits`. A failure is
//! kept beside this file by proptest and tried first from then on.

use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::*;

/// How many inputs a usual run tries.
const CASES: u32 = 400;
/// Most pieces of an input, and most cuts through it.
const PIECES_MAX: usize = 48;
const CUTS_MAX: usize = 12;
const KNOWN: [&str; 3] = ["hunter2hunter2", "knöwn välue 🦀", "a\\\"b\\\\c\n-d"];

fn config() -> ProptestConfig {
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    ProptestConfig::with_cases(asked.unwrap_or(CASES))
}

/// What rules begin with, and what begins, ends and escapes a value.
fn dictionary() -> Vec<String> {
    let anchors = published().into_iter().flat_map(|rule| rule.keywords);
    let signs = [
        "password",
        "TOKEN=",
        "secret: ",
        "\"apiKey\": \"",
        "--token ",
        "Bearer ",
        "Basic ",
        "://u:",
        "@",
        "\\\"",
        "\\\\",
        "\"",
        "'",
        "|\n  ",
        ">-\n    ",
        "\n",
        "\r\n",
        "\t",
        "-----BEGIN RSA PRIVATE KEY-----",
        "-----END RSA PRIVATE KEY-----",
        "[[secret:",
        "[[secret:password:1:0123abcd]]",
        "••••",
        "•••• (up to 16 bytes)",
        "eyJhbGciOi",
        "ghp_",
        "$(X)",
        "{{ .x }}",
        "=",
        ": ",
        "Ab1Cd2Ef3Gh4Ij5Kl6Mn7Op8Qr9St0Uv",
        "%68",
        "\\u0068",
        "aHVudGVyMmh1bnRlcjI",
    ];
    anchors.chain(signs.map(str::to_owned)).chain(KNOWN.map(str::to_owned)).collect()
}

fn input() -> impl Strategy<Value = String> {
    let bytes =
        proptest::collection::vec(any::<u8>(), 0..24).prop_map(|raw| String::from_utf8_lossy(&raw).into_owned());
    let long = ("[A-Za-z0-9+/]", 1..9000_usize).prop_map(|(letter, times)| letter.repeat(times));
    let piece = prop_oneof![4 => select(dictionary()), 3 => "[ -~]{0,16}", 2 => bytes, 1 => long];
    proptest::collection::vec(piece, 0..PIECES_MAX).prop_map(|pieces| pieces.concat())
}

/// The text cut there, at the borders of characters.
fn pieces<'a>(text: &'a str, cuts: &[Index]) -> Vec<&'a str> {
    let border = |cut: &Index| (0..=cut.index(text.len() + 1)).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let mut borders: Vec<usize> = cuts.iter().map(border).chain([0, text.len()]).collect();
    borders.sort_unstable();
    borders.windows(2).map(|two| &text[two[0]..two[1]]).collect()
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_bytes_cut_anywhere_give_what_the_whole_gives(
        text in input(),
        cuts in proptest::collection::vec(any::<Index>(), 0..CUTS_MAX),
        knows in any::<bool>(),
    ) {
        let mut known = Known::new();
        KNOWN.iter().for_each(|value| assert!(known.add(value.as_bytes())));
        let known = knows.then_some(&known);
        let whole = text_by(Rules::standard(), known, &text).into_inner();
        let mut stream = Stream::masking(known);
        let mut out = String::new();
        for piece in pieces(&text, &cuts) {
            out.push_str(stream.push(piece).get());
            prop_assert!(stream.held_bytes() <= HOLD_BYTES_MAX);
        }
        out.push_str(stream.finish().get());
        prop_assert_eq!(&out, &whole);
        if knows {
            prop_assert!(KNOWN.iter().all(|value| !whole.contains(value)), "{}", whole);
        }
    }
}
