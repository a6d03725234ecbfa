//! The real binary as a child process, and a client for it.

use crate::api::Api;
use std::{
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Child, Command, Output, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// A running `carillon serve` with a directory of its own. Dropping it kills it.
pub(crate) struct Carillon {
    process: Child,
    /// `http://127.0.0.1:<port>`.
    pub(crate) url: String,
    /// Its working directory; gone when nobody has it any more.
    pub(crate) directory: Arc<TempDir>,
    /// What it said before it listened: the first administrator's link.
    pub(crate) said: Vec<String>,
}

impl Carillon {
    /// Starts it on a free port and waits until it listens.
    pub(crate) fn start(args: &[&str]) -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        Self::start_in(Arc::new(directory), args)
    }

    /// Starts it on the data of this directory.
    pub(crate) fn start_in(directory: Arc<TempDir>, args: &[&str]) -> Self {
        let args = [&["--log", "warn"], args].concat();
        Self::start_logging(directory, &args, Stdio::inherit())
    }

    /// Starts it with what is logged as `args` say, and where as `log` says.
    pub(crate) fn start_logging(directory: Arc<TempDir>, args: &[&str], log: Stdio) -> Self {
        let mut process = command(&directory)
            .args(["serve", "--listen", "127.0.0.1:0"])
            .args(args)
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .expect("the binary starts");
        let output = process.stdout.take().expect("its output is piped");
        let mut said = Vec::new();
        let url = BufReader::new(output)
            .lines()
            .map_while(Result::ok)
            .find_map(|line| {
                let url = line.strip_prefix("listening on ").map(str::to_owned);
                said.push(line);
                url
            })
            .expect("it says where it listens");
        Self {
            process,
            url,
            directory,
            said,
        }
    }

    /// Runs another command beside it, on the same data.
    pub(crate) fn run(&self, args: &[&str]) -> Output {
        command(&self.directory)
            .args(args)
            .output()
            .expect("the binary runs")
    }

    /// A file in its working directory.
    pub(crate) fn file(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.directory.path().join(name);
        std::fs::write(&path, text).expect("a file");
        path
    }

    /// The path of a file in its working directory.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// A client of its API with a new key of these scopes.
    pub(crate) fn api(&self, scopes: &str) -> Api {
        let made = self.run(&["key", "add", "--name", "test", "--scope", scopes]);
        assert!(
            made.status.success(),
            "{}",
            String::from_utf8_lossy(&made.stderr)
        );
        let key = String::from_utf8(made.stdout)
            .expect("text")
            .trim()
            .to_owned();
        Api {
            client: client(),
            url: format!("{}/api/v1", self.url),
            key,
        }
    }

    /// Stops it and starts it again on the same data.
    pub(crate) fn restarted(self, args: &[&str]) -> Self {
        let directory = self.directory.clone();
        let ended = self.stop_within(Duration::from_secs(15));
        assert_eq!(ended.code(), Some(0));
        Self::start_in(directory, args)
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
