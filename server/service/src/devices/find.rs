//! Finding devices: one field for all that a person may have in hand, and the
//! list narrowed. Every look goes through an index.

use std::collections::HashMap;

use domain::device::{Binding, BindingState, Channel};
use domain::people::{Permission, Principal};
use domain::view::{DeviceFilter, DeviceView, FoundBy, FoundDevice, Page};
use storage::devices::{self, Narrowed};
use storage::{Cursor, Reader, contacts};

use crate::service::require;
use crate::{PageRequest, Result, Service, ServiceError};

/// Looks into the index for one page, at most: among contacts that begin alike
/// and have no device, or devices that a filter leaves out, a page may end
/// before it is full.
const LOOKS: usize = 20;

/// One way to look: what for, and the words as they are looked up.
type Look = (FoundBy, String);

impl Service {
    /// Devices: newest first, or those that `wanted` finds, as
    /// [`Service::find_devices`] does it.
    pub async fn list_devices(
        &self,
        by: &Principal,
        wanted: Option<&str>,
        wish: &PageRequest,
    ) -> Result<Page<DeviceView>> {
        let open = DeviceFilter::default();
        let found = self.find_devices(by, wanted, &open, wish).await?;
        Ok(Page {
            items: found.items.into_iter().map(|found| found.device).collect(),
            next: found.next,
        })
    }

    /// Devices: newest first, or those whose token is `wanted`; or else those
    /// whose `device_id`, contact or token begins with it, and those whose
    /// token ends with it.
    pub async fn find_devices(
        &self,
        by: &Principal,
        wanted: Option<&str>,
        filter: &DeviceFilter,
        wish: &PageRequest,
    ) -> Result<Page<FoundDevice>> {
        require(by, Permission::Inspect)?;
        let mut reader = self.reader().await?;
        let narrowed = narrowed(&mut reader, filter).await?;
        let wanted = wanted.map(str::trim).filter(|wanted| !wanted.is_empty());
        let (found, next) = if let Some(wanted) = wanted {
            search(&mut reader, wanted, &narrowed, wish).await?
        } else {
            let after = wish.after()?;
            let page = if filter.is_open() {
                devices::list(&mut reader, after.as_ref(), wish.limit).await?
            } else {
                devices::narrowed(&mut reader, &narrowed, after.as_ref(), wish.limit).await?
            };
            let found = page.items.into_iter().map(|binding| (binding, None));
            (found.collect(), page.next.map(|next| next.to_string()))
        };
        let (bindings, ways): (Vec<Binding>, Vec<_>) = found.into_iter().unzip();
        let keys: Vec<_> = bindings.iter().map(|b| (b.shard, b.contact_id)).collect();
        let names: HashMap<_, _> = contacts::find_many(&mut reader, &keys)
            .await?
            .into_iter()
            .map(|contact| (contact.id, contact.external_id))
            .collect();
        let mut views = self.device_views(by, &mut reader, bindings).await?;
        for device in &mut views {
            device.external_id = names.get(&device.binding.contact_id).cloned();
        }
        let items = views
            .into_iter()
            .zip(ways)
            .map(|(device, by)| FoundDevice { device, by })
            .collect();
        Ok(Page { items, next })
    }
}

/// The apps, channels and state that a filter lets pass.
async fn narrowed(reader: &mut Reader, filter: &DeviceFilter) -> Result<Narrowed> {
    if filter.state == Some(BindingState::Active) {
        return Err(ServiceError::invalid(
            "state",
            "must be one that keeps pushes away; the list shows active devices without it",
        ));
    }
    let apps = crate::apps::all(reader).await?;
    Ok(Narrowed {
        apps: apps
            .into_iter()
            .filter(|app| filter.app.as_ref().is_none_or(|slug| *slug == app.slug))
            .map(|app| app.id)
            .collect(),
        channels: filter
            .channel
            .map_or_else(|| Channel::ALL.to_vec(), |one| vec![one]),
        state: filter.state,
    })
}

fn passes(to: &Narrowed, binding: &Binding) -> bool {
    to.apps.contains(&binding.app_id)
        && to.channels.contains(&binding.channel)
        && to.state.is_none_or(|state| state == binding.state)
}

