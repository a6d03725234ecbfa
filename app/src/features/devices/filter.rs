//! What the list of devices is narrowed to: the address holds it.

use domain::{
    device::{BindingState, Channel},
    view::{AppName, DeviceFilter, TailFilter, TailOutcome},
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use ui::{Glyph, Icon, field_id};

use crate::features::contacts::search_row::encoded;

/// The states that keep pushes away, as the address names them.
const STATES: [(&str, BindingState); 5] = [
    ("gone", BindingState::Gone),
    ("wrong_environment", BindingState::WrongEnvironment),
    ("wrong_project", BindingState::WrongProject),
    ("quarantined", BindingState::Quarantined),
    ("revoked", BindingState::Revoked),
];

/// What the address narrows the list to; what it does not know counts as nothing.
pub fn asked_filter() -> DeviceFilter {
    use_query_map().with_untracked(|query| {
        let state = query.get("state").unwrap_or_default();
        DeviceFilter {
            app: query.get("app").filter(|app| !app.is_empty()),
            channel: query.get("channel").and_then(|name| Channel::parse(&name)),
            state: STATES
                .into_iter()
                .find_map(|(name, known)| (name == state).then_some(known)),
        }
    })
}

/// What the address narrows the live page to.
pub fn asked_tail() -> TailFilter {
    use_query_map().with_untracked(|query| {
        let outcome = query.get("outcome").unwrap_or_default();
        TailFilter {
            words: query.get("q").unwrap_or_default().trim().to_owned(),
            app: query.get("app").filter(|app| !app.is_empty()),
            channel: query.get("channel").and_then(|name| Channel::parse(&name)),
            outcome: TailOutcome::ALL
                .into_iter()
                .find(|known| known.name() == outcome),
        }
    })
}

/// The lists beside the live page's search.
pub fn tail_choices(apps: &[AppName], filter: &TailFilter) -> AnyView {
    let apps = apps
        .iter()
        .map(|app| (app.slug.clone(), app.name.clone()))
        .collect();
    let channels = Channel::ALL
        .map(|channel| (channel.name().to_owned(), channel.label().to_owned()))
        .to_vec();
    let outcomes = TailOutcome::ALL
        .map(|outcome| {
            let words = match outcome {
                TailOutcome::Good => "Taken",
                TailOutcome::Bad => "Refused or failed",
                TailOutcome::Open => "Under way or unknown",
            };
            (outcome.name().to_owned(), words.to_owned())
        })
        .to_vec();
    let channel = filter.channel.map(|channel| channel.name().to_owned());
    let outcome = filter.outcome.map(|outcome| outcome.name().to_owned());
    view! {
        {choice("app", "App", "All apps", apps, filter.app.clone())}
        {choice("channel", "Channel", "All channels", channels, channel)}
        {choice("outcome", "Outcome", "All outcomes", outcomes, outcome)}
    }
    .into_any()
}

/// The address of a page of the list.
pub fn href(words: &str, filter: &DeviceFilter, cursor: Option<&str>) -> String {
    let state = filter
        .state
        .and_then(|state| STATES.into_iter().find(|known| known.1 == state));
    let pairs = [
        ("q", Some(words)),
        ("app", filter.app.as_deref()),
        ("channel", filter.channel.map(Channel::name)),
        ("state", state.map(|(name, _)| name)),
        ("after", cursor),
    ];
    let query: Vec<String> = pairs
        .into_iter()
        .filter_map(|(name, value)| Some((name, value.filter(|value| !value.is_empty())?)))
        .map(|(name, value)| format!("{name}={}", encoded(value)))
        .collect();
    if query.is_empty() {
        "/devices".to_owned()
    } else {
        format!("/devices?{}", query.join("&"))
    }
}

/// The lists beside the search.
pub fn choices(apps: &[AppName], filter: &DeviceFilter) -> AnyView {
    let apps = apps
        .iter()
        .map(|app| (app.slug.clone(), app.name.clone()))
        .collect();
    let channels = Channel::ALL
        .map(|channel| (channel.name().to_owned(), channel.label().to_owned()))
        .to_vec();
    let states = STATES
        .map(|(name, state)| (name.to_owned(), state.label().to_owned()))
        .to_vec();
    let channel = filter.channel.map(|channel| channel.name().to_owned());
    let state = filter.state.and_then(|state| {
        let known = STATES.into_iter().find(|known| known.1 == state)?;
        Some(known.0.to_owned())
    });
    view! {
        {choice("app", "App", "All apps", apps, filter.app.clone())}
        {choice("channel", "Channel", "All channels", channels, channel)}
        {choice("state", "State", "All states", states, state)}
    }
    .into_any()
}

fn choice(
    name: &'static str,
    label: &'static str,
    all: &'static str,
    options: Vec<(String, String)>,
    chosen: Option<String>,
) -> AnyView {
    let options = options
        .into_iter()
        .map(|(value, words)| {
            let selected = chosen.as_ref() == Some(&value);
            view! {
                <option value=value selected=selected>
                    {words}
                </option>
            }
        })
        .collect_view();
    view! {
        <div class="select devices__choice">
            <select class="input" id=field_id(name) name=name aria-label=label>
                <option value="">{all}</option>
                {options}
            </select>
            <Icon glyph=Glyph::ChevronDown />
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_holds_the_words_and_what_they_are_narrowed_to() {
        let filter = DeviceFilter {
            app: Some("shop".into()),
            channel: Some(Channel::Fcm),
            state: Some(BindingState::WrongProject),
        };
        assert_eq!(
            href("a b", &filter, Some("2-x")),
            "/devices?q=a%20b&app=shop&channel=fcm&state=wrong_project&after=2-x"
        );
        assert_eq!(href("", &DeviceFilter::default(), None), "/devices");
    }

    #[test]
    fn every_state_that_keeps_pushes_away_can_be_chosen() {
        let all = BindingState::ALL.into_iter();
        let away = all.filter(|state| *state != BindingState::Active);
        assert!(away.eq(STATES.map(|known| known.1)));
    }
}
