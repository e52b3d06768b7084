//! How many tokens a text is, without its tokenizer: not more than, and not less than.
//!
//! Tokenizers of today cut at spaces, at ends of words and between letters, digits and signs before they look anything
//! up. [`at_most`] counts what they would at worst make of it: a token for every four small letters or two capitals begun
//! (half as many behind a digit, where no word is: a digest, a generated name), every digit, every sign, every space that no word takes along, two for every character outside ASCII. It sizes a context
//! window, where too much costs memory and too little costs the beginning of the conversation. [`at_least`] counts words
//! of letters, of which no token holds two, and takes half of them for safety: fewer tokens read than this means that
//! something was not read. Both are linear, and exact about nothing; the tests hold them to what a real tokenizer counted.

/// Small letters a token holds at worst.
const LETTERS_A_TOKEN: usize = 4;
/// The same behind a digit.
const LETTERS_A_TOKEN_MIXED: usize = 2;
/// Small letters that a capital counts as.
const LETTERS_A_CAPITAL: usize = 2;
/// Tokens of a character outside ASCII at worst.
const TOKENS_A_FOREIGN: usize = 2;
/// Words a token holds for [`at_least`].
const WORDS_A_TOKEN: usize = 2;

/// Tokens of the text at worst.
pub fn at_most(text: &str) -> usize {
    // Letters a token of this word holds, what room is left in it, and spaces that wait for a word.
    let (mut tokens, mut holds, mut room, mut blanks) = (0, LETTERS_A_TOKEN, 0, 0_usize);
    for letter in text.chars() {
        if letter == ' ' {
            (holds, room, blanks) = (LETTERS_A_TOKEN, 0, blanks + 1);
            continue;
        }
        let in_word = letter.is_ascii_alphabetic();
        // The last space goes with a word; what is before it is a token of its own, and so is one before anything else.
        tokens += usize::from(blanks > usize::from(in_word));
        blanks = 0;
        if !in_word {
            holds = if letter.is_ascii_digit() { LETTERS_A_TOKEN_MIXED } else { LETTERS_A_TOKEN };
            room = 0;
            tokens += if letter.is_ascii() { 1 } else { TOKENS_A_FOREIGN };
            continue;
        }
        let takes = if letter.is_ascii_uppercase() { LETTERS_A_CAPITAL } else { 1 };
        if room < takes {
            (tokens, room) = (tokens + 1, holds);
        }
        room -= takes;
    }
    tokens + usize::from(blanks > 0)
}

/// Tokens of the text at best.
pub fn at_least(text: &str) -> usize {
    let words = text.split(|letter: char| !letter.is_ascii_alphabetic()).filter(|word| !word.is_empty()).count();
    words / WORDS_A_TOKEN
}
