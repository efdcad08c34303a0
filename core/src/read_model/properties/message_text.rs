//! A text takes no more of the stack to drop however many pieces it came in.

use std::thread::Builder;

use super::made;
use crate::read_model::MessageText;
use crate::values::Text;

/// How much of the stack a thread has: enough to drop a text one piece after the other, and no more.
const STACK: usize = 64 * 1024;

#[test]
fn a_text_is_dropped_with_little_stack_however_many_pieces_it_came_in() {
    for number in 0..10 {
        let count = 20_000 + usize::from(made::<u16>(number));
        let piece = Text::from("piece");
        let mut text = MessageText::default();
        (0..count).for_each(|_| text.push(&piece));
        assert_eq!(text.len(), count * piece.as_str().len());
        let dropped = Builder::new().stack_size(STACK).spawn(move || drop(text));
        dropped.expect("a thread is started").join().expect("it does not panic");
    }
}
