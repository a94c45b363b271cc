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
pub async fn serve(listener: TcpListener, router: Router, counts: Arc<Counts>, stop: impl Future<Output = ()>) -> GracefulShutdown {
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
    matches!(why.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpStream,
        sync::oneshot,
    };

    use super::*;

    const ASK: &[u8] = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

    #[tokio::test]
    async fn open_requests_are_answered_before_the_server_ends() {
        let (asked, was_asked) = oneshot::channel();
        let (go, gone) = oneshot::channel::<()>();
        let (stop, stopped) = oneshot::channel::<()>();
        let channels = Arc::new(std::sync::Mutex::new(Some((asked, gone))));
        let router = Router::new().route(
            "/",
            get(move || {
                let channels = channels.lock().expect("no panic").take();
                async move {
                    let (asked, gone) = channels.expect("one request");
                    asked.send(()).expect("the test waits");
                    gone.await.expect("the test sends");
                    "answered"
                }
            }),
        );
        let (listener, address) = bind(&[([127, 0, 0, 1], 0).into()]).await.expect("a port");
        let counts = Arc::new(Counts::default());
        let server = tokio::spawn(serve(listener, router, counts, async { drop(stopped.await) }));

        let mut busy = TcpStream::connect(address).await.expect("it listens");
        busy.write_all(ASK).await.expect("it reads");
        was_asked.await.expect("the route runs");
        let mut idle = TcpStream::connect(address).await.expect("it listens");
        stop.send(()).expect("it serves");
        let connections = server.await.expect("no panic");
        assert!(TcpStream::connect(address).await.is_err(), "it accepts no more");
        let ended = tokio::spawn(connections.shutdown());
        go.send(()).expect("the route waits");
        let mut answer = String::new();
        busy.read_to_string(&mut answer).await.expect("an answer");
        assert!(answer.ends_with("answered"), "{answer}");
        ended.await.expect("no panic");
        // It was idle, or never accepted.
        assert!(matches!(idle.read(&mut [0]).await, Ok(0) | Err(_)));
    }
}
