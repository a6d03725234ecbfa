//! Import of files, beside bare multi-row inserts of the same rows.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use domain::Shard;
use domain::contact::AttributeValue;
use domain::people::Principal;
use serde_json::json;
use service::imports::{ImportKind, Imported, RowOptions};
use service::{NoBell, Parts, Sealer, Service, SystemChance};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{AssertSqlSafe, ConnectOptions, SqliteConnection};
use uuid::Uuid;

use crate::clock::BenchClock;
use crate::process::Stopwatch;
use crate::{Failure, seed};

/// Rows in one bare statement, and in one bare transaction.
const STATEMENT: usize = 500;
const TRANSACTION: usize = 5_000;

#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    /// Where the files and the database are made.
    #[arg(long)]
    dir: PathBuf,
    /// Contacts, each with a device.
    #[arg(long, default_value_t = 100_000)]
    rows: usize,
}

/// Imports a file of contacts and one of devices into a fresh database.
pub(crate) async fn run(args: ImportArgs) -> Result<(), Failure> {
    let store = seed::fresh(&args.dir).await?;
    let (contacts, devices) = (args.dir.join("contacts.csv"), args.dir.join("devices.csv"));
    write_files(&contacts, &devices, args.rows)?;
    let service = Service::new(Parts {
        store: store.clone(),
        twilio_notify: false,
        clock: Arc::new(BenchClock::default()),
        chance: Arc::new(SystemChance),
        sealer: Sealer::new([7; 32]),
        bell: Arc::new(NoBell),
        connector: Arc::new(delivery::Connector::new(
            Arc::new(BenchClock::default()),
            delivery::Reach::default(),
        )),
        uploads: args.dir.join("uploads"),
    });
    let system = Principal::System;
    service
        .put_app(
            &system,
            "shop",
            "Shop",
            &domain::app::Capabilities::default(),
        )
        .await?;
    let watch = Stopwatch::start();
    let mut taken = 0;
    for (kind, path) in [
        (ImportKind::Contacts, &contacts),
        (ImportKind::Devices, &devices),
    ] {
        let mut listener = |news: Imported<'_>| {
            if let Imported::Rejected(reject) = news {
                return Err(std::io::Error::other(format!("rejected: {reject:?}")));
            }
            Ok(())
        };
        let options = RowOptions {
            format: None,
            app: Some("shop".to_owned()),
        };
        let file = Box::new(File::open(path)?);
        let report = service
            .import(&system, kind, file, options, "bench.csv", &mut listener)
            .await
            .map_err(|failure| format!("{failure:?}"))?;
        taken += report.rows;
    }
    watch.print("import", taken, json!({}));
    store.close().await;
    Ok(())
}

fn write_files(contacts: &Path, devices: &Path, rows: usize) -> Result<(), Failure> {
    let mut file = BufWriter::new(File::create(contacts)?);
    writeln!(file, "external_id,first_name,email,locale,opted_in,city")?;
    for n in 0..rows {
        let (name, input) = seed::contact(n);
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        let city = match input.attributes.get("city") {
            Some(Some(AttributeValue::Text(city))) => city.as_str(),
            _ => "",
        };
        let (first, email) = (text(&input.first_name), text(&input.email));
        writeln!(
            file,
            "{name},{first},{email},{},true,{city}",
            text(&input.locale)
        )?;
    }
    file.flush()?;
    let mut file = BufWriter::new(File::create(devices)?);
    writeln!(file, "external_id,device_id,channel,token,platform")?;
    for n in 0..rows {
        writeln!(file, "contact-{n},device-{n},apns,{n:064x},ios")?;
    }
    file.flush()?;
    Ok(())
}

/// Inserts the same rows into the same two tables, with nothing around it: no
/// history, no registries, nothing looked up.
pub(crate) async fn bare(dir: PathBuf, rows: usize) -> Result<(), Failure> {
    seed::fresh(&dir).await?.close().await;
    let mut db = SqliteConnectOptions::new()
        .filename(dir.join("bench.db"))
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .connect()
        .await?;
    let watch = Stopwatch::start();
    for start in (0..rows).step_by(TRANSACTION) {
        let end = (start + TRANSACTION).min(rows);
        sqlx::query("BEGIN IMMEDIATE").execute(&mut db).await?;
        for from in (start..end).step_by(STATEMENT) {
            let range = from..(from + STATEMENT).min(end);
            insert_contacts(&mut db, range.clone()).await?;
            insert_devices(&mut db, range).await?;
        }
        sqlx::query("COMMIT").execute(&mut db).await?;
    }
    watch.print("bare insert", rows as u64 * 2, json!({}));
    Ok(())
}

fn id(n: usize) -> Uuid {
    Uuid::from_u128(n as u128 + 1)
}

fn shard(n: usize) -> i64 {
    Shard::of(&format!("contact-{n}")).number().into()
}

fn values(columns: usize, rows: usize) -> String {
    let tuple = format!("({})", vec!["?"; columns].join(","));
    vec![tuple; rows].join(",")
}

async fn insert_contacts(
    db: &mut SqliteConnection,
    range: std::ops::Range<usize>,
) -> Result<(), Failure> {
    let sql = format!(
        "INSERT INTO contacts (shard, id, external_id, first_name, email, locale, opted_in, \
         attributes, created_at, updated_at) VALUES {}",
        values(10, range.len())
    );
    let mut query = sqlx::query(AssertSqlSafe(sql));
    for n in range {
        let (name, input) = seed::contact(n);
        query = query
            .bind(shard(n))
            .bind(id(n))
            .bind(name)
            .bind(input.first_name);
        query = query.bind(input.email).bind(input.locale).bind(true);
        query = query
            .bind(serde_json::to_string(&input.attributes)?)
            .bind(1_i64)
            .bind(1_i64);
    }
    query.execute(&mut *db).await?;
    Ok(())
}

async fn insert_devices(
    db: &mut SqliteConnection,
    range: std::ops::Range<usize>,
) -> Result<(), Failure> {
    let sql = format!(
        "INSERT INTO device_bindings (shard, contact_id, id, app_id, device_id, channel, \
         platform, token, os_permission, opted_in, state, registered_at, created_at, updated_at) \
         VALUES {}",
        values(14, range.len())
    );
    let mut query = sqlx::query(AssertSqlSafe(sql));
    for n in range {
        query = query
            .bind(shard(n))
            .bind(id(n))
            .bind(id(n))
            .bind(Uuid::nil());
        query = query.bind(format!("device-{n}")).bind(0_i64).bind(0_i64);
        query = query
            .bind(format!("{n:064x}"))
            .bind(3_i64)
            .bind(true)
            .bind(0_i64);
        query = query.bind(1_i64).bind(1_i64).bind(1_i64);
    }
    query.execute(&mut *db).await?;
    Ok(())
}
