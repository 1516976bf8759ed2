//! The page of evidence.

use std::fmt::{self, Display};

const HEADING: &str = "# Evidence\n\nWhat was measured at length, by `cargo xtask ci --long`, which writes this page; \
                       with `--only WORDS`, some of it.\n";

/// A page with a section for each measurement, in the order in which they were first taken.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Page {
    sections: Vec<(String, String)>,
}

impl Page {
    /// The sections of a page as it is; what stands before the first is made anew.
    pub(super) fn parse(text: &str) -> Page {
        let sections = text.split("\n## ").skip(1).map(|section| {
            let (title, body) = section.split_once('\n').unwrap_or((section, ""));
            (title.to_owned(), body.trim().to_owned())
        });
        Page { sections: sections.collect() }
    }

    /// Puts a section in the place of the one with its title, or at the end.
    pub(super) fn put(&mut self, title: &str, body: String) {
        let body = body.trim().to_owned();
        match self.sections.iter_mut().find(|(known, _)| known == title) {
            Some(section) => section.1 = body,
            None => self.sections.push((title.to_owned(), body)),
        }
    }
}

impl Display for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HEADING)?;
        self.sections.iter().try_for_each(|(title, body)| write!(f, "\n## {title}\n\n{body}\n"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_taken_again_leaves_the_others_as_they_are() {
        let mut page = Page::default();
        page.put("One", "first".to_owned());
        page.put("Two", "| a |\n|---|\n| b |\n".to_owned());
        let mut again = Page::parse(&page.to_string());
        assert_eq!(again, page);
        again.put("One", "second".to_owned());
        assert!(
            again.to_string().ends_with("## One\n\nsecond\n\n## Two\n\n| a |\n|---|\n| b |\n"),
            "{again}"
        );
    }
}
