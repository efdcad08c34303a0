//! The page of a hunt for planted bugs: how soon each search found each of them.

use maud::{Markup, html};

use super::sheet::{Reach, Sheet, sheet};
use super::visible;

/// How wide the longest bar is, in its own units.
const WIDTH: f64 = 100.0;

/// The shortest and the longest time of the scale, as powers of ten of a second, however soon and late all was found.
const SCALE: (i32, i32) = (-3, 1);

/// What came of a hunt.
#[derive(Clone, Debug, Default)]
pub struct Hunt {
    /// The verdict in a word.
    pub verdict: String,
    /// Whether every search found every bug that it can see.
    pub is_clean: bool,
    /// What there is to be said of all of it.
    pub lines: Vec<String>,
    /// The bugs.
    pub quarry: Vec<Quarry>,
}

/// A bug that was hunted.
#[derive(Clone, Debug, Default)]
pub struct Quarry {
    /// Its id.
    pub id: String,
    /// What is wrong.
    pub sentence: String,
    /// Which invariants caught it.
    pub caught_by: String,
    /// What came of each search.
    pub hunters: Vec<(String, Outcome)>,
}

/// What a search made of a bug.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// It found it.
    Found {
        /// After so many seconds.
        seconds: f64,
        /// The same in words, and after how many steps.
        words: String,
        /// Whether it did so from every seed.
        is_sure: bool,
    },
    /// It did not find it.
    Missed {
        /// In so many steps.
        words: String,
        /// Whether it should have found it: what the searches are measured against need not.
        is_wrong: bool,
    },
    /// It does not find it, for this reason.
    Unseen(String),
}

/// The page of a hunt.
#[must_use]
pub fn of_hunt(hunt: &Hunt) -> String {
    let class = if hunt.is_clean {
        "verdict clean"
    } else {
        "verdict broken"
    };
    let scale = scale(&hunt.quarry);
    sheet(&Sheet {
        title: &format!("the hunt for {} planted bugs: {}", hunt.quarry.len(), hunt.verdict),
        body: &html! {
            header class=(class) {
                h1 { "The hunt for planted bugs: " (hunt.verdict) }
                ul { @for line in &hunt.lines { li { bdi { (visible(line)) } } } }
            }
            main {
                h2 { "The searches" }
                (searches(&hunt.quarry))
                h2 { "The bugs" }
                p.faint {
                    "A bar is how long a search took until it found the bug: " (power(scale.0)) " at its left edge, " (power(scale.1))
                    " at its right one, and ten times as long from line to line. A bar of dashes is a bug that was missed."
                }
                div.hunted { @for quarry in &hunt.quarry { (hunted(quarry, scale)) } }
            }
        },
        data: None,
        reach: Reach::Nothing,
    })
}

/// How many bugs each search found, and how many were not for it to find.
fn searches(quarry: &[Quarry]) -> Markup {
    let names: Vec<_> = quarry
        .first()
        .map_or(&[][..], |first| &first.hunters)
        .iter()
        .map(|(name, _)| name)
        .collect();
    let count = |name: &str, is: fn(&Outcome) -> bool| {
        let all = quarry.iter().flat_map(|quarry| &quarry.hunters);
        all.filter(|(other, outcome)| other == name && is(outcome)).count()
    };
    html! {
        table.rows {
            thead { tr { @for head in ["search", "found", "missed", "not for it to find"] { th scope="col" { (head) } } } }
            tbody {
                @for name in names {
                    tr {
                        th scope="row" { bdi { (visible(name)) } }
                        td.number data-is="found" { (count(name, |outcome| matches!(outcome, Outcome::Found { .. }))) }
                        td.number data-is="missed" { (count(name, |outcome| matches!(outcome, Outcome::Missed { .. }))) }
                        td.number data-is="not for it to find" { (count(name, |outcome| matches!(outcome, Outcome::Unseen(_)))) }
                    }
                }
            }
        }
    }
}

fn hunted(quarry: &Quarry, scale: (i32, i32)) -> Markup {
    html! {
        section.box {
            h3 { code { bdi { (visible(&quarry.id)) } } }
            p.faint {
                bdi { (visible(&quarry.sentence)) }
                @if !quarry.caught_by.is_empty() { " Caught by " bdi { (visible(&quarry.caught_by)) } "." }
            }
            table.bars {
                tbody {
                    @for (name, outcome) in &quarry.hunters {
                        tr {
                            th scope="row" { bdi { (visible(name)) } }
                            (told(outcome, scale))
                        }
                    }
                }
            }
        }
    }
}

fn told(outcome: &Outcome, scale: (i32, i32)) -> Markup {
    match outcome {
        Outcome::Found {
            seconds,
            words,
            is_sure,
        } => html! {
            td { (bar(length(*seconds, scale), if *is_sure { "level" } else { "level unsure" }, scale)) }
            td { bdi { (visible(words)) } }
        },
        Outcome::Missed { words, is_wrong } => html! {
            td { (bar(WIDTH, if *is_wrong { "missed wrong" } else { "missed" }, scale)) }
            td.bad[*is_wrong] { @if *is_wrong { "✗ " } bdi { (visible(words)) } }
        },
        Outcome::Unseen(reason) => html! {
            td.faint colspan="2" { "not for it to find: " bdi { (visible(reason)) } }
        },
    }
}

