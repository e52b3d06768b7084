//! A sentence as words: typographic signs made plain, punctuation apart, quoted words marked.
//!
//! A quoted word is only ever a name. Invisible characters are left in their word, which then fits nowhere: dropping them
//! would make one name out of another. Clauses are kept apart by the word `;`.

/// One word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    /// As it was said.
    pub(crate) text: String,
    /// In lower case.
    pub(crate) low: String,
    /// Whether it stood in quotation marks.
    pub(crate) quoted: bool,
}

impl Token {
    /// An unquoted word.
    pub(crate) fn plain(text: &str) -> Self {
        Self { text: text.to_owned(), low: text.to_lowercase(), quoted: false }
    }

    /// Whether it is this word, unquoted.
    pub(crate) fn is(&self, word: &str) -> bool {
        !self.quoted && self.low == word
    }

    /// Whether it is one of these words, unquoted.
    pub(crate) fn is_one_of(&self, words: &[&str]) -> bool {
        !self.quoted && words.contains(&self.low.as_str())
    }
}

/// A sentence.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sentence {
    pub(crate) tokens: Vec<Token>,
    /// Whether it has a question mark.
    pub(crate) asks: bool,
}

/// Splits a sentence.
pub(crate) fn split(text: &str) -> Sentence {
    let plain: String = text.trim().chars().map(plain_sign).collect();
    let plain = unquoted_whole(&plain);
    let mut sentence = Sentence::default();
    for (index, line) in plain.lines().filter(|line| !line.trim().is_empty()).enumerate() {
        if index > 0 {
            sentence.tokens.push(Token::plain(";"));
        }
        words(line).into_iter().for_each(|word| push_word(word, &mut sentence));
    }
    join_kinds(&mut sentence.tokens);
    while sentence.tokens.last().is_some_and(|token| token.is_one_of(&[";", ","])) {
        sentence.tokens.pop();
    }
    sentence
}

/// The words of a line. Spaces between double quotation marks part no words, if the mark opens a word or a value.
fn words(line: &str) -> Vec<&str> {
    let (mut found, mut start, mut quoted, mut before) = (Vec::new(), None, false, ' ');
    for (at, sign) in line.char_indices() {
        if sign == '"' {
            let opens = !quoted && (before.is_whitespace() || before == '=') && line[at + 1..].contains('"');
            quoted = opens;
        }
        match start {
            Some(from) if sign.is_whitespace() && !quoted => {
                found.push(&line[from..at]);
                start = None;
            }
            None if !sign.is_whitespace() => start = Some(at),
            _ => {}
        }
        before = sign;
    }
    found.extend(start.map(|from| &line[from..]));
    found
}

/// "config maps" is one word here. Only words that begin no other kind's name are joined: "service account" could be a
/// Service called "account".
fn join_kinds(tokens: &mut Vec<Token>) {
    const FIRST: [&str; 9] =
        ["config", "stateful", "daemon", "replica", "cron", "network", "persistent", "resource", "storage"];
    let mut at = 0;
    while at < tokens.len() {
        if tokens[at].is_one_of(&FIRST) {
            let joined = |length: usize| {
                let words = tokens.get(at..at + length)?;
                let word: String = words.iter().map(|token| token.low.as_str()).collect();
                let kind = words.iter().all(|token| !token.quoted) && crate::kinds::find(&word).is_some();
                kind.then(|| (length, Token::plain(&word)))
            };
            if let Some((length, word)) = joined(3).or_else(|| joined(2)) {
                tokens.splice(at..at + length, [word]);
            }
        }
        at += 1;
    }
}

fn plain_sign(sign: char) -> char {
    match sign {
        '\u{2018}' | '\u{2019}' | '\u{201a}' | '\u{201b}' | '\u{2032}' | '\u{00b4}' => '\'',
        '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{201f}' | '\u{2033}' | '\u{00ab}' | '\u{00bb}' => '"',
        '\u{2010}' | '\u{2011}' | '\u{2012}' | '\u{2212}' => '-',
        '\u{2013}' | '\u{2014}' => ';',
        '\u{00a0}' | '\u{202f}' | '\u{2007}' => ' ',
        '\u{2026}' => '.',
        other => other,
    }
}

/// People paste requests with their quotation marks.
fn unquoted_whole(text: &str) -> &str {
    for mark in ['"', '\'', '`'] {
        let inner = text.strip_prefix(mark).and_then(|rest| rest.strip_suffix(mark));
        if let Some(inner) = inner.filter(|inner| inner.contains(' ') && !inner.contains(mark)) {
            return inner;
        }
    }
    text
}

fn push_word(word: &str, sentence: &mut Sentence) {
    let body = word.trim_end_matches([',', '.', ';', '!', '?', ':']);
    let tail = &word[body.len()..];
    if !body.is_empty() {
        push_body(body, &mut sentence.tokens);
    }
    sentence.asks |= tail.contains('?');
    if tail.contains([';', '.', '!', '?']) {
        sentence.tokens.push(Token::plain(";"));
    } else if !tail.is_empty() {
        sentence.tokens.push(Token::plain(","));
    }
}

fn push_body(body: &str, tokens: &mut Vec<Token>) {
    for mark in ['"', '\'', '`'] {
        let inner = body.strip_prefix(mark).and_then(|rest| rest.strip_suffix(mark));
        if let Some(inner) = inner.filter(|inner| !inner.is_empty() && !inner.contains(mark)) {
            tokens.push(Token { text: inner.to_owned(), low: inner.to_lowercase(), quoted: true });
            return;
        }
    }
    let low = body.to_lowercase();
    if let Some(first) = low.strip_suffix("'s").filter(|first| *first != "let") {
        tokens.push(Token::plain(&body[..body.len() - 2]));
        let is = ["what", "who", "where", "how", "that", "it", "there", "why", "which", "when"].contains(&first);
        tokens.push(Token::plain(if is { "is" } else { "'s" }));
        return;
    }
    if ["i'd", "we'd"].contains(&low.as_str()) {
        tokens.push(Token::plain(&body[..body.len() - 2]));
        tokens.push(Token::plain("would"));
        return;
    }
    if let Some(question) = ["what", "how", "who", "where"].iter().find(|word| low.strip_suffix('s') == Some(word)) {
        tokens.extend([Token::plain(question), Token::plain("is")]);
        return;
    }
    match low.as_str() {
        "its" => tokens.extend([Token::plain("it"), Token::plain("'s")]),
        "&" | "+" => tokens.push(Token::plain("and")),
        "&&" | "||" | "|" => tokens.push(Token::plain(";")),
        _ => tokens.push(Token::plain(body)),
    }
}
