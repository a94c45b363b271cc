//! The log that ends with the process.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use super::error::Error;
use super::frame::{HEADER, SegmentHeader};
use super::region::Region;
use super::segment::{Segment, Segments};
use super::{Batch, Completion, Config, Journal, Position, Reader};

/// A log in memory. A batch is durable as soon as it is appended.
pub struct MemoryLog {
    state: Mutex<State>,
    segments: Segments,
    segment_bytes: u64,
}

struct State {
    current: Option<Arc<Segment>>,
    next: u64,
    copy: Vec<u8>,
    closed: bool,
}

impl MemoryLog {
    /// An empty log.
    pub fn new(config: &Config) -> Self {
        Self {
            state: Mutex::new(State { current: None, next: 0, copy: Vec::new(), closed: false }),
            segments: Segments::new(Vec::new(), 0, Arc::new(())),
            segment_bytes: config.segment_bytes,
        }
    }

    /// The segment that has room for `length` bytes.
    fn segment_for(&self, length: usize, state: &mut State) -> Result<Arc<Segment>, Error> {
        if let Some(current) = &state.current
            && state.next - current.base + length as u64 <= current.region.capacity() as u64
        {
            return Ok(Arc::clone(current));
        }
        let base = state.next;
        let capacity = (self.segment_bytes as usize).max(HEADER + length);
        let path = PathBuf::from("(memory)");
        let region = match Region::anonymous(capacity) {
            Ok(region) => Arc::new(region),
            Err(source) => {
                return Err(Error::Io { doing: "reserve", path, source });
            }
        };
        region.write(0, &SegmentHeader { base, epoch: 0, is_compacted: false }.encode());
        region.publish(HEADER);
        let segment = Arc::new(Segment { base, path, region, is_checked: false, map: None });
        self.segments.push(Arc::clone(&segment));
        state.next += HEADER as u64;
        state.current = Some(Arc::clone(&segment));
        Ok(segment)
    }
}

impl Journal for MemoryLog {
    fn append(&self, batch: &Batch, completion: Completion) -> Result<Position, Error> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.closed {
            return Err(Error::Closed);
        }
        let segment = self.segment_for(batch.len(), &mut state)?;
        let position = Position(state.next);
        let mut copy = std::mem::take(&mut state.copy);
        copy.clear();
        batch.copy_to(&mut copy, position);
        segment.region.write((position.0 - segment.base) as usize, &copy);
        state.copy = copy;
        state.next += batch.len() as u64;
        self.segments.publish(&segment, state.next);
        // Under the lock, so that completions keep the order of their batches.
        completion(Ok(Position(state.next)));
        Ok(position)
    }

    fn durable(&self) -> Position {
        self.segments.durable()
    }

    fn reader(&self) -> Reader {
        self.segments.reader()
    }

    fn commits(&self) -> u64 {
        self.segments.commits()
    }

    fn close(&self) -> Result<(), Error> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).closed = true;
        Ok(())
    }
}
