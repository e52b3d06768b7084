//! Sentences of people: what is a secret in them, and that no row of the grammar loses a word the rules need.
//!
//! The rows are those of `docs/grammar.md`, each said with every word of its alternatives and classes, and about objects whose
//! names sound like secrets; and the sentences that the tests of `provider-rules` hold.

use std::collections::HashMap;

const GRAMMAR: &str = include_str!("../../../../../docs/grammar.md");
const SENTENCES: [&str; 6] = [
    include_str!("../../../../../plugins/provider-rules/tests/sentences/reads.txt"),
    include_str!("../../../../../plugins/provider-rules/tests/sentences/writes.txt"),
    include_str!("../../../../../plugins/provider-rules/tests/sentences/asks.txt"),
    include_str!("../../../../../plugins/provider-rules/tests/sentences/never.txt"),
    include_str!("../../../../../plugins/provider-rules/tests/sentences/sentences.jsonl"),
    include_str!("../../../../../plugins/provider-rules/tests/sentences/held-out.jsonl"),
];
/// Objects that are called like secrets.
const OBJECTS: [&str; 11] = [
    "auth",
    "token",
    "token-service",
    "password-reset",
    "web-token",
    "db-password",
    "secret db",
    "secret token",
    "deployment api-key",
    "the password-reset deployment",
    "shop/token",
];

fn said(sentence: &str) -> String {
    super::super::said(sentence).into_inner()
}

#[test]
fn a_value_that_a_person_says_behind_a_telling_name_is_masked() {
    for (sentence, wanted) in [
        ("set DB_PASSWORD to hunter2 on web", "set DB_PASSWORD to •••• on web"),
        ("set DB_PASSWORD to swordfish on web", "set DB_PASSWORD to •••• on web"),
        ("set DB_PASSWORD to 12345 on web", "set DB_PASSWORD to •••• on web"),
        ("the password is hunter2", "the password is ••••"),
        ("the db password is now swordfish.", "the db password is now ••••."),
        ("the password of the shop database is swordfish", "the password of the shop database is ••••"),
        ("password hunter2", "password ••••"),
        ("create secret db with password hunter2", "create secret db with password ••••"),
        ("set the password to 12345678", "set the password to ••••"),
        ("set password for web to swordfish", "set password for web to ••••"),
        ("set env DB_PASSWORD on the web deployment to hunter2", "set env DB_PASSWORD on the web deployment to ••••"),
        ("change the value of the password to swordfish", "change the value of the password to ••••"),
        ("set dbPassword as hunter2", "set dbPassword as ••••"),
        ("set API_KEY: abcdef on web", "set API_KEY: •••• on web"),
        ("the api key is abcdefgh", "the api key is ••••"),
        ("api key: k-123456", "api key: ••••"),
        ("set `DB_PASSWORD` to `hunter two` on web", "set `DB_PASSWORD` to `••••` on web"),
        ("set DB_PASSWORD to \"correct horse\" on web", "set DB_PASSWORD to \"••••\" on web"),
        ("the token should be abc-123-def", "the token should be ••••"),
        ("my token is swordfish", "my token is ••••"),
        (
            "set LOG_LEVEL to debug and DB_PASSWORD to swordfish on web",
            "set LOG_LEVEL to debug and DB_PASSWORD to •••• on web",
        ),
        ("der Wert: PASSWORD to ünïcödé!", "der Wert: PASSWORD to ••••"),
    ] {
        assert_eq!(said(sentence), wanted);
    }
}

