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

/// Edits between two names, neighbours that changed places counting once (Damerau 1964, optimal string alignment).
fn distance(from: &str, to: &str) -> usize {
    let (from, to): (Vec<char>, Vec<char>) = (from.chars().collect(), to.chars().collect());
    let mut rows = vec![vec![0; to.len() + 1]; from.len() + 1];
    rows[0] = (0..=to.len()).collect();
    for i in 1..=from.len() {
        rows[i][0] = i;
        for j in 1..=to.len() {
            let same = from[i - 1] == to[j - 1];
            let mut edits = (rows[i - 1][j - 1] + usize::from(!same)).min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1);
            if i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1] {
                edits = edits.min(rows[i - 2][j - 2] + 1);
            }
            rows[i][j] = edits;
        }
    }
    rows[from.len()][to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_misspelt_name() {
        let known = ["temperature", "threshold", "Twin"];
        assert_eq!(nearest("temprature", known.into_iter()), Some("temperature".into()));
        assert_eq!(nearest("Twim", known.into_iter()), Some("Twin".into()));
        assert_eq!(nearest("tiwn", ["twin"].into_iter()), Some("twin".into()));
        assert_eq!(nearest("pressure", known.into_iter()), None);
    }
}
