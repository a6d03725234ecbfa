//! Rows of devices: our own columns, and the endpoint export of Recurly Engage
//! and Amazon Pinpoint (`Id,ChannelType,Address,User.UserId`).

use domain::contact::check_external_id;
use domain::device::{AddressKind, Channel, DeviceInput, OsPermission, Platform, check_device_id};
use domain::validate::FieldErrors;
use serde_json::{Map, Value};

use super::cells;
use super::columns::Header;
use super::rows::{FromRow, RowOptions};
use super::source::ImportError;

/// A device out of a file. A cell that is empty says nothing: what is known
/// stays as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceRow {
    /// Whose it is.
    pub external_id: String,
    /// The installation's stable identifier.
    pub device_id: String,
    /// What the row says.
    pub input: DeviceInput,
}

/// What a column of devices means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    /// The contact.
    ExternalId,
    /// The device.
    DeviceId,
    /// The app's slug.
    App,
    /// The push service.
    Channel,
    /// The push token.
    Token,
    /// What the token is.
    AddressKind,
    /// The system.
    Platform,
    /// What the system lets the app show.
    OsPermission,
    /// Whether the device takes pushes.
    OptedIn,
    /// Version of the app.
    AppVersion,
    /// Version of the system.
    OsVersion,
    /// Model.
    Model,
    /// Language tag.
    Locale,
    /// IANA time zone.
    TimeZone,
    /// The custom device's name.
    Label,
    /// Something that is not kept.
    Other,
}

impl Column {
    /// Columns that are not known are passed over: exports have many.
    fn named(name: &str) -> Self {
        match name.to_ascii_lowercase().as_str() {
            "external_id" | "user.userid" => Self::ExternalId,
            "device_id" | "id" => Self::DeviceId,
            "app" => Self::App,
            "channel" | "channeltype" => Self::Channel,
            "token" | "address" => Self::Token,
            "address_kind" => Self::AddressKind,
            "platform" => Self::Platform,
            "os_permission" => Self::OsPermission,
            "opted_in" => Self::OptedIn,
            "app_version" => Self::AppVersion,
            "os_version" => Self::OsVersion,
            "model" => Self::Model,
            "locale" => Self::Locale,
            "time_zone" => Self::TimeZone,
            "label" => Self::Label,
            _ => Self::Other,
        }
    }
}

/// The columns of a file of devices.
#[derive(Debug)]
pub struct Columns {
    columns: Vec<Column>,
    app: Option<String>,
}

/// A row before its required fields are known to be there.
#[derive(Default)]
struct Parts {
    external_id: Option<String>,
    device_id: Option<String>,
    app: Option<String>,
    channel: Option<Channel>,
    token: Option<String>,
    address_kind: Option<AddressKind>,
    platform: Option<Platform>,
    os_permission: Option<OsPermission>,
    opted_in: Option<bool>,
    app_version: Option<String>,
    os_version: Option<String>,
    model: Option<String>,
    locale: Option<String>,
    time_zone: Option<String>,
    label: Option<String>,
}

impl Parts {
    fn set(&mut self, column: Column, cell: &str) -> Result<(), String> {
        match column {
            Column::ExternalId => self.external_id = cells::text(cell),
            Column::DeviceId => self.device_id = cells::text(cell),
            Column::App => self.app = cells::text(cell),
            Column::Channel => self.channel = cells::text(cell).map(|c| channel(&c)).transpose()?,
            Column::Token => self.token = cells::text(cell),
            Column::AddressKind => {
                self.address_kind = cells::text(cell)
                    .map(|name| {
                        AddressKind::parse(&name).ok_or_else(|| {
                            format!("address_kind “{name}” is neither token nor fid")
                        })
                    })
                    .transpose()?;
            }
            Column::Platform => {
                self.platform = cells::text(cell)
                    .map(|name| {
                        Platform::parse(&name).ok_or_else(|| {
                            format!("platform “{name}” is none of ios, android, web, fireos")
                        })
                    })
                    .transpose()?;
            }
            Column::OsPermission => {
                self.os_permission = cells::text(cell)
                    .map(|name| {
                        OsPermission::parse(&name).ok_or_else(|| {
                            format!(
                                "os_permission “{name}” is none of granted, provisional, denied, unknown"
                            )
                        })
                    })
                    .transpose()?;
            }
            Column::OptedIn => self.opted_in = cells::yes_or_no("opted_in", cell)?,
            Column::AppVersion => self.app_version = cells::text(cell),
            Column::OsVersion => self.os_version = cells::text(cell),
            Column::Model => self.model = cells::text(cell),
            Column::Locale => self.locale = cells::text(cell),
            Column::TimeZone => self.time_zone = cells::text(cell),
            Column::Label => self.label = cells::text(cell),
            Column::Other => {}
        }
        Ok(())
    }

