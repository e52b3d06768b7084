//! Ways in which a held value could get past a vault: each was found by trying, and is closed.

use super::*;
use crate::read::shown_line;

const VALUE: &str = "correct horse battery staple";

/// A vault that has read a Secret with these values under keys that say nothing.
fn holding(values: &[&str]) -> Vault {
    let mut vault = Vault::new(7);
    let keys = values.iter().enumerate().map(|(at, value)| (format!("k{at}"), json!(value)));
    learn(&mut vault, "db", &Value::Object(keys.collect()));
    vault
}

fn learn(vault: &mut Vault, name: &str, data: &Value) {
    vault.learn_read(&json!({"kind": "Secret", "metadata": {"name": name}, "stringData": data}), name);
}

fn told(values: &[&str], text: &str) -> String {
    holding(values).text(text).into_inner()
}

/// A log too long to be told whole, as a model pages it.
fn page(line: &str) -> Value {
    let lines: Vec<String> =
        (0..200).map(|at| if at == 7 { line.to_owned() } else { format!("GET /cart/{at}") }).collect();
    let sources = json!([{"namespace": "shop", "pod": "web", "container": null, "previous": false, "lines": lines}]);
    let answer = serde_json::from_value(json!({"answer": "logs", "omitted": 0, "sources": sources})).unwrap();
    crate::read::Reading::of(&answer).page(1, 0, 6_000).unwrap()
}

#[test]
fn a_value_on_the_border_of_two_lines_of_a_reading_is_found_before_and_after_it_was_learnt() {
    for before in 370..=400 {
        let page = page(&format!("{} {VALUE} is what we tried", "x".repeat(before)));
        let mut early = holding(&[VALUE]);
        let once = early.value(&page, "").into_inner();
        let mut late = Vault::new(7);
        let clear = late.value(&page, "").into_inner();
        learn(&mut late, "db", &json!({"password": VALUE}));
        for told in [early.known_by_now_value(&once), late.known_by_now_value(&clear)] {
            let told = told.into_inner().to_string();
            assert!(!told.contains("corr") && !told.contains("aple"), "{before}: {told}");
        }
    }
}

#[test]
fn the_middle_of_a_value_longer_than_a_line_is_found_too() {
    let value: String =
        std::iter::successors(Some(7_u32), |at| Some(at.wrapping_mul(1_103_515_245).wrapping_add(12_345)))
            .take(1_500)
            .map(|at| char::from(b'a' + (at >> 16) as u8 % 26))
            .collect();
    let told =
        holding(&[&value]).value(&page(&format!("{} {value} was tried", "x".repeat(350))), "").into_inner().to_string();
    for part in (0..value.len() - 8).map(|at| &value[at..at + 8]) {
        assert!(!told.contains(part), "{part}: {told}");
    }
    assert!(told.contains("was tried"), "{told}");
}

#[test]
fn a_secret_read_over_and_over_leaves_room_for_the_next() {
    let mut vault = holding(&[VALUE]);
    for _ in 0..READ_VALUES_MAX {
        learn(&mut vault, "db", &json!({"k0": VALUE}));
    }
    learn(&mut vault, "new", &json!({"password": "hunter2hunter2"}));
    assert!(!vault.text("tried hunter2hunter2 again").get().contains("hunter2"));
}

#[test]
fn a_value_of_several_lines_or_with_hidden_letters_is_known_as_it_is_shown() {
    let value = "first-part-Xy7\nsecond-part-Zq9\nthird-part-Kp3";
    let mut vault = holding(&[value]);
    let logged = lines(&value.lines().map(str::to_owned).collect::<Vec<_>>()).into_inner();
    for told in [vault.value(&json!({ "lines": logged }), "").into_inner(), json!(vault.text(&shown_line(value)))] {
        assert!(!told.to_string().contains("part"), "{told}");
    }
    for value in ["tab\tbed-secret-99", "zero\u{200b}width-secret-99"] {
        let told = told(&[value], &shown_line(&format!("tried {value} now")));
        assert!(!told.contains("secret-99"), "{told}");
    }
}

