//! Connections: how many, how long, and how they end.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use tokio::{net::TcpListener, sync::Semaphore};

use super::status::Counts;

/// Connections at a time; more wait in the listener's queue.
const CONNECTIONS: usize = 8192;

/// Time for a request's head to arrive, and for a connection to stay open without a request.
const HEAD: Duration = Duration::from_secs(60);

/// Pause after a failure that the next attempt would meet again, such as no free file descriptor.
const PAUSE: Duration = Duration::from_millis(100);

/// Binds the first address that can be bound.
pub async fn bind(addresses: &[SocketAddr]) -> io::Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind(addresses).await?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

/// Serves connections until `stop` is ready; answers what waits for the open ones to end.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    counts: Arc<Counts>,
    stop: impl Future<Output = ()>,
) -> GracefulShutdown {
    let connections = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD);
    tokio::pin!(stop);
    loop {
        let accept = async {
            // The semaphore is never closed.
            let place = places.clone().acquire_owned().await.ok();
            (place, listener.accept().await)
        };
        let (place, stream) = tokio::select! {
            biased;
            () = &mut stop => return connections,
            (place, accepted) = accept => match accepted {
                Ok((stream, _)) => (place, stream),
                Err(why) => {
                    if !of_one_connection(&why) {
                        tokio::time::sleep(PAUSE).await;
                    }
                    continue;
                }
            },
        };
        // Without it small answers may wait for the client's acknowledgement of earlier ones.
        let _ = stream.set_nodelay(true);
        let service = TowerToHyperService::new(router.clone());
        let connection = connections.watch(http.serve_connection(TokioIo::new(stream), service));
        let counts = counts.clone();
        counts.connected();
        tokio::spawn(async move {
            // Its error is the client's: it went, or did not speak HTTP.
            let _ = connection.await;
            counts.disconnected();
            drop(place);
        });
    }
}

fn of_one_connection(why: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(
        why.kind(),
        ConnectionAborted | ConnectionRefused | ConnectionReset
    )
}
