//! Collection of scratch, with every kind of root.

use super::*;
use crate::blocks::captured;

#[test]
fn roots_keep_graphs_and_cycles_alive() {
    run(|t| {
        t.frame(2, |root, t| {
            let text = t.string("kept");
            let inner = array(&[text, int(1)], t);
            let outer = array(&[inner, inner], t);
            t.set_slot(inner, 1, outer)?;
            t.set_root(root, outer);
            array(&[NIL; 100], t);
            let before = t.spaces[1].len();
            t.collect();
            assert!(t.spaces[1].len() < before - 100);
            let outer = t.root(root);
            let inner = t.slot(outer, 0);
            assert_eq!(t.slot(outer, 1), inner);
            assert_eq!(t.slot(inner, 1), outer);
            assert_eq!(t.text(t.slot(inner, 0)).as_deref(), Some("kept"));
            Ok(NIL)
        })
    });
}

#[test]
fn written_slots_and_heap_words_are_roots() {
    let (mut t, mut row) = (turn(), Pump::default());
    t.transact(&mut row, |t| {
        let old = array(&[int(1), int(2)], t);
        t.store::<Pump, _>(NOTE, |row| &mut row.note, old)?;
        Ok(NIL)
    })
    .unwrap();
    t.transact(&mut row, |t| {
        let text = t.string("in the heap");
        let old = t.load::<Pump, _>(|row| &row.note);
        assert!(old.is_in(crate::value::Place::Heap));
        t.set_slot(old, 0, text)?;
        let text = t.string("in a slot");
        t.store::<Pump, _>(OTHER, |row| &mut row.other, text)?;
        array(&[NIL; 50], t);
        t.collect();
        t.collect();
        let (old, other) = (t.load::<Pump, _>(|row| &row.note), t.load::<Pump, _>(|row| &row.other));
        assert_eq!(t.text(t.slot(old, 0)).as_deref(), Some("in the heap"));
        assert_eq!(t.text(other).as_deref(), Some("in a slot"));
        Ok(NIL)
    })
    .unwrap();
    let texts = t.transact(&mut row, |t| {
        let (old, other) = (t.load::<Pump, _>(|row| &row.note), t.load::<Pump, _>(|row| &row.other));
        assert_eq!(t.text(t.slot(old, 0)).as_deref(), Some("in the heap"));
        assert_eq!(t.text(other).as_deref(), Some("in a slot"));
        Ok(NIL)
    });
    assert_eq!(texts, Ok(NIL));
    assert!(t.changes().is_empty());
}

#[test]
fn values_on_their_way_are_roots() {
    let answer = run(|t| {
        t.home(|home, t| {
            let text = t.string("returned");
            let leave = block(
                |b, _, t| {
                    let (home, text) = (crate::blocks::block_home(b, t), captured(b, 0, t));
                    crate::homes::return_from(home, text, t)
                },
                0,
                home,
                &[text],
                t,
            );
            let after = block(
                |_, _, t| {
                    array(&[NIL; 9], t);
                    t.collect();
                    Ok(NIL)
                },
                0,
                NIL,
                &[],
                t,
            );
            let answer = crate::exceptions::ensure(leave, after, t);
            assert!(answer.is_err());
            answer
        })
        .map(|text| {
            assert_eq!(t.text(text).as_deref(), Some("returned"));
            int(1)
        })
    });
    assert_eq!(answer, int(1));
}

#[test]
fn exceptions_and_handlers_are_roots() {
    let answer = run(|t| {
        let tag = t.string("tag");
        let protected = block(
            |_, _, t| {
                t.collect();
                t.raise_about(class::ERROR, NIL, "message")
            },
            0,
            NIL,
            &[],
            t,
        );
        let handler = block(
            |b, e, t| {
                t.push(e[0]);
                t.push(b);
                t.collect();
                let (b, e) = (t.pop(), t.pop());
                assert_eq!(t.text(captured(b, 0, t)).as_deref(), Some("tag"));
                assert_eq!(t.text(t.slot(e, 0)).as_deref(), Some("message"));
                t.collect();
                Ok(int(2))
            },
            1,
            NIL,
            &[tag],
            t,
        );
        crate::exceptions::on_do(protected, Value::class(class::ERROR), handler, t)
    });
    assert_eq!(answer, int(2));
}

#[test]
fn operators_never_move_anything() {
    run(|t| {
        let text = t.string("here");
        t.inhibit += 1;
        for _ in 0..20_000 {
            array(&[NIL; 8], t);
            t.tick()?;
        }
        t.inhibit -= 1;
        assert_eq!(t.text(text).as_deref(), Some("here"));
        Ok(NIL)
    });
}
