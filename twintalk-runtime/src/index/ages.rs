//! How old what segments hold is.

use super::directory::{Directory, Slot};
use super::record::TwinRecord;
use super::work::Work;
use super::{Error, Index, Span, lock};
use crate::journal::{self, Position, Reader};

impl Index {
    /// The end of the segments all of whose records are of a time or before; segments behind one that is younger do not count.
    pub fn older(&self, reader: &Reader, time: i64, work: &Work) -> Result<Position, Error> {
        let mut end = Position::NONE;
        for (segment, slot) in &self.directory().segments {
            if work.is_stopped() {
                return Err(Error::Stopped);
            }
            if self.latest(reader, segment.span, slot)? > time {
                break;
            }
            end = Position(segment.span.end);
        }
        Ok(end)
    }

    /// The latest time of a segment's records.
    fn latest(&self, reader: &Reader, span: Span, slot: &Slot) -> Result<i64, Error> {
        match slot.whole()?.of().time {
            // Its index is of an earlier version of this program, which did not note it.
            0 => {
                let known = lock(&self.ages).get(&span).copied();
                let latest = known.map_or_else(|| read(reader, span), Ok)?;
                lock(&self.ages).insert(span, latest);
                Ok(latest)
            }
            time => Ok(time),
        }
    }
}

impl Directory {
    /// Where the segments that were taken in begin and end, the oldest first.
    pub fn spans(&self) -> impl DoubleEndedIterator<Item = Span> {
        self.segments.iter().map(|(segment, _)| segment.span)
    }
}

/// The latest time of a segment's records, which are all read.
fn read(reader: &Reader, span: Span) -> Result<i64, Error> {
    let mut latest = i64::MIN;
    for record in reader.records(Position(span.base)) {
        match record {
            Ok(record) if !span.contains(record.position) => break,
            Ok(record) => {
                let twin = TwinRecord::of(&record).ok().flatten();
                latest = latest.max(twin.map_or(i64::MIN, |twin| twin.time));
            }
            Err(journal::Error::Damaged(damage)) if !span.contains(damage.position) => break,
            Err(journal::Error::Damaged(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(latest)
}
