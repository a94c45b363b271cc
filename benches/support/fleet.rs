//! Twins behind the engine's handle.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

use twintalk_runtime::engine::{Durability, Envelope, NewTwin, Options, Refusal, Sent};
use twintalk_runtime::{Data, Twins};

use super::sensor::{PROGRAM, Readings};

/// One shard, all in memory.
pub fn in_memory() -> Options {
    Options { durability: Durability::Memory, shards: 1, memory: 8 << 30, ..Options::default() }
}

/// The id of a sensor.
pub fn id(number: usize) -> String {
    format!("sensor-{number}")
}

/// An engine with so many sensors.
pub fn fleet(options: &Options, class: &str, sensors: usize) -> Twins {
    let twins = Twins::open(&PROGRAM, options).expect("it opens");
    create(&twins, class, 0..sensors);
    twins
}

/// Makes sensors, several at a time.
pub fn create(twins: &Twins, class: &str, numbers: std::ops::Range<usize>) {
    let mut pending: VecDeque<_> = VecDeque::new();
    for number in numbers {
        let (twins, class) = (twins.clone(), class.to_owned());
        let mut made = Box::pin(async move { twins.create(&id(number), &class, Vec::new()).await });
        // The first poll puts the job into the queue.
        if poll_once(made.as_mut()).is_none() {
            pending.push_back(made);
        }
        if pending.len() >= 200 {
            wait(pending.pop_front().expect("there are some")).expect("it is new");
        }
    }
    for made in pending {
        wait(made).expect("it is new");
    }
}

/// Makes sensors by one call.
pub fn create_batch(twins: &Twins, class: &str, numbers: std::ops::Range<usize>) {
    let sensor = |number| NewTwin { id: id(number), class: class.to_owned(), state: Vec::new() };
    let made = wait(twins.create_batch(numbers.map(sensor).collect()));
    assert!(made.iter().all(|made| *made == Ok(1)));
}

fn poll_once<F: Future>(future: Pin<&mut F>) -> Option<F::Output> {
    match future.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => Some(output),
        Poll::Pending => None,
    }
}

/// Wakes a thread by unparking it.
struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Runs a future to its end on this thread.
pub fn wait<F: Future>(future: F) -> F::Output {
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    let mut future = std::pin::pin!(future);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
        thread::park();
    }
}

/// An update of one sensor.
pub fn update(number: usize, readings: &mut Readings) -> Envelope {
    Envelope { twin: id(number), selector: "updateTelemetry:".to_owned(), arguments: vec![Data::Float(readings.next())] }
}

/// Updates of sensors one after the other, from `first` on.
pub fn updates(first: usize, messages: usize, sensors: usize, readings: &mut Readings) -> Vec<Envelope> {
    (first..first + messages).map(|number| update(number % sensors, readings)).collect()
}

type Results = dyn Future<Output = Vec<Result<Sent, Refusal>>>;

/// Hands batches over, a few ahead of the one whose results are waited for; all must succeed. Answers how many messages.
pub fn run(twins: &Twins, batches: impl IntoIterator<Item = Vec<Envelope>>) -> usize {
    let mut pending: VecDeque<Pin<Box<Results>>> = VecDeque::new();
    let mut sent = 0;
    for batch in batches {
        sent += batch.len();
        pending.push_back(Box::pin(wait(twins.enqueue(batch))));
        if pending.len() > 8 {
            succeeded(wait(pending.pop_front().expect("there are some")));
        }
    }
    for results in pending {
        succeeded(wait(results));
    }
    sent
}

fn succeeded(results: Vec<Result<Sent, Refusal>>) {
    assert!(results.iter().all(Result::is_ok));
}
