//! How nights went one after the other, as small lines.

use maud::{Markup, html};

use super::{Ending, Past};
use crate::page::visible;

/// How wide a line is, in its own units.
const WIDTH: f64 = 240.0;

/// How high it is.
const HEIGHT: f64 = 56.0;

/// How far its ends are from the edge.
const EDGE: f64 = 7.0;

/// Something that is measured in every night.
#[derive(Clone, Debug, Default)]
pub struct Measure {
    /// What it is.
    pub name: &'static str,
    /// What came of it, in the order of the nights; nothing for a night in which it was not measured.
    pub points: Vec<Option<Point>>,
}

/// What was measured in a night.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// The number.
    pub value: f64,
    /// The number in words.
    pub words: String,
}

/// A line for each measure, or that there is but one night.
pub(super) fn lines(nights: &[Past], measures: &[Measure]) -> Markup {
    if nights.len() < 2 {
        return html! { p { "Only one night is kept here. From the second on, lines show how nights go." } };
    }
    let shown = measures
        .iter()
        .filter(|measure| measure.points.iter().any(Option::is_some));
    html! {
        p.faint {
            (nights.len()) " nights, the last of them at the right. A cross is a night that found something; where a night did not measure, \
             the line has a gap. Nights of another length do more or less: what is counted in a second tells more than what is counted."
        }
        div.lines { @for measure in shown { (line(nights, measure)) } }
    }
}

/// A measure: its last value, large, and its line.
fn line(nights: &[Past], measure: &Measure) -> Markup {
    let known: Vec<_> = measure.points.iter().flatten().collect();
    let by_value = |one: &&&Point, other: &&&Point| one.value.total_cmp(&other.value);
    let (lowest, highest) = (known.iter().min_by(by_value), known.iter().max_by(by_value));
    let last = measure.points.last().and_then(Option::as_ref);
    html! {
        figure.line {
            figcaption {
                (measure.name) ": "
                @match last { Some(last) => strong { (last.words) }, None => span.faint { "not this night" } }
            }
            @if let (Some(lowest), Some(highest)) = (lowest, highest) {
                @if known.len() < 2 {
                    p.faint { "Only one of these nights measured it." }
                } @else {
                    (drawn(nights, measure, (lowest.value, highest.value)))
                    p.faint { "lowest " (lowest.words) ", highest " (highest.words) }
                }
            }
        }
    }
}

#[allow(clippy::cast_precision_loss, reason = "the place of a night in a line")]
fn drawn(nights: &[Past], measure: &Measure, (lowest, highest): (f64, f64)) -> Markup {
    let last = nights.len().saturating_sub(1).max(1) as f64;
    let across = |place: usize| EDGE + place as f64 / last * (WIDTH - 2.0 * EDGE);
    let up = |value: f64| {
        let share = if highest > lowest {
            (value - lowest) / (highest - lowest)
        } else {
            0.5
        };
        HEIGHT - EDGE - share * (HEIGHT - 2.0 * EDGE)
    };
    let place = |(place, point): (usize, &Option<Point>)| {
        point
            .as_ref()
            .map(|point| format!("{:.1},{:.1}", across(place), up(point.value)))
    };
    let places: Vec<_> = measure.points.iter().enumerate().map(place).collect();
    let stretches: Vec<_> = places
        .split(Option::is_none)
        .filter(|stretch| stretch.len() > 1)
        .collect();
    let told: Vec<_> = measure
        .points
        .iter()
        .flatten()
        .map(|point| point.words.as_str())
        .collect();
    html! {
        svg.spark viewBox=(format!("0 0 {WIDTH} {HEIGHT}")) role="img" aria-label=(format!("{}: {}", measure.name, told.join(", "))) {
            @for stretch in stretches {
                polyline.spark points=(stretch.iter().flatten().cloned().collect::<Vec<_>>().join(" ")) {}
            }
            @for (number, (night, point)) in nights.iter().zip(&measure.points).enumerate() {
                @if let Some(point) = point { (dot(night, point, across(number), up(point.value), number + 1 == nights.len())) }
            }
        }
    }
}

/// A night in a line.
fn dot(night: &Past, point: &Point, x: f64, y: f64, is_last: bool) -> Markup {
    let title = html! { title { (visible(&night.begun)) ": " (point.words) ", " (visible(&night.end)) } };
    html! {
        @if night.ending == Ending::Found {
            path.found d=(format!("M{:.1} {:.1} l8 8 m0 -8 l-8 8", x - 4.0, y - 4.0)) { (title) }
        } @else {
            circle.night cx=(format!("{x:.1}")) cy=(format!("{y:.1}")) r=(if is_last { "4" } else { "2.5" }) { (title) }
        }
    }
}
