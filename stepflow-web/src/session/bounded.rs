//! A map that never holds more than so many entries, and none for longer than it lasts.

use std::collections::{BTreeMap, BTreeSet};

use stepflow::Timestamp;

/// The id of a session: random, and never shown.
pub(super) type Id = [u8; 16];

#[derive(Debug)]
pub(super) struct Bounded<V> {
    at_most: usize,
    entries: BTreeMap<Id, (Timestamp, V)>,
    by_end: BTreeSet<(Timestamp, Id)>,
}

impl<V> Bounded<V> {
    pub(super) const fn new(at_most: usize) -> Self {
        Self { at_most, entries: BTreeMap::new(), by_end: BTreeSet::new() }
    }

    /// Adds or replaces an entry. Where there is no room, the one that would end first goes.
    pub(super) fn insert(&mut self, id: Id, until: Timestamp, value: V, now: Timestamp) {
        self.remove(&id);
        while let Some(&(end, first)) = self.by_end.first()
            && (end <= now || self.entries.len() >= self.at_most.max(1))
        {
            self.remove(&first);
        }
        self.entries.insert(id, (until, value));
        self.by_end.insert((until, id));
    }

    pub(super) fn find(&self, id: &Id, now: Timestamp) -> Option<&V> {
        self.entries.get(id).filter(|(until, _)| *until > now).map(|(_, value)| value)
    }

    /// Takes an entry out, with its end.
    pub(super) fn take(&mut self, id: &Id) -> Option<(Timestamp, V)> {
        let (until, value) = self.entries.remove(id)?;
        self.by_end.remove(&(until, *id));
        Some((until, value))
    }

    pub(super) fn remove(&mut self, id: &Id) {
        self.take(id);
    }
}

#[cfg(test)]
mod tests {
    use stepflow::Timestamp;

    use super::Bounded;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("a second of this century")
    }

    #[test]
    fn what_ends_first_goes_first_and_nothing_outlives_its_end() {
        let mut map = Bounded::new(2);
        map.insert([1; 16], at(30), "a", at(0));
        map.insert([2; 16], at(20), "b", at(0));
        map.insert([3; 16], at(40), "c", at(0));
        assert_eq!(map.find(&[2; 16], at(0)), None, "there was room for two");
        assert_eq!(map.find(&[1; 16], at(29)), Some(&"a"));
        assert_eq!(map.find(&[1; 16], at(30)), None, "its time is over");
        map.insert([4; 16], at(50), "d", at(35));
        assert_eq!(map.entries.len(), 2);
        assert_eq!(map.by_end.len(), 2);
        map.insert([4; 16], at(60), "e", at(35));
        assert_eq!(map.by_end.len(), 2, "replaced, not added");
        assert_eq!(map.take(&[4; 16]), Some((at(60), "e")));
    }
}
