//! Batches of messages out of a body of lines.

use std::time::Duration;

use axum::body::Body;
use futures_util::FutureExt;
use http_body_util::BodyExt;
use tokio::{sync::watch, time::timeout};

use super::{
    Limits,
    lines::{Line, Lines},
    message::envelope,
    problem::{MALFORMED, Problem, TOO_LARGE},
};
use crate::engine::api::{Envelope, Refusal, Sent};

/// Lines of a batch, at most.
const LINES: usize = 512;

/// Bytes after which a batch takes no more lines.
const BYTES: usize = 256 << 10;

/// Lines that go to the engine together.
#[derive(Default)]
pub struct Batch {
    entries: Vec<Entry>,
    messages: Vec<Envelope>,
    bytes: usize,
    /// The number of its last line.
    pub last: u64,
}

enum Entry {
    /// The next of the messages.
    Message { line: u64 },
    /// A line that holds none.
    Wrong(Problem),
}

impl Batch {
    fn add(&mut self, number: u64, line: Line, limit: usize) {
        self.last = number;
        let wrong = match line {
            Line::TooLong => Problem::new(TOO_LARGE, format!("The line is over {limit} bytes.")),
            Line::Text(text) => {
                self.bytes += text.len();
                match envelope(&text) {
                    Ok(envelope) => {
                        self.messages.push(envelope);
                        self.entries.push(Entry::Message { line: number });
                        return;
                    }
                    Err(why) => Problem::new(MALFORMED, format!("The line is not {{\"twin\", \"selector\", \"arguments\"}}: {why}.")),
                }
            }
        };
        self.entries.push(Entry::Wrong(wrong.line(number)));
    }

    fn is_full(&self) -> bool {
        self.entries.len() >= LINES || self.bytes >= BYTES
    }

    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Takes its messages.
    pub fn messages(&mut self) -> Vec<Envelope> {
        std::mem::take(&mut self.messages)
    }

    /// A result for each line, out of one for each message.
    pub fn results(self, answers: Vec<Result<Sent, Refusal>>) -> Vec<Result<Sent, Problem>> {
        let mut answers = answers.into_iter();
        let unanswered = || Refusal::Unavailable { why: "The engine gave no answer.".to_owned() };
        let result = |entry| match entry {
            Entry::Wrong(problem) => Err(problem),
            Entry::Message { line } => match answers.next() {
                Some(Ok(sent)) => Ok(sent),
                Some(Err(refusal)) => Err(Problem::from(refusal).line(line)),
                None => Err(Problem::from(unanswered()).line(line)),
            },
        };
        self.entries.into_iter().map(result).collect()
    }
}

/// Why the input ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    Finished,
    Broken(String),
    Idle,
    Stopping,
}

/// A body of lines, batch by batch.
pub struct Batches {
    body: Body,
    lines: Lines,
    limits: Limits,
    stopping: watch::Receiver<bool>,
    end: Option<End>,
}

impl Batches {
    pub fn new(body: Body, limits: Limits, stopping: watch::Receiver<bool>) -> Self {
        Self { body, lines: Lines::new(limits.body), limits, stopping, end: None }
    }

    /// Why there are no more batches.
    pub fn end(&self) -> Option<&End> {
        self.end.as_ref()
    }

    /// Waits for a line, then takes what else has arrived; nothing at the end.
    ///
    /// Loses nothing when dropped: it waits only while the batch is empty.
    pub async fn next(&mut self) -> Option<Batch> {
        let mut batch = Batch::default();
        while self.end.is_none() {
            if *self.stopping.borrow() {
                self.end = Some(End::Stopping);
                return None;
            }
            while let Some((number, line)) = self.lines.next() {
                batch.add(number, line, self.limits.body);
                if batch.is_full() {
                    return Some(batch);
                }
            }
            if batch.len() == 0 {
                self.read().await;
            } else if self.read().now_or_never().is_none() {
                break;
            }
        }
        if self.end == Some(End::Finished)
            && let Some((number, line)) = self.lines.last()
        {
            batch.add(number, line, self.limits.body);
        }
        (batch.len() > 0).then_some(batch)
    }

    /// Reads a chunk, or notes why there is none.
    async fn read(&mut self) {
        let frame = tokio::select! {
            biased;
            _ = self.stopping.wait_for(|stopping| *stopping) => {
                self.end = Some(End::Stopping);
                return;
            }
            frame = timeout(self.limits.bulk_idle, self.body.frame()) => frame,
        };
        match frame {
            Ok(Some(Ok(frame))) => {
                if let Ok(chunk) = frame.into_data() {
                    self.lines.feed(chunk);
                }
            }
            Ok(Some(Err(why))) => self.end = Some(End::Broken(why.to_string())),
            Ok(None) => self.end = Some(End::Finished),
            Err(_) => self.end = Some(End::Idle),
        }
    }

    /// Reads what is left of the body for nothing, until it pauses for `patience`.
    pub async fn discard(mut self, patience: Duration) {
        while let Ok(Some(Ok(_))) = timeout(patience, self.body.frame()).await {}
    }
}
