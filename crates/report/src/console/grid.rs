//! Fitting a table into a width.

use std::collections::{HashMap, HashSet};

use super::ConsoleOptions;
use super::layout::say;
use super::paint::Span;
use crate::page::{Align, Cell, Column, Table, Tone};
use crate::text;

/// Spaces before a table.
const INDENT: usize = 2;

/// Spaces between two columns.
const GAP: usize = 2;

/// A name is shortened to this before a column is dropped for it.
const COMFORTABLE: usize = 16;

/// The shortest that a name may become.
const SHORTEST: usize = 3;

/// A column that is shown.
#[derive(Debug, Clone, Copy)]
struct Slot {
    index: usize,
    column: Column,
    width: usize,
}

/// The lines of a table: its titles, then its rows.
pub(super) fn lines(table: &Table, options: &ConsoleOptions) -> Vec<Vec<Span>> {
    let slots = fit(natural(table, options), options.columns());
    let mut lines = Vec::with_capacity(table.rows.len() + 1);
    if slots.iter().any(|slot| !slot.column.title.is_empty()) {
        let titles = slots.iter().map(|slot| (slot.column.title.to_owned(), Tone::Faint));
        lines.push(line(&slots, titles));
    }
    let doubtful: Vec<HashSet<String>> = slots.iter().map(|slot| doubtful(table, slot, options)).collect();
    for (index, row) in table.rows.iter().enumerate() {
        let above = index.checked_sub(1).map(|index| &table.rows[index]);
        let repeated = above.map_or(0, |above| repeated(above, row));
        let cells = slots.iter().zip(&doubtful).map(|(slot, doubtful)| {
            let cell = &row[slot.index];
            let shown = if slot.index < repeated { String::new() } else { said(cell, options) };
            let is_doubtful = doubtful.contains(&text::cut(&shown, slot.width));
            (if is_doubtful { text::cut_within(&shown, slot.width) } else { shown }, cell.tone)
        });
        lines.push(line(&slots, cells));
    }
    lines
}

/// What cells of a column would all be shortened to although they say different things.
fn doubtful(table: &Table, slot: &Slot, options: &ConsoleOptions) -> HashSet<String> {
    let mut first: HashMap<String, String> = HashMap::new();
    let mut doubtful = HashSet::new();
    for row in &table.rows {
        let whole = said(&row[slot.index], options);
        let short = text::cut(&whole, slot.width);
        if *first.entry(short.clone()).or_insert_with(|| whole.clone()) != whole {
            doubtful.insert(short);
        }
    }
    doubtful
}

/// The columns as wide as their cells.
fn natural(table: &Table, options: &ConsoleOptions) -> Vec<Slot> {
    let slot = |(index, column): (usize, &Column)| {
        let cells = table.rows.iter().map(|row| text::width(&said(&row[index], options)));
        let width = cells.chain([text::width(column.title)]).max().unwrap_or(0);
        Slot { index, column: *column, width }
    };
    table.columns.iter().enumerate().map(slot).collect()
}

/// Shortens names, then drops columns, then shortens names further, until all of it fits.
fn fit(mut natural: Vec<Slot>, width: usize) -> Vec<Slot> {
    loop {
        let mut slots = natural.clone();
        shorten(&mut slots, width, COMFORTABLE);
        if total(&slots) <= width {
            return slots;
        }
        let droppable = natural.iter().enumerate().filter(|(_, slot)| slot.column.keep < Column::ALWAYS);
        match droppable.min_by_key(|(_, slot)| slot.column.keep).map(|(index, _)| index) {
            Some(index) => drop(natural.remove(index)),
            None => {
                shorten(&mut slots, width, SHORTEST);
                return slots;
            }
        }
    }
}

/// Takes what is too much from the widest names, none of them below `least`.
fn shorten(slots: &mut [Slot], width: usize, least: usize) {
    while total(slots) > width {
        let names = slots.iter_mut().filter(|slot| slot.column.align == Align::Left && slot.width > least);
        match names.max_by_key(|slot| slot.width) {
            Some(widest) => widest.width -= 1,
            None => return,
        }
    }
}

