//! The migrations, embedded: the same names in both dialects.

use sqlx::SqlSafeStr;
use sqlx::migrate::{Migration, MigrationType, Migrator};

macro_rules! migrations {
    ($dialect:literal, $(($version:literal, $name:literal)),+ $(,)?) => {
        [$((
            $version,
            $name,
            include_str!(concat!("../../../migrations/", $dialect, "/", $name, ".sql")),
        )),+]
    };
}

/// Both dialects from one list, so that neither can lack a file.
macro_rules! embed {
    ($($entry:tt),+ $(,)?) => {
        /// Version, name and text for SQLite.
        pub(crate) const SQLITE: &[(i64, &str, &str)] = &migrations!("sqlite", $($entry),+);
        /// Version, name and text for PostgreSQL.
        pub(crate) const POSTGRES: &[(i64, &str, &str)] = &migrations!("postgres", $($entry),+);
    };
}

embed! {
    (1, "0001_people"),
    (2, "0002_apps"),
    (3, "0003_contacts"),
    (4, "0004_devices"),
    (5, "0005_events"),
    (6, "0006_campaigns"),
    (7, "0007_enrollments"),
    (8, "0008_deliveries"),
    (9, "0009_work"),
    (10, "0010_idempotency"),
    (11, "0011_device_search"),
    (12, "0012_refused_registrations"),
    (13, "0013_registration_secrets"),
    (14, "0014_credential_limits"),
    (15, "0015_rotated_registration_secrets"),
    (16, "0016_reports"),
    (17, "0017_event_journal"),
    (18, "0018_sends_of_a_chunk"),
    (19, "0019_state_of_a_chunks_sends"),
}

/// What brings a database to this version.
pub(crate) fn migrator(list: &'static [(i64, &'static str, &'static str)]) -> Migrator {
    Migrator::with_migrations(
        list.iter()
            .map(|&(version, name, sql)| {
                Migration::new(
                    version,
                    name.into(),
                    MigrationType::Simple,
                    sql.into_sql_str(),
                    false,
                )
            })
            .collect(),
    )
}

/// The version that this program needs.
pub(crate) fn latest() -> i64 {
    SQLITE.last().map_or(0, |(version, ..)| *version)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// Tables and indexes with their columns' names.
    fn shape(list: &[(i64, &str, &str)]) -> BTreeSet<String> {
        let mut shape = BTreeSet::new();
        let mut table = String::new();
        for line in list.iter().flat_map(|(.., sql)| sql.lines()).map(str::trim) {
            if let Some(name) = line.strip_prefix("CREATE TABLE ") {
                table = name.trim_end_matches(" (").to_owned();
            } else if line.starts_with("CREATE ") {
                shape.insert(line.to_owned());
            } else if let Some((column, _)) = line.split_once(' ')
                && !line.starts_with("--")
            {
                shape.insert(format!("{table}.{column}"));
            }
        }
        shape
    }

    #[test]
    fn both_dialects_have_the_same_tables_columns_and_indexes() {
        let sqlite = shape(SQLITE);
        let postgres = shape(POSTGRES);
        let mut differences: Vec<_> = sqlite.symmetric_difference(&postgres).collect();
        // How a table ends is the one difference in kind.
        differences.retain(|line| !line.ends_with(".)"));
        assert!(differences.is_empty(), "{differences:#?}");
        assert!(
            sqlite.contains("contacts.external_id"),
            "the test reads nothing: {sqlite:?}"
        );
    }

    #[test]
    fn versions_count_up_from_one_without_gaps() {
        for (n, (version, name, _)) in (1..).zip(SQLITE) {
            assert_eq!(*version, n);
            assert!(name.starts_with(&format!("{n:04}_")), "{name}");
        }
    }
}
