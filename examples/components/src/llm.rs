//! A language model that does not exist, and takes the time that a stated model says.

use std::fmt::{self, Display};
use std::time::Duration;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// How long the stand-in takes, from the length of what it is asked: so much until its first token, then so much for
/// each. What it says are words of the prompt.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Model {
    /// Until the first token of any answer.
    pub first_token: Duration,
    /// Besides, for each token of the prompt.
    pub input_token: Duration,
    /// For each token of the answer, anything between, but the same throughout one answer.
    pub output_token: (Duration, Duration),
    /// Least and most tokens of an answer.
    pub tokens: (u64, u64),
}

/// What the stand-in says, and when.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The words.
    pub text: String,
    /// Tokens of the prompt; a word is one.
    pub input_tokens: u64,
    /// Tokens of the answer.
    pub output_tokens: u64,
    /// From the question to the first token.
    pub first_token: Duration,
    /// From the first token to the last.
    pub rest: Duration,
}

impl Default for Model {
    /// 200 ms and half a millisecond for each token of the prompt, then 80 to 120 tokens at 12 to 20 ms each.
    fn default() -> Model {
        let millis = Duration::from_millis;
        Model {
            first_token: millis(200),
            input_token: Duration::from_micros(500),
            output_token: (millis(12), millis(20)),
            tokens: (80, 120),
        }
    }
}

impl Model {
    /// The answer to a prompt. The same for the same seed; whoever takes it waits for as long as it says.
    #[must_use]
    pub fn answer(&self, prompt: &str, seed: u64) -> Answer {
        let mut draw = ChaCha8Rng::seed_from_u64(seed);
        let output_tokens = draw.random_range(self.tokens.0..=self.tokens.1);
        let (least, most) = self.output_token;
        let each = least + most.saturating_sub(least).mul_f64(draw.random::<f64>());
        let input_tokens = prompt.split_whitespace().count() as u64;
        let times = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
        let words = prompt.split_whitespace().cycle().take(usize::try_from(output_tokens).unwrap_or(0));
        Answer {
            text: words.collect::<Vec<_>>().join(" "),
            input_tokens,
            output_tokens,
            first_token: self.first_token + self.input_token * times(input_tokens),
            rest: each * times(output_tokens.saturating_sub(1)),
        }
    }
}

impl Display for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (least, most) = self.output_token;
        let (few, many) = self.tokens;
        write!(
            f,
            "stand-in: {:?} + {:?} for each token of the prompt, then {few} to {many} tokens, each {least:?} to {most:?}",
            self.first_token, self.input_token
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_takes_as_long_as_the_model_says() {
        let (model, prompt) = (Model::default(), "word ".repeat(300));
        let answers: Vec<Answer> = (0..1_000).map(|seed| model.answer(&prompt, seed)).collect();
        for answer in &answers {
            assert_eq!((answer.input_tokens, answer.first_token.as_millis()), (300, 350));
            let each = answer.rest / u32::try_from(answer.output_tokens - 1).unwrap();
            assert!(
                (80..=120).contains(&answer.output_tokens) && (12..=20).contains(&each.as_millis()),
                "{answer:?}"
            );
            assert_eq!(answer.text.split(' ').count() as u64, answer.output_tokens);
        }
        let mean = answers.iter().map(|answer| answer.output_tokens).sum::<u64>() as f64 / 1e3;
        assert!((mean - 100.0).abs() < 2.0, "{mean}");
    }

    #[test]
    fn the_model_is_stated_in_a_line() {
        let stated =
            "stand-in: 200ms + 500µs for each token of the prompt, then 80 to 120 tokens, each 12ms to 20ms";
        assert_eq!(Model::default().to_string(), stated);
    }
}
