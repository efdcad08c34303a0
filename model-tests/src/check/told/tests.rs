use serde_json::json;

use super::*;

#[test]
fn two_values_are_told_apart_by_the_paths_of_their_fields() {
    let expected = json!({"status": {"type": "running"}, "entries": [{"type": "message", "id": "a"}]});
    let found = json!({"status": {"type": "failed", "message": "no"}, "entries": []});
    assert_eq!(
        between(&expected, &found),
        r#"entries[0]: expected message a, found nothing; status.message: expected nothing, found "no"; status.type: expected "running", found "failed""#
    );
    assert!(between(&1, &1).contains("in nothing that their fields say"));
}

#[test]
fn of_two_long_texts_the_part_is_shown_in_which_they_differ() {
    let text = |end| format!("{}{end}{}", "x".repeat(1_000), "y".repeat(1_000));
    let told = between(&text("a"), &text("b"));
    assert!(told.contains("xa") && told.contains("xb"), "{told}");
    assert!(told.chars().count() < 200, "{told}");
}

#[test]
fn what_has_fields_is_told_by_its_kind_and_its_id() {
    for (value, words) in [
        (json!({"type": "running"}), "running"),
        (json!({"id": "1", "status": "open"}), "1"),
        (json!({"a": 1, "b": 2}), "one with 2 fields"),
        (json!([1, 2]), "2 of them"),
        (json!([]), "none"),
        (json!(null), "nothing"),
        (json!("a"), "\"a\""),
    ] {
        assert_eq!(super::words(&value), words);
    }
}

#[test]
fn one_thing_in_the_place_of_another_is_told_as_a_whole() {
    let [one, other] = ["a", "b"].map(|id| json!([{"type": "message", "id": id, "text": id}]));
    assert_eq!(
        between(&one, &other),
        "[0]: expected nothing, found message b; [0]: expected message a, found nothing"
    );
}

#[test]
fn what_bears_the_fields_is_named_once() {
    let differences = [("a", 1), ("b", 2)].map(|(name, value)| Difference::of(name, &value, &0).within("thread 1"));
    assert_eq!(
        list(&differences),
        "thread 1: a: expected 1, found 0; b: expected 2, found 0"
    );
}

#[test]
fn many_differences_are_counted() {
    let told = between(&vec![0; 100], &vec![1; 100]);
    assert!(told.starts_with("[0]: expected 0, found 1; [1]: "), "{told}");
    assert!(told.ends_with(" more") && told.chars().count() < 300, "{told}");
}

#[test]
fn what_is_there_and_should_not_be_is_told_so() {
    let [one, other] = [vec![json!({"id": 1})], vec![json!({"id": 2})]];
    let id = |value: &Value| value["id"].as_u64();
    let id = |value: &Value| id(value).unwrap_or_default();
    assert_eq!(
        list(&of_things("thing", one.iter(), other.iter(), id)),
        "thing 2: expected it not to be there, found it; thing 1: expected it to be there, found nothing"
    );
}

/// A difference of two texts, as it is shown.
fn shown(expected: &str, found: &str) -> String {
    let difference = Difference {
        path: "title".to_owned(),
        expected: Some(expected.to_owned()),
        found: Some(found.to_owned()),
    };
    difference.to_string()
}

#[test]
fn two_values_that_part_early_are_shown_from_their_beginning() {
    assert_eq!(shown("ab", "ac"), "title: expected ab, found ac");
    let same = "a".repeat(SHOWN - 2);
    assert_eq!(
        shown(&format!("{same}bcd"), &same),
        format!("title: expected {same}bc…, found {same}")
    );
}

#[test]
fn of_two_long_values_that_part_late_a_little_is_shown_before_it() {
    let before = "a".repeat(SHOWN_BEFORE);
    let (expected, found) = ["b", "c"].map(|end| "a".repeat(SHOWN - 1) + end).into();
    assert_eq!(
        shown(&expected, &found),
        format!("title: expected …{before}b, found …{before}c")
    );
    let rest = "d".repeat(SHOWN);
    let part = "d".repeat(SHOWN - SHOWN_BEFORE - 1);
    assert_eq!(
        shown(&format!("{expected}{rest}"), &found),
        format!("title: expected …{before}b{part}…, found …{before}c")
    );
}
