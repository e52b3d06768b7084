//! What may be planned and executed by what it reaches into.

use kubechat_core::names::Namespace;
use kubechat_core::radius::Spread;

use super::*;
use crate::ports::cluster::NamespaceMode;

fn view(cluster: Mode, rules: &[(&str, Mode)]) -> ClusterView {
    let rule = |(name, mode): &(&str, Mode)| NamespaceMode { name: (*name).to_owned(), mode: *mode };
    ClusterView {
        name: ClusterName::parse("east").unwrap(),
        context: String::new(),
        server: String::new(),
        source: String::new(),
        namespace: Namespace::parse("default").unwrap(),
        mode: cluster,
        mode_reason: None,
        namespaces: rules.iter().map(rule).collect(),
        production: false,
        version: None,
        user: None,
        certificate_expires_at: None,
        problem: None,
    }
}

fn into(spaces: &[&str]) -> Spread {
    let namespaces = spaces.iter().map(|space| Namespace::parse(space).unwrap()).collect();
    Spread { namespaces, ..Spread::default() }
}

fn everywhere() -> Spread {
    Spread { everywhere: Some("ClusterRoleBinding ops counts in every namespace".to_owned()), ..Spread::default() }
}

fn unseen() -> Spread {
    Spread { unseen: vec!["list pods on node n1".to_owned()], ..Spread::default() }
}

#[test]
fn a_reach_is_allowed_what_the_strictest_reached_namespace_is() {
    use Mode::{Guarded, ReadOnly, SuggestOnly};
    let ruled = view(Guarded, &[("pay-test", Guarded), ("pay-*", ReadOnly), ("docs", SuggestOnly)]);
    let free = view(Guarded, &[]);
    let opened = view(ReadOnly, &[("shop", Guarded)]);
    // View, reach; whether it may be planned, whether it may be executed.
    let table = [
        (&ruled, into(&["shop", "pay-test"]), true, true),
        (&ruled, into(&["shop", "docs"]), true, false),
        (&ruled, into(&["docs", "pay-eu", "shop"]), false, false),
        (&ruled, everywhere(), false, false),
        (&ruled, unseen(), false, false),
        (&ruled, Spread::default(), true, true),
        (&free, into(&["shop", "pay-eu"]), true, true),
        (&free, everywhere(), true, true),
        (&free, unseen(), true, true),
        (&opened, into(&["shop"]), true, true),
        (&opened, into(&["other"]), false, false),
        (&opened, unseen(), false, false),
    ];
    for (view, spread, plans, runs) in table {
        let may = |least| reach_refused(view, least, &spread).is_none();
        assert_eq!((may(SuggestOnly), may(Guarded)), (plans, runs), "{:?} {spread:?}", view.namespaces);
    }
}

#[test]
fn a_refusal_names_the_namespaces_and_the_rule() {
    let ruled = view(Mode::Guarded, &[("pay-*", Mode::ReadOnly)]);
    let said = |spread: &Spread| reach_refused(&ruled, Mode::Guarded, spread).unwrap();
    let named = said(&into(&["pay-eu", "shop"]));
    assert_eq!(named.code, Code::ReadOnly);
    assert!(named.detail.contains("pay-eu (read-only by the rule `pay-*`)"), "{named:?}");
    assert!(!named.detail.contains("shop"), "only what is held: {named:?}");
    let all = said(&everywhere());
    assert!(all.detail.contains("ClusterRoleBinding ops") && all.detail.contains("`pay-*` is read-only"), "{all:?}");
    let blind = said(&unseen());
    assert!(blind.detail.contains("could not be seen (list pods on node n1)"), "{blind:?}");
    assert!(blind.hint.contains("with the right to list pods on node n1"), "{blind:?}");
    let many: Vec<String> = (0..9).map(|index| format!("pay-{index}")).collect();
    let many = said(&into(&many.iter().map(String::as_str).collect::<Vec<_>>()));
    assert!(many.detail.contains("and 4 more namespaces"), "{many:?}");
}
