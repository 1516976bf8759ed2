//! Colours, for light and for dark paper.
//!
//! Series take the colours of Okabe and Ito that reach a contrast of 3 to their paper, each with a dash of its own, so
//! that they are told apart in grey too. Counts take one ramp whose brightness only goes one way; zero is the paper.

use std::fmt::Write as _;

/// The colours of one kind of paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Theme {
    /// The paper.
    pub(crate) paper: &'static str,
    /// Tinted paper: phases, headings of tables.
    pub(crate) tint: &'static str,
    /// Text.
    pub(crate) ink: &'static str,
    /// Text that matters less.
    pub(crate) muted: &'static str,
    /// Lines of grids and tables.
    pub(crate) rule: &'static str,
    /// What is as wanted.
    pub(crate) good: &'static str,
    /// What is not.
    pub(crate) bad: &'static str,
    /// What is not decided.
    pub(crate) doubt: &'static str,
    /// Lines and bars.
    pub(crate) series: [&'static str; 5],
    /// Counts, few to many.
    pub(crate) ramp: [&'static str; 9],
    /// Text on the first and on the last five shades of the ramp.
    pub(crate) on_ramp: [&'static str; 2],
}

/// On white.
pub(crate) const LIGHT: Theme = Theme {
    paper: "#ffffff",
    tint: "#f4f5f7",
    ink: "#1b1f24",
    muted: "#59626d",
    rule: "#dfe2e6",
    good: "#00694f",
    bad: "#b03a00",
    doubt: "#775800",
    series: ["#0072b2", "#d55e00", "#009e73", "#b8658f", "#59626d"],
    ramp: ["#c3daee", "#a6c9e5", "#87b6da", "#68a1cd", "#3c78a6", "#2d6b9a", "#1d5583", "#113f68", "#082a4c"],
    on_ramp: ["#1b1f24", "#ffffff"],
};

/// On nearly black.
pub(crate) const DARK: Theme = Theme {
    paper: "#111418",
    tint: "#1a1f25",
    ink: "#e4e7eb",
    muted: "#9aa4af",
    rule: "#2b323a",
    good: "#3fc79a",
    bad: "#ff9466",
    doubt: "#e0b340",
    series: ["#56b4e9", "#e69f00", "#33b892", "#d98bb4", "#9aa4af"],
    ramp: ["#1c3a55", "#22486a", "#2a5680", "#326597", "#4f92c4", "#66a5d2", "#7fb8df", "#98c9e9", "#b1d9f1"],
    on_ramp: ["#ffffff", "#111418"],
};

/// Dashes, one for each line of a chart.
pub(crate) const DASHES: [&str; 8] =
    ["none", "7 3", "2 2.5", "9 3 2 3", "13 4", "4 2", "1.5 4", "12 3 2 3 2 3"];

/// The colour of a line or of a bar, from 1.
pub(crate) fn hue(index: usize) -> usize {
    index % LIGHT.series.len() + 1
}

impl Theme {
    /// The colours under the names by which [`rules`] ask for them.
    pub(crate) fn variables(&self) -> String {
        let mut css = String::new();
        self.named().into_iter().for_each(|(name, color)| {
            let _ = write!(css, "--{name}:{color};");
        });
        css
    }

    /// Every colour with its name.
    pub(crate) fn named(&self) -> Vec<(String, &'static str)> {
        let plain = [
            ("paper", self.paper),
            ("tint", self.tint),
            ("ink", self.ink),
            ("muted", self.muted),
            ("rule", self.rule),
            ("good", self.good),
            ("bad", self.bad),
            ("doubt", self.doubt),
            ("on-light", self.on_ramp[0]),
            ("on-dark", self.on_ramp[1]),
        ];
        let series = self.series.iter().enumerate().map(|(index, color)| (format!("s{}", index + 1), *color));
        let ramp = self.ramp.iter().enumerate().map(|(index, color)| (format!("h{}", index + 1), *color));
        plain.into_iter().map(|(name, color)| (name.to_owned(), color)).chain(series).chain(ramp).collect()
    }

    /// The rules of a drawing with the colours in place: for pictures, whose renderers know no variables.
    pub(crate) fn resolved(&self) -> String {
        let mut css = rules();
        for (name, color) in self.named() {
            css = css.replace(&format!("var(--{name})"), color);
        }
        css
    }
}

/// What each class of a drawing looks like.
pub(crate) fn rules() -> String {
    let mut css = String::from(
        "text{font-size:12px;fill:var(--muted)}\
         .k{fill:var(--ink)}.v{fill:var(--ink);font-size:11.5px}.e{text-anchor:end}.m{text-anchor:middle}\
         .ho{stroke:var(--paper);stroke-width:3px;paint-order:stroke;stroke-linejoin:round}\
         .gr{stroke:var(--rule);stroke-width:1;fill:none}.ax{stroke:var(--muted);stroke-width:1;fill:none}\
         .ph{fill:var(--tint)}.ev{stroke:var(--muted);stroke-width:1;stroke-dasharray:2 3;fill:none}\
         .li{stroke:var(--bad);stroke-width:1;stroke-dasharray:5 3;fill:none}.lt{fill:var(--bad)}\
         .ln{fill:none;stroke-width:1.75;stroke-linejoin:round;vector-effect:non-scaling-stroke}\
         .rf{fill:none;stroke:var(--muted);stroke-width:1;vector-effect:non-scaling-stroke}\
         .fn{stroke-width:1}.ar{stroke:none;opacity:.13}.ht{fill:none;stroke-width:1;shape-rendering:crispEdges}\
         .tl{fill:var(--on-light)}.td{fill:var(--on-dark)}.bad{fill:var(--bad)}.bs{stroke:var(--bad)}",
    );
    for index in 1..=LIGHT.series.len() {
        let _ = write!(css, ".s{index}{{stroke:var(--s{index})}}.f{index}{{fill:var(--s{index})}}");
    }
    for (index, dash) in DASHES.iter().enumerate().skip(1) {
        let _ = write!(css, ".d{index}{{stroke-dasharray:{dash}}}");
    }
    for index in 1..=LIGHT.ramp.len() {
        let _ = write!(css, ".h{index}{{stroke:var(--h{index})}}.c{index}{{fill:var(--h{index})}}");
    }
    css
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance (WCAG 2.2).
    fn luminance(color: &str) -> f64 {
        let part = |at: usize| {
            let value = f64::from(u8::from_str_radix(&color[at..at + 2], 16).unwrap()) / 255.0;
            if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5)
    }

    fn contrast(one: &str, other: &str) -> f64 {
        let (one, other) = (luminance(one), luminance(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    #[test]
    fn text_and_marks_stand_out_from_their_paper() {
        for theme in [LIGHT, DARK] {
            for paper in [theme.paper, theme.tint] {
                for text in [theme.ink, theme.muted, theme.good, theme.bad, theme.doubt] {
                    assert!(contrast(text, paper) >= 4.5, "{text} on {paper}: {}", contrast(text, paper));
                }
            }
            for mark in theme.series {
                assert!(contrast(mark, theme.paper) >= 3.0, "{mark}: {}", contrast(mark, theme.paper));
            }
            for (index, shade) in theme.ramp.iter().enumerate() {
                let text = theme.on_ramp[usize::from(index > 3)];
                assert!(contrast(text, shade) >= 4.5, "{text} on {shade}: {}", contrast(text, shade));
            }
        }
    }

    #[test]
    fn the_ramp_goes_one_way_and_away_from_the_paper() {
        for theme in [LIGHT, DARK] {
            let distances = theme.ramp.map(|shade| contrast(shade, theme.paper));
            assert!(distances.is_sorted_by(|a, b| a * 1.08 < *b), "{distances:?}");
        }
    }

    #[test]
    fn every_line_has_a_dash_of_its_own() {
        let mut dashes = DASHES.to_vec();
        dashes.sort_unstable();
        dashes.dedup();
        assert_eq!(dashes.len(), crate::chart::Lines::MOST);
    }

    #[test]
    fn a_resolved_drawing_asks_for_no_variable() {
        assert!(!LIGHT.resolved().contains("var("), "{}", LIGHT.resolved());
    }
}
