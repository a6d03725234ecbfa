//! The gates between a decision and a device: pure functions with typed
//! reasons, in a fixed order, each answer remembered.

mod facts;

use serde::{Deserialize, Serialize};

use crate::device::{Binding, BindingState, OsPermission};

pub use facts::GateFacts;

/// A gate, in the order in which they are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Gate {
    /// The contact exists.
    Exists,
    /// The contact opted in.
    OptedIn,
    /// The contact has a device that is bound to a targeted app.
    HasBinding,
    /// The device's system and owner allow notifications.
    Permission,
    /// The binding can be sent to.
    BindingUsable,
    /// The content renders for this contact.
    Renders,
    /// The payload fits the platform's limit.
    Fits,
    /// The app has a usable credential for the channel.
    Credential,
}

impl Gate {
    /// Every gate, in order.
    pub const ALL: [Self; 8] = [
        Self::Exists,
        Self::OptedIn,
        Self::HasBinding,
        Self::Permission,
        Self::BindingUsable,
        Self::Renders,
        Self::Fits,
        Self::Credential,
    ];

    /// The gates that are asked once for the contact.
    pub const CONTACT: [Self; 3] = [Self::Exists, Self::OptedIn, Self::HasBinding];

    /// The gates that are asked for each device.
    pub const DEVICE: [Self; 5] = [
        Self::Permission,
        Self::BindingUsable,
        Self::Renders,
        Self::Fits,
        Self::Credential,
    ];

    /// What a person reads beside a tick or a cross.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Exists => "Contact exists",
            Self::OptedIn => "Opted in",
            Self::HasBinding => "Has a device",
            Self::Permission => "Notifications allowed",
            Self::BindingUsable => "Device reachable",
            Self::Renders => "Content renders",
            Self::Fits => "Payload fits",
            Self::Credential => "Credential usable",
        }
    }
}

/// The gates passed so far, a bit each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct GateMask(pub i32);

impl GateMask {
    /// With `gate` passed as well.
    #[must_use]
    pub const fn with(self, gate: Gate) -> Self {
        Self(self.0 | 1 << gate as i32)
    }

    /// Whether `gate` was passed.
    pub const fn passed(self, gate: Gate) -> bool {
        self.0 & (1 << gate as i32) != 0
    }
}

/// Why a gate stopped a send or a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Suppression {
    /// The contact was deleted.
    ContactDeleted,
    /// The contact opted out.
    OptedOut,
    /// The contact was never asked.
    NoConsent,
    /// The contact has no device.
    NoBinding,
    /// The contact has devices, but none of the push's app.
    NoBindingOfApp,
    /// The system does not let the app show notifications.
    PermissionDenied,
    /// The device opted out in the app.
    DeviceOptedOut,
    /// The token is gone.
    TokenGone,
    /// The token belongs to the provider's other environment.
    WrongEnvironment,
    /// The token belongs to another project.
    WrongProject,
    /// The binding is set aside.
    Quarantined,
    /// The binding was revoked.
    Revoked,
    /// A template failed for this contact.
    DoesNotRender,
    /// The payload is larger than the platform takes.
    TooLarge,
    /// The app has no credential for the channel.
    NoCredential,
    /// The provider refused the credential.
    CredentialRefused,
    /// The provider refused this push's content for another device; sending
    /// it stopped.
    PushStopped,
}

impl Suppression {
    /// Every reason, in the order of their numbers. New ones go to the end.
    pub const ALL: [Self; 17] = [
        Self::ContactDeleted,
        Self::OptedOut,
        Self::NoConsent,
        Self::NoBinding,
        Self::NoBindingOfApp,
        Self::PermissionDenied,
        Self::DeviceOptedOut,
        Self::TokenGone,
        Self::WrongEnvironment,
        Self::WrongProject,
        Self::Quarantined,
        Self::Revoked,
        Self::DoesNotRender,
        Self::TooLarge,
        Self::NoCredential,
        Self::CredentialRefused,
        Self::PushStopped,
    ];

    /// The number in the database.
    pub const fn code(self) -> i16 {
        self as i16
    }

