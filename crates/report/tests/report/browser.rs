//! Pages as a real browser shows them.

use std::fs;

use plimsoll_report::{ChartPage, Dashboard, Gallery, Html};
use resvg::tiny_skia::Pixmap;

use crate::pages::{folder, page};
use crate::support;
use crate::support::chromium::{is_here, open, probe, screenshot};

#[test]
fn a_page_needs_no_network_and_its_script_runs_without_a_word() {
    if !is_here() {
        return;
    }
    let set = support::large::large(3, 60);
    page(&Html::default(), &set, "offline.html");
    page(&Dashboard::default(), &set, "offline-dashboard.html");
    let charts = Gallery::standard().charts(&set);
    let chart = charts.iter().find(|chart| chart.name == "latency_heatmap").expect("the set has it");
    let mut single = Vec::new();
    ChartPage.render(chart, &mut single).expect("a buffer takes it");
    fs::write(folder().join("offline-chart.html"), single).expect("the folder is ours");
    for name in ["offline.html", "offline-dashboard.html", "offline-chart.html"] {
        let opened = open(&folder().join(name));
        assert_eq!(opened.console, Vec::<String>::new(), "{name}");
        assert_eq!(opened.requests, Vec::<String>::new(), "{name}");
        // What only the script adds.
        assert!(opened.dom.contains("Copy as CSV") && opened.dom.contains("class=\"cx off\""), "{name}");
    }
}

#[test]
fn what_would_break_the_rules_of_a_page_is_noticed() {
    if !is_here() {
        return;
    }
    let text = support::render(&Html::default(), &support::checkout());
    let breaks = [
        "<img src=\"http://127.0.0.1:9/x.png\">",
        "<p id=x onclick=\"1\">x</p>",
        "<script>throw new Error('no')</script>",
    ];
    for broken in breaks {
        let file = folder().join("broken.html");
        fs::write(&file, text.replace("<footer>", &format!("{broken}<footer>"))).expect("the folder is ours");
        let opened = open(&file);
        // An inline handler is refused when the page is read.
        assert!(!opened.console.is_empty() || !opened.requests.is_empty(), "{broken}");
    }
}

#[test]
fn no_name_becomes_markup() {
    if !is_here() {
        return;
    }
    let script = "
        const all = [...page.document.querySelectorAll('*')];
        say('scripts ' + page.document.scripts.length);
        say('handlers ' + all.filter((it) => [...it.attributes].some((a) => a.name.startsWith('on'))).length);
        say('foreign ' + page.document.querySelectorAll('img,iframe,object,embed,link,base,form,foreignObject').length);
        say('links ' + all.filter((it) => it.hasAttribute('href') && !it.getAttribute('href').startsWith('#')).length);
        say('wide ' + (page.document.documentElement.scrollWidth > 360));";
    let names = [
        "</script><script>document.title='x'</script>",
        "\"><img src=x onerror=alert(1)>",
        "'><svg/onload=alert(1)>",
        "</style></title></textarea><iframe src=javascript:alert(1)>",
        "javascript:alert(1)",
        "{{ 7 * 7 }}{% raw %}",
        "a\u{202e}gnp.exe\0",
        "../../x",
    ];
    for name in names.into_iter().map(str::to_owned).chain([format!("{}<b>", "x".repeat(10_000))]) {
        let set = support::named(&name);
        for text in [support::render(&Html::default(), &set), support::render(&Dashboard::default(), &set)] {
            let said = probe(&text, 360, "", script);
            assert_eq!(
                said.dom.trim(),
                "scripts 1\nhandlers 0\nforeign 0\nlinks 0\nwide false\ndone",
                "{name:.40}"
            );
            assert_eq!(said.console, Vec::<String>::new(), "{name:.40}");
        }
    }
}

/// Everything a reader can do with a chart, by keyboard and by mouse.
const HANDS: &str = "
    const doc = page.document;
    const shown = (it) => !it.classList.contains('off');
    const [chart, other] = doc.querySelectorAll('svg.main[data-axis^=time]');
    const tip = chart.parentNode.querySelector('.tip');
    const inner = chart.querySelector('svg.z');
    const whole = inner.getAttribute('viewBox');
    const key = (name) => chart.dispatchEvent(new page.KeyboardEvent('keydown', { key: name, bubbles: true }));
    say('reachable ' + (chart.getAttribute('tabindex') === '0'));
    chart.focus(); key('ArrowRight'); key('ArrowRight');
    const first = tip.textContent;
    say('key shows ' + (shown(tip) && first.length > 3));
    say('moves others ' + shown(other.querySelector('.cx')));
    key('ArrowRight');
    say('key moves ' + (tip.textContent !== first));
    key('+');
    say('key zooms ' + (inner.getAttribute('viewBox') !== whole && other.querySelector('svg.z').viewBox.baseVal.x >= 0));
    key('Escape');
    say('key resets ' + (inner.getAttribute('viewBox') === whole && !shown(tip)));
    const box = chart.getBoundingClientRect();
    const pointer = (type, share, target) => target.dispatchEvent(new page.PointerEvent(type,
        { clientX: box.left + share * box.width, clientY: box.top + box.height / 2, bubbles: true, button: 0, pointerType: 'mouse' }));
    pointer('pointermove', 0.5, chart);
    say('mouse shows ' + shown(tip));
    pointer('pointerdown', 0.4, chart); pointer('pointermove', 0.6, chart); pointer('pointerup', 0.6, page);
    say('mouse zooms ' + (inner.getAttribute('viewBox') !== whole));
    chart.dispatchEvent(new page.MouseEvent('dblclick', { bubbles: true }));
    say('mouse resets ' + (inner.getAttribute('viewBox') === whole));
    const button = other.closest('figure').querySelector('.legend button');
    button.click();
    say('legend hides ' + (button.getAttribute('aria-pressed') === 'false' && !shown(other.querySelector('g[data-s=\"0\"]'))));
    button.click();
    say('legend shows ' + shown(other.querySelector('g[data-s=\"0\"]')));";