#[test]
fn a_number_that_is_a_held_value_is_one() {
    let mut vault = holding(&["8473625190"]);
    let clear = json!({"spec": {"port": 8_473_625_190_u64, "all": [8_473_625_190_u64, 80]}});
    for told in [vault.value(&clear, ""), vault.known_by_now_value(&clear)] {
        assert!(!told.get().to_string().contains("8473625190"), "{told:?}");
        assert_eq!(told.get()["spec"]["all"][1], 80);
    }
}

#[test]
fn values_are_known_as_common_writers_escape_them() {
    for (value, written, writer) in [
        ("p4ss/w0rd/zz9", "p4ss\\/w0rd\\/zz9", "PHP's json_encode"),
        ("pässwört-öffnen-9", "p\\u00e4ssw\\u00f6rt-\\u00f6ffnen-9", "Python's json.dumps"),
        ("aGVsbG8gdGhlcmU9PQ==", "aGVsbG8gdGhlcmU9PQ\\u003d\\u003d", "Gson"),
        ("it's-a-secret-9", "it\\u0027s-a-secret-9", "Gson"),
        ("a+b+c+d+secret9", "a\\u002Bb\\u002Bc\\u002Bd\\u002Bsecret9", "System.Text.Json"),
        ("p$a=b&c/d/secr9", "p$a=b&c%2Fd%2Fsecr9", "Go's url.UserPassword"),
        ("p:a@b/d/secret9", "p:a@b%2Fd%2Fsecret9", "Go's url.PathEscape"),
        ("s3cr'et(1)!/*x", "s3cr%27et%281%29%21/%2Ax", "Python's quote"),
        ("s3cr*et/a b/9x", "s3cr*et%2Fa+b%2F9x", "Java's URLEncoder"),
        ("s3 cr/et-99", "s3+cr%2fet-99", "HttpUtility"),
    ] {
        let told = told(&[value], &format!("tried {written} now"));
        assert!(!told.contains(&written[written.len() - 4..]), "{writer}: {told}");
    }
}

#[test]
fn the_last_piece_of_a_long_value_is_found_and_is_no_everyday_word() {
    let long: String = (0..2_048_u32).map(|at| char::from(b'a' + (at * 7 % 23) as u8)).collect();
    let value = format!("{long}9Z8Y7");
    assert!(!told(&[&value], &format!("tried {value} now")).contains("9Z8"));
    assert_eq!(told(&[&format!("{long}status: ok")], "app up, status: ok"), "app up, status: ok");
}

#[test]
fn a_value_that_is_no_text_is_known_by_its_encodings() {
    let bytes: Vec<u8> = (0..32_u8).map(|at| at.wrapping_mul(37).wrapping_add(200)).collect();
    let mut vault = Vault::new(7);
    let data = json!({"signing.key": STANDARD.encode(&bytes)});
    vault.learn_read(&json!({"kind": "Secret", "metadata": {"name": "db"}, "data": data.clone()}), "db");
    let before = format!("{vault:?}");
    vault.learn_read(&json!({"kind": "Secret", "metadata": {"name": "copy"}, "data": data}), "copy");
    assert_eq!(format!("{vault:?}"), before, "read again it is known");
    for form in [hex::encode(&bytes), STANDARD.encode(&bytes)] {
        let told = vault.text(&format!("loaded {form} as master")).into_inner();
        assert!(!told.contains(&form[4..12]), "{told}");
    }
}

#[test]
fn a_mask_is_never_learnt_as_a_secret_and_a_provider_teaches_none() {
    for value in ["••••", "•••• (up to 16 bytes)", "[(look-alike)]", "password=••••"] {
        assert_eq!(told(&[value], "password=•••• is set"), "password=•••• is set", "{value}");
    }
    let mut vault = holding(&[VALUE]);
    vault.replayed("I would run: kubectl create secret generic x --from-literal=password=default");
    assert_eq!(vault.text("pods in default: web, default-backend").get(), "pods in default: web, default-backend");
}