    /// The reason with this number.
    pub fn from_code(code: i16) -> Option<Self> {
        usize::try_from(code)
            .ok()
            .and_then(|code| Self::ALL.get(code).copied())
    }

    /// The gate that gives this reason.
    pub const fn gate(self) -> Gate {
        match self {
            Self::ContactDeleted => Gate::Exists,
            Self::OptedOut | Self::NoConsent => Gate::OptedIn,
            Self::NoBinding | Self::NoBindingOfApp => Gate::HasBinding,
            Self::PermissionDenied | Self::DeviceOptedOut => Gate::Permission,
            Self::TokenGone
            | Self::WrongEnvironment
            | Self::WrongProject
            | Self::Quarantined
            | Self::Revoked => Gate::BindingUsable,
            Self::DoesNotRender | Self::PushStopped => Gate::Renders,
            Self::TooLarge => Gate::Fits,
            Self::NoCredential | Self::CredentialRefused => Gate::Credential,
        }
    }

    /// The name in the API and in counts.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ContactDeleted => "contact_deleted",
            Self::OptedOut => "opted_out",
            Self::NoConsent => "no_consent",
            Self::NoBinding => "no_binding",
            Self::NoBindingOfApp => "no_binding_of_app",
            Self::PermissionDenied => "permission_denied",
            Self::DeviceOptedOut => "device_opted_out",
            Self::TokenGone => "token_gone",
            Self::WrongEnvironment => "wrong_environment",
            Self::WrongProject => "wrong_project",
            Self::Quarantined => "quarantined",
            Self::Revoked => "revoked",
            Self::DoesNotRender => "does_not_render",
            Self::TooLarge => "too_large",
            Self::NoCredential => "no_credential",
            Self::CredentialRefused => "credential_refused",
            Self::PushStopped => "push_stopped",
        }
    }

    /// A few words, for tables and funnels.
    pub const fn label(self) -> &'static str {
        match self {
            Self::ContactDeleted => "Contact deleted",
            Self::OptedOut => "Opted out",
            Self::NoConsent => "Never asked",
            Self::NoBinding => "No device",
            Self::NoBindingOfApp => "No device with this app",
            Self::PermissionDenied => "Notifications switched off",
            Self::DeviceOptedOut => "Device opted out",
            Self::TokenGone => "Token gone",
            Self::WrongEnvironment => "Wrong environment",
            Self::WrongProject => "Wrong project",
            Self::Quarantined => "Quarantined",
            Self::Revoked => "Revoked",
            Self::DoesNotRender => "Content does not render",
            Self::TooLarge => "Payload too large",
            Self::NoCredential => "No credential",
            Self::CredentialRefused => "Credential refused",
            Self::PushStopped => "Push stopped",
        }
    }

    /// A sentence for the contact's page: what is so, and what would make the
    /// push pass.
    pub const fn explanation(self) -> &'static str {
        match self {
            Self::ContactDeleted => "The contact was deleted before the push was sent.",
            Self::OptedOut => {
                "The contact opted out of pushes. Only the contact's own opt-in changes that."
            }
            Self::NoConsent => {
                "Nobody has recorded an opt-in for this contact. Import or register the consent to reach them."
            }
            Self::NoBinding => {
                "No device is registered for this contact. A device appears when the app registers its push token."
            }
            Self::NoBindingOfApp => {
                "The contact has devices, but none with the app that this push is for."
            }
            Self::PermissionDenied => {
                "Notifications are switched off for the app in the device's system settings."
            }
            Self::DeviceOptedOut => {
                "This device opted out inside the app, while the contact's other devices may still receive."
            }
            Self::TokenGone => {
                "The provider says that the token is gone: the app was removed or the token replaced. It comes back when the app registers again."
            }
            Self::WrongEnvironment => {
                "The token belongs to the provider's other environment, such as a development build against production."
            }
            Self::WrongProject => "The token was issued for another project than the credential's.",
            Self::Quarantined => {
                "The provider said that the token does not belong to this app. Check that the app's credential and topic are right."
            }
            Self::Revoked => {
                "The device was signed out or revoked. It comes back when the app registers again."
            }
            Self::DoesNotRender => "The push's personalization failed for this contact.",
            Self::TooLarge => {
                "The payload for this contact is larger than the platform takes. Shorten the text or what it inserts."
            }
            Self::NoCredential => {
                "The app has no credential for this channel. Add one in Settings, Apps."
            }
            Self::CredentialRefused => {
                "The provider refused the app's credential. Mend it in Settings, Apps."
            }
            Self::PushStopped => {
                "The provider refused this push's content, so sending it was stopped."
            }
        }
    }
}

