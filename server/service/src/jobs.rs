//! Uploads: a file is streamed to disk, a persisted job reads it in, and
//! whoever looks sees how far it is. A job that a restart interrupted starts
//! over: rows that were taken already write nothing.

mod files;

use std::path::PathBuf;
use std::time::Duration;

use domain::JobId;
use domain::people::{Permission, Principal};
use domain::view::{ImportProgress, JobState, JobView, Page};
use serde::{Deserialize, Serialize};
use storage::jobs::{self, Job};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use uuid::Uuid;

use crate::imports::{Format, ImportFailure, ImportKind, Imported, RejectsFile, RowOptions};
use crate::service::require;
use crate::{PageRequest, Result, Service, ServiceError, audit};

/// Largest upload, in bytes.
pub const UPLOAD_MAX: u64 = 4 * 1024 * 1024 * 1024;
/// How long a job's lease lasts without a report.
const LEASE_MILLIS: i64 = 30_000;
/// How often progress is written down.
const REPORT_EVERY: Duration = Duration::from_millis(300);
/// Rejects that are kept with the job, to show at once.
const FIRST_REJECTS: usize = 50;
/// The kind of every job so far.
const IMPORT: &str = "import";

/// What an import job is to do.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct ImportOrder {
    kind: ImportKind,
    /// The file's name as it was uploaded.
    name: String,
    /// The file's name in the uploads' folder.
    stored: String,
    bytes: u64,
    app: Option<String>,
    format: Option<Format>,
}

/// What is said of a file beside its bytes.
#[derive(Clone, Debug)]
pub struct Upload {
    /// What it holds.
    pub kind: ImportKind,
    /// Its name.
    pub name: String,
    /// The app of its devices, where the file does not say.
    pub app: Option<String>,
}

impl Service {
    /// Streams an upload to disk and queues its import.
    pub async fn upload(
        &self,
        by: &Principal,
        upload: Upload,
        mut bytes: impl AsyncRead + Unpin + Send,
    ) -> Result<JobView> {
        require(by, Permission::EditContacts)?;
        let name: String = upload
            .name
            .chars()
            .filter(|c| !c.is_control())
            .take(200)
            .collect();
        let now = self.now();
        let stored = self.new_upload(now);
        let path = self.uploads().join(&stored);
        tokio::fs::create_dir_all(self.uploads())
            .await
            .map_err(ServiceError::internal)?;
        let written = match write_out(&path, &mut bytes).await {
            Ok(written) => written,
            Err(error) => {
                // The reason to give up matters more than a file that stays.
                let _ = tokio::fs::remove_file(&path).await;
                return Err(error);
            }
        };
        if written == 0 {
            let _ = tokio::fs::remove_file(&path).await;
            return Err(ServiceError::invalid("file", "is empty"));
        }
        let format = match name
            .rsplit('.')
            .next()
            .map(str::to_ascii_lowercase)
            .as_deref()
        {
            Some("ndjson" | "jsonl") => Some(Format::Ndjson),
            Some("csv" | "tsv") => Some(Format::Csv),
            _ => None,
        };
        let order = ImportOrder {
            kind: upload.kind,
            name: name.clone(),
            stored,
            bytes: written,
            app: upload.app.filter(|app| !app.is_empty()),
            format,
        };
        let input = serde_json::to_value(&order).map_err(ServiceError::internal)?;
        // A large file took its time: the job begins with the whole of it.
        let now = self.now();
        let mut tx = self.begin().await?;
        let job = jobs::queue(&mut tx, IMPORT, &input, &by.actor(), now).await?;
        let facts = [("kind", upload.kind.name()), ("file", name.as_str())];
        audit::note(
            &mut tx,
            by,
            "import.upload",
            &job.id.to_string(),
            &facts,
            now,
        )
        .await?;
        tx.commit().await?;
        view(&job)
    }

    /// A job.
    pub async fn job(&self, by: &Principal, id: JobId) -> Result<JobView> {
        require(by, Permission::Read)?;
        let mut reader = self.reader().await?;
        let job = jobs::find(&mut reader, id)
            .await?
            .ok_or_else(|| ServiceError::not_found("This import"))?;
        view(&job)
    }

    /// Jobs, newest first.
    pub async fn list_jobs(&self, by: &Principal, wish: &PageRequest) -> Result<Page<JobView>> {
        require(by, Permission::Read)?;
        let mut reader = self.reader().await?;
        let found = jobs::list(&mut reader, wish.after()?.as_ref(), wish.limit).await?;
        let items = found.items.iter().map(view).collect::<Result<_>>()?;
        Ok(Page {
            items,
            next: found.next.map(|cursor| cursor.to_string()),
        })
    }

