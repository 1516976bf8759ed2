//! A strict reader of Prometheus text 0.0.4, stricter than the collector's.

use std::collections::{BTreeMap, BTreeSet};

/// A series: its name and its labels, unescaped.
pub(crate) type Series = (String, BTreeMap<String, String>);

/// All samples of a text, or the first thing wrong with it.
pub(crate) fn read(text: &str) -> Result<BTreeMap<Series, f64>, String> {
    if !text.is_empty() && !text.ends_with('\n') {
        return Err("no newline at the end".to_owned());
    }
    let mut reader = Reader::default();
    text.lines().try_for_each(|line| reader.line(line))?;
    reader.check_histograms()?;
    Ok(reader.samples)
}

#[derive(Default)]
struct Reader {
    help: BTreeSet<String>,
    types: BTreeMap<String, String>,
    family: String,
    samples: BTreeMap<Series, f64>,
    /// The buckets of each histogram in the order of the text.
    buckets: BTreeMap<Series, Vec<(f64, f64)>>,
}

impl Reader {
    fn line(&mut self, line: &str) -> Result<(), String> {
        if let Some(rest) = line.strip_prefix("# HELP ") {
            let name = rest.split(' ').next().unwrap_or_default();
            return self.help.insert(name.to_owned()).then_some(()).ok_or(format!("second HELP of {name}"));
        }
        if let Some(rest) = line.strip_prefix("# TYPE ") {
            return self.start_family(rest);
        }
        if line.starts_with('#') {
            return Err(format!("neither HELP nor TYPE: {line}"));
        }
        self.sample(line)
    }

    fn start_family(&mut self, rest: &str) -> Result<(), String> {
        let (name, kind) = rest.split_once(' ').ok_or("TYPE without a type")?;
        if !self.help.contains(name) || self.types.contains_key(name) {
            return Err(format!("TYPE of {name} without HELP, or twice"));
        }
        if (kind == "counter") != name.ends_with("_total") {
            return Err(format!("{name} is a {kind}"));
        }
        self.types.insert(name.to_owned(), kind.to_owned());
        self.family = name.to_owned();
        Ok(())
    }

    fn sample(&mut self, line: &str) -> Result<(), String> {
        let name_end = line.find(['{', ' ']).ok_or("no value")?;
        let (name, rest) = line.split_at(name_end);
        let (labels, rest) = match rest.strip_prefix('{') {
            Some(rest) => labels(rest)?,
            None => (BTreeMap::new(), rest),
        };
        let value = rest.strip_prefix(' ').ok_or("no space before the value")?;
        let value: f64 = value.parse().map_err(|_| format!("a value, or a timestamp after it: {value}"))?;
        self.check_name(name)?;
        if name.ends_with("_bucket") {
            let mut of = labels.clone();
            let edge = of.remove("le").ok_or("bucket without le")?;
            let edge = if edge == "+Inf" { f64::INFINITY } else { edge.parse().map_err(|_| "le")? };
            self.buckets.entry((self.family.clone(), of)).or_default().push((edge, value));
        }
        match self.samples.insert((name.to_owned(), labels), value) {
            Some(_) => Err(format!("series twice: {line}")),
            None => Ok(()),
        }
    }

    fn check_name(&self, name: &str) -> Result<(), String> {
        let family = &self.family;
        let belongs = match self.types.get(family).map(String::as_str) {
            Some("histogram") => {
                ["_bucket", "_sum", "_count"].iter().any(|end| name == format!("{family}{end}"))
            }
            Some(_) => name == family,
            None => false,
        };
        belongs.then_some(()).ok_or(format!("{name} outside of its family"))
    }

    fn check_histograms(&self) -> Result<(), String> {
        for ((family, labels), buckets) in &self.buckets {
            if !buckets.is_sorted_by(|a, b| a.0 < b.0 && a.1 <= b.1) {
                return Err("buckets that do not grow".to_owned());
            }
            let Some((_, all)) = buckets.last().filter(|(edge, _)| edge.is_infinite()) else {
                return Err("no +Inf bucket".to_owned());
            };
            let of = |end| self.samples.get(&(format!("{family}{end}"), labels.clone()));
            if of("_count") != Some(all) || of("_sum").is_none() {
                return Err("_count is not the +Inf bucket, or _sum is missing".to_owned());
            }
        }
        Ok(())
    }
}

/// The labels after an opening brace, and what follows the closing one.
fn labels(text: &str) -> Result<(BTreeMap<String, String>, &str), String> {
    let mut labels = BTreeMap::new();
    let mut rest = text;
    loop {
        let (name, after) = rest.split_once("=\"").ok_or("label without a value")?;
        if !name.chars().all(|c| c.is_ascii_lowercase() || c == '_') {
            return Err(format!("label name {name:?}"));
        }
        let (value, after) = quoted(after)?;
        if labels.insert(name.to_owned(), value).is_some() {
            return Err(format!("label {name} twice"));
        }
        match after.split_at_checked(1) {
            Some((",", after)) => rest = after,
            Some(("}", after)) => return Ok((labels, after)),
            _ => return Err("labels that do not end".to_owned()),
        }
    }
}

fn quoted(text: &str) -> Result<(String, &str), String> {
    let mut value = String::new();
    let mut chars = text.char_indices();
    while let Some((index, c)) = chars.next() {
        match c {
            '"' => return Ok((value, &text[index + 1..])),
            '\\' => match chars.next().map(|(_, c)| c) {
                Some('n') => value.push('\n'),
                Some(c @ ('\\' | '"')) => value.push(c),
                other => return Err(format!("escape {other:?}")),
            },
            c => value.push(c),
        }
    }
    Err("a value that does not end".to_owned())
}
