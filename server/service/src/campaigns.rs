//! Campaigns: make, rename, remove, read.

use std::collections::HashMap;

use domain::people::{Permission, Principal};
use domain::validate::{FieldErrors, check_text};
use domain::view::{CampaignSummary, CampaignView, CredentialView, Page, WorkflowSummary};
use domain::{AppId, CampaignId};
use storage::campaigns::{self, Campaign};
use storage::pushes::Push;
use storage::{Conn, Reader, credentials, rollups, workflow_revisions, workflows};

use crate::overview::results;
use crate::service::require;
use crate::{PageRequest, Result, Service, ServiceError, audit, pushes};

/// Most pushes and workflows that a campaign's page shows.
const SHOWN: u32 = 200;

impl Service {
    /// Makes a campaign.
    pub async fn create_campaign(&self, by: &Principal, name: &str) -> Result<CampaignSummary> {
        require(by, Permission::EditContent)?;
        let name = checked_name(name)?;
        let now = self.now();
        let mut tx = self.begin().await?;
        let campaign = campaigns::create(&mut tx, name, now).await?;
        let subject = campaign.id.to_string();
        audit::note(
            &mut tx,
            by,
            "campaign.create",
            &subject,
            &[("name", name)],
            now,
        )
        .await?;
        tx.commit().await?;
        Ok(summary(campaign, Vec::new()))
    }

    /// Renames a campaign.
    pub async fn rename_campaign(
        &self,
        by: &Principal,
        id: CampaignId,
        name: &str,
    ) -> Result<CampaignSummary> {
        require(by, Permission::EditContent)?;
        let name = checked_name(name)?;
        let now = self.now();
        let mut tx = self.begin().await?;
        campaigns::rename(&mut tx, id, name, now)
            .await
            .map_err(ServiceError::finding("This campaign"))?;
        let facts = [("name", name)];
        audit::note(&mut tx, by, "campaign.rename", &id.to_string(), &facts, now).await?;
        tx.commit().await?;
        self.campaign(by, id).await
    }

    /// Removes a campaign that holds nothing.
    pub async fn delete_campaign(&self, by: &Principal, id: CampaignId) -> Result<()> {
        require(by, Permission::EditContent)?;
        let now = self.now();
        let mut tx = self.begin().await?;
        campaigns::delete(&mut tx, id)
            .await
            .map_err(|error| match error {
                storage::StorageError::Conflict => ServiceError::conflict(
                    "This campaign still has pushes or workflows. Move or remove them first.",
                ),
                other => ServiceError::finding("This campaign")(other),
            })?;
        audit::note(&mut tx, by, "campaign.delete", &id.to_string(), &[], now).await?;
        tx.commit().await?;
        Ok(())
    }

    /// A campaign with its workflows' states.
    pub async fn campaign(&self, by: &Principal, id: CampaignId) -> Result<CampaignSummary> {
        // Who may edit may also read what came of it.
        if !by.may(Permission::EditContent) {
            require(by, Permission::Read)?;
        }
        let mut reader = self.reader().await?;
        let campaign = find(&mut reader, id).await?;
        let workflows = workflows_of(&mut reader, id).await?;
        Ok(summary(campaign, workflows))
    }

    /// A campaign's page.
    pub async fn campaign_view(&self, by: &Principal, id: CampaignId) -> Result<CampaignView> {
        require(by, Permission::Read)?;
        let campaign = self.campaign(by, id).await?;
        let mut reader = self.reader().await?;
        let found = storage::pushes::list(&mut reader, Some(id), None, SHOWN).await?;
        let mut counts = Vec::new();
        for push in &found.items {
            let of_push = rollups::of_push(&mut reader, push.id).await?;
            counts.extend(
                of_push
                    .into_iter()
                    .filter(|count| count.campaign_id == Some(id)),
            );
        }
        let refused_credentials = self.refused_for(&mut reader, &found.items).await?;
        let name = campaign.name.clone();
        let pushes = found
            .items
            .into_iter()
            .map(|push| pushes::summary(push, Some(name.clone())))
            .collect();
        Ok(CampaignView {
            campaign,
            pushes,
            results: results(&counts),
            refused_credentials,
        })
    }

    /// Credentials that a provider refused, and that one of these pushes goes by:
    /// those of its app, or of every app.
    async fn refused_for(
        &self,
        reader: &mut Reader,
        pushes: &[Push],
    ) -> Result<Vec<CredentialView>> {
        let entered = credentials::all(&mut *reader).await?;
        let apps = crate::apps::all(&mut *reader).await?;
        let mut refused = self.refused_among(entered, &apps);
        refused.retain(|view| {
            let goes_by = |app: AppId| app == view.credential.app_id;
            pushes.iter().any(|push| push.draft.app.is_none_or(goes_by))
        });
        Ok(refused)
    }

    /// Campaigns, newest first.
    pub async fn list_campaigns(
        &self,
        by: &Principal,
        wish: &PageRequest,
    ) -> Result<Page<CampaignSummary>> {
        require(by, Permission::Read)?;
        let mut reader = self.reader().await?;
        let found = campaigns::list(&mut reader, wish.after()?.as_ref(), wish.limit).await?;
        let mut items = Vec::with_capacity(found.items.len());
        for campaign in found.items {
            let workflows = workflows_of(&mut reader, campaign.id).await?;
            items.push(summary(campaign, workflows));
        }
        Ok(Page {
            items,
            next: found.next.map(|cursor| cursor.to_string()),
        })
    }
}

/// The campaign with this id.
pub(crate) async fn find(db: impl Into<Conn<'_>>, id: CampaignId) -> Result<Campaign> {
    campaigns::find(db, id)
        .await?
        .ok_or_else(|| ServiceError::not_found("This campaign"))
}

/// Names of campaigns, each looked up once.
pub(crate) async fn names(
    reader: &mut Reader,
    ids: impl Iterator<Item = CampaignId>,
) -> Result<HashMap<CampaignId, String>> {
    let mut names = HashMap::new();
    for id in ids {
        if !names.contains_key(&id)
            && let Some(campaign) = campaigns::find(&mut *reader, id).await?
        {
            names.insert(id, campaign.name);
        }
    }
    Ok(names)
}

async fn workflows_of(reader: &mut Reader, id: CampaignId) -> Result<Vec<WorkflowSummary>> {
    let mut found = workflows::list(&mut *reader, Some(id), None, SHOWN)
        .await?
        .items;
    found.reverse();
    let mut summaries = Vec::with_capacity(found.len());
    for workflow in found {
        let revision = match workflow.current_revision_id {
            Some(id) => workflow_revisions::find(&mut *reader, id).await?,
            None => None,
        };
        summaries.push(WorkflowSummary {
            id: workflow.id,
            name: workflow.name,
            state: workflow.state,
            revision: revision.map(|revision| revision.number),
            updated_at: workflow.updated_at,
        });
    }
    Ok(summaries)
}

fn summary(campaign: Campaign, workflows: Vec<WorkflowSummary>) -> CampaignSummary {
    CampaignSummary {
        id: campaign.id,
        name: campaign.name,
        workflows,
        created_at: campaign.created_at,
        updated_at: campaign.updated_at,
    }
}

/// A name without the space around it.
pub(crate) fn checked_name(name: &str) -> Result<&str> {
    let name = name.trim();
    let mut errors = FieldErrors::default();
    check_text("name", name, 1, 128, &mut errors);
    errors.into_result(name).map_err(Into::into)
}
