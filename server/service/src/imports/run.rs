//! Running an import: a thread reads and checks, batches go to the database.

use std::collections::{HashMap, HashSet};
use std::io::Read;

use domain::AppId;
use domain::consent::Way;
use domain::people::{Permission, Principal};
use storage::contacts::{self, Change};
use storage::devices::{self, Registration};
use tokio::sync::mpsc;

use super::contact_rows::ContactRow;
use super::device_rows::DeviceRow;
use super::reject::Reject;
use super::rows::{FromRow, RowOptions, Rows};
use super::source::{ImportError, ImportKind};
use crate::devices::check_endpoint;
use crate::service::require;
use crate::{Result, Service, ServiceError};

/// Rows written in one transaction.
const BATCH: usize = 2_000;

/// How far an import is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ImportReport {
    /// Rows read.
    pub rows: u64,
    /// Rows that were new.
    pub created: u64,
    /// Rows that changed something.
    pub changed: u64,
    /// Rows that said what was known: nothing was written for them.
    pub unchanged: u64,
    /// Rows that were not taken.
    pub rejected: u64,
}

impl ImportReport {
    fn count(&mut self, change: Change) {
        match change {
            Change::Created => self.created += 1,
            Change::Changed => self.changed += 1,
            Change::Unchanged => self.unchanged += 1,
        }
    }
}

