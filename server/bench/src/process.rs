//! What the system says about this process.

use std::time::Instant;

use serde_json::{Value, json};

/// A measurement under way.
pub(crate) struct Stopwatch {
    begun: Instant,
    cpu: f64,
}

impl Stopwatch {
    pub(crate) fn start() -> Self {
        Self {
            begun: Instant::now(),
            cpu: cpu_seconds(),
        }
    }

    /// Prints the line of [`Self::stop`].
    pub(crate) fn print(&self, what: &str, count: u64, more: Value) {
        println!("{}", self.stop(what, count, more));
    }

    /// Seconds since the start.
    pub(crate) fn seconds(&self) -> f64 {
        self.begun.elapsed().as_secs_f64()
    }

    /// One line of JSON: how many, how long until now, and how much of this
    /// process it took; `more` is added to it.
    pub(crate) fn stop(&self, what: &str, count: u64, more: Value) -> Value {
        let seconds = self.seconds();
        #[expect(clippy::cast_precision_loss, reason = "a count in a report")]
        let total = count as f64;
        let mut line = json!({
            "what": what,
            "count": count,
            "seconds": seconds,
            "per_second": total / seconds,
            "cpu_us_each": (cpu_seconds() - self.cpu) / total * 1e6,
            "peak_mb": peak_mb(),
        });
        if let (Some(line), Value::Object(more)) = (line.as_object_mut(), more) {
            line.extend(more);
        }
        line
    }
}

/// Processor time of this process so far: fields 14 and 15 of
/// `/proc/self/stat`, in ticks of a hundredth of a second.
fn cpu_seconds() -> f64 {
    let read = || {
        let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
        let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
        let user: f64 = fields.next()?.parse().ok()?;
        let system: f64 = fields.next()?.parse().ok()?;
        Some((user + system) / 100.0)
    };
    read().unwrap_or(f64::NAN)
}

/// `VmHWM` of this process, in megabytes.
fn peak_mb() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kilobytes: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes / 1024.0)
}
