//! How many tokens a text is, without its tokenizer: not more than, and not less than.
//!
//! Tokenizers of today cut at spaces, at ends of words and between letters, digits and signs before they look anything
//! up. [`at_most`] counts what they would at worst make of it: a token for every four letters begun, every digit, every
//! sign, two for every character outside ASCII. It sizes a context window, where too much costs memory and too little
//! costs the beginning of the conversation. [`at_least`] counts words of letters, of which no token holds two, and takes
//! half of them for safety: fewer tokens read than this means that something was not read.
//! Both are linear, and exact about nothing.

/// Letters a token holds at worst.
const LETTERS_A_TOKEN: usize = 4;
/// Tokens of a character outside ASCII at worst.
const TOKENS_A_FOREIGN: usize = 2;
/// Words a token holds for [`at_least`].
const WORDS_A_TOKEN: usize = 2;

/// Tokens of the text at worst.
pub fn at_most(text: &str) -> usize {
    let (mut tokens, mut letters, mut blanks) = (0, 0, 0);
    for letter in text.chars() {
        if letter.is_ascii_alphabetic() {
            tokens += usize::from(letters % LETTERS_A_TOKEN == 0);
            letters += 1;
            blanks = 0;
            continue;
        }
        letters = 0;
        if letter == ' ' {
            // One goes with the word after it, more are a token of their own.
            blanks += 1;
            tokens += usize::from(blanks == 2);
            continue;
        }
        blanks = 0;
        tokens += if letter.is_ascii() { 1 } else { TOKENS_A_FOREIGN };
    }
    tokens
}

/// Tokens of the text at best.
pub fn at_least(text: &str) -> usize {
    let words = text.split(|letter: char| !letter.is_ascii_alphabetic()).filter(|word| !word.is_empty()).count();
    words / WORDS_A_TOKEN
}
