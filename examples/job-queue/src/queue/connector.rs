//! The work of a job: transforming the fields of a connector.

use super::record;

/// Fields between two signs of life: some 50 microseconds of work.
const FIELDS_PER_SIGN: u64 = 32;

/// What a job works on: a number of text records that follow from a seed.
///
/// Each field is read, parsed, tidied, encoded with a checksum and verified: one to two microseconds of CPU
/// time in a release build, and some 250 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Connector {
    /// What its records follow from.
    pub seed: u64,
    /// How many records there are.
    pub fields: u64,
}

/// What came of the work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Transformed {
    /// Fields of the connector.
    pub(super) fields: u64,
    /// Length of the fields encoded.
    pub(super) bytes: u64,
    /// How often a field was transformed, repeats included.
    pub(super) transformations: u64,
    /// Checksum over all fields.
    pub(super) checksum: u64,
}

/// Why the work was left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Left {
    /// Nobody waits for it any more.
    Unwanted,
    /// A field is not what was written.
    Corrupt {
        /// Which one, counted from 0.
        field: u64,
    },
}

impl Connector {
    /// Transforms all fields once, and the first of them again until as many were repeated as asked for.
    ///
    /// Every few fields it asks whether it is still wanted, which is also a sign of life.
    pub(super) fn transform(
        self,
        repeats: u64,
        still_wanted: impl Fn() -> bool,
    ) -> Result<Transformed, Left> {
        let mut buffers = Buffers::default();
        let mut done = Transformed { fields: self.fields, bytes: 0, transformations: 0, checksum: 0 };
        let again = (0..self.fields).cycle().take(repeats as usize);
        for field in (0..self.fields).chain(again) {
            if done.transformations.is_multiple_of(FIELDS_PER_SIGN) && !still_wanted() {
                return Err(Left::Unwanted);
            }
            let sum = buffers.transform(self.seed, field).ok_or(Left::Corrupt { field })?;
            if done.transformations < self.fields {
                done.bytes += buffers.encoded.len() as u64;
                done.checksum = done.checksum.rotate_left(1) ^ sum;
            }
            done.transformations += 1;
        }
        Ok(done)
    }
}

/// One field at each stage, kept from field to field so that the work is work and not allocation.
#[derive(Default)]
struct Buffers {
    text: String,
    tidy: String,
    encoded: Vec<u8>,
    decoded: Vec<u8>,
}

impl Buffers {
    /// The checksum of a field transformed; `None` when it does not stand the check.
    fn transform(&mut self, seed: u64, field: u64) -> Option<u64> {
        self.text.clear();
        self.tidy.clear();
        self.encoded.clear();
        self.decoded.clear();
        record::write(seed, field, &mut self.text);
        record::normalise(&self.text, &mut self.tidy)?;
        record::encode(&self.tidy, &mut self.encoded);
        record::verify(&self.encoded, &mut self.decoded)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    const CONNECTOR: Connector = Connector { seed: 42, fields: 50 };

    #[test]
    fn a_seed_gives_the_same_result_for_ever() {
        insta::assert_snapshot!(format!("{:#?}", CONNECTOR.transform(0, || true).unwrap()));
    }

    #[test]
    fn another_seed_gives_another_result() {
        let other = Connector { seed: 43, ..CONNECTOR };
        let sums = [CONNECTOR, other].map(|connector| connector.transform(0, || true).unwrap().checksum);
        assert_ne!(sums[0], sums[1]);
    }

    #[test]
    fn repeats_are_more_work_with_the_same_result() {
        let once = CONNECTOR.transform(0, || true).unwrap();
        let slower = CONNECTOR.transform(115, || true).unwrap();
        assert_eq!(slower, Transformed { transformations: 165, ..once });
    }

    #[test]
    fn a_connector_without_fields_is_no_work() {
        let empty = Connector { seed: 1, fields: 0 };
        let nothing = Transformed { fields: 0, bytes: 0, transformations: 0, checksum: 0 };
        assert_eq!(empty.transform(0, || true), Ok(nothing));
    }

    #[test]
    fn work_that_nobody_wants_is_left() {
        let asked = Cell::new(0);
        let wanted_once = || asked.replace(asked.get() + 1) == 0;
        assert_eq!(CONNECTOR.transform(0, wanted_once), Err(Left::Unwanted));
        assert_eq!(asked.get(), 2);
    }
}
