//! The real binary as child processes: the sandbox, and servers to be killed.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Seconds after which a call counts as never answered.
pub(crate) const CALL_SECONDS: u64 = 2;
/// Seconds after which a silent worker loses what it has in hand.
pub(crate) const LEASE_SECONDS: u64 = 6;
/// The key that seals the test's credential.
pub(crate) const SEALING_KEY: &str = "a2lsbGVkIGF0IGFueSBtb21lbnQsIGtlcHQgc2FmZSE=";

/// A child process; killed when dropped.
pub(crate) struct Process(Child);

impl Process {
    /// Starts the binary and returns it with its first line of output that
    /// begins with `mark`.
    fn start(directory: &Path, args: &[&str], mark: &str) -> (Self, String) {
        let mut child = command(directory, args).spawn().expect("the binary starts");
        let output = child.stdout.take().expect("its output is piped");
        let line = BufReader::new(output)
            .lines()
            .map_while(Result::ok)
            .find(|line| line.starts_with(mark))
            .expect("it says that it is ready; errors.log says why not");
        (Self(child), line)
    }

    /// Sends a signal by name.
    pub(crate) fn signal(&self, name: &str) {
        let id = self.0.id().to_string();
        let sent = Command::new("kill")
            .args([&format!("-{name}"), &id])
            .status();
        assert!(sent.expect("kill runs").success(), "SIG{name}");
    }

    /// Asks it to end in order, and waits until it has.
    fn end(&mut self) {
        self.signal("TERM");
        let ended = self.0.wait().expect("it is gone");
        assert!(ended.success(), "{ended}; errors.log says why");
    }

    /// Kills it, and waits until it is gone.
    pub(crate) fn kill(mut self) {
        self.signal("KILL");
        self.0.wait().expect("it is gone");
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Gone already after `kill` and `end`.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The binary with the test's settings.
fn command(directory: &Path, args: &[&str]) -> Command {
    let errors = File::options()
        .create(true)
        .append(true)
        .open(directory.join("errors.log"))
        .expect("a log of errors");
    let mut command = Command::new(env!("CARGO_BIN_EXE_carillon"));
    command
        .current_dir(directory)
        .args(args)
        .stdout(Stdio::piped())
        .stderr(errors);
    for (key, _) in std::env::vars() {
        if key.starts_with("CARILLON_") {
            command.env_remove(key);
        }
    }
    command
        .env("CARILLON_SEALING_KEY", SEALING_KEY)
        .env(
            "CARILLON_PROVIDER_TIMEOUT_SECONDS",
            CALL_SECONDS.to_string(),
        )
        .env("CARILLON_LEASE_SECONDS", LEASE_SECONDS.to_string());
    command
}

/// Makes a key for ingest.
pub(crate) fn add_key(directory: &Path, database: &str) -> String {
    let args = [
        "key",
        "add",
        "--name",
        "test",
        "--scope",
        "ingest",
        "--data-dir",
        "data",
        "--database",
        database,
    ];
    let made = command(directory, &args).output().expect("it runs");
    assert!(made.status.success(), "errors.log says why not");
    let key = String::from_utf8(made.stdout).expect("text");
    key.trim().to_owned()
}

/// Starts a server on this database, and returns it with its address.
pub(crate) fn serve_pages(directory: &Path, database: &str) -> (Process, String) {
    const MARK: &str = "listening on ";
    let (process, line) = Process::start(directory, &serving(database, "all"), MARK);
    (process, line[MARK.len()..].to_owned())
}

/// Starts a server on this database.
pub(crate) fn serve(directory: &Path, database: &str, role: &str) -> Process {
    Process::start(directory, &serving(database, role), "listening on ").0
}

fn serving<'a>(database: &'a str, role: &'a str) -> [&'a str; 11] {
    [
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--log",
        "warn",
        "--role",
        role,
        "--data-dir",
        "data",
        "--database",
        database,
    ]
}

/// A sandbox in a process of its own.
pub(crate) struct Sandbox {
    process: Process,
    directory: PathBuf,
    /// Where APNs is played.
    pub(crate) url: String,
    /// Team and key that it takes.
    pub(crate) team: String,
    pub(crate) key: String,
}

impl Sandbox {
    pub(crate) fn start(directory: &Path, faults: &str) -> Self {
        std::fs::write(directory.join("faults.json"), faults).expect("the faults");
        let args = [
            "sandbox",
            "--listen-apns",
            "127.0.0.1:0",
            "--log",
            "pushes.ndjson",
            "--faults",
            "faults.json",
            "--ca-out",
            "ca.pem",
            "--apns-key-out",
            "key.p8",
        ];
        let (process, line) = Process::start(directory, &args, "apns ");
        let words: Vec<&str> = line.split(' ').collect();
        let [_, url, _, team, _, key] = words[..] else {
            panic!("{line}")
        };
        Self {
            process,
            directory: directory.to_owned(),
            url: url.to_owned(),
            team: team.to_owned(),
            key: key.to_owned(),
        }
    }

    pub(crate) fn read(&self, file: &str) -> String {
        std::fs::read_to_string(self.directory.join(file)).expect("the sandbox wrote it")
    }

    /// Ends it, and reads its log, which is whole then.
    pub(crate) fn end(mut self) -> String {
        self.process.end();
        self.read("pushes.ndjson")
    }

    /// Counts what arrives.
    pub(crate) fn follow(&self) -> Follower {
        let file = File::open(self.directory.join("pushes.ndjson")).expect("the log");
        Follower {
            file,
            at: 0,
            lines: 0,
        }
    }
}

/// Counts the lines of a log as it grows.
pub(crate) struct Follower {
    file: File,
    at: u64,
    lines: usize,
}

impl Follower {
    pub(crate) fn lines(&mut self) -> usize {
        let mut more = Vec::new();
        self.file
            .seek(SeekFrom::Start(self.at))
            .expect("the log can be read on");
        self.file
            .read_to_end(&mut more)
            .expect("the log can be read");
        self.at += more.len() as u64;
        self.lines += more.split(|byte| *byte == b'\n').count() - 1;
        self.lines
    }
}
