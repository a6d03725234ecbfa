//! What one platform gets instead, under construction.

use domain::{device::Platform, push::PlatformOverride};
use leptos::prelude::*;

use super::filled;

/// One platform's fields; an empty one is the common value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OverrideForm {
    /// Which platform.
    pub platform: Platform,
    /// Its values, in the order of [`PlatformOverride::FIELDS`].
    values: [RwSignal<String>; 8],
}

impl OverrideForm {
    pub(super) fn new(platform: Platform, content: &PlatformOverride) -> Self {
        let value = |value: Option<&String>| RwSignal::new(value.cloned().unwrap_or_default());
        Self {
            platform,
            values: content.values().map(value),
        }
    }

    /// What was composed.
    pub(super) fn content(self) -> PlatformOverride {
        let mut content = PlatformOverride::default();
        for (place, value) in content.values_mut().into_iter().zip(self.values) {
            *place = filled(value);
        }
        content
    }

    /// Its fields, by the names of their controls.
    pub fn fields(self) -> impl Iterator<Item = (String, RwSignal<String>)> {
        let platform = self.platform;
        PlatformOverride::FIELDS
            .into_iter()
            .zip(self.values)
            .filter(move |(name, _)| PlatformOverride::has(platform, name))
            .map(move |(name, value)| (control(platform, name), value))
    }

    /// How many values of its own it has. Follows them.
    pub fn count(self) -> usize {
        let own = self.values.iter();
        own.filter(|value| value.with(|text| !text.trim().is_empty()))
            .count()
    }
}

/// The name of a field's control: `overrides.ios.title`.
pub fn control(platform: Platform, field: &str) -> String {
    format!("overrides.{}.{field}", platform.name())
}

/// How many values of its own a platform has, in words.
pub fn own_values(count: usize) -> String {
    match count {
        0 => "as everywhere".to_owned(),
        1 => "1 field differs".to_owned(),
        count => format!("{count} fields differ"),
    }
}
