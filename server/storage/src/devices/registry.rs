//! The registries: from a device and from a token to the binding.

use std::collections::{BTreeSet, HashMap, HashSet};

use domain::device::{Binding, Channel, canonical_token};
use domain::{AppId, BindingId, ContactId, Shard};
use sqlx::FromRow;
use uuid::Uuid;
use xxhash_rust::xxh3::{Xxh3, xxh3_64};

use crate::dialect::Dialect;
use crate::rows::{Rows, shard_of};
use crate::{Result, Tx};

/// Where a binding is: its whole key.
pub(super) type Place = (Shard, ContactId, BindingId);
/// A device's key.
pub(super) type DeviceKey = (AppId, String);
/// A token's key.
pub(super) type TokenKey = (Uuid, AppId);

/// How many locks stand for all devices and tokens on PostgreSQL.
const STRIPES: u64 = 256;

/// The key under which a token is registered: `xxh3_128` of the channel's name
/// and the token in its canonical form.
pub fn token_key(channel: Channel, token: &str) -> Uuid {
    let mut hash = Xxh3::new();
    hash.update(channel.name().as_bytes());
    hash.update(&[0]);
    hash.update(canonical_token(channel, token).as_bytes());
    Uuid::from_u128(hash.digest128())
}

pub(super) fn device_key(binding: &Binding) -> DeviceKey {
    (binding.app_id, binding.device_id.clone())
}

pub(super) fn token_key_of(binding: &Binding) -> TokenKey {
    (token_key(binding.channel, &binding.token), binding.app_id)
}

pub(super) fn place(binding: &Binding) -> Place {
    (binding.shard, binding.contact_id, binding.id)
}

/// Keeps every other registration of these devices and tokens waiting until
/// the transaction ends: on PostgreSQL two apps' servers may register the same
/// new device at the same moment, and neither has a row to lock yet.
pub(super) async fn hold<'k>(
    tx: &mut Tx,
    devices: impl Iterator<Item = (AppId, &'k str)>,
    tokens: impl Iterator<Item = TokenKey>,
) -> Result<()> {
    let devices = devices.map(|(_, device_id)| xxh3_64(device_id.as_bytes()));
    let tokens = tokens.map(|(hash, _)| hash.as_u64_pair().1);
    let stripes: BTreeSet<i32> = devices
        .chain(tokens)
        .filter_map(|hash| i32::try_from(hash % STRIPES).ok())
        .collect();
    let stripes: Vec<i32> = stripes.into_iter().collect();
    with_engine!(tx.conn(), |db| db.hold_keys(&stripes).await?);
    Ok(())
}

#[derive(FromRow)]
struct PlaceRow {
    shard: i16,
    contact_id: Uuid,
    binding_id: Uuid,
}

impl PlaceRow {
    fn read(&self) -> Place {
        (
            shard_of(self.shard),
            self.contact_id.into(),
            self.binding_id.into(),
        )
    }
}

/// Where the bindings of these devices are.
pub(super) async fn find_devices<'k>(
    tx: &mut Tx,
    keys: impl Iterator<Item = (AppId, &'k str)>,
) -> Result<Vec<Place>> {
    const SQL: &str = "WITH r (app_id, device_id) AS ({rows}) \
        SELECT g.shard, g.contact_id, g.binding_id FROM r CROSS JOIN device_registry g \
        WHERE g.app_id = r.app_id AND g.device_id = r.device_id";
    let keys: BTreeSet<_> = keys.collect();
    let rows = Rows::new()
        .column(keys.iter().map(|k| k.0))
        .column(keys.iter().map(|k| k.1));
    let found: Vec<PlaceRow> = with_engine!(tx.conn(), |db| db.fetch_rows(SQL, &rows, &[]).await?);
    Ok(found.iter().map(PlaceRow::read).collect())
}

/// Where the bindings of these tokens are.
pub(super) async fn find_tokens(
    tx: &mut Tx,
    keys: impl Iterator<Item = TokenKey>,
) -> Result<Vec<Place>> {
    const SQL: &str = "WITH r (token_hash, app_id) AS ({rows}) \
        SELECT g.shard, g.contact_id, g.binding_id FROM r CROSS JOIN token_registry g \
        WHERE g.token_hash = r.token_hash AND g.app_id = r.app_id";
    let keys: BTreeSet<_> = keys.collect();
    let rows = Rows::new()
        .column(keys.iter().map(|k| k.0))
        .column(keys.iter().map(|k| k.1));
    let found: Vec<PlaceRow> = with_engine!(tx.conn(), |db| db.fetch_rows(SQL, &rows, &[]).await?);
    Ok(found.iter().map(PlaceRow::read).collect())
}

