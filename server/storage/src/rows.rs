//! Many rows as parameters of one statement, by column.
//!
//! A bulk statement is a template. `{rows}` stands for the rows: `VALUES …` on
//! SQLite, `SELECT * FROM UNNEST(…)` on PostgreSQL; so it fits both
//! `INSERT INTO t (a, b) {rows} ON CONFLICT …` and
//! `WITH r (a, b) AS ({rows}) UPDATE t SET b = r.b FROM r WHERE t.a = r.a`.
//! `{lock}` and `{claim}` stand for `FOR UPDATE` and
//! `FOR UPDATE SKIP LOCKED` where rows have locks, and `$1`, `$2`, … for
//! the scalars given beside the rows. Write joins as `r CROSS JOIN t WHERE …`:
//! SQLite then reads the rows first and looks each one up in the table's index.

use std::borrow::Cow;
use std::sync::Arc;

use domain::{
    AppId, AuditId, BindingId, CampaignId, ChunkId, ContactId, CredentialId, EnrollmentId, EventId,
    JobId, KeyId, PushId, RevisionId, Shard, Timestamp, UserId, WorkflowId,
};
use uuid::Uuid;

use crate::dialect::Marks;

/// Rows by column, in the order in which the statement names them.
#[derive(Debug, Default)]
pub(crate) struct Rows<'a> {
    columns: Vec<Column<'a>>,
}

/// One column's values.
#[derive(Debug)]
pub(crate) enum Column<'a> {
    /// `SMALLINT`
    Small(Vec<Option<i16>>),
    /// `INTEGER`
    Int(Vec<Option<i32>>),
    /// `BIGINT`
    Big(Vec<Option<i64>>),
    /// `BOOLEAN`
    Bool(Vec<Option<bool>>),
    /// `UUID`
    Uuid(Vec<Option<Uuid>>),
    /// `TEXT`
    Text(Vec<Option<Cow<'a, str>>>),
    /// `BYTEA`
    Bytes(Vec<Option<Vec<u8>>>),
}

impl Column<'_> {
    fn len(&self) -> usize {
        match self {
            Self::Small(values) => values.len(),
            Self::Int(values) => values.len(),
            Self::Big(values) => values.len(),
            Self::Bool(values) => values.len(),
            Self::Uuid(values) => values.len(),
            Self::Text(values) => values.len(),
            Self::Bytes(values) => values.len(),
        }
    }
}

impl<'a> Rows<'a> {
    /// No columns yet.
    pub(crate) const fn new() -> Self {
        Self {
            columns: Vec::new(),
        }
    }

    /// Adds the next column.
    ///
    /// # Panics
    /// When it is not as long as the ones before: a mistake in the repository.
    #[must_use]
    pub(crate) fn column<T: Cell<'a>>(mut self, values: impl IntoIterator<Item = T>) -> Self {
        let column = T::column(values.into_iter());
        if let Some(first) = self.columns.first() {
            assert_eq!(
                first.len(),
                column.len(),
                "columns of one statement are equally long"
            );
        }
        self.columns.push(column);
        self
    }

    /// How many rows there are.
    pub(crate) fn len(&self) -> usize {
        self.columns.first().map_or(0, Column::len)
    }

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The columns.
    pub(crate) fn columns(&self) -> &[Column<'a>] {
        &self.columns
    }
}

/// A type whose values make a column.
pub(crate) trait Cell<'a>: Sized {
    /// The column of these values.
    fn column(values: impl Iterator<Item = Self>) -> Column<'a>;
}

macro_rules! cell {
    ($($ty:ty => $variant:ident, $value:ident, $into:expr;)+) => {$(
        impl<'a> Cell<'a> for $ty {
            fn column(values: impl Iterator<Item = Self>) -> Column<'a> {
                Column::$variant(values.map(|$value| Some($into)).collect())
            }
        }

        impl<'a> Cell<'a> for Option<$ty> {
            fn column(values: impl Iterator<Item = Self>) -> Column<'a> {
                Column::$variant(values.map(|value| value.map(|$value| $into)).collect())
            }
        }
    )+};
}

