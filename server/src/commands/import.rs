//! `carillon import`: contacts or devices from a file or standard input.

use std::fs::File;
use std::io::{self, IsTerminal, Read};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, ValueEnum};
use domain::people::Principal;
use indicatif::{ProgressBar, ProgressStyle};
use service::NoBell;
use service::imports::{
    Format, ImportFailure, ImportKind, ImportReport, Imported, RejectsFile, RowOptions,
};
use service::jobs::counted;
use std::sync::Arc;

use crate::cli::{CommandError, DataArgs};
use crate::output;
use crate::report::Report;
use crate::settings::Settings;
use crate::use_cases;

/// What to import, and how.
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// What the file holds
    kind: Kind,
    /// CSV or NDJSON file; `-` for standard input
    file: PathBuf,
    /// Where rejected rows go, with line and reason [default: FILE.rejects.csv]
    #[arg(long, value_name = "FILE")]
    rejects: Option<PathBuf>,
    /// App of the devices, where the file has no column for it
    #[arg(long, value_name = "SLUG")]
    app: Option<String>,
    /// How the file is written [default: seen from its first bytes]
    #[arg(long)]
    format: Option<FileFormat>,
    #[command(flatten)]
    pub(crate) data: DataArgs,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Kind {
    Contacts,
    Devices,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum FileFormat {
    Csv,
    Ndjson,
}

/// Nothing could be read.
const NOTHING_READ: u8 = 2;
/// Some rows were rejected.
const SOME_REJECTED: u8 = 1;

/// Imports; the exit code is 0 when all rows were taken, 1 when some were
/// rejected, 2 when nothing was read.
///
/// # Errors
/// When there is no database to import into: see [`nothing_read`].
pub async fn run(settings: &Settings, args: ImportArgs) -> Result<ExitCode, CommandError> {
    let from_stdin = args.file.as_os_str() == "-";
    let (source, bytes) = match open(&args) {
        Ok(opened) => opened,
        Err(error) => {
            eprintln!("carillon: cannot read {}: {error}", args.file.display());
            return Ok(ExitCode::from(NOTHING_READ));
        }
    };
    let store = use_cases::store(settings).await?;
    let service = use_cases::open(settings, store.clone(), Arc::new(NoBell)).await?;
    let mut rejects = RejectsFile::at(args.rejects.clone().unwrap_or_else(|| {
        if from_stdin {
            return PathBuf::from("rejects.csv");
        }
        let mut name = args.file.clone().into_os_string();
        name.push(".rejects.csv");
        name.into()
    }));
    let name = if from_stdin {
        "standard input".to_owned()
    } else {
        args.file
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned()
    };

    let (count, source) = counted(source);
    let bar = progress_bar(bytes);
    let mut so_far = ImportReport::default();
    let mut listener = |news: Imported<'_>| {
        match news {
            Imported::Rejected(reject) => rejects.add(reject)?,
            Imported::Progress(report) => {
                so_far = *report;
                bar.set_position(count.get());
                bar.set_message(format!("{} rows", report.rows));
            }
        }
        Ok(())
    };
    let options = RowOptions {
        format: args.format.map(|format| match format {
            FileFormat::Csv => Format::Csv,
            FileFormat::Ndjson => Format::Ndjson,
        }),
        app: args.app,
    };
    let kind = match args.kind {
        Kind::Contacts => ImportKind::Contacts,
        Kind::Devices => ImportKind::Devices,
    };
    let ended = service
        .import(
            &Principal::System,
            kind,
            source,
            options,
            &name,
            &mut listener,
        )
        .await;
    bar.finish_and_clear();
    let kept = finish(&mut rejects, ended.is_ok()).map_err(ImportFailure::Rejects);
    store.close().await;

    report(&so_far, kind)?;
    if matches!(kept, Ok(true)) {
        eprintln!(
            "rejected rows, with line and reason: {}",
            rejects.path().display()
        );
    }
    let ended = ended.and(kept);
    if let Err(failure) = &ended {
        eprintln!("carillon: {}", Report(failure));
    }
    Ok(ExitCode::from(
        match (so_far.rows, ended.is_ok(), so_far.rejected) {
            (0, ..) => NOTHING_READ,
            (_, true, 0) => 0,
            _ => SOME_REJECTED,
        },
    ))
}

/// Says why an import did not begin.
pub fn nothing_read(error: &CommandError) -> ExitCode {
    eprintln!("carillon: {}", Report(error.as_ref()));
    ExitCode::from(NOTHING_READ)
}

/// Closes the rejects file, and whether there is one. A clean import leaves none
/// of an earlier one's behind.
fn finish(rejects: &mut RejectsFile, all_read: bool) -> io::Result<bool> {
    let made = rejects.finish()?;
    if all_read {
        rejects.remove_earlier()?;
    }
    Ok(made)
}

/// The source, and its size where that is known.
fn open(args: &ImportArgs) -> io::Result<(Box<dyn Read + Send>, Option<u64>)> {
    if args.file.as_os_str() == "-" {
        return Ok((Box::new(io::stdin()), None));
    }
    let file = File::open(&args.file)?;
    let metadata = file.metadata()?;
    if metadata.is_dir() {
        return Err(io::Error::new(
            io::ErrorKind::IsADirectory,
            "it is a directory",
        ));
    }
    let bytes = metadata.is_file().then_some(metadata.len());
    Ok((Box::new(file), bytes))
}

/// A bar on a terminal's standard error, and nothing anywhere else.
fn progress_bar(bytes: Option<u64>) -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let (bar, template) = match bytes {
        Some(bytes) => (
            ProgressBar::new(bytes),
            "{bar:32} {percent:>3}%  {msg}  {bytes_per_sec}  {eta} left",
        ),
        None => (
            ProgressBar::new_spinner(),
            "{spinner} {bytes} read  {msg}  {elapsed}",
        ),
    };
    let style = ProgressStyle::with_template(template);
    if let Ok(style) = style {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(120));
    bar
}

fn report(report: &ImportReport, kind: ImportKind) -> io::Result<()> {
    output::line(format_args!(
        "{} rows of {}: {} new, {} changed, {} unchanged, {} rejected",
        report.rows,
        kind.name(),
        report.created,
        report.changed,
        report.unchanged,
        report.rejected
    ))
}
