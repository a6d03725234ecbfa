//! `cargo xtask bench`: what Carillon does in a second, beside what a bare
//! loop, h2load and node-apn do on the same machine in the same run.

mod ingest;
mod pages;
mod report;
mod rivals;
mod server;

use crate::{
    command,
    toolchain::Toolchain,
    workspace::{Step, cargo_target, note, target},
};
use anyhow::{Context, Result, bail};
use report::{Row, median};
use rivals::Sink;
use serde::Deserialize;
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

/// What can be measured by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum What {
    /// Sending, workflows and imports
    Engine,
    /// Events over HTTP
    Ingest,
    /// Pages with few devices and with many
    Pages,
}

impl What {
    const ALL: [Self; 3] = [Self::Engine, Self::Ingest, Self::Pages];

    /// Its heading in `docs/benchmarks.md`.
    const fn title(self) -> &'static str {
        match self {
            Self::Engine => "Sending, workflows and imports",
            Self::Ingest => "Ingest",
            Self::Pages => "Pages with many devices",
        }
    }

    fn measure(self, args: &BenchArgs, programs: &Programs, dir: &Path) -> Result<Vec<Row>> {
        match self {
            Self::Engine => {
                rivals::ensure()?;
                let mut rows = sends(args, programs, dir)?;
                rows.extend(steps(args, programs, dir)?);
                rows.extend(imports(args, programs, dir)?);
                Ok(rows)
            }
            Self::Ingest => ingest::run(args, programs, dir),
            Self::Pages => pages::run(args, programs, dir),
        }
    }
}

/// What to measure.
#[derive(clap::Args)]
pub(crate) struct BenchArgs {
    /// What to measure instead of everything
    #[arg(value_enum)]
    what: Vec<What>,
    /// How often each is measured; the median counts
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Contacts of the send whose rate is compared
    #[arg(long, default_value_t = 400_000)]
    contacts: u64,
    /// Contacts of a short send, for its memory and for how it begins
    #[arg(long, default_value_t = 100_000)]
    few: u64,
    /// Contacts of the larger send, for its memory and its rate; 0 leaves it out
    #[arg(long, default_value_t = 1_000_000)]
    many: u64,
    /// Devices of the larger account
    #[arg(long, default_value_t = 1_000_000)]
    devices: u64,
    /// Only print the table, leave docs/benchmarks.md as it is
    #[arg(long)]
    dry: bool,
}

/// Connections to the sink, for the engine and for the bare loop alike.
const CONNECTIONS: &str = "4";

/// One line that a measurement prints.
#[derive(Clone, Debug, Deserialize)]
struct Measured {
    #[serde(alias = "pushes_per_second")]
    per_second: f64,
    #[serde(alias = "cpu_us_per_push")]
    cpu_us_each: Option<f64>,
    peak_mb: Option<f64>,
    filed_per_second: Option<f64>,
    #[serde(default)]
    count: u64,
}

