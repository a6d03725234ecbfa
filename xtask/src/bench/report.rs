//! The table, and `docs/benchmarks.md`.

use super::{Measured, What};
use crate::workspace::{note, root};
use anyhow::Result;
use std::{fmt::Write as _, fs};

/// One line of the table.
pub(super) struct Row {
    what: String,
    figure: String,
    cpu: String,
    says: String,
    /// Whether its aim was met, if it has one.
    pub(super) verdict: Option<bool>,
}

impl Row {
    /// A rate.
    pub(super) fn new(what: &str, unit: &str, measured: &Measured) -> Self {
        Self {
            what: what.to_owned(),
            figure: format!("{} {unit}", thousands(measured.per_second)),
            cpu: measured
                .cpu_us_each
                .map_or_else(String::new, |cpu| format!("{cpu:.1} µs")),
            says: String::new(),
            verdict: None,
        }
    }

    /// A size.
    pub(super) fn peak(what: &str, megabytes: f64) -> Self {
        Self::figure(what, format!("{megabytes:.0} MB"))
    }

    /// A figure of any other kind.
    pub(super) fn figure(what: &str, figure: String) -> Self {
        Self {
            what: what.to_owned(),
            figure,
            cpu: String::new(),
            says: String::new(),
            verdict: None,
        }
    }

    /// Without processor time: it would be the client's.
    pub(super) fn without_cpu(mut self) -> Self {
        self.cpu.clear();
        self
    }

    /// With what it aims at, and whether that was met.
    pub(super) fn aim(mut self, met: bool, says: String) -> Self {
        self.says = says;
        self.verdict = Some(met);
        self
    }

    /// With a remark.
    pub(super) fn says(mut self, says: String) -> Self {
        self.says = says;
        self
    }
}

/// The measurement in the middle, by its rate; memory and processor time are
/// the middle ones of their own.
pub(super) fn median(measured: &[Measured]) -> Measured {
    let middle = |mut values: Vec<f64>| {
        values.sort_by(f64::total_cmp);
        values.get(values.len() / 2).copied()
    };
    let rate = middle(measured.iter().map(|m| m.per_second).collect());
    Measured {
        per_second: rate.unwrap_or(f64::NAN),
        cpu_us_each: middle(measured.iter().filter_map(|m| m.cpu_us_each).collect()),
        peak_mb: middle(measured.iter().filter_map(|m| m.peak_mb).collect()),
        filed_per_second: middle(measured.iter().filter_map(|m| m.filed_per_second).collect()),
        count: measured.first().map_or(0, |m| m.count),
    }
}

/// A number with a space after each thousand.
pub(super) fn thousands(value: f64) -> String {
    let digits = format!("{value:.0}");
    let mut out = String::new();
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n) % 3 == 0 {
            out.push(' ');
        }
        out.push(digit);
    }
    out
}

/// The table in Markdown.
pub(super) fn table(rows: &[Row]) -> String {
    let mut table =
        String::from("| what | median | own processor time each | aim |\n|---|---:|---:|---|\n");
    for row in rows {
        let verdict = match row.verdict {
            Some(true) => "met: ",
            Some(false) => "**missed**: ",
            None => "",
        };
        // Writing to a String cannot fail.
        let _ = writeln!(
            table,
            "| {} | {} | {} | {verdict}{} |",
            row.what, row.figure, row.cpu, row.says
        );
    }
    table
}

/// Writes the page's part of what was measured, and leaves the others as they
/// are.
pub(super) fn write(what: What, table: &str, rounds: usize) -> Result<()> {
    let path = root().join("docs/benchmarks.md");
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    let before = fs::read_to_string(&path).unwrap_or_default();
    let part = format!(
        "Made by `cargo xtask bench {}` on {}. {}\n\n{table}\n{}\n",
        format!("{what:?}").to_lowercase(),
        machine(),
        method(what, rounds),
        remarks(what),
    );
    fs::write(&path, with_part(&before, what, &part))?;
    note(format!("{}", path.display()));
    Ok(())
}