/// Those of these tokens that a binding holds.
pub(super) async fn taken_tokens(tx: &mut Tx, keys: &[TokenKey]) -> Result<HashSet<TokenKey>> {
    const SQL: &str = "WITH r (token_hash, app_id) AS ({rows}) \
        SELECT g.token_hash, g.app_id FROM r CROSS JOIN token_registry g \
        WHERE g.token_hash = r.token_hash AND g.app_id = r.app_id";
    let rows = Rows::new()
        .column(keys.iter().map(|k| k.0))
        .column(keys.iter().map(|k| k.1));
    let found: Vec<(Uuid, Uuid)> =
        with_engine!(tx.conn(), |db| db.fetch_rows(SQL, &rows, &[]).await?);
    Ok(found
        .into_iter()
        .map(|(hash, app)| (hash, app.into()))
        .collect())
}

/// Brings both registries from what bindings were to what they are.
pub(super) async fn write(tx: &mut Tx, before: &[&Binding], after: &[&Binding]) -> Result<()> {
    write_devices(tx, Moves::of(before, after, device_key)).await?;
    write_tokens(tx, Moves::of(before, after, token_key_of)).await
}

/// Takes bindings that are about to go out of both registries.
pub(crate) async fn forget(tx: &mut Tx, bindings: &[Binding]) -> Result<()> {
    let bindings: Vec<&Binding> = bindings.iter().collect();
    write(tx, &bindings, &[]).await
}

/// What changes in a registry: keys that lead nowhere now, and keys that lead
/// somewhere else than before.
struct Moves<K> {
    gone: Vec<K>,
    set: Vec<(K, Place)>,
}

impl<K: std::hash::Hash + Ord + Clone> Moves<K> {
    fn of(before: &[&Binding], after: &[&Binding], key: impl Fn(&Binding) -> K) -> Self {
        let was: HashMap<K, Place> = before.iter().map(|b| (key(b), place(b))).collect();
        let is: HashMap<K, Place> = after.iter().map(|b| (key(b), place(b))).collect();
        let mut gone: Vec<K> = was
            .keys()
            .filter(|k| !is.contains_key(*k))
            .cloned()
            .collect();
        let mut set: Vec<(K, Place)> = is
            .into_iter()
            .filter(|(key, place)| was.get(key) != Some(place))
            .collect();
        // In the order of the key: rows stand together, and locks are taken
        // in one order.
        gone.sort_unstable();
        set.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        Self { gone, set }
    }
}

fn places<'a, K>(rows: Rows<'a>, set: &[(K, Place)]) -> Rows<'a> {
    rows.column(set.iter().map(|s| s.1.0))
        .column(set.iter().map(|s| s.1.1))
        .column(set.iter().map(|s| s.1.2))
}

async fn write_devices(tx: &mut Tx, moves: Moves<DeviceKey>) -> Result<()> {
    const DELETE: &str = "WITH r (app_id, device_id) AS ({rows}) DELETE FROM device_registry \
        WHERE (app_id, device_id) IN (SELECT app_id, device_id FROM r)";
    const SET: &str = "INSERT INTO device_registry \
        (app_id, device_id, shard, contact_id, binding_id) {rows} \
        ON CONFLICT (app_id, device_id) DO UPDATE SET shard = excluded.shard, \
        contact_id = excluded.contact_id, binding_id = excluded.binding_id";
    let Moves { gone, set } = moves;
    let deleted = Rows::new()
        .column(gone.iter().map(|key| key.0))
        .column(gone.iter().map(|key| key.1.as_str()));
    let keys = Rows::new()
        .column(set.iter().map(|s| s.0.0))
        .column(set.iter().map(|s| s.0.1.as_str()));
    let set = places(keys, &set);
    with_engine!(tx.conn(), |db| {
        db.execute_rows(DELETE, &deleted, &[]).await?;
        db.execute_rows(SET, &set, &[]).await?;
    });
    Ok(())
}

async fn write_tokens(tx: &mut Tx, moves: Moves<TokenKey>) -> Result<()> {
    const DELETE: &str = "WITH r (token_hash, app_id) AS ({rows}) DELETE FROM token_registry \
        WHERE (token_hash, app_id) IN (SELECT token_hash, app_id FROM r)";
    const SET: &str = "INSERT INTO token_registry \
        (token_hash, app_id, shard, contact_id, binding_id) {rows} \
        ON CONFLICT (token_hash, app_id) DO UPDATE SET shard = excluded.shard, \
        contact_id = excluded.contact_id, binding_id = excluded.binding_id";
    let Moves { gone, set } = moves;
    let deleted = Rows::new()
        .column(gone.iter().map(|key| key.0))
        .column(gone.iter().map(|key| key.1));
    let keys = Rows::new()
        .column(set.iter().map(|s| s.0.0))
        .column(set.iter().map(|s| s.0.1));
    let set = places(keys, &set);
    with_engine!(tx.conn(), |db| {
        db.execute_rows(DELETE, &deleted, &[]).await?;
        db.execute_rows(SET, &set, &[]).await?;
    });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tokens_key_never_changes_and_knows_its_channel() {
        // Pinned: a change here would orphan every stored row.
        assert_eq!(
            token_key(Channel::Apns, "00ff").to_string(),
            "bb3ce67d-5b75-9003-1f6e-2edfa38fbca6"
        );
        assert_ne!(
            token_key(Channel::Apns, "00ff"),
            token_key(Channel::Fcm, "00ff")
        );
    }
}
