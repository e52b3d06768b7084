//! The ledger on SQLite keeps the contract, and copes with what happens to files.

#![expect(clippy::unwrap_used, reason = "a test may fail by unwrapping")]

mod contract;
mod place;

use kubechat_store::{Options, SqliteLedger};
use place::Place;

macro_rules! keeps {
    ($($area:ident :: $rule:ident,)*) => {
        $(
            #[tokio::test(flavor = "multi_thread")]
            async fn $rule() {
                let place = Place::new();
                let ledger = SqliteLedger::open(&place.data(), Options::default()).await.unwrap();
                contract::$area::$rule(&ledger).await;
            }
        )*
    };
}

each_rule!(keeps);
