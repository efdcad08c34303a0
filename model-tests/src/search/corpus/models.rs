//! Seeds for `induct`: a few models in which nothing is grown, and one for each dimension past the first border.

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

use super::Entry;
use crate::generate::model::{Dimension, Growth};
use crate::search::fuzzing::Target;

/// How many seeds there are in which nothing is grown.
const PLAIN: u64 = 4;

/// How many bytes a seed has behind its first: so many as a model of a few threads takes, and a command of each kind.
const BYTES: usize = 512;

pub(super) fn seeds() -> impl Iterator<Item = Entry> {
    let plain = (0..PLAIN).map(|number| (format!("plain-{number}"), 0, number));
    let grown = Dimension::ALL.into_iter().enumerate().map(|(place, dimension)| {
        let name = dimension.to_string().replace(' ', "-");
        // The first growths are past the first border, one for each dimension.
        debug_assert_eq!(Growth::numbered(place).dimension, dimension);
        let place = u8::try_from(place).unwrap_or_default();
        (format!("grown-{name}"), 2 * place + 1, PLAIN + u64::from(place))
    });
    plain.chain(grown).map(|(name, first, seed)| {
        let mut bytes = vec![first; 1 + BYTES];
        Xoshiro256PlusPlus::seed_from_u64(seed).fill_bytes(&mut bytes[1..]);
        Entry {
            target: Target::Induct,
            name,
            bytes,
        }
    })
}
