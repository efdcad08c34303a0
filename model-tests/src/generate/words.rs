//! Borderline texts: what is nearly a value of some type, or just about one.

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};
use uuid::Uuid;

use super::swarm::{below, draw_one};

/// What words are put together from.
const PIECES: [&str; 64] = [
    "a",
    "B",
    "7",
    "é",
    "名前",
    "🦀",
    "e\u{301}",
    "\u{212a}",
    "İ",
    "ı",
    "ſ",
    "x:y",
    "refs/heads/",
    "HEAD",
    "head",
    "/",
    "/",
    "//",
    "\\",
    "\\\\",
    ".",
    "..",
    "...",
    "/.",
    "/..",
    "a/.",
    ".lock",
    ".LOCK",
    "-",
    "@",
    "@{",
    "{",
    "}",
    "~",
    "^",
    ":",
    "?",
    "*",
    "[",
    "]",
    " ",
    "\t",
    "\n",
    "\r",
    "\0",
    "\u{1b}",
    "\u{7f}",
    "\u{85}",
    "\u{9f}",
    "\u{a0}",
    "\u{ad}",
    "\u{feff}",
    "\u{200b}",
    "\u{200d}",
    "\u{2028}",
    "\u{2029}",
    "\u{202e}",
    "\u{3000}",
    "\u{1680}",
    "\u{180e}",
    "\u{ff0f}",
    "\u{2215}",
    "C:",
    "c:/",
];

/// White space, and at the end what is none.
const BLANKS: [&str; 12] = [
    " ", " ", "\t", "\n", "\u{85}", "\u{a0}", "\u{1680}", "\u{2003}", "\u{2028}", "\u{3000}", "\u{200b}", "\u{feff}",
];

/// What a word may begin with: roots, and what looks like one.
const BEGINNINGS: [&str; 16] = [
    "",
    "",
    "",
    "",
    "",
    "/",
    "/",
    "C:\\",
    "z:/",
    "C:",
    "é:\\",
    "\u{212a}:\\",
    "\\\\host\\share",
    "\\\\?\\",
    "\\\\",
    "//host/share",
];

/// What a long word is made of: characters of one to four bytes, and one of two characters.
const UNITS: [&str; 5] = ["a", "é", "名", "🦀", "e\u{301}"];

/// The limits of values in bytes, and how many characters of a refused one are quoted.
const LIMITS: [usize; 4] = [1_024, 1_024, 4_096, 64];

/// The word of a number: always the same.
#[must_use]
pub fn word(number: u64) -> String {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(number);
    match below(&mut random, 16) {
        0..9 => pieces(&mut random),
        9 => blanks(&mut random),
        10..12 => long(&mut random),
        _ => uuid(&mut random),
    }
}

/// A few pieces.
fn pieces(random: &mut impl Rng) -> String {
    let mut word = draw_one(random, &BEGINNINGS).to_owned();
    for _ in 0..below(random, 6) {
        word += draw_one(random, &PIECES);
    }
    word
}

/// Nothing but white space, or what looks like it.
fn blanks(random: &mut impl Rng) -> String {
    let length = 1 + below(random, 4);
    (0..length).map(|_| draw_one(random, &BLANKS)).collect()
}

/// As long as can be, or one more or less, in bytes or in characters.
fn long(random: &mut impl Rng) -> String {
    let (mut word, unit) = (draw_one(random, &BEGINNINGS).to_owned(), draw_one(random, &UNITS));
    let limit = draw_one(random, &LIMITS) + draw_one(random, &[0, 1, 2]) - 1;
    let end = draw_one(random, &["", "", "/", ".", " ", "\0", "é"]);
    if below(random, 4) == 0 {
        let characters = limit.saturating_sub(word.chars().count() + end.chars().count());
        word += &unit.repeat(characters / unit.chars().count());
    } else {
        let bytes = limit.saturating_sub(word.len() + end.len());
        word += &unit.repeat(bytes / unit.len());
        word += &"a".repeat(bytes % unit.len());
    }
    word + end
}

/// A UUID in one of its spellings, or in one that is none.
fn uuid(random: &mut impl Rng) -> String {
    let drawn = Uuid::from_u64_pair(random.next_u64(), random.next_u64());
    let uuid = draw_one(random, &[Uuid::nil(), Uuid::max(), drawn, drawn]);
    let text = uuid.to_string();
    let place = usize::try_from(below(random, text.len() as u64)).unwrap_or_default();
    let with = |replacement: &str| format!("{}{replacement}{}", &text[..place], &text[place + 1..]);
    match below(random, 16) {
        0 => text.to_uppercase(),
        1 => uuid.as_simple().to_string(),
        2 => uuid.as_braced().to_string(),
        3 => uuid.as_urn().to_string(),
        4 => uuid.as_urn().to_string().to_uppercase(),
        5 => format!("{{{}}}", uuid.as_simple()),
        6 => format!(" {text}"),
        7 => format!("{text}\n"),
        8 => text[..place].to_owned(),
        9 => with("g"),
        10 => with("-"),
        11 => with("é"),
        12 => with("\u{ff11}"),
        13 => with(""),
        14 => format!("{{{text}"),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use orchestration::{BranchName, GitRef, Label, NonBlank, ProjectId, ProjectPath, ToolCallId};

    use super::word;

    #[test]
    fn of_every_type_many_words_are_values_and_many_are_none() {
        let words: HashSet<String> = (0..4_000).map(word).collect();
        assert!(words.len() > 2_500, "{}", words.len());
        let taken = |is_value: &dyn Fn(&str) -> bool| words.iter().filter(|word| is_value(word)).count();
        for (name, taken) in [
            ("Label", taken(&|word| Label::parse(word).is_ok())),
            ("NonBlank", taken(&|word| NonBlank::parse(word).is_ok())),
            ("ToolCallId", taken(&|word| ToolCallId::parse(word).is_ok())),
            ("GitRef", taken(&|word| GitRef::parse(word).is_ok())),
            ("BranchName", taken(&|word| BranchName::parse(word).is_ok())),
            ("ProjectPath", taken(&|word| ProjectPath::parse(word).is_ok())),
            ("ProjectId", taken(&|word| word.parse::<ProjectId>().is_ok())),
        ] {
            assert!((40..words.len() - 40).contains(&taken), "{taken} for {name}");
        }
    }
}
