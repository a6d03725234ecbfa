//! What the editor's module starts with, and what it hears of a save.
//!
//! The browser reads both by hand: a derived reader for each type here would be a large
//! part of the module.

use domain::{
    CampaignId, PushId,
    app::{Action, Capabilities, Category},
    device::Channel,
    push::ActionKind,
};
use serde::Serialize;
use serde_json::Value;

use super::{api::SavedPush, apps::AppLook, sample::SampleContact};

/// What the module starts with, beside what stands in the form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EditorData {
    /// The push's id and the version that stands in the form; none when it is new.
    pub known: Option<(PushId, i64)>,
    /// The apps there are.
    pub apps: Vec<AppLook>,
    /// Somebody to look at it as.
    pub sample: SampleContact,
    /// Somebody who does not exist.
    pub made_up: SampleContact,
    /// The person may change the push.
    pub may_edit: bool,
}

impl EditorData {
    /// Reads what the server wrote; nothing if it is not that.
    pub fn read(json: &str) -> Option<Self> {
        let data: Value = serde_json::from_str(json).ok()?;
        let known = &data["known"];
        Some(Self {
            known: id(&known[0]).zip(known[1].as_i64()),
            apps: items(&data["apps"]).map(app).collect(),
            sample: sample(&data["sample"]),
            made_up: sample(&data["made_up"]),
            may_edit: truth(&data["may_edit"]),
        })
    }
}

/// Reads what the server answers to a save.
pub fn read_saved(json: &str) -> Option<SavedPush> {
    let saved: Value = serde_json::from_str(json).ok()?;
    let campaign = &saved["campaign"];
    Some(SavedPush {
        id: id(&saved["id"])?,
        version: saved["version"].as_i64()?,
        campaign: id::<CampaignId>(&campaign[0]).zip(Some(text(&campaign[1]))),
    })
}

fn app(app: &Value) -> AppLook {
    let can = &app["capabilities"];
    AppLook {
        id: text(&app["id"]),
        name: text(&app["name"]),
        capabilities: Capabilities {
            channels: items(&can["channels"])
                .filter_map(|name| Channel::parse(name.as_str()?))
                .collect(),
            ios_service_extension: truth(&can["ios_service_extension"]),
            ios_categories: items(&can["ios_categories"]).map(category).collect(),
            android_handler: truth(&can["android_handler"]),
            android_channels: items(&can["android_channels"]).map(text).collect(),
            web_actions: can["web_actions"]
                .as_u64()
                .and_then(|count| count.try_into().ok())
                .unwrap_or_default(),
        },
    }
}

fn category(category: &Value) -> Category {
    let action = |action: &Value| Action {
        title: text(&action["title"]),
        kind: action["kind"]
            .as_str()
            .and_then(ActionKind::parse)
            .unwrap_or_default(),
        placeholder: action["placeholder"].as_str().map(str::to_owned),
    };
    Category {
        id: text(&category["id"]),
        actions: items(&category["actions"]).map(action).collect(),
    }
}

fn sample(sample: &Value) -> SampleContact {
    SampleContact {
        name: text(&sample["name"]),
        json: text(&sample["json"]),
        made_up: truth(&sample["made_up"]),
    }
}

fn id<T: std::str::FromStr>(value: &Value) -> Option<T> {
    value.as_str()?.parse().ok()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn truth(value: &Value) -> bool {
    value.as_bool().unwrap_or_default()
}

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_module_starts_with_all_that_the_server_wrote() {
        let capabilities = Capabilities {
            ios_service_extension: true,
            ios_categories: vec![Category {
                id: "OFFER".into(),
                actions: vec![
                    Action::opening("Shop now"),
                    Action {
                        kind: ActionKind::TextInput,
                        placeholder: Some("Which?".into()),
                        ..Action::opening("Ask")
                    },
                ],
            }],
            android_handler: true,
            android_channels: vec!["offers".into()],
            channels: vec![Channel::Apns, Channel::Webpush],
            web_actions: 1,
        };
        let app = |id: &str, capabilities| AppLook {
            id: id.to_owned(),
            name: "Corner Shop".into(),
            capabilities,
        };
        let data = EditorData {
            known: Some((uuid::Uuid::from_u128(7).into(), 3)),
            apps: vec![app("a", capabilities), app("b", Capabilities::default())],
            sample: SampleContact {
                made_up: false,
                ..SampleContact::made_up()
            },
            made_up: SampleContact::made_up(),
            may_edit: true,
        };
        for data in [
            EditorData {
                known: None,
                ..data.clone()
            },
            data,
        ] {
            let json = serde_json::to_string(&data).expect("is written");
            assert_eq!(EditorData::read(&json), Some(data));
        }
    }

    #[test]
    fn a_save_is_heard_of_in_full() {
        let id = uuid::Uuid::from_u128(7);
        for campaign in [None, Some((id.into(), "Spring".to_owned()))] {
            let saved = SavedPush {
                id: id.into(),
                version: 4,
                campaign,
            };
            let json = serde_json::to_string(&saved).expect("is written");
            assert_eq!(read_saved(&json), Some(saved));
        }
    }
}
