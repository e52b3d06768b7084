//! What a brief and a page hold: never more than their limit, nothing that is not in the source, everything once.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::object::ApiType;

/// As flow asks for it.
const LIMIT: usize = 6_000;

fn answer(value: Value) -> Answer {
    serde_json::from_value(value).unwrap()
}

fn logs(lines: &[String]) -> Answer {
    let source = |pod: &str, lines: &[String]| json!({"namespace": "shop", "pod": pod, "container": null, "previous": false, "lines": lines});
    answer(
        json!({"answer": "logs", "omitted": 0, "sources": [source("web-1", lines), source("web-2", &["up".to_owned()])]}),
    )
}

fn object(name: &str) -> Value {
    json!({"type": ApiType::secrets(), "namespace": "shop", "name": name})
}

fn table(columns: &[&str], rows: &[Vec<String>]) -> Answer {
    let rows: Vec<_> = rows.iter().map(|cells| json!({"object": object("web"), "cells": cells})).collect();
    let total = rows.len();
    answer(
        json!({"answer": "table", "kind": "Pod", "columns": columns, "rows": rows, "total": total, "omitted": 0, "unseen": []}),
    )
}

fn events(messages: &[String]) -> Answer {
    let row = |(at, message): (usize, &String)| {
        json!({"at": null, "age": "5m", "level": if at % 7 == 0 { "Warning" } else { "Normal" }, "reason": "Pulled",
            "object": "Pod shop/web", "count": at, "message": message})
    };
    let rows: Vec<_> = messages.iter().enumerate().map(row).collect();
    answer(json!({"answer": "events", "rows": rows, "omitted": 3}))
}

fn listing(rows: &[Vec<String>]) -> Answer {
    answer(
        json!({"answer": "listing", "what": "images", "columns": ["IMAGE"], "rows": rows, "total": rows.len(), "omitted": 0,
        "unseen": []}),
    )
}

fn description(lines: &[String]) -> Answer {
    let lines: Vec<_> = lines.iter().map(|text| json!({"label": "l", "text": text})).collect();
    answer(json!({"answer": "description", "object": object("web"), "unseen": [],
        "sections": [{"title": "Pods", "lines": lines}, {"title": "Events", "lines": [{"label": "x", "text": "y"}]}]}))
}

fn of_object(content: Value) -> Answer {
    answer(json!({"answer": "object", "object": object("web"), "content": content}))
}

fn any_answer() -> impl Strategy<Value = Answer> {
    let texts = || prop::collection::vec(".{0,600}", 0..120);
    prop_oneof![
        texts().prop_map(|texts| logs(&texts)),
        texts().prop_map(|texts| events(&texts)),
        texts().prop_map(|texts| description(&texts)),
        texts()
            .prop_map(|texts| table(&["NAME", "STATUS"], &texts.chunks(2).map(<[String]>::to_vec).collect::<Vec<_>>())),
        texts().prop_map(|texts| listing(&texts.chunks(1).map(<[String]>::to_vec).collect::<Vec<_>>())),
        prop::collection::btree_map("[a-z]{1,9}", texts(), 0..4).prop_map(|map| of_object(json!({"spec": map}))),
    ]
}

/// The number and text of a brief's line.
fn parted(line: &Value) -> (usize, &str) {
    let (number, text) = line.as_str().unwrap().split_once(": ").unwrap();
    (number.parse().unwrap(), text)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_brief_keeps_to_its_limit_and_shows_only_lines_of_the_source(found in any_answer(), limit in READING_BYTES_MIN..8_000) {
        let reading = Reading::of(&found);
        let brief = reading.brief(3, limit);
        prop_assert!(brief.to_string().len() <= limit, "{} > {limit}", brief.to_string().len());
        let shown = brief["lines"].as_array().unwrap();
        for line in shown {
            let (number, text) = parted(line);
            prop_assert!(text.starts_with(&reading.lines[number]), "{line}");
        }
        prop_assert_eq!(shown.len() as u64 + brief["left"].as_u64().unwrap(), reading.lines() as u64);
        prop_assert_eq!(&brief, &Reading::of(&found).brief(3, limit));
    }

    #[test]
    fn all_pages_together_are_the_whole_once(found in any_answer(), limit in READING_BYTES_MIN..8_000) {
        let reading = Reading::of(&found);
        let (mut all, mut at) = (Vec::new(), Some(0));
        while let Some(from) = at {
            let Some(page) = reading.page(3, from, limit) else { break };
            prop_assert!(page.to_string().len() <= limit, "{} > {limit}", page.to_string().len());
            let lines = page["lines"].as_array().unwrap();
            prop_assert!(!lines.is_empty());
            all.extend(lines.iter().map(|line| line.as_str().unwrap().to_owned()));
            prop_assert_eq!(page["left"].as_u64().unwrap() as usize, reading.lines() - all.len());
            at = page["next"]["at"].as_u64().map(|at| at as usize);
        }
        prop_assert_eq!(all, reading.lines.clone());
        prop_assert!(reading.page(3, reading.lines(), limit).is_none());
    }
}

