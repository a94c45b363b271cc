//! Random lives, with the index brought up to date, reopened and stopped in between.

use proptest::collection::vec;
use proptest::prelude::*;

use super::model::{Model, journal, open};
use crate::index::{Error, Work};
use crate::journal::Journal;
use crate::journal::faulty::{Disk, Random};
use crate::testing::fixed;

#[derive(Clone, Debug)]
enum Action {
    Write(usize),
    Steps(usize),
    Reopen,
    /// All is closed and opened again, which seals the segment.
    Restart,
    Stop,
}

fn actions() -> impl Strategy<Value = Vec<Action>> {
    let action = prop_oneof![
        6 => (1..60_usize).prop_map(Action::Write),
        4 => (1..8_usize).prop_map(Action::Steps),
        1 => Just(Action::Reopen),
        1 => Just(Action::Restart),
        1 => Just(Action::Stop),
    ];
    vec(action, 1..24)
}

proptest! {
    #![proptest_config(fixed(64))]

    /// Whatever happens in whatever order, what is covered is answered as the model says; in three of four
    /// cases many twins share hashes.
    #[test]
    fn agrees_with_the_model(actions in actions(), twins in 1_usize..80, bits in 0_u8..4, seed: u64) {
        let mut disk = Disk::default();
        let mut random = Random(seed);
        let mut model = Model::default();
        let mut log = journal(&disk);
        let mut index = open(&disk, &log.reader(), bits).unwrap().0;
        for action in actions {
            match action {
                Action::Write(records) => (0..records).for_each(|_| model.act(&log, &mut random, twins)),
                Action::Steps(steps) => {
                    for _ in 0..steps {
                        index.step(&log.reader(), &Work::new()).unwrap();
                    }
                }
                Action::Reopen => {
                    let (again, opened) = open(&disk, &log.reader(), bits).unwrap();
                    assert_eq!((opened.covered, opened.removed, opened.damaged.len()), (index.directory().covered(), 0, 0));
                    index = again;
                }
                Action::Restart => {
                    log.close().unwrap();
                    disk = disk.after_power_failure(&mut random);
                    log = journal(&disk);
                    index = open(&disk, &log.reader(), bits).unwrap().0;
                }
                Action::Stop => {
                    let work = Work::new();
                    work.stop();
                    let result = index.step(&log.reader(), &work);
                    assert!(matches!(result, Err(Error::Stopped) | Ok(_)), "{result:?}");
                }
            }
            model.check(&index.directory(), &log.reader(), &mut random);
        }
        let reader = log.reader();
        index.catch_up(&reader, &Work::new()).unwrap();
        assert_eq!((index.behind(&reader), index.next_step(&reader)), (0, None));
        index.verify().unwrap();
        let directory = index.directory();
        assert!(directory.size().0 <= 8, "{} tables", directory.size().0);
        model.check(&directory, &reader, &mut random);
    }
}
