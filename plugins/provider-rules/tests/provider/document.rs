//! `docs/grammar.md` is written from the table; `KUBECHAT_GEN=1 cargo test` writes it anew.

use std::fmt::Write as _;
use std::path::Path;

use provider_rules::{
    CALLS_MAX, CLASSES, CLAUSES_MAX, LOG_LINES_MAX, REPLICAS_MAX, SENTENCE_BYTES_MAX, WORDS_MAX, rows,
};

const HEAD: &str = "\
# What Kubechat understands without a model

<!-- Written from plugins/provider-rules by its tests: KUBECHAT_GEN=1 cargo test -p provider-rules -->

The component `provider-rules` reads plain English requests by the grammar below and answers as a model would: with calls
of the host's tools. It sends nothing anywhere. It understands a sentence whole or not at all: a word that fits nowhere, a
sentence that can be read two ways, two objects of that name, a number that isn't a whole one — each is asked back, and
nothing is done meanwhile.

- **Several requests in one sentence** are joined by “and”, “then”, a comma or a new line: “cordon node-3 then drain it”.
  Each must be understood by itself, or nothing is done of any. A later one may leave out the verb (“scale web to 6 and
  checkout to 8”) or all but the name (“restart web, cart and api”); `it` is the object before, `them` are those of a list.
  A place before all holds for all; behind several changes it is asked which it is meant for.
- **A negation anywhere stops a write**, and a question about doing something (“should I restart web?”) never does it: the
  answer offers the sentence to say.
- **Nothing later, nothing conditional**: “tomorrow”, “in 10 minutes”, “if it crashes” are refused.
- **Objects** are said as `web`, `deployment web`, `the web deployment`, `deploy/web`, `shop/web`, `shop/deploy/web`, or
  quoted: a word of the grammar (`deployment \"logs\"`) has to be. Kinds go by singular, plural and short name; any other
  kind by its full name, such as `certificates.cert-manager.io`. The host looks the name up: in the said or the current
  namespace first, then wherever you may look. `it`, `that`, `the deployment` are what the turn before was about, if that
  was one object.
- **Places**: `in shop`, `in the shop namespace`, `-n shop`, `from shop` (after an object), `here`, `there`,
  `in all namespaces`, `everywhere`; `on demo`, `in cluster demo` for the cluster.
- **Several clusters**: a change is made of each with `on eu and us`, `in clusters eu and us`, `on all clusters`; with `on eu
  then on us` the later ones wait for the earlier. A look is had of one cluster. Where some of several changes name a cluster
  and others do not, it is asked; a cluster before all holds for all. `it` is on the cluster it was on.
- **Numbers**: digits or words (`five`, `twenty-five`, `a dozen`, `two hundred`), whole and exact.
- **Politeness** around a request is taken off: please, can you, could you kindly, I'd like you to, for me, thanks.
- **kubectl's way** is read as words where it is simple: `kubectl scale deploy/web --replicas=5 -n shop`. Flags that can
  be said in words are taken (`-n -A -l -c -p --tail --replicas --context --to-revision --sort-by --port --min --max …`);
  any other is asked back.
- **Spans of time** (`since 1h`, `in the last 10 minutes`, `today`) cut what changed, logs and events; on lists they
  are understood but cut nothing, and a note says so. A day is the last 24 hours; a time of day (`since 10:00`, `since 3pm`) is
  UTC, and one still to come was yesterday's.
- **Answers to “which one?”**: `the second`, `2`, `the deployment`, `in shop`, `shop/web`. After a list, `the second one` or
  `the first pod` is that row.
- **Names of variables** are written `LOG_LEVEL`; for any other, “env” or “label” is said with it.
- **JSON**: `apply` and `create` followed by objects, `patch NAME with` followed by a patch: a list is a JSON patch, an object
  a strategic one unless “merge” is said or the kind is a custom one.
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
        "- **Limits**: {SENTENCE_BYTES_MAX} bytes and {WORDS_MAX} words a sentence, {CLAUSES_MAX} requests in it ({CALLS_MAX} over all clusters), {REPLICAS_MAX} replicas, {LOG_LINES_MAX} lines of log."
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
