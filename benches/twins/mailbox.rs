//! What a message costs on its way through a shard's queue, its turn and its event, and back.

use std::collections::HashMap;
use std::hint::black_box;
use std::thread;

use criterion::{Criterion, Throughput};
use tokio::sync::{mpsc, oneshot};
use twintalk_runtime::Data;

use crate::cpu::CpuTime;
use crate::support::fleet::{fleet, in_memory, run, update, updates, wait};
use crate::support::sensor::{Boxes, Floor, Readings};

/// How many twins the messages are for, in turn.
const TWINS: usize = 1000;

/// How many messages in one go.
const MESSAGES: usize = 10_000;

/// A message to the thread that has the floor's sensors.
enum Message {
    Tell(u64, f64),
    Ask(u64, oneshot::Sender<f64>),
}

/// What a person would write: a thread, a bounded queue, a map of boxes.
fn floor(mut messages: mpsc::Receiver<Message>) {
    let mut sensors: Boxes<u64> = HashMap::new();
    for id in 0..TWINS as u64 {
        sensors.insert(id, Box::new(Floor::default()));
    }
    while let Some(message) = messages.blocking_recv() {
        match message {
            Message::Tell(id, reading) => sensors.get_mut(&id).expect("it exists").update_telemetry(reading),
            // Nobody may wait any more.
            Message::Ask(id, reply) => drop(reply.send(sensors[&id].temperature())),
        }
    }
}

pub fn mailbox(c: &mut Criterion<CpuTime>) {
    let mut group = c.benchmark_group("mailbox");
    let mut readings = Readings::default();

    let (queue, messages) = mpsc::channel(256);
    let thread = thread::spawn(move || floor(messages));
    let ask = |id: u64| {
        let (reply, answer) = oneshot::channel();
        queue.blocking_send(Message::Ask(id, reply)).expect("the thread runs");
        wait(answer).expect("it answers")
    };
    group.throughput(Throughput::Elements(MESSAGES as u64));
    group.bench_function("floor: tells to boxes behind a tokio queue", |b| {
        b.iter(|| {
            for id in 0..MESSAGES {
                let tell = Message::Tell((id % TWINS) as u64, readings.next());
                queue.blocking_send(tell).expect("the thread runs");
            }
            // After this all have been run.
            assert!(ask(0) >= 10.0);
        })
    });
    group.throughput(Throughput::Elements(1));
    group.bench_function("floor: ask of a box behind a tokio queue", |b| b.iter(|| assert!(ask(black_box(7)) >= 10.0)));
    drop(queue);
    thread.join().expect("it ends");

    let twins = fleet(&in_memory(), "TypedSensor", TWINS);
    group.throughput(Throughput::Elements(MESSAGES as u64));
    group.bench_function("tells, 1000 a batch, events included", |b| {
        b.iter(|| {
            let batches = (0..MESSAGES / 1000).map(|_| updates(0, 1000, TWINS, &mut readings));
            assert_eq!(run(&twins, batches), MESSAGES);
        })
    });
    group.bench_function("tells, one by one, events included", |b| {
        b.iter(|| {
            let messages = (0..MESSAGES).map(|number| vec![update(number % TWINS, &mut readings)]);
            assert_eq!(run(&twins, messages), MESSAGES);
        })
    });
    group.throughput(Throughput::Elements(1));
    group.bench_function("ask that reads", |b| {
        b.iter(|| {
            let sent = twins.send_blocking(black_box("sensor-7"), "temperature", Vec::new()).expect("it answers");
            assert!(matches!(sent.answer, Data::Float(_)));
        })
    });
    group.bench_function("ask that writes, event included", |b| {
        b.iter(|| {
            let reading = vec![Data::Float(readings.next())];
            twins.send_blocking(black_box("sensor-7"), "updateTelemetry:", reading).expect("a reading is understood")
        })
    });
    twins.close_blocking();
    group.finish();
}
