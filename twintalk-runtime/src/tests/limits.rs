//! Fuel, stack and memory: what exceeds them ends the turn, whatever the turn says.

use super::*;
use crate::exceptions::{ensure, on_do};
use crate::failure::FailureKind;

fn small() -> Limits {
    Limits { fuel: 100_000, stack: 256 << 10, scratch: 1 << 18, heap: 1 << 12, ..Limits::default() }
}

#[track_caller]
fn ends(kind: FailureKind, body: Body) {
    let mut t = turn();
    t.set_limits(small());
    let mut row = Pump::default();
    seen();
    let failure = t.transact(&mut row, |t| {
        t.store::<Pump, _>(COUNT, |row| &mut row.count, int(1))?;
        let protected = block(body, 0, NIL, &[], t);
        let caught = block(
            |_, _, _| {
                saw("caught");
                Ok(NIL)
            },
            1,
            NIL,
            &[],
            t,
        );
        t.frame(2, |root, t| {
            t.set_root(root, protected);
            t.set_root(root + 1, caught);
            let guarded = block(
                |b, _, t| {
                    let after = block(
                        |_, _, t| {
                            t.enter()?;
                            saw("ensured");
                            Ok(NIL)
                        },
                        0,
                        NIL,
                        &[],
                        t,
                    );
                    ensure(crate::blocks::captured(b, 0, t), after, t)
                },
                0,
                NIL,
                &[protected],
                t,
            );
            on_do(guarded, Value::class(class::EXCEPTION), caught, t)
        })
    });
    assert_eq!(failure.unwrap_err().kind, kind);
    assert_eq!(seen(), "ensured");
    assert_eq!(row.count.get(), None);
    assert_eq!(
        t.transact(&mut row, |t| {
            t.enter()?;
            Ok(int(1))
        }),
        Ok(int(1))
    );
}

#[test]
fn endless_loops() {
    ends(FailureKind::OutOfFuel, |_, _, t| {
        loop {
            t.tick()?;
        }
    });
}

#[test]
fn endless_recursion() {
    fn down(_: Value, _: &[Value], t: &mut Turn) -> Answer {
        t.enter()?;
        let answer = down(NIL, &[], t)?;
        crate::ops::plus(answer, int(1), t)
    }
    ends(FailureKind::StackOverflow, down);
}

#[test]
fn too_many_objects() {
    ends(FailureKind::HeapFull, |_, _, t| {
        t.frame(1, |root, t| {
            loop {
                let link = array(&[t.root(root), NIL, NIL, NIL, NIL, NIL, NIL, NIL], t);
                t.set_root(root, link);
                t.tick()?;
            }
        })
    });
    ends(FailureKind::HeapFull, |_, _, t| t.allocate(Kind::Values, class::ARRAY, 1 << 40));
}

#[test]
fn a_heap_beyond_its_quota_is_not_committed() {
    let (mut t, mut row) = (turn(), Pump::default());
    t.set_limits(small());
    let failure = t.transact(&mut row, |t| {
        let large = t.allocate(Kind::Values, class::ARRAY, 1 << 13)?;
        t.store::<Pump, _>(NOTE, |row| &mut row.note, large)?;
        Ok(NIL)
    });
    assert_eq!(failure.unwrap_err().kind, FailureKind::HeapFull);
    assert_eq!((row.note, row.core.words().len()), (NIL, 0));
}

#[test]
fn garbage_is_no_reason_to_end() {
    let mut t = turn();
    t.set_limits(small());
    let answer = t.run(|t| {
        for i in 0..80_000 {
            array(&[int(i), int(i), int(i), int(i), int(i), int(i), int(i), int(i)], t);
            t.tick()?;
        }
        Ok(NIL)
    });
    assert_eq!(answer, Ok(NIL));
}
