//! Blocks, and returns from them.

use super::*;
use crate::blocks::{block_home, call, captured, cull};
use crate::homes::return_from;

#[test]
fn captures_and_arguments() {
    let answer = run(|t| {
        let adder = block(|block, args, t| crate::ops::plus(captured(block, 0, t), args[0], t), 1, NIL, &[int(40)], t);
        call(adder, &[int(2)], t)
    });
    assert_eq!(answer, int(42));
}

#[test]
fn a_wrong_number_of_arguments_is_an_error() {
    let failure = turn().run(|t| {
        let block = block(|_, _, _| Ok(NIL), 1, NIL, &[], t);
        call(block, &[], t)
    });
    assert_eq!(failure.unwrap_err().class, "ArgumentsCountMismatch");
}

#[test]
fn cull_drops_what_the_block_does_not_take() {
    assert_eq!(
        run(|t| {
            let b = block(|_, _, _| Ok(int(1)), 0, NIL, &[], t);
            cull(b, &[int(5)], t)
        }),
        int(1)
    );
    assert_eq!(
        run(|t| {
            let b = block(|_, a, _| Ok(a[0]), 1, NIL, &[], t);
            cull(b, &[int(5)], t)
        }),
        int(5)
    );
}

fn leaves(block: Value, _: &[Value], t: &mut Turn) -> Answer {
    return_from(block_home(block, t), int(9), t)
}

#[test]
fn a_block_returns_from_its_home() {
    let answer = run(|t| {
        let method = t.home(|home, t| {
            let leave = block(leaves, 0, home, &[], t);
            t.home(|_, t| {
                call(leave, &[], t)?;
                Ok(int(1))
            })?;
            Ok(int(2))
        })?;
        crate::ops::plus(method, int(1), t)
    });
    assert_eq!(answer, int(10));
}

#[test]
fn a_return_runs_ensure_blocks_which_may_return_elsewhere() {
    let answer = run(|t| {
        t.home(|home, t| {
            let leave = block(leaves, 0, home, &[], t);
            let after = block(
                |_, _, _| {
                    saw("ensured");
                    Ok(NIL)
                },
                0,
                NIL,
                &[],
                t,
            );
            crate::exceptions::ensure(leave, after, t)
        })
    });
    assert_eq!((answer, &*seen()), (int(9), "ensured"));
    let answer = run(|t| {
        t.home(|outer, t| {
            let elsewhere = block(|b, _, t| return_from(block_home(b, t), int(3), t), 0, outer, &[], t);
            t.home(|home, t| {
                let leave = block(leaves, 0, home, &[], t);
                crate::exceptions::ensure(leave, elsewhere, t)
            })?;
            Ok(int(1))
        })
    });
    assert_eq!(answer, int(3));
}

#[test]
fn a_dead_home_cannot_be_returned_from() {
    let failure = turn().run(|t| {
        let leave = t.home(|home, t| Ok(block(leaves, 0, home, &[], t)))?;
        call(leave, &[], t)
    });
    assert_eq!(failure.unwrap_err().class, "BlockCannotReturn");
}

#[test]
fn a_committed_block_has_lost_its_home() {
    let (mut t, mut row) = (turn(), Pump::default());
    t.transact(&mut row, |t| {
        t.home(|home, t| {
            let leave = block(leaves, 0, home, &[], t);
            t.store::<Pump, _>(NOTE, |row| &mut row.note, leave)?;
            Ok(NIL)
        })
    })
    .unwrap();
    let failure = t.transact(&mut row, |t| {
        t.home(|_, t| {
            let leave = t.load::<Pump, _>(|row| &row.note);
            call(leave, &[], t)
        })
    });
    assert_eq!(failure.unwrap_err().class, "BlockCannotReturn");
}
