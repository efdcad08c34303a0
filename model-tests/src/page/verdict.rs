//! The page of a verdict: what was checked, in pictures.

use indicatif::HumanCount;
use maud::{Markup, html};

use super::sheet::{Reach, Sheet, sheet};
use super::visible;
use crate::check::coverage::rules::outcomes;
use crate::check::coverage::{Arrow, Arrows, Coverage, Status};
use crate::check::invariants::Tally;
use crate::kind::Kind;

/// How wide a picture is, in its own units.
const WIDTH: f64 = 640.0;

/// How high a bar of a level is, with what is between two.
const BAR: f64 = 16.0;

/// What a verdict is of.
#[derive(Clone, Debug)]
pub struct Judgement<'a> {
    /// The verdict in a word.
    pub verdict: &'a str,
    /// Whether nothing was wrong.
    pub is_clean: bool,
    /// What was carried out: a line for each search.
    pub searches: Vec<String>,
    /// What is wrong, or was not carried out.
    pub reasons: Vec<String>,
    /// The explorations, by the names of their scopes, each with how many states are so many steps away.
    pub levels: Vec<(String, &'a [u64])>,
    /// From which status to which the commands of the explorations have led.
    pub arrows: &'a Arrows,
    /// What was covered by all searches.
    pub coverage: &'a Coverage,
    /// How often each invariant was checked.
    pub tally: &'a Tally,
}

/// The page of a verdict.
#[must_use]
pub fn of_verdict(judgement: &Judgement<'_>) -> String {
    let class = if judgement.is_clean {
        "verdict clean"
    } else {
        "verdict broken"
    };
    sheet(&Sheet {
        title: &format!("the verdict: {}", judgement.verdict),
        body: &html! {
            header class=(class) {
                h1 { "The verdict: " (judgement.verdict) }
                @for reason in &judgement.reasons { p.happened { bdi { (visible(reason)) } } }
                ul { @for search in &judgement.searches { li { bdi { (visible(search)) } } } }
            }
            main {
                h2 #life { "The life of a thread" }
                p.faint { "From which status to which every accepted command of the explorations has led, and how often." }
                (graph(judgement.arrows))
                (arrows(judgement.arrows))
                @for (name, levels) in &judgement.levels { (levels_of(name, levels)) }
                h2 { "What came of each command" }
                p.faint { "By what its thread was doing. The darker, the more often; what can be and never was is marked." }
                (heat_map(judgement.coverage))
                h2 { "What is always true" }
                p.faint { "How often each invariant was checked, and how often there was something that it speaks of." }
                (invariants(judgement.tally))
            }
        },
        data: None,
        reach: Reach::Nothing,
    })
}

/// Where a status stands in the graph.
const fn place(status: Status) -> (f64, f64) {
    match status {
        Status::NoThread => (90.0, 70.0),
        Status::Idle => (330.0, 70.0),
        Status::Running => (330.0, 250.0),
        Status::AwaitingApproval => (570.0, 250.0),
    }
}

/// The statuses with the arrows between them. What it says is in the table below it, too.
fn graph(arrows: &Arrows) -> Markup {
    html! {
        svg.graph viewBox="0 0 680 330" aria-hidden="true" {
            defs {
                marker #tip viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto-start-reverse" {
                    path.tip d="M0 0 L8 4 L0 8 Z" {}
                }
            }
            @for arrow in arrows.iter() { (drawn(&arrow)) }
            @for status in Status::ALL {
                @let (x, y) = place(status);
                rect.node x=(x - 62.0) y=(y - 20.0) width="124" height="40" rx="20" {}
                text.node x=(x) y=(y + 5.0) text-anchor="middle" { (status) }
            }
        }
    }
}

