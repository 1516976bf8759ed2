//! One field of a connector: the untidy text that its source sends, and what becomes of it.

use std::fmt::Write;

/// What names, notes and their untidiness are made of.
const WORDS: [&str; 16] = [
    "Account", "balance", "CUSTOMER", "delivery", "Invoice", "late", "Ledger", "ORDER", "payment", "Pending",
    "reminder", "SECOND", "Shipment", "supplier", "Tax", "transfer",
];

/// Words in a note: with these, a field costs one to two microseconds.
const NOTE_WORDS: u64 = 12;

/// Digits of the checksum at the end of an encoded record.
const CHECKSUM_DIGITS: usize = 16;

/// Writes the record of a field as its source sends it: name, amount and note, with stray blanks, mixed case
/// and thousands separators. The same seed and index give the same text on every machine.
pub(super) fn write(seed: u64, index: u64, text: &mut String) {
    let mut random = SplitMix(seed ^ index.wrapping_mul(0xD1B5_4A32_D192_ED03));
    let name = random.word();
    let (thousands, units, cents) = (random.below(1_000), random.below(1_000), random.below(100));
    write!(text, "  {name}.{index:04} ;\t {thousands},{units:03}.{cents:02} ;")
        .expect("a string takes all that is written to it");
    for _ in 0..NOTE_WORDS {
        text.push_str(if random.below(3) == 0 { "  " } else { " " });
        text.push_str(random.word());
    }
}

/// Parses a record and tidies it: `name|amount in cents|note`, lower case, single blanks.
///
/// `None` when it is no record.
pub(super) fn normalise(text: &str, tidy: &mut String) -> Option<()> {
    let mut parts = text.splitn(3, ';');
    push_words(parts.next()?, tidy);
    let amount = cents(parts.next()?.trim())?;
    write!(tidy, "|{amount}|").expect("a string takes all that is written to it");
    push_words(parts.next()?, tidy);
    Some(())
}

/// FNV-1a, 64 bit.
pub(super) fn checksum(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xCBF2_9CE4_8422_2325, |sum, byte| (sum ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01B3))
}

/// Encodes a tidy record for the way to its target: hexadecimal, its checksum at the end.
pub(super) fn encode(tidy: &str, encoded: &mut Vec<u8>) {
    let sum = checksum(tidy.as_bytes());
    for byte in tidy.bytes().chain(sum.to_be_bytes()) {
        encoded.extend([digit(byte >> 4), digit(byte & 15)]);
    }
}

/// The checksum of an encoded record, when it is the one that its content has.
pub(super) fn verify(encoded: &[u8], decoded: &mut Vec<u8>) -> Option<u64> {
    let (content, sum) = encoded.split_at_checked(encoded.len().checked_sub(CHECKSUM_DIGITS)?)?;
    decode(content, decoded)?;
    let found = checksum(decoded);
    let start = decoded.len();
    decode(sum, decoded)?;
    (decoded[start..] == found.to_be_bytes()).then_some(found)
}

fn push_words(part: &str, tidy: &mut String) {
    for (index, word) in part.split_ascii_whitespace().enumerate() {
        if index > 0 {
            tidy.push(' ');
        }
        tidy.extend(word.chars().map(|c| c.to_ascii_lowercase()));
    }
}

/// The amount `12,345.67` in hundredths.
fn cents(amount: &str) -> Option<u64> {
    let (units, cents) = amount.split_once('.')?;
    let digits = units.bytes().chain(cents.bytes()).filter(|byte| *byte != b',');
    digits.map(|byte| byte.wrapping_sub(b'0')).try_fold(0u64, |sum, digit| {
        (digit < 10).then(|| sum.checked_mul(10)?.checked_add(u64::from(digit))).flatten()
    })
}

fn decode(digits: &[u8], decoded: &mut Vec<u8>) -> Option<()> {
    for pair in digits.chunks(2) {
        let &[high, low] = pair else { return None };
        decoded.push(value(high)? << 4 | value(low)?);
    }
    Some(())
}

fn digit(value: u8) -> u8 {
    if value < 10 { b'0' + value } else { b'a' + value - 10 }
}

fn value(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

/// SplitMix64: too weak for statistics, good enough for text, and the same for ever.
struct SplitMix(u64);

impl SplitMix {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    fn word(&mut self) -> &'static str {
        WORDS[(self.next() % 16) as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tidied(text: &str) -> Option<String> {
        let mut tidy = String::new();
        normalise(text, &mut tidy).map(|()| tidy)
    }

    fn encoded(tidy: &str) -> Vec<u8> {
        let mut bytes = Vec::new();
        encode(tidy, &mut bytes);
        bytes
    }

    #[test]
    fn a_seed_gives_the_same_record_for_ever() {
        let mut text = String::new();
        write(42, 7, &mut text);
        insta::assert_snapshot!(format!("{text:?}\n{:?}", tidied(&text).unwrap()));
    }

    #[test]
    fn untidy_text_becomes_tidy() {
        assert_eq!(
            tidied(" TAX.0001 ;\t 1,234.50 ;  Late   PAYMENT "),
            Some("tax.0001|123450|late payment".into())
        );
    }

    #[test]
    fn what_is_no_record_is_refused() {
        for text in
            ["", "tax", "tax; 1.00", "tax; ; note", "tax; 1; note", "tax; -1.00; note", "tax; 1.x; note"]
        {
            assert_eq!(tidied(text), None, "{text}");
        }
    }

    #[test]
    fn an_amount_too_large_is_refused() {
        assert_eq!(tidied("tax; 99999999999999999999.00; note"), None);
    }

    #[test]
    fn an_encoded_record_carries_the_checksum_of_its_content() {
        assert_eq!(verify(&encoded("tax|1|late"), &mut Vec::new()), Some(checksum(b"tax|1|late")));
    }

    #[test]
    fn any_changed_digit_is_noticed() {
        let sound = encoded("tax|1|late");
        for place in 0..sound.len() {
            let mut broken = sound.clone();
            broken[place] = if broken[place] == b'0' { b'1' } else { b'0' };
            assert_eq!(verify(&broken, &mut Vec::new()), None, "digit {place}");
        }
    }

    #[test]
    fn a_record_cut_short_is_noticed() {
        let sound = encoded("tax");
        for length in 0..sound.len() {
            assert_eq!(verify(&sound[..length], &mut Vec::new()), None, "{length} digits");
        }
    }
}
