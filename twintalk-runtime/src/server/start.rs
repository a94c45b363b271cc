//! The main function of every built server: parse, open, listen, stop.

use std::{
    io::{self, ErrorKind, Write},
    net::{SocketAddr, ToSocketAddrs},
    path::Path,
    process::ExitCode,
    sync::Arc,
    time::Duration,
};

use clap::Parser;
use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    sync::watch,
};

use super::{App, Limits, Options, Twins, guard::Access, listen, options::Command, routes::router, status::Counts, tokens::Tokens};
use crate::{
    Program,
    engine::{
        self,
        api::{self, ClassDescription, OpenError},
    },
};

/// Time for open requests to end once the server is told to stop.
const DRAIN: Duration = Duration::from_secs(30);

/// Runs a program's server: what its `main` calls.
pub fn main(program: &'static Program) -> ExitCode {
    let options = Options::parse();
    if let Some(Command::Store(store)) = options.command {
        return store.run(Some(program));
    }
    if options.check {
        return check(program, &options);
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(why) => return failed(&format!("threads cannot be started: {why}")),
    };
    let outcome = runtime.block_on(run(program, &options));
    // Tasks of connections that outlasted the drain end with their thread.
    runtime.shutdown_timeout(Duration::from_secs(1));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => failed(&why),
    }
}

/// `--check`: what this program makes of the data.
fn check(program: &'static Program, options: &Options) -> ExitCode {
    match engine::rehearse(program, &api::Options::from(options)) {
        Ok(found) => {
            // Nobody may be reading.
            let _ = writeln!(io::stdout(), "{found}");
            if found.refused == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(why) => failed(&cannot_open(why)),
    }
}

fn failed(why: &str) -> ExitCode {
    eprintln!("error: {why}");
    ExitCode::FAILURE
}

async fn run(program: &'static Program, options: &Options) -> Result<(), String> {
    let tokens = options.token_file.as_deref().map(Tokens::load).transpose()?;
    let addresses = addresses(&options.listen)?;
    let access = access(tokens, &options.listen, &addresses)?;
    // Before the twins are opened: what takes long should not fail for what can be told at once.
    let mut signals = Signals::new().map_err(|why| format!("signals cannot be waited for: {why}"))?;
    let (listener, address) = listen::bind(&addresses).await.map_err(|why| cannot_listen(&options.listen, &why))?;
    let twins = Twins::open(program, &api::Options::from(options)).map_err(cannot_open)?;

    let (stop, stopping) = watch::channel(false);
    let counts = Arc::new(Counts::default());
    let access = Arc::new(access);
    let app = App { twins: twins.clone(), access, limits: Limits::default(), stopping, counts: counts.clone() };
    greet(address, &twins.classes(), options.token_file.as_deref());
    let connections = listen::serve(listener, router(app), counts, signals.next()).await;

    stop.send_replace(true);
    tokio::select! {
        () = connections.shutdown() => {}
        () = tokio::time::sleep(DRAIN) => {}
        // Told twice: whoever asks has no time.
        () = signals.next() => {}
    }
    twins.close().await;
    Ok(())
}

/// The signals that ask a server to stop.
struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

impl Signals {
    fn new() -> io::Result<Self> {
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

fn addresses(listen: &str) -> Result<Vec<SocketAddr>, String> {
    match listen.to_socket_addrs().map(Iterator::collect::<Vec<_>>) {
        Ok(addresses) if !addresses.is_empty() => Ok(addresses),
        Ok(_) => Err(format!("--listen {listen}: the name has no address")),
        Err(why) => Err(format!("--listen {listen} is not ADDRESS:PORT such as 127.0.0.1:8080 ({why})")),
    }
}

/// Refuses to be reachable from elsewhere without tokens.
fn access(tokens: Option<Tokens>, listen: &str, addresses: &[SocketAddr]) -> Result<Access, String> {
    match tokens {
        Some(tokens) => Ok(Access::Tokens(tokens)),
        None if addresses.iter().all(|address| address.ip().is_loopback()) => Ok(Access::Loopback),
        None => Err(format!(
            "--listen {listen} can be reached from other machines, which needs authentication: add \
             --token-file FILE with lines such as `TOKEN read,send`, or listen on 127.0.0.1"
        )),
    }
}

fn cannot_listen(listen: &str, why: &io::Error) -> String {
    match why.kind() {
        ErrorKind::AddrInUse => {
            format!("{listen} is in use by another process: stop that, or choose another port with --listen (port 0: any free one)")
        }
        ErrorKind::PermissionDenied => {
            format!("{listen} may not be listened on: ports below 1024 need a privilege; choose another with --listen")
        }
        ErrorKind::AddrNotAvailable => {
            format!("{listen} is no address of this machine: choose another with --listen")
        }
        _ => format!("{listen} cannot be listened on: {why}"),
    }
}

fn cannot_open(error: OpenError) -> String {
    match error {
        OpenError::Locked { .. } => {
            format!("{error}: stop that, or choose another directory with --data")
        }
        OpenError::Inaccessible { path, why } if matches!(why.kind(), ErrorKind::AlreadyExists | ErrorKind::NotADirectory) => {
            format!("`{}` is not a directory: choose another with --data", path.display())
        }
        OpenError::Inaccessible { path, why } if why.kind() == ErrorKind::NotFound => {
            format!("there is no directory `{}`: name that of the twins with --data", path.display())
        }
        OpenError::Inaccessible { .. } => {
            format!("{error}: change its permissions, or choose another directory with --data")
        }
        OpenError::Unusable { .. } | OpenError::Program { .. } => error.to_string(),
    }
}

/// Tells that the server is ready, and what to try next.
fn greet(address: SocketAddr, classes: &[ClassDescription], tokens: Option<&Path>) {
    let url = format!("http://{address}");
    let bearer = if tokens.is_some() { " -H 'Authorization: Bearer TOKEN'" } else { "" };
    let class = classes.first().map_or("CLASS", |class| &class.name);
    let text = format!(
        "listening on {url}
  classes   curl{bearer} {url}/v1/classes
  create    curl{bearer} -X PUT {url}/v1/twins/my-twin -H 'Content-Type: application/json' -d '{{\"class\": \"{class}\"}}'
  look      curl{bearer} {url}/v1/twins/my-twin
"
    );
    // Nobody may be reading; the server serves all the same.
    let mut out = io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beyond_this_machine_only_with_tokens() {
        let check = |listen: &str, tokens: Option<&str>| {
            let tokens = tokens.map(|text| Tokens::parse(text).expect("tokens"));
            access(tokens, listen, &addresses(listen).expect("an address")).map(|_| ())
        };
        assert_eq!(check("127.0.0.1:0", None), Ok(()));
        assert_eq!(check("[::1]:0", None), Ok(()));
        assert_eq!(check("0.0.0.0:0", Some("secret read")), Ok(()));
        let why = check("0.0.0.0:0", None).expect_err("refused");
        assert!(why.contains("--token-file"), "{why}");
        assert!(check("[::]:0", None).is_err());
    }

    #[test]
    fn addresses_that_are_none() {
        assert!(addresses("8080").is_err());
        assert!(addresses("127.0.0.1:99999").is_err());
    }

    #[tokio::test]
    async fn a_port_in_use_is_told_with_its_remedy() {
        let (_held, address) = listen::bind(&addresses("127.0.0.1:0").expect("an address")).await.expect("a port");
        let why = listen::bind(&[address]).await.expect_err("in use");
        assert!(cannot_listen(&address.to_string(), &why).contains("--listen"));
    }
}
