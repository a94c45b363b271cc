//! What the store reaches, each figure beside its limit, as Markdown: for what takes too long to be repeated by criterion.
//!
//! ```text
//! cargo bench --bench store                  # all: some minutes, some gigabytes of disk
//! cargo bench --bench store -- journal load  # some
//! ```

#[path = "../support/mod.rs"]
mod support;

mod churn;
mod history;
mod journal;
mod load;
mod measure;
mod opening;
mod senders;
mod turns;

/// A question, and what answers it.
const QUESTIONS: [(&str, fn()); 7] = [
    ("journal", journal::journal),
    ("turns", turns::turns),
    ("senders", senders::senders),
    ("load", load::load),
    ("history", history::history),
    ("opening", opening::opening),
    ("churn", churn::churn),
];

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    if let [word, rest @ ..] = words.as_slice()
        && word == opening::LEAVE
    {
        return opening::leave(rest);
    }
    let unknown = words.iter().find(|word| QUESTIONS.iter().all(|(name, _)| name != word));
    if let Some(unknown) = unknown {
        let names = QUESTIONS.map(|(name, _)| name).join(", ");
        eprintln!("there is no question `{unknown}`; there are {names}");
        std::process::exit(2);
    }
    for (name, answer) in QUESTIONS {
        if words.is_empty() || words.iter().any(|word| word == name) {
            eprintln!("{name} …");
            println!("\n| {name} | | limit |\n|---|---|---|");
            answer();
        }
    }
}