#[test]
fn a_value_that_a_person_says_goes_to_the_blank() {
    for (sentence, wanted) in [
        ("set env DB_PASSWORD=a&b;c)d,e}f on web", "set env DB_PASSWORD=•••• on web"),
        ("set DB_PASSWORD to p\"a'ss<w>ord] on web", "set DB_PASSWORD to •••• on web"),
        ("DB_PASSWORD=hunter2!", "DB_PASSWORD=••••"),
        // The sentence's own signs stay.
        ("set DB_PASSWORD=hunter2, then restart web", "set DB_PASSWORD=••••, then restart web"),
        ("the password is hunter2.", "the password is ••••."),
        ("set it (DB_PASSWORD=hunter2) on web", "set it (DB_PASSWORD=••••) on web"),
        ("\"set DB_PASSWORD=hunter2\"", "\"set DB_PASSWORD=••••\""),
        ("use `DB_PASSWORD=a;b` on web", "use `DB_PASSWORD=••••` on web"),
        // JSON stays JSON.
        ("create {\"kind\":\"X\",\"password\":12345678,\"b\":1}", "create {\"kind\":\"X\",\"password\":••••,\"b\":1}"),
    ] {
        assert_eq!(said(sentence), wanted);
    }
}

#[test]
fn words_about_secrets_and_objects_called_like_them_stay() {
    for sentence in [
        "scale auth to 5",
        "scale token-service to 5",
        "scale db-password to 5",
        "set image of token-service to nginx:1.29",
        "set image of db-password to nginx:1.29",
        "change web-token to v2.1",
        "set web-token to five replicas",
        "set db-password to 5 replicas",
        "restart password-reset",
        "what is the secret db about",
        "show secret db",
        "is the password wrong?",
        "the password is expired",
        "why is the token not working",
        "why is web-token crashlooping",
        "what password does web use",
        "add DB_PASSWORD to web",
        "which pods use secret db-credentials",
        "the token is still rejected by the registry",
        "copy secret token to namespace pay",
        "remove env DB_PASSWORD from web",
        "set cpu limit of db-password to 500m",
        "label web-token as tier=gold",
        "does the api key expire",
    ] {
        assert_eq!(said(sentence), sentence);
    }
}

#[test]
fn what_is_said_in_a_log_is_prose() {
    for line in ["the password is hunter2", "set DB_PASSWORD to hunter2", "password hunter2"] {
        assert_eq!(super::super::text(line).get(), line);
    }
}

#[test]
fn no_sentence_of_the_rules_tests_loses_a_word() {
    let mut count = 0;
    for line in SENTENCES.iter().flat_map(|file| file.lines()).filter(|line| !line.starts_with('#')) {
        let sentence = match serde_json::from_str::<serde_json::Value>(line) {
            Ok(row) => row["say"].as_str().unwrap_or_default().to_owned(),
            Err(_) => line.split(" | ").next().unwrap_or_default().to_owned(),
        };
        assert_eq!(said(&sentence), sentence);
        count += usize::from(!sentence.is_empty());
    }
    assert!(count > 700, "{count} sentences");
}

/// What fills a slot; objects are filled apart.
fn filling(slot: &str, variant: usize) -> &'static str {
    let of = |words: &[&'static str]| words[variant % words.len()];
    match slot {
        "count" => of(&["5", "five", "25"]),
        "image" => of(&["nginx:1.29", "1.29", "registry.example.com/shop/web:1.2"]),
        "full" => of(&["nginx:1.29", "registry.example.com/shop/web:1.2"]),
        "version" | "tag" => of(&["1.29", "v2", "latest"]),
        "release" => of(&["1.29", "v2.1", "nginx:1.29"]),
        "revision" | "most" | "min" => "3",
        "quantity" => of(&["500m", "1Gi", "2"]),
        "resource" | "usage" => of(&["cpu", "memory"]),
        "bound" => of(&["limit", "requests"]),
        "pairs" | "tags" | "env" => of(&["LOG_LEVEL=debug", "tier=gold"]),
        "key" | "keys" => of(&["tier", "LOG_LEVEL"]),
        "variable" => "LOG_LEVEL",
        "value" => "debug",
        "kind" | "plural" | "kinds" | "word" | "what" => of(&["secrets", "pods"]),
        "port" | "target" => "8080",
        "service" => "nodeport",
        "percent" => "70%",
        "selector" => "app=web",
        "verb" => "delete",
        "sort" => "age",
        "taint" => "dedicated=gpu:NoSchedule",
        "untaint" | "untaint-" | "dropped" => "dedicated-",
        "assign" => "web=nginx:1.29",
        "limits" | "requests" => "cpu=1,memory=1Gi",
        "container" => "token-proxy",
        "new" => "token-cache",
        _ => "9",
    }
}

