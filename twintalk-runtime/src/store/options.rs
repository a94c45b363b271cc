//! The command line of `store`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// Look after a data directory
///
/// All but `import` and `compact` read beside a running server: they take no lock, and write nothing into the directory.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct Store {
    /// What to do.
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
pub(super) enum Command {
    Inspect(Inspect),
    Verify(Verify),
    Export(Export),
    Import(Import),
    Backup(Backup),
    Compact(Compact),
}

/// Which directory.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub(super) struct Data {
    /// Directory of the twins' events and snapshots
    #[arg(long, env = "TWINTALK_DATA", value_name = "DIR", default_value = "./twintalk-data")]
    pub data: PathBuf,
}

/// Show what a directory holds
///
/// Segments, twins by class, events, tables, and which kind of record takes how many bytes.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub(super) struct Inspect {
    #[command(flatten)]
    pub data: Data,

    /// The records of one twin instead
    #[arg(long, value_name = "ID")]
    pub twin: Option<String>,

    /// As one JSON object
    #[arg(long)]
    pub json: bool,
}

/// Check every record of a directory
///
/// Each record's check, each twin's chain of records, and that the tables have what records refer to. Damage is told
/// with file, offset and position, and whose it is if that is certain; the exit status is 1 if there is any.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub(super) struct Verify {
    #[command(flatten)]
    pub data: Data,

    /// Bring the state of every living twin together as well, as loading it would; this takes longer
    #[arg(long)]
    pub states: bool,
}

/// Write twins as lines of JSON to standard output
///
/// The first line names the format and has the tables that the lines after it rely on. Then one line for each living
/// twin, in the order of ids: {"id", "class", "sequence", "time", "state", "snapshot"}.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
#[command(after_help = "`state` is for reading; what cannot be shown in JSON is {\"unreadable\": why}. `snapshot` is the exact state, in
base64: `import` uses it with the first line, and checks `id`, `class`, `sequence` and `time` against it; it
does not look at `state`, nor at the lines of --history.")]
pub(super) struct Export {
    #[command(flatten)]
    pub data: Data,

    /// Add a line for each event, after the twins, in the order of the log; deleted twins' too
    #[arg(long)]
    pub history: bool,
}

/// Read what `export` wrote
///
/// Each twin gets its exact state, sequence and time, as the first event of its life here. The directory is made when it
/// does not exist; no server may use it meanwhile.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
#[command(after_help = "Used are the first line and each twin's `snapshot`; `id`, `class`, `sequence` and `time` must agree with it.
`state`, and the lines of events, are not looked at. Top-level statements that were run for the exported directory
count as run here too.")]
pub(super) struct Import {
    #[command(flatten)]
    pub data: Data,

    /// Leave twins that exist, or once did, as they are
    #[arg(long)]
    pub skip_existing: bool,

    /// File of the exported lines; standard input when not given, or `-`
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
}

/// Leave out events that are old, or all that is known of a twin
///
/// Of each twin the latest state stays, and every event that is younger. No server may use the directory meanwhile; one that runs
/// does the same in the background, with --retain.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
#[command(after_help = "Classes that say how long their events are kept, with `retention` on their class side, are asked by the server's
own `store compact`; --retain is for the others. The time is a minimum: events go with the whole part of the log that
they are in. What is erased stays in backups, and in what other twins hold of it.")]
pub(super) struct Compact {
    #[command(flatten)]
    pub data: Data,

    /// How long events are kept, such as 30d, 12h or 90s
    #[arg(long, env = "TWINTALK_RETAIN", value_name = "TIME", value_parser = crate::server::options::length)]
    pub retain: Option<std::time::Duration>,

    /// Leave nothing of a twin; one that lives is deleted first
    #[arg(long, value_name = "ID")]
    pub erase: Option<String>,
}

/// Copy a directory, also while a server uses it
///
/// The copy holds everything that was acknowledged before it began. A second backup to the same directory copies only what
/// is new.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
#[command(after_help = "Finished segments never change; on one file system they are linked and take no room. A link shares the fate of
its disk: back up to another disk, or use --copy.")]
pub(super) struct Backup {
    #[command(flatten)]
    pub data: Data,

    /// Directory of the backup, made when it does not exist
    #[arg(long, value_name = "DIR")]
    pub to: PathBuf,

    /// Copy finished segments, also where they could be linked
    #[arg(long)]
    pub copy: bool,
}
