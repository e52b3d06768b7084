//! The contract's own rules: no `flags`, no floats, and every error variant leaves room with `other`.
//!
//! Adding a case to `flags` or a variant breaks every component built before; floats differ between
//! languages in what they print and compare.

use super::{SourceFile, Tree};

/// Everything in `wit/` that breaks a rule.
pub(super) fn check(tree: &Tree) -> Vec<String> {
    tree.under("wit/").filter(|file| file.path.ends_with(".wit")).flat_map(file_findings).collect()
}

fn file_findings(file: &SourceFile) -> Vec<String> {
    let mut findings = Vec::new();
    let mut error_variant: Option<(&str, &str)> = None;
    for (index, line) in file.text.lines().enumerate() {
        let code = line.split("//").next().unwrap_or_default().trim();
        let words: Vec<&str> =
            code.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).filter(|w| !w.is_empty()).collect();
        if words.first() == Some(&"flags") {
            findings.push(format!("{}:{}: `flags` cannot grow; use an enum or booleans", file.path, index + 1));
        }
        if let Some(float) = words.iter().find(|word| ["f32", "f64", "float32", "float64"].contains(word)) {
            findings.push(format!("{}:{}: {float}: the contract has integers only", file.path, index + 1));
        }
        match (words.as_slice(), &mut error_variant) {
            (["variant" | "enum", name, ..], _) if name.ends_with("error") => error_variant = Some((name, "")),
            (_, Some((name, last))) if code.starts_with('}') => {
                if *last != "other" {
                    findings.push(format!("{}: {name} does not end in `other`", file.path));
                }
                error_variant = None;
            }
            ([case, ..], Some((_, last))) => *last = case,
            _ => {}
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(text: &str) -> usize {
        check(&Tree::of(&[("wit/v0.1/a.wit", text)])).len()
    }

    #[test]
    fn flags_floats_and_closed_errors_are_found() {
        assert_eq!(findings("flags f { a }\n"), 1);
        assert_eq!(findings("record r {\n  a: f64,\n}\n"), 1);
        assert_eq!(findings("variant pack-error {\n  bad(string),\n}\n"), 1);
    }

    #[test]
    fn an_error_that_ends_in_other_is_fine() {
        assert_eq!(findings("variant pack-error {\n  bad(string),\n  /// Else.\n  other(string),\n}\n"), 0);
    }
}
