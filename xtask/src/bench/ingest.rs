//! Events over HTTP, beside a bare handler that reads the same bodies.

use super::{
    BenchArgs, Programs,
    report::{Row, median, thousands},
    server::{Bare, Server, fresh, load},
};
use crate::workspace::Step;
use anyhow::{Result, ensure};
use std::path::Path;

/// What share of the bare handler's rate is aimed at.
const AIM: f64 = 0.4;
/// Events in one measurement.
const SINGLE: u64 = 60_000;
const BATCHED: u64 = 400_000;

/// A shape of requests.
struct Shape {
    name: &'static str,
    args: &'static [&'static str],
    events: u64,
}

const SHAPES: [Shape; 4] = [
    Shape {
        name: "events one by one, `POST /api/v1/events`",
        args: &["--door", "rest"],
        events: SINGLE,
    },
    Shape {
        name: "events in batches of 100, `POST /api/v1/events`",
        args: &["--door", "rest", "--batches"],
        events: BATCHED,
    },
    Shape {
        name: "events one by one, `POST /v1/track`",
        args: &["--door", "segment"],
        events: SINGLE,
    },
    Shape {
        name: "events in batches of 100, `POST /v1/batch`",
        args: &["--door", "segment", "--batches"],
        events: BATCHED,
    },
];

/// Each shape at the bare handler and at the server, in turns.
pub(super) fn run(args: &BenchArgs, programs: &Programs, dir: &Path) -> Result<Vec<Row>> {
    let dir = dir.join("ingest");
    fresh(&dir)?;
    let (server, bare) = (Server::start(programs, &dir)?, Bare::start(programs)?);
    let key = server.key("ingest")?;
    let mut first = 0;
    let mut measure = |address: &str, shape: &Shape, filed: &[&str]| {
        let (from, events) = (first.to_string(), shape.events.to_string());
        first += shape.events;
        let more = [shape.args, &["--first", &from, "--events", &events], filed].concat();
        let measured = load(programs, address, &key, &more)?;
        ensure!(
            measured.count == shape.events,
            "{} of {} events were taken",
            measured.count,
            shape.events
        );
        Ok(measured)
    };
    // What is measured next begins when nothing is left to do.
    let filed = ["--filed"];
    // The contacts are there before the first round, as they would be.
    measure(&server.address, &SHAPES[1], &filed)?;
    let mut rows = Vec::new();
    for shape in &SHAPES {
        let _step = Step::start(format!("Taking {}", shape.name));
        let (mut dropped, mut taken) = (Vec::new(), Vec::new());
        for _ in 0..args.rounds {
            dropped.push(measure(&bare.address, shape, &[])?);
            taken.push(measure(&server.address, shape, &filed)?);
        }
        let (dropped, taken) = (median(&dropped), median(&taken));
        let share = taken.per_second / dropped.per_second;
        let bare_name = format!("bare handler: {}", shape.name);
        rows.push(Row::new(&bare_name, "events/s", &dropped).without_cpu());
        rows.push(Row::new(shape.name, "events/s", &taken).without_cpu().aim(
            share >= AIM,
            format!("at least {AIM} of the bare handler: {share:.2}"),
        ));
        if let Some(filed) = taken.filed_per_second {
            let name = format!("the same, until all are filed: {}", shape.name);
            let figure = format!("{} events/s", thousands(filed));
            rows.push(Row::figure(&name, figure));
        }
    }
    drop((server, bare));
    fresh(&dir)?;
    Ok(rows)
}