    /// Calls a job off. The rows that were taken stay.
    pub async fn cancel_job(&self, by: &Principal, id: JobId) -> Result<()> {
        require(by, Permission::EditContacts)?;
        let now = self.now();
        let mut tx = self.begin().await?;
        let job = jobs::find(&mut tx, id).await?;
        jobs::cancel(&mut tx, id, now)
            .await
            .map_err(|error| match error {
                storage::StorageError::Conflict => {
                    ServiceError::conflict("This import has ended already.")
                }
                other => ServiceError::finding("This import")(other),
            })?;
        audit::note(&mut tx, by, "import.cancel", &id.to_string(), &[], now).await?;
        tx.commit().await?;
        if let Some(job) = job {
            self.forget_upload(&job).await;
        }
        Ok(())
    }

    /// Where a job's rejects are, if there are any.
    pub async fn job_rejects(&self, by: &Principal, id: JobId) -> Result<PathBuf> {
        require(by, Permission::EditContacts)?;
        let path = self.rejects_path(id);
        if self.job(by, id).await?.progress.rejected == 0 || !path.exists() {
            return Err(ServiceError::not_found("A file of rejected rows"));
        }
        Ok(path)
    }

    /// Works on the next queued job, if there is one; whether there was. The
    /// server calls it again and again.
    pub async fn work_on_next_job(&self, owner: Uuid) -> Result<bool> {
        let mut tx = self.begin().await?;
        let job = jobs::claim(&mut tx, owner, LEASE_MILLIS, self.now()).await?;
        tx.commit().await?;
        let Some(job) = job else { return Ok(false) };
        let (state, progress) = match serde_json::from_value::<ImportOrder>(job.input.clone()) {
            Ok(order) => self.run_import(owner, &job, order).await?,
            Err(error) => {
                tracing::error!(job = %job.id, %error, "a job's order cannot be read");
                let failure = Some("This version cannot read the job.".to_owned());
                (
                    jobs::JobState::Failed,
                    ImportProgress {
                        failure,
                        ..ImportProgress::default()
                    },
                )
            }
        };
        let progress = serde_json::to_value(&progress).map_err(ServiceError::internal)?;
        let mut tx = self.begin().await?;
        jobs::finish(&mut tx, job.id, owner, state, &progress, self.now()).await?;
        tx.commit().await?;
        Ok(true)
    }

    async fn run_import(
        &self,
        owner: Uuid,
        job: &Job,
        order: ImportOrder,
    ) -> Result<(jobs::JobState, ImportProgress)> {
        let path = self.uploads().join(&order.stored);
        let (count, source) = match std::fs::File::open(&path) {
            Ok(file) => counted(file),
            Err(error) => {
                let failure = Some(format!("The uploaded file is gone: {error}."));
                let progress = ImportProgress {
                    failure,
                    ..ImportProgress::default()
                };
                return Ok((jobs::JobState::Failed, progress));
            }
        };
        let mut rejects = RejectsFile::at(self.rejects_path(job.id));
        let (sender, receiver) = tokio::sync::watch::channel(ImportProgress {
            bytes_total: order.bytes,
            ..ImportProgress::default()
        });
        let options = RowOptions {
            format: order.format,
            app: order.app.clone(),
        };
        let mut listener = |news: Imported<'_>| {
            if let Imported::Rejected(reject) = &news {
                rejects.add(reject)?;
            }
            sender.send_modify(|progress| note(progress, &news, count.get()));
            Ok(())
        };
        let import = self.import(
            &Principal::System,
            order.kind,
            source,
            options,
            &order.name,
            &mut listener,
        );
        let ended = {
            let reports = self.report_on(owner, job.id, receiver.clone());
            tokio::select! {
                ended = import => ended,
                // Another process took the job over: it goes on there.
                lost = reports => return Err(lost),
            }
        };
        drop(sender);
        rejects.finish().map_err(ServiceError::internal)?;
        let mut progress = receiver.borrow().clone();
        let state = match ended {
            Ok(_) => {
                progress.bytes_read = progress.bytes_total;
                jobs::JobState::Done
            }
            Err(ImportFailure::Service(ServiceError::Internal { source })) => {
                tracing::error!(job = %job.id, %source, "an import failed");
                let text = "Something went wrong on the server; what was read before is kept.";
                progress.failure = Some(text.to_owned());
                jobs::JobState::Failed
            }
            Err(failure) => {
                progress.failure = Some(failure.to_string());
                jobs::JobState::Failed
            }
        };
        // Nobody needs the file any more; one that stays costs space alone.
        let _ = std::fs::remove_file(&path);
        Ok((state, progress))
    }

    /// Writes progress down and prolongs the lease, until it is lost.
    async fn report_on(
        &self,
        owner: Uuid,
        id: JobId,
        progress: tokio::sync::watch::Receiver<ImportProgress>,
    ) -> ServiceError {
        loop {
            tokio::time::sleep(REPORT_EVERY).await;
            let now_so_far = progress.borrow().clone();
            if let Err(error) = self.report_once(owner, id, &now_so_far).await {
                match error {
                    // The lease lasts many reports: the next may succeed.
                    ServiceError::Unavailable { .. } => {}
                    lost => return lost,
                }
            }
        }
    }

    async fn report_once(&self, owner: Uuid, id: JobId, progress: &ImportProgress) -> Result<()> {
        let progress = serde_json::to_value(progress).map_err(ServiceError::internal)?;
        let mut tx = self.begin().await?;
        jobs::report(&mut tx, id, owner, &progress, LEASE_MILLIS, self.now()).await?;
        tx.commit().await?;
        Ok(())
    }
}

