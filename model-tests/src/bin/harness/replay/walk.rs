//! `harness replay --walk`: a replay that one goes through by keys, a line for each.

use std::io::{self, BufRead, IsTerminal, Write};

use model_tests::walkthrough::{Walkthrough, difference};

use super::whole::{FEW, print_differences, print_ids, print_state, told};
use crate::output::{self, say};
use crate::style::FAINT;

/// What can be typed.
const HELP: &str = "\
  n  next step (so does an empty line)       p  step before
  g N  go to step N; 0 is the beginning      v  next violation
  d  what this step changed, all of it       d N  what differs from the state after step N
  s  the state here, as a tree               i  the ids that the names stand for
  h  this help                               q  quit";

/// What was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Key {
    Next,
    Back,
    Go(usize),
    Violation,
    Changed,
    ChangedSince(usize),
    State,
    Ids,
    Help,
    Quit,
}

/// What a line says; nothing if it says nothing that is known.
fn key(line: &str) -> Option<Key> {
    let mut words = line.split_whitespace();
    let (word, number) = (words.next(), words.next());
    if words.next().is_some() {
        return None;
    }
    let number = match number {
        None => None,
        Some(number) => Some(number.parse().ok()?),
    };
    match (word, number) {
        (None | Some("n"), None) => Some(Key::Next),
        (Some("p"), None) => Some(Key::Back),
        (Some("g"), Some(number)) => Some(Key::Go(number)),
        (Some("v"), None) => Some(Key::Violation),
        (Some("d"), None) => Some(Key::Changed),
        (Some("d"), Some(number)) => Some(Key::ChangedSince(number)),
        (Some("s"), None) => Some(Key::State),
        (Some("i"), None) => Some(Key::Ids),
        (Some("h"), None) => Some(Key::Help),
        (Some("q"), None) => Some(Key::Quit),
        _ => None,
    }
}

/// Goes through a replay as the lines of standard input say.
pub fn walk(whole: &Walkthrough) -> anyhow::Result<()> {
    let is_asked = io::stdin().is_terminal();
    let mut place = whole.violations().next().map_or(1, |(step, _)| step);
    place = place.min(whole.steps().len());
    show(whole, place);
    if is_asked {
        say!("{FAINT}{HELP}{FAINT:#}");
    }
    for line in Lines::new(is_asked) {
        let line = line?;
        let Some(key) = key(&line) else {
            say!(
                "  unknown: {}: expected n, p, g N, v, d, d N, s, i, h or q",
                model_tests::describe::quote(&line)
            );
            continue;
        };
        if key == Key::Quit || output::has_failed() {
            break;
        }
        if let Some(next) = follow(whole, place, key) {
            place = next;
            show(whole, place);
        }
    }
    Ok(())
}

/// Does what was typed; gives where to go, if somewhere.
fn follow(whole: &Walkthrough, place: usize, key: Key) -> Option<usize> {
    let count = whole.steps().len();
    match key {
        Key::Next if place >= count => say!("  this is the last step"),
        Key::Next => return Some(place + 1),
        Key::Back if place == 0 => say!("  this is the beginning"),
        Key::Back => return Some(place - 1),
        Key::Go(number) | Key::ChangedSince(number) if number > count => {
            say!("  there is no step {number}: expected 0 to {count}");
        }
        Key::Go(number) => return Some(number),
        Key::Violation => {
            let next = whole.violations().map(|(step, _)| step).find(|step| *step > place);
            if next.is_some() {
                return next;
            }
            say!("  no violation comes behind this step");
        }
        Key::Changed => since(whole, place.saturating_sub(1), place),
        Key::ChangedSince(number) => {
            say!("from the state after step {number} to this:");
            since(whole, number, place);
        }
        Key::State => {
            if let Some(model) = whole.model_after(place) {
                print_state(whole, model);
            }
        }
        Key::Ids => print_ids(whole, true),
        Key::Help => say!("{HELP}"),
        Key::Quit => {}
    }
    None
}

/// Shows all that differs between two states.
fn since(whole: &Walkthrough, from: usize, to: usize) {
    if let (Some(before), Some(after)) = (whole.model_after(from), whole.model_after(to)) {
        print_differences(&difference::of_models(before, after, whole.names()), usize::MAX);
    }
}

/// Shows a step, and what it changed first of all.
fn show(whole: &Walkthrough, place: usize) {
    say!("");
    let Some(step) = whole.step(place) else {
        say!("the beginning, before the first of {} steps", whole.steps().len());
        return;
    };
    for line in told(whole, step) {
        say!("{line}");
    }
    print_differences(&difference::of_models(&step.before, &step.after, whole.names()), FEW);
}

/// The lines of standard input, each asked for where a person types them.
struct Lines {
    is_asked: bool,
    lines: io::Split<io::StdinLock<'static>>,
}

impl Lines {
    fn new(is_asked: bool) -> Self {
        Self {
            is_asked,
            lines: io::stdin().lock().split(b'\n'),
        }
    }
}

impl Iterator for Lines {
    type Item = io::Result<String>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_asked {
            output::write_text("> ");
            // The error is remembered.
            let _ = output::for_people().flush();
        }
        // What is no text is no key either, and is told like any other.
        let text = |line: Vec<u8>| String::from_utf8_lossy(&line).into_owned();
        Some(self.lines.next()?.map(text))
    }
}

#[cfg(test)]
mod tests {
    use super::{Key, key};

    #[test]
    fn a_line_says_what_to_do() {
        for (line, expected) in [
            ("", Some(Key::Next)),
            ("n", Some(Key::Next)),
            (" g  12 ", Some(Key::Go(12))),
            ("d", Some(Key::Changed)),
            ("d 3", Some(Key::ChangedSince(3))),
            ("g", None),
            ("g x", None),
            ("n 3", None),
            ("d 3 4", None),
            ("quit", None),
            ("q", Some(Key::Quit)),
        ] {
            assert_eq!(key(line), expected, "{line:?}");
        }
    }
}
