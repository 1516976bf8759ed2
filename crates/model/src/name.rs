//! Names from outside, made safe for a file name.

/// Longest slug in bytes, well below every file system's limit even with a date and an ending.
const MAX_SLUG: usize = 80;

/// A file name made from any text: lower case ASCII letters, digits, `_` and `-`, 1 to 80 bytes.
///
/// Everything else becomes one `-`; a text with nothing left becomes `unnamed`.
///
/// ```
/// assert_eq!(plimsoll_model::slug("../../Check out: p99"), "check-out-p99");
/// assert_eq!(plimsoll_model::slug("\u{202e}\0"), "unnamed");
/// ```
#[must_use]
pub fn slug(text: &str) -> String {
    let mut slug = String::new();
    for c in text.chars() {
        if slug.len() >= MAX_SLUG {
            break;
        }
        if c.is_ascii_alphanumeric() || c == '_' {
            slug.push(c.to_ascii_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() { "unnamed".to_owned() } else { slug.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_names_stay_in_their_folder() {
        for name in ["../../etc/passwd", "a/b\\c", "con\n", "=cmd()", "👩‍👩‍👧", &"x".repeat(10_000)]
        {
            let slug = slug(name);
            assert!(!slug.is_empty() && slug.len() <= MAX_SLUG);
            assert!(slug.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'), "{slug}");
        }
    }
}
