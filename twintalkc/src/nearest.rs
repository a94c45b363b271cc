//! The known name that a misspelt one most likely meant.

/// The nearest name by edits, if it is near enough to be a misspelling.
pub fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<String> {
    let limit = (name.chars().count() / 3).clamp(1, 3);
    known
        .map(|candidate| (distance(name, candidate), candidate))
        .filter(|(edits, candidate)| *edits <= limit && *candidate != name)
        .min()
        .map(|(_, candidate)| candidate.to_string())
}

/// Edits between two names (Levenshtein 1966).
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (i, a) in from.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in to.iter().enumerate() {
            let substituted = diagonal + usize::from(a != *b);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_misspelt_name() {
        let known = ["temperature", "threshold", "Twin"];
        assert_eq!(nearest("temprature", known.into_iter()), Some("temperature".into()));
        assert_eq!(nearest("Twim", known.into_iter()), Some("Twin".into()));
        assert_eq!(nearest("pressure", known.into_iter()), None);
    }
}
