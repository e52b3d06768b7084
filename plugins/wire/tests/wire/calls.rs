//! Calls that come in pieces.

use wire::{Assembler, CALLS_MAX, Call, Error, Piece, object};

fn piece<'a>(index: Option<u32>, id: &'a str, name: &'a str, arguments: &'a str) -> Piece<'a> {
    Piece { index, id, name, arguments }
}

fn assembled(pieces: &[Piece<'_>]) -> Result<Vec<Call>, Error> {
    let mut calls = Assembler::default();
    pieces.iter().try_for_each(|one| calls.piece(*one))?;
    calls.complete_all()
}

fn told(calls: &[Call]) -> Vec<String> {
    calls.iter().map(|call| format!("{} {} {}", call.id, call.name, call.arguments_json)).collect()
}

#[test]
fn pieces_of_two_calls_that_alternate_are_two_calls() {
    let calls = assembled(&[
        piece(Some(0), "a", "scale", "{\"n\""),
        piece(Some(1), "b", "logs", ""),
        piece(Some(0), "", "", ":1}"),
        piece(Some(1), "", "", "{}"),
    ]);
    assert_eq!(told(&calls.expect("two calls")), ["a scale {\"n\":1}", "b logs {}"]);
}

#[test]
fn without_an_index_a_new_id_begins_a_call() {
    for index in [None, Some(0)] {
        let calls =
            assembled(&[piece(index, "a", "scale", "{"), piece(index, "", "", "}"), piece(index, "b", "logs", "{}")]);
        assert_eq!(told(&calls.expect("two calls")), ["a scale {}", "b logs {}"], "{index:?}");
    }
}

#[test]
fn an_id_that_comes_with_every_piece_is_one_call() {
    let calls = assembled(&[piece(Some(0), "a", "scale", "{"), piece(Some(0), "a", "scale", "}")]);
    assert_eq!(told(&calls.expect("one call")), ["a scale {}"]);
}

#[test]
fn ids_that_are_missing_doubled_or_too_long_are_replaced() {
    let long = "x".repeat(65);
    let mut calls = Assembler::default();
    let ids: Vec<String> =
        ["", "a", "a", &long, "call-1"].into_iter().map(|id| calls.whole(id, "f", "{}").expect("a call").id).collect();
    assert_eq!(ids, ["call-1", "a", "call-3", "call-4", "call-5"]);
}

#[test]
fn arguments_are_an_object_kept_as_written_or_nothing() {
    assert_eq!(object("").as_deref(), Some("{}"));
    assert_eq!(object(" null ").as_deref(), Some("{}"));
    assert_eq!(
        object("{\"b\": 1.0, \"a\": 12345678901234567890123}").as_deref(),
        Some("{\"b\": 1.0, \"a\": 12345678901234567890123}")
    );
    for bad in ["[]", "\"{}\"", "1", "{", "{}{}", "{\"a\":}", "scale web"] {
        assert_eq!(object(bad), None, "{bad}");
    }
    let error = assembled(&[piece(Some(0), "a", "scale", "[1]")]).expect_err("no object");
    assert!(matches!(error, Error::BadResponse(why) if why.contains("`scale`") && why.contains("no JSON object")));
}

#[test]
fn a_call_without_a_name_or_with_one_too_long_is_refused() {
    for name in ["", &"n".repeat(65)] {
        assert!(matches!(assembled(&[piece(Some(0), "a", name, "{}")]), Err(Error::BadResponse(_))));
    }
}

#[test]
fn calls_and_arguments_without_end_are_refused() {
    let mut calls = Assembler::default();
    let begun = (0..=u32::try_from(CALLS_MAX).expect("small"))
        .try_for_each(|index| calls.piece(piece(Some(index), "", "f", "")));
    assert!(matches!(begun, Err(Error::BadResponse(why)) if why.contains("64 calls")));
    let mut calls = Assembler::default();
    let much = "a".repeat(60 << 10);
    calls.piece(piece(Some(0), "a", "f", &much)).expect("fits");
    assert!(
        matches!(calls.piece(piece(Some(0), "", "", &much)), Err(Error::BadResponse(why)) if why.contains("bytes of arguments"))
    );
    let mut calls = Assembler::default();
    let whole = (0..=CALLS_MAX).try_for_each(|_| calls.whole("", "f", "{}").map(|_| ()));
    assert!(matches!(whole, Err(Error::BadResponse(_))));
}

#[test]
fn arguments_of_a_call_that_was_not_begun_are_not_ours() {
    let mut calls = Assembler::default();
    calls.more(3, "{}").expect("passed over");
    assert_eq!(calls.complete(3).expect("nothing"), None);
}
