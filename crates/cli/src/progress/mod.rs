//! How a run in progress is shown.
//!
//! A run sends snapshots four times a second; what shows them never touches the workers.

mod bar;
mod line;
mod lines;

use plimsoll::model::Snapshot;
use tokio::sync::watch;

use crate::flags::{OutputFlags, ProgressMode};
use crate::streams::Streams;
use crate::terminal::Terminal;

/// Something that shows snapshots.
trait Display {
    /// Shows one.
    fn show(&mut self, now: &Snapshot);

    /// The run is over.
    fn finish(&mut self);
}

/// Shows snapshots until the run that sends them is over.
pub(crate) async fn show(
    mut snapshots: watch::Receiver<Option<Snapshot>>,
    flags: &OutputFlags,
    streams: &Streams,
) {
    let Some(mut display) = display(flags, streams) else { return };
    while snapshots.changed().await.is_ok() {
        let snapshot = snapshots.borrow_and_update().clone();
        if let Some(snapshot) = snapshot {
            display.show(&snapshot);
        }
    }
    display.finish();
}

/// What a mode comes to on a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Bar,
    Lines,
    Nothing,
}

fn form(mode: ProgressMode, terminal: &Terminal) -> Form {
    match mode {
        ProgressMode::None => Form::Nothing,
        ProgressMode::Bar if terminal.can_redraw => Form::Bar,
        ProgressMode::Auto if terminal.can_redraw && !terminal.is_unattended => Form::Bar,
        _ => Form::Lines,
    }
}

fn display(flags: &OutputFlags, streams: &Streams) -> Option<Box<dyn Display>> {
    let terminal = streams.log_terminal();
    let log = streams.log().clone();
    match form(flags.progress, terminal) {
        Form::Bar => Some(Box::new(bar::Bar::new(log, terminal.unicode))),
        Form::Lines => {
            let every = flags.progress_every;
            Some(Box::new(lines::Lines::new(log, every, terminal.width, terminal.unicode)))
        }
        Form::Nothing => None,
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::time::Duration;

    use plimsoll::model::Activity;

    use super::*;

    fn terminal(can_redraw: bool, is_unattended: bool) -> Terminal {
        Terminal { width: 80, color: false, unicode: true, can_redraw, is_unattended }
    }

    #[test]
    fn a_bar_is_drawn_only_where_it_can_be() {
        let forms = |mode| {
            [(true, false), (true, true), (false, false)]
                .map(|(can_redraw, is_unattended)| form(mode, &terminal(can_redraw, is_unattended)))
        };
        assert_eq!(forms(ProgressMode::Auto), [Form::Bar, Form::Lines, Form::Lines]);
        assert_eq!(forms(ProgressMode::Bar), [Form::Bar, Form::Bar, Form::Lines]);
        assert_eq!(forms(ProgressMode::Lines), [Form::Lines; 3]);
        assert_eq!(forms(ProgressMode::None), [Form::Nothing; 3]);
    }

    #[tokio::test]
    async fn plain_lines_come_every_ten_seconds_at_most() {
        let streams = Streams::plain(io::sink(), io::sink());
        let mut display = display(&OutputFlags::default(), &streams).unwrap();
        for quarter in 0..=140 {
            display.show(&at(quarter * 250_000_000));
        }
        display.finish();
        let starts = ["[10s/35s]", "[20s/35s]", "[30s/35s]"];
        let text = streams.log().text();
        assert!(text.lines().zip(starts).all(|(line, start)| line.starts_with(start)), "{text}");
        assert_eq!(text.lines().count(), starts.len());
        assert!(!text.contains('\u{1b}'));
    }

    #[test]
    fn lines_come_as_often_as_was_asked_for() {
        let streams = Streams::plain(io::sink(), io::sink());
        let flags = OutputFlags { progress_every: Duration::from_secs(1), ..OutputFlags::default() };
        let mut display = display(&flags, &streams).unwrap();
        (0..=10).for_each(|quarter| display.show(&at(quarter * 250_000_000)));
        assert_eq!(streams.log().text().lines().count(), 2);
    }

    #[tokio::test]
    async fn showing_ends_with_the_run() {
        let (sender, receiver) = watch::channel(None);
        let streams = Streams::plain(io::sink(), io::sink());
        let run = async {
            sender.send_replace(Some(at(11_000_000_000)));
            tokio::task::yield_now().await;
            drop(sender);
        };
        let lines = OutputFlags { progress: ProgressMode::Lines, ..OutputFlags::default() };
        tokio::join!(run, show(receiver, &lines, &streams));
        assert_eq!(streams.log().text().lines().count(), 1);
    }

    fn at(elapsed_ns: u64) -> Snapshot {
        Snapshot {
            name: "shop".into(),
            activity: Activity::Running,
            phase: "measure".into(),
            elapsed_ns,
            planned_ns: Some(35_000_000_000),
            planned: None,
            target_per_s: None,
            started: elapsed_ns / 1_000_000,
            completed: elapsed_ns / 1_000_000,
            errors: 0,
            dropped: 0,
            in_flight: 1,
            rate_per_s: 1_000.0,
            p50_ns: None,
            p99_ns: None,
        }
    }
}
