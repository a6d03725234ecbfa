//! `carillon migrate`: brings the database to this version.

use crate::cli::CommandError;
use crate::output;
use crate::settings::Settings;
use crate::use_cases;

/// Migrates, and says to which version.
pub async fn run(settings: &Settings) -> Result<(), CommandError> {
    let settings = Settings {
        migrate: true,
        ..settings.clone()
    };
    let store = use_cases::store(&settings).await?;
    let version = store.schema_version().await?;
    let engine = store.engine_version().await?;
    output::line(format_args!(
        "the database is at version {version} ({engine})"
    ))?;
    store.close().await;
    Ok(())
}
