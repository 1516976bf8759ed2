//! A machine's part of a run.

/// Which arrivals and users of a plan are this machine's.
///
/// Arrival k belongs to the machine `table[k mod length]`. Every arrival has exactly one owner, so that the
/// shards of a run add up to the run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shard {
    index: usize,
    table: Vec<usize>,
    /// Where in the table the index is, ascending.
    positions: Vec<u64>,
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
        Shard::new(0, vec![0])
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
        (index < count).then(|| Shard::new(index, (0..count).collect()))
    }

    fn new(index: usize, table: Vec<usize>) -> Shard {
        let positions = (0..).zip(&table).filter(|(_, owner)| **owner == index).map(|(at, _)| at).collect();
        Shard { index, table, positions }
    }

    /// Whether arrival or user k is in this part.
    #[must_use]
    pub fn owns(&self, k: u64) -> bool {
        let position = k % self.table.len() as u64;
        self.table[usize::try_from(position).unwrap_or(0)] == self.index
    }

    /// The n-th number of this part, from 0.
    #[inline]
    pub(crate) fn nth(&self, n: u64) -> u64 {
        if self.table.len() == 1 {
            return n;
        }
        let owned = self.positions.len() as u64;
        let position = self.positions[usize::try_from(n % owned).unwrap_or(0)];
        n / owned * self.table.len() as u64 + position
    }

    /// How many numbers below `total` are in this part.
    pub(crate) fn count(&self, total: u64) -> u64 {
        let length = self.table.len() as u64;
        let rest = self.positions.partition_point(|position| *position < total % length);
        total / length * self.positions.len() as u64 + rest as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_counts_agree_with_ownership() {
        for count in 1..5 {
            for index in 0..count {
                let shard = Shard::equal(index, count).unwrap();
                let owned: Vec<u64> = (0..50).filter(|k| shard.owns(*k)).collect();
                assert_eq!(shard.count(50), owned.len() as u64);
                assert_eq!((0..shard.count(50)).map(|n| shard.nth(n)).collect::<Vec<_>>(), owned);
            }
        }
    }
}
