//! `carillon migrate`: brings the database to this version.

use crate::cli::CommandError;
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
    println!(
        "the database is at version {version} ({})",
        store.engine_version().await?
    );
    store.close().await;
    Ok(())
}
