//! A lost or exchanged key is noticed at the start, and never replaced by a new one.

use kubechat_core::problem::{Code, Problem};
use kubechat_flow::ports::ledger::{Expect, Ledger, Row};
use kubechat_store::{OpenError, Options, SealError, SqliteLedger};

use super::place::Place;
use crate::contract::{make, put};

const KEY: &str = "keys/images.key";

/// A folder with one plan in it, and what opening says after the key file was treated by `change`.
async fn opened_after(change: impl FnOnce(&Place)) -> (Place, Result<SqliteLedger, OpenError>) {
    let place = Place::new();
    let ledger = place.ledger().await;
    put(&ledger, vec![Row::Plan(Box::new(make::plan()), Expect::New)]).await.unwrap();
    ledger.close().await;
    drop(ledger);
    change(&place);
    let opened = SqliteLedger::open(&place.data(), Options::default()).await;
    (place, opened)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_key_opens_again() {
    let (_place, ledger) = opened_after(|_| {}).await;
    assert_eq!(
        ledger.unwrap().plans(None, kubechat_flow::ports::ledger::Page { limit: 5, before: None }).await.unwrap().len(),
        1
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_key_is_asked_back_and_not_made_anew() {
    let (place, opened) = opened_after(|place| std::fs::remove_file(place.inside(KEY)).unwrap()).await;
    let error = opened.unwrap_err();
    assert!(matches!(error, OpenError::Seal(SealError::Missing { .. })), "{error}");
    assert!(error.to_string().contains("backup"), "says what to do: {error}");
    assert_eq!(Problem::from(error).code, Code::VerificationFailed);
    assert!(!place.inside(KEY).exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn another_key_is_refused() {
    let (_place, opened) = opened_after(|place| std::fs::write(place.inside(KEY), [9; 32]).unwrap()).await;
    let error = opened.unwrap_err();
    assert!(matches!(error, OpenError::Seal(SealError::WrongKey { .. })), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn half_a_key_is_no_key() {
    for bytes in [&b"short"[..], &[7; 33]] {
        let (_place, opened) = opened_after(|place| std::fs::write(place.inside(KEY), bytes).unwrap()).await;
        let error = opened.unwrap_err();
        assert!(matches!(error, OpenError::Seal(SealError::BadKey)), "{error}");
    }
}
