//! PostgreSQL: rows as arrays, one a column.

use std::fmt::Write as _;
use std::sync::Arc;

use domain::Timestamp;
use serde::de::DeserializeOwned;
use sqlx::postgres::{PgArguments, PgRow};
use sqlx::{Arguments, AssertSqlSafe, FromRow, PgConnection};
use uuid::Uuid;

use super::{Dialect, Fetched, Marks, Statement};
use crate::rows::{Column, Rows, Scalar, render};
use crate::{Result, StorageError};

impl Dialect for PgConnection {
    type Row = PgRow;

    const MARKS: Marks = Marks {
        lock: "FOR UPDATE",
        claim: "FOR UPDATE SKIP LOCKED",
        pack: ["", ""],
        id: ["", ""],
    };

    async fn execute_rows(
        &mut self,
        template: &'static str,
        rows: &Rows<'_>,
        scalars: &[Scalar],
    ) -> Result<u64> {
        if rows.is_empty() {
            return Ok(0);
        }
        let (sql, arguments) = prepare(template, rows, scalars)?;
        let query = sqlx::query_with(AssertSqlSafe(sql), arguments);
        Ok(query.execute(&mut *self).await?.rows_affected())
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
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let (sql, arguments) = prepare(template, rows, scalars)?;
        let query = sqlx::query_as_with(AssertSqlSafe(sql), arguments);
        Ok(query.fetch_all(&mut *self).await?)
    }

    async fn run_together(&mut self, statements: &[Statement<'_>]) -> Result<Vec<Uuid>> {
        let mut returned = Vec::new();
        for statement in statements {
            let Statement {
                template,
                rows,
                scalars,
            } = statement;
            let ids: Vec<(Uuid,)> = self.fetch_rows(template, rows, scalars).await?;
            returned.extend(ids.into_iter().map(|(id,)| id));
        }
        Ok(returned)
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
        let arguments = || {
            let mut arguments = PgArguments::default();
            add_scalars(&mut arguments, scalars)?;
            Result::Ok(arguments)
        };
        let query = sqlx::query_with(self.sql(first), arguments()?);
        let first = query.fetch_all(&mut *self).await?;
        let query = sqlx::query_with(self.sql(second), arguments()?);
        let second = query.fetch_all(&mut *self).await?;
        Ok(Box::new(move || Ok((decode(&first)?, decode(&second)?))))
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
        self.fetch_rows(template, rows, scalars).await
    }

    async fn lease_clock(&mut self, _now: Timestamp) -> Result<Timestamp> {
        let millis: i64 =
            sqlx::query_scalar("SELECT (EXTRACT(EPOCH FROM clock_timestamp()) * 1000)::BIGINT")
                .fetch_one(&mut *self)
                .await?;
        Ok(Timestamp(millis))
    }

    async fn hold_keys(&mut self, keys: &[i32]) -> Result<()> {
        // The first number keeps these apart from other uses of such locks.
        const SQL: &str = "SELECT pg_advisory_xact_lock(1128353362, key) \
            FROM UNNEST($1::INTEGER[]) AS held (key)";
        sqlx::query(SQL).bind(keys).execute(&mut *self).await?;
        Ok(())
    }
}

fn decode<T: for<'r> FromRow<'r, PgRow>>(rows: &[PgRow]) -> Result<Vec<T>> {
    let rows = rows.iter().map(T::from_row);
    Ok(rows.collect::<sqlx::Result<_>>()?)
}

fn prepare(
    template: &'static str,
    rows: &Rows<'_>,
    scalars: &[Scalar],
) -> Result<(String, PgArguments)> {
    let mut unnest = String::from("SELECT * FROM UNNEST(");
    let mut arguments = PgArguments::default();
    for (n, column) in rows.columns().iter().enumerate() {
        let (ty, added) = match column {
            Column::Small(values) => ("SMALLINT", arguments.add(values)),
            Column::Int(values) => ("INTEGER", arguments.add(values)),
            Column::Big(values) => ("BIGINT", arguments.add(values)),
            Column::Bool(values) => ("BOOLEAN", arguments.add(values)),
            Column::Uuid(values) => ("UUID", arguments.add(values)),
            Column::Text(values) => ("TEXT", arguments.add(values)),
            Column::Bytes(values) => ("BYTEA", arguments.add(values)),
        };
        added.map_err(StorageError::Database)?;
        let comma = if n == 0 { "" } else { "," };
        // Writing to a String cannot fail.
        let _ = write!(unnest, "{comma}${}::{ty}[]", n + 1);
    }
    unnest.push(')');
    add_scalars(&mut arguments, scalars)?;
    let marks = &<PgConnection as Dialect>::MARKS;
    Ok((
        render(template, &unnest, marks, rows.columns().len()),
        arguments,
    ))
}

fn add_scalars(arguments: &mut PgArguments, scalars: &[Scalar]) -> Result<()> {
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
