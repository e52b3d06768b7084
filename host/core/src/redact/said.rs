//! Values that a person says behind a telling name with words between: `set DB_PASSWORD to …`, `the password is …`,
//! `password …`, `set the password for web to …`; and where a value that a person says ends.
//!
//! Only for sentences of people: in logs these words are prose. A name can also be an object's (`scale token-service to 5`),
//! so it is judged by how it is written, by the words before it, and by the value; what could be a number of replicas, a
//! version or an image of an object of that name stays. Looks at [`BEFORE_BYTES`] before a name and at [`FAR_WORDS_MAX`] words
//! behind it. It can't know a value that is said before its name, nor a plain word right behind one (`password swordfish`).

use super::kind::{Kind, Span};
use super::named::{VALUE_BYTES_MAX, is_placeholder};
use super::names::{ends_secret, is_password_name, is_secret_name};
use super::until::{Reach, Until};
use super::view::{More, View, is_word};
use super::words;

/// How much before a name is read, bytes.
const BEFORE_BYTES: usize = 512;
/// Most words before a name that are read.
const BEFORE_WORDS_MAX: usize = 12;
/// Most words between a name and what joins it to its value: `DB_PASSWORD on the web deployment to …`.
const FAR_WORDS_MAX: usize = 6;
/// Most words that join: `should be`, `is now`.
const JOINING_WORDS_MAX: usize = 3;
/// Longest word that may join, and most blanks before one, bytes.
const WORD_BYTES_MAX: usize = 64;
/// Longest number that may be one of replicas, digits.
const COUNT_DIGITS_MAX: usize = 5;
/// From this length on a word is no word of prose, bytes.
const LONG_BYTES: usize = 20;
/// Shortest value behind a name alone, bytes: for a name that says password, and for any other.
const ALONE_BYTES_MIN: (usize, usize) = (4, 6);

type Detected = Result<Option<Span>, More>;

/// What a name can be the name of, by how it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Named {
    /// `DB_PASSWORD`, `dbPassword`, `api key`: no object is called that.
    Variable,
    /// `password`.
    Password,
    /// `db-password`: an object can be called that.
    Compound,
    /// `token`, `web-secret`: as likely an object.
    Other,
}

/// What joins a name and a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Joint {
    To,
    Is,
    As,
    Nothing,
}

/// What was said before a name.
#[derive(Debug, Clone, Copy, Default)]
struct Before {
    /// The name is an object's: behind `of`, a kind, or a verb that takes objects.
    object: bool,
    /// The nearest verb gives values.
    sets: bool,
    /// The nearest verb does something else.
    acts: bool,
}

/// The name with the word before it, where only both together tell: `api key`.
pub(super) fn whole_name(view: &View<'_>, start: usize, end: usize) -> usize {
    if !view.text[start..end].eq_ignore_ascii_case("key") || view.before(start) != Some(b' ') {
        return start;
    }
    let before = &view.bytes()[start.saturating_sub(WORD_BYTES_MAX)..start - 1];
    let length = before.iter().rev().take_while(|byte| is_word(**byte)).count();
    let whole = start - 1 - length;
    if length > 0 && is_secret_name(&view.text[whole..end]) { whole } else { start }
}

/// The value that is said of the name there.
pub(super) fn at_name(view: &View<'_>, rule: u16, start: usize, end: usize) -> Detected {
    let Some(named) = named(&view.text[start..end]) else { return Ok(None) };
    let before = before(view, start);
    let quoted = matches!(view.byte(end)?, Some(b'"' | b'\'' | b'`')) && view.before(start) == view.byte(end)?;
    let behind = if quoted { end + 1 } else { end };
    let Some((joint, far, at)) = joint(view, behind)? else { return Ok(None) };
    let (from, reach) = match quoted_value(view, at)? {
        Some(found) => found,
        None => (at, value_reach(view, at)?),
    };
    let value = &view.text[from..reach.to()];
    let next = word(view, reach.to())?.map_or(String::new(), |(from, to)| plain(&view.text[from..to]));
    let said = Said { named, before, joint, far, value, quoted: from > at, next: &next };
    if value.is_empty() || is_placeholder(value) || !said.is_value() {
        return Ok(None);
    }
    let name = Some((from - start, end - start));
    Ok(Some(Span { name, ..Span::reaching(from, reach, Kind::Password, rule) }))
}

fn named(name: &str) -> Option<Named> {
    if name.contains('/') || name.ends_with('.') {
        return None;
    }
    if is_variable(name) {
        return is_secret_name(name).then_some(Named::Variable);
    }
    // `password-reset` is an object; `reset-password` may be anything.
    let own = is_secret_name(name) && ends_secret(name);
    own.then(|| match is_password_name(name) {
        true if name.contains(['-', '.']) => Named::Compound,
        true => Named::Password,
        false => Named::Other,
    })
}

/// Whether it is written as no object's name can be: `DB_PASSWORD`, `dbPassword`, `api key`.
pub(super) fn is_variable(name: &str) -> bool {
    name.contains(['_', ' ']) || name.chars().skip(1).any(char::is_uppercase)
}

