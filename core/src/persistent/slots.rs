//! A few items in a row, in one piece of memory.

/// A node for items that share something, and for lists: to copy it takes an increment of a counter for each of its
/// items, and an allocation. Wider nodes cost more of the first, narrower ones more of the second. Of 4, 6, 8, 12 and 16 this
/// was the fastest to copy among 10,000 keys, and within a tenth of the fastest among 50.
pub(crate) const NARROW: usize = 8;

/// A node for items that share nothing: to copy it is cheap, and fewer nodes are missed by the processor's caches.
pub(crate) const WIDE: usize = 16;

/// Up to `WIDTH` items, in order.
#[derive(Clone)]
pub(super) struct Slots<T, const WIDTH: usize> {
    /// Those that hold an item stand first.
    slots: [Option<T>; WIDTH],
    length: usize,
}

impl<T, const WIDTH: usize> Slots<T, WIDTH> {
    pub(super) const fn new() -> Self {
        Self {
            slots: [const { None }; WIDTH],
            length: 0,
        }
    }

    pub(super) fn of(items: impl IntoIterator<Item = T>) -> Self {
        let mut slots = Self::new();
        for (slot, item) in slots.slots.iter_mut().zip(items) {
            *slot = Some(item);
            slots.length = slots.length.saturating_add(1);
        }
        slots
    }

    pub(super) const fn len(&self) -> usize {
        self.length
    }

    pub(super) fn filled(&self) -> &[Option<T>] {
        self.slots.get(..self.length).unwrap_or_default()
    }

    pub(super) fn get(&self, position: usize) -> Option<&T> {
        self.slots.get(position)?.as_ref()
    }

    pub(super) fn get_mut(&mut self, position: usize) -> Option<&mut T> {
        self.slots.get_mut(position)?.as_mut()
    }

    /// How many of the items, from the first on, meet the condition. It must hold of no item behind one of which it does
    /// not hold.
    pub(super) fn partition_point(&self, condition: impl Fn(&T) -> bool) -> usize {
        // One after the other: of so few items that is faster than to halve them, since the processor guesses the way.
        self.filled()
            .iter()
            .position(|slot| !slot.as_ref().is_some_and(&condition))
            .unwrap_or(self.length)
    }

    /// Puts an item at a position, before what stands there; where there is no room for it, it comes back.
    pub(super) fn insert(&mut self, position: usize, item: T) -> Result<(), T> {
        let Some(behind) = self.slots.get_mut(position..=self.length) else {
            return Err(item);
        };
        let Some(free) = behind.last_mut() else {
            return Err(item);
        };
        *free = Some(item);
        behind.rotate_right(1);
        self.length = self.length.saturating_add(1);
        Ok(())
    }

    pub(super) fn remove(&mut self, position: usize) -> Option<T> {
        let behind = self.slots.get_mut(position..self.length)?;
        let removed = behind.first_mut()?.take();
        behind.rotate_left(1);
        self.length = self.length.saturating_sub(1);
        removed
    }

    /// Takes out the items from a position on.
    pub(super) fn split_off(&mut self, position: usize) -> Self {
        let taken = self.slots.get_mut(position..self.length).unwrap_or_default();
        let behind = Self::of(taken.iter_mut().filter_map(Option::take));
        self.length = self.length.saturating_sub(behind.length);
        behind
    }

    /// Puts items behind those that are there. The caller sees to it that there is room.
    pub(super) fn append(&mut self, items: Self) {
        let free = self.slots.get_mut(self.length..).unwrap_or_default();
        for (slot, item) in free.iter_mut().zip(items.slots.into_iter().flatten()) {
            *slot = Some(item);
            self.length = self.length.saturating_add(1);
        }
    }
}

#[cfg(test)]
mod tests {
    const WIDTH: usize = super::NARROW;
    type Slots<T> = super::Slots<T, WIDTH>;

    fn items(slots: &Slots<usize>) -> Vec<usize> {
        slots.filled().iter().copied().flatten().collect()
    }

    #[test]
    fn an_item_is_put_before_what_stands_at_its_position() {
        let mut slots = Slots::of([1, 3]);
        assert_eq!(slots.insert(1, 2), Ok(()));
        assert_eq!(slots.insert(3, 4), Ok(()));
        assert_eq!(slots.insert(0, 0), Ok(()));
        assert_eq!(items(&slots), [0, 1, 2, 3, 4]);
        assert_eq!(slots.len(), 5);
    }

    #[test]
    fn an_item_comes_back_where_there_is_no_room_for_it() {
        let mut slots = Slots::of(0..WIDTH);
        assert_eq!(slots.insert(0, 99), Err(99));
        assert_eq!(slots.insert(WIDTH, 99), Err(99));
        assert_eq!(items(&slots), (0..WIDTH).collect::<Vec<_>>());
        assert_eq!(Slots::of([1]).insert(2, 99), Err(99));
    }

    #[test]
    fn what_stands_behind_a_removed_item_moves_up() {
        let mut slots = Slots::of([1, 2, 3]);
        assert_eq!(slots.remove(0), Some(1));
        assert_eq!(slots.remove(1), Some(3));
        assert_eq!(slots.remove(1), None);
        assert_eq!((items(&slots), slots.len()), (vec![2], 1));
    }

    #[test]
    fn what_is_split_off_is_appended_again() {
        let mut slots = Slots::of(0..WIDTH);
        let behind = slots.split_off(3);
        assert_eq!(items(&slots), [0, 1, 2]);
        assert_eq!(items(&behind), (3..WIDTH).collect::<Vec<_>>());
        slots.append(behind);
        assert_eq!(items(&slots), (0..WIDTH).collect::<Vec<_>>());
        assert_eq!(slots.len(), WIDTH);
    }

    #[test]
    fn the_partition_point_counts_what_stands_before_it() {
        let slots = Slots::of([1, 3, 5]);
        let points = [0, 1, 2, 5, 6].map(|bound| slots.partition_point(|item| *item <= bound));
        assert_eq!(points, [0, 1, 1, 3, 3]);
    }
}
