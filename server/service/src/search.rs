//! The command palette: contacts, devices, campaigns and pushes by the
//! beginning of what they are called.

use std::collections::HashMap;

use domain::people::{Permission, Principal};
use domain::view::SearchHit;
use storage::{campaigns, contacts, devices, pushes};

use crate::service::require;
use crate::{Result, Service};

/// Hits of each kind.
const EACH: u32 = 5;
/// Campaigns and pushes that are looked through: the newest.
const LOOKED_THROUGH: u32 = 200;

impl Service {
    /// What `text` may mean, contacts first.
    pub async fn search(&self, by: &Principal, text: &str) -> Result<Vec<SearchHit>> {
        require(by, Permission::Read)?;
        let text = text.trim();
        if text.is_empty() || text.len() > 256 {
            return Ok(Vec::new());
        }
        let mut reader = self.reader().await?;
        let mut hits = Vec::new();
        let found = contacts::search(&mut reader, text, None, EACH).await?;
        hits.extend(found.items.into_iter().map(|contact| SearchHit::Contact {
            id: contact.id,
            title: contact.display_name(),
            external_id: contact.external_id,
        }));
        if by.may(Permission::Inspect) {
            let mut found = devices::find_by_token(&mut reader, text).await?;
            if found.is_empty() {
                found = devices::search(&mut reader, text, None, EACH).await?.items;
            }
            if found.is_empty() {
                let end = devices::by_token_end(&mut reader, text, None, EACH).await?;
                found = end.items;
            }
            let names: HashMap<_, _> = crate::devices::app_names(&mut reader).await?;
            hits.extend(found.into_iter().map(|binding| SearchHit::Device {
                id: binding.id,
                detail: match names.get(&binding.app_id) {
                    Some(app) => format!("{} · {}", binding.platform.label(), app.name),
                    None => binding.platform.label().to_owned(),
                },
                device_id: binding.device_id,
            }));
        }
        let wanted = text.to_lowercase();
        let fits = |name: &str| name.to_lowercase().contains(&wanted);
        let found = campaigns::list(&mut reader, None, LOOKED_THROUGH)
            .await?
            .items;
        let fitting = found.into_iter().filter(|campaign| fits(&campaign.name));
        hits.extend(
            fitting
                .take(EACH as usize)
                .map(|campaign| SearchHit::Campaign {
                    id: campaign.id,
                    title: campaign.name,
                }),
        );
        let found = pushes::list(&mut reader, None, None, LOOKED_THROUGH)
            .await?
            .items;
        let fitting = found.into_iter().filter(|push| fits(&push.name));
        hits.extend(fitting.take(EACH as usize).map(|push| SearchHit::Push {
            id: push.id,
            title: push.name,
        }));
        Ok(hits)
    }
}
