//! How old what segments hold is.

use super::directory::{Directory, Slot};
use super::record::TwinRecord;
use super::{Error, Span};
use crate::journal::{self, Position, Reader};

impl Directory {
    /// The end of the segments all of whose records are of a time or before; segments behind one that is younger do not count.
    pub fn older(&self, reader: &Reader, time: i64) -> Result<Position, Error> {
        let mut end = Position::NONE;
        for (segment, slot) in &self.segments {
            if latest(reader, segment.span, slot)? > time {
                break;
            }
            end = Position(segment.span.end);
        }
        Ok(end)
    }

    /// Where the segments that were taken in begin and end, the oldest first.
    pub fn spans(&self) -> impl DoubleEndedIterator<Item = Span> {
        self.segments.iter().map(|(segment, _)| segment.span)
    }
}

/// The latest time of a segment's records.
fn latest(reader: &Reader, span: Span, slot: &Slot) -> Result<i64, Error> {
    match slot.whole()?.of().time {
        // Its index is of an earlier version of this program, which did not note it.
        0 => {
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
        time => Ok(time),
    }
}
