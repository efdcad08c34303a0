//! What the rooms of the harness must never know, as the front page of the crate says it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use petgraph::algo::toposort;
use petgraph::graphmap::DiGraphMap;
use regex_lite::Regex;

/// Which rooms each room may know.
const MAY_KNOW: &[(&str, &[&str])] = &[
    ("kind", &[]),
    ("subject", &[]),
    ("fields", &[]),
    ("difference", &[]),
    ("rename", &["fields"]),
    ("describe", &["fields", "kind", "subject"]),
    ("trace", &["describe"]),
    ("generate", &["fields", "kind", "subject"]),
    (
        "check",
        &["describe", "difference", "fields", "kind", "rename", "subject", "trace"],
    ),
    ("counterexample", &["check", "subject"]),
    (
        "walkthrough",
        &[
            "check",
            "counterexample",
            "describe",
            "difference",
            "fields",
            "kind",
            "rename",
            "subject",
            "trace",
        ],
    ),
    (
        "search",
        &[
            "check",
            "counterexample",
            "describe",
            "generate",
            "kind",
            "rename",
            "subject",
            "trace",
        ],
    ),
    (
        "report",
        &[
            "check",
            "counterexample",
            "describe",
            "difference",
            "fields",
            "kind",
            "rename",
            "subject",
            "trace",
            "walkthrough",
        ],
    ),
    (
        "engine",
        &[
            "check", "describe", "fields", "generate", "kind", "report", "subject", "trace",
        ],
    ),
    ("browse", &["check", "kind", "search", "subject"]),
    (
        "page",
        &[
            "browse",
            "check",
            "describe",
            "difference",
            "engine",
            "fields",
            "kind",
            "subject",
            "walkthrough",
        ],
    ),
    (
        "proof",
        &[
            "check",
            "counterexample",
            "describe",
            "engine",
            "generate",
            "kind",
            "rename",
            "report",
            "search",
            "subject",
            "trace",
        ],
    ),
];

/// A source file of the library: its path within `src`, and its code without its unit tests and comments.
struct Source {
    path: PathBuf,
    code: String,
}

impl Source {
    /// The module that the file is part of: its room, and what stands directly in that.
    fn module(&self) -> String {
        let mut parts: Vec<_> = self.path.iter().map(|part| part.to_string_lossy()).collect();
        parts.truncate(2);
        let name = parts.join("::");
        name.trim_end_matches(".rs").trim_end_matches("::mod").to_owned()
    }

    fn room(&self) -> String {
        self.module().split("::").next().unwrap_or_default().to_owned()
    }
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder of sources") {
            let path = entry.expect("an entry").path();
            let within = path.strip_prefix(&root).expect("it is below the root").to_owned();
            if path.is_dir() {
                // The program may know everything.
                if within != Path::new("bin") {
                    folders.push(path);
                }
            } else if !within.ends_with("tests.rs") && within != Path::new("lib.rs") {
                found.push(Source {
                    code: code(&fs::read_to_string(&path).expect("a source")),
                    path: within,
                });
            }
        }
    }
    assert!(found.len() > 80, "there are only {} sources", found.len());
    found
}

/// The code alone: no comments, and no unit tests, which stand at the end.
fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let is_code = |line: &&str| !line.trim_start().starts_with("//");
    text.lines().filter(is_code).collect::<Vec<_>>().join("\n")
}

/// The modules of this crate that some code names: `room::module`, or the room alone.
fn known_to(source: &Source) -> BTreeSet<String> {
    let path = Regex::new(r"crate::(\w+)(?:::(\w+))?").expect("a pattern");
    let rooms: BTreeSet<_> = MAY_KNOW.iter().map(|(room, _)| *room).collect();
    path.captures_iter(&source.code)
        .map(|found| {
            let (room, module) = (&found[1], found.get(2).map_or("", |module| module.as_str()));
            assert!(rooms.contains(room), "{} names no room: {room}", source.path.display());
            let is_module = module.starts_with(|letter: char| letter.is_ascii_lowercase());
            if is_module {
                format!("{room}::{module}")
            } else {
                room.to_owned()
            }
        })
        .collect()
}

#[test]
fn a_room_knows_only_the_rooms_below_it() {
    let may_know: BTreeMap<_, _> = MAY_KNOW.iter().copied().collect();
    for source in sources() {
        let room = source.room();
        let allowed = may_know.get(room.as_str());
        let allowed = allowed.unwrap_or_else(|| panic!("{room} stands on no floor"));
        for known in known_to(&source) {
            let other = known.split("::").next().unwrap_or_default();
            assert!(
                other == room || allowed.contains(&other),
                "{} must not know {other}",
                source.path.display()
            );
        }
    }
}

#[test]
fn no_modules_know_each_other_in_a_circle() {
    let sources = sources();
    let modules: BTreeSet<String> = sources.iter().map(Source::module).collect();
    let mut edges = BTreeSet::new();
    for source in &sources {
        let from = source.module();
        for known in known_to(source) {
            // What is named of a room itself is one of its modules, taken up by name.
            let to = if modules.contains(&known) {
                known
            } else {
                known.split("::").next().unwrap_or_default().to_owned()
            };
            if to != from && modules.contains(&to) && !from.starts_with(&format!("{to}::")) {
                edges.insert((from.clone(), to));
            }
        }
    }
    let graph: DiGraphMap<&str, ()> = edges.iter().map(|(from, to)| (from.as_str(), to.as_str())).collect();
    assert!(graph.edge_count() > 30, "only {} edges were read", graph.edge_count());
    if let Err(circle) = toposort(&graph, None) {
        panic!("{} knows itself in a circle: {edges:#?}", circle.node_id());
    }
}

#[test]
fn the_reference_machine_is_a_second_opinion() {
    // What makes a call of either possible: to import it, to name it in full, or to have a subject.
    let calls =
        Regex::new(r"orchestration::(decide|project)|use orchestration::\{[^}]*\b(decide|project)\b|\bSubject\b")
            .expect("a pattern");
    assert!(calls.is_match("use orchestration::{DeciderError, decide};") && calls.is_match("orchestration::project"));
    // What the core works out from its rules, and a second opinion is to work out by itself.
    let rules = Regex::new(
        r"\.(active_turns?|pending_approvals(_of)?|is_pending|is_running|is_unsettled|threads_of|project_at|check)\(|\blegality\b",
    )
    .expect("a pattern");
    assert!(rules.is_match("thread.active_turn()") && rules.is_match("turn.pending_approvals_of(id)"));
    let of_reference = |source: &Source| source.path.starts_with("check/reference");
    let machine: Vec<_> = sources().into_iter().filter(of_reference).collect();
    assert!(machine.len() >= 4, "there are only {} of its sources", machine.len());
    for source in machine {
        let found = calls.find(&source.code).map(|found| found.as_str().to_owned());
        assert_eq!(found, None, "{}", source.path.display());
        let found = rules.find(&source.code).map(|found| found.as_str().to_owned());
        assert_eq!(found, None, "{}", source.path.display());
    }
}

#[test]
fn only_the_proof_and_the_program_know_the_planted_bugs() {
    for source in sources() {
        let knows = known_to(&source).iter().any(|known| known.starts_with("proof"));
        assert!(!knows || source.room() == "proof", "{}", source.path.display());
    }
}
