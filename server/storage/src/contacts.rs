//! Contacts: finding, listing and deleting them. Writing them is in `upsert`.

mod upsert;

use domain::contact::{Attributes, Contact};
use domain::{ContactId, Shard};
use sqlx::FromRow;
use uuid::Uuid;

use crate::dialect::Dialect;
use crate::page::{fetch_limit, prefix_end};
use crate::rows::{Rows, shard, shard_of};
use crate::{Conn, Cursor, Page, Result, StorageError, Tx};

pub use upsert::{Change, Upserted, ensure, upsert};

/// A contact's columns, of the table called `c`.
macro_rules! columns {
    () => {
        "c.shard, c.id, c.external_id, c.first_name, c.last_name, c.email, c.locale, \
         c.time_zone, c.opted_in, c.attributes, c.created_at, c.updated_at"
    };
}
use columns;

#[derive(FromRow)]
struct ContactRow {
    shard: i16,
    id: Uuid,
    external_id: String,
    first_name: Option<String>,
    last_name: Option<String>,
    email: Option<String>,
    locale: Option<String>,
    time_zone: Option<String>,
    opted_in: Option<bool>,
    attributes: String,
    created_at: i64,
    updated_at: i64,
}

impl ContactRow {
    fn read(self) -> Result<Contact> {
        Ok(Contact {
            id: self.id.into(),
            shard: shard_of(self.shard),
            external_id: self.external_id,
            first_name: self.first_name,
            last_name: self.last_name,
            email: self.email,
            locale: self.locale,
            time_zone: self.time_zone,
            opted_in: self.opted_in,
            attributes: read_attributes(&self.attributes)?,
            created_at: domain::Timestamp(self.created_at),
            updated_at: domain::Timestamp(self.updated_at),
        })
    }
}

fn read_attributes(json: &str) -> Result<Attributes> {
    if json == "{}" {
        return Ok(Attributes::new());
    }
    serde_json::from_str(json).map_err(StorageError::corrupt_json("a contact's attributes"))
}

fn read_all(rows: Vec<ContactRow>) -> Result<Vec<Contact>> {
    rows.into_iter().map(ContactRow::read).collect()
}

/// The contact with this id.
pub async fn find(db: impl Into<Conn<'_>>, id: ContactId) -> Result<Option<Contact>> {
    const SQL: &str = concat!("SELECT ", columns!(), " FROM contacts c WHERE c.id = $1");
    let row: Option<ContactRow> = with_engine!(db.into(), |db| {
        sqlx::query_as(SQL).bind(id.0).fetch_optional(db).await?
    });
    row.map(ContactRow::read).transpose()
}

/// The contact that the customer calls `external_id`.
pub async fn find_by_external_id(
    db: impl Into<Conn<'_>>,
    external_id: &str,
) -> Result<Option<Contact>> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM contacts c WHERE c.external_id = $1 AND c.shard = $2"
    );
    if external_id.contains('\0') {
        return Ok(None);
    }
    let shard = shard(Shard::of(external_id));
    let row: Option<ContactRow> = with_engine!(db.into(), |db| {
        sqlx::query_as(SQL)
            .bind(external_id)
            .bind(shard)
            .fetch_optional(db)
            .await?
    });
    row.map(ContactRow::read).transpose()
}

/// Those of these contacts that exist, by shard and id.
pub async fn find_many(
    db: impl Into<Conn<'_>>,
    keys: &[(Shard, ContactId)],
) -> Result<Vec<Contact>> {
    const SQL: &str = concat!(
        "WITH r (shard, id) AS ({rows}) SELECT ",
        columns!(),
        " FROM r CROSS JOIN contacts c WHERE c.shard = r.shard AND c.id = r.id"
    );
    let rows = Rows::new()
        .column(keys.iter().map(|key| key.0))
        .column(keys.iter().map(|key| key.1));
    let found = with_engine!(db.into(), |db| db.fetch_rows(SQL, &rows, &[]).await?);
    let mut contacts = read_all(found)?;
    contacts.sort_unstable_by_key(|contact| (contact.shard, contact.id));
    Ok(contacts)
}

/// Every contact, newest first.
pub async fn list(
    db: impl Into<Conn<'_>>,
    after: Option<&Cursor>,
    limit: u32,
) -> Result<Page<Contact>> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM contacts c WHERE c.id < $1 ORDER BY c.id DESC LIMIT $2"
    );
    let before = after.map_or(Ok(Uuid::max()), Cursor::id)?;
    let rows: Vec<ContactRow> = with_engine!(db.into(), |db| {
        sqlx::query_as(SQL)
            .bind(before)
            .bind(fetch_limit(limit))
            .fetch_all(db)
            .await?
    });
    Page::cut(rows, limit, |row| Cursor::of_id(row.id)).try_map(ContactRow::read)
}

