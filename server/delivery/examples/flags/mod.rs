//! What the measuring examples share: flags in, one line of JSON out.

use std::collections::HashMap;
use std::error::Error;
use std::time::Instant;

pub(crate) type Failure = Box<dyn Error + Send + Sync>;

/// `--name value` pairs.
pub(crate) struct Flags(HashMap<String, String>);

impl Flags {
    pub(crate) fn read() -> Result<Self, Failure> {
        let mut args = std::env::args().skip(1);
        let mut flags = HashMap::new();
        while let Some(name) = args.next() {
            let value = args.next().ok_or(format!("{name} needs a value"))?;
            flags.insert(name, value);
        }
        Ok(Self(flags))
    }

    pub(crate) fn text(&self, name: &str) -> Result<&str, Failure> {
        let value = self.0.get(name).map(String::as_str);
        value.ok_or_else(|| format!("{name} is missing").into())
    }

    pub(crate) fn number(&self, name: &str, usual: u64) -> Result<u64, Failure> {
        self.0
            .get(name)
            .map_or(Ok(usual), |value| value.parse().map_err(Into::into))
    }
}

/// A measurement under way.
pub(crate) struct Report {
    started: Instant,
    cpu: Option<f64>,
}

impl Report {
    pub(crate) fn start() -> Self {
        Self {
            started: Instant::now(),
            cpu: cpu_seconds(),
        }
    }

    pub(crate) fn print(&self, sender: &str, pushes: u64, connections: u64, streams: u64) {
        let seconds = self.started.elapsed().as_secs_f64();
        #[expect(clippy::cast_precision_loss, reason = "a count of pushes in a report")]
        let total = pushes as f64;
        let cpu = self.cpu.zip(cpu_seconds());
        let line = serde_json::json!({
            "sender": sender,
            "connections": connections,
            "streams": streams,
            "pushes": pushes,
            "seconds": seconds,
            "pushes_per_second": total / seconds,
            "cpu_us_per_push": cpu.map(|(from, to)| (to - from) / total * 1e6),
        });
        println!("{line}");
    }
}

/// Processor time of this process so far, where the system tells it: fields
/// 14 and 15 of `/proc/self/stat`, in ticks of a hundredth of a second.
fn cpu_seconds() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let user: f64 = fields.next()?.parse().ok()?;
    let system: f64 = fields.next()?.parse().ok()?;
    Some((user + system) / 100.0)
}
