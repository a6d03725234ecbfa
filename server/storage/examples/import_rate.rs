//! How fast contacts and devices are imported into SQLite, beside a bare
//! multi-row insert of the very same rows into the same tables.
//!
//! `cargo run --release -p storage --example import_rate -- 200000`

use std::time::{Duration, Instant};

use domain::Timestamp;
use domain::app::Capabilities;
use domain::consent::Way;
use domain::contact::{AttributeValue, ContactInput};
use domain::device::{Channel, DeviceInput, OsPermission};
use sqlx::sqlite::{
    SqliteArguments, SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteRow,
    SqliteSynchronous,
};
use sqlx::{Arguments, AssertSqlSafe, Row, SqlitePool, TypeInfo, ValueRef};
use storage::devices::Registration;
use storage::{Options, Store, apps, contacts, devices};

type Failure = Box<dyn std::error::Error>;

const NOW: Timestamp = Timestamp(1_790_000_000_000);
/// Rows in one transaction, as the import takes them.
const BATCH: usize = 2000;
/// Rows in one bare statement.
const STATEMENT: usize = 512;
/// What an import fills.
const TABLES: [&str; 6] = [
    "contacts",
    "consent_events",
    "device_bindings",
    "device_registry",
    "token_registry",
    "device_history",
];

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<(), Failure> {
    let count: usize = std::env::args()
        .nth(1)
        .map_or(Ok(100_000), |text| text.parse())?;
    let folder = tempfile::tempdir()?;
    let open = async |name: &str| -> Result<(Store, String), Failure> {
        let url = format!("sqlite://{}", folder.path().join(name).display());
        let store = Store::open(&url, &Options::new(1)).await?;
        store.migrate().await?;
        Ok((store, url))
    };
    let (store, from) = open("import.db").await?;
    let first = import(&store, count).await?;
    let again = import(&store, count).await?;
    store.close().await;
    let (store, into) = open("bare.db").await?;
    store.close().await;
    let bare = bare(&from, &into).await?;
    report("contacts, first import", count, first.0);
    report("contacts, the same again", count, again.0);
    report("devices, first import", count, first.1);
    report("devices, the same again", count, again.1);
    let contacts = bare[0].1 + bare[1].1;
    let devices = bare[2..].iter().map(|(_, time)| *time).sum();
    report("contacts, bare insert", count, contacts);
    report("devices, bare insert", count, devices);
    println!(
        "contacts: {:.2} of the bare insert",
        contacts.as_secs_f64() / first.0.as_secs_f64()
    );
    println!(
        "devices: {:.2} of the bare insert",
        devices.as_secs_f64() / first.1.as_secs_f64()
    );
    let both = (contacts + devices).as_secs_f64() / (first.0 + first.1).as_secs_f64();
    println!("both: {both:.2} of the bare insert");
    Ok(())
}

fn report(what: &str, rows: usize, time: Duration) {
    let rate = f64::from(u32::try_from(rows).unwrap_or(u32::MAX)) / time.as_secs_f64();
    println!("{what:<26} {rate:>9.0} rows/s");
}

/// Imports contacts and a device for each, and says how long each took.
async fn import(store: &Store, count: usize) -> Result<(Duration, Duration), Failure> {
    let numbers: Vec<usize> = (0..count).collect();
    let people: Vec<(String, ContactInput)> = numbers.iter().map(|&n| person(n)).collect();
    let start = Instant::now();
    for batch in people.chunks(BATCH) {
        let mut tx = store.begin().await?;
        contacts::upsert(&mut tx, batch, NOW, Way::Import, "people.csv").await?;
        tx.commit().await?;
    }
    let contacts = start.elapsed();
    let mut tx = store.begin().await?;
    let (app, _) = apps::put(&mut tx, "shop", "Shop", &Capabilities::default(), NOW).await?;
    tx.commit().await?;
    let ids: Vec<(String, DeviceInput)> = numbers.iter().map(|&n| device(n)).collect();
    let registrations: Vec<Registration<'_>> = people
        .iter()
        .zip(&ids)
        .map(|((external_id, _), (device_id, input))| Registration {
            external_id,
            device_id,
            app_id: app.id,
            input,
        })
        .collect();
    let start = Instant::now();
    for batch in registrations.chunks(BATCH) {
        let mut tx = store.begin().await?;
        devices::register(&mut tx, batch, NOW, Way::Import, "devices.csv").await?;
        tx.commit().await?;
    }
    Ok((contacts, start.elapsed()))
}