struct Grammar {
    rows: Vec<&'static str>,
    classes: HashMap<&'static str, Vec<&'static str>>,
}

fn grammar() -> Grammar {
    let (_, table) = GRAMMAR.split_once("## The table").unwrap();
    let (table, classes) = table.split_once("### Classes of words").unwrap();
    let rows = table.lines().filter_map(|line| line.strip_prefix("- `")?.strip_suffix('`')).collect();
    let class = |line: &'static str| {
        let (name, words) = line.strip_prefix("- `@")?.split_once("`: ")?;
        Some((name, words.split(", ").collect()))
    };
    Grammar { rows, classes: classes.lines().filter_map(class).collect() }
}

impl Grammar {
    /// The row as it is said in this variant: every second one without what may be left out.
    fn say(&self, row: &str, variant: usize, object: &str, filled: &dyn Fn(&str) -> Option<&'static str>) -> String {
        let mut words = Vec::new();
        for element in row.split(' ') {
            let optional = element.strip_prefix('[').and_then(|inner| inner.strip_suffix(']'));
            if optional.is_some() && variant % 2 == 1 {
                continue;
            }
            let ways: Vec<&str> = optional.unwrap_or(element).split('|').flat_map(|way| self.ways(way)).collect();
            let way = ways[variant / 2 % ways.len()];
            let slot = way.strip_prefix('<').and_then(|inner| inner.strip_suffix('>'));
            words.push(match slot {
                Some("object" | "named" | "node" | "name") => object,
                Some(slot) => filled(slot).unwrap_or_else(|| filling(slot, variant)),
                None => way,
            });
        }
        words.join(" ").replace(" 's", "'s").replace(" ,", ",")
    }

    fn ways<'a>(&'a self, way: &'a str) -> Vec<&'a str> {
        match way.strip_prefix('@') {
            Some(class) => self.classes[class].clone(),
            None => vec![way],
        }
    }

    /// Enough variants for the longest list of words, with and without what may be left out.
    fn variants(&self) -> usize {
        2 * self.classes.values().map(Vec::len).max().unwrap_or(1)
    }
}

#[test]
fn no_row_of_the_grammar_loses_a_word() {
    let grammar = grammar();
    assert!(grammar.rows.len() > 400 && grammar.classes.len() > 10, "{} rows", grammar.rows.len());
    let mut lost = Vec::new();
    for row in &grammar.rows {
        for object in OBJECTS {
            for variant in 0..grammar.variants() {
                let sentence = grammar.say(row, variant, object, &|_| None);
                let masked = said(&sentence);
                if masked != sentence {
                    lost.push(format!("{row}\n  {sentence}\n  {masked}"));
                    break;
                }
            }
        }
    }
    assert!(lost.is_empty(), "{} lost, for example:\n{}", lost.len(), lost[..lost.len().min(40)].join("\n"));
}

#[test]
fn every_row_that_sets_a_variable_masks_the_value_of_a_secret_one() {
    let grammar = grammar();
    let mut count = 0;
    for row in grammar
        .rows
        .iter()
        .filter(|row| row.contains("<value>") && row.contains("<variable>") || row.contains("variable|var <key>"))
    {
        for variant in 0..grammar.variants() {
            let secret = |slot: &str| match slot {
                "variable" | "key" => Some("DB_PASSWORD"),
                "value" => Some("swordfish"),
                "pairs" => Some("DB_PASSWORD=swordfish"),
                _ => None,
            };
            let sentence = grammar.say(row, variant, "web", &secret);
            let masked = said(&sentence);
            assert!(masked.contains("DB_PASSWORD") && !masked.contains("swordfish"), "{row}\n{sentence}\n{masked}");
            count += 1;
        }
    }
    assert!(count > 100, "{count}");
}
