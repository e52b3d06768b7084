//! What people say around a request, and how questions begin.

use super::Token;

/// Ways to begin a request that are no part of it; longer ones first where one begins another.
const BEFORE: [&str; 49] = [
    "would you be so kind and",
    "would you be so kind as to",
    "would it be possible to",
    "i would like you to",
    "i would like to see",
    "i would like to",
    "i would love to",
    "would you mind",
    "can i see",
    "can i get",
    "could i see",
    "could i get",
    "may i see",
    "i would want to see",
    "could you please",
    "can you please",
    "would you please",
    "i want you to",
    "i need you to",
    "we would like to",
    "we want to",
    "we need to",
    "i want to see",
    "i want to",
    "i need to see",
    "i need to",
    "i have to",
    "we have to",
    "go ahead and",
    "be so kind and",
    "help me to",
    "help me",
    "let us",
    "let me see",
    "could you",
    "can you",
    "would you",
    "can u",
    "let's",
    "lets",
    "please",
    "kindly",
    "just",
    "kubechat",
    "hey",
    "hi",
    "hello",
    "ok",
    "okay",
];
/// The beginnings of those that make a sentence with a question mark a request.
const REQUESTS: [&str; 5] = ["would you", "could you", "can you", "can u", "would it be possible"];
/// Fillers that may stand before a request, each alone.
const FILLERS: [&str; 5] = ["so", "well", "now", "alright", "right"];
/// Ways to end a request.
const AFTER: [&str; 15] = [
    "please",
    "thanks",
    "thank you",
    "thank you very much",
    "many thanks",
    "thanks a lot",
    "for me",
    "right now",
    "now",
    "immediately",
    "asap",
    "cheers",
    "kindly",
    "again",
    "would you",
];
/// How a question about doing something begins.
const QUESTIONS: [&str; 46] = [
    "should",
    "shall",
    "may",
    "might",
    "must",
    "what",
    "which",
    "who",
    "whom",
    "why",
    "how",
    "when",
    "where",
    "whether",
    "can i",
    "can we",
    "can one",
    "can web",
    "could i",
    "could we",
    "could one",
    "could it",
    "can it",
    "would",
    "will",
    "do",
    "does",
    "did",
    "is",
    "are",
    "was",
    "were",
    "am",
    "has",
    "have",
    "had",
    "isn't",
    "aren't",
    "won't",
    "wouldn't",
    "shouldn't",
    "can't",
    "couldn't",
    "doesn't",
    "don't",
    "didn't",
];
/// Beginnings that look like a question and are a request of their own.
const NO_QUESTIONS: [&str; 4] = ["do a", "do it", "do that", "have"];

fn begins(tokens: &[Token], phrase: &str) -> Option<usize> {
    let mut length = 0;
    for word in phrase.split(' ') {
        if !tokens.get(length)?.is(word) {
            return None;
        }
        length += 1;
    }
    Some(length)
}

fn ends(tokens: &[Token], phrase: &str) -> Option<usize> {
    let length = phrase.split(' ').count();
    let start = tokens.len().checked_sub(length)?;
    begins(&tokens[start..], phrase).map(|_| start)
}

/// The request without politeness, and whether it was a request in the form of a question ("can you …?").
pub(super) fn strip(mut tokens: Vec<Token>) -> (Vec<Token>, bool) {
    let mut requested = false;
    // "Hello" and "ok" alone are talk of their own.
    while tokens.len() > 1 {
        if let Some((phrase, length)) = BEFORE.iter().find_map(|phrase| Some((phrase, begins(&tokens, phrase)?)))
            && length < tokens.len()
            && !(tokens.len() == 2 && tokens[1].is("there"))
        {
            requested |= REQUESTS.iter().any(|request| phrase.starts_with(request));
            if *phrase == "would you mind" {
                tokens[length].low = base_form(&tokens[length].low);
            }
            tokens.drain(..length);
        } else if tokens[0].is_one_of(&FILLERS) || tokens[0].is_one_of(&[",", ";", "and", "also", "then"]) {
            tokens.remove(0);
        } else if let Some(length) = tells(&tokens) {
            tokens.drain(..length);
        } else {
            break;
        }
    }
    while tokens.len() > 1 {
        if let Some(start) = AFTER.iter().find_map(|phrase| ends(&tokens, phrase)).filter(|start| *start > 0) {
            tokens.truncate(start);
        } else if tokens.last().is_some_and(|token| token.is_one_of(&[",", ";"])) {
            tokens.pop();
        } else {
            break;
        }
    }
    if tokens.len() > 1 {
        tokens.retain(|token| !token.is_one_of(&["please", "kindly"]));
    }
    (tokens, requested)
}

/// "tell me how …" is the question after it; "tell me about …" is not.
fn tells(tokens: &[Token]) -> Option<usize> {
    const TELLING: [&str; 6] = ["tell me", "show me", "explain to me", "explain", "find out", "do you know"];
    let asks =
        |token: &Token| token.is_one_of(&["what", "which", "who", "why", "how", "when", "where", "whether", "if"]);
    let length = TELLING.iter().find_map(|phrase| begins(tokens, phrase))?;
    (tokens.get(length).is_some_and(asks) && tokens.len() > length + 1).then_some(length)
}

/// Whether the sentence begins as a question about doing something.
pub(super) fn interrogative(tokens: &[Token]) -> bool {
    QUESTIONS.iter().any(|phrase| begins(tokens, phrase).is_some())
        && !NO_QUESTIONS.iter().any(|phrase| begins(tokens, phrase).is_some())
}

/// `scaling` → `scale`, `deleted` → `delete`.
pub(super) fn base_form(verb: &str) -> String {
    const IRREGULAR: [(&str, &str); 6] = [
        ("setting", "set"),
        ("getting", "get"),
        ("dropping", "drop"),
        ("running", "run"),
        ("putting", "put"),
        ("showing", "show"),
    ];
    const SILENT_E: [&str; 18] = [
        "scal", "resiz", "bounc", "delet", "remov", "chang", "updat", "upgrad", "downgrad", "increas", "decreas",
        "reduc", "describ", "us", "rais", "terminat", "replac", "eras",
    ];
    if let Some((_, base)) = IRREGULAR.iter().find(|(form, _)| *form == verb) {
        return (*base).to_owned();
    }
    match verb.strip_suffix("ing").or_else(|| verb.strip_suffix("ed")) {
        Some(stem) if SILENT_E.contains(&stem) => format!("{stem}e"),
        Some(stem) if stem.len() > 2 => stem.to_owned(),
        _ => verb.to_owned(),
    }
}
