//! What `explain` tells: line, sort, field and rule, never a value.

use super::*;

#[test]
fn finds_in_a_manifest_are_told_by_line_and_field() {
    let text = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\ndata:\n  k: aHVudGVyMmh1bnRlcjI=\n---\nkind: Pod\n\
        apiVersion: v1\nspec:\n  containers:\n  - name: web\n    args: [\"--token\", \"abcdefgh1\"]\n";
    let told = explain(text);
    assert_eq!(told.count, 2);
    let rows: Vec<_> = told.finds.iter().map(|f| (f.line, f.kind, f.field.as_str(), f.rule.as_str())).collect();
    assert_eq!(
        rows,
        [
            (6, Kind::Data, "data.k", "secret-data"),
            (13, Kind::Password, "spec.containers[name=web].args[1]", "named-flag"),
        ]
    );
    assert!(!format!("{told:?}").contains("aHVudGVy") && !format!("{told:?}").contains("abcdefgh1"));
}

#[test]
fn finds_in_a_log_are_told_by_line_and_name() {
    let told = explain("all is well: 1 2\n[x] db_password=hunter2 user=bob\n");
    assert_eq!((told.finds[0].line, told.finds[0].field.as_str()), (2, "db_password"));
    assert_eq!(told.masked, "all is well: 1 2\n[x] db_password=•••• user=bob\n");
}
