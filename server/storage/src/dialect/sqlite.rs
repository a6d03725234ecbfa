//! SQLite: rows as `VALUES`.

use std::fmt::{self, Write as _};
use std::marker::PhantomData;
use std::sync::Arc;

use domain::Timestamp;
use serde::de::{DeserializeOwned, Deserializer as _, SeqAccess, Visitor};
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{Arguments, AssertSqlSafe, FromRow, Row, SqliteConnection};
use uuid::Uuid;

use super::{Dialect, Fetched, Marks, Statement};
use crate::rows::{Column, Rows, Scalar, render};
use crate::{Result, StorageError};

mod together;

pub(crate) use together::run_between;

/// Most rows in one statement. Fewer parameters than SQLite's limit of 32766
/// keep statements small enough to stay prepared.
const ROWS_MAX: usize = 512;
/// Most parameters in one statement.
const PARAMETERS_MAX: usize = 8192;

impl Dialect for SqliteConnection {
    type Row = SqliteRow;

    const MARKS: Marks = Marks {
        lock: "",
        claim: "",
        pack: ["json_group_array(json_array(", "))"],
        id: ["hex(", ")"],
    };

    async fn execute_rows(
        &mut self,
        template: &'static str,
        rows: &Rows<'_>,
        scalars: &[Scalar],
    ) -> Result<u64> {
        let mut written = 0;
        let mut slices = slices(rows);
        let mut next = slices
            .next()
            .map(|slice| prepare(template, rows, scalars, slice));
        while let Some(prepared) = next {
            let (sql, arguments) = prepared?;
            let query = sqlx::query_with(AssertSqlSafe(sql), arguments).execute(&mut *self);
            // SQLite works on its own thread: the next slice's parameters are
            // put together meanwhile.
            let following = async {
                slices
                    .next()
                    .map(|slice| prepare(template, rows, scalars, slice))
            };
            let (done, prepared) = futures::join!(query, following);
            written += done?.rows_affected();
            next = prepared;
        }
        Ok(written)
    }

    async fn fetch_rows<T>(
        &mut self,
        template: &'static str,
        rows: &Rows<'_>,
        scalars: &[Scalar],
    ) -> Result<Vec<T>>
    where
        T: for<'r> FromRow<'r, Self::Row> + Send + Unpin,
    {
        let mut found = Vec::new();
        for slice in slices(rows) {
            let (sql, arguments) = prepare(template, rows, scalars, slice)?;
            let query = sqlx::query_as_with(AssertSqlSafe(sql), arguments);
            found.extend(query.fetch_all(&mut *self).await?);
        }
        Ok(found)
    }