/// The contacts whose `external_id` begins with `prefix`, in its order, and
/// after them those whose email address does, in any case.
pub async fn search(
    db: impl Into<Conn<'_>>,
    prefix: &str,
    after: Option<&Cursor>,
    limit: u32,
) -> Result<Page<Contact>> {
    // One lower bound each: of two, SQLite may start at the one that lies before all
    // that is wanted.
    const FIRST_BY_ID: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM contacts c WHERE c.external_id >= $1 AND c.external_id < $2 \
         ORDER BY c.external_id LIMIT $3"
    );
    const NEXT_BY_ID: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM contacts c WHERE c.external_id > $1 AND c.external_id < $2 \
         ORDER BY c.external_id LIMIT $3"
    );
    const BY_EMAIL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM contacts c \
         WHERE c.email IS NOT NULL AND (lower(c.email), c.id) > ($1, $2) \
         AND lower(c.email) >= $1 AND lower(c.email) < $3 \
         AND NOT (c.external_id >= $4 AND c.external_id < $5) \
         ORDER BY lower(c.email), c.id LIMIT $6"
    );
    let email = prefix.to_ascii_lowercase();
    let (Some(end), Some(email_end)) = (prefix_end(prefix), prefix_end(&email)) else {
        return Ok(Page::empty());
    };
    if prefix.contains('\0') {
        return Ok(Page::empty());
    }
    let wanted = fetch_limit(limit);
    // A cursor of text stands among the ids, one of text and id among the
    // addresses.
    let by_id = after.map_or(Ok(prefix), Cursor::text).ok();
    let by_email = match (after, by_id) {
        (Some(after), None) => after.text_id()?,
        _ => (email.as_str(), Uuid::nil()),
    };
    // A place before all that is wanted is the beginning.
    let by_email = if by_email.0 < email.as_str() {
        (email.as_str(), Uuid::nil())
    } else {
        by_email
    };
    let is_first = after.is_none() || by_id.is_some_and(|last| last < prefix);
    with_engine!(db.into(), |db| {
        let mut rows: Vec<ContactRow> = match by_id {
            Some(last) => {
                let (sql, from) = if is_first {
                    (FIRST_BY_ID, prefix)
                } else {
                    (NEXT_BY_ID, last)
                };
                let query = sqlx::query_as(sql).bind(from).bind(&end).bind(wanted);
                query.fetch_all(&mut *db).await?
            }
            None => Vec::new(),
        };
        let ids = rows.len();
        let left = wanted - i64::try_from(ids).unwrap_or(wanted);
        if left > 0 {
            let query = sqlx::query_as(BY_EMAIL)
                .bind(by_email.0)
                .bind(by_email.1)
                .bind(&email_end)
                .bind(prefix)
                .bind(&end)
                .bind(left);
            rows.extend::<Vec<ContactRow>>(query.fetch_all(&mut *db).await?);
        }
        let kept = rows.len().min(crate::page::clamp(limit) as usize);
        let page = Page::cut(rows, limit, |row| {
            if kept <= ids {
                Cursor::of_text(row.external_id.clone())
            } else {
                let email = row.email.as_deref().unwrap_or_default();
                Cursor::of_text_id(email.to_ascii_lowercase(), row.id)
            }
        });
        page.try_map(ContactRow::read)
    })
}

/// How many contacts there are: each of them is looked at.
pub async fn count(db: impl Into<Conn<'_>>) -> Result<u32> {
    const SQL: &str = "SELECT COUNT(*) FROM contacts";
    let count: i64 = with_engine!(db.into(), |db| sqlx::query_scalar(SQL)
        .fetch_one(db)
        .await?);
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

/// How many contacts there are, counted no further than `most`.
pub async fn count_to(db: impl Into<Conn<'_>>, most: u32) -> Result<u32> {
    const SQL: &str = "SELECT COUNT(*) FROM (SELECT 1 FROM contacts LIMIT $1) AS few";
    let count: i64 = with_engine!(db.into(), |db| {
        sqlx::query_scalar(SQL)
            .bind(i64::from(most))
            .fetch_one(db)
            .await?
    });
    Ok(u32::try_from(count).unwrap_or(most))
}

/// Deletes a contact with its devices, consent, history and events, and says
/// whether it was there. Sends and deliveries stay as counts without a name;
/// passes through workflows end when they are next looked at.
pub async fn delete(tx: &mut Tx, id: ContactId) -> Result<bool> {
    const OF_CONTACT: [&str; 7] = [
        // What people wrote stands there.
        "DELETE FROM reports WHERE (shard, chunk_id, seq) IN (\
         SELECT d.shard, d.chunk_id, d.seq FROM sends s JOIN chunks c ON c.id = s.chunk_id \
         JOIN deliveries d ON d.shard = c.shard_lo AND d.chunk_id = s.chunk_id \
         AND d.contact_id = s.contact_id WHERE s.shard = $1 AND s.contact_id = $2)",
        "DELETE FROM device_bindings WHERE shard = $1 AND contact_id = $2",
        "DELETE FROM device_history WHERE shard = $1 AND contact_id = $2",
        "DELETE FROM consent_events WHERE shard = $1 AND contact_id = $2",
        "DELETE FROM events WHERE shard = $1 AND contact_id = $2",
        "DELETE FROM pending_triggers WHERE shard = $1 AND contact_id = $2",
        "DELETE FROM contacts WHERE shard = $1 AND id = $2",
    ];
    let Some(contact) = find(&mut *tx, id).await? else {
        return Ok(false);
    };
    let bindings = crate::devices::of_contact(&mut *tx, contact.shard, id).await?;
    crate::devices::forget_registries(tx, &bindings).await?;
    with_engine!(tx.conn(), |db| {
        for sql in OF_CONTACT {
            sqlx::query(sql)
                .bind(shard(contact.shard))
                .bind(id.0)
                .execute(&mut *db)
                .await?;
        }
    });
    Ok(true)
}
