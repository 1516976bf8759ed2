//! Words in a line of text.

/// What follows each place where a word stands by itself, and is not a part of a longer one.
pub(super) fn after_word<'a>(line: &'a str, word: &str) -> impl Iterator<Item = &'a str> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let length = word.len();
    let starts: Vec<_> = line.match_indices(word).map(|(start, _)| start).collect();
    starts
        .into_iter()
        .map(move |start| (&line[..start], &line[start + length..]))
        .filter(move |(before, after)| !before.ends_with(is_word) && !after.starts_with(is_word))
        .map(|(_, after)| after)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_longer_word_is_not_the_word() {
        let rest: Vec<_> = after_word("print!(1); eprint!(2); print_all(); print", "print").collect();
        assert_eq!(rest, ["!(1); eprint!(2); print_all(); print", ""]);
    }
}
