//! Charts say what the document says.

use plimsoll_metrics::Histogram;
use plimsoll_model::{Quantile, Set};
use plimsoll_report::chart::{Bar, BarGroup, Bars, Chart, Measure, Plot, Topic};
use plimsoll_report::{Dashboard, DrawCharts, Gallery, Html, Pictures, svg};
use resvg::tiny_skia::Pixmap;

use crate::support;

fn chart(set: &Set, name: &str) -> Chart {
    let charts = Gallery::standard().charts(set);
    let names: Vec<&str> = charts.iter().map(|chart| chart.name.as_str()).collect();
    let found = charts.iter().find(|chart| chart.name == name);
    found.unwrap_or_else(|| panic!("no {name} among {names:?}")).clone()
}

/// The windows of a stretch, merged.
fn merged(set: &Set, from: f64, to: f64) -> Histogram {
    let mut merged = Histogram::new();
    let inside =
        set.runs[0].run.windows.iter().filter(|it| (it.start_ns as f64) >= from && (it.start_ns as f64) < to);
    inside.for_each(|window| merged.merge(&Histogram::decode(&window.response).expect("a fixture is valid")));
    merged
}

#[test]
fn a_percentile_of_a_stretch_is_that_of_its_merged_histograms() {
    let set = support::large::large(3, 700);
    let Plot::Lines(lines) = chart(&set, "latency_percentiles").plot else { panic!("it has lines") };
    let p99 = &lines.lines[0];
    assert!(p99.name == "p99" && p99.points.len() <= 300 && p99.points.len() > 200, "{}", p99.points.len());
    let step = p99.points[1].0 - p99.points[0].0;
    for (at, value) in p99.points.iter().take(40) {
        let merged = merged(&set, at - step / 2.0, at + step / 2.0);
        assert_eq!(*value, merged.value_at(Quantile::P99).map(|ns| ns as f64), "{at}");
    }
}

#[test]
fn every_operation_is_in_one_cell_and_in_the_column_of_its_time() {
    let set = support::large::large(3, 130);
    let Plot::Heatmap(map) = chart(&set, "latency_heatmap").plot else { panic!("it is a map") };
    let total: u64 = map.cells.iter().map(|(_, _, count)| count).sum();
    assert_eq!(total, set.runs[0].run.scenarios.iter().map(|it| it.latency.response.count).sum::<u64>());
    for (index, edges) in map.columns.windows(2).enumerate() {
        let own: u64 =
            map.cells.iter().filter(|(column, _, _)| *column == index).map(|(_, _, count)| count).sum();
        assert_eq!(own, merged(&set, edges[0], edges[1]).len(), "{index}");
    }
    // The table below says the same.
    let data = chart(&set, "latency_heatmap").data();
    let shown: u64 =
        data.rows.iter().map(|row| row.cells[1].replace(',', "").parse::<u64>().expect("a count")).sum();
    assert_eq!(shown, total);
}

#[test]
fn a_gap_is_no_line_and_no_figure() {
    let set = support::large::large(1, 300);
    let Plot::Lines(lines) = chart(&set, "cpu").plot else { panic!("it has lines") };
    let redis = lines.lines.iter().find(|line| line.name == "redis").expect("it was sampled");
    assert!(redis.points.iter().any(|(_, value)| value.is_none()));
    let drawn = svg(&chart(&set, "cpu"));
    let plain = svg(&Chart {
        plot: Plot::Lines({
            let mut whole = lines.clone();
            whole.lines.iter_mut().for_each(|line| line.points.retain(|(_, value)| value.is_some()));
            whole
        }),
        ..chart(&set, "cpu")
    });
    assert!(drawn.matches('M').count() > plain.matches('M').count());
    let data = chart(&set, "cpu").data();
    let column = data.columns.iter().position(|title| title == "redis").expect("it has a column");
    assert!(data.rows.iter().any(|row| row.cells[column] == "–"));
}

#[test]
fn protocols_have_their_charts_under_their_names() {
    let set = support::protocols::protocols();
    for name in [
        "overview/cpu_heatmap",
        "overview/memory_heatmap",
        "duration/duration_timeline_api",
        "duration/duration_timeline_worker",
        "stress/stress_timeline_api",
        "stress/stress_timeline_worker",
        "stress/stress_comparison_cpu",
        "stress/stress_comparison_memory",
        "speed_scaling/speed_scaling_cpu",
        "speed_scaling/speed_scaling_memory",
    ] {
        assert_eq!(chart(&set, name).file(), name);
    }
    let Plot::Lines(stress) = chart(&set, "stress/stress_timeline_api").plot else { panic!("it has lines") };
    assert_eq!(stress.limits[0].value, 0.45);
    assert!(chart(&set, "stress/stress_timeline_api").finding.contains("threshold of 45 % with 47 %"));
    let Plot::Lines(other) = chart(&set, "stress/stress_timeline_worker").plot else {
        panic!("it has lines")
    };
    assert!(other.limits.is_empty());
    let Plot::Bars(peaks) = chart(&set, "stress/stress_comparison_cpu").plot else { panic!("it has bars") };
    assert_eq!(peaks.groups[0].bars[0].limit, Some(0.45));
    let Plot::Bars(speeds) = chart(&set, "speed_scaling/speed_scaling_cpu").plot else {
        panic!("it has bars")
    };
    assert_eq!(
        speeds.groups.iter().map(|group| group.label.as_str()).collect::<Vec<_>>(),
        ["2×", "4×", "8×"]
    );
    assert!(
        chart(&set, "speed_scaling/speed_scaling_cpu")
            .finding
            .contains("8× was reached; a threshold ended it")
    );
    let leak = chart(&set, "duration/duration_timeline_api");
    assert!(leak.finding.contains("cooldown changed it by −11.9 MiB"), "{}", leak.finding);
    crate::pages::page(&Html::default(), &set, "protocols.html");
}