/// Builds, measures, prints, and writes `docs/benchmarks.md`.
pub(crate) fn run(args: &BenchArgs) -> Result<ExitCode> {
    let toolchain = Toolchain::ensure()?;
    let wanted = |what: &What| args.what.is_empty() || args.what.contains(what);
    let programs = Programs::build(&toolchain, wanted(&What::Ingest) || wanted(&What::Pages))?;
    let dir = target().join("bench");
    fs::create_dir_all(&dir)?;
    let mut missed = 0;
    for what in What::ALL.into_iter().filter(wanted) {
        let rows = what.measure(args, &programs, &dir)?;
        let table = report::table(&rows);
        println!("\n{table}");
        missed += rows.iter().filter(|row| row.verdict == Some(false)).count();
        if !args.dry {
            report::write(what, &table, args.rounds)?;
        }
    }
    for file in [
        "seed.db",
        "few.db",
        "bench.db",
        "bench.db-wal",
        "bench.db-shm",
        "many.db",
    ] {
        // Some hundred megabytes that nobody needs again.
        let _ = fs::remove_file(dir.join(file));
    }
    note(format!("{missed} aims missed"));
    Ok(if missed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// The measured programs.
struct Programs {
    bench: PathBuf,
    bare_loop: PathBuf,
    server: PathBuf,
}

impl Programs {
    /// Compiles them; the server, which takes longest, where it is measured itself.
    fn build(toolchain: &Toolchain, with_server: bool) -> Result<Self> {
        let _step = Step::start("Compiling what is measured, optimized");
        command::run(
            toolchain
                .cargo()
                .args(["build", "--release", "--package", "bench"]),
        )?;
        command::run(toolchain.cargo().args([
            "build",
            "--release",
            "--package",
            "delivery",
            "--example",
            "bare_loop",
        ]))?;
        if with_server {
            command::run(toolchain.cargo().args([
                "build",
                "--release",
                "--package",
                "server",
                "--bin",
                "carillon",
            ]))?;
        }
        let release = cargo_target().join("release");
        Ok(Self {
            server: release.join("carillon"),
            bench: release.join("carillon-bench"),
            bare_loop: release.join("examples").join("bare_loop"),
        })
    }

    fn bench(&self, args: &[&str]) -> Result<Measured> {
        measure(Command::new(&self.bench).args(args))
    }
}

/// Runs a measurement and reads its line.
fn measure(command: &mut Command) -> Result<Measured> {
    let output = command::read(command)?;
    let line = output.lines().last().unwrap_or_default();
    serde_json::from_str(line).with_context(|| format!("no measurement in {line:?}"))
}

/// The engine beside its rivals, and its memory.
fn sends(args: &BenchArgs, programs: &Programs, dir: &Path) -> Result<Vec<Row>> {
    let sink = Sink::start(&programs.bench, dir)?;
    let seed = dir.join("seed.db");
    seed_database(programs, &seed, args.contacts)?;
    let pushes = args.contacts.to_string();
    let (mut bare, mut h2load, mut node, mut engine) = (vec![], vec![], vec![], vec![]);
    for round in 1..=args.rounds {
        let _step = Step::start(format!("Sending, round {round} of {}", args.rounds));
        bare.push(bare_loop(programs, &sink, &pushes)?);
        h2load.push(sink.h2load(&pushes)?);
        node.push(sink.node_apn(&args.few.to_string())?);
        engine.push(dispatch(programs, &sink, dir, &seed, args.contacts)?);
    }
    let (bare, h2load) = (median(&bare), median(&h2load));
    let (node, engine) = (median(&node), median(&engine));
    let mut rows = vec![
        Row::new("h2load, 4 connections", "pushes/s", &h2load),
        Row::new("bare hyper loop, 4 connections", "pushes/s", &bare).aim(
            bare.per_second >= 0.4 * h2load.per_second,
            format!(
                "at least 0.4 of h2load: {:.2}",
                bare.per_second / h2load.per_second
            ),
        ),
        Row::new("node-apn", "pushes/s", &node),
        Row::new(
            &format!(
                "whole engine, SQLite, FULL, 4 connections, {} deliveries",
                args.contacts
            ),
            "deliveries/s",
            &engine,
        )
        .aim(
            engine.per_second >= 0.5 * bare.per_second
                && engine.per_second >= 2.0 * node.per_second,
            format!(
                "at least 0.5 of the bare loop: {:.2}; at least 2 of node-apn: {:.1}",
                engine.per_second / bare.per_second,
                engine.per_second / node.per_second
            ),
        ),
    ];
    let short = short_sends(args, programs, &sink, dir)?;
    let small = short.peak_mb.unwrap_or(f64::NAN);
    let rate = format!("whole engine, {} deliveries", args.few);
    rows.push(Row::new(&rate, "deliveries/s", &short).says(format!(
        "{:.2} of the bare loop: it begins with few calls at a time",
        short.per_second / bare.per_second
    )));
    rows.push(
        Row::peak(&format!("peak memory, {} deliveries", args.few), small)
            .aim(small < 200.0, "under 200 MB".to_owned()),
    );
    if args.many > 0 {
        let _step = Step::start(format!("Sending to {}", args.many));
        let many = dir.join("many.db");
        seed_database(programs, &many, args.many)?;
        let large = dispatch_here(programs, &sink, dir, &many, args.many)?;
        let peak = large.peak_mb.unwrap_or(f64::NAN);
        let rate = format!("whole engine, {} deliveries", args.many);
        rows.push(Row::new(&rate, "deliveries/s", &large).says(format!(
            "{:.2} of the bare loop",
            large.per_second / bare.per_second
        )));
        rows.push(
            Row::peak(&format!("peak memory, {} deliveries", args.many), peak).aim(
                peak <= 1.2 * small,
                format!("at most 1.2 of the smaller send's: {:.2}", peak / small),
            ),
        );
    }
    Ok(rows)
}

/// Short sends, of which the first moments are a good part.
fn short_sends(args: &BenchArgs, programs: &Programs, sink: &Sink, dir: &Path) -> Result<Measured> {
    let _step = Step::start(format!("Sending to {}", args.few));
    let seed = dir.join("few.db");
    seed_database(programs, &seed, args.few)?;
    let sent: Vec<Measured> = (0..args.rounds)
        .map(|_| dispatch(programs, sink, dir, &seed, args.few))
        .collect::<Result<_>>()?;
    Ok(median(&sent))
}

fn url(database: &std::path::Path) -> String {
    format!("sqlite://{}", database.display())
}

fn seed_database(programs: &Programs, database: &Path, contacts: u64) -> Result<()> {
    let _step = Step::start(format!("Preparing {contacts} decided sends"));
    for suffix in ["", "-wal", "-shm", ".engine-lock"] {
        let mut file = database.as_os_str().to_owned();
        file.push(suffix);
        if Path::new(&file).exists() {
            fs::remove_file(file)?;
        }
    }
    let contacts = contacts.to_string();
    command::run_quietly(Command::new(&programs.bench).args([
        "seed",
        "--database",
        &url(database),
        "--contacts",
        &contacts,
    ]))
}

fn bare_loop(programs: &Programs, sink: &Sink, pushes: &str) -> Result<Measured> {
    measure(
        Command::new(&programs.bare_loop)
            .args([
                "--address",
                &sink.address,
                "--key-id",
                &sink.key,
                "--team-id",
                &sink.team,
            ])
            .arg("--ca")
            .arg(sink.dir.join("ca.pem"))
            .arg("--key")
            .arg(sink.dir.join("key.p8"))
            .args([
                "--connections",
                CONNECTIONS,
                "--streams",
                "500",
                "--pushes",
                pushes,
            ]),
    )
}

/// Sends from a copy of the seeded database.
fn dispatch(
    programs: &Programs,
    sink: &Sink,
    dir: &Path,
    seed: &Path,
    contacts: u64,
) -> Result<Measured> {
    let database = dir.join("bench.db");
    for suffix in ["-wal", "-shm"] {
        let _ = fs::remove_file(format!("{}{suffix}", database.display()));
    }
    fs::copy(seed, &database)?;
    // Else the disk would still be busy with the copy.
    fs::File::open(&database)?.sync_all()?;
    dispatch_here(programs, sink, dir, &database, contacts)
}

fn dispatch_here(
    programs: &Programs,
    sink: &Sink,
    dir: &Path,
    database: &Path,
    contacts: u64,
) -> Result<Measured> {
    let dir = dir.display().to_string();
    let measured = programs.bench(&[
        "dispatch",
        "--database",
        &url(database),
        "--dir",
        &dir,
        "--address",
        &sink.address,
        "--team",
        &sink.team,
        "--key",
        &sink.key,
        "--connections",
        CONNECTIONS,
    ])?;
    if measured.count != contacts {
        bail!("{} of {contacts} deliveries were accepted", measured.count);
    }
    Ok(measured)
}

fn steps(args: &BenchArgs, programs: &Programs, dir: &Path) -> Result<Vec<Row>> {
    let _step = Step::start("Stepping through workflows");
    let dir = dir.display().to_string();
    let (mut memory, mut stored) = (Vec::new(), Vec::new());
    for _ in 0..args.rounds {
        memory.push(programs.bench(&["steps-in-memory"])?);
        stored.push(programs.bench(&["steps", "--dir", &dir])?);
    }
    Ok(vec![
        Row::new("step machine in memory", "steps/s", &median(&memory)),
        Row::new(
            "step machine through SQLite, FULL",
            "steps/s",
            &median(&stored),
        ),
    ])
}

fn imports(args: &BenchArgs, programs: &Programs, dir: &Path) -> Result<Vec<Row>> {
    let _step = Step::start("Importing");
    let dir = dir.display().to_string();
    let (mut import, mut bare) = (Vec::new(), Vec::new());
    for _ in 0..args.rounds {
        bare.push(programs.bench(&["bare-insert", "--dir", &dir])?);
        import.push(programs.bench(&["import", "--dir", &dir])?);
    }
    let (import, bare) = (median(&import), median(&bare));
    let share = import.per_second / bare.per_second;
    Ok(vec![
        Row::new("bare multi-row insert: contacts, devices", "rows/s", &bare),
        Row::new("import: contacts, devices", "rows/s", &import).says(format!(
            "{share:.2} of the bare insert, with registries, history and consent"
        )),
    ])
}
