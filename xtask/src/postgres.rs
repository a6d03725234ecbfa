//! A PostgreSQL of our own for a test run: started in a scratch directory, stopped
//! at the end, never the one that the machine may be running anyway.

use crate::{
    command::{self, find, is_root},
    packages,
    workspace::Step,
};
use anyhow::{Context, Result, bail};
use std::{
    fs::{self, File},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// The oldest version whose SQL we use.
const OLDEST: u32 = 15;
const START_TIMEOUT: Duration = Duration::from_mins(1);
const USER: &str = "carillon";

/// A running server. Dropping it stops it and removes its data.
pub(crate) struct Postgres {
    binaries: PathBuf,
    directory: TempDir,
    process: Child,
    port: u16,
    /// The account that owns it: PostgreSQL refuses to run as root.
    account: Option<&'static str>,
}

impl Postgres {
    /// Finds or installs PostgreSQL and starts it on loopback.
    pub(crate) fn start() -> Result<Self> {
        let binaries = if let Some(binaries) = find_binaries() {
            binaries
        } else {
            packages::install("PostgreSQL", &["postgresql"])?;
            find_binaries().context("PostgreSQL was installed, and yet initdb is nowhere")?
        };
        check_version(&binaries)?;
        let _step = Step::start(format!("Starting PostgreSQL from {}", binaries.display()));
        let account = unprivileged_account();
        let directory = tempfile::Builder::new().prefix("carillon-pg-").tempdir()?;
        if let Some(account) = account {
            command::run_quietly(Command::new("chown").arg(account).arg(directory.path()))?;
        }
        let data = directory.path().join("data");
        command::run_quietly(
            as_account(account, &binaries.join("initdb"))
                .arg("--pgdata")
                .arg(&data)
                .args(["--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"])
                .args(["--username", USER])
                .current_dir(directory.path()),
        )?;

        let port = free_port()?;
        let log = File::create(directory.path().join("log"))?;
        // A child of ours rather than a daemon: an interrupted run takes it along.
        let process = as_account(account, &binaries.join("postgres"))
            .arg("-D")
            .arg(&data)
            .args(["-c", "listen_addresses=127.0.0.1"])
            .args(["-c", &format!("port={port}")])
            .arg("-c")
            .arg(format!(
                "unix_socket_directories={}",
                directory.path().display()
            ))
            .args(["-c", "max_connections=300"])
            // Tests kill our server, never this one; nothing here need survive.
            .args(["-c", "fsync=off", "-c", "full_page_writes=off"])
            .current_dir(directory.path())
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .context("starting postgres")?;
        let mut server = Self {
            binaries,
            directory,
            process,
            port,
            account,
        };
        server.wait_until_ready()?;
        Ok(server)
    }

    /// Where it is, for `CARILLON_TEST_POSTGRES`.
    pub(crate) fn url(&self) -> String {
        format!("postgres://{USER}@127.0.0.1:{}/postgres", self.port)
    }

    fn wait_until_ready(&mut self) -> Result<()> {
        let started = Instant::now();
        while started.elapsed() < START_TIMEOUT {
            let ready = Command::new(self.binaries.join("pg_isready"))
                .args(["--quiet", "--host=127.0.0.1", "--username", USER])
                .arg(format!("--port={}", self.port))
                .status()?
                .success();
            if ready {
                return Ok(());
            }
            if let Some(status) = self.process.try_wait()? {
                bail!("PostgreSQL ended at once ({status}):\n{}", self.log());
            }
            thread::sleep(Duration::from_millis(100));
        }
        bail!(
            "PostgreSQL was not ready after {} s:\n{}",
            START_TIMEOUT.as_secs(),
            self.log()
        )
    }

    fn log(&self) -> String {
        fs::read_to_string(self.directory.path().join("log")).unwrap_or_default()
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let stopped = command::run_quietly(
            as_account(self.account, &self.binaries.join("pg_ctl"))
                .args(["stop", "--silent", "--mode=immediate", "--pgdata"])
                .arg(self.directory.path().join("data"))
                .current_dir(self.directory.path()),
        );
        if let Err(error) = stopped {
            eprintln!("    {error:#}");
            // Its own process, by the id that we were given.
            let _ = self.process.kill();
        }
        let _ = self.process.wait();
    }
}

/// Debian keeps versions side by side and off `PATH`; others have one on `PATH`.
fn find_binaries() -> Option<PathBuf> {
    let debian = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let version: u32 = entry.file_name().to_string_lossy().parse().ok()?;
            let binaries = entry.path().join("bin");
            binaries
                .join("initdb")
                .exists()
                .then_some((version, binaries))
        })
        .max()
        .map(|(_, binaries)| binaries);
    debian.or_else(|| {
        find("initdb")
            .and_then(|program| program.canonicalize().ok())
            .and_then(|program| program.parent().map(Path::to_owned))
    })
}

fn check_version(binaries: &Path) -> Result<()> {
    let text = command::read(Command::new(binaries.join("postgres")).arg("--version"))?;
    let major = text
        .split(|c: char| !c.is_ascii_digit())
        .find(|part| !part.is_empty())
        .and_then(|part| part.parse::<u32>().ok())
        .with_context(|| format!("`postgres --version` says {text:?}"))?;
    if major < OLDEST {
        bail!("{text} is too old; install PostgreSQL {OLDEST} or newer");
    }
    Ok(())
}

/// Whom to run it as: ourselves, or somebody harmless when we are root.
fn unprivileged_account() -> Option<&'static str> {
    if !is_root() {
        return None;
    }
    let packaged = command::read(Command::new("id").args(["-u", "postgres"])).is_ok();
    Some(if packaged { "postgres" } else { "nobody" })
}

fn as_account(account: Option<&str>, program: &Path) -> Command {
    match account {
        None => Command::new(program),
        Some(account) => {
            let mut command = Command::new("runuser");
            command.args(["-u", account, "--"]).arg(program);
            command
        }
    }
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}
