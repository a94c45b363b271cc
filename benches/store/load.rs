//! Twins that were passivated, brought back by a message that changes nothing: what a load costs, the passivation that
//! makes room for it included.

use twintalk_runtime::Twins;
use twintalk_runtime::engine::{Durability, Envelope, NewTwin, Options};

use super::measure::{directory, row, spent};
use crate::support::fleet::{run, wait};

twintalk_runtime::twin! { r#"
    Twin subclass: #Plain
        instanceVariables: 'a b c'.

    Plain>>initialize
        super initialize.
        a := 1.5. b := 2. c := true

    Plain>>ask
        ^ b.

    Twin subclass: #Recorder
        instanceVariables: 'readings b c'.

    Recorder>>initialize
        super initialize.
        readings := OrderedCollection new.
        1 to: 100 do: [ :each | readings add: each * 1.5 ].
        b := 2

    Recorder>>ask
        ^ b.
"# }

const TWINS: usize = 100_000;
const MESSAGES: usize = 1_000_000;
const BATCH: usize = 1000;

pub fn load() {
    for (class, bytes, limit) in [("Plain", 300, "1000 ns"), ("Recorder", 2000, "2000 ns")] {
        let resident = asked(class, 8 << 30);
        // For a fraction of them.
        let loaded = asked(class, bytes * 100);
        let what = format!("a message that loads a passivated {class}");
        row(&what, format!("{loaded:.0} ns"), "");
        row(&format!("the same to a resident {class}"), format!("{resident:.0} ns"), "");
        row(&format!("load and passivation of a {class}, by difference"), format!("{:.0} ns", loaded - resident), limit);
    }
}

/// CPU time of a message in nanoseconds.
fn asked(class: &str, memory: u64) -> f64 {
    let place = directory();
    let data = Some(place.path().to_owned());
    let options = Options { data, durability: Durability::Os, shards: 1, memory, ..Options::default() };
    let twins = Twins::open(&PROGRAM, &options).expect("it opens");
    let id = |number: usize| format!("twin-{number}");
    for first in (0..TWINS).step_by(BATCH) {
        let new = |number| NewTwin { id: id(number), class: class.to_owned(), state: Vec::new() };
        assert!(wait(twins.create_batch((first..first + BATCH).map(new).collect())).iter().all(Result::is_ok));
    }
    // Far apart, so that no two come from one place.
    let message = |number: usize| Envelope { twin: id(number * 7919 % TWINS), selector: "ask".to_owned(), arguments: Vec::new() };
    let batches = |from: usize, to: usize| (from..to).step_by(BATCH).map(move |first| (first..first + BATCH).map(message).collect());
    run(&twins, batches(0, TWINS));
    let loads = || twins.metrics().iter().find(|(name, _)| *name == "loads_total").map_or(0, |(_, value)| *value);
    let before = loads();
    let (sent, spent) = spent(|| run(&twins, batches(0, MESSAGES)));
    let loaded = loads() - before;
    assert!(if memory > 1 << 30 { loaded == 0 } else { loaded > MESSAGES as u64 * 9 / 10 }, "{loaded} loads");
    twins.close_blocking();
    spent.cpu_each(sent)
}
