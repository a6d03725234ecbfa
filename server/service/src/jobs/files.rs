//! The files of jobs: uploads that wait to be read in, and rejected rows that a
//! person may take home. Each goes when nobody needs it any more.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use domain::{JobId, Timestamp};
use storage::jobs::{self, Job};
use tokio::fs;

use super::ImportOrder;
use crate::{Result, Service, ServiceError};

/// How long rejected rows are kept.
const REJECTS_KEPT: Duration = Duration::from_hours(30 * 24);
/// How long an upload is left alone that no job is to read: it may be on its way.
const UPLOAD_KEPT: Duration = Duration::from_hours(24);

/// How an upload's name ends.
const UPLOAD: &str = ".upload";
/// How the name of a file of rejected rows ends.
const REJECTS: &str = ".rejects.csv";

impl Service {
    /// The name of a new upload.
    pub(super) fn new_upload(&self, now: Timestamp) -> String {
        format!("{}{UPLOAD}", self.store().ids().next(now).simple())
    }

    /// Where a job's rejected rows are kept.
    pub(super) fn rejects_path(&self, id: JobId) -> PathBuf {
        self.uploads().join(format!("{}{REJECTS}", id.0.simple()))
    }

    /// Removes the upload of a job that will not be read any further. One that
    /// cannot be removed now is swept later.
    pub(super) async fn forget_upload(&self, job: &Job) {
        if let Ok(order) = serde_json::from_value::<ImportOrder>(job.input.clone()) {
            let _ = fs::remove_file(self.uploads().join(order.stored)).await;
        }
    }

    /// Removes uploads that no job is to read any more, and rejected rows that
    /// nobody took home for a month.
    pub(crate) async fn sweep_files(&self) -> Result<()> {
        let mut reader = self.reader().await?;
        let awaited = jobs::unfinished(&mut reader)
            .await?
            .into_iter()
            .map(|job| serde_json::from_value(job.input).map(|order: ImportOrder| order.stored))
            .collect::<Result<HashSet<_>, _>>()
            .map_err(ServiceError::internal)?;
        drop(reader);
        if !self.uploads().exists() {
            return Ok(());
        }
        let mut files = fs::read_dir(self.uploads())
            .await
            .map_err(ServiceError::internal)?;
        while let Some(file) = files.next_entry().await.map_err(ServiceError::internal)? {
            let name = file.file_name().to_string_lossy().into_owned();
            let kept = if name.ends_with(REJECTS) {
                REJECTS_KEPT
            } else if name.ends_with(UPLOAD) && !awaited.contains(&name) {
                UPLOAD_KEPT
            } else {
                continue;
            };
            if is_older(&file.path(), kept, self.now()).await {
                // Somebody else may have removed it in the meantime.
                let _ = fs::remove_file(file.path()).await;
            }
        }
        Ok(())
    }
}

/// Whether a file was last written longer than `age` before `now`.
async fn is_older(path: &Path, age: Duration, now: Timestamp) -> bool {
    let written = fs::metadata(path).await.and_then(|file| file.modified());
    let Some(written) = written
        .ok()
        .and_then(|written| written.duration_since(UNIX_EPOCH).ok())
    else {
        return false;
    };
    let now = u64::try_from(now.as_millis()).map_or(Duration::ZERO, Duration::from_millis);
    now.saturating_sub(written) > age
}