/// What is known from the words before, up to the beginning of the request.
fn before(view: &View<'_>, start: usize) -> Before {
    let text = &view.text[view.ceil(start.saturating_sub(BEFORE_BYTES))..start];
    let text = text.rsplit(['\n', ';', ',']).next().unwrap_or_default();
    let said: Vec<String> = text.split_whitespace().rev().take(BEFORE_WORDS_MAX).map(plain).collect();
    let mut near = said.iter().map(String::as_str).filter(|word| !words::DETERMINERS.contains(word));
    let (first, second) = (near.next().unwrap_or_default(), near.next().unwrap_or_default());
    let value_of = first == "of" && matches!(second, "value" | "values" | "content");
    let mut verbs = said.iter().map(String::as_str).take_while(|word| *word != "then");
    let verb = verbs.find(|word| words::SETTING.contains(word) || words::ACTING.contains(word));
    let sets = verb.is_some_and(|verb| words::SETTING.contains(&verb));
    let object = !value_of && [words::OF, words::KINDS, words::TAKING].iter().any(|list| list.contains(&first));
    Before { object, sets, acts: verb.is_some() && !sets }
}

/// What joins, whether other words stand between, and where the value begins.
fn joint(view: &View<'_>, end: usize) -> Result<Option<(Joint, bool, usize)>, More> {
    let Some((first, to)) = word(view, end)? else { return Ok(None) };
    if first == end {
        return Ok(None);
    }
    let said = plain(&view.text[first..to]);
    if words::OF.contains(&said.as_str()) {
        return far(view, to);
    }
    Ok(Some(match joining(view, first)? {
        Some((joint, at)) => (joint, false, at),
        None => (Joint::Nothing, false, first),
    }))
}

/// The joint behind `on the web deployment`, if it comes in the same request.
fn far(view: &View<'_>, mut at: usize) -> Result<Option<(Joint, bool, usize)>, More> {
    for _ in 0..FAR_WORDS_MAX {
        let Some((from, to)) = word(view, at)? else { return Ok(None) };
        if let Some((joint, at)) = joining(view, from)? {
            return Ok((joint != Joint::As).then_some((joint, true, at)));
        }
        let said = &view.text[from..to];
        if said.ends_with([',', ';', '.', '?', '!']) || words::JOINING_REQUESTS.contains(&said.to_lowercase().as_str())
        {
            return Ok(None);
        }
        at = to;
    }
    Ok(None)
}

/// The words that join from there on, and where what they join begins.
fn joining(view: &View<'_>, from: usize) -> Result<Option<(Joint, usize)>, More> {
    let (mut joint, mut at) = (None, from);
    for _ in 0..JOINING_WORDS_MAX {
        let Some((start, end)) = word(view, at)? else { break };
        let said = view.text[start..end].to_lowercase();
        joint = match said.trim_end_matches(':') {
            "to" => Some(Joint::To),
            "is" | "be" | "equals" => Some(Joint::Is),
            "as" => Some(Joint::As),
            "should" | "shall" | "must" | "will" if joint.is_none() => None,
            "now" | "just" | "simply" | "exactly" if joint.is_some() => joint,
            _ => break,
        };
        at = end;
    }
    let Some(joint) = joint else { return Ok(None) };
    Ok(word(view, at)?.map(|(from, _)| (joint, from)))
}

/// The next word on the line.
fn word(view: &View<'_>, at: usize) -> Result<Option<(usize, usize)>, More> {
    let from = view.find(at, WORD_BYTES_MAX, |byte| !matches!(byte, b' ' | b'\t'))?;
    let to = view.floor(view.find(from, WORD_BYTES_MAX, |byte| byte.is_ascii_whitespace())?);
    Ok((to > from).then_some((from, to)))
}

/// A word without its case and the signs of a sentence.
fn plain(word: &str) -> String {
    word.trim_matches(|ch: char| matches!(ch, ',' | '.' | ';' | ':' | '?' | '!' | '"' | '\'' | '`' | '(' | ')'))
        .to_lowercase()
}

fn quoted_value(view: &View<'_>, at: usize) -> Result<Option<(usize, Reach)>, More> {
    let Some(quote @ (b'"' | b'\'' | b'`')) = view.byte(at)? else { return Ok(None) };
    let until = Until::Quote { quote, escaped: false };
    Ok(Some((at + 1, until.reach(view, at + 1, VALUE_BYTES_MAX)?)))
}