/// What is known of a contact when its gates are asked.
#[derive(Clone, Copy, Debug)]
pub struct ContactFacts {
    /// Whether it wants pushes; `None` when it was never asked.
    pub opted_in: Option<bool>,
}

/// Asks the gates for the contact, `None` when it was deleted: the mask of those passed, and the reason
/// if one stopped it. `bindings` is how many devices the contact has, and
/// how many of these are bound to a targeted app.
pub fn contact_gates(
    contact: Option<ContactFacts>,
    bindings: usize,
    targeted: usize,
) -> (GateMask, Option<Suppression>) {
    let mut mask = GateMask::default();
    let Some(contact) = contact else {
        return (mask, Some(Suppression::ContactDeleted));
    };
    mask = mask.with(Gate::Exists);
    match contact.opted_in {
        Some(true) => mask = mask.with(Gate::OptedIn),
        Some(false) => return (mask, Some(Suppression::OptedOut)),
        None => return (mask, Some(Suppression::NoConsent)),
    }
    if bindings == 0 {
        return (mask, Some(Suppression::NoBinding));
    }
    if targeted == 0 {
        return (mask, Some(Suppression::NoBindingOfApp));
    }
    (mask.with(Gate::HasBinding), None)
}

/// What is known of a device when its gates are asked.
#[derive(Clone, Copy, Debug)]
pub struct DeviceFacts<'a> {
    /// The binding.
    pub binding: &'a Binding,
    /// The size of its payload in bytes and the platform's limit; `None` when
    /// the content failed to render.
    pub payload: Option<(usize, usize)>,
    /// The credential for its app and channel: `None` when there is none,
    /// else whether it is usable.
    pub credential: Option<bool>,
}

/// Asks the gates before rendering: permission and binding. Content is not
/// rendered for a device that these stop.
pub fn binding_gates(binding: &Binding, passed: GateMask) -> (GateMask, Option<Suppression>) {
    let mut mask = passed;
    if binding.os_permission == OsPermission::Denied {
        return (mask, Some(Suppression::PermissionDenied));
    }
    if !binding.opted_in {
        return (mask, Some(Suppression::DeviceOptedOut));
    }
    mask = mask.with(Gate::Permission);
    let stopped = match binding.state {
        BindingState::Active => None,
        BindingState::Gone => Some(Suppression::TokenGone),
        BindingState::WrongEnvironment => Some(Suppression::WrongEnvironment),
        BindingState::WrongProject => Some(Suppression::WrongProject),
        BindingState::Quarantined => Some(Suppression::Quarantined),
        BindingState::Revoked => Some(Suppression::Revoked),
    };
    if stopped.is_none() {
        mask = mask.with(Gate::BindingUsable);
    }
    (mask, stopped)
}

/// Asks every gate for a device: the mask of those passed, those for the
/// contact included, and the reason if one stopped it.
pub fn device_gates(facts: DeviceFacts<'_>, passed: GateMask) -> (GateMask, Option<Suppression>) {
    let (mut mask, stopped) = binding_gates(facts.binding, passed);
    if stopped.is_some() {
        return (mask, stopped);
    }
    let Some((size, limit)) = facts.payload else {
        return (mask, Some(Suppression::DoesNotRender));
    };
    mask = mask.with(Gate::Renders);
    if size > limit {
        return (mask, Some(Suppression::TooLarge));
    }
    mask = mask.with(Gate::Fits);
    match facts.credential {
        Some(true) => (mask.with(Gate::Credential), None),
        Some(false) => (mask, Some(Suppression::CredentialRefused)),
        None => (mask, Some(Suppression::NoCredential)),
    }
}
