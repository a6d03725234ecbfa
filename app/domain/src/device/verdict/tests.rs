use super::*;
use crate::consent::Way;
use crate::device::Channel;
use crate::{AppId, BindingId, ContactId, Shard};
use uuid::Uuid;

const THEN: Timestamp = Timestamp(1_793_718_300_000);

fn binding() -> Binding {
    Binding {
        id: BindingId(Uuid::nil()),
        shard: Shard::from_number(0),
        contact_id: ContactId(Uuid::nil()),
        app_id: AppId(Uuid::nil()),
        device_id: "phone".into(),
        channel: Channel::Apns,
        platform: Platform::Ios,
        token: "00ff".into(),
        os_permission: OsPermission::Granted,
        opted_in: true,
        state: BindingState::Active,
        state_reason: None,
        app_version: None,
        os_version: None,
        model: None,
        locale: None,
        time_zone: None,
        label: None,
        registered_at: THEN,
        created_at: THEN,
        updated_at: THEN,
    }
}

fn line(change: DeviceChange) -> DeviceHistory {
    DeviceHistory {
        at: THEN,
        binding_id: BindingId(Uuid::nil()),
        change,
        way: Way::Api,
    }
}

fn facts(binding: &Binding) -> DeviceFacts<'_> {
    DeviceFacts {
        binding,
        history: &[],
        contact_opted_in: Some(true),
        contact_said_at: None,
        credential: Some((CredentialState::Usable, None)),
        last: None,
    }
}

fn last(state: DeliveryState) -> LastPush<'static> {
    LastPush {
        state,
        stopped: None,
        reason: None,
        at: THEN,
    }
}

#[test]
fn a_device_without_any_push_is_ready() {
    let told = verdict(&facts(&binding()));
    assert_eq!(told.first.outlook, Outlook::Ready);
    assert_eq!(told.first.headline, "Ready: nothing was sent to it yet");
    assert!(told.others.is_empty());
}

#[test]
fn a_revoked_permission_is_dated_and_named_by_its_system() {
    let binding = Binding {
        os_permission: OsPermission::Denied,
        ..binding()
    };
    let history = [line(DeviceChange::PermissionChanged {
        from: OsPermission::Granted,
        to: OsPermission::Denied,
    })];
    let told = verdict(&DeviceFacts {
        history: &history,
        ..facts(&binding)
    });
    assert_eq!(
        told.first.headline,
        "iOS will not show a push: permission was revoked"
    );
    assert_eq!(told.first.at, Some(THEN));
    let told = verdict(&facts(&binding));
    assert_eq!(
        (told.first.headline.as_str(), told.first.at),
        (
            "iOS will not show a push: it was registered without permission",
            None
        )
    );
}

#[test]
fn a_gone_token_says_who_said_so_when_and_what_to_do() {
    let binding = Binding {
        state: BindingState::Gone,
        state_reason: Some("Unregistered".into()),
        ..binding()
    };
    let history = [line(DeviceChange::StateChanged {
        from: BindingState::Active,
        to: BindingState::Gone,
        reason: "Unregistered".into(),
    })];
    let told = verdict(&DeviceFacts {
        history: &history,
        ..facts(&binding)
    });
    assert_eq!(
        told.first.headline,
        "APNs said that the token is gone: Unregistered"
    );
    assert_eq!(told.first.at, Some(THEN));
    assert!(told.first.act.starts_with("The app must register again"));
}

#[test]
fn the_last_accepted_push_makes_it_ready() {
    let told = verdict(&DeviceFacts {
        last: Some(last(DeliveryState::Accepted)),
        ..facts(&binding())
    });
    assert_eq!(told.first.headline, "Ready: the last push was accepted");
    assert_eq!(told.first.at, Some(THEN));
}

