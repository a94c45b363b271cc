//! What the store reaches, each figure beside its limit, as Markdown: for what takes too long to be repeated by criterion.
//!
//! ```text
//! cargo bench --bench store                  # all: some minutes, some gigabytes of disk
//! cargo bench --bench store -- journal load  # some
//! ```

#[path = "../support/mod.rs"]
mod support;

mod churn;
mod compaction;
mod history;
mod index;
mod journal;
mod load;
mod measure;
mod opening;
mod senders;
mod turns;

/// A question, and what answers it.
const QUESTIONS: [(&str, fn()); 9] = [
    ("journal", journal::journal),
    ("turns", turns::turns),
    ("senders", senders::senders),
    ("load", load::load),
    ("history", history::history),
    ("opening", opening::opening),
    ("index", index::index),
    ("churn", churn::churn),
    ("compaction", compaction::compaction),
];

/// What this program does in a process of its own, started by itself: given the words after its name.
type Part = fn(&[String]);

const PARTS: [(&str, Part); 3] =
    [(opening::LEAVE, opening::leave), (opening::OPEN, opening::open), (compaction::COMPACT, compaction::compact)];

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    if let [word, rest @ ..] = words.as_slice()
        && let Some((_, part)) = PARTS.iter().find(|(name, _)| name == word)
    {
        return part(rest);
    }
    let unknown = words.iter().find(|word| QUESTIONS.iter().all(|(name, _)| name != word));
    if let Some(unknown) = unknown {
        let names = QUESTIONS.map(|(name, _)| name).join(", ");
        eprintln!("there is no question `{unknown}`; there are {names}");
        std::process::exit(2);
    }
    for (name, answer) in QUESTIONS {
        if words.as_slice() == [name] {
            eprintln!("{name} …");
            println!("\n| {name} | | limit |\n|---|---|---|");
            answer();
        } else if words.is_empty() || words.iter().any(|word| word == name) {
            assert!(measure::alone(&[name]));
        }
    }
}