    fn build(self, app: Option<&str>) -> Result<DeviceRow, String> {
        let missing = |what: &str| format!("{what} must not be empty");
        Ok(DeviceRow {
            external_id: self.external_id.ok_or_else(|| missing("external_id"))?,
            device_id: self.device_id.ok_or_else(|| missing("device_id"))?,
            input: DeviceInput {
                app: self
                    .app
                    .or_else(|| app.map(str::to_owned))
                    .ok_or_else(|| missing("app"))?,
                channel: self.channel.ok_or_else(|| missing("channel"))?,
                token: self.token.ok_or_else(|| missing("token"))?,
                address_kind: self.address_kind,
                platform: self.platform,
                os_permission: self.os_permission,
                opted_in: self.opted_in,
                app_version: self.app_version,
                os_version: self.os_version,
                model: self.model,
                locale: self.locale,
                time_zone: self.time_zone,
                label: self.label,
            },
        })
    }
}

/// A channel by our name or by the export's. APNs' two environments are one
/// channel here: the app's credential says which of them it uses.
fn channel(name: &str) -> Result<Channel, String> {
    match name.to_ascii_uppercase().as_str() {
        "APNS" | "APNS_SANDBOX" => Ok(Channel::Apns),
        "FCM" | "GCM" => Ok(Channel::Fcm),
        _ => Channel::parse(name)
            .ok_or_else(|| format!("channel “{name}” is none of apns, fcm, adm, webpush, twilio")),
    }
}

impl FromRow for DeviceRow {
    type Columns = Columns;

    fn columns(header: &Header, options: &RowOptions) -> Result<Self::Columns, ImportError> {
        let columns: Vec<_> = header.names().map(Column::named).collect();
        for (column, ours, recurlys) in [
            (Column::ExternalId, "external_id", "User.UserId"),
            (Column::DeviceId, "device_id", "Id"),
            (Column::Channel, "channel", "ChannelType"),
            (Column::Token, "token", "Address"),
        ] {
            match columns.iter().filter(|&&other| other == column).count() {
                0 => return Err(header.missing(ours, Some(recurlys))),
                1 => {}
                _ => return Err(ImportError::DuplicateColumn(ours.to_owned())),
            }
        }
        if !columns.contains(&Column::App) && options.app.is_none() {
            return Err(ImportError::NoApp(String::new()));
        }
        Ok(Columns {
            columns,
            app: options.app.clone(),
        })
    }

    fn from_cells<'a>(
        columns: &Self::Columns,
        cells: impl Iterator<Item = &'a str>,
    ) -> Result<Self, String> {
        let mut parts = Parts::default();
        for (&column, cell) in columns.columns.iter().zip(cells) {
            parts.set(column, cell)?;
        }
        parts.build(columns.app.as_deref())
    }

    fn from_object(object: Map<String, Value>, options: &RowOptions) -> Result<Self, String> {
        let mut parts = Parts::default();
        for (name, value) in object {
            // Pinpoint's NDJSON nests what its CSV flattens with a dot.
            if name == "User" {
                let id = value.get("UserId").cloned().unwrap_or_default();
                parts.external_id = cells::text_of("User.UserId", id)?;
                continue;
            }
            match Column::named(&name) {
                Column::Other => {}
                Column::OptedIn => parts.opted_in = cells::yes_or_no_of("opted_in", &value)?,
                column => {
                    let text = cells::text_of(&name, value)?.unwrap_or_default();
                    parts.set(column, &text)?;
                }
            }
        }
        parts.build(options.app.as_deref())
    }

    fn check(&self) -> Result<(), String> {
        let mut errors = FieldErrors::default();
        check_external_id(&self.external_id, &mut errors);
        check_device_id(&self.device_id, &mut errors);
        self.input.check(&mut errors);
        crate::time_zone::check(self.input.time_zone.as_deref(), &mut errors);
        if errors.is_empty() {
            Ok(())
        } else {
            Err(errors.to_string())
        }
    }

    fn keys(&self, seen: &mut dyn FnMut(&'static str, &[&str])) {
        seen("device", &[&self.input.app, &self.device_id]);
        seen(
            "token",
            &[
                &self.input.app,
                self.input.channel.name(),
                &self.input.canonical_token(),
            ],
        );
    }
}
