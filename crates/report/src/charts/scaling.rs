//! Speed-up against the ideal.

use plimsoll_model::Set;

use crate::chart::{Axis, Chart, Line, LineStyle, Lines, Measure, Plot, Topic};
use crate::text;

pub(super) fn charts(set: &Set) -> Vec<Chart> {
    chart(set).into_iter().collect()
}

fn chart(set: &Set) -> Option<Chart> {
    const LEAST: usize = 2;
    let scaling = set.analysis.as_ref()?.scaling.as_ref()?;
    let dimension = text::name(&scaling.dimension);
    let title = format!("Throughput by {dimension}");
    let points: Vec<(f64, f64)> = scaling
        .points
        .iter()
        .copied()
        .filter(|(level, gain)| level.is_finite() && gain.is_finite())
        .collect();
    if points.len() < LEAST {
        return Some(Chart::missing(
            "scaling",
            Topic::Scaling,
            &title,
            "not enough points: two levels at least",
        ));
    }
    let first = points[0].0;
    let ideal = points.iter().map(|(level, _)| (*level, Some(level / first)));
    let lines = vec![
        Line::new("measured", points.iter().map(|(level, gain)| (*level, Some(*gain))))
            .styled(LineStyle::Dots),
        Line::new("ideal", ideal).styled(LineStyle::Reference),
    ];
    let x = Axis::from_zero(dimension, Measure::Number, points.iter().map(|(level, _)| *level));
    let y = Axis::from_zero(
        "times the first level",
        Measure::Number,
        lines.iter().flat_map(Line::values).collect::<Vec<_>>(),
    );
    let finding = text::sentence(&scaling.advice);
    Some(Chart {
        name: "scaling".to_owned(),
        topic: Topic::Scaling,
        title,
        finding,
        plot: Plot::Lines(Lines::new(x, y, lines)),
    })
}
