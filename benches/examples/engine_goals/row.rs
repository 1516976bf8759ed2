//! One goal and what was measured.

/// One goal and what was measured.
pub(crate) struct Row {
    pub(crate) what: String,
    pub(crate) goal: String,
    /// Of several rounds.
    pub(crate) figures: Vec<f64>,
    pub(crate) unit: &'static str,
    /// Whether a figure meets the goal; `None` for what is there to compare with.
    pub(crate) is_met: Option<fn(f64) -> bool>,
}

pub(crate) fn heading() {
    println!("| what | goal | median [least .. most] | met |\n|---|---|---|---|");
}

impl Row {
    /// A figure that is only there to compare with.
    pub(crate) fn bare(what: impl Into<String>, figures: Vec<f64>, unit: &'static str) -> Row {
        Row { what: what.into(), goal: "-".to_owned(), figures, unit, is_met: None }
    }

    /// A figure with a goal.
    pub(crate) fn goal(
        what: impl Into<String>,
        goal: impl Into<String>,
        figures: Vec<f64>,
        unit: &'static str,
        is_met: fn(f64) -> bool,
    ) -> Row {
        Row { what: what.into(), goal: goal.into(), figures, unit, is_met: Some(is_met) }
    }

    /// Prints the row. True when the goal is missed.
    pub(crate) fn print(&self) -> bool {
        let Row { what, goal, figures, unit, is_met } = self;
        let middle = median(figures);
        let (least, most) = figures.iter().fold((f64::MAX, f64::MIN), |(a, b), f| (a.min(*f), b.max(*f)));
        let met = is_met.map(|is_met| is_met(middle));
        let answer = met.map_or("-", |met| if met { "yes" } else { "**no**" });
        println!(
            "| {what} | {goal} | {} [{} .. {}] {unit} | {answer} |",
            show(middle),
            show(least),
            show(most)
        );
        met == Some(false)
    }
}

/// The middle figure.
pub(crate) fn median(figures: &[f64]) -> f64 {
    let mut sorted = figures.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}

/// Each figure of one list over the same of another.
pub(crate) fn ratios(above: &[f64], below: &[f64]) -> Vec<f64> {
    above.iter().zip(below).map(|(above, below)| above / below).collect()
}

fn show(figure: f64) -> String {
    if figure.abs() < 10.0 {
        format!("{figure:.3}")
    } else if figure.abs() < 1_000.0 {
        format!("{figure:.1}")
    } else {
        format!("{figure:.0}")
    }
}