/// One page of what `wanted` finds, and where the next begins.
async fn search(
    reader: &mut Reader,
    wanted: &str,
    to: &Narrowed,
    wish: &PageRequest,
) -> Result<(Vec<(Binding, Option<FoundBy>)>, Option<String>)> {
    let (mut at, mut after) = place(wish.cursor.as_deref())?;
    if wish.cursor.is_none() {
        let exact = devices::find_by_token(&mut *reader, wanted).await?;
        if !exact.is_empty() {
            let exact = exact.into_iter().filter(|binding| passes(to, binding));
            let found = exact.map(|binding| (binding, Some(FoundBy::Token)));
            return Ok((found.collect(), None));
        }
    }
    let ways = ways(wanted);
    let mut found: Vec<(Binding, Option<FoundBy>)> = Vec::new();
    let wished = wish.limit.max(1) as usize;
    for _ in 0..LOOKS {
        let Some(way) = ways.get(at) else {
            return Ok((found, None));
        };
        let left = u32::try_from(wished.saturating_sub(found.len())).unwrap_or(u32::MAX);
        let page = look(reader, way, after.as_ref(), left).await?;
        let fresh = page.items.into_iter().filter(|binding| {
            passes(to, binding) && !ways[..at].iter().any(|before| is_found(binding, before))
        });
        found.extend(fresh.map(|binding| (binding, Some(way.0))));
        after = page.next;
        if after.is_none() {
            at += 1;
        }
        if found.len() >= wished {
            break;
        }
    }
    let next = (at < ways.len()).then(|| {
        let after = after.map(|after| after.to_string());
        format!("{at}-{}", after.unwrap_or_default())
    });
    Ok((found, next))
}

/// Fewest characters by whose beginning an installation id is looked for.
const FID_PART: usize = 8;

/// Every way to look for `wanted`, one after another. APNs tokens are kept in
/// lower case, and may have been copied in upper case.
fn ways(wanted: &str) -> Vec<Look> {
    let as_typed = wanted.to_owned();
    let lower = wanted
        .bytes()
        .all(|byte| byte.is_ascii_hexdigit())
        .then(|| wanted.to_ascii_lowercase())
        .filter(|lower| lower != wanted);
    let mut ways = vec![
        (FoundBy::DeviceId, as_typed.clone()),
        (FoundBy::Contact, as_typed.clone()),
    ];
    for by in [FoundBy::TokenStart, FoundBy::TokenEnd] {
        ways.push((by, as_typed.clone()));
        ways.extend(lower.clone().map(|lower| (by, lower)));
    }
    // Firebase's installation ids, as they are kept.
    if wanted.len() >= FID_PART && !wanted.starts_with("fid:") {
        ways.push((FoundBy::TokenStart, format!("fid:{wanted}")));
    }
    ways
}

async fn look(
    reader: &mut Reader,
    (by, words): &Look,
    after: Option<&Cursor>,
    limit: u32,
) -> Result<storage::Page<Binding>> {
    Ok(match by {
        FoundBy::DeviceId => devices::search(&mut *reader, words, after, limit).await?,
        FoundBy::TokenStart => devices::by_token_start(&mut *reader, words, after, limit).await?,
        FoundBy::TokenEnd => devices::by_token_end(&mut *reader, words, after, limit).await?,
        FoundBy::Contact => {
            let called = contacts::search(&mut *reader, words, after, limit).await?;
            let keys: Vec<_> = called.items.iter().map(|c| (c.shard, c.id)).collect();
            storage::Page {
                items: devices::of_contacts(&mut *reader, &keys).await?,
                next: called.next,
            }
        }
        // A whole token is looked up before all others.
        FoundBy::Token => storage::Page {
            items: Vec::new(),
            next: None,
        },
    })
}

/// Whether a way that was gone before shows a binding already.
fn is_found(binding: &Binding, (by, words): &Look) -> bool {
    match by {
        FoundBy::DeviceId => binding.device_id.starts_with(words.as_str()),
        FoundBy::TokenStart => binding.token.starts_with(words.as_str()),
        FoundBy::Token | FoundBy::Contact | FoundBy::TokenEnd => false,
    }
}

/// Where a page begins: the number of the way, and the place there.
fn place(cursor: Option<&str>) -> Result<(usize, Option<Cursor>)> {
    let Some(cursor) = cursor else {
        return Ok((0, None));
    };
    let bad = || ServiceError::from(storage::StorageError::BadCursor);
    let (way, after) = cursor.split_once('-').ok_or_else(bad)?;
    let way = way.parse().map_err(|_| bad())?;
    let after = Some(after).filter(|after| !after.is_empty());
    Ok((way, after.map(str::parse).transpose()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_an_apns_token_is_looked_up_in_lower_case_as_well() {
        let words: Vec<_> = ways("00FFAA").into_iter().map(|(_, words)| words).collect();
        assert_eq!(
            words,
            ["00FFAA", "00FFAA", "00FFAA", "00ffaa", "00FFAA", "00ffaa"]
        );
        assert_eq!(ways("phone-A").len(), 4);
    }

    #[test]
    fn a_place_that_no_page_gave_is_refused() {
        assert!(place(Some("no")).is_err());
        assert!(place(Some("1-no")).is_err());
        assert_eq!(place(Some("3-")).expect("a place"), (3, None));
    }
}
