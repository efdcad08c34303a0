//! `harness decide`: the core for engines in any language.

mod answer;
mod request;
mod session;

use std::io::{self, BufRead, Read};

use anyhow::bail;
use model_tests::trace::LONGEST_LINE;

use self::answer::Answer;
use self::request::Asked;
use self::session::Session;
use crate::output;
use crate::verdict::Verdict;

/// Decide commands and fold events for an engine in any language: a line of JSON in, a line of JSON out.
///
/// Every line on standard input is an object with one of the fields below, and gets one line on standard output at once. An
/// `id` in it, whatever it is, stands in the answer too. An engine starts this program, tells it of the events that it has
/// stored, and asks it about each command; it ends when its input does.
#[derive(Debug, clap::Args)]
#[command(after_help = r#"What an engine can ask:
  {"command":…}             decides on the session's model, and folds the events into it. The answer is
                            {"outcome":"accepted","sequence":N,"events":[…]}, with the number of the last event, or
                            {"outcome":"rejected","sequence":N,"error":{…}}, with that of the model
    "stored_at":"…"         beside it: the events are answered as they are stored, with their numbers and this time
    "fold":false            beside it: nothing is folded; who stores the events tells of them then
    "model":{…}             beside it: decides on this model, and leaves the session alone. The answer has the model after
                            the events: {"outcome":"accepted","events":[…],"model":{…}}, or the error
  {"event":…}               folds an event into the session's model: one as it is stored, which must be the next by its
                            number, or the bare event. The answer is {"sequence":N}
  {"events":[…]}            the same with many, all of them or none: how an engine recovers
  {"read":true}             the session's model: {"sequence":N,"model":{…}}
  {"read":"active_turns"}   what a crash has left running, for an engine to interrupt:
                            {"sequence":N,"active_turns":[{"thread_id":"…","turn_id":"…"}]}
  {"read":"snapshot"}       the session as it is stored: {"snapshot":{"schema_version":2,"sequence":N,…}}
  {"snapshot":{…}}          the session begins anew with a stored snapshot, or with null from the empty model. The
                            answer is {"sequence":N}

A line that is none of this is answered by {"error":{"message":"…","line":N}}, without an outcome. It changes nothing, and
the next line is read.

Exit status: 0 every line was understood; 2 one was not.

Example:
  echo '{"id":1,"command":{"type":"rename_project","project_id":"6f9619ff-8b86-4d01-b42d-00c04fc964ff","name":"core","at":"2026-01-01T00:00:00Z"}}' | harness decide"#)]
pub struct Arguments {}

/// Answers until there is nothing more to be read.
pub fn decide(_arguments: &Arguments) -> anyhow::Result<Verdict> {
    let mut session = Session::default();
    let mut input = io::stdin().lock();
    let mut line = Vec::new();
    let (mut number, mut odd) = (0_u64, Vec::new());
    while let Some(is_whole) = read_line(&mut input, &mut line)? {
        number += 1;
        if line.trim_ascii().is_empty() {
            continue;
        }
        let answer = if is_whole {
            answer(&mut session, &line)
        } else {
            Answer::of_error(None, format!("it is longer than {LONGEST_LINE} bytes"), None)
        };
        if answer.is_odd() {
            odd.push(number);
        }
        let mut text = serde_json::to_vec(&answer.at_line(number))?;
        text.push(b'\n');
        output::print_bytes(&text);
        if output::has_failed() {
            break;
        }
    }
    if let Some(first) = odd.first() {
        bail!(
            "{} of {number} lines could not be carried out, line {first} the first of them: its answer says why",
            odd.len()
        );
    }
    Ok(Verdict::Clean)
}

fn answer(session: &mut Session, line: &[u8]) -> Answer {
    match request::read(line) {
        Ok(Asked { id, request }) => match session.carry_out(request) {
            Ok(said) => Answer { id, ..said },
            Err(reason) => Answer::of_error(id, reason, None),
        },
        Err(odd) => Answer::of_error(odd.id, odd.reason, odd.column),
    }
}

/// Reads the next line, if there is one: whether all of it, or only its beginning since it is too long.
fn read_line(input: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<Option<bool>> {
    line.clear();
    let mut limited = input.take(LONGEST_LINE as u64 + 1);
    if limited.read_until(b'\n', line)? == 0 {
        return Ok(None);
    }
    if line.len() <= LONGEST_LINE || line.ends_with(b"\n") {
        return Ok(Some(true));
    }
    input.skip_until(b'\n')?;
    Ok(Some(false))
}
