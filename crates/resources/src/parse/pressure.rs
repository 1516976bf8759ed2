//! `/proc/pressure/*`.

/// Nanoseconds since the start of the machine in which at least one task was held up.
pub(crate) fn stalled_ns(text: &str) -> Option<u64> {
    let some = text.lines().find_map(|line| line.strip_prefix("some "))?;
    let total = some.split_whitespace().find_map(|field| field.strip_prefix("total="))?;
    total.parse::<u64>().ok()?.checked_mul(1_000)
}

#[cfg(test)]
mod tests {
    use super::super::GARBAGE;
    use super::*;

    #[test]
    fn the_total_of_some_is_microseconds() {
        let text = "some avg10=0.02 avg60=0.26 avg300=0.38 total=7345929\nfull avg10=0.00 total=5\n";
        assert_eq!(stalled_ns(text), Some(7_345_929_000));
    }

    #[test]
    fn garbage_is_nothing() {
        for text in GARBAGE {
            assert_eq!(stalled_ns(text), None, "{text:?}");
        }
    }
}
