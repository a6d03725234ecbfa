//! A map in one vector, sorted by key.
//!
//! A canvas holds a thousand entries at most, so that moving them on insert
//! costs nothing that matters, and the code that the browser loads is a tenth
//! of a B-tree's.

/// Values by key, in the order of the keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sorted<K, V>(Vec<(K, V)>);

impl<K, V> Default for Sorted<K, V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<K: Ord, V> Sorted<K, V> {
    /// Where `key` is, or would be.
    fn find(&self, key: &K) -> Result<usize, usize> {
        let (mut low, mut high) = (0, self.0.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            if self.0[middle].0 < *key {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        match self.0.get(low) {
            Some((found, _)) if found == key => Ok(low),
            _ => Err(low),
        }
    }

    /// The value of `key`.
    pub fn get(&self, key: &K) -> Option<&V> {
        self.find(key).ok().map(|at| &self.0[at].1)
    }

    /// The value of `key`, to be changed.
    pub fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        self.find(key).ok().map(|at| &mut self.0[at].1)
    }

    /// Whether there is a value for `key`.
    pub fn contains_key(&self, key: &K) -> bool {
        self.find(key).is_ok()
    }

    /// How many keys are before `key`, if it is there.
    pub(crate) fn position(&self, key: &K) -> Option<usize> {
        self.find(key).ok()
    }

    /// Sets the value of `key`; gives whether the key is new.
    pub fn insert(&mut self, key: K, value: V) -> bool {
        match self.find(&key) {
            Ok(at) => {
                self.0[at].1 = value;
                false
            }
            Err(at) => {
                self.0.insert(at, (key, value));
                true
            }
        }
    }

    /// Takes `key` out and gives its value.
    pub fn remove(&mut self, key: &K) -> Option<V> {
        self.find(key).ok().map(|at| self.0.remove(at).1)
    }

    /// Keeps only what `keep` picks.
    pub fn retain(&mut self, mut keep: impl FnMut(&K) -> bool) {
        self.0.retain(|(key, _)| keep(key));
    }

    /// The entries from the first whose key is not before `key`.
    pub(crate) fn starting(&self, key: &K) -> &[(K, V)] {
        let at = match self.find(key) {
            Ok(at) | Err(at) => at,
        };
        &self.0[at..]
    }

    /// All entries.
    pub fn entries(&self) -> &[(K, V)] {
        &self.0
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<K: Ord, V> FromIterator<(K, V)> for Sorted<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let mut map = Self::default();
        for (key, value) in entries {
            map.insert(key, value);
        }
        map
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn it_answers_as_a_tree_does() {
        let mut sorted = Sorted::default();
        let mut tree = BTreeMap::new();
        let mut number = 1_u32;
        for _ in 0..400 {
            number = number.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let key = (number >> 16) % 40;
            if number.is_multiple_of(3) {
                assert_eq!(sorted.remove(&key), tree.remove(&key));
            } else {
                assert_eq!(
                    sorted.insert(key, number),
                    tree.insert(key, number).is_none()
                );
            }
            assert_eq!(sorted.get(&key), tree.get(&key));
            let from: Vec<_> = tree
                .range(20..)
                .map(|(key, value)| (*key, *value))
                .collect();
            assert_eq!(sorted.starting(&20), from);
        }
        let all: Vec<_> = tree.into_iter().collect();
        assert_eq!(sorted.entries(), all);
    }
}