/// An arrow of the graph, with how often it was taken.
fn drawn(arrow: &Arrow) -> Markup {
    let ((x, y), (to_x, to_y)) = (place(arrow.from), place(arrow.to));
    let count = HumanCount(arrow.count()).to_string();
    if arrow.from == arrow.to {
        // A loop above the status, or below it where an arrow comes from above.
        let side = if y < 150.0 { -1.0 } else { 1.0 };
        let (start, end) = (x - 18.0, x + 18.0);
        let (edge, far) = (y + side * 20.0, y + side * 62.0);
        return html! {
            path.arrow d=(format!("M{start} {edge} C{start} {far} {end} {far} {end} {edge}")) marker-end="url(#tip)" {}
            text x=(x) y=(y + side * 56.0 + 4.0) text-anchor="middle" { (count) }
        };
    }
    // Aside from the straight line, so that there and back are told apart.
    let (dx, dy) = (to_x - x, to_y - y);
    let length = dx.hypot(dy);
    let (right_x, right_y) = (-dy / length * 22.0, dx / length * 22.0);
    let (middle_x, middle_y) = (x + dx / 2.0 + 2.0 * right_x, y + dy / 2.0 + 2.0 * right_y);
    let edge = |x: f64, y: f64| {
        let (dx, dy) = (middle_x - x, middle_y - y);
        let far = (64.0 / dx.abs().max(1e-9)).min(22.0 / dy.abs().max(1e-9));
        (x + dx * far.min(1.0), y + dy * far.min(1.0))
    };
    let ((from_x, from_y), (at_x, at_y)) = (edge(x, y), edge(to_x, to_y));
    html! {
        path.arrow d=(format!("M{from_x:.1} {from_y:.1} Q{middle_x:.1} {middle_y:.1} {at_x:.1} {at_y:.1}")) marker-end="url(#tip)" {}
        text x=(format!("{:.1}", x + dx / 2.0 + 1.6 * right_x)) y=(format!("{:.1}", y + dy / 2.0 + 1.6 * right_y + 4.0)) text-anchor="middle" { (count) }
    }
}

/// The arrows of the graph as a table.
fn arrows(arrows: &Arrows) -> Markup {
    html! {
        table.fields {
            thead { tr { th scope="col" { "from" } th scope="col" { "to" } th scope="col" { "how often, by which commands" } } }
            tbody {
                @for arrow in arrows.iter() {
                    tr {
                        th scope="row" { (arrow.from) }
                        td { (arrow.to) }
                        td {
                            (HumanCount(arrow.count())) ": "
                            @for (index, (kind, count)) in arrow.kinds.iter().enumerate() {
                                @if index > 0 { ", " }
                                code { (kind.name()) } " " (HumanCount(*count))
                            }
                        }
                    }
                }
            }
        }
    }
}

/// How many states are so many steps from the empty model.
#[allow(clippy::cast_precision_loss, reason = "the length of a bar")]
fn levels_of(name: &str, levels: &[u64]) -> Markup {
    let most = levels.iter().copied().max().unwrap_or_default().max(1) as f64;
    let height = BAR * levels.len() as f64;
    let all: u64 = levels.iter().sum();
    html! {
        h2 { "The scope " (name) ": states by their distance from the empty model" }
        p.faint { (HumanCount(all)) " states, the farthest of them " (levels.len().saturating_sub(1)) " steps away." }
        svg.levels viewBox=(format!("0 0 {} {height}", WIDTH + 40.0)) role="img"
            aria-label=(format!("states by distance: {}", levels.iter().map(u64::to_string).collect::<Vec<_>>().join(", "))) {
            @for (depth, states) in levels.iter().enumerate() {
                @let y = BAR * depth as f64;
                @let wide = (*states as f64 / most * (WIDTH - 140.0)).max(1.0);
                text x="26" y=(y + 12.0) text-anchor="end" { (depth) }
                rect.level x="34" y=(y + 2.0) width=(format!("{wide:.1}")) height=(BAR - 4.0) {}
                text x=(format!("{:.1}", 42.0 + wide)) y=(y + 12.0) { (HumanCount(*states)) }
            }
        }
    }
}

/// Each kind of command at each status, with what came of it.
fn heat_map(coverage: &Coverage) -> Markup {
    html! {
        table.heat {
            thead { tr { th scope="col" { "command" } @for status in Status::ALL { th scope="col" { (status) } } } }
            tbody {
                @for kind in Kind::ALL {
                    tr {
                        th scope="row" { code { (kind.name()) } }
                        @for status in Status::ALL { (cell(coverage, kind, status)) }
                    }
                }
            }
        }
    }
}