#[test]
fn what_matters_most_comes_first_and_the_rest_is_not_left_out() {
    let binding = Binding {
        state: BindingState::Revoked,
        os_permission: OsPermission::Denied,
        opted_in: false,
        ..binding()
    };
    let told = verdict(&DeviceFacts {
        contact_opted_in: None,
        credential: None,
        ..facts(&binding)
    });
    let others: Vec<_> = told.others.iter().map(|f| f.headline.as_str()).collect();
    assert_eq!(told.first.headline, "The device was signed out or revoked");
    assert_eq!(
        others,
        [
            "iOS will not show a push: it was registered without permission",
            "The device opted out inside the app",
            "Nobody has recorded an opt-in of the contact",
            "The app has no credential for APNs",
        ]
    );
}

#[test]
fn a_revoked_device_says_by_whom() {
    let binding = Binding {
        state: BindingState::Revoked,
        state_reason: Some("revoked by ada@example.org".into()),
        ..binding()
    };
    let told = verdict(&facts(&binding));
    assert_eq!(
        told.first.headline,
        "The device was revoked by ada@example.org"
    );
}

#[test]
fn a_token_registered_since_it_was_gone_is_ready() {
    let anew = Binding {
        registered_at: THEN.plus_seconds(1),
        ..binding()
    };
    let gone = Some(last(DeliveryState::TokenGone));
    let told = verdict(&DeviceFacts {
        last: gone,
        ..facts(&anew)
    });
    assert_eq!(told.first.outlook, Outlook::Ready);
    let told = verdict(&DeviceFacts {
        last: gone,
        ..facts(&binding())
    });
    assert_eq!(told.first.outlook, Outlook::Doubtful);
}

#[test]
fn a_refused_credential_repeats_the_providers_words() {
    let told = verdict(&DeviceFacts {
        credential: Some((CredentialState::Refused, Some("InvalidProviderToken"))),
        ..facts(&binding())
    });
    assert_eq!(
        told.first.headline,
        "APNs refused the app's credential: InvalidProviderToken"
    );
    assert_eq!(told.first.remedy, Remedy::Credential);
}

/// Every combination of what is known.
fn each(mut check: impl FnMut(&DeviceFacts<'_>, &DeviceVerdict)) {
    let credentials = [
        None,
        Some((CredentialState::Usable, None)),
        Some((CredentialState::Refused, Some("Forbidden"))),
    ];
    let lasts = DeliveryState::ALL.map(|state| Some(last(state)));
    for state in BindingState::ALL {
        for os_permission in OsPermission::ALL {
            for (channel, platform) in Channel::ALL
                .into_iter()
                .flat_map(|channel| Platform::ALL.map(|platform| (channel, platform)))
            {
                for opted_in in [true, false] {
                    let binding = Binding {
                        channel,
                        platform,
                        os_permission,
                        opted_in,
                        state,
                        ..binding()
                    };
                    for contact_opted_in in [None, Some(true), Some(false)] {
                        for credential in credentials {
                            for last in std::iter::once(None).chain(lasts) {
                                let facts = DeviceFacts {
                                    contact_opted_in,
                                    credential,
                                    last,
                                    ..facts(&binding)
                                };
                                check(&facts, &verdict(&facts));
                            }
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn every_finding_says_what_is_so_and_what_to_do() {
    each(|facts, told| {
        for finding in std::iter::once(&told.first).chain(&told.others) {
            assert!(!finding.headline.ends_with('.'), "{finding:?}");
            assert!(finding.headline.len() > 10, "{finding:?}");
            assert!(finding.act.ends_with('.'), "{finding:?} of {facts:?}");
        }
    });
}

#[test]
fn a_device_is_stopped_exactly_when_a_gate_would_stop_a_push() {
    use crate::gate::{DeviceFacts as Asked, GateMask, binding_gates, device_gates};
    each(|facts, told| {
        let (_, by_binding) = binding_gates(facts.binding, GateMask::default());
        let credential = facts
            .credential
            .map(|(state, _)| state == CredentialState::Usable);
        let asked = Asked {
            binding: facts.binding,
            payload: Some((1, 2)),
            credential,
        };
        let stopped = by_binding.is_some()
            || device_gates(asked, GateMask::default()).1.is_some()
            || facts.contact_opted_in != Some(true);
        let said = matches!(told.first.outlook, Outlook::Stopped | Outlook::Refused);
        assert_eq!(said, stopped, "{facts:?} {told:?}");
    });
}
