//! Texts as vectors, by feature hashing.

use std::hash::{DefaultHasher, Hash, Hasher};

/// Numbers in a vector.
pub const DIMENSIONS: usize = 384;

/// A text as a vector: every word, and every three letters in a row of it, adds or takes one at the place that its hash
/// says (Weinberger et al., Feature Hashing for Large Scale Multitask Learning, 2009). Of length 1, but for a text
/// without a word, which is the zero vector. Texts that share words are near each other.
#[must_use]
pub fn embed(text: &str) -> Vec<f32> {
    let mut vector = vec![0.0; DIMENSIONS];
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        let letters: Vec<char> = format!("<{}>", word.to_lowercase()).chars().collect();
        add(&mut vector, &letters[..]);
        letters.windows(3).for_each(|three| add(&mut vector, three));
    }
    let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
    if length > 0.0 {
        vector.iter_mut().for_each(|x| *x /= length);
    }
    vector
}

/// Several texts at once.
#[must_use]
pub fn embed_all(texts: &[&str]) -> Vec<Vec<f32>> {
    texts.iter().map(|text| embed(text)).collect()
}

fn add(vector: &mut [f32], feature: &[char]) {
    let mut hasher = DefaultHasher::new();
    feature.hash(&mut hasher);
    let hash = hasher.finish();
    let place = usize::try_from(hash % DIMENSIONS as u64).unwrap_or(0);
    // From bits that have no part in the place: a place is not of one sign only.
    vector[place] += if hash >> 63 == 0 { 1.0 } else { -1.0 };
}

#[cfg(test)]
mod tests {
    use super::*;

    fn likeness(a: &str, b: &str) -> f32 {
        embed(a).iter().zip(embed(b)).map(|(x, y)| x * y).sum()
    }

    #[test]
    fn a_vector_has_384_numbers_and_length_1() {
        let vector = embed("How far is walking possible?");
        let length: f32 = vector.iter().map(|x| x * x).sum();
        assert!(vector.len() == 384 && (length - 1.0).abs() < 1e-5, "{length}");
        assert!(embed(" ?! ").iter().all(|x| *x == 0.0));
    }

    #[test]
    fn texts_that_share_words_are_nearer_than_others() {
        let question = "is the pressure stable";
        let (near, far) =
            (likeness(question, "the pressure is stable today"), likeness(question, "no visitors came"));
        assert!(near > 0.6 && far < 0.3, "{near} {far}");
        assert!(likeness(question, "Is the PRESSURE stable?") > 0.999);
    }
}
