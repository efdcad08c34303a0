//! What holds of whatever a model is made of, arbitrary values of it included.

mod derived;
mod keyed;
mod keys;
mod message_text;
mod sharing;

use arbitrary::{Arbitrary, Unstructured};

/// An arbitrary value: always the same for the same number.
fn made<T: for<'a> Arbitrary<'a>>(number: u64) -> T {
    const SIZE: usize = 2_048;

    let mut state = (number + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    };
    let bytes: Vec<u8> = std::iter::repeat_with(next).flatten().take(SIZE).collect();
    T::arbitrary(&mut Unstructured::new(&bytes)).expect("a value is made of any bytes")
}
