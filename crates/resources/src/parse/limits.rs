//! `/proc/self/limits`.

/// How many files a process may have open, by its soft limit: a number or `unlimited`.
pub(crate) fn open_files(text: &str) -> Option<&str> {
    text.lines().find_map(|line| line.strip_prefix("Max open files"))?.split_whitespace().next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_soft_limit_stands_first() {
        let text = "\
Limit                     Soft Limit           Hard Limit           Units
Max resident set          unlimited            unlimited            bytes
Max open files            20000                524288               files
";
        assert_eq!(open_files(text), Some("20000"));
        assert_eq!(open_files("Max open"), None);
    }
}
