//! The line of a log that says why a program ended.
//!
//! Lines are scored by the words programs end with; of the best the last one wins, since the first complaint is often a
//! warning and the last line often only a goodbye. It is a guess, so it is shown as evidence and never acted upon.

/// Most lines looked at, from the end.
const LINES_MAX: usize = 200;
/// Longest line quoted, characters.
const QUOTE_CHARS_MAX: usize = 240;

/// Words and what they weigh; the heaviest counts.
const WORDS: &[(&str, i32)] = &[
    ("panic:", 50),
    ("fatal", 45),
    ("caused by:", 45),
    ("segmentation fault", 45),
    ("out of memory", 45),
    ("exception", 40),
    ("critical", 38),
    ("error", 35),
    ("cannot", 30),
    ("can't", 30),
    ("could not", 30),
    ("unable to", 30),
    ("failed", 30),
    ("failure", 30),
    ("refused", 30),
    ("denied", 30),
    ("not found", 30),
    ("no such", 30),
    ("missing", 28),
    ("required", 25),
    ("invalid", 25),
    ("timed out", 25),
    ("timeout", 20),
    ("warn", 5),
];

/// Marks of lines that are no complaint, whatever words they hold.
const CALM: &[&str] = &[
    "level=info",
    "level=debug",
    "\"level\":\"info\"",
    "\"level\":\"debug\"",
    " info ",
    "[info]",
    " debug ",
    "[debug]",
];

/// The line that says most, cut; nothing when the log is empty.
pub(super) fn line(log: &[String]) -> Option<String> {
    let recent = log.iter().rev().take(LINES_MAX).map(|line| line.trim()).filter(|line| !line.is_empty());
    let mut best: Option<(i32, &str)> = None;
    for line in recent {
        let score = score(line);
        // Walking from the end, so an equal score further up does not win.
        if best.is_none_or(|(top, _)| score > top) {
            best = Some((score, line));
        }
    }
    best.map(|(_, line)| quote(line))
}

fn score(line: &str) -> i32 {
    let lower = line.to_lowercase();
    let weight = WORDS.iter().filter(|(word, _)| lower.contains(word)).map(|(_, weight)| *weight).max().unwrap_or(0);
    let calm = CALM.iter().any(|mark| lower.contains(mark) || lower.starts_with(mark.trim_start()));
    // A stack frame names functions, not reasons.
    let frame = line.starts_with("at ") || line.starts_with("goroutine ") || lower.starts_with("file \"");
    if calm || frame { weight.min(1) } else { weight }
}

fn quote(line: &str) -> String {
    let mut quote: String = line.chars().take(QUOTE_CHARS_MAX).collect();
    if line.chars().count() > QUOTE_CHARS_MAX {
        quote.push('…');
    }
    quote
}

/// What to look at, by what such a line usually means.
pub(super) fn advice(line: &str) -> &'static str {
    let lower = line.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    match () {
        () if says(&["no such file", "cannot open", "enoent", "filenotfound", "file not found"]) => {
            "a file is missing in the container: check the ConfigMap, Secret or volume that should bring it"
        }
        () if says(&[
            "connection refused",
            "no such host",
            "i/o timeout",
            "dial tcp",
            "econnrefused",
            "name resolution",
            "timed out",
        ]) =>
        {
            "something it depends on does not answer: check the address in that line and the Service behind it"
        }
        () if says(&["permission denied", "operation not permitted", "eacces", "read-only file system"]) => {
            "it lacks a permission: check its securityContext, its volumes and who owns the files"
        }
        () if says(&["address already in use", "eaddrinuse"]) => {
            "its port is taken: check the ports of the other containers of the pod"
        }
        () if says(&["unauthorized", "authentication", "access denied", "invalid password", "password"]) => {
            "its credentials are refused: check the Secret it takes them from"
        }
        () if says(&[
            "environment variable",
            "env var",
            "not set",
            "is required",
            "missing required",
            "undefined variable",
        ]) =>
        {
            "a setting is missing: check its environment and the ConfigMap or Secret behind it"
        }
        () if says(&["out of memory", "heap space", "cannot allocate memory"]) => {
            "it needs more memory than it may use: raise its limit"
        }
        () => "read the whole log of the container before this one; the program says there why it ended",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_that_says_why_is_picked_from_logs_of_many_languages() {
        let cases: &[(&[&str], &str)] = &[
            (
                &[
                    "level=info msg=\"starting\"",
                    "panic: cannot open /etc/shop/config.yaml: no such file or directory",
                    "",
                    "goroutine 1 [running]:",
                    "main.main()",
                    "exit status 2",
                ],
                "panic: cannot open /etc/shop/config.yaml: no such file or directory",
            ),
            (
                &[
                    "Traceback (most recent call last):",
                    "  File \"/app/main.py\", line 3, in <module>",
                    "ValueError: DATABASE_URL is required",
                ],
                "ValueError: DATABASE_URL is required",
            ),
            (
                &[
                    "Exception in thread \"main\" java.lang.IllegalStateException: boot",
                    "  at com.shop.Main.main(Main.java:5)",
                    "Caused by: java.net.ConnectException: Connection refused",
                    "  at java.base/sun.nio.ch.Net.connect(Net.java)",
                ],
                "Caused by: java.net.ConnectException: Connection refused",
            ),
            (&["level=info msg=\"0 errors\" failed=0", "bye"], "level=info msg=\"0 errors\" failed=0"),
            (&["one", "two"], "two"),
        ];
        for (log, expected) in cases {
            let log: Vec<_> = log.iter().map(|line| (*line).to_owned()).collect();
            assert_eq!(line(&log).as_deref(), Some(*expected));
        }
        assert_eq!(line(&[]), None);
    }

    #[test]
    fn an_informative_line_never_beats_a_complaint() {
        let log =
            ["error: bind: address already in use", "level=info msg=\"panic: handler installed\""].map(str::to_owned);
        assert_eq!(line(&log).unwrap(), "error: bind: address already in use");
        assert!(advice(&log[0]).contains("port"));
    }
}
