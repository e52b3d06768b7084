//! The ledger on SQLite keeps the contract, and copes with what happens to files.

#![expect(clippy::unwrap_used, reason = "a test may fail by unwrapping")]

mod contract;
mod files;

use files::place::Place;

macro_rules! keeps {
    ($($area:ident :: $rule:ident,)*) => {
        $(
            #[tokio::test(flavor = "multi_thread")]
            async fn $rule() {
                contract::$area::$rule(&Place::new().ledger().await).await;
            }
        )*
    };
}

each_rule!(keeps);
