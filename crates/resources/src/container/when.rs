//! Points of time in what engines answer.

use plimsoll_model::Timestamp;

/// Nanoseconds from 1970 to an instant such as `2026-11-20T17:00:22.4Z` or `…+01:00`; `None` for what is no
/// instant, and for the year 1, which engines say for "never".
pub(crate) fn since_epoch_ns(text: &str) -> Option<u64> {
    let (local, offset_ns) = split_offset(text)?;
    let instant: Timestamp = format!("{local}Z").parse().ok()?;
    let local_ns = i128::try_from(instant.since_epoch().as_nanos()).ok()?;
    u64::try_from(local_ns.checked_sub(offset_ns)?).ok()
}

/// The instant without its offset from UTC, and the offset. Podman writes local time.
fn split_offset(text: &str) -> Option<(&str, i128)> {
    if let Some(utc) = text.strip_suffix('Z') {
        return Some((utc, 0));
    }
    let (local, offset) = text.split_at_checked(text.len().checked_sub("+00:00".len())?)?;
    let sign = match offset.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let (hours, minutes) = offset.get(1..)?.split_once(':')?;
    let minutes = hours.parse::<i128>().ok()? * 60 + minutes.parse::<i128>().ok()?;
    Some((local, sign * minutes * 60_000_000_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_exact_to_the_nanosecond() {
        assert_eq!(since_epoch_ns("1970-01-01T00:00:01.000000007Z"), Some(1_000_000_007));
    }

    #[test]
    fn local_time_is_the_same_instant() {
        let utc = since_epoch_ns("2026-11-20T17:00:22.419409371Z");
        assert!(utc.is_some());
        assert_eq!(since_epoch_ns("2026-11-20T18:30:22.419409371+01:30"), utc);
        assert_eq!(since_epoch_ns("2026-11-20T12:00:22.419409371-05:00"), utc);
    }

    #[test]
    fn never_and_garbage_are_no_instants() {
        for text in ["0001-01-01T00:00:00Z", "", "Z", "+00:00", "now", "é+00:00", "2026-11-20T18:00:00"] {
            assert_eq!(since_epoch_ns(text), None, "{text:?}");
        }
    }
}
