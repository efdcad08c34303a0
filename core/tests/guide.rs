//! The guide: what it points to is there.

use std::fs;
use std::path::{Path, PathBuf};

fn files_of(folder: &str, extension: &str) -> Vec<(PathBuf, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let paths = fs::read_dir(folder)
        .expect("the folder is there")
        .map(|file| file.expect("it can be listed").path());
    paths
        .filter(|path| path.extension().is_some_and(|found| found == extension))
        .map(|path| (path.clone(), fs::read_to_string(path).expect("it can be read")))
        .collect()
}

fn pages() -> Vec<(PathBuf, String)> {
    let pages = files_of("src/guide", "md");
    assert_eq!(pages.len(), 3);
    pages
}

/// What stands between an opening and the next closing mark, all through a text.
fn between<'a>(mut text: &'a str, open: &'a str, close: &'a str) -> impl Iterator<Item = &'a str> {
    std::iter::from_fn(move || {
        let (inner, rest) = text.split_once(open)?.1.split_once(close)?;
        text = rest;
        Some(inner)
    })
}

/// The prose of a page: without its programs.
fn prose(page: &str) -> String {
    page.split("```").step_by(2).collect()
}

/// The anchor that rustdoc gives a heading.
fn anchor(heading: &str) -> String {
    let kept = heading
        .chars()
        .filter(|character| character.is_alphanumeric() || " -_".contains(*character));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}

#[test]
fn every_test_that_the_guide_names_is_there() {
    let tests: String = files_of("tests", "rs").into_iter().map(|(_, text)| text).collect();
    let mut named = 0;
    for (path, page) in pages() {
        for name in between(&prose(&page), "`", "`").filter(|name| name.matches('_').count() > 4) {
            assert!(tests.contains(&format!("fn {name}()")), "{}: {name}", path.display());
            named += 1;
        }
    }
    assert!(named >= 2, "only {named} names were looked for");
}

#[test]
fn every_heading_that_a_page_of_the_guide_links_to_is_there() {
    let mut linked = 0;
    for (path, page) in pages() {
        let prose = prose(&page);
        let anchors: Vec<String> = prose
            .lines()
            .filter_map(|line| line.strip_prefix('#'))
            .map(|line| anchor(line.trim_matches(['#', ' '])))
            .collect();
        for link in between(&prose, "](#", ")") {
            assert!(
                anchors.iter().any(|anchor| anchor == link),
                "{}: #{link} in {anchors:?}",
                path.display()
            );
            linked += 1;
        }
    }
    assert!(linked >= 8, "only {linked} links were looked for");
}

#[test]
fn every_refusal_that_the_guide_names_is_one_of_the_decider() {
    for (path, page) in pages() {
        for name in between(&page, "Err(\"", "\")") {
            assert!(
                orchestration::DeciderError::KINDS.contains(&name),
                "{}: {name}",
                path.display()
            );
        }
    }
}

/// The pairs of a section of "Wiring an engine" and a file of the example, as the page has them.
fn sections_with_their_files(page: &str) -> Vec<(String, String)> {
    let prose = prose(page);
    let sections = prose.split("\n## ").filter_map(|section| section.split_once('\n'));
    let pairs = sections.flat_map(|(heading, text)| {
        let files = between(text, "*In the example:* ", "\n").flat_map(|files| between(files, "`", "`"));
        files.map(move |file| (heading.to_owned(), file.to_owned()))
    });
    let mut pairs: Vec<_> = pairs.collect();
    pairs.sort();
    pairs
}

#[test]
fn the_guide_and_the_files_of_the_example_engine_name_each_other() {
    let (_, page) = files_of("src/guide", "md")
        .into_iter()
        .find(|(path, _)| path.ends_with("wiring_an_engine.md"))
        .expect("the page is there");
    let mut named = Vec::new();
    for (path, text) in files_of("examples/engine", "rs") {
        for sections in between(&text, "//! Guide, \"Wiring an engine\": ", "\n") {
            let file = path.file_name().expect("a file").to_string_lossy();
            named.extend(between(sections, "*", "*").map(|section| (section.to_owned(), file.to_string())));
        }
    }
    named.sort();
    assert_eq!(named, sections_with_their_files(&page));
    assert!(named.len() >= 9, "{named:?}");
}
