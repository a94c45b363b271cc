//! What a program would make of the data, told beforehand.

use super::*;
use versions::{failing, first, migrated, renamed, second, without_notes};

fn begin(data: &Path) {
    let twins = Running::over(&first::PROGRAM, data);
    for (id, level) in [("p", int(7)), ("q", text("high")), ("zero", int(0)), ("gone", int(1))] {
        twins.make(id, "Pump");
        twins.send(id, "level:", &[level]);
    }
    twins.0.delete_blocking("gone").expect("an end");
    twins.send("p", "keepBlock:", &[int(41)]);
}

#[track_caller]
fn told(program: &'static Program, data: &Path) -> (u64, u64, u64, String) {
    let found = twintalk_runtime::engine::rehearse(program, &options(data)).expect("a rehearsal");
    (found.twins, found.migrated, found.refused, found.to_string())
}

#[test]
fn a_program_is_tried_and_nothing_is_kept() {
    let data = directory();
    begin(data.path());
    assert_eq!(told(&first::PROGRAM, data.path()), (3, 0, 0, "3 twins: 0 to be migrated, 0 refused".to_owned()));
    let (twins, migrated, refused, shown) = told(&failing::PROGRAM, data.path());
    assert_eq!((twins, migrated, refused), (3, 1, 2), "{shown}");
    for said in ["`zero` is quarantined: `Pump>>migrateFrom:` failed: ZeroDivide", "`q`", "Pump>>keepBlock:: a stored block", "hold one: 1"]
    {
        assert!(shown.contains(said), "{said} in: {shown}");
    }
    let (_, migrated, refused, shown) = told(&second::PROGRAM, data.path());
    assert_eq!((migrated, refused), (0, 1), "{shown}");
    assert_eq!(told(&migrated::PROGRAM, data.path()).1, 3);
    assert_eq!(told(&renamed::PROGRAM, data.path()).3, "3 twins: 0 to be migrated, 0 refused");
    assert!(told(&without_notes::PROGRAM, data.path()).3.contains("Pump>>keepBlock:"));
    let twins = Running::over(&first::PROGRAM, data.path());
    assert_eq!((twins.ask("q", "level"), twins.at("q", Moment::Now).sequence), (text("high"), 2));
    assert_eq!((twins.events("p").len(), twins.at("p", Moment::Now).class.as_str()), (3, "Pump"));
}

#[test]
fn a_directory_that_is_not_there_stays_away() {
    let data = directory();
    let nowhere = data.path().join("nowhere");
    assert!(matches!(twintalk_runtime::engine::rehearse(&first::PROGRAM, &options(&nowhere)), Err(OpenError::Inaccessible { .. })));
    assert!(!nowhere.exists());
}