fn total(slots: &[Slot]) -> usize {
    let gaps = slots.len().saturating_sub(1) * GAP;
    INDENT + gaps + slots.iter().map(|slot| slot.width).sum::<usize>()
}

/// How many cells at the start of a row only repeat the row above.
fn repeated(above: &[Cell], row: &[Cell]) -> usize {
    let same = above.iter().zip(row).take_while(|(above, cell)| above == cell && cell.glyph.is_none());
    // What tells two rows apart is never left out.
    same.count().min(row.len().saturating_sub(1))
}

fn line(slots: &[Slot], cells: impl Iterator<Item = (String, Tone)>) -> Vec<Span> {
    let mut line = Vec::with_capacity(slots.len() * 3);
    for (position, (slot, (text, tone))) in slots.iter().zip(cells).enumerate() {
        line.push(Span::spaces(if position == 0 { INDENT } else { GAP }));
        let text = text::cut(&text, slot.width);
        let space = Span::spaces(slot.width.saturating_sub(text::width(&text)));
        let text = Span::new(text, tone);
        line.extend(match slot.column.align {
            Align::Left => [text, space],
            Align::Right => [space, text],
        });
    }
    line
}

/// A cell as this terminal shows it.
fn said(cell: &Cell, options: &ConsoleOptions) -> String {
    match cell.glyph.filter(|_| options.unicode) {
        Some(glyph) => format!("{glyph} {}", cell.text),
        None => say(&cell.text, options),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn widths(columns: &[Column], cells: &[&str], width: usize) -> Vec<(&'static str, usize)> {
        let table = Table::new(columns, [cells.iter().map(|cell| Cell::from(*cell)).collect()]);
        let slots = fit(natural(&table, &ConsoleOptions::default()), width);
        slots.iter().map(|slot| (slot.column.title, slot.width)).collect()
    }

    const COLUMNS: [Column; 3] = [Column::name("name"), Column::figure("p50", 1), Column::figure("p99", 2)];

    #[test]
    fn a_table_that_fits_is_left_alone() {
        let widths = widths(&COLUMNS, &["write", "1.2 ms", "31.8 ms"], 40);
        assert_eq!(widths, [("name", 5), ("p50", 6), ("p99", 7)]);
    }

    #[test]
    fn long_names_are_shortened_before_a_column_goes() {
        let widths = widths(&COLUMNS, &[&"x".repeat(60), "1.2 ms", "31.8 ms"], 40);
        assert_eq!(widths, [("name", 21), ("p50", 6), ("p99", 7)]);
    }

    #[test]
    fn names_that_differ_at_their_end_are_still_told_apart() {
        let shown = |names: [&str; 3]| {
            let rows = names.map(|name| vec![Cell::from(name), Cell::from("1 MiB"), Cell::from("2 MiB")]);
            let options = ConsoleOptions { width: 40, ..ConsoleOptions::default() };
            let lines = lines(&Table::new(&COLUMNS, rows), &options);
            let texts = lines
                .iter()
                .skip(1)
                .map(|line| line.iter().map(|span| span.text.as_str()).collect::<String>());
            texts
                .map(|text| text.split_whitespace().next().unwrap_or_default().to_owned())
                .collect::<Vec<_>>()
        };
        let long = "memory.peak(container:checkout-";
        let (db, web) = (format!("{long}db)"), format!("{long}web)"));
        let names = [db.as_str(), &web, "cpu.mean(container:checkout-cache)"];
        assert_eq!(
            shown(names),
            ["memory.peak…checkout-db)", "memory.peak…heckout-web)", "cpu.mean(container:chec…"]
        );
    }

    #[test]
    fn the_least_important_column_goes_first() {
        let widths = widths(&COLUMNS, &[&"x".repeat(60), &"1".repeat(10), &"2".repeat(10)], 40);
        assert_eq!(widths, [("name", 26), ("p99", 10)]);
    }
}
