//! A response body that a task fills, of bounded bytes.

use std::{convert::Infallible, sync::Arc};

use axum::body::{Body, Bytes};
use futures_util::stream;
use tokio::sync::{
    Semaphore,
    mpsc::{UnboundedSender, unbounded_channel},
};

/// Where to write the body; it ends when this is dropped.
pub struct Outlet {
    sender: UnboundedSender<Bytes>,
    room: Arc<Semaphore>,
    capacity: usize,
}

/// The client has gone: nobody will read the rest.
#[derive(Debug)]
pub struct Gone;

impl Outlet {
    /// An outlet in which up to `capacity` bytes wait for their reader.
    pub fn new(capacity: usize) -> (Self, Body) {
        let (sender, receiver) = unbounded_channel::<Bytes>();
        let room = Arc::new(Semaphore::new(capacity));
        let outlet = Self { sender, room: room.clone(), capacity };
        let chunks = stream::unfold((receiver, room), move |(mut receiver, room)| async move {
            let chunk = receiver.recv().await?;
            room.add_permits(chunk.len().min(capacity));
            Some((Ok::<_, Infallible>(chunk), (receiver, room)))
        });
        (outlet, Body::from_stream(chunks))
    }

    /// Writes a chunk once there is room for it.
    pub async fn write(&self, chunk: Bytes) -> Result<(), Gone> {
        let wanted = u32::try_from(chunk.len().min(self.capacity)).unwrap_or(u32::MAX);
        tokio::select! {
            biased;
            permit = self.room.acquire_many(wanted) => permit.map_err(|_| Gone)?.forget(),
            () = self.sender.closed() => return Err(Gone),
        }
        self.sender.send(chunk).map_err(|_| Gone)
    }

    /// Writes a chunk though there may be no room; for the bounded rest of a body that ends.
    pub fn write_over(&self, chunk: Bytes) {
        // Without a reader nobody misses it.
        let _ = self.sender.send(chunk);
    }
}
