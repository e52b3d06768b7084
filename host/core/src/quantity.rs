//! Resource quantities as the API writes them (`100m`, `1Gi`, `64`, `1e3`), in thousandths.
//!
//! Errors: what is no quantity is nothing. Fractions below a thousandth are cut, which no comparison here minds.

/// Longest quantity read, characters: far beyond what anybody writes.
const QUANTITY_CHARS_MAX: usize = 40;

/// An amount somebody asks for, in thousandths: no sign, at least one digit, no surprise.
pub(crate) fn amount(text: &str) -> Option<i128> {
    let number = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let digits = number.bytes().all(|b| b.is_ascii_digit() || b == b'.') && number.bytes().any(|b| b.is_ascii_digit());
    let exponent = text.contains(['e', 'E']) && milli(text).is_some();
    let plain =
        text.len() <= QUANTITY_CHARS_MAX && (digits || exponent) && text.starts_with(|c: char| c.is_ascii_digit());
    if plain { milli(text) } else { None }
}

/// A quantity in thousandths.
pub(crate) fn milli(text: &str) -> Option<i128> {
    let digits = text.find(|c: char| !(c.is_ascii_digit() || c == '.' || c == '-' || c == '+')).unwrap_or(text.len());
    let (number, suffix) = text.split_at(digits);
    let factor: i128 = match suffix {
        "n" | "u" => return Some(0),
        "m" => 1,
        "" => 1_000,
        "k" => 1_000_000,
        "M" => 1_000_000_000,
        "G" => 1_000_000_000_000,
        "T" => 1_000_000_000_000_000,
        "P" => 1_000_000_000_000_000_000,
        "E" => 1_000_000_000_000_000_000_000,
        "Ki" => 1_000 << 10,
        "Mi" => 1_000 << 20,
        "Gi" => 1_000 << 30,
        "Ti" => 1_000 << 40,
        "Pi" => 1_000 << 50,
        "Ei" => 1_000 << 60,
        other => {
            let exponent: u32 = other.strip_prefix(['e', 'E'])?.parse().ok()?;
            10i128.checked_pow(exponent)?.checked_mul(1_000)?
        }
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let whole: i128 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let fraction: String = fraction.chars().take(6).collect();
    let part: i128 = if fraction.is_empty() { 0 } else { fraction.parse().ok()? };
    let scale = 10i128.pow(u32::try_from(fraction.len()).ok()?);
    whole.checked_mul(factor)?.checked_add(part.checked_mul(factor)? / scale)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn quantities_compare_across_their_spellings() {
        let cases = [
            ("100m", 100),
            ("1", 1_000),
            ("0.5", 500),
            ("1k", 1_000_000),
            ("1Ki", 1_024_000),
            ("1e3", 1_000_000),
            ("2.5Gi", 2_684_354_560_000),
        ];
        for (text, expected) in cases {
            assert_eq!(milli(text), Some(expected), "{text}");
        }
        for bad in ["", "abc", "1x", "1.2.3", "--1", "1e99999"] {
            assert!(milli(bad).is_none_or(|value| value == 0), "{bad}");
        }
    }

    #[test]
    fn an_amount_has_digits_and_no_sign() {
        for (text, expected) in [
            ("100m", 100),
            ("1Gi", 1_073_741_824_000),
            ("0", 0),
            ("1e3", 1_000_000),
            ("2E", 2_000_000_000_000_000_000_000),
        ] {
            assert_eq!(amount(text), Some(expected), "{text}");
        }
        for bad in ["", "m", "-1", "+1", "1 ", "1GiB", ".", "1.2.3", "1e", "$(x)", "1;reboot", &"1".repeat(41)] {
            assert_eq!(amount(bad), None, "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_a_quantity_or_nothing(text in ".{0,60}") {
            let _ = milli(&text);
        }
    }
}
