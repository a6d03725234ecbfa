//! A binding's row: reading it, writing it.

use domain::Timestamp;
use domain::device::Binding;
use sqlx::FromRow;
use uuid::Uuid;

use crate::dialect::Dialect;
use crate::rows::{Rows, shard_of};
use crate::{Result, Tx, codes};

/// A binding's columns, of the table called `b`.
macro_rules! columns {
    () => {
        "b.shard, b.contact_id, b.id, b.app_id, b.device_id, b.channel, b.platform, b.token, \
         b.os_permission, b.opted_in, b.state, b.state_reason, b.app_version, b.os_version, \
         b.model, b.locale, b.time_zone, b.label, b.registered_at, b.created_at, b.updated_at"
    };
}
pub(super) use columns;

#[derive(FromRow)]
pub(super) struct BindingRow {
    pub(super) shard: i16,
    pub(super) contact_id: Uuid,
    pub(super) id: Uuid,
    pub(super) app_id: Uuid,
    pub(super) device_id: String,
    channel: i16,
    platform: i16,
    pub(super) token: String,
    os_permission: i16,
    opted_in: bool,
    state: i16,
    state_reason: Option<String>,
    app_version: Option<String>,
    os_version: Option<String>,
    model: Option<String>,
    locale: Option<String>,
    time_zone: Option<String>,
    label: Option<String>,
    registered_at: i64,
    created_at: i64,
    updated_at: i64,
}

impl BindingRow {
    pub(super) fn read(self) -> Result<Binding> {
        Ok(Binding {
            id: self.id.into(),
            shard: shard_of(self.shard),
            contact_id: self.contact_id.into(),
            app_id: self.app_id.into(),
            device_id: self.device_id,
            channel: codes::channel_of(self.channel)?,
            platform: codes::platform_of(self.platform)?,
            token: self.token,
            os_permission: codes::permission_of(self.os_permission)?,
            opted_in: self.opted_in,
            state: codes::binding_state_of(self.state)?,
            state_reason: self.state_reason,
            app_version: self.app_version,
            os_version: self.os_version,
            model: self.model,
            locale: self.locale,
            time_zone: self.time_zone,
            label: self.label,
            registered_at: Timestamp(self.registered_at),
            created_at: Timestamp(self.created_at),
            updated_at: Timestamp(self.updated_at),
        })
    }
}

pub(super) fn read_all(rows: Vec<BindingRow>) -> Result<Vec<Binding>> {
    rows.into_iter().map(BindingRow::read).collect()
}

fn rows_of<'a>(bindings: &[&'a Binding]) -> Rows<'a> {
    Rows::new()
        .column(bindings.iter().map(|b| b.shard))
        .column(bindings.iter().map(|b| b.contact_id))
        .column(bindings.iter().map(|b| b.id))
        .column(bindings.iter().map(|b| b.app_id))
        .column(bindings.iter().map(|b| b.device_id.as_str()))
        .column(bindings.iter().map(|b| codes::channel(b.channel)))
        .column(bindings.iter().map(|b| codes::platform(b.platform)))
        .column(bindings.iter().map(|b| b.token.as_str()))
        .column(bindings.iter().map(|b| codes::permission(b.os_permission)))
        .column(bindings.iter().map(|b| b.opted_in))
        .column(bindings.iter().map(|b| b.state.code()))
        .column(bindings.iter().map(|b| b.state_reason.as_deref()))
        .column(bindings.iter().map(|b| b.app_version.as_deref()))
        .column(bindings.iter().map(|b| b.os_version.as_deref()))
        .column(bindings.iter().map(|b| b.model.as_deref()))
        .column(bindings.iter().map(|b| b.locale.as_deref()))
        .column(bindings.iter().map(|b| b.time_zone.as_deref()))
        .column(bindings.iter().map(|b| b.label.as_deref()))
        .column(bindings.iter().map(|b| b.registered_at))
        .column(bindings.iter().map(|b| b.created_at))
        .column(bindings.iter().map(|b| b.updated_at))
}

/// Writes new bindings.
pub(super) async fn insert(tx: &mut Tx, bindings: &[&Binding]) -> Result<()> {
    const SQL: &str = "INSERT INTO device_bindings (shard, contact_id, id, app_id, device_id, \
        channel, platform, token, os_permission, opted_in, state, state_reason, app_version, \
        os_version, model, locale, time_zone, label, registered_at, created_at, updated_at) {rows}";
    let rows = rows_of(bindings);
    with_engine!(tx.conn(), |db| db.execute_rows(SQL, &rows, &[]).await?);
    Ok(())
}

/// Writes bindings that stay with their contact.
pub(super) async fn update(tx: &mut Tx, bindings: &[&Binding]) -> Result<()> {
    const SQL: &str = "WITH r (shard, contact_id, id, app_id, device_id, channel, platform, \
        token, os_permission, opted_in, state, state_reason, app_version, os_version, model, \
        locale, time_zone, label, registered_at, created_at, updated_at) AS ({rows}) \
        UPDATE device_bindings SET device_id = r.device_id, channel = r.channel, \
        platform = r.platform, token = r.token, os_permission = r.os_permission, \
        opted_in = r.opted_in, state = r.state, state_reason = r.state_reason, \
        app_version = r.app_version, os_version = r.os_version, model = r.model, \
        locale = r.locale, time_zone = r.time_zone, label = r.label, \
        registered_at = r.registered_at, updated_at = r.updated_at \
        FROM r WHERE device_bindings.shard = r.shard \
        AND device_bindings.contact_id = r.contact_id AND device_bindings.id = r.id";
    let rows = rows_of(bindings);
    with_engine!(tx.conn(), |db| db.execute_rows(SQL, &rows, &[]).await?);
    Ok(())
}

/// Removes bindings from their contacts.
pub(super) async fn delete(tx: &mut Tx, bindings: &[&Binding]) -> Result<()> {
    const SQL: &str = "WITH r (shard, contact_id, id) AS ({rows}) DELETE FROM device_bindings \
        WHERE (shard, contact_id, id) IN (SELECT shard, contact_id, id FROM r)";
    let rows = keys_of(bindings);
    with_engine!(tx.conn(), |db| db.execute_rows(SQL, &rows, &[]).await?);
    Ok(())
}

/// Those of these bindings that exist, locked, by shard, contact and id.
pub(super) async fn lock(
    tx: &mut Tx,
    keys: &[(domain::Shard, domain::ContactId, domain::BindingId)],
) -> Result<Vec<Binding>> {
    const SQL: &str = concat!(
        "WITH r (shard, contact_id, id) AS ({rows}) SELECT ",
        columns!(),
        " FROM r CROSS JOIN device_bindings b \
         WHERE b.shard = r.shard AND b.contact_id = r.contact_id AND b.id = r.id \
         ORDER BY b.shard, b.contact_id, b.id {lock}"
    );
    let rows = Rows::new()
        .column(keys.iter().map(|key| key.0))
        .column(keys.iter().map(|key| key.1))
        .column(keys.iter().map(|key| key.2));
    read_all(with_engine!(tx.conn(), |db| db
        .fetch_rows(SQL, &rows, &[])
        .await?))
}

fn keys_of<'a>(bindings: &[&'a Binding]) -> Rows<'a> {
    Rows::new()
        .column(bindings.iter().map(|b| b.shard))
        .column(bindings.iter().map(|b| b.contact_id))
        .column(bindings.iter().map(|b| b.id))
}