/// Where a value that a person says ends: at the blank, without the sentence's own sign or a bracket that opened before it.
pub(super) fn value_reach(view: &View<'_>, from: usize) -> Result<Reach, More> {
    let reach = Until::Blank.reach(view, from, VALUE_BYTES_MAX)?;
    let Reach::At(mut to) = reach else { return Ok(reach) };
    let before = &view.bytes()[from.saturating_sub(BEFORE_BYTES)..from];
    let count = |sign: u8| before.iter().filter(|byte| **byte == sign).count();
    let is_open = |close: u8| match close {
        b')' => count(b'(') > count(b')'),
        b']' => count(b'[') > count(b']'),
        b'}' => count(b'{') > count(b'}'),
        b'"' | b'\'' | b'`' => count(close) % 2 == 1,
        _ => false,
    };
    let last = |to: usize| view.bytes()[from..to].last().copied();
    if matches!(last(to), Some(b',' | b';' | b'.')) {
        to -= 1;
    }
    while last(to).is_some_and(is_open) {
        to -= 1;
    }
    Ok(Reach::At(to))
}

/// Everything a decision hangs on.
struct Said<'a> {
    named: Named,
    before: Before,
    joint: Joint,
    /// Other words stand between the name and the joint.
    far: bool,
    value: &'a str,
    quoted: bool,
    next: &'a str,
}

impl Said<'_> {
    fn is_value(&self) -> bool {
        let low = plain(self.value);
        let of_objects =
            words::REPLICAS.contains(&self.next) || (is_setting(&low) && words::SIZES.contains(&self.next));
        if (!self.quoted && words::NO_VALUES.contains(&low.as_str())) || low.is_empty() {
            return false;
        }
        let variable = self.named == Named::Variable;
        match self.joint {
            _ if of_objects && !variable => false,
            Joint::To if self.far => self.before.sets && self.fits_object(),
            Joint::To => self.is_set(),
            Joint::Is => {
                let sure = self.named != Named::Other || !(self.before.object || self.far);
                (self.quoted || !is_participle(&low)) && (sure || self.is_odd())
            }
            Joint::As => self.fits_object() && (self.is_odd() || (self.before.sets && self.named != Named::Other)),
            Joint::Nothing => self.stands_alone(&low),
        }
    }

    /// Behind `to`: what is set, or what is added to something.
    fn is_set(&self) -> bool {
        match self.named {
            _ if self.before.acts => false,
            Named::Variable => true,
            _ => self.fits_object() && (self.before.sets || self.is_odd()),
        }
    }

    /// Whether it is no object that gets this value as its size, version or image.
    fn fits_object(&self) -> bool {
        match self.named {
            Named::Variable => true,
            Named::Password => !self.before.object,
            Named::Compound => !self.before.object && (self.quoted || !is_release(&plain(self.value))),
            Named::Other => !self.before.object && (self.quoted || !is_setting(&plain(self.value))),
        }
    }

    /// Right behind its name only what is no word of prose.
    fn stands_alone(&self, low: &str) -> bool {
        let least = if self.named == Named::Other { ALONE_BYTES_MIN.1 } else { ALONE_BYTES_MIN.0 };
        let object = self.named != Named::Variable && self.before.object;
        !object && !self.is_pair() && !is_setting(low) && self.is_odd() && low.len() >= least
    }

    /// `LOG_LEVEL=debug` behind an object.
    fn is_pair(&self) -> bool {
        let pair = self.value.split_once('=').filter(|(key, value)| !key.is_empty() && !value.is_empty());
        self.named != Named::Variable && pair.is_some_and(|(key, _)| key.bytes().all(is_word))
    }

    /// More than a word of prose or an object's name of letters.
    fn is_odd(&self) -> bool {
        let sign = |ch: char| ch.is_ascii_digit() || !(ch.is_alphabetic() || matches!(ch, '-' | '.' | '/' | '\''));
        self.quoted && self.named != Named::Other
            || self.value.len() >= LONG_BYTES
            || self.value.trim_end_matches(['?', '!', ':']).contains(sign)
    }
}

/// A number of replicas, a quantity, a version or an image: what an object is set to.
fn is_setting(low: &str) -> bool {
    let number = low.trim_end_matches(|ch: char| ch.is_ascii_alphabetic());
    let short = low.len() - number.len() <= 2 && number.len() <= COUNT_DIGITS_MAX;
    (short && digits(&number.replacen('.', "", 1))) || is_release(low) || words::NUMBERS.contains(&low)
}

/// `v2`, `1.29.3-alpine`, `registry.example.com/shop/web:1.2`.
fn is_release(low: &str) -> bool {
    let bare = low.strip_prefix('v').unwrap_or(low);
    let first = bare.split(['.', '-']).next().is_some_and(digits);
    let image = low.rsplit_once(':').is_some_and(|(name, tag)| {
        let plain = |ch: char| ch.is_ascii_alphanumeric() || matches!(ch, '.' | '-' | '_' | '/' | '@' | ':');
        name.starts_with(|ch: char| ch.is_ascii_lowercase()) && low.chars().all(plain) && !tag.is_empty()
    });
    image || (first && bare.contains('.')) || (bare.len() < low.len() && digits(bare)) || low == "latest"
}

fn digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// `expired`, `missing`: what a secret is, not what it reads.
fn is_participle(low: &str) -> bool {
    low.bytes().all(|byte| byte.is_ascii_lowercase()) && (low.ends_with("ed") || low.ends_with("ing"))
}
