//! `kubechat redact --explain FILE`: what would be masked in a text before it leaves, and why; never the value. Needs no host.
//!
//! `-` reads standard input. A file is read up to [`FILE_BYTES_MAX`]; more is refused, because half an answer is none.

use std::io::Read as _;
use std::path::PathBuf;

use clap::Args;
use kubechat_core::redact::{EXPLAIN_FINDS_MAX, Explained, explain};
use serde_json::json;

use super::Failed;
use super::out::{self, Format};

/// Longest text that is looked at, bytes.
const FILE_BYTES_MAX: u64 = 64 << 20;

/// Options of `kubechat redact`.
#[derive(Debug, Args)]
pub(super) struct RedactArgs {
    /// List what would be masked: line, kind, field and rule. Without it the masked text is written.
    #[arg(long)]
    explain: bool,
    /// The file; `-` is standard input.
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

pub(super) fn run(args: &RedactArgs, format: Format) -> Result<(), Failed> {
    let explained = explain(&read(args)?);
    if !args.explain {
        say!("{}", explained.masked);
        return Ok(());
    }
    let value = json!({"count": explained.count, "finds": explained.finds});
    out::print(format, &value, |_| table(&explained));
    Ok(())
}

fn read(args: &RedactArgs) -> Result<String, Failed> {
    let name = args.file.display();
    let failed = |error: std::io::Error| Failed::new(format!("{name}: {error}"));
    let mut bytes = Vec::new();
    let read = if args.file.as_os_str() == "-" {
        std::io::stdin().lock().take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(&args.file).and_then(|file| file.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes))
    };
    if read.map_err(failed)? as u64 > FILE_BYTES_MAX {
        return Err(Failed::new(format!("{name}: longer than FILE_BYTES_MAX, {FILE_BYTES_MAX} bytes; split it")));
    }
    String::from_utf8(bytes).map_err(|error| Failed::new(format!("{name}: no UTF-8 text: {error}")))
}

fn table(explained: &Explained) -> String {
    if explained.count == 0 {
        return "nothing would be masked".to_owned();
    }
    let rows: Vec<Vec<String>> = explained
        .finds
        .iter()
        .map(|find| {
            let line = if find.line == 0 { "-".to_owned() } else { find.line.to_string() };
            let field = if find.field.is_empty() { "-".to_owned() } else { find.field.clone() };
            vec![line, find.kind.word().to_owned(), field, find.rule.clone()]
        })
        .collect();
    let more = if explained.finds.len() == EXPLAIN_FINDS_MAX {
        format!("; the first {EXPLAIN_FINDS_MAX} are listed")
    } else {
        String::new()
    };
    format!("{}{} masked{more}", out::table(&["LINE", "KIND", "FIELD", "RULE"], &rows), explained.count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_tells_where_and_why_and_never_what() {
        let told = table(&explain("ok\ndb_password=hunter2hunter2 x\n"));
        assert!(told.contains("2      password   db_password   named-value"), "{told}");
        assert!(!told.contains("hunter2") && told.ends_with("1 masked"), "{told}");
        assert_eq!(table(&explain("ok\n")), "nothing would be masked");
    }
}
