//! `twintalkc serve`

use super::failure::Failure;
use super::scaffold::{Kind, Scaffold};
use super::{cargo, sources};
use clap::Args;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;
use twintalkc::read::Accept;
use twintalkc::{Options, Target};

/// Build a server and run it
///
/// Prints `listening on http://ADDRESS` once it is ready; stops on Ctrl-C and SIGTERM.
#[derive(Args)]
#[command(after_help = "Examples:
  twintalkc serve twins/
  twintalkc serve twins/ --listen 127.0.0.1:9000 --data /var/lib/plant --memory 4GiB
Each option can also be given in the environment: TWINTALK_LISTEN, TWINTALK_DATA and so on.")]
pub struct Serve {
    /// Files and directories
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// Further options of the server, after `--`
    #[arg(last = true, value_name = "OPTION")]
    options: Vec<OsString>,

    #[command(flatten)]
    server: Server,
}

/// Handed on as they are: the server knows their defaults, and checks them.
#[derive(Args)]
#[command(next_help_heading = "Server options")]
struct Server {
    /// Where to listen [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<OsString>,

    /// Where twins and their history are kept [default: ./twintalk-data]
    #[arg(long, value_name = "DIRECTORY")]
    data: Option<OsString>,

    /// When a change counts as kept: sync, os or memory [default: sync]
    #[arg(long, value_name = "MODE")]
    durability: Option<OsString>,

    /// How much memory twins may take, such as 4GiB [default: half of the machine's]
    #[arg(long, value_name = "SIZE")]
    memory: Option<OsString>,

    /// How many threads share the twins [default: one a processor]
    #[arg(long, value_name = "COUNT")]
    shards: Option<OsString>,

    /// Bearer tokens and what they allow
    #[arg(long, value_name = "FILE")]
    token_file: Option<OsString>,

    /// Certificate chain, for TLS
    #[arg(long, value_name = "FILE")]
    tls_cert: Option<OsString>,

    /// Private key, for TLS
    #[arg(long, value_name = "FILE")]
    tls_key: Option<OsString>,

    /// MQTT broker to bind topics to
    #[arg(long, value_name = "URL")]
    mqtt: Option<OsString>,
}

impl Server {
    fn arguments(self) -> Vec<OsString> {
        let options = [
            ("--listen", self.listen),
            ("--data", self.data),
            ("--durability", self.durability),
            ("--memory", self.memory),
            ("--shards", self.shards),
            ("--token-file", self.token_file),
            ("--tls-cert", self.tls_cert),
            ("--tls-key", self.tls_key),
            ("--mqtt", self.mqtt),
        ];
        options.into_iter().filter_map(|(name, value)| Some([name.into(), value?])).flatten().collect()
    }
}

impl Serve {
    /// Compiles, builds, and becomes the server.
    pub fn run(self) -> Result<ExitCode, Failure> {
        let (compiled, sources) = sources::compiled(&self.paths, Accept::FilesAndDirectories, Target::Twins, Options::default())?;
        let server = Scaffold::new(Kind::Server, &self.paths, &sources)?.build(compiled.tokens)?;
        let mut arguments = self.server.arguments();
        arguments.extend(self.options);
        cargo::become_program(cargo::command(&server).args(&arguments))
    }
}
