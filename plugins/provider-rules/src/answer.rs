//! Short sentences about what was found and done, with texts from outside made harmless.
//!
//! Names, problems and hints come from people and clusters: control and invisible characters are dropped, length is
//! bounded, and nothing in them is acted on.

use crate::context::{Context, Named};

/// Longest quote of a text from outside, characters.
const QUOTE_CHARS_MAX: usize = 120;
/// Longest problem or hint repeated, characters.
const PROBLEM_CHARS_MAX: usize = 900;
/// Most items listed; more are counted.
const LISTED_MAX: usize = 10;

/// Whether a character would show as nothing, or turn the text around it.
pub(crate) fn invisible(sign: char) -> bool {
    sign.is_control()
        || matches!(sign, '\u{00ad}' | '\u{061c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e0fff}')
}

fn bounded(text: &str, chars_max: usize) -> String {
    let mut clean = text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).filter(|c| !invisible(*c));
    let mut shown: String = clean.by_ref().take(chars_max).collect();
    if clean.next().is_some() {
        shown.push('…');
    }
    shown
}

/// A short text from outside.
pub(crate) fn shown(text: &str) -> String {
    bounded(text, QUOTE_CHARS_MAX)
}

/// A problem or hint from the host.
pub(crate) fn told(text: &str) -> String {
    bounded(text, PROBLEM_CHARS_MAX)
}

/// Items in quotation marks, at most ten.
pub(crate) fn listed(items: &[String], joint: &str) -> String {
    let quoted: Vec<String> = items.iter().take(LISTED_MAX).map(|item| format!("“{}”", shown(item))).collect();
    let more = items.len().saturating_sub(LISTED_MAX);
    if more > 0 { format!("{} and {more} more", quoted.join(joint)) } else { quoted.join(joint) }
}

/// Candidates by number, so that "the second" can be said.
pub(crate) fn numbered(objects: &[Named]) -> String {
    let lines = objects.iter().take(LISTED_MAX).enumerate();
    let mut text: String =
        lines.map(|(index, object)| format!("\n{}. {}", index + 1, shown(&object.plain()))).collect();
    if objects.len() > LISTED_MAX {
        text.push_str(&format!("\nand {} more", objects.len() - LISTED_MAX));
    }
    text
}

/// A text, no longer than so many bytes.
pub(crate) fn within(mut text: String, bytes_max: usize) -> String {
    if text.len() > bytes_max {
        let mut end = bytes_max - '…'.len_utf8();
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text.truncate(end);
        text.push('…');
    }
    text
}

/// Where this conversation takes place.
pub(crate) fn place(context: &Context) -> String {
    let cluster = if context.cluster.is_empty() { "no cluster by name".to_owned() } else { shown(&context.cluster) };
    let namespace = if context.namespace.is_empty() { "default" } else { context.namespace.as_str() };
    format!(
        "This is cluster {cluster}, namespace {}. Known clusters: {}.",
        shown(namespace),
        listed(&context.clusters, ", ")
    )
}

impl Named {
    /// `Deployment shop/web`.
    pub(crate) fn plain(&self) -> String {
        let cluster = self.cluster.as_ref().map(|cluster| format!(" on {cluster}")).unwrap_or_default();
        match self.namespace.as_deref() {
            Some(namespace) if !namespace.is_empty() => format!("{} {namespace}/{}{cluster}", self.kind, self.name),
            _ => format!("{} {}{cluster}", self.kind, self.name),
        }
    }
}
