//! Pages with few devices and with many.

use super::{
    BenchArgs, Programs,
    report::Row,
    server::{Server, command, fresh},
};
use crate::{
    command,
    workspace::{Step, note},
};
use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use std::{fs, path::Path, process::Command};

/// How much slower a page may be with many devices.
const AIM: f64 = 2.0;
/// Fewest devices.
const FEW: u64 = 10_000;

/// A page's time.
#[derive(Deserialize)]
struct Timed {
    page: String,
    /// Milliseconds, the median.
    ms: f64,
}

/// Every page with few devices and with many.
pub(super) fn run(args: &BenchArgs, programs: &Programs, dir: &Path) -> Result<Vec<Row>> {
    let few = times(programs, &dir.join("few"), FEW)?;
    let many = times(programs, &dir.join("many"), args.devices)?;
    ensure!(few.len() == many.len(), "not the same pages");
    Ok(few
        .iter()
        .zip(&many)
        .map(|(few, many)| {
            let ratio = many.ms / few.ms;
            let figure = format!("{:.1} ms", many.ms);
            Row::figure(&many.page, figure).aim(
                ratio <= AIM,
                format!(
                    "at most {AIM} times the {:.1} ms with {FEW}: {ratio:.2}",
                    few.ms
                ),
            )
        })
        .collect())
}

fn times(programs: &Programs, dir: &Path, devices: u64) -> Result<Vec<Timed>> {
    fresh(dir)?;
    fs::create_dir_all(dir.join("data"))?;
    {
        let _step = Step::start(format!("Registering {devices} devices"));
        let database = format!("sqlite://{}", dir.join("data/carillon.db").display());
        let count = devices.to_string();
        command::run_quietly(Command::new(&programs.bench).args([
            "seed-devices",
            "--database",
            &database,
            "--devices",
            &count,
        ]))?;
    }
    let _step = Step::start(format!("Opening pages with {devices} devices"));
    let server = Server::start(programs, dir)?;
    let key = server.key("read")?;
    let functions = command::read(command(&programs.server, dir).arg("functions"))?;
    let use_link = functions
        .lines()
        .find_map(|line| {
            line.strip_prefix("POST ")
                .filter(|path| path.ends_with("/use_link"))
        })
        .context("no function uses a link")?;
    let link = server.link.as_deref().context("no link was offered")?;
    let output = command::read(Command::new(&programs.bench).args([
        "pages",
        "--address",
        &server.address,
        "--link",
        link,
        "--use-link",
        use_link,
        "--key",
        &key,
    ]))?;
    drop(server);
    fresh(dir)?;
    output
        .lines()
        .map(|line| serde_json::from_str(line).with_context(|| format!("{line:?} is no time")))
        .collect::<Result<Vec<Timed>>>()
        .inspect(|times| note(format!("{} pages", times.len())))
}