cell! {
    i16 => Small, v, v;
    i32 => Int, v, v;
    i64 => Big, v, v;
    bool => Bool, v, v;
    Uuid => Uuid, v, v;
    &'a str => Text, v, Cow::Borrowed(v);
    String => Text, v, Cow::Owned(v);
    &'a String => Text, v, Cow::Borrowed(v.as_str());
    Vec<u8> => Bytes, v, v;
    &'a [u8] => Bytes, v, v.to_vec();
    Shard => Small, v, shard(v);
    Timestamp => Big, v, v.as_millis();
    AppId => Uuid, v, v.0;
    AuditId => Uuid, v, v.0;
    BindingId => Uuid, v, v.0;
    CampaignId => Uuid, v, v.0;
    ChunkId => Uuid, v, v.0;
    ContactId => Uuid, v, v.0;
    CredentialId => Uuid, v, v.0;
    EnrollmentId => Uuid, v, v.0;
    EventId => Uuid, v, v.0;
    JobId => Uuid, v, v.0;
    KeyId => Uuid, v, v.0;
    PushId => Uuid, v, v.0;
    RevisionId => Uuid, v, v.0;
    UserId => Uuid, v, v.0;
    WorkflowId => Uuid, v, v.0;
}

/// A shard's number as it is stored.
pub(crate) fn shard(shard: Shard) -> i16 {
    // 0 to 1023: always fits.
    shard.number().cast_signed()
}

/// The shard with a stored number.
pub(crate) const fn shard_of(number: i16) -> Shard {
    Shard::from_number(number.cast_unsigned())
}

/// A truth value as either engine hands it over: `BOOLEAN`, or 0 and 1 where
/// it is packed.
#[derive(Clone, Copy, Debug, sqlx::Type)]
#[sqlx(transparent)]
pub(crate) struct Flag(pub(crate) bool);

impl<'de> serde::Deserialize<'de> for Flag {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        u8::deserialize(from).map(|n| Self(n != 0))
    }
}

/// A value beside the rows.
#[derive(Clone, Debug)]
pub(crate) enum Scalar {
    /// `BIGINT`
    Big(i64),
    /// `UUID`
    Uuid(Uuid),
    /// `TEXT`
    Text(Arc<str>),
}

/// The statement's text: `rows` in the place of `{rows}`, what the engine
/// writes for other marks, and each scalar `$n` counted on from `base`.
pub(crate) fn render(template: &str, rows: &str, marks: &Marks, base: usize) -> String {
    let mut sql = String::with_capacity(template.len() + rows.len() + 32);
    let mut rest = template;
    while let Some(at) = rest.find(['{', '$']) {
        sql.push_str(&rest[..at]);
        rest = &rest[at..];
        let marked = [
            ("{rows}", rows),
            ("{lock}", marks.lock),
            ("{claim}", marks.claim),
            ("{pack}", marks.pack[0]),
            ("{/pack}", marks.pack[1]),
            ("{id}", marks.id[0]),
            ("{/id}", marks.id[1]),
        ]
        .into_iter()
        .find_map(|(mark, text)| Some((text, rest.strip_prefix(mark)?)));
        if let Some((text, after)) = marked {
            sql.push_str(text);
            rest = after;
        } else {
            let (mark, after) = rest.split_at(1);
            let digits = after.len() - after.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            sql.push_str(mark);
            if let Ok(number) = after[..digits].parse::<usize>() {
                sql.push_str(&(base + number).to_string());
            }
            rest = &after[digits..];
        }
    }
    sql.push_str(rest);
    sql
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scalars_are_counted_on_from_the_rows() {
        let marks = Marks {
            lock: "L",
            claim: "C",
            pack: ["p(", ")"],
            id: ["i(", ")"],
        };
        let template = "WITH r (a) AS ({rows}) SELECT $1, $12 FROM r {lock} {claim}";
        let sql = render(template, "VALUES (?)", &marks, 30);
        assert_eq!(sql, "WITH r (a) AS (VALUES (?)) SELECT $31, $42 FROM r L C");
        let packed = "SELECT {pack}{id}a{/id}, b{/pack} FROM t WHERE c = $1";
        assert_eq!(
            render(packed, "", &marks, 0),
            "SELECT p(i(a), b) FROM t WHERE c = $1"
        );
    }

    #[test]
    #[should_panic(expected = "equally long")]
    fn columns_of_different_length_are_a_mistake() {
        let _ = Rows::new().column([1_i16, 2]).column(["one"]);
    }
}
