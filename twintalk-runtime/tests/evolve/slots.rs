//! Slots added, removed, retyped and renamed, without `migrateFrom:`.

use super::*;
use versions::{first, second, third};

const BIG: i64 = 1 << 60;

fn begin(data: &Path) {
    let twins = Running::over(&first::PROGRAM, data);
    twins.make("p", "Pump");
    twins.make("big", "BigPump");
    twins.send("p", "press:", &[Data::Float(1.5)]);
    twins.send("p", "level:", &[int(7)]);
    twins.send("p", "stamp:", &[int(BIG)]);
    twins.send("p", "count:", &[int(BIG)]);
    assert_eq!(twins.send("p", "note:", &[text("first")]), 6);
    twins.send("big", "press:", &[text("high")]);
    twins.send("big", "size:", &[int(3)]);
}

fn old() -> Vec<(String, Data)> {
    let notes = Data::Array(vec![text("first")]);
    slots([("press", Data::Float(1.5)), ("level", int(7)), ("stamp", int(BIG)), ("count", int(BIG)), ("notes", notes)])
}

#[test]
fn slots_come_go_and_change() {
    let data = directory();
    begin(data.path());
    let twins = Running::over(&second::PROGRAM, data.path());
    let new = |level, added| {
        slots([("added", added), ("pressure", Data::Float(1.5)), ("level", level), ("stamp", int(BIG)), ("count", int(BIG))])
    };
    assert_eq!(twins.now("p"), new(int(7), Data::Nil));
    // A real number becomes the Float that its slot is declared to hold, when the twin is next sent a message.
    assert_eq!(twins.ask("p", "level"), Data::Float(7.0));
    assert_eq!(twins.at("p", Moment::Now).sequence, 6);
    assert_eq!(twins.send("p", "added:", &[int(5)]), 7);
    assert_eq!(twins.now("p"), new(Data::Float(7.0), int(5)));
    assert_eq!(twins.ask("big", "pressure"), text("high"));
    assert_eq!(twins.ask("big", "size"), int(3));
    // The past has the slots of then, also at the event just before the change.
    assert_eq!(twins.after("p", 6), old());
    assert_eq!(twins.after("p", 2)[0], ("press".to_owned(), Data::Float(1.5)));
    assert_eq!(twins.after("p", 7), new(Data::Float(7.0), int(5)));
    let events = twins.events("p");
    assert_eq!(events.iter().map(|event| event.sequence).collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6, 7]);
    assert_eq!((&events[1].changes, &events[6].changes), (&changes([("press", Data::Float(1.5))]), &changes([("added", int(5))])));
    // A slot retyped keeps its type.
    let refusal = twins.0.send_blocking("p", "level:", vec![text("high")]).expect_err("a wrong type");
    assert!(refusal.to_string().contains("level is declared Float"), "{refusal}");
}

#[test]
fn what_a_version_understood_stays_when_the_next_has_forgotten_it() {
    let data = directory();
    begin(data.path());
    let twins = Running::over(&second::PROGRAM, data.path());
    twins.send("p", "added:", &[int(5)]);
    twins.ask("big", "pressure");
    drop(twins);
    let twins = Running::over(&third::PROGRAM, data.path());
    assert_eq!(twins.ask("p", "pressure"), Data::Float(1.5));
    // This one was not written to, but it was sent a message.
    assert_eq!(twins.ask("big", "pressure"), text("high"));
    assert_eq!(twins.send("p", "later:", &[int(1)]), 8);
    assert_eq!(twins.after("p", 7)[1], ("pressure".to_owned(), Data::Float(1.5)));
    assert_eq!(twins.after("p", 6), old());
    assert_eq!(twins.now("p")[0], ("pressure".to_owned(), Data::Float(1.5)));
    assert_eq!(twins.events("p").len(), 8);
    drop(twins);
    // And back again: what the first version had and the last has not is gone from the state, not from history.
    let twins = Running::over(&first::PROGRAM, data.path());
    assert_eq!(twins.ask("p", "press"), Data::Nil);
    assert_eq!(twins.ask("p", "stamp"), int(BIG));
    assert_eq!(twins.ask("p", "count"), int(BIG));
    assert_eq!(twins.after("p", 6), old());
    assert_eq!(twins.after("p", 8)[4], ("later".to_owned(), int(1)));
}

#[test]
fn a_value_that_does_not_fit_quarantines_its_twin_alone() {
    let data = directory();
    begin(data.path());
    let twins = Running::over(&first::PROGRAM, data.path());
    twins.make("hot", "Pump");
    twins.send("hot", "level:", &[text("high")]);
    drop(twins);
    let twins = Running::over(&second::PROGRAM, data.path());
    let names = ["`hot`", "`level`", "'high'", "Float", "Pump>>migrateFrom:"];
    let told = twins.refused("hot", "level", &names);
    assert_eq!(twins.refused("hot", "pressure", &names), told);
    assert_eq!((twins.ask("p", "level"), twins.metric("twins_quarantined")), (Data::Float(7.0), 1));
    // What it holds can be read, and what it was.
    assert_eq!(twins.now("hot")[2], ("level".to_owned(), text("high")));
    assert_eq!(twins.after("hot", 2)[1], ("level".to_owned(), text("high")));
    // A copy of it is refused like the twin.
    assert!(twins.0.clone_blocking("hot", Some("copy")).is_err());
    drop(twins);
    let twins = Running::over(&first::PROGRAM, data.path());
    assert_eq!(twins.ask("hot", "level"), text("high"));
    assert_eq!(twins.send("hot", "level:", &[int(8)]), 3);
    drop(twins);
    let twins = Running::over(&second::PROGRAM, data.path());
    assert_eq!(twins.ask("hot", "level"), Data::Float(8.0));
}

#[test]
fn a_clone_is_of_the_new_form() {
    let data = directory();
    begin(data.path());
    let twins = Running::over(&second::PROGRAM, data.path());
    twins.0.clone_blocking("p", Some("copy")).expect("a clone");
    assert_eq!(twins.ask("copy", "pressure"), Data::Float(1.5));
    assert_eq!(twins.now("copy"), twins.now("p"));
}
