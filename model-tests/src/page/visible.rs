//! Text that is shown as it is and does nothing: what cannot be seen, or would turn what stands around it, is written out.

use maud::{Markup, html};

/// Whether a character is shown by its number: one that cannot be seen, or that says how others are shown.
pub(super) const fn is_unseen(character: char) -> bool {
    matches!(
        character,
        '\0'..='\t' | '\u{b}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{ad}' | '\u{61c}' | '\u{180e}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
            | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}'
    )
}

/// A text in which every character can be seen.
#[must_use]
pub fn visible(text: &str) -> Markup {
    let (mut runs, mut run) = (Vec::new(), String::new());
    for character in text.chars() {
        if is_unseen(character) {
            runs.push((std::mem::take(&mut run), Some(character)));
        } else {
            run.push(character);
        }
    }
    runs.push((run, None));
    html! {
        @for (run, unseen) in &runs {
            (run)
            @if let Some(unseen) = unseen { span.unseen { (unseen.escape_unicode().to_string()) } }
        }
    }
}

/// The same where no element may stand.
#[must_use]
pub(super) fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for character in text.chars() {
        if is_unseen(character) {
            plain.extend(character.escape_unicode());
        } else {
            plain.push(character);
        }
    }
    plain
}
