//! What the service knows.

/// Patients of the clinic.
pub(super) const PATIENTS: usize = 10;

/// Records of each patient.
const RECORDS: usize = 200;

const SUBJECTS: [&str; 12] = [
    "sleep",
    "pain",
    "diet",
    "walking",
    "medication",
    "visitors",
    "mood",
    "pressure",
    "temperature",
    "therapy",
    "allergy",
    "appointment",
];

const FINDINGS: [&str; 7] = [
    "better than before",
    "as expected",
    "worse at night",
    "to be watched",
    "none",
    "twice a day",
    "declined",
];

/// Texts of all patients.
pub(super) struct Records {
    of_patient: Vec<Vec<String>>,
}

impl Records {
    pub(super) fn new() -> Records {
        let record = |patient: usize, number: usize| {
            let subject = SUBJECTS[(patient * 7 + number * 5) % SUBJECTS.len()];
            let finding = FINDINGS[(patient + number * 3) % FINDINGS.len()];
            format!("day {number}: {subject} {finding}, noted for patient {patient}")
        };
        let of_one = |patient| (0..RECORDS).map(|number| record(patient, number)).collect();
        Records { of_patient: (0..PATIENTS).map(of_one).collect() }
    }

    /// A page of the records of some patients; nothing beyond the last.
    pub(super) fn page(&self, patients: std::ops::Range<usize>, page: usize) -> Vec<&str> {
        /// Records on a page.
        const PAGE: usize = 20;
        let all = self.of_patient[patients].iter().flatten();
        all.skip(page.saturating_mul(PAGE)).take(PAGE).map(String::as_str).collect()
    }

    /// The records of a patient with most words of a question in them, the best first; `None` for a patient that
    /// nobody knows.
    pub(super) fn answer(&self, patient: usize, question: &str) -> Option<Vec<&str>> {
        let question = question.to_lowercase();
        let words: Vec<&str> = question.split_whitespace().filter(|word| word.len() > 3).collect();
        let score = |record: &str| words.iter().filter(|word| record.contains(**word)).count();
        let records = self.of_patient.get(patient)?.iter().map(String::as_str);
        let mut found: Vec<(usize, &str)> =
            records.map(|record| (score(record), record)).filter(|(score, _)| *score > 0).collect();
        found.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
        Some(found.into_iter().take(5).map(|(_, record)| record).collect())
    }
}
