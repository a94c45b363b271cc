//! Handlers, and the order of what they and `ensure:` blocks do.

use super::*;
use crate::exceptions::{ensure, if_curtailed, on_do, outer, pass, resignal_as, resume, retry, retry_using, return_with, signal};

const ERROR: Value = Value::class(class::ERROR);
const ZERO_DIVIDE: Value = Value::class(class::ZERO_DIVIDE);

fn signals_error(_: Value, _: &[Value], t: &mut Turn) -> Answer {
    saw("signal");
    let error = exception(class::ERROR, t)?;
    let answer = signal(error, t)?;
    saw("resumed");
    Ok(answer)
}

/// `[ protected ] on: class do: handler`
fn guarded(protected: Body, class: Value, handler: Body, t: &mut Turn) -> Answer {
    let protected = block(protected, 0, NIL, &[], t);
    let handler = block(handler, 1, NIL, &[], t);
    on_do(protected, class, handler, t)
}

/// A protected block that signals inside of an `ensure:`.
fn signals_in_ensure(_: Value, _: &[Value], t: &mut Turn) -> Answer {
    let inner = block(signals_error, 0, NIL, &[], t);
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
    ensure(inner, after, t)
}

#[test]
fn falling_off_the_end_returns_after_the_ensure_block() {
    let answer = run(|t| {
        guarded(
            signals_in_ensure,
            ERROR,
            |_, _, _| {
                saw("handler");
                Ok(int(7))
            },
            t,
        )
    });
    assert_eq!((answer, &*seen()), (int(7), "signal handler ensured"));
}

#[test]
fn returns() {
    let answer = run(|t| {
        guarded(
            signals_in_ensure,
            ERROR,
            |_, e, t| {
                saw("handler");
                return_with(e[0], int(8), t)
            },
            t,
        )
    });
    assert_eq!((answer, &*seen()), (int(8), "signal handler ensured"));
}

#[test]
fn resumes_without_unwinding() {
    let answer = run(|t| {
        guarded(
            signals_in_ensure,
            ERROR,
            |_, e, t| {
                saw("handler");
                resume(e[0], int(9), t)
            },
            t,
        )
    });
    assert_eq!((answer, &*seen()), (int(9), "signal handler resumed ensured"));
}

#[test]
fn retries() {
    let answer = run(|t| {
        guarded(
            |_, _, t| {
                let runs = t.class_state[0].as_small().unwrap_or(0) + 1;
                t.class_state[0] = int(runs);
                if runs < 3 { signals_error(NIL, &[], t) } else { Ok(int(runs)) }
            },
            ERROR,
            |_, e, t| retry(e[0], t),
            t,
        )
    });
    assert_eq!((answer, &*seen()), (int(3), "signal signal"));
}

#[test]
fn retries_using_another_block_outside_of_the_handler() {
    let answer = run(|t| {
        guarded(
            |_, _, t| {
                guarded(
                    signals_error,
                    ERROR,
                    |_, e, t| {
                        let other = block(signals_error, 0, NIL, &[], t);
                        retry_using(e[0], other, t)
                    },
                    t,
                )
            },
            ERROR,
            |_, _, _| {
                saw("outer");
                Ok(int(1))
            },
            t,
        )
    });
    assert_eq!((answer, &*seen()), (int(1), "signal signal outer"));
}

#[test]
fn passes_to_the_outer_handler_which_may_resume_the_signal() {
    let inner = |_: Value, _: &[Value], t: &mut Turn| {
        guarded(
            signals_in_ensure,
            ERROR,
            |_, e, t| {
                saw("inner");
                let v = pass(e[0], t)?;
                saw("never");
                Ok(v)
            },
            t,
        )
    };
    let answer = run(|t| {
        guarded(
            inner,
            ERROR,
            |_, e, t| {
                saw("outer");
                resume(e[0], int(5), t)
            },
            t,
        )
    });
    assert_eq!((answer, &*seen()), (int(5), "signal inner outer resumed ensured"));
    let answer = run(|t| {
        guarded(
            inner,
            ERROR,
            |_, _, _| {
                saw("outer");
                Ok(int(6))
            },
            t,
        )
    });
    assert_eq!((answer, &*seen()), (int(6), "signal inner outer ensured"));
}

#[test]
fn outer_comes_back_when_resumed() {
    let answer = run(|t| {
        guarded(
            |_, _, t| {
                guarded(
                    signals_error,
                    ERROR,
                    |_, e, t| {
                        let e = t.frame(1, |root, t| {
                            t.set_root(root, e[0]);
                            let value = outer(e[0], t)?;
                            saw("back");
                            assert_eq!(value, int(5));
                            Ok(t.root(root))
                        })?;
                        resume(e, int(50), t)
                    },
                    t,
                )
            },
            ERROR,
            |_, e, t| {
                saw("outer");
                resume(e[0], int(5), t)
            },
            t,
        )
    });
    assert_eq!((answer, &*seen()), (int(50), "signal outer back resumed"));
}

