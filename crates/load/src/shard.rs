//! A machine's part of a run.

/// Which arrivals and users of a plan are this machine's.
///
/// Arrival k belongs to the machine `table[k mod length]`. Every arrival has exactly one owner, so that the
/// shards of a run add up to the run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shard {
    index: usize,
    table: Vec<usize>,
}

impl Default for Shard {
    fn default() -> Self {
        Shard::whole()
    }
}

impl Shard {
    /// Everything.
    #[must_use]
    pub fn whole() -> Shard {
        Shard { index: 0, table: vec![0] }
    }

    /// The part `index` of `count` equal parts; `None` unless `index < count`.
    ///
    /// ```
    /// use plimsoll_load::Shard;
    /// let second_of_three = Shard::equal(1, 3).unwrap();
    /// let owned: Vec<u64> = (0..7).filter(|k| second_of_three.owns(*k)).collect();
    /// assert_eq!(owned, [1, 4]);
    /// ```
    #[must_use]
    pub fn equal(index: usize, count: usize) -> Option<Shard> {
        (index < count).then(|| Shard { index, table: (0..count).collect() })
    }

    /// Whether arrival or user k is in this part.
    #[must_use]
    pub fn owns(&self, k: u64) -> bool {
        let position = k % self.table.len() as u64;
        self.table[usize::try_from(position).unwrap_or(0)] == self.index
    }
}
