//! Lists: `limit` and an opaque `continue`, newest first.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kubechat_core::problem::Code;
use kubechat_flow::ports::ledger::Page;
use serde::{Deserialize, Serialize};

use super::error::ApiError;

/// Items when none were asked for.
const LIMIT: u32 = 50;
/// Most items of one page.
pub const LIMIT_MAX: u32 = 500;

/// The query of a list.
#[derive(Debug, Default, Deserialize)]
pub struct PageQuery {
    limit: Option<u32>,
    #[serde(rename = "continue")]
    token: Option<String>,
}

/// One page of a list.
#[derive(Debug, Serialize)]
pub struct Listed<T> {
    /// The items.
    pub items: Vec<T>,
    /// Ask again with this for older ones.
    #[serde(rename = "continue", skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
}

impl PageQuery {
    /// The page asked for.
    pub fn page(&self) -> Result<Page, ApiError> {
        let limit = self.limit.unwrap_or(LIMIT);
        if limit == 0 || limit > LIMIT_MAX {
            return Err(ApiError::new(Code::BadInput, format!("limit is 1..={LIMIT_MAX}")));
        }
        let before = self.token.as_deref().map(decode).transpose()?;
        Ok(Page { limit, before })
    }
}

impl<T> Listed<T> {
    /// A page from items with their positions; a full page has a continuation.
    pub fn new(items: Vec<(u64, T)>, page: &Page) -> Self {
        let full = items.len() >= page.limit as usize;
        let token = items.last().filter(|_| full).map(|(position, _)| token(*position));
        Self { items: items.into_iter().map(|(_, item)| item).collect(), token }
    }

    /// A page that says itself where to go on.
    pub fn until(items: Vec<T>, next: Option<u64>) -> Self {
        Self { items, token: next.map(token) }
    }

    /// All items there are.
    pub fn all(items: Vec<T>) -> Self {
        Self { items, token: None }
    }
}

/// A position as clients give it back.
pub fn token(position: u64) -> String {
    URL_SAFE_NO_PAD.encode(position.to_be_bytes())
}

fn decode(token: &str) -> Result<u64, ApiError> {
    let bytes = URL_SAFE_NO_PAD.decode(token).ok().and_then(|bytes| bytes.try_into().ok());
    bytes.map(u64::from_be_bytes).ok_or_else(|| ApiError::new(Code::BadInput, "continue is not from a list of ours"))
}
