//! `migrateFrom:`.

use super::*;
use versions::{failing, first, migrated, third};

fn begin(data: &Path) {
    let twins = Running::over(&first::PROGRAM, data);
    for (id, level) in [("p", int(7)), ("q", text("high")), ("zero", int(0))] {
        twins.make(id, "Pump");
        twins.send(id, "level:", &[level]);
    }
    twins.send("p", "press:", &[int(3)]);
    twins.send("p", "note:", &[text("a")]);
    assert_eq!(twins.send("p", "note:", &[text("b")]), 5);
}

#[test]
fn a_migration_is_a_turn_of_its_own() {
    let data = directory();
    begin(data.path());
    let twins = Running::over(&migrated::PROGRAM, data.path());
    // Reading does not migrate.
    assert_eq!((twins.at("p", Moment::Now).sequence, twins.now("p")[2].1.clone()), (5, Data::Nil));
    assert_eq!(twins.ask("p", "summary"), int(2));
    let new = slots([("pressure", int(3)), ("level", Data::Float(7.0)), ("summary", int(2)), ("fromKeys", int(5))]);
    assert_eq!((twins.at("p", Moment::Now).sequence, twins.now("p")), (6, new.clone()));
    // What does not fit is the migration's to convert.
    assert_eq!(twins.ask("q", "level"), Data::Float(-1.0));
    assert_eq!(twins.send("p", "summary:", &[int(0)]), 7);
    let events = twins.events("p");
    let selectors: Vec<&str> = events.iter().map(|event| &*event.selector).collect();
    assert_eq!(selectors, ["new", "level:", "press:", "note:", "note:", "migrateFrom:", "summary:"]);
    let told = changes([("pressure", int(3)), ("level", Data::Float(7.0)), ("summary", int(2)), ("fromKeys", int(5))]);
    assert_eq!((&events[5].changes, &events[6].changes), (&told, &changes([("summary", int(0))])));
    assert_eq!(twins.0.events_blocking("p", 5, 1).expect("events")[0].changes, told);
    assert_eq!(twins.after("p", 6), new);
    assert_eq!(twins.after("p", 5)[4], ("notes".to_owned(), Data::Array(vec![text("a"), text("b")])));
    drop(twins);
    // It runs once.
    let twins = Running::over(&migrated::PROGRAM, data.path());
    assert_eq!(twins.ask("p", "summary"), int(0));
    assert_eq!(twins.at("p", Moment::Now).sequence, 7);
    drop(twins);
    let twins = Running::over(&third::PROGRAM, data.path());
    assert_eq!(twins.ask("p", "pressure"), int(3));
    assert_eq!(twins.after("p", 7)[2], ("summary".to_owned(), int(0)));
    assert_eq!(twins.events("p").len(), 7);
}

#[test]
fn a_new_twin_and_a_clone_are_of_the_new_form() {
    let data = directory();
    begin(data.path());
    let twins = Running::over(&migrated::PROGRAM, data.path());
    twins.make("new", "Pump");
    assert_eq!(twins.ask("new", "summary"), Data::Nil);
    twins.0.clone_blocking("p", Some("copy")).expect("a clone");
    assert_eq!(twins.ask("copy", "summary"), int(2));
    assert_eq!(twins.at("copy", Moment::Now).sequence, 1);
    assert_eq!(
        twins.0.send_blocking("p", "migrateFrom:", vec![Data::Nil]).map_err(|refusal| matches!(refusal, Refusal::NotExternal { .. })),
        Err(true)
    );
}

#[test]
fn a_migration_that_fails_leaves_the_twin_as_it_was() {
    let data = directory();
    begin(data.path());
    let twins = Running::over(&failing::PROGRAM, data.path());
    let names = ["`zero`", "Pump>>migrateFrom:", "ZeroDivide"];
    let told = twins.refused("zero", "level", &names);
    assert_eq!(twins.refused("zero", "count", &names), told);
    assert_eq!(twins.ask("p", "count"), int(1));
    let state = twins.at("zero", Moment::Now);
    assert_eq!((state.sequence, &state.state[1].1, &state.state[2].1), (2, &int(0), &Data::Nil));
    assert_eq!(twins.events("zero").len(), 2);
    twins.refused("q", "level", &["`q`", "MessageNotUnderstood"]);
    // It can be deleted, and is another one then.
    twins.0.delete_blocking("q").expect("an end");
    twins.make("q", "Pump");
    assert_eq!(twins.ask("q", "level"), Data::Nil);
    drop(twins);
    // The same program tries again and fails again; the next one does better.
    let twins = Running::over(&failing::PROGRAM, data.path());
    twins.refused("zero", "level", &names);
    drop(twins);
    let twins = Running::over(&migrated::PROGRAM, data.path());
    assert_eq!(twins.ask("zero", "level"), Data::Float(0.0));
    assert_eq!(twins.at("zero", Moment::Now).sequence, 3);
}