#[test]
fn a_rest_beside_a_placeholder_that_a_provider_repeats_is_none_any_more() {
    let said = "see [[secret:data:1:00000007]]ttery staple and correct ho[[secret:data:1:00000007]]";
    let told = holding(&[VALUE]).replayed(said).into_inner();
    assert!(!told.contains("staple") && !told.contains("corr"), "{told}");
}

#[test]
fn a_value_of_two_secrets_goes_back_into_either() {
    let mut vault = holding(&["shared-v4lue-99x"]);
    learn(&mut vault, "other", &json!({"pw": "shared-v4lue-99x"}));
    for (object, field) in [("db", "stringData.k0"), ("other", "stringData.pw")] {
        let place = Place { object: object.to_owned(), field: field.to_owned() };
        assert_eq!(vault.rehydrate("[[secret:data:1:00000007]]", &place).unwrap(), "shared-v4lue-99x");
    }
}

#[test]
fn what_is_found_again_and_again_makes_no_new_forms() {
    let mut vault = holding(&["123451234512345"]);
    let before = format!("{vault:?}");
    for times in 3..60 {
        vault.text(&format!("x {} y", "12345".repeat(times)));
    }
    assert_eq!(format!("{vault:?}"), before);
}

#[test]
fn of_values_that_lie_one_in_the_other_the_whole_is_found_and_near_misses_cost_a_bounded_look() {
    let mut known = Known::new();
    for longer in 0..700 {
        known.add(format!("{}0", "a".repeat(8 + longer)).as_bytes());
    }
    let masked = |text: &str| text_by(Rules::standard(), Some(&known), text).into_inner();
    for length in [8, 9, 300, 707] {
        assert_eq!(masked(&format!("tried {}0 now", "a".repeat(length))), "tried •••• now", "{length}");
    }
    // None of them stands there; beyond so many near misses what is shared with the last one is taken for one.
    assert!(masked(&"a".repeat(6_000)).len() < 6_000);
    assert_eq!(masked("tried aaaaaaa now"), "tried aaaaaaa now");
}

proptest! {
    #[test]
    fn no_text_makes_it_panic_forges_a_placeholder_or_keeps_a_value(
        parts in proptest::collection::vec(prop_oneof![
            Just("••••".to_owned()), Just("•".to_owned()), Just("…".to_owned()), Just("[[secret:".to_owned()),
            Just("[[secret:data:1:00000007]]".to_owned()), Just("]]".to_owned()), Just("[[".to_owned()),
            Just("ret:data:1:00000007]]".to_owned()), Just("correct hor".to_owned()), Just("ttery staple".to_owned()),
            Just(VALUE.to_owned()), Just("pässw".to_owned()), Just("öffnen".to_owned()), Just("password=".to_owned()),
            Just("ö".to_owned()), Just(" ".to_owned()), Just("\n".to_owned()), ".{0,6}",
        ], 0..14)
    ) {
        let mut vault = holding(&[VALUE, "pässwörter-öffnen", "]]x[[sec", "ret:data:1:00000007]]"]);
        let text = parts.concat();
        let told = vault.text(&text).into_inner();
        let value = vault.value(&json!({text.clone(): text.clone()}), "").into_inner().to_string();
        let again = vault.known_by_now(&text).into_inner();
        for told in [&told, &value, &again, &vault.replayed(&text).into_inner()] {
            prop_assert!(!told.contains(VALUE), "{told}");
        }
        for told in [&told, &value] {
            for (at, _) in told.match_indices("[[secret:") {
                let end = told[at..].find("]]").map_or(told.len(), |end| at + end + 2);
                prop_assert_eq!(vault.shown(&told[at..end]), "••••", "one that is not ours: {}", told);
            }
        }
    }
}
