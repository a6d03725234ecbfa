//! The use cases over an open database, with the key that seals credentials.

use crate::{
    clock::SystemClock,
    database_url::without_password,
    settings::{Role, Settings},
};
use delivery::Connector;
use service::{Bell, KeyCheckError, Parts, Sealer, Service, SystemChance};
use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};
use storage::{Engine, Options, StorageError, Store};

/// Why the data cannot be opened, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The data directory, or one inside it, cannot be made.
    #[error("the directory {path} cannot be made; choose another with --data-dir")]
    Directory {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The database cannot be opened or migrated.
    #[error(
        "the database {url} cannot be used; check that it is there and lets us in, or name another \
         with --database"
    )]
    Database {
        /// Its address, without a password.
        url: String,
        /// Why.
        source: StorageError,
    },
    /// The sealing key cannot be had, or is not the database's.
    #[error(transparent)]
    Sealing(#[from] service::SealingError),
    /// PostgreSQL is shared, so a key in one machine's file is a trap.
    #[error(
        "with PostgreSQL the sealing key must be configured: set CARILLON_SEALING_KEY to 32 random \
         bytes in base64, the same for every process (openssl rand -base64 32)"
    )]
    SealingKeyNeeded,
}

/// Opens the database, and brings its tables to this version unless told not to.
pub async fn store(settings: &Settings) -> Result<Store, OpenError> {
    make_directory(&settings.data_dir)?;
    let url = settings.database_url();
    let opened = async {
        let store = Store::open(&url, &Options::new(rand::random())).await?;
        if settings.migrate {
            store.migrate().await?;
        } else {
            store.check_schema().await?;
        }
        Ok(store)
    };
    opened.await.map_err(|source| unusable(settings, source))
}

/// Opens the database as it is, to look at it: nothing is made and nothing can
/// be changed.
pub async fn store_to_look_at(settings: &Settings) -> Result<Store, OpenError> {
    let options = Options::new(rand::random());
    let opened = async {
        let store = Store::open_to_read(&settings.database_url(), &options).await?;
        store.check_schema().await?;
        Ok(store)
    };
    opened.await.map_err(|source| unusable(settings, source))
}

fn unusable(settings: &Settings, source: StorageError) -> OpenError {
    OpenError::Database {
        url: without_password(&settings.database_url()),
        source,
    }
}

fn make_directory(path: &Path) -> Result<(), OpenError> {
    fs::create_dir_all(path).map_err(|source| OpenError::Directory {
        path: path.to_owned(),
        source,
    })
}

/// The use cases over an open database.
pub async fn open(
    settings: &Settings,
    store: Store,
    bell: Arc<dyn Bell>,
) -> Result<Service, OpenError> {
    let sealer = sealer(settings, store.engine())?;
    make_directory(&uploads(settings))?;
    let service = over(settings, store, sealer, bell);
    service
        .check_sealing_key()
        .await
        .map_err(|error| match error {
            KeyCheckError::Key(error) => OpenError::Sealing(error),
            KeyCheckError::Database(source) => unusable(settings, source),
        })?;
    Ok(service)
}

/// The use cases over these parts, unchecked.
pub fn over(settings: &Settings, store: Store, sealer: Sealer, bell: Arc<dyn Bell>) -> Service {
    Service::new(Parts {
        store,
        twilio_notify: settings.twilio_notify,
        clock: Arc::new(SystemClock),
        chance: Arc::new(SystemChance),
        sealer,
        bell,
        connector: Arc::new(Connector::new(Arc::new(SystemClock), settings.reach())),
        uploads: uploads(settings),
    })
}

fn uploads(settings: &Settings) -> PathBuf {
    settings.data_dir.join("uploads")
}

/// The key that credentials are sealed with, made where that is for us to do.
pub fn sealer(settings: &Settings, engine: Engine) -> Result<Sealer, OpenError> {
    match (&settings.sealing_key, engine) {
        (None, Engine::Sqlite) => {
            let path = sealing_key_file(settings);
            Ok(Sealer::read_or_create(&path, &SystemChance)?)
        }
        (Some(key), _) => Ok(Sealer::from_text(key, "sealing_key")?),
        (None, Engine::Postgres) => Err(OpenError::SealingKeyNeeded),
    }
}

/// The key that credentials are sealed with, unless it is still to be made.
pub fn sealer_at_hand(settings: &Settings, engine: Engine) -> Result<Option<Sealer>, OpenError> {
    let missing = settings.sealing_key.is_none()
        && engine == Engine::Sqlite
        && !sealing_key_file(settings).exists();
    if missing {
        return Ok(None);
    }
    sealer(settings, engine).map(Some)
}

/// Where the sealing key is, when no setting holds it.
pub fn sealing_key_file(settings: &Settings) -> PathBuf {
    settings.data_dir.join("sealing.key")
}

impl Role {
    /// Whether this process answers people and programs.
    pub const fn serves(self) -> bool {
        matches!(self, Self::Web | Self::All)
    }

    /// Whether this process runs the engine.
    pub const fn works(self) -> bool {
        matches!(self, Self::Worker | Self::All)
    }
}
