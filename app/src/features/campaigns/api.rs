//! What the campaigns' pages ask of the server.

#![expect(
    missing_docs,
    reason = "the server macro makes structs of the arguments"
)]

use domain::{
    CampaignId,
    view::{CampaignSummary, CampaignView, Page},
};
use leptos::{prelude::*, server_fn::codec::Json};
use serde::{Deserialize, Serialize};

use crate::AppError;

/// Campaigns on one page of the list.
const LISTED: u32 = 50;

/// One page of the campaigns' list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CampaignList {
    /// The campaigns.
    pub page: Page<CampaignSummary>,
    /// The person may make one.
    pub may_edit: bool,
}

/// Campaigns, newest first.
#[server(input = Json)]
pub async fn list_campaigns(cursor: Option<String>) -> Result<CampaignList, AppError> {
    let (service, principal) = crate::caller::caller()?;
    let wish = service::PageRequest {
        limit: LISTED,
        cursor,
    };
    Ok(CampaignList {
        page: service.list_campaigns(&principal, &wish).await?,
        may_edit: principal.may(domain::people::Permission::EditContent),
    })
}

/// A campaign's page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CampaignData {
    /// The campaign, its pushes, what became of them.
    pub view: CampaignView,
    /// The person may change it.
    pub may_edit: bool,
}

/// A campaign.
#[server(input = Json)]
pub async fn open_campaign(id: CampaignId) -> Result<CampaignData, AppError> {
    let (service, principal) = crate::caller::caller()?;
    Ok(CampaignData {
        view: service.campaign_view(&principal, id).await?,
        may_edit: principal.may(domain::people::Permission::EditContent),
    })
}

/// Makes a campaign.
#[server(input = Json)]
pub async fn create_campaign(name: String) -> Result<CampaignId, AppError> {
    let (service, principal) = crate::caller::caller()?;
    Ok(service.create_campaign(&principal, &name).await?.id)
}

/// Renames a campaign.
#[server(input = Json)]
pub async fn rename_campaign(id: CampaignId, name: String) -> Result<(), AppError> {
    let (service, principal) = crate::caller::caller()?;
    service.rename_campaign(&principal, id, &name).await?;
    Ok(())
}

/// Deletes a campaign that holds nothing.
#[server(input = Json)]
pub async fn delete_campaign(id: CampaignId) -> Result<(), AppError> {
    let (service, principal) = crate::caller::caller()?;
    Ok(service.delete_campaign(&principal, id).await?)
}
