//! Several statements as one text: SQLite's thread is woken once for all of them.

use futures::TryStreamExt;
use sqlx::sqlite::SqliteArguments;
use sqlx::{Arguments, AssertSqlSafe, Executor, Row, SqliteConnection};
use uuid::Uuid;

use super::{Dialect, PARAMETERS_MAX, ROWS_MAX, Statement, add_rows, add_scalars, values};
use crate::rows::{Rows, render};
use crate::{Result, StorageError};

/// For how many rows a statement among others is written: few sizes, since each
/// set of sizes is a text of its own.
const PLACES: [usize; 3] = [16, 64, 256];

/// Runs `statements` between two that need nothing, and collects the identifiers that
/// they return.
pub(crate) async fn run_between(
    first: &str,
    statements: &[Statement<'_>],
    last: &str,
    db: &mut SqliteConnection,
) -> Result<Vec<Uuid>> {
    let (sql, arguments) = together(first, statements, last)?;
    if sql.is_empty() {
        return Ok(Vec::new());
    }
    // sqlx means to give up several statements in one text with parameters some day; the
    // tests below would say so.
    let query = sqlx::query_with(AssertSqlSafe(sql), arguments);
    let mut answers = db.fetch_many(query);
    let mut returned = Vec::new();
    while let Some(answer) = answers.try_next().await? {
        if let Some(row) = answer.right() {
            returned.push(row.try_get(0)?);
        }
    }
    Ok(returned)
}

/// The statements' text and parameters. What rows are bound to has no names and is
/// counted on from statement to statement; named parameters, counted over all of
/// them, come after.
fn together(
    first: &str,
    statements: &[Statement<'_>],
    last: &str,
) -> Result<(String, SqliteArguments)> {
    let parts: Vec<(&Statement<'_>, usize, usize, usize)> = statements
        .iter()
        .flat_map(|statement| {
            slices(&statement.rows)
                .map(move |(start, count, places)| (statement, start, count, places))
        })
        .collect();
    let mut arguments = SqliteArguments::default();
    let mut base = 0;
    for &(Statement { rows, .. }, start, count, places) in &parts {
        add_rows(&mut arguments, rows, (start, count), places)?;
        base += places * rows.columns().len();
    }
    let mut sql = first.to_owned();
    for (statement, _, count, places) in parts {
        let Statement {
            template,
            rows,
            scalars,
        } = statement;
        add_scalars(&mut arguments, scalars)?;
        let limit = base + scalars.len() + 1;
        let rows = values(rows.columns().len(), places, Some(limit));
        let text = render(template, &rows, &SqliteConnection::MARKS, base);
        push(&mut sql, &text);
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        arguments.add(count).map_err(StorageError::Database)?;
        base = limit;
    }
    push(&mut sql, last);
    Ok((sql, arguments))
}

fn push(sql: &mut String, statement: &str) {
    if !sql.is_empty() && !statement.is_empty() {
        sql.push_str("; ");
    }
    sql.push_str(statement);
}

/// Where each part starts, how many rows it has, and how many it is written for.
fn slices(rows: &Rows<'_>) -> impl Iterator<Item = (usize, usize, usize)> + use<> {
    let most = (PARAMETERS_MAX / rows.columns().len().max(1)).clamp(1, ROWS_MAX);
    let total = rows.len();
    let most = PLACES
        .into_iter()
        .rev()
        .find(|places| *places <= most)
        .unwrap_or(1);
    (0..total).step_by(most).map(move |start| {
        let count = most.min(total - start);
        let places = PLACES.into_iter().find(|places| *places >= count);
        (start, count, places.unwrap_or(count))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rows::Scalar;
    use sqlx::Connection;

    async fn table() -> SqliteConnection {
        let mut db = SqliteConnection::connect("sqlite::memory:")
            .await
            .expect("opens");
        sqlx::query("CREATE TABLE t (id BLOB PRIMARY KEY, n INTEGER NOT NULL)")
            .execute(&mut db)
            .await
            .expect("is made");
        db
    }

    fn insert(ids: &[Uuid]) -> Statement<'_> {
        Statement {
            template: "INSERT INTO t (id, n) {rows}",
            rows: Rows::new()
                .column(ids.iter().copied())
                .column(ids.iter().map(|_| 1_i64)),
            scalars: Vec::new(),
        }
    }

    fn raise(ids: &[Uuid], by: i64, but: Uuid) -> Statement<'_> {
        Statement {
            template: "WITH r (id) AS ({rows}) UPDATE t SET n = n + $1 FROM r \
                WHERE t.id = r.id AND t.id <> $2 RETURNING t.id",
            rows: Rows::new().column(ids.iter().copied()),
            scalars: vec![Scalar::Big(by), Scalar::Uuid(but)],
        }
    }

    #[tokio::test]
    async fn each_statement_gets_its_own_rows_and_scalars_however_many_there_are() {
        for total in [1_usize, 2, 16, 17, 64, 256, 257, 700] {
            let mut db = table().await;
            let ids: Vec<Uuid> = (1..=total as u128).map(Uuid::from_u128).collect();
            let (first, last) = (ids[0], ids[total - 1]);
            let statements = [
                insert(&ids),
                raise(&ids, 10, first),
                raise(&[], 1000, first),
                raise(&ids, 100, last),
            ];
            let mut changed = run_between("BEGIN", &statements, "COMMIT", &mut db)
                .await
                .expect("runs");
            let mut expected: Vec<Uuid> = ids[1..].to_vec();
            expected.extend(&ids[..total - 1]);
            changed.sort_unstable();
            expected.sort_unstable();
            assert_eq!(changed, expected, "{total}");
            let sum: i64 = sqlx::query_scalar("SELECT SUM(n) FROM t")
                .fetch_one(&mut db)
                .await
                .expect("is read");
            let total = i64::try_from(total).expect("few");
            assert_eq!(sum, total + 110 * (total - 1));
        }
    }

    #[tokio::test]
    async fn what_comes_after_a_mistake_is_not_run() {
        let mut db = table().await;
        let ids = [Uuid::from_u128(1)];
        let twice = [insert(&ids), insert(&ids)];
        run_between("BEGIN", &twice, "COMMIT", &mut db)
            .await
            .expect_err("the same key twice");
        sqlx::query("ROLLBACK")
            .execute(&mut db)
            .await
            .expect("it is still open");
        let left: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM t")
            .fetch_one(&mut db)
            .await
            .expect("is read");
        assert_eq!(left, 0);
    }

    #[tokio::test]
    async fn nothing_is_nothing() {
        let mut db = table().await;
        let returned = run_between("", &[insert(&[])], "", &mut db).await;
        assert_eq!(returned.expect("runs"), Vec::<Uuid>::new());
    }

    #[test]
    fn texts_are_few() {
        let texts: std::collections::BTreeSet<usize> = (1..=256)
            .map(|total| {
                let rows = Rows::new().column((0..total).map(i64::from));
                slices(&rows).next().expect("some").2
            })
            .collect();
        assert_eq!(texts.into_iter().collect::<Vec<_>>(), PLACES);
    }
}