fn person(n: usize) -> (String, ContactInput) {
    let input = ContactInput {
        first_name: Some(format!("First{}", n % 977)),
        last_name: Some(format!("Last{}", n % 4999)),
        email: Some(format!("person{n}@example.org")),
        locale: Some("en-GB".to_owned()),
        time_zone: Some("Europe/London".to_owned()),
        opted_in: Some(!n.is_multiple_of(10)),
        attributes: [
            (
                "plan".to_owned(),
                Some(AttributeValue::Text("gold".to_owned())),
            ),
            (
                "orders".to_owned(),
                i64::try_from(n % 40).ok().map(AttributeValue::Int),
            ),
        ]
        .into(),
    };
    (format!("customer-{n}"), input)
}

fn device(n: usize) -> (String, DeviceInput) {
    // Spread over the key space, as real tokens are.
    let spread = (n as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let input = DeviceInput {
        app: "shop".to_owned(),
        channel: Channel::Apns,
        token: format!("{spread:016x}{n:048x}"),
        address_kind: None,
        platform: None,
        os_permission: Some(OsPermission::Granted),
        opted_in: None,
        app_version: Some("4.2.0".to_owned()),
        os_version: Some("18.1".to_owned()),
        model: Some("iPhone16,2".to_owned()),
        locale: Some("en-GB".to_owned()),
        time_zone: Some("Europe/London".to_owned()),
        label: None,
    };
    (format!("{spread:016x}-{n}"), input)
}

/// Copies every row with plain multi-row inserts, and says how long the
/// inserts of each table took; reading is not counted.
async fn bare(from: &str, into: &str) -> Result<Vec<(&'static str, Duration)>, Failure> {
    let from = SqlitePool::connect(from).await?;
    // As the store opens it.
    let options: SqliteConnectOptions = into.parse()?;
    let options = options
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .pragma("cache_size", "-32768");
    let into = SqlitePoolOptions::new()
        .max_connections(1)
        .connect_with(options)
        .await?;
    let mut times = Vec::new();
    for table in TABLES {
        let mut time = Duration::ZERO;
        let mut place = 0;
        loop {
            let order = if table.ends_with("registry") || table == "consent_events" {
                format!("SELECT * FROM {table} LIMIT {BATCH} OFFSET {place}")
            } else {
                format!("SELECT * FROM {table} ORDER BY rowid LIMIT {BATCH} OFFSET {place}")
            };
            let rows = sqlx::query(AssertSqlSafe(order)).fetch_all(&from).await?;
            if rows.is_empty() {
                break;
            }
            place += rows.len();
            let start = Instant::now();
            let mut tx = into.begin_with("BEGIN IMMEDIATE").await?;
            for rows in rows.chunks(STATEMENT) {
                let (sql, arguments) = insert(table, rows)?;
                sqlx::query_with(AssertSqlSafe(sql), arguments)
                    .execute(&mut *tx)
                    .await?;
            }
            tx.commit().await?;
            time += start.elapsed();
        }
        times.push((table, time));
    }
    Ok(times)
}

fn insert(table: &str, rows: &[SqliteRow]) -> Result<(String, SqliteArguments), Failure> {
    let columns = rows.first().map_or(0, |row| row.columns().len());
    let tuple = format!("({})", vec!["?"; columns].join(","));
    let sql = format!(
        "INSERT INTO {table} VALUES {}",
        vec![tuple; rows.len()].join(",")
    );
    let mut arguments = SqliteArguments::default();
    for row in rows {
        for n in 0..columns {
            let raw = row.try_get_raw(n)?;
            let added = match raw.type_info().name() {
                _ if raw.is_null() => arguments.add(None::<i64>),
                "INTEGER" => arguments.add(row.try_get::<i64, _>(n)?),
                "TEXT" => arguments.add(row.try_get::<String, _>(n)?),
                _ => arguments.add(row.try_get::<Vec<u8>, _>(n)?),
            };
            added.map_err(|error| error.to_string())?;
        }
    }
    Ok((sql, arguments))
}
