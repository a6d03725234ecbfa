//! Device bindings: finding and listing them. Registering is in `register`,
//! what providers and people do to them in `state`.

mod find;
mod hand_over;
mod history;
mod plan;
mod register;
mod registry;
mod row;
mod state;

use domain::device::{Binding, Channel, canonical_token};
use domain::{AppId, BindingId, ContactId, Shard};
use uuid::Uuid;

use crate::dialect::Dialect;
use crate::page::{fetch_limit, prefix_end};
use crate::rows::{Rows, shard};
use crate::{Conn, Cursor, Page, Result};
use row::{BindingRow, columns, read_all};

pub use find::{Narrowed, PART_MIN, by_token_end, by_token_start, narrowed};
pub use hand_over::hand_over;
pub use history::{history, history_of_binding};
pub use register::{Registered, Registration, hold, register};
pub(crate) use registry::forget as forget_registries;
pub use registry::token_key;
pub use state::{StateChange, TokenChange, replace_tokens, set_states};

/// The binding with this id.
pub async fn find(db: impl Into<Conn<'_>>, id: BindingId) -> Result<Option<Binding>> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM device_bindings b WHERE b.id = $1"
    );
    let row: Option<BindingRow> = with_engine!(db.into(), |db| {
        sqlx::query_as(SQL).bind(id.0).fetch_optional(db).await?
    });
    row.map(BindingRow::read).transpose()
}

/// A contact's bindings, oldest first.
pub async fn of_contact(
    db: impl Into<Conn<'_>>,
    contact_shard: Shard,
    contact_id: ContactId,
) -> Result<Vec<Binding>> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM device_bindings b WHERE b.shard = $1 AND b.contact_id = $2 ORDER BY b.id"
    );
    let rows = with_engine!(db.into(), |db| {
        sqlx::query_as(SQL)
            .bind(shard(contact_shard))
            .bind(contact_id.0)
            .fetch_all(db)
            .await?
    });
    read_all(rows)
}

/// The bindings of many contacts, in the order of shard, contact and id.
pub async fn of_contacts(
    db: impl Into<Conn<'_>>,
    contacts: &[(Shard, ContactId)],
) -> Result<Vec<Binding>> {
    const SQL: &str = concat!(
        "WITH r (shard, contact_id) AS ({rows}) SELECT ",
        columns!(),
        " FROM r CROSS JOIN device_bindings b \
         WHERE b.shard = r.shard AND b.contact_id = r.contact_id"
    );
    let rows = Rows::new()
        .column(contacts.iter().map(|contact| contact.0))
        .column(contacts.iter().map(|contact| contact.1));
    let found = with_engine!(db.into(), |db| db.fetch_rows(SQL, &rows, &[]).await?);
    let mut bindings = read_all(found)?;
    bindings.sort_unstable_by_key(|binding| (binding.shard, binding.contact_id, binding.id));
    Ok(bindings)
}

/// The binding of an app's device.
pub async fn find_by_device(
    db: impl Into<Conn<'_>>,
    app_id: AppId,
    device_id: &str,
) -> Result<Option<Binding>> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM device_registry g \
         JOIN device_bindings b ON b.shard = g.shard AND b.contact_id = g.contact_id \
         AND b.id = g.binding_id WHERE g.app_id = $1 AND g.device_id = $2"
    );
    if device_id.contains('\0') {
        return Ok(None);
    }
    let row: Option<BindingRow> = with_engine!(db.into(), |db| {
        sqlx::query_as(SQL)
            .bind(app_id.0)
            .bind(device_id)
            .fetch_optional(db)
            .await?
    });
    row.map(BindingRow::read).transpose()
}

/// The bindings that hold this token, in whatever case it is given, of any app
/// and channel.
pub async fn find_by_token(db: impl Into<Conn<'_>>, token: &str) -> Result<Vec<Binding>> {
    const SQL: &str = concat!(
        "WITH r (token_hash) AS ({rows}) SELECT ",
        columns!(),
        " FROM r \
         CROSS JOIN token_registry g CROSS JOIN device_bindings b \
         WHERE g.token_hash = r.token_hash AND b.shard = g.shard \
         AND b.contact_id = g.contact_id AND b.id = g.binding_id"
    );
    let rows = Rows::new().column(Channel::ALL.map(|channel| token_key(channel, token)));
    let found = with_engine!(db.into(), |db| db.fetch_rows(SQL, &rows, &[]).await?);
    let mut bindings = read_all(found)?;
    bindings.retain(|binding| binding.token == canonical_token(binding.channel, token));
    bindings.sort_unstable_by_key(|binding| binding.id);
    Ok(bindings)
}

/// Every binding, newest first.
pub async fn list(
    db: impl Into<Conn<'_>>,
    after: Option<&Cursor>,
    limit: u32,
) -> Result<Page<Binding>> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM device_bindings b WHERE b.id < $1 ORDER BY b.id DESC LIMIT $2"
    );
    let before = after.map_or(Ok(Uuid::max()), Cursor::id)?;
    let rows: Vec<BindingRow> = with_engine!(db.into(), |db| {
        sqlx::query_as(SQL)
            .bind(before)
            .bind(fetch_limit(limit))
            .fetch_all(db)
            .await?
    });
    Page::cut(rows, limit, |row| Cursor::of_id(row.id)).try_map(BindingRow::read)
}

/// The bindings whose `device_id` begins with `prefix`, of any app, in its
/// order.
pub async fn search(
    db: impl Into<Conn<'_>>,
    prefix: &str,
    after: Option<&Cursor>,
    limit: u32,
) -> Result<Page<Binding>> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM device_registry g \
         JOIN device_bindings b ON b.shard = g.shard AND b.contact_id = g.contact_id \
         AND b.id = g.binding_id \
         WHERE g.device_id >= $1 AND g.device_id < $2 AND (g.device_id, g.app_id) > ($1, $3) \
         ORDER BY g.device_id, g.app_id LIMIT $4"
    );
    let begin = (prefix, Uuid::nil());
    let (text, app) = after.map_or(Ok(begin), Cursor::text_id)?;
    // A place before all that is wanted is the beginning.
    let (text, app) = if text < prefix { begin } else { (text, app) };
    let Some(end) = prefix_end(prefix).filter(|_| !prefix.contains('\0')) else {
        return Ok(Page::empty());
    };
    let rows: Vec<BindingRow> = with_engine!(db.into(), |db| {
        let query = sqlx::query_as(SQL).bind(text).bind(&end).bind(app);
        query.bind(fetch_limit(limit)).fetch_all(db).await?
    });
    Page::cut(rows, limit, |row| {
        Cursor::of_text_id(row.device_id.clone(), row.app_id)
    })
    .try_map(BindingRow::read)
}

/// How many bindings there are: each of them is looked at.
pub async fn count(db: impl Into<Conn<'_>>) -> Result<u32> {
    const SQL: &str = "SELECT COUNT(*) FROM device_bindings";
    let count: i64 = with_engine!(db.into(), |db| sqlx::query_scalar(SQL)
        .fetch_one(db)
        .await?);
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

/// How many bindings there are, counted no further than `most`.
pub async fn count_to(db: impl Into<Conn<'_>>, most: u32) -> Result<u32> {
    const SQL: &str = "SELECT COUNT(*) FROM (SELECT 1 FROM device_bindings LIMIT $1) AS few";
    let count: i64 = with_engine!(db.into(), |db| {
        sqlx::query_scalar(SQL)
            .bind(i64::from(most))
            .fetch_one(db)
            .await?
    });
    Ok(u32::try_from(count).unwrap_or(most))
}
