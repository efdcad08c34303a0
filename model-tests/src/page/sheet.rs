//! The sheet below every page: its head, its style, its script, and the policy that lets nothing else in.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::visible::{is_unseen, plain};

const STYLE: &str = include_str!("page.css");

/// The script, in the order in which its parts need each other.
const SCRIPT: &str = concat!(
    "\"use strict\";\n",
    include_str!("script/values.js"),
    include_str!("script/model.js"),
    include_str!("script/timeline.js"),
    include_str!("script/step.js"),
    include_str!("script/what_if.js"),
    include_str!("script/page.js"),
);

/// What goes on a sheet.
#[derive(Clone, Copy, Debug)]
pub struct Sheet<'a> {
    /// The title of the window.
    pub title: &'a str,
    /// What is shown without any script.
    pub body: &'a Markup,
    /// What the script shows, if there is anything.
    pub data: Option<&'a Value>,
    /// Whom the script may ask.
    pub reach: Reach,
}

/// Whom the script of a page may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Nobody.
    Nothing,
    /// The server that the page comes from.
    Server,
}

/// A whole page.
#[must_use]
pub fn sheet(sheet: &Sheet<'_>) -> String {
    let reach = match sheet.reach {
        Reach::Nothing => "",
        Reach::Server => "connect-src 'self'; ",
    };
    let policy = format!(
        "default-src 'none'; {reach}script-src 'sha256-{}'; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        hash(SCRIPT),
        hash(STYLE)
    );
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="referrer" content="no-referrer";
                title { (plain(sheet.title)) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                (sheet.body)
                @if let Some(data) = sheet.data {
                    script #data type="application/json" { (PreEscaped(without_tags(data))) }
                }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    };
    page.into_string()
}

fn hash(text: &str) -> String {
    STANDARD.encode(Sha256::digest(text.as_bytes()))
}

/// JSON in which no tag and no comment begins or ends, and every character can be seen.
fn without_tags(data: &Value) -> String {
    let json = data.to_string();
    let mut safe = String::with_capacity(json.len());
    for character in json.chars() {
        if matches!(character, '<' | '>' | '&') || is_unseen(character) {
            for unit in character.encode_utf16(&mut [0; 2]) {
                // Writing to a string does not fail.
                let _ = write!(safe, "\\u{unit:04x}");
            }
        } else {
            safe.push(character);
        }
    }
    safe
}