    async fn run_together(&mut self, statements: &[Statement<'_>]) -> Result<Vec<Uuid>> {
        run_between("", statements, "", self).await
    }

    async fn fetch_two_packed<A, B>(
        &mut self,
        [first, second]: [&'static str; 2],
        scalars: &[Scalar],
    ) -> Result<Fetched<(Vec<A>, Vec<B>)>>
    where
        A: for<'r> FromRow<'r, Self::Row> + DeserializeOwned + 'static,
        B: for<'r> FromRow<'r, Self::Row> + DeserializeOwned + 'static,
    {
        let mut arguments = SqliteArguments::default();
        add_scalars(&mut arguments, scalars)?;
        let (first, second) = (self.sql(first).0, self.sql(second).0);
        let both = AssertSqlSafe(format!("{first} UNION ALL {second}"));
        let query = sqlx::query_with(both, arguments);
        let packed = query.fetch_all(&mut *self).await?;
        Ok(Box::new(move || {
            let [first, second] = &packed[..] else {
                return Err(StorageError::corrupt("two packed results"));
            };
            Ok((unpack(first.try_get(0)?)?, unpack(second.try_get(0)?)?))
        }))
    }

    async fn fetch_rows_packed<T>(
        &mut self,
        template: &'static str,
        rows: &Rows<'_>,
        scalars: &[Scalar],
    ) -> Result<Vec<T>>
    where
        T: for<'r> FromRow<'r, Self::Row> + DeserializeOwned + Send + Unpin,
    {
        let mut found = Vec::new();
        for slice in slices(rows) {
            let (sql, arguments) = prepare(template, rows, scalars, slice)?;
            let query = sqlx::query_scalar_with(AssertSqlSafe(sql), arguments);
            let packed: String = query.fetch_one(&mut *self).await?;
            found.extend(unpack::<T>(&packed)?);
        }
        Ok(found)
    }

    async fn lease_clock(&mut self, now: Timestamp) -> Result<Timestamp> {
        Ok(now)
    }

    async fn hold_keys(&mut self, _keys: &[i32]) -> Result<()> {
        Ok(())
    }
}

/// Rows that came as one JSON text.
fn unpack<T: DeserializeOwned>(packed: &str) -> Result<Vec<T>> {
    let mut json = serde_json::Deserializer::from_str(packed);
    let rows = json
        .deserialize_seq(Unpacking {
            expected: packed.len() / ROW_LENGTH + 1,
            rows: PhantomData,
        })
        .and_then(|rows| json.end().map(|()| rows));
    rows.map_err(StorageError::corrupt_json("many rows"))
}

/// Bytes of JSON that a packed row takes, about: so that a list of them need not be
/// moved again and again while it grows.
const ROW_LENGTH: usize = 256;

struct Unpacking<T> {
    expected: usize,
    rows: PhantomData<T>,
}

impl<'de, T: DeserializeOwned> Visitor<'de> for Unpacking<T> {
    type Value = Vec<T>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list of rows")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut packed: A) -> std::result::Result<Vec<T>, A::Error> {
        let mut rows = Vec::with_capacity(self.expected);
        while let Some(row) = packed.next_element()? {
            rows.push(row);
        }
        Ok(rows)
    }
}

/// Where each statement starts and how many rows it takes.
fn slices(rows: &Rows<'_>) -> impl Iterator<Item = (usize, usize)> + use<> {
    let most = (PARAMETERS_MAX / rows.columns().len().max(1)).clamp(1, ROWS_MAX);
    let most = 1 << most.ilog2();
    let total = rows.len();
    (0..total)
        .step_by(most)
        .map(move |start| (start, most.min(total - start)))
}

/// For how many rows a statement is written that takes `count`: a power of two or
/// one and a half of it, so that a template has few texts and each stays in the
/// statement cache.
fn places(count: usize) -> usize {
    let power = count.next_power_of_two();
    let less = power / 4 * 3;
    if count <= less { less } else { power }
}

/// The statement for `count` rows from `start`. Rows are bound to anonymous
/// parameters: SQLite looks named ones up in a list as long as they are many.
/// Places that are left stay empty, and a limit keeps them out. The limit is a
/// sum because SQLite looks into a lone parameter when it plans, and so compiles
/// the statement anew whenever another value is bound.
fn prepare(
    template: &'static str,
    rows: &Rows<'_>,
    scalars: &[Scalar],
    (start, count): (usize, usize),
) -> Result<(String, SqliteArguments)> {
    let columns = rows.columns().len();
    let places = places(count);
    let bound = places * columns;
    let limit = bound + scalars.len() + 1;
    let values = values(columns, places, (places > count).then_some(limit));
    let mut arguments = SqliteArguments::default();
    arguments.reserve(limit, 0);
    add_rows(&mut arguments, rows, (start, count), places)?;
    add_scalars(&mut arguments, scalars)?;
    if places > count {
        let limit = i64::try_from(count).unwrap_or(i64::MAX);
        arguments.add(limit).map_err(StorageError::Database)?;
    }
    Ok((
        render(
            template,
            &values,
            &<SqliteConnection as Dialect>::MARKS,
            bound,
        ),
        arguments,
    ))
}

/// The text of rows: so many of so many columns, of which a limit keeps those out that
/// stay empty.
fn values(columns: usize, places: usize, limit: Option<usize>) -> String {
    let tuple = format!("({})", vec!["?"; columns].join(","));
    let mut values = String::with_capacity(48 + (tuple.len() + 1) * places);
    if limit.is_some() {
        values.push_str("SELECT * FROM (");
    }
    values.push_str("VALUES ");
    for row in 0..places {
        if row > 0 {
            values.push(',');
        }
        values.push_str(&tuple);
    }
    if let Some(limit) = limit {
        let _ = write!(values, ") LIMIT ${limit} + 0");
    }
    values
}

/// Adds rows as parameters, and nothing for the places that are left.
fn add_rows(
    arguments: &mut SqliteArguments,
    rows: &Rows<'_>,
    (start, count): (usize, usize),
    places: usize,
) -> Result<()> {
    let columns = rows.columns();
    for row in start..start + count {
        for column in columns {
            match column {
                Column::Small(values) => arguments.add(values[row]),
                Column::Int(values) => arguments.add(values[row]),
                Column::Big(values) => arguments.add(values[row]),
                Column::Bool(values) => arguments.add(values[row]),
                Column::Uuid(values) => arguments.add(values[row]),
                Column::Text(values) => arguments.add(values[row].as_deref()),
                Column::Bytes(values) => arguments.add(values[row].as_deref()),
            }
            .map_err(StorageError::Database)?;
        }
    }
    for _ in count * columns.len()..places * columns.len() {
        arguments.add(None::<i64>).map_err(StorageError::Database)?;
    }
    Ok(())
}

fn add_scalars(arguments: &mut SqliteArguments, scalars: &[Scalar]) -> Result<()> {
    for scalar in scalars {
        match scalar {
            Scalar::Big(value) => arguments.add(*value),
            Scalar::Uuid(value) => arguments.add(*value),
            Scalar::Text(value) => arguments.add(Arc::clone(value)),
        }
        .map_err(StorageError::Database)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use sqlx::Connection as _;

    use super::*;

    #[test]
    fn rows_are_cut_without_gap_or_overlap() {
        for total in [0_usize, 1, 2, 3, 255, 511, 512, 513, 1300] {
            let rows = Rows::new().column(0..i64::try_from(total).unwrap());
            let mut next = 0;
            for (start, count) in slices(&rows) {
                assert_eq!(start, next);
                assert!((1..=ROWS_MAX).contains(&count));
                next += count;
            }
            assert_eq!(next, total);
        }
    }

    #[test]
    fn a_template_has_few_texts_and_hardly_any_empty_place() {
        let texts: BTreeSet<usize> = (1..=ROWS_MAX).map(places).collect();
        assert_eq!(texts.len(), 18);
        for count in 1..=ROWS_MAX {
            let places = places(count);
            assert!(places >= count && places * 2 <= count * 3, "{count}");
        }
    }

    #[tokio::test]
    async fn each_row_is_written_once_however_many_there_are() {
        let mut db = SqliteConnection::connect("sqlite::memory:").await.unwrap();
        sqlx::query("CREATE TABLE t (a INTEGER PRIMARY KEY, b INTEGER NOT NULL)")
            .execute(&mut db)
            .await
            .unwrap();
        let mut first = 0;
        for total in [1, 3, 5, 7, 100, 511, 512, 700_i64] {
            let rows = Rows::new()
                .column(first..first + total)
                .column((0..total).map(|_| 1_i64));
            let written = db
                .execute_rows("INSERT INTO t (a, b) {rows}", &rows, &[])
                .await
                .unwrap();
            assert_eq!(written, total.cast_unsigned());
            let changed = db
                .execute_rows(
                    "WITH r (a, b) AS ({rows}) UPDATE t SET b = r.b + $1 FROM r WHERE t.a = r.a",
                    &rows,
                    &[Scalar::Big(total)],
                )
                .await
                .unwrap();
            assert_eq!(changed, total.cast_unsigned());
            let (rows, sum): (i64, i64) =
                sqlx::query_as("SELECT COUNT(*), SUM(b) FROM t WHERE a >= ?")
                    .bind(first)
                    .fetch_one(&mut db)
                    .await
                    .unwrap();
            assert_eq!((rows, sum), (total, total * (total + 1)));
            first += total;
        }
    }

    #[test]
    fn wide_rows_stay_below_the_limit_of_parameters() {
        let rows = (0..30).fold(Rows::new(), |rows, _| rows.column(vec![1_i16; 1000]));
        assert!(slices(&rows).all(|(_, count)| count * 30 <= PARAMETERS_MAX));
    }
}