#[test]
fn a_long_line_goes_on_in_the_next_and_loses_nothing() {
    let long = "ä".repeat(LINE_BYTES_MAX);
    let reading = Reading::of(&logs(std::slice::from_ref(&long)));
    assert!(reading.lines.iter().all(|line| line.len() <= LINE_BYTES_MAX));
    assert!(reading.lines.concat().replace("……", "").contains(&long), "it says where it goes on, and loses nothing");
}

#[test]
fn of_a_long_log_the_errors_and_the_newest_lines_are_told_and_what_repeats_once() {
    let mut lines: Vec<String> = (0..2_000).map(|at| format!("12:00:{at} GET /cart took {at}ms")).collect();
    lines[700] = "12:00:01 ERROR connection to db-0 refused".to_owned();
    lines[701] = "12:00:02 ERROR cart 17 is lost".to_owned();
    lines[1_400] = "12:00:03 ERROR cart 18 is lost".to_owned();
    lines[1_999] = "bye".to_owned();
    let brief = Reading::of(&logs(&lines)).brief(3, LIMIT);
    assert_eq!(brief["summary"], "2001 log lines of 2 containers, 3 speak of errors; (×n) is n lines alike");
    let shown: Vec<_> = brief["lines"].as_array().unwrap().iter().map(|line| line.as_str().unwrap()).collect();
    let wanted = [
        "0: == shop/web-1",
        "701: 12:00:01 ERROR connection to db-0 refused",
        "1401: 12:00:03 ERROR cart 18 is lost (×2)",
        "1999: 12:00:1998 GET /cart took 1998ms (×1996)",
        "2000: bye",
        "2001: == shop/web-2",
        "2002: up",
    ];
    assert_eq!(shown, wanted);
    assert_eq!((&brief["left"], &brief["next"]), (&json!(1_996), &json!({"op": "more", "of": 3, "at": 0})));
}

#[test]
fn of_a_table_the_rows_that_are_not_well_come_first_and_states_are_counted() {
    let mut rows: Vec<Vec<String>> =
        (0..500).map(|at| vec![format!("web-{at}-with-a-long-name"), "1/1".to_owned(), "Running".to_owned()]).collect();
    rows[450][2] = "CrashLoopBackOff".to_owned();
    rows[460][1] = "0/1".to_owned();
    let brief = Reading::of(&table(&["NAME", "READY", "STATUS"], &rows)).brief(1, LIMIT);
    assert_eq!(brief["summary"], "500 Pod: 498 Running, 1 CrashLoopBackOff, 1 Running but not ready");
    let shown: Vec<_> = brief["lines"].as_array().unwrap().iter().map(parted).collect();
    assert_eq!(shown[0].1, "NAME  READY  STATUS");
    for wanted in [451, 461] {
        assert!(shown.iter().any(|(number, _)| *number == wanted), "{wanted}: {shown:?}");
    }
}

#[test]
fn of_an_object_the_telling_fields_come_first_and_the_rest_is_an_outline() {
    let noise: Map<String, Value> = (0..400).map(|at| (format!("note-{at}"), json!("x".repeat(90)))).collect();
    let content = json!({"metadata": {"name": "web", "annotations": noise}, "spec": {"replicas": 3, "template": {"spec":
        {"containers": [{"name": "web", "image": "web:1"}]}}}, "status": {"conditions": [{"type": "Available", "status": "False"}]}});
    let brief = Reading::of(&of_object(content)).brief(1, LIMIT);
    let shown = brief["lines"].to_string();
    for wanted in ["spec.replicas: 3", "containers[0].image: web:1", "status.conditions[0].status: False"] {
        assert!(shown.contains(wanted), "{wanted}: {shown}");
    }
    assert_eq!(brief["summary"], "Secret shop/web as lines; metadata 0-400, spec 401-403, status 404-405");
}

#[test]
fn of_events_warnings_come_before_the_rest() {
    let messages: Vec<String> = (0..300).map(|at| format!("message {at} {}", "x".repeat(60))).collect();
    let brief = Reading::of(&events(&messages)).brief(1, LIMIT);
    let shown: Vec<_> = brief["lines"].as_array().unwrap().iter().map(parted).collect();
    let warnings = shown.iter().filter(|(_, text)| text.contains("Warning")).count();
    assert_eq!((warnings, brief["summary"].as_str().unwrap()), (43, "300 events: 300 Pulled; 3 more are left out"));
}
