//! A contact's page.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::SendView;
use crate::consent::{ConsentEvent, Way};
use crate::contact::Contact;
use crate::device::{Binding, DeviceChange};
use crate::{AppId, BindingId, EnrollmentId, Timestamp, WorkflowId};

/// A contact with its devices.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ContactView {
    /// The contact.
    pub contact: Contact,
    /// Its devices, oldest first.
    pub devices: Vec<DeviceView>,
    /// Its opt-ins and opt-outs, newest first, the latest fifty.
    pub consent: Vec<ConsentEvent>,
}

/// A device binding as shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceView {
    /// The binding. Its token is masked for those who may not inspect.
    pub binding: Binding,
    /// The app.
    pub app: AppName,
    /// The contact's own identifier, where devices of many are listed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
}

/// An app as it is named beside other things.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppName {
    /// Which.
    pub id: AppId,
    /// Its name in files and addresses.
    pub slug: String,
    /// What people call it.
    pub name: String,
}

/// Something that happened to a contact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TimelineItem {
    /// When.
    pub at: Timestamp,
    /// What.
    pub what: TimelineEntry,
}

/// What happened to a contact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum TimelineEntry {
    /// It did something.
    Event {
        /// What.
        name: String,
        /// Facts about it.
        properties: Map<String, Value>,
    },
    /// It opted in or out.
    Consent(ConsentEvent),
    /// A device of it changed.
    Device {
        /// Which.
        binding_id: BindingId,
        /// The device's identifier, while the device is there.
        device_id: Option<String>,
        /// What happened.
        change: DeviceChange,
        /// By which way.
        way: Way,
    },
    /// It entered a workflow.
    Entered {
        /// Which pass.
        enrollment_id: EnrollmentId,
        /// Which workflow.
        workflow_id: WorkflowId,
        /// The workflow's name.
        workflow: String,
    },
    /// A push was decided for it.
    Send(Box<SendView>),
}
