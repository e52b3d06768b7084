//! A secret that a vault keeps, and where it may go back: into the field it came from, or the one it was said for.
//!
//! Limit: [`HOMES_MAX`] fields of one secret; later ones it does not go back to.

use zeroize::Zeroizing;

use super::names::is_secret_name;
use super::vault::Place;

/// Most homes of one secret.
pub(super) const HOMES_MAX: usize = 64;

/// Where a secret came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Home {
    /// A person said it, behind this name if any.
    Said(Option<String>),
    /// It stood there.
    Field(Place),
}

/// One secret.
pub(super) struct Kept {
    pub(super) placeholder: String,
    pub(super) secret: Zeroizing<String>,
    pub(super) homes: Vec<Home>,
    /// Where one that was said went first since.
    pub(super) went: Option<Place>,
}

impl Kept {
    /// Whether there is a field of this name that it may go to.
    pub(super) fn fits(&self, field: &str) -> bool {
        self.homes.iter().any(|home| match home {
            Home::Said(name) => name.as_ref().is_some_and(|name| same_name(name, leaf(field))),
            Home::Field(from) => from.field == field,
        })
    }

    /// Whether it may go there; one that was said stays with the first object it went to.
    pub(super) fn may_go(&mut self, place: &Place) -> bool {
        let said = |name: &str| same_name(name, leaf(&place.field));
        let same = |went: &Place| went.object == place.object && shape(&went.field) == shape(&place.field);
        let free = self.went.as_ref().is_none_or(same);
        let mut homes = self.homes.iter();
        let field = |home: &Home| matches!(home, Home::Field(from) if from == place);
        if self.homes.iter().any(field) {
            return true;
        }
        let may = free && homes.any(|home| matches!(home, Home::Said(Some(name)) if said(name)));
        if may {
            self.went = Some(place.clone());
        }
        may
    }
}

/// What a field is called: `TOKEN` for `env[name=TOKEN].value`, else its last key.
fn leaf(field: &str) -> &str {
    let field = field.strip_suffix("].value").map_or(field, |item| item);
    match field.rsplit_once("[name=") {
        Some((_, name)) if !name.contains(']') => name,
        _ => field.rsplit('.').next().unwrap_or(field),
    }
}

/// The way to a field whatever item of a list it is in: a variable of one container, or of each.
fn shape(field: &str) -> String {
    field.split('[').map(|part| part.split_once(']').map_or(part, |(_, rest)| rest)).collect::<Vec<_>>().join("[]")
}

/// Whether two spellings name one thing: `DB_PASSWORD`, `dbPassword`. The field's own has to say secret as well: what is shown
/// of it is masked by that name.
fn same_name(said: &str, field: &str) -> bool {
    let letters = |name: &str| -> String {
        name.chars().filter(|ch| ch.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    !said.is_empty() && letters(said) == letters(field) && (is_secret_name(field) || said == field)
}
