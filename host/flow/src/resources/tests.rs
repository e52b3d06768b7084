//! What a table keeps of what the API server prints.

use super::*;

fn ask(q: Option<&str>, sort: Option<&str>, fields: Option<&str>) -> ResourceAsk {
    let said = |text: Option<&str>| text.map(str::to_owned);
    ResourceAsk {
        kind: "pods".parse().unwrap(),
        namespace: None,
        selector: None,
        q: said(q),
        sort: said(sort),
        fields: said(fields),
        limit: 2,
        next: None,
    }
}

fn row(name: &str, restarts: Value, at: i64) -> TableRow {
    let cells = vec![name.into(), restarts, "10.0.0.1".into()];
    let (namespace, uid) = ("shop".to_owned(), format!("u-{name}"));
    TableRow { namespace, name: name.to_owned(), uid, created_at: Some(Timestamp(at)), cells }
}

fn page(rows: Vec<TableRow>) -> TablePage {
    let column = |name: &str, wide| TableColumn { name: name.to_owned(), wide };
    let columns = vec![column("Name", false), column("Restarts", false), column("IP", true)];
    TablePage { columns, rows, ..TablePage::default() }
}

fn three() -> TablePage {
    page(vec![row("web", "10 (5m ago)".into(), 2), row("api", 9.into(), 1), row("worker", "2".into(), 3)])
}

fn names(rows: &[ResourceRow]) -> Vec<&str> {
    rows.iter().map(|row| row.name.as_str()).collect()
}

#[test]
fn numbers_are_ordered_by_value_and_ages_by_time() {
    for (sort, order) in [
        ("restarts", ["worker", "api", "web"]),
        ("-restarts", ["web", "api", "worker"]),
        ("age", ["worker", "web", "api"]),
        ("name", ["api", "web", "worker"]),
        ("nonsense", ["api", "web", "worker"]),
    ] {
        assert_eq!(names(&arrange(&ApiType::pods(), three(), &ask(None, Some(sort), None)).1), order, "{sort}");
    }
}

#[test]
fn a_list_read_whole_is_filtered_before_it_is_cut_into_pages() {
    let wanted = ask(Some("W"), Some("name"), None);
    let first = whole(ApiType::pods(), three(), &wanted, 0);
    assert_eq!((names(&first.rows), first.next, first.remaining), (vec!["web", "worker"], None, None));
    let all = ask(None, Some("name"), None);
    let first = whole(ApiType::pods(), three(), &all, 0);
    assert_eq!((first.next, first.remaining), (Some(Next::Offset(2)), Some(1)));
    assert_eq!(names(&whole(ApiType::pods(), three(), &all, 2).rows), ["worker"]);
}

#[test]
fn wide_columns_come_when_they_are_asked_for() {
    let columns = |fields| arrange(&ApiType::pods(), three(), &ask(None, None, fields)).0;
    assert_eq!(columns(None), ["Name", "Restarts"]);
    assert_eq!(columns(Some("*")), ["Name", "Restarts", "IP"]);
    assert_eq!(columns(Some("ip, name")), ["Name", "IP"]);
}

#[test]
fn a_cell_can_neither_steer_a_terminal_nor_carry_a_password() {
    let hostile = page(vec![row("web", "\u{1b}[31mpassword=hunter2-and-more\u{7}".into(), 1)]);
    let cell = arrange(&ApiType::pods(), hostile, &ask(None, None, None)).1[0].cells[1].to_string();
    assert!(!cell.contains("hunter2") && !cell.contains("u001b") && !cell.contains("u0007"), "{cell}");
}

#[test]
fn of_a_secret_only_harmless_columns_are_shown() {
    let columns = arrange(&ApiType::secrets(), three(), &ask(None, None, Some("*"))).0;
    assert_eq!(columns, ["Name"], "Restarts and IP are no columns of Secrets");
}

#[test]
fn a_custom_kinds_column_with_a_secrets_name_shows_no_text() {
    let api = ApiType { group: "shop.example".to_owned(), kind: "Database".to_owned(), ..ApiType::pods() };
    let column = |name: &str| TableColumn { name: name.to_owned(), wide: false };
    let cells = vec!["db".into(), "hunter2".into(), "tok-4711".into()];
    let row = TableRow { cells, ..row("db", Value::Null, 1) };
    let columns = vec![column("Name"), column("Password"), column("Api Token")];
    let page = TablePage { columns, ..page(vec![row]) };
    let (_, rows) = arrange(&api, page, &ask(None, None, None));
    let shown = format!("{:?}", rows[0].cells);
    assert!(shown.contains("db") && !shown.contains("hunter2") && !shown.contains("tok-4711"), "{shown}");
}