fn note(progress: &mut ImportProgress, news: &Imported<'_>, bytes: u64) {
    match news {
        Imported::Rejected(reject) => {
            if progress.first_rejects.len() < FIRST_REJECTS {
                progress
                    .first_rejects
                    .push((reject.line, reject.reason.clone()));
            }
        }
        Imported::Progress(report) => {
            progress.bytes_read = bytes.min(progress.bytes_total);
            progress.rows = report.rows;
            progress.created = report.created;
            progress.changed = report.changed;
            progress.unchanged = report.unchanged;
            progress.rejected = report.rejected;
        }
    }
}

async fn write_out(path: &std::path::Path, bytes: &mut (impl AsyncRead + Unpin)) -> Result<u64> {
    let mut file = tokio::fs::File::create(path)
        .await
        .map_err(ServiceError::internal)?;
    let mut bounded = bytes.take(UPLOAD_MAX + 1);
    let written = tokio::io::copy(&mut bounded, &mut file)
        .await
        .map_err(|_| ServiceError::invalid("file", "did not arrive whole; upload it again"))?;
    if written > UPLOAD_MAX {
        return Err(ServiceError::invalid(
            "file",
            "is larger than 4 GiB; split it",
        ));
    }
    file.flush().await.map_err(ServiceError::internal)?;
    file.sync_all().await.map_err(ServiceError::internal)?;
    Ok(written)
}

/// Bytes read so far, for whoever shows progress.
#[derive(Clone, Debug, Default)]
pub struct ByteCount(std::sync::Arc<std::sync::atomic::AtomicU64>);

impl ByteCount {
    /// How many.
    pub fn get(&self) -> u64 {
        self.0.load(std::sync::atomic::Ordering::Relaxed)
    }
}

/// A source that counts what is read from it.
pub fn counted(source: impl std::io::Read + Send + 'static) -> (ByteCount, crate::imports::Source) {
    struct Counted<R>(R, ByteCount);
    impl<R: std::io::Read> std::io::Read for Counted<R> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let read = self.0.read(buffer)?;
            self.1
                .0
                .fetch_add(read as u64, std::sync::atomic::Ordering::Relaxed);
            Ok(read)
        }
    }
    let count = ByteCount::default();
    (count.clone(), Box::new(Counted(source, count)))
}

fn view(job: &Job) -> Result<JobView> {
    let order: Option<ImportOrder> = serde_json::from_value(job.input.clone()).ok();
    let progress = serde_json::from_value(job.progress.clone()).map_err(ServiceError::internal)?;
    Ok(JobView {
        id: job.id,
        state: match job.state {
            jobs::JobState::Queued => JobState::Queued,
            jobs::JobState::Running => JobState::Running,
            jobs::JobState::Done => JobState::Done,
            jobs::JobState::Failed => JobState::Failed,
            jobs::JobState::Canceled => JobState::Canceled,
        },
        kind: order
            .as_ref()
            .map_or(String::new(), |order| order.kind.name().to_owned()),
        file: order.map_or(String::new(), |order| order.name),
        progress,
        created_by: job.created_by.clone(),
        created_at: job.created_at,
    })
}