/// What an import tells while it runs.
#[derive(Debug)]
pub enum Imported<'a> {
    /// A batch was written.
    Progress(&'a ImportReport),
    /// A row was not taken.
    Rejected(&'a Reject),
}

/// Where the rows come from.
pub type Source = Box<dyn Read + Send>;

/// Whoever wants to hear how an import goes on. An error ends the import.
pub trait Listener: Send {
    /// Something happened.
    fn hear(&mut self, news: Imported<'_>) -> std::io::Result<()>;
}

impl<F: FnMut(Imported<'_>) -> std::io::Result<()> + Send> Listener for F {
    fn hear(&mut self, news: Imported<'_>) -> std::io::Result<()> {
        self(news)
    }
}

/// A batch as it is read: good rows and rejects.
struct Batch<T> {
    rows: Vec<T>,
    rejects: Vec<Reject>,
}

impl Service {
    /// Reads contacts or devices from `source` and takes them batch by batch.
    /// Whatever was written before an error stays. `name` is the file's, for
    /// consent events.
    pub async fn import(
        &self,
        by: &Principal,
        kind: ImportKind,
        source: Source,
        mut options: RowOptions,
        name: &str,
        listener: &mut dyn Listener,
    ) -> Result<ImportReport, ImportFailure> {
        require(by, Permission::EditContacts)?;
        match kind {
            ImportKind::Contacts => {
                let batches = read_batches::<ContactRow>(source, options, |_| Ok(()));
                self.take(batches, ContactWriter { name }, listener).await
            }
            ImportKind::Devices => {
                let apps = self.apps_by_slug().await?;
                if options.app.is_none() && apps.len() == 1 {
                    options.app = apps.keys().next().cloned();
                }
                let known = apps.keys().cloned().collect::<Vec<_>>().join(", ");
                let slugs: HashSet<_> = apps.keys().cloned().collect();
                let reach = self.connector().reach().clone();
                let batches = read_batches(source, options, move |row: &DeviceRow| {
                    let app = &row.input.app;
                    if !slugs.contains(app) {
                        return Err(format!("app “{app}” is not an app; make it first"));
                    }
                    check_endpoint(&reach, &row.input).map_err(|problem| format!("token {problem}"))
                });
                self.take(batches, DeviceWriter { name, apps }, listener)
                    .await
                    .map_err(|failure| match failure {
                        ImportFailure::File(ImportError::NoApp(_)) => {
                            let known = match known.as_str() {
                                "" => "; there is no app yet: make one first".to_owned(),
                                known => format!("; there are: {known}"),
                            };
                            ImportFailure::File(ImportError::NoApp(known))
                        }
                        other => other,
                    })
            }
        }
    }

    async fn apps_by_slug(&self) -> Result<HashMap<String, AppId>> {
        let mut reader = self.reader().await?;
        let apps = crate::apps::all(&mut reader).await?;
        Ok(apps.into_iter().map(|app| (app.slug, app.id)).collect())
    }

    async fn take<W: Writer>(
        &self,
        mut batches: mpsc::Receiver<Result<Batch<W::Row>, ImportError>>,
        writer: W,
        listener: &mut dyn Listener,
    ) -> Result<ImportReport, ImportFailure> {
        let mut report = ImportReport::default();
        while let Some(batch) = batches.recv().await {
            let Batch { rows, rejects } = batch?;
            report.rows += (rows.len() + rejects.len()) as u64;
            for change in writer.write(self, rows).await? {
                report.count(change);
            }
            for reject in &rejects {
                report.rejected += 1;
                listener
                    .hear(Imported::Rejected(reject))
                    .map_err(ImportFailure::Rejects)?;
            }
            listener
                .hear(Imported::Progress(&report))
                .map_err(ImportFailure::Rejects)?;
        }
        self.bell().content_changed();
        Ok(report)
    }
}

/// Why an import ended before the end of its file.
#[derive(Debug, thiserror::Error)]
pub enum ImportFailure {
    /// The file cannot be read.
    #[error(transparent)]
    File(#[from] ImportError),
    /// A batch could not be written.
    #[error(transparent)]
    Service(#[from] ServiceError),
    /// Progress or rejects could not be written down.
    #[error("the rejects cannot be written: {0}")]
    Rejects(std::io::Error),
}

impl From<storage::StorageError> for ImportFailure {
    fn from(error: storage::StorageError) -> Self {
        Self::Service(error.into())
    }
}

/// Reads on a thread of its own, two batches ahead of the database at most.
fn read_batches<T: FromRow>(
    source: Source,
    options: RowOptions,
    judge: impl Fn(&T) -> Result<(), String> + Send + 'static,
) -> mpsc::Receiver<Result<Batch<T>, ImportError>> {
    let (sender, receiver) = mpsc::channel(2);
    tokio::task::spawn_blocking(move || {
        let source: Box<dyn Read> = source;
        let mut rows = match Rows::<T>::open(source, options) {
            Ok(rows) => rows.judged_by(Box::new(judge)),
            Err(error) => return drop(sender.blocking_send(Err(error))),
        };
        loop {
            let (batch, end) = next_batch(&mut rows);
            let empty = batch.rows.is_empty() && batch.rejects.is_empty();
            // A receiver that is gone has heard enough.
            if !empty && sender.blocking_send(Ok(batch)).is_err() {
                return;
            }
            match end {
                Some(Ok(())) => return,
                Some(Err(error)) => return drop(sender.blocking_send(Err(error))),
                None => {}
            }
        }
    });
    receiver
}

/// A full batch, or what is left with the end that came.
fn next_batch<T: FromRow>(rows: &mut Rows<T>) -> (Batch<T>, Option<Result<(), ImportError>>) {
    let mut batch = Batch {
        rows: Vec::with_capacity(BATCH),
        rejects: Vec::new(),
    };
    while batch.rows.len() + batch.rejects.len() < BATCH {
        match rows.next() {
            Ok(Some(Ok(row))) => batch.rows.push(row),
            Ok(Some(Err(reject))) => batch.rejects.push(reject),
            Ok(None) => return (batch, Some(Ok(()))),
            Err(error) => return (batch, Some(Err(error))),
        }
    }
    (batch, None)
}

/// Writes one kind of rows.
trait Writer {
    type Row: FromRow;

    /// Writes a batch in one transaction.
    async fn write(&self, service: &Service, rows: Vec<Self::Row>) -> Result<Vec<Change>>;
}

struct ContactWriter<'a> {
    name: &'a str,
}

impl Writer for ContactWriter<'_> {
    type Row = ContactRow;

    async fn write(&self, service: &Service, rows: Vec<ContactRow>) -> Result<Vec<Change>> {
        let mut tx = service.begin().await?;
        let inputs: Vec<_> = rows
            .iter()
            .map(|row| (row.external_id.clone(), row.input.clone()))
            .collect();
        let upserted =
            contacts::upsert(&mut tx, &inputs, service.now(), Way::Import, self.name).await?;
        tx.commit().await?;
        Ok(upserted
            .into_iter()
            .map(|upserted| upserted.change)
            .collect())
    }
}

struct DeviceWriter<'a> {
    name: &'a str,
    apps: HashMap<String, AppId>,
}

impl Writer for DeviceWriter<'_> {
    type Row = DeviceRow;

    async fn write(&self, service: &Service, rows: Vec<DeviceRow>) -> Result<Vec<Change>> {
        let registrations: Vec<_> = rows
            .iter()
            .filter_map(|row| {
                Some(Registration {
                    external_id: &row.external_id,
                    device_id: &row.device_id,
                    app_id: *self.apps.get(&row.input.app)?,
                    input: &row.input,
                })
            })
            .collect();
        let mut tx = service.begin().await?;
        let registered = devices::register(
            &mut tx,
            &registrations,
            service.now(),
            Way::Import,
            self.name,
        )
        .await?;
        tx.commit().await?;
        Ok(registered
            .into_iter()
            .map(|registered| registered.change)
            .collect())
    }
}
