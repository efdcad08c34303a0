//! Tests that make their cases: what holds whatever the input.

mod arbitrary_inputs;
mod json;
mod message_text;
mod test_kit;

/// How many bytes an input is made of.
const INPUT_BYTES: usize = 2_048;

/// The bytes of an input: always the same for the same number (a xorshift generator).
fn bytes(input: u64) -> Vec<u8> {
    let mut state = (input + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    };
    std::iter::repeat_with(next).flatten().take(INPUT_BYTES).collect()
}