#[test]
fn charts_are_read_zoomed_and_thinned_out_by_keyboard_and_by_mouse() {
    if !is_here() {
        return;
    }
    let text = support::render(&Html::default(), &support::large::large(3, 60));
    let said = probe(&text, 1_200, "", HANDS);
    let lines: Vec<&str> = said.dom.trim().lines().collect();
    assert_eq!(lines.last(), Some(&"done"), "{lines:?}");
    assert_eq!(lines.len(), 12, "{lines:?}");
    assert!(lines[..11].iter().all(|line| line.ends_with(" true")), "{lines:?}");
    assert_eq!(said.console, Vec::<String>::new());
}

#[test]
fn a_dashboard_shows_the_scenarios_that_are_chosen() {
    if !is_here() {
        return;
    }
    let text = support::render(&Dashboard::default(), &support::large::large(3, 60));
    let script = "
        const boxes = [...page.document.querySelectorAll('.filter input')];
        const visible = () => [...page.document.querySelectorAll('figure[data-group]')].filter((it) => it.offsetParent).length;
        say(boxes.length + ' ' + visible());
        boxes[0].click();
        say(boxes.length + ' ' + visible());";
    assert_eq!(probe(&text, 1_200, "", script).dom.trim(), "3 9\n3 6\ndone");
}

#[test]
fn without_scripts_everything_can_be_read() {
    if !is_here() {
        return;
    }
    let text = support::render(&Html::default(), &support::large::large(3, 60));
    let script = "
        const doc = page.document;
        const visible = (it) => it.getBoundingClientRect().height > 8;
        say('charts ' + [...doc.querySelectorAll('svg.main')].every(visible));
        doc.querySelectorAll('details').forEach((it) => { it.open = true; });
        say('tables ' + [...doc.querySelectorAll('figure table')].every(visible));
        say('one each ' + (doc.querySelectorAll('figure').length === doc.querySelectorAll('figure table').length));
        say('no script ' + (doc.querySelectorAll('.tip,.copy').length === 0));";
    let said = probe(&text, 1_200, "sandbox=\"allow-same-origin\"", script);
    assert_eq!(said.dom.trim(), "charts true\ntables true\none each true\nno script true\ndone");
}

#[test]
fn nothing_is_clipped_at_any_width() {
    if !is_here() {
        return;
    }
    let script = "
        const doc = page.document;
        doc.querySelectorAll('details').forEach((it) => { it.open = true; });
        say('page ' + (doc.documentElement.scrollWidth <= page.innerWidth));
        const hidden = [...doc.querySelectorAll('table')].filter((it) => {
            const around = it.closest('.scroll');
            return it.getBoundingClientRect().right > page.innerWidth && around.scrollWidth <= around.clientWidth;
        });
        say('tables ' + (hidden.length === 0));";
    for set in [support::checkout(), support::rare(), support::named(&"x".repeat(200))] {
        let text = support::render(&Html::default(), &set);
        for width in [320, 360, 768, 1_600] {
            assert_eq!(probe(&text, width, "", script).dom.trim(), "page true\ntables true\ndone", "{width}");
        }
    }
}

#[test]
fn in_the_dark_nothing_glares() {
    if !is_here() {
        return;
    }
    page(&Html::default(), &support::large::large(3, 60), "dark.html");
    let brightest = |is_dark| {
        let picture = screenshot(&folder().join("dark.html"), (1_280, 3_000), is_dark);
        let picture = Pixmap::decode_png(&picture).expect("the browser writes PNG");
        let block = |x: u32, y: u32| {
            let pixels = (0..24).flat_map(|dy| (0..24).map(move |dx| (x + dx, y + dy)));
            let light =
                pixels.filter_map(|(x, y)| picture.pixel(x, y)).filter(|it| it.red().min(it.green()) > 225);
            light.count()
        };
        let blocks = (0..picture.height() - 24)
            .step_by(24)
            .flat_map(|y| (0..picture.width() - 24).step_by(24).map(move |x| (x, y)));
        blocks.map(|(x, y)| block(x, y)).max()
    };
    assert!(brightest(true) < Some(24 * 24 / 2), "{:?}", brightest(true));
    // The same measure on white paper, so that it measures anything.
    assert_eq!(brightest(false), Some(24 * 24));
}
