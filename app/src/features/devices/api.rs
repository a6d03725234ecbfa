//! What the devices' page asks of the server.

#![expect(
    missing_docs,
    reason = "the server macro makes structs of the arguments"
)]

use domain::view::{Count, DeviceView, Page};
use leptos::{prelude::*, server_fn::codec::Json};
use serde::{Deserialize, Serialize};

use crate::AppError;

/// Devices on one page of the list.
const LISTED: u32 = 50;

/// One page of the devices' list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceList {
    /// The devices.
    pub page: Page<DeviceView>,
    /// How many there are in all.
    pub count: Count,
}

/// Devices: newest first, or those that `wanted` finds.
#[server(input = Json)]
pub async fn list_devices(wanted: String, cursor: Option<String>) -> Result<DeviceList, AppError> {
    let (service, principal) = crate::caller::caller()?;
    let wish = service::PageRequest {
        limit: LISTED,
        cursor,
    };
    Ok(DeviceList {
        page: service
            .list_devices(&principal, Some(&wanted), &wish)
            .await?,
        count: service.count_devices(&principal).await?,
    })
}
