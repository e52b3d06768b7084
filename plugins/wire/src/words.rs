//! Other people's words, made fit to be shown: one line, no control characters, cut at a character.

/// Most of a vendor's own words in an error; the contract's cap for the whole text is 1 KiB.
pub(crate) const TOLD_BYTES_MAX: usize = 400;

/// At most `bytes` of it, cut between characters.
pub fn clipped(text: &str, bytes: usize) -> &str {
    if text.len() <= bytes {
        return text;
    }
    let mut end = bytes;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// What somebody else said, to be put into a sentence of ours.
pub fn told(text: &str) -> String {
    let line: String = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    let line = line.trim().trim_end_matches('.');
    let cut = clipped(line, TOLD_BYTES_MAX);
    if cut.len() < line.len() { format!("{}…", cut.trim_end()) } else { cut.to_owned() }
}
