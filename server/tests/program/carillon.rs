//! The real binary as a child process, and a client for it.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// A running `carillon serve` with a directory of its own. Dropping it kills it.
pub(crate) struct Carillon {
    process: Child,
    /// `http://127.0.0.1:<port>`.
    pub(crate) url: String,
    /// Its working directory; gone when this is.
    _directory: TempDir,
}

impl Carillon {
    /// Starts it on a free port and waits until it listens.
    pub(crate) fn start(args: &[&str]) -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let mut process = command(&directory)
            .args(["serve", "--listen", "127.0.0.1:0", "--log", "warn"])
            .args(args)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        let output = process.stdout.take().expect("its output is piped");
        let url = BufReader::new(output)
            .lines()
            .map_while(Result::ok)
            .find_map(|line| line.strip_prefix("listening on ").map(str::to_owned))
            .expect("it says where it listens");
        Self {
            process,
            url,
            _directory: directory,
        }
    }

    /// Sends SIGTERM, and returns how it ended; fails if that takes longer than `limit`.
    pub(crate) fn stop_within(mut self, limit: Duration) -> std::process::ExitStatus {
        let id = self.process.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &id]).status();
        assert!(sent.expect("kill runs").success());
        let asked = Instant::now();
        loop {
            if let Some(status) = self.process.try_wait().expect("it can be waited for") {
                return status;
            }
            assert!(
                asked.elapsed() < limit,
                "still running {limit:?} after SIGTERM"
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Carillon {
    fn drop(&mut self) {
        // Gone already after `stop_within`.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The binary, away from the repository's own settings and variables.
pub(crate) fn command(directory: &TempDir) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_carillon"));
    command.current_dir(directory.path());
    for (key, _) in std::env::vars() {
        if key.starts_with("CARILLON_") {
            command.env_remove(key);
        }
    }
    command
}

/// A client that keeps no cookies and follows no redirects.
pub(crate) fn client() -> reqwest::Client {
    // Another test of this process may have been first.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(Duration::from_secs(10))
        .build()
        .expect("a client")
}
