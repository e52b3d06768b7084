//! `docs/grammar.md` is written from the table; `KUBECHAT_GEN=1 cargo test` writes it anew.

use std::fmt::Write as _;
use std::path::Path;

use provider_rules::{CLASSES, LOG_LINES_MAX, REPLICAS_MAX, SENTENCE_BYTES_MAX, WORDS_MAX, rows};

const HEAD: &str = "\
# What Kubechat understands without a model

<!-- Written from plugins/provider-rules by its tests: KUBECHAT_GEN=1 cargo test -p provider-rules -->

The component `provider-rules` reads plain English requests by the grammar below and answers as a model would: with calls
of the host's tools. It sends nothing anywhere. It understands a sentence whole or not at all: a word that fits nowhere, a
sentence that can be read two ways, two objects of that name, a number that isn't a whole one — each is asked back, and
nothing is done meanwhile.

- **One request at a time.** “scale web to 5 and delete db” does neither.
- **A negation anywhere stops a write**, and a question about doing something (“should I restart web?”) never does it: the
  answer offers the sentence to say.
- **Nothing later, nothing conditional**: “tomorrow”, “in 10 minutes”, “if it crashes” are refused.
- **Objects** are said as `web`, `deployment web`, `the web deployment`, `deploy/web`, `shop/web`, `shop/deploy/web`, or
  quoted: a word of the grammar (`deployment \"logs\"`) has to be. Kinds go by singular, plural and short name; any other
  kind by its full name, such as `certificates.cert-manager.io`. The host looks the name up: in the said or the current
  namespace first, then wherever you may look. `it`, `that`, `the deployment` are what the turn before was about, if that
  was one object.
- **Places**: `in shop`, `in the shop namespace`, `-n shop`, `from shop` (after an object), `here`, `there`,
  `in all namespaces`, `everywhere`; `on demo`, `in cluster demo` for the cluster, which must be this conversation's.
- **Numbers**: digits or words (`five`, `twenty-five`, `a dozen`, `two hundred`), whole and exact.
- **Politeness** around a request is taken off: please, can you, could you kindly, I'd like you to, for me, thanks.
- **kubectl's way** is read as words where it is simple: `kubectl scale deploy/web --replicas=5 -n shop`. Flags that can
  be said in words are taken (`-n -A -l -c -p --tail --replicas --context`); any other is asked back.
- **Spans of time** on logs and events (`since 1h`, `from the last 10 minutes`) are understood but not cut by yet; a note
  says so.
- **Answers to “which one?”**: `the second`, `2`, `the deployment`, `in shop`, `shop/web`.
- **Manifests**: `apply` followed by objects as JSON.
";

const NOTATION: &str = "
## The table

`a|b` are alternatives, `[a]` is optional, `@class` is any word of a class, `<slot>` is filled. A place can stand before or
after each row.
";

fn page() -> String {
    let mut page = HEAD.to_owned();
    writeln!(
        page,
        "- **Limits**: {SENTENCE_BYTES_MAX} bytes and {WORDS_MAX} words a sentence, {REPLICAS_MAX} replicas, {LOG_LINES_MAX} lines of log."
    )
    .expect("memory");
    page.push_str(NOTATION);
    let mut about = "";
    for row in rows() {
        if row.about != about {
            about = row.about;
            write!(page, "\n### {about}\n\n").expect("memory");
        }
        writeln!(page, "- `{}`", row.says).expect("memory");
    }
    page.push_str("\n### Classes of words\n\n");
    for (class, words) in CLASSES {
        writeln!(page, "- `@{class}`: {}", words.split(' ').collect::<Vec<_>>().join(", ")).expect("memory");
    }
    page
}

#[test]
fn the_page_holds_the_table_as_it_is() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/grammar.md");
    if std::env::var_os("KUBECHAT_GEN").is_some() {
        std::fs::write(&path, page()).expect("the page can be written");
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(written, page(), "run `KUBECHAT_GEN=1 cargo test -p provider-rules`");
}