fn cell(coverage: &Coverage, kind: Kind, status: Status) -> Markup {
    let possible = outcomes(kind).iter().filter(|(_, statuses)| statuses.contains(&status));
    let counts: Vec<_> = possible
        .map(|(outcome, _)| (*outcome, coverage.of(kind, status, *outcome)))
        .collect();
    let all: u64 = counts.iter().map(|(_, count)| count).sum();
    html! {
        td class=(format!("heat-{}", heat(all))) data-is=(status) {
            @for (outcome, count) in counts {
                div {
                    @if count == 0 { span.bad { "✗ never: " (outcome) } }
                    @else { (outcome) " " span.count { (HumanCount(count)) } }
                }
            }
        }
    }
}

/// How warm a cell is: one for each two powers of ten.
const fn heat(count: u64) -> u32 {
    match count.checked_ilog10() {
        None => 0,
        Some(power) if power > 7 => 5,
        Some(power) => 1 + power / 2,
    }
}

fn invariants(tally: &Tally) -> Markup {
    html! {
        table.fields {
            thead { tr { th scope="col" { "invariant" } th scope="col" { "checked" } th scope="col" { "spoke" } th scope="col" { "always" } } }
            tbody {
                @for (invariant, count) in tally.iter() {
                    tr {
                        th scope="row" { (invariant.name()) }
                        td.number data-is="checked" { (HumanCount(count.checked)) }
                        td.number data-is="spoke" { @if count.premise_held == 0 { span.bad { "never" } } @else { (HumanCount(count.premise_held)) } }
                        td { (invariant.sentence()) }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::coverage::Outcome;

    fn judged(coverage: &Coverage, arrows: &Arrows) -> String {
        of_verdict(&Judgement {
            verdict: "clean",
            is_clean: true,
            searches: vec!["soak: <b>1,000</b> steps".to_owned()],
            reasons: vec!["\u{202e}odd".to_owned()],
            levels: vec![("tiny".to_owned(), &[1, 20, 4_000])],
            arrows,
            coverage,
            tally: &Tally::default(),
        })
    }

    #[test]
    fn what_was_met_is_told_with_how_often_and_what_was_not_is_marked() {
        let mut coverage = Coverage::default();
        for _ in 0..1_234 {
            coverage.note(Kind::CreateProject, Status::NoThread, Outcome::Accepted);
        }
        let page = judged(&coverage, &Arrows::default());
        assert!(page.contains(r#"accepted <span class="count">1,234</span>"#), "{page}");
        assert!(page.contains("heat-2") && page.contains("✗ never: "), "{page}");
    }

    #[test]
    fn the_pictures_show_arrows_and_levels() {
        let mut arrows = Arrows::default();
        arrows.note(Kind::CreateThread, Status::NoThread, Status::Idle);
        arrows.note(Kind::TextDelta, Status::Running, Status::Running);
        let page = judged(&Coverage::default(), &arrows);
        assert_eq!(page.matches("class=\"arrow\"").count(), 2);
        assert_eq!(page.matches("class=\"level\"").count(), 3);
        assert!(
            page.contains("4,021 states, the farthest of them 2 steps away."),
            "{page}"
        );
    }

    #[test]
    fn what_is_said_is_shown_and_not_run() {
        let page = judged(&Coverage::default(), &Arrows::default());
        assert!(page.contains("soak: &lt;b&gt;1,000&lt;/b&gt; steps") && !page.contains('\u{202e}'));
        assert!(page.contains("default-src 'none'; script-src"), "it may ask nobody");
    }

    #[test]
    fn the_more_often_the_warmer() {
        let heats = [0, 1, 99, 100, 9_999, 10_000, 1_000_000, 100_000_000, u64::MAX].map(heat);
        assert_eq!(heats, [0, 1, 1, 2, 2, 3, 4, 5, 5]);
    }
}
