//! Settings from YAML.

use serde::de::DeserializeOwned;
use serde_yaml::Value;

use super::ReadError;

/// The largest YAML text that is read: 128 KiB.
pub const MAX_YAML_BYTES: usize = 128 << 10;

/// The deepest nesting that is read.
pub const MAX_YAML_DEPTH: usize = 64;

/// Reads settings. `file` is only for the errors.
///
/// The type decides what is allowed; derive it with `deny_unknown_fields`, so that a mistyped key is refused
/// with a suggestion.
///
/// # Errors
/// When the text is larger than 128 KiB or deeper than 64 (both before parsing), holds `.nan` or `.inf`
/// anywhere, expands beyond reason by aliases, or is not what the type expects.
///
/// ```
/// #[derive(serde::Deserialize, Debug)]
/// #[serde(deny_unknown_fields)]
/// struct Limits { latency_ms: u64 }
///
/// let error = plimsoll_model::read::yaml::<Limits>("b.yaml", "latency_sm: 5").unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "b.yaml:1: unknown field `latency_sm`, expected `latency_ms`; did you mean `latency_ms`?"
/// );
/// ```
pub fn yaml<T: DeserializeOwned>(file: &str, text: &str) -> Result<T, ReadError> {
    if text.len() > MAX_YAML_BYTES {
        return Err(ReadError::new(
            file,
            format!("has {} bytes; expected at most {MAX_YAML_BYTES}", text.len()),
        ));
    }
    if text.trim().is_empty() {
        return Err(ReadError::new(file, "is empty; expected YAML"));
    }
    if let Some(line) = too_deep(text) {
        return Err(ReadError::new(file, format!("is nested deeper than {MAX_YAML_DEPTH}")).at_line(line));
    }
    let error = |error: serde_yaml::Error| {
        let line = error.location().map_or(0, |location| location.line());
        ReadError::from_serde(file, line, &error.to_string())
    };
    let value: Value = serde_yaml::from_str(text).map_err(error)?;
    if let Some((path, found)) = non_finite(&value, "") {
        let refusal = ReadError::new(file, format!("{path} is {found}; expected a finite number"));
        let line = text.lines().position(|line| {
            let line = line.to_ascii_lowercase();
            line.contains(".nan") || line.contains(".inf")
        });
        return Err(match line {
            Some(line) => refusal.at_line(line + 1),
            None => refusal,
        });
    }
    // From the text again, not from the value: only the text knows its lines.
    serde_yaml::from_str(text).map_err(error)
}

/// The line at which the nesting goes beyond what is read, judged from the text alone.
///
/// Counts indented blocks, `- - -` and flow brackets. Brackets within quotes count too: that errs on the safe
/// side, and nobody quotes 64 of them.
fn too_deep(text: &str) -> Option<usize> {
    let mut blocks: Vec<usize> = Vec::new();
    let mut brackets = 0usize;
    for (number, line) in text.lines().enumerate() {
        let content = line.trim_start_matches(' ');
        if content.is_empty() || content.starts_with('#') {
            continue;
        }
        let mut column = line.len() - content.len();
        blocks.retain(|block| *block < column);
        blocks.push(column);
        let mut rest = content;
        while let Some(item) = rest.strip_prefix("- ").or_else(|| rest.strip_prefix("? ")) {
            column += 2;
            blocks.push(column);
            rest = item;
        }
        for byte in rest.bytes() {
            match byte {
                b'[' | b'{' => brackets += 1,
                b']' | b'}' => brackets = brackets.saturating_sub(1),
                _ => {}
            }
            if blocks.len() + brackets > MAX_YAML_DEPTH {
                return Some(number + 1);
            }
        }
        if blocks.len() + brackets > MAX_YAML_DEPTH {
            return Some(number + 1);
        }
    }
    None
}

/// The first number that is not finite: its path and its text.
fn non_finite(value: &Value, path: &str) -> Option<(String, String)> {
    match value {
        Value::Number(number) => {
            let bad = number.as_f64().is_some_and(|number| !number.is_finite());
            bad.then(|| (path.to_owned(), number.to_string()))
        }
        Value::Sequence(items) => {
            items.iter().enumerate().find_map(|(index, item)| non_finite(item, &format!("{path}[{index}]")))
        }
        Value::Mapping(entries) => entries.iter().find_map(|(key, item)| {
            let key = key.as_str().unwrap_or("?");
            let path = if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
            non_finite(item, &path)
        }),
        Value::Tagged(tagged) => non_finite(&tagged.value, path),
        Value::Null | Value::Bool(_) | Value::String(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Settings {
        #[expect(dead_code, reason = "only its type matters here")]
        name: Option<String>,
        #[expect(dead_code, reason = "only its type matters here")]
        #[serde(default)]
        limits: BTreeMap<String, u64>,
        #[expect(dead_code, reason = "only its type matters here")]
        share: Option<f64>,
    }

    fn refusal(text: &str) -> String {
        yaml::<Settings>("s.yaml", text).unwrap_err().to_string()
    }

    #[test]
    fn each_refusal_says_where_and_what() {
        let texts = [
            "",
            "name: a\nlimit: {}\n",
            "name: [1]\n",
            "name: a\nlimits:\n  p95: -1\n",
            "name: a\nlimits:\n  p95: fast\n",
            "name: a\nlimits: {p95: 1, p95: 2}\n",
            "name: a\nshare: .nan\n",
            "share: -.inf\n",
            "name: 'cut",
            "name: \"a\n",
            "- 1\n",
        ];
        insta::assert_snapshot!(texts.map(refusal).join("\n"));
    }

    #[test]
    fn a_text_made_to_do_harm_is_refused_before_it_does() {
        assert!(refusal(&"[".repeat(1 << 20)).contains("expected at most 131072"));
        for nest in ["[", "- ", "{a: ", "? "] {
            assert!(refusal(&nest.repeat(20_000)).contains("nested deeper than 64"), "{nest}");
        }
        let indented: String = (0..100).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
        assert!(refusal(&indented).contains("s.yaml:65: is nested deeper than 64"));
    }

    #[test]
    fn an_alias_bomb_is_refused() {
        let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..12 {
            let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
            bomb.push_str(&format!("a{level}: &a{level} [{aliases}]\n"));
        }
        let message = refusal(&bomb);
        assert!(message.contains("repetition limit exceeded"), "{message}");
    }
}
