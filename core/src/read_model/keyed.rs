//! Collections that are keyed by something their values hold.

use std::collections::BTreeMap;
use std::fmt::Display;

use rpds::RedBlackTreeMapSync;
use serde::de::Error;
use serde::{Deserialize, Deserializer};

/// A value that holds its own key.
pub(super) trait Keyed {
    /// What such values are kept by.
    type Key;

    /// The value's key.
    fn key(&self) -> Self::Key;
}

/// Deserialises a map whose every key must equal its value's own.
pub(super) fn deserialize_keyed<'de, D, K, V>(deserializer: D) -> Result<RedBlackTreeMapSync<K, V>, D::Error>
where
    D: Deserializer<'de>,
    K: Deserialize<'de> + Ord + Display,
    V: Deserialize<'de> + Keyed<Key = K>,
{
    let values = BTreeMap::<K, V>::deserialize(deserializer)?;
    let mut map = RedBlackTreeMapSync::new_sync();
    for (key, value) in values {
        let own = value.key();
        if own != key {
            return Err(Error::custom(format_args!(
                "the key {key} holds a value of the key {own}"
            )));
        }
        map.insert_mut(key, value);
    }
    Ok(map)
}

/// A keyed collection of these values.
#[cfg(feature = "arbitrary")]
pub(super) fn collect_keyed<V: Keyed<Key: Ord>>(values: impl IntoIterator<Item = V>) -> RedBlackTreeMapSync<V::Key, V> {
    let mut map = RedBlackTreeMapSync::new_sync();
    for value in values {
        map.insert_mut(value.key(), value);
    }
    map
}