/// A bar on the lines of the scale. What it says stands beside it.
fn bar(length: f64, class: &str, (from, to): (i32, i32)) -> Markup {
    let lines = (from..=to).map(|power| length_of(f64::from(power), (from, to)));
    html! {
        svg.bar viewBox=(format!("0 0 {WIDTH} 12")) preserveAspectRatio="none" aria-hidden="true" {
            @for x in lines { path.rule d=(format!("M{x:.1} 0 V12")) {} }
            rect class=(class) x="0" y="2" width=(format!("{:.1}", length.max(1.0))) height="8" {}
        }
    }
}

/// The powers of ten of a second that all times are between.
#[allow(clippy::cast_possible_truncation, reason = "a logarithm is a small number")]
fn scale(quarry: &[Quarry]) -> (i32, i32) {
    let outcomes = quarry.iter().flat_map(|quarry| &quarry.hunters);
    let times = outcomes.filter_map(|(_, outcome)| match outcome {
        Outcome::Found { seconds, .. } if *seconds > 0.0 => Some(seconds.log10()),
        Outcome::Found { .. } | Outcome::Missed { .. } | Outcome::Unseen(_) => None,
    });
    times.fold(SCALE, |(from, to), power| {
        (from.min(power.floor() as i32), to.max(power.ceil() as i32))
    })
}

fn length(seconds: f64, scale: (i32, i32)) -> f64 {
    if seconds > 0.0 {
        length_of(seconds.log10(), scale)
    } else {
        0.0
    }
}

fn length_of(power: f64, (from, to): (i32, i32)) -> f64 {
    (power - f64::from(from)) / f64::from((to - from).max(1)) * WIDTH
}

/// A power of ten of a second, as people say it.
fn power(power: i32) -> String {
    let (unit, of_unit) = match power {
        ..-6 => ("ns", power + 9),
        -6..-3 => ("µs", power + 6),
        -3..0 => ("ms", power + 3),
        0.. => ("s", power),
    };
    format!("{} {unit}", 10_f64.powi(of_unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(seconds: f64) -> Outcome {
        Outcome::Found {
            seconds,
            words: format!("{seconds} s, 7 steps"),
            is_sure: true,
        }
    }

    fn missed(words: &str, is_wrong: bool) -> Outcome {
        Outcome::Missed {
            words: words.to_owned(),
            is_wrong,
        }
    }

    fn page_of(hunters: &[(&str, Outcome)]) -> String {
        let hunters = hunters
            .iter()
            .map(|(name, outcome)| ((*name).to_owned(), outcome.clone()));
        of_hunt(&Hunt {
            verdict: "violated".to_owned(),
            lines: vec!["<b>1</b> of 1 escapes".to_owned()],
            quarry: vec![Quarry {
                id: "late\u{202e}".to_owned(),
                sentence: "<script>1</script>".to_owned(),
                caught_by: "T8".to_owned(),
                hunters: hunters.collect(),
            }],
            ..Hunt::default()
        })
    }

    #[test]
    fn ten_times_as_long_is_one_line_further() {
        let scale = scale(&[]);
        assert_eq!(scale, (-3, 1));
        for (seconds, expected) in [(0.0, 0.0), (0.001, 0.0), (0.01, 25.0), (0.1, 50.0), (10.0, 100.0_f64)] {
            assert!((length(seconds, scale) - expected).abs() < 1e-9, "{seconds}");
        }
        assert_eq!(
            [-7, -4, -3, 0, 2].map(power),
            ["100 ns", "100 µs", "1 ms", "1 s", "100 s"]
        );
    }

    #[test]
    fn the_scale_has_room_for_what_was_found_soonest_and_last() {
        let page = page_of(&[("soak", found(0.000_02)), ("cost", found(42.0))]);
        assert!(
            page.contains("10 µs at its left edge, 100 s at its right one"),
            "{page}"
        );
    }

    #[test]
    fn what_was_found_is_a_bar_what_was_missed_is_marked_and_what_cannot_be_seen_says_why() {
        let page = page_of(&[
            ("soak", found(0.1)),
            ("cost", missed("not in 9 steps", true)),
            ("induction", missed("not in 8 steps", false)),
            ("naive", Outcome::Unseen("it draws no times".to_owned())),
        ]);
        assert!(page.contains(r#"class="level" x="0" y="2" width="50.0""#), "{page}");
        assert!(page.contains("0.1 s, 7 steps"), "{page}");
        assert!(
            page.contains(r#"class="missed wrong""#) && page.contains("✗ <bdi>not in 9 steps"),
            "{page}"
        );
        assert!(
            page.contains("<bdi>not in 8 steps") && !page.contains("✗ <bdi>not in 8 steps"),
            "{page}"
        );
        assert!(page.contains("not for it to find: <bdi>it draws no times"), "{page}");
        assert!(page.contains("Caught by <bdi>T8"), "{page}");
    }

    #[test]
    fn what_is_said_is_shown_and_not_run() {
        let page = page_of(&[("<i>", missed("</td><script>2</script>", true))]);
        assert!(!page.contains("<script>1") && !page.contains("<script>2"), "{page}");
        assert!(
            !page.contains("<b>1") && !page.contains("<i>") && !page.contains('\u{202e}'),
            "{page}"
        );
        assert!(page.contains("default-src 'none'; script-src"), "it may ask nobody");
    }
}
