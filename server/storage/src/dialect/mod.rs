//! What differs between the engines, and nothing else: how many rows become
//! parameters, and the few statements that cannot share their text.

mod postgres;
mod sqlite;

pub(crate) use sqlite::run_between;

use std::future::Future;

use domain::Timestamp;
use serde::de::DeserializeOwned;
use sqlx::{AssertSqlSafe, FromRow};
use uuid::Uuid;

use crate::Result;
use crate::rows::{Rows, Scalar, render};

/// What an engine writes where a template has a mark.
#[derive(Debug)]
pub(crate) struct Marks {
    /// For `{lock}`: `FOR UPDATE`, or nothing where the one writer is lock
    /// enough.
    pub(crate) lock: &'static str,
    /// For `{claim}`: `FOR UPDATE SKIP LOCKED`, or nothing.
    pub(crate) claim: &'static str,
    /// For `{pack}` and `{/pack}`: around the columns of a statement that is
    /// fetched packed.
    pub(crate) pack: [&'static str; 2],
    /// For `{id}` and `{/id}`: around identifiers among them.
    pub(crate) id: [&'static str; 2],
}

/// A bulk statement among others that are run in one turn. It returns nothing, or
/// identifiers.
#[derive(Debug)]
pub(crate) struct Statement<'a> {
    pub(crate) template: &'static str,
    /// What `{rows}` stands for: the statement is left out where there are none.
    pub(crate) rows: Rows<'a>,
    pub(crate) scalars: Vec<Scalar>,
}

/// Rows that were fetched, to be decoded where they are needed: what is allocated
/// on one thread and freed on another costs more than either.
pub(crate) type Fetched<T> = Box<dyn FnOnce() -> Result<T> + Send>;

/// An engine's connection, beyond what sqlx offers alike for both.
pub(crate) trait Dialect: Sized + Send {
    /// The engine's rows.
    type Row: sqlx::Row;

    /// What the engine writes for marks.
    const MARKS: Marks;

    /// The text of a statement without `{rows}`, its marks replaced.
    fn sql(&self, template: &'static str) -> AssertSqlSafe<String> {
        AssertSqlSafe(render(template, "", &Self::MARKS, 0))
    }

    /// Runs a bulk statement, whose template `rows` describes, and says how
    /// many rows it wrote. Without rows it does nothing.
    fn execute_rows(
        &mut self,
        template: &'static str,
        rows: &Rows<'_>,
        scalars: &[Scalar],
    ) -> impl Future<Output = Result<u64>> + Send;

    /// Runs a bulk statement and collects what it returns, in no order.
    fn fetch_rows<T>(
        &mut self,
        template: &'static str,
        rows: &Rows<'_>,
        scalars: &[Scalar],
    ) -> impl Future<Output = Result<Vec<T>>> + Send
    where
        T: for<'r> FromRow<'r, Self::Row> + Send + Unpin;

    /// Runs statements one after the other, and collects the identifiers that they
    /// return: on SQLite in one turn, since each turn wakes its thread and this one.
    fn run_together(
        &mut self,
        statements: &[Statement<'_>],
    ) -> impl Future<Output = Result<Vec<Uuid>>> + Send;

    /// Runs two statements that read many rows, with the same scalars, for what each
    /// finds, in no order. Their columns stand between `{pack}` and
    /// `{/pack}`, identifiers among them between `{id}` and `{/id}`: SQLite hands
    /// all rows over as one JSON text, since each row by itself costs a wake-up, and
    /// each value an allocation; and both statements see one moment there, and the
    /// same pages.
    fn fetch_two_packed<A, B>(
        &mut self,
        templates: [&'static str; 2],
        scalars: &[Scalar],
    ) -> impl Future<Output = Result<Fetched<(Vec<A>, Vec<B>)>>> + Send
    where
        A: for<'r> FromRow<'r, Self::Row> + DeserializeOwned + 'static,
        B: for<'r> FromRow<'r, Self::Row> + DeserializeOwned + 'static;

    /// Runs a bulk statement that reads many rows, marked as for
    /// [`Self::fetch_two_packed`], and collects them, in no order.
    fn fetch_rows_packed<T>(
        &mut self,
        template: &'static str,
        rows: &Rows<'_>,
        scalars: &[Scalar],
    ) -> impl Future<Output = Result<Vec<T>>> + Send
    where
        T: for<'r> FromRow<'r, Self::Row> + DeserializeOwned + Send + Unpin;

    /// The clock that leases are measured by: the database's own on
    /// PostgreSQL, where several machines share it; `now` on SQLite.
    fn lease_clock(&mut self, now: Timestamp) -> impl Future<Output = Result<Timestamp>> + Send;

    /// Waits for and holds the keys with these numbers, given in ascending
    /// order, until the transaction ends. The one writer of SQLite holds them
    /// all anyway.
    fn hold_keys(&mut self, keys: &[i32]) -> impl Future<Output = Result<()>> + Send;
}