/// A chart that no library of ours knows.
struct Colours;

impl DrawCharts for Colours {
    fn name(&self) -> &str {
        "colours"
    }

    fn charts(&self, set: &Set) -> Vec<Chart> {
        let bar = |label: &str, value: f64| BarGroup {
            label: label.to_owned(),
            bars: vec![Bar::plain(Some(value))],
        };
        let groups = vec![bar("teal & <b>bold</b>", set.runs.len() as f64), bar("rust", 3.0)];
        let plot = Plot::Bars(Bars::new(Measure::Number, vec!["boxes".to_owned()], groups));
        let (title, finding) = ("Boxes by colour".to_owned(), "Rust leads.".to_owned());
        // The name of another chart, and one that wants out of its folder.
        let chart = Chart { name: "cpu".to_owned(), topic: Topic::Own, title, finding, plot };
        vec![chart.clone(), Chart { name: "../../up".to_owned(), ..chart }]
    }
}

#[test]
fn a_chart_from_outside_is_on_every_page_and_in_a_file_of_its_own() {
    let set = support::checkout();
    let charts = Gallery::standard().with(Colours).charts(&set);
    let mut files: Vec<String> = charts.iter().map(Chart::file).collect();
    assert!(files.contains(&"up".to_owned()) && files.contains(&"cpu-2".to_owned()), "{files:?}");
    let all = files.len();
    files.sort();
    files.dedup();
    assert_eq!(files.len(), all);
    let report = support::render(&Html { gallery: Gallery::standard().with(Colours) }, &set);
    let dashboard = support::render(&Dashboard { gallery: Gallery::standard().with(Colours) }, &set);
    for page in [report, dashboard] {
        assert!(page.contains("Boxes by colour") && page.contains("teal &amp; &lt;b&gt;bold&lt;"));
    }
}

#[test]
fn a_picture_has_letters_without_any_font_of_the_machine() {
    let named = chart(&support::checkout(), "latency_percentiles");
    let blank = Chart { title: String::new(), ..named.clone() };
    let pictures = Pictures::new();
    let [named, blank] = [named, blank].map(|chart| {
        let png = pictures.png(&chart).expect("it can be drawn");
        Pixmap::decode_png(&png).expect("it is PNG")
    });
    let dark = |picture: &Pixmap| {
        // The title is in the upper part; nothing else is there.
        let pixels = picture.pixels().iter().take(picture.width() as usize * 60);
        pixels.filter(|pixel| pixel.red() < 90).count()
    };
    assert!(dark(&named) > 300 && dark(&blank) == 0, "{} {}", dark(&named), dark(&blank));
}

#[test]
fn a_picture_is_the_same_twice_and_of_a_useful_size() {
    let set = support::protocols::protocols();
    for chart in Gallery::standard().charts(&set) {
        let png = Pictures::new().png(&chart).expect("it can be drawn");
        assert!(png == Pictures::new().png(&chart).expect("it can be drawn"), "{}", chart.name);
        let picture = Pixmap::decode_png(&png).expect("it is PNG");
        assert_eq!(picture.width(), 1_024, "{}", chart.name);
        assert!((200..=2_200).contains(&picture.height()), "{} {}", chart.name, picture.height());
    }
}

#[test]
fn a_drawing_is_well_formed_whatever_a_name_holds() {
    for name in ["</svg><script>", "\" onload=\"x", "a\u{202e}b\0\u{ffff}", "]]>", &"é".repeat(5_000)] {
        let set = support::named(name);
        for chart in Gallery::standard().charts(&set) {
            Pictures::new().png(&chart).unwrap_or_else(|error| panic!("{name:.20}: {error}"));
            assert!(!svg(&chart).contains("<script") && !svg(&chart).contains("onload=\""), "{name:.20}");
        }
    }
}

#[test]
fn a_set_with_nothing_to_draw_says_so() {
    for set in [support::nothing_started(), support::interrupted()] {
        let charts = Gallery::standard().charts(&set);
        assert!(
            charts.iter().any(|chart| matches!(&chart.plot, Plot::Missing(reason) if reason.len() > 10)),
            "{charts:?}"
        );
    }
    assert!(Gallery::standard().charts(&support::empty()).is_empty());
}
