//! Draws from bytes. Where they run out, each draw gives the simplest there is.

use arbitrary::{Result, Unstructured};
use chrono::{DateTime, Utc};
use orchestration::{GitRef, Label, NonBlank, Text};

use super::growth::BORDERS;
use crate::generate::clock::ODD;
use crate::generate::pools::POOLS;

/// The time about which all times lie: midnight of the first of January 2026, in seconds since 1970.
const MIDDLE: i64 = 1_767_225_600;

/// The first byte that stands for an odd time.
const FIRST_ODD: u8 = 240;

/// Parts of a second, in nanoseconds.
const FRACTIONS: [u32; 8] = [0, 1, 999_999_999, 500_000_000, 1_000, 1_000_000, 123_456_789, 10];

/// How many different texts of a kind there are.
const TEXTS: usize = 8;

/// Draws what a model is made of.
#[derive(Debug)]
pub(super) struct Draw<'a, 'b>(pub(super) &'b mut Unstructured<'a>);

impl Draw<'_, '_> {
    /// A number from 0 up to the most.
    pub(super) fn up_to(&mut self, most: usize) -> Result<usize> {
        self.0.int_in_range(0..=most)
    }

    /// True once in so many times, and never when the bytes have run out.
    pub(super) fn one_in(&mut self, times: usize) -> Result<bool> {
        Ok(self.up_to(times - 1)? == times - 1)
    }

    /// One of the choices, of which there are some: the first is the simplest.
    pub(super) fn one_of<T: Copy>(&mut self, choices: &[T]) -> Result<T> {
        Ok(choices[self.up_to(choices.len() - 1)?])
    }

    /// The place of one of so many things: any, or one beside a border, or the last.
    pub(super) fn place(&mut self, length: usize) -> Result<usize> {
        let last = length.saturating_sub(1);
        Ok(match self.up_to(2)? {
            0 => last,
            1 => self.one_of(&BORDERS)?.min(last),
            _ => self.up_to(last)?,
        })
    }

    /// A time, before or after the middle, in whole seconds or with a fraction, or one of the oddest that there are.
    pub(super) fn time(&mut self) -> Result<DateTime<Utc>> {
        let byte: u8 = self.0.arbitrary()?;
        if byte >= FIRST_ODD {
            return Ok(ODD[usize::from(byte % 8)]);
        }
        let seconds = i64::from(byte % 64) - i64::from(byte / 128) * 64;
        let fraction = if byte & 64 == 0 {
            0
        } else {
            FRACTIONS[usize::from(byte % 8)]
        };
        Ok(DateTime::from_timestamp(MIDDLE + seconds, fraction).unwrap_or_default())
    }

    pub(super) fn text(&mut self) -> Result<Text> {
        Ok(POOLS.text(self.up_to(TEXTS - 1)?))
    }

    /// A text of one to four others.
    pub(super) fn long_text(&mut self) -> Result<Text> {
        let mut text = self.text()?.as_str().to_owned();
        for _ in 0..self.up_to(3)? {
            text.push_str(self.text()?.as_str());
        }
        Ok(text.into())
    }

    pub(super) fn note(&mut self) -> Result<NonBlank> {
        Ok(POOLS.note(self.up_to(TEXTS - 1)?))
    }

    pub(super) fn label(&mut self) -> Result<Label> {
        Ok(POOLS.label(self.up_to(TEXTS - 1)?))
    }

    pub(super) fn git_ref(&mut self) -> Result<GitRef> {
        Ok(POOLS.git_ref(self.up_to(TEXTS - 1)?))
    }

    /// Something, or every second time nothing.
    pub(super) fn perhaps<T>(&mut self, draw: impl FnOnce(&mut Self) -> Result<T>) -> Result<Option<T>> {
        if self.one_in(2)? {
            draw(self).map(Some)
        } else {
            Ok(None)
        }
    }
}