#[test]
fn a_handler_is_not_its_own() {
    let answer = run(|t| {
        guarded(
            |_, _, t| {
                guarded(
                    signals_error,
                    ERROR,
                    |_, _, t| {
                        saw("inner");
                        signals_error(NIL, &[], t)
                    },
                    t,
                )
            },
            ERROR,
            |_, _, _| {
                saw("outer");
                Ok(int(2))
            },
            t,
        )
    });
    assert_eq!((answer, &*seen()), (int(2), "signal inner signal outer"));
}

#[test]
fn resignals_as_another_exception_from_the_signal() {
    let answer = run(|t| {
        guarded(
            |_, _, t| {
                guarded(
                    signals_in_ensure,
                    ERROR,
                    |_, e, t| {
                        saw("handler");
                        let other = exception(class::WARNING, t)?;
                        resignal_as(e[0], other, t)
                    },
                    t,
                )
            },
            Value::class(class::WARNING),
            |_, e, t| {
                saw("warned");
                resume(e[0], int(4), t)
            },
            t,
        )
    });
    assert_eq!((answer, &*seen()), (int(4), "signal handler warned resumed ensured"));
}

#[test]
fn handlers_choose_by_class() {
    let answer = run(|t| {
        guarded(
            |_, _, t| {
                guarded(
                    signals_error,
                    ZERO_DIVIDE,
                    |_, _, _| {
                        saw("wrong");
                        Ok(NIL)
                    },
                    t,
                )
            },
            ERROR,
            |_, _, _| {
                saw("right");
                Ok(int(1))
            },
            t,
        )
    });
    assert_eq!((answer, &*seen()), (int(1), "signal right"));
}

#[test]
fn curtailed_only_when_unwound() {
    run(|t| {
        let protected = block(|_, _, _| Ok(int(1)), 0, NIL, &[], t);
        let after = block(
            |_, _, _| {
                saw("curtailed");
                Ok(NIL)
            },
            0,
            NIL,
            &[],
            t,
        );
        if_curtailed(protected, after, t)
    });
    assert_eq!(seen(), "");
    run(|t| {
        guarded(
            |_, _, t| {
                let protected = block(signals_error, 0, NIL, &[], t);
                let after = block(
                    |_, _, _| {
                        saw("curtailed");
                        Ok(NIL)
                    },
                    0,
                    NIL,
                    &[],
                    t,
                );
                if_curtailed(protected, after, t)
            },
            ERROR,
            |_, _, _| Ok(NIL),
            t,
        )
    });
    assert_eq!(seen(), "signal curtailed");
}

#[test]
fn an_unhandled_error_ends_the_turn_after_its_ensure_blocks() {
    let mut t = turn();
    seen();
    let failure = t.run(|t| signals_in_ensure(NIL, &[], t)).unwrap_err();
    assert_eq!((&*failure.class, &*seen()), ("Error", "signal ensured"));
    assert!(t.roots.is_empty() && t.handlers.is_empty() && t.signals.is_empty());
    assert_eq!(t.run(|_| Ok(int(1))), Ok(int(1)));
}

#[test]
fn an_error_in_an_ensure_block_does_not_hide_the_first() {
    let failure = turn().run(|t| {
        let protected = block(|_, _, t| t.raise_about(class::ERROR, NIL, "first"), 0, NIL, &[], t);
        let after = block(|_, _, t| t.raise_about(class::ERROR, NIL, "second"), 0, NIL, &[], t);
        ensure(protected, after, t)
    });
    assert_eq!(failure.unwrap_err().message, "first");
}

#[test]
fn backtraces_name_the_methods_on_the_way_out() {
    use crate::answer::{At, Here};
    const RUN: Here = Here::new("Pump>>run", "pump.st");
    const STEP: Here = Here::new("Pump>>step", "pump.st");
    let failure = turn().run(|t| {
        let inner = t.send(selector::DIVIDE, int(1), &[int(0)]).at(&STEP, 20, t);
        inner.at(&RUN, 12, t)
    });
    let text = failure.unwrap_err().to_string();
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[0].starts_with("ZeroDivide"), "{text}");
    assert_eq!(lines[lines.len() - 2..], ["  Pump>>step (pump.st:20)", "  Pump>>run (pump.st:12)"]);
}

#[test]
fn errors_from_rust_are_caught_like_any_other() {
    let answer = run(|t| {
        guarded(
            |_, _, t| {
                let literal = t.literal(1);
                t.set_slot(literal, 0, NIL)?;
                Ok(NIL)
            },
            Value::class(class::MODIFICATION_FORBIDDEN),
            |_, _, _| Ok(int(3)),
            t,
        )
    });
    assert_eq!(answer, int(3));
}

#[test]
fn a_dead_exception_cannot_be_resumed() {
    let failure = turn().run(|t| {
        let dead = exception(class::ERROR, t)?;
        resume(dead, NIL, t)
    });
    assert_eq!(failure.unwrap_err().message, "this exception is not being handled");
}