/// The page with one of its parts anew, in the order of [`What::ALL`].
fn with_part(page: &str, what: What, part: &str) -> String {
    let mut parts: Vec<(&str, &str)> = page
        .split("\n## ")
        .skip(1)
        .filter_map(|part| part.split_once("\n\n"))
        .collect();
    parts.retain(|(title, _)| *title != what.title());
    parts.push((what.title(), part));
    let place = |title: &str| What::ALL.iter().position(|what| what.title() == title);
    parts.sort_by_key(|(title, _)| place(title));
    let parts = parts
        .iter()
        .map(|(title, text)| format!("\n## {title}\n\n{}\n", text.trim_end()));
    format!("# Benchmarks\n{}", parts.collect::<String>())
}

/// How the figures came about.
fn method(what: What, rounds: usize) -> String {
    match what {
        What::Engine | What::Ingest => format!(
            "Release build; each figure is the median of {rounds} measurements in one run, taken \
             in turns."
        ),
        What::Pages => "Release build; each figure is the median of 21 times that the page was \
                        opened."
            .to_owned(),
    }
}

/// What one should know to read the table.
const fn remarks(what: What) -> &'static str {
    match what {
        What::Engine => {
            "The sink is the sandbox's APNs in a process of its own on the same cores, over TLS \
             and HTTP/2, with its log off. The engine starts from decided sends and is done when \
             every outcome is recorded: it loads contacts and devices, asks every gate, renders a \
             personalized push, writes the deliveries, calls, and writes what became of each, with \
             `synchronous=FULL`. The bare loop sends the same number of bodies of about the same \
             size over as many connections and stores nothing; so does node-apn with a hundred \
             thousand, without personalization. A process begins with few calls at a time, in case it is \
             one that keeps dying: a short send has more of that. Memory is `VmHWM` of the engine's process."
        }
        What::Ingest => {
            "The server is the real binary on SQLite with `synchronous=FULL`; it answers when the \
             events are committed. Events are at most 500 bytes, each with an identifier of its \
             own under which it is taken once, of 10 000 contacts. The bare handler is axum's \
             `Json` extractor, which parses the same bodies and drops them. The client keeps 128 \
             connections busy, on the same cores. So many at a time go to the journal: \
             *until all are filed* counts from the first request until the last event is in its \
             place, with the filing that the server puts off while requests come."
        }
        What::Pages => {
            "The server is the real binary on SQLite, asked over one connection by somebody who is \
             signed in as administrator. Every device is another contact's, and every search \
             finds what there is."
        }
    }
}

/// The processor, as Linux names it.
fn machine() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = info
        .lines()
        .find_map(|line| line.strip_prefix("model name"))
        .and_then(|rest| rest.split_once(':'))
        .map_or("an unnamed processor", |(_, name)| name.trim());
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    format!("{cores} cores of {name}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_grouped_for_eyes() {
        for (value, text) in [(7.4, "7"), (999.6, "1 000"), (73_800.0, "73 800")] {
            assert_eq!(thousands(value), text);
        }
    }

    #[test]
    fn a_part_is_put_into_its_place_and_the_others_stay() {
        let page = with_part("", What::Pages, "three\n\ntable\n");
        let page = with_part(&page, What::Engine, "one\n");
        let page = with_part(&page, What::Ingest, "old\n");
        let page = with_part(&page, What::Ingest, "two\n");
        assert_eq!(
            page,
            "# Benchmarks\n\n## Sending, workflows and imports\n\none\n\n## Ingest\n\ntwo\n\
             \n## Pages with many devices\n\nthree\n\ntable\n"
        );
    }

    #[test]
    fn the_middle_measurement_counts() {
        let measured: Vec<Measured> = [9.0, 1.0, 5.0]
            .map(|per_second| Measured {
                per_second,
                cpu_us_each: None,
                peak_mb: Some(per_second),
                filed_per_second: None,
                count: 3,
            })
            .into();
        let middle = median(&measured);
        assert!((middle.per_second - 5.0).abs() < f64::EPSILON);
        assert_eq!(middle.peak_mb, Some(5.0));
    }
}
