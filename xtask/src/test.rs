//! `cargo xtask test`: every check there is, none skipped in silence, with counts.

mod cargo;
mod libraries;
mod stage;
mod tally;

use crate::{
    build, node, packages,
    postgres::Postgres,
    site,
    toolchain::Toolchain,
    workspace::{Step, note},
};
use anyhow::Result;
use stage::Stage;
use std::process::ExitCode;
use tally::Tally;

/// What to run.
#[derive(clap::Args)]
pub(crate) struct TestArgs {
    /// Stages to run instead of all
    #[arg(value_enum)]
    stages: Vec<Stage>,
}

/// What the stages share.
struct Bench {
    toolchain: Toolchain,
    postgres: Option<Postgres>,
}

/// Sets up, runs the stages, and reports. A stage that fails does not keep the
/// others from running.
pub(crate) fn run(args: &TestArgs) -> Result<ExitCode> {
    let stages: Vec<Stage> = Stage::ALL
        .into_iter()
        .filter(|stage| args.stages.is_empty() || args.stages.contains(stage))
        .collect();
    let mut bench = set_up(&stages)?;
    let mut results: Vec<(Stage, Tally)> = Vec::new();
    for stage in stages {
        let step = Step::start(format!("Test stage: {stage}"));
        let tally = match run_stage(stage, &bench) {
            Ok(tally) => tally,
            Err(error) => {
                eprintln!("    {stage} failed: {error:#}");
                Tally::failed_once(format!("{stage}: {error:#}"))
            }
        };
        drop(step);
        results.push((stage, tally));
    }
    bench.postgres.take();
    Ok(report(&results))
}

/// Everything that the chosen stages need, before the first of them runs.
fn set_up(stages: &[Stage]) -> Result<Bench> {
    let toolchain = Toolchain::ensure()?;
    let wants = |stage| stages.contains(&stage);
    if wants(Stage::Format) || wants(Stage::Lint) {
        toolchain.ensure_lints()?;
    }
    if wants(Stage::Browser) {
        node::ensure()?;
        ensure_chromium()?;
    }
    if wants(Stage::Unit) && std::env::var_os("CARILLON_GOLDEN_LIQUID").is_none() {
        note("CARILLON_GOLDEN_LIQUID is not set: the golden-liquid cases will not be judged");
    }
    let postgres = (wants(Stage::Conformance) || wants(Stage::Program))
        .then(Postgres::start)
        .transpose()?;
    Ok(Bench {
        toolchain,
        postgres,
    })
}

fn run_stage(stage: Stage, bench: &Bench) -> Result<Tally> {
    let Bench {
        toolchain,
        postgres,
    } = bench;
    let postgres = postgres.as_ref().map(Postgres::url);
    match stage {
        Stage::Format => Ok(cargo::check(
            "rustfmt",
            toolchain.cargo().args(["fmt", "--all", "--check"]),
        )),
        Stage::Site => {
            let site = site::build(toolchain)?;
            Ok(if site.wasm_bytes <= site::WASM_LIMIT {
                Tally::passed_once()
            } else {
                Tally::failed_once(format!("too large: {}", site.summary()))
            })
        }
        Stage::Lint => Ok(cargo::lint(toolchain)),
        Stage::Unit => cargo::unit(toolchain),
        Stage::Conformance => cargo::conformance(toolchain, postgres.as_deref()),
        Stage::Program => {
            // The binary under test carries the site.
            site::build(toolchain)?;
            match libraries::ensure() {
                Ok(libraries) => cargo::program(toolchain, postgres.as_deref(), Some(&libraries)),
                Err(error) => {
                    let mut tally = cargo::program(toolchain, postgres.as_deref(), None)?;
                    let what = format!("Segment's libraries were not judged: {error:#}");
                    tally.add(&Tally::failed_once(what));
                    Ok(tally)
                }
            }
        }
        Stage::Browser => {
            site::build(toolchain)?;
            build::server(toolchain, false)?;
            stage::browser()
        }
    }
}

/// Chromium from wherever `end2end/lib/browser.js` looks for it.
fn ensure_chromium() -> Result<()> {
    let present = std::env::var_os("CARILLON_CHROMIUM").is_some()
        || [
            "/usr/bin/chromium",
            "/usr/bin/chromium-browser",
            "/usr/bin/google-chrome",
            "/usr/bin/google-chrome-stable",
            "/Applications/Google Chrome.app",
            "/Applications/Chromium.app",
        ]
        .iter()
        .any(|path| std::path::Path::new(path).exists());
    if present {
        return Ok(());
    }
    packages::install("Chromium", &["chromium"])
}

/// Counts by stage, what failed by name, and the total as the last line.
fn report(results: &[(Stage, Tally)]) -> ExitCode {
    println!();
    let mut total = Tally::default();
    for (stage, tally) in results {
        println!("{:<12} {tally}", stage.to_string());
        total.add(tally);
    }
    for failure in &total.failures {
        println!("FAILED  {failure}");
    }
    for ignored in &total.ignored {
        println!("IGNORED {ignored}");
    }
    println!("{} passed, {} failed", total.passed, total.failed);
    if total.failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
