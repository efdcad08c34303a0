//! The dictionary for `wire`: words that a fuzzer would not find by itself.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::Value;

/// The longest word that is taken, in bytes.
const LONGEST_WORD: usize = 40;

/// What is JSON, or nearly, in the places where it may stand.
const MARKS: [&str; 14] = [
    "{}",
    "[]",
    "null",
    "true",
    "false",
    "\"\"",
    "\":",
    ",\"",
    "-1",
    "4294967295",
    "18446744073709551616",
    "1e9",
    "\\u0000",
    "\\ud800",
];

/// A dictionary in libFuzzer's form, of the field names and short texts in some JSON texts.
///
/// Texts that are no JSON are passed over.
#[must_use]
pub fn dictionary<'a>(texts: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut words: BTreeSet<String> = MARKS.map(str::to_owned).into();
    for text in texts {
        if let Ok(value) = serde_json::from_slice(text) {
            add_words(&value, &mut words);
        }
    }
    let mut dictionary = String::from("# Made by `harness corpus dictionary`.\n");
    for word in words {
        // Writing to a string does not fail.
        let _ = writeln!(dictionary, "\"{}\"", escaped(&word));
    }
    dictionary
}

fn add_words(value: &Value, words: &mut BTreeSet<String>) {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
        Value::String(text) => add_word(text, words),
        Value::Array(values) => values.iter().for_each(|value| add_words(value, words)),
        Value::Object(fields) => {
            for (name, value) in fields {
                add_word(name, words);
                add_words(value, words);
            }
        }
    }
}

fn add_word(text: &str, words: &mut BTreeSet<String>) {
    if text.len() <= LONGEST_WORD {
        words.insert(format!("\"{text}\""));
    }
}

/// A word as it stands between the quotes of a dictionary.
fn escaped(word: &str) -> String {
    word.bytes().fold(String::new(), |mut escaped, byte| {
        // Writing to a string does not fail.
        let _ = match byte {
            b'"' | b'\\' => write!(escaped, "\\{}", char::from(byte)),
            b' '..=b'~' => write!(escaped, "{}", char::from(byte)),
            _ => write!(escaped, "\\x{byte:02X}"),
        };
        escaped
    })
}

#[cfg(test)]
mod tests {
    use super::dictionary;

    #[test]
    fn names_and_short_texts_are_words_and_numbers_and_long_texts_are_not() {
        let long = format!("{{\"long\":\"{}\"}}", "x".repeat(41));
        let texts = [br#"{"a":["b",{"c d":7}],"e":null}"#, long.as_bytes(), b"no json"];
        let dictionary = dictionary(texts);
        for word in ["a", "b", "c d", "e", "long"] {
            assert!(
                dictionary.contains(&format!("\"\\\"{word}\\\"\"\n")),
                "{word} in\n{dictionary}"
            );
        }
        assert!(
            !dictionary.contains("\"7\"") && !dictionary.contains("xx"),
            "{dictionary}"
        );
    }

    #[test]
    fn what_is_not_plain_is_escaped() {
        let dictionary = dictionary(["{\"é\\\\\":1}".as_bytes()]);
        assert!(dictionary.contains(r#""\"\xC3\xA9\\\"""#), "{dictionary}");
    }
}
