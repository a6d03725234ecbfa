use serde_json::{Value, json};
use uuid::Uuid;

use super::*;
use crate::consent::{ConsentEvent, Way};
use crate::contact::{AttributeValue, Attributes, Contact};
use crate::device::{
    Binding, BindingState, Channel, DeviceChange, DeviceHistory, OsPermission, Platform,
};
use crate::event::Event;
use crate::gate::{Gate, GateFacts, Suppression};
use crate::view::{GateAnswer, GateVerdict};
use crate::workflow::{
    Comparison, Condition, Delay, DelayUnit, Effect, EndReason, Entry, Graph, Match, Node,
    Operator, Port, Previous, ReEntry, Step, StepId, Subject, Trigger, WorkflowState,
};
use crate::{AppId, BindingId, ContactId, PushId, Shard, Timestamp};

const PUSH: PushId = PushId(Uuid::from_u128(1));

fn contact() -> Contact {
    Contact {
        id: ContactId(Uuid::from_u128(2)),
        shard: Shard::from_number(3),
        external_id: "ada".into(),
        first_name: None,
        last_name: None,
        email: None,
        locale: None,
        time_zone: None,
        opted_in: Some(true),
        attributes: Attributes::new(),
        created_at: Timestamp(10),
        updated_at: Timestamp(10),
    }
}

fn bought(properties: Value) -> Event {
    let Value::Object(properties) = properties else {
        panic!("an object")
    };
    Event {
        id: Uuid::from_u128(9).into(),
        name: "bought".into(),
        occurred_at: Timestamp(1_000),
        properties,
    }
}

fn trigger(comparisons: Vec<Comparison>) -> Trigger {
    Trigger::Event {
        name: "bought".into(),
        filter: Condition {
            matching: Match::All,
            comparisons,
        },
    }
}

fn over(limit: i64) -> Comparison {
    Comparison {
        subject: Subject::Event("total".into()),
        operator: Operator::GreaterThan,
        value: AttributeValue::Int(limit),
    }
}

/// A live workflow whose event came after it was published.
fn facts<'a>(
    contact: &'a Contact,
    trigger: &'a Trigger,
    event: Option<&'a Event>,
) -> EntranceFacts<'a> {
    EntranceFacts {
        state: WorkflowState::Live,
        published_at: Some(Timestamp(500)),
        sends: true,
        trigger: Some((trigger, ReEntry::OnceOut)),
        contact,
        last: event.map(|event| (event, Timestamp(1_100))),
        pending: false,
        entered_by_last: false,
        previous: None,
    }
}

fn kept_out(facts: &EntranceFacts<'_>) -> (Option<KeptOut>, Entrance) {
    let entrance = entrance(facts);
    assert!(entrance.sentence.ends_with('.'), "{entrance:?}");
    if let Some(would_pass) = &entrance.would_pass {
        assert!(would_pass.sentence.ends_with('.'), "{would_pass:?}");
    }
    (entrance.kept_out, entrance)
}

#[test]
fn a_workflow_that_does_not_run_lets_nobody_in() {
    let (ada, on, event) = (contact(), trigger(vec![]), bought(json!({})));
    let usual = facts(&ada, &on, Some(&event));
    let of = |state, published_at| {
        let facts = EntranceFacts {
            state,
            published_at,
            ..usual.clone()
        };
        kept_out(&facts)
    };
    let (out, draft) = of(WorkflowState::Draft, None);
    assert_eq!(out, Some(KeptOut::Draft));
    assert!(draft.sentence.contains("draft"));
    assert_eq!(draft.would_pass.map(|w| w.place), Some(Place::Workflow));
    let (out, paused) = of(WorkflowState::Paused, Some(Timestamp(500)));
    assert_eq!(out, Some(KeptOut::Paused));
    assert_eq!(paused.at, Some(Timestamp(1_000)));
    assert_eq!(
        of(WorkflowState::Stopped, Some(Timestamp(500))).0,
        Some(KeptOut::Stopped)
    );
    let only_draft = EntranceFacts {
        sends: false,
        ..usual
    };
    assert_eq!(kept_out(&only_draft).0, Some(KeptOut::OnlyDraft));
}

#[test]
fn a_contact_that_never_did_it_is_told_apart_from_one_that_did_it_too_early_or_just_now() {
    let (ada, on, event) = (contact(), trigger(vec![]), bought(json!({})));
    let (out, never) = kept_out(&facts(&ada, &on, None));
    assert_eq!(out, Some(KeptOut::NoEvent));
    assert!(never.sentence.contains("“bought”"));
    let usual = facts(&ada, &on, Some(&event));
    let early = EntranceFacts {
        last: Some((&event, Timestamp(499))),
        ..usual.clone()
    };
    let (out, early) = kept_out(&early);
    assert_eq!(out, Some(KeptOut::Before));
    assert_eq!(early.at, Some(Timestamp(1_000)));
    let pending = EntranceFacts {
        pending: true,
        ..usual.clone()
    };
    let (out, pending) = kept_out(&pending);
    assert_eq!((out, pending.would_pass), (Some(KeptOut::Pending), None));
    assert_eq!(kept_out(&usual).0, Some(KeptOut::Unclear));
    let entered = EntranceFacts {
        entered_by_last: true,
        previous: Some(Previous {
            entered_at: Timestamp(1_200),
            ended: false,
        }),
        ..usual
    };
    let (out, entered) = kept_out(&entered);
    assert_eq!((out, entered.at), (None, Some(Timestamp(1_200))));
}

#[test]
fn a_filter_names_the_comparisons_that_do_not_hold_and_no_others() {
    let ada = contact();
    let on = trigger(vec![over(10), over(1)]);
    let event = bought(json!({"total": 5}));
    let (out, entrance) = kept_out(&facts(&ada, &on, Some(&event)));
    assert_eq!(out, Some(KeptOut::Filter));
    assert!(
        entrance
            .sentence
            .contains("“total is greater than 10” does not hold")
    );
    assert!(
        !entrance.sentence.contains("greater than 1”"),
        "{entrance:?}"
    );
}

#[test]
fn each_re_entry_rule_says_when_the_contact_may_come_again() {
    let (ada, on, event) = (contact(), trigger(vec![]), bought(json!({})));
    let hour = Delay {
        amount: 1,
        unit: DelayUnit::Hours,
    };
    for (rule, ended, words) in [
        (ReEntry::Never, true, "nobody may come twice"),
        (ReEntry::OnceOut, false, "still inside"),
        (
            ReEntry::After { delay: hour },
            true,
            "less than 1 hour before",
        ),
    ] {
        let facts = EntranceFacts {
            trigger: Some((&on, rule)),
            previous: Some(Previous {
                entered_at: Timestamp(900),
                ended,
            }),
            ..facts(&ada, &on, Some(&event))
        };
        let (out, entrance) = kept_out(&facts);
        assert_eq!(out, Some(KeptOut::ReEntry), "{rule:?}");
        assert!(entrance.sentence.contains(words), "{entrance:?}");
        assert_eq!(entrance.at, Some(Timestamp(900)));
    }
    let again = EntranceFacts {
        trigger: Some((&on, ReEntry::OnceOut)),
        previous: Some(Previous {
            entered_at: Timestamp(900),
            ended: true,
        }),
        ..facts(&ada, &on, Some(&event))
    };
    assert_eq!(
        kept_out(&again).0,
        Some(KeptOut::Unclear),
        "it may come again"
    );
}

fn graph() -> Graph {
    let node = |id: &str, step| Node {
        id: id.into(),
        step,
        x: 0.0,
        y: 0.0,
    };
    let delay = Delay {
        amount: 2,
        unit: DelayUnit::Days,
    };
    Graph {
        nodes: vec![
            node("wait", Step::Delay { delay }),
            node(
                "split",
                Step::Branch {
                    condition: Condition {
                        matching: Match::All,
                        comparisons: vec![over(10)],
                    },
                },
            ),
            node(
                "push",
                Step::Push {
                    push_id: Some(PUSH),
                },
            ),
            node("out", Step::Exit {}),
        ],
        edges: vec![],
    }
}

fn stands(
    step: &str,
    until: Option<i64>,
    ended: bool,
    state: WorkflowState,
    log: &[(Timestamp, Entry)],
) -> Standing {
    let (graph, step) = (graph(), StepId::from(step));
    let standing = standing(&StandingFacts {
        graph: &graph,
        push: PUSH,
        step: &step,
        until: until.map(Timestamp),
        ended,
        log,
        state,
    });
    assert!(standing.sentence.ends_with('.'), "{standing:?}");
    standing
}

fn left(step: &str, port: Port, effect: Option<Effect>) -> Entry {
    Entry::Left {
        step: step.into(),
        port,
        effect,
    }
}

fn ended(reason: EndReason) -> Entry {
    Entry::Ended {
        step: "out".into(),
        reason,
    }
}

#[test]
fn a_pass_that_goes_on_says_where_it_stands_and_until_when() {
    use WorkflowState::{Live, Paused};
    let waits = stands("wait", Some(7_000), false, Live, &[]);
    assert!(waits.sentence.contains("“Wait 2 days”"), "{waits:?}");
    assert_eq!((waits.at, waits.sent), (Some(Timestamp(7_000)), false));
    assert!(waits.goes_on);
    assert_eq!(waits.would_pass, None);
    let still = stands("wait", Some(7_000), false, Paused, &[]);
    assert!(
        still
            .would_pass
            .is_some_and(|w| w.sentence.contains("resume"))
    );
    let came = stands("push", None, false, Live, &[]);
    assert!(came.sentence.contains("“Send a push”"), "{came:?}");
    let lost = stands("gone", None, false, Live, &[]);
    assert!(lost.sentence.contains("does not have"), "{lost:?}");
}

#[test]
fn a_pass_that_ended_says_whether_it_came_to_the_push_or_where_it_turned_off() {
    use WorkflowState::Live;
    let sent = Effect::Send { push_id: PUSH };
    let at = Timestamp(50);
    let all = [
        (at, left("push", Port::Next, Some(sent))),
        (Timestamp(60), ended(EndReason::Exit)),
    ];
    let came = stands("out", None, true, Live, &all);
    assert_eq!((came.sent, came.at), (true, Some(at)));
    let turned = [
        (at, left("split", Port::No, None)),
        (Timestamp(60), ended(EndReason::Exit)),
    ];
    let turned = stands("out", None, true, Live, &turned);
    assert!(turned.sentence.contains("total is greater than 10"));
    assert!(turned.sentence.contains("“No”"), "{turned:?}");
    assert!(
        turned
            .would_pass
            .is_some_and(|w| w.sentence.ends_with("holds."))
    );
    let other = [
        (at, left("split", Port::Yes, None)),
        (Timestamp(60), ended(EndReason::Exit)),
    ];
    let other = stands("out", None, true, Live, &other);
    assert!(
        other
            .would_pass
            .is_some_and(|w| w.sentence.contains("does not hold"))
    );
    let straight = [(at, ended(EndReason::Exit))];
    assert!(!stands("out", None, true, Live, &straight).sent);
    for (log, words) in [
        (vec![(at, ended(EndReason::ContactDeleted))], "deleted"),
        (vec![(at, ended(EndReason::LostStep))], "leads nowhere"),
        (vec![], "stopped"),
    ] {
        let stood = stands("out", None, true, Live, &log);
        assert!(stood.sentence.contains(words), "{stood:?}");
    }
}

#[test]
fn every_reason_says_what_would_make_it_pass() {
    let mut said: Vec<String> = Vec::new();
    for reason in Suppression::ALL {
        let would = would_pass(reason);
        assert!(would.sentence.ends_with('.'), "{would:?}");
        said.push(would.sentence);
    }
    said.sort();
    said.dedup();
    // A token that is gone and a device that was revoked come back alike.
    assert_eq!(said.len(), Suppression::ALL.len() - 1);
}

fn answers(gates: &[Gate], stopped: Option<Gate>) -> Vec<GateAnswer> {
    let mut before = true;
    gates
        .iter()
        .map(|&gate| {
            let here = stopped == Some(gate);
            let verdict = match (here, before) {
                (true, _) => GateVerdict::Stopped,
                (false, true) => GateVerdict::Passed,
                (false, false) => GateVerdict::NotAsked,
            };
            before &= !here;
            GateAnswer { gate, verdict }
        })
        .collect()
}

fn binding(device_id: &str, app: u128, created_at: i64) -> Binding {
    Binding {
        id: BindingId(Uuid::from_u128(5)),
        shard: Shard::from_number(3),
        contact_id: ContactId(Uuid::from_u128(2)),
        app_id: AppId(Uuid::from_u128(app)),
        device_id: device_id.into(),
        channel: Channel::Apns,
        platform: Platform::Ios,
        token: "aa".into(),
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
        registered_at: Timestamp(created_at),
        created_at: Timestamp(created_at),
        updated_at: Timestamp(created_at),
    }
}

fn consent(at: i64, opted_in: bool) -> ConsentEvent {
    ConsentEvent {
        at: Timestamp(at),
        opted_in,
        binding: None,
        way: Way::Api,
        actor: "key app".into(),
    }
}

fn for_contact(stopped: Option<Suppression>, app: Option<u128>, at: i64) -> Vec<GateSaw> {
    let ada = contact();
    let consents = [consent(90, false), consent(30, true)];
    let bindings = [binding("phone", 1, 40), binding("tablet", 2, 95)];
    let then = ContactThen {
        contact: &ada,
        consent: &consents,
        bindings: &bindings,
        app: app.map(|app| AppId(Uuid::from_u128(app))),
        at: Timestamp(at),
    };
    let gate = stopped.map(Suppression::gate);
    contact_saw(&answers(&Gate::CONTACT, gate), stopped, &then)
}

#[test]
fn the_contacts_gates_say_what_they_saw_at_that_time() {
    let passed = for_contact(None, Some(1), 50);
    assert_eq!(passed[0].since, Some(Timestamp(10)));
    assert_eq!(passed[1].saw, "It had opted in, by key app.");
    assert_eq!(
        passed[1].since,
        Some(Timestamp(30)),
        "not the later opt-out"
    );
    assert_eq!(passed[2].saw, "It had phone.", "the tablet came later");
    assert!(passed.iter().all(|gate| gate.would_pass.is_none()));

    let out = for_contact(Some(Suppression::OptedOut), None, 100);
    assert_eq!(out[1].saw, "It had opted out, by key app.");
    assert_eq!(out[1].since, Some(Timestamp(90)));
    assert!(out[1].would_pass.is_some());
    assert_eq!(
        (out[2].verdict, out[2].saw.as_str()),
        (GateVerdict::NotAsked, "")
    );
    let never = for_contact(Some(Suppression::NoConsent), None, 20);
    assert_eq!(never[1].saw, "Nobody had recorded an opt-in.");
    let none = for_contact(Some(Suppression::NoBinding), None, 35);
    assert_eq!(none[2].saw, "It had no device.");
    let other = for_contact(Some(Suppression::NoBindingOfApp), Some(2), 50);
    assert_eq!(other[2].saw, "It had phone, none with the push's app.");
    let moved = for_contact(Some(Suppression::NoBindingOfApp), Some(2), 20);
    assert!(moved[2].saw.contains("not its own any more"));
    let gone = for_contact(None, Some(2), 50);
    assert_eq!(
        gone[2].saw,
        "It had a device, which is not its own any more."
    );
    let deleted = for_contact(Some(Suppression::ContactDeleted), None, 50);
    assert_eq!(deleted[0].saw, "It had been deleted.");
}

fn line(at: i64, change: DeviceChange) -> DeviceHistory {
    DeviceHistory {
        at: Timestamp(at),
        binding_id: BindingId(Uuid::from_u128(5)),
        change,
        way: Way::Provider,
    }
}

fn for_device(stopped: Option<Suppression>, facts: Option<GateFacts>, at: i64) -> Vec<GateSaw> {
    let phone = binding("phone", 1, 40);
    let history = [
        line(
            90,
            DeviceChange::StateChanged {
                from: BindingState::Active,
                to: BindingState::Gone,
                reason: "Unregistered".into(),
            },
        ),
        line(80, DeviceChange::OptInChanged { opted_in: false }),
        line(
            70,
            DeviceChange::PermissionChanged {
                from: OsPermission::Provisional,
                to: OsPermission::Denied,
            },
        ),
        line(
            40,
            DeviceChange::Registered {
                channel: Channel::Apns,
            },
        ),
    ];
    let then = DeviceThen {
        binding: Some(&phone),
        history: &history,
        channel: Channel::Apns,
        revision: Some(4),
        facts: facts.as_ref(),
        limit: 4096,
        at: Timestamp(at),
    };
    let gate = stopped.map(Suppression::gate);
    device_saw(&answers(&Gate::DEVICE, gate), stopped, &then)
}

#[test]
fn a_devices_gates_say_what_they_saw_at_that_time() {
    let passed = for_device(None, None, 60);
    let saw: Vec<&str> = passed.iter().map(|gate| gate.saw.as_str()).collect();
    assert_eq!(
        saw,
        [
            "The system allowed quiet notifications.",
            "Its token was in use.",
            "The content of revision 4 rendered.",
            "It was within the 4096 bytes that APNs takes.",
            "The app's credential for APNs was in use.",
        ]
    );
    assert_eq!(passed[1].since, Some(Timestamp(40)));
}

#[test]
fn the_gate_that_stopped_a_device_says_what_it_saw_and_the_later_ones_nothing() {
    let size = GateFacts::Size {
        bytes: 5000,
        limit: 4096,
    };
    let template = GateFacts::Field {
        field: "link".into(),
    };
    for (reason, facts, nth, words, since) in [
        (
            Suppression::PermissionDenied,
            None,
            0,
            "switched off",
            Some(70),
        ),
        (
            Suppression::DeviceOptedOut,
            None,
            0,
            "opted out inside",
            Some(80),
        ),
        (
            Suppression::TokenGone,
            None,
            1,
            "gone: Unregistered",
            Some(90),
        ),
        (
            Suppression::WrongEnvironment,
            None,
            1,
            "other environment",
            Some(90),
        ),
        (
            Suppression::WrongProject,
            None,
            1,
            "another project",
            Some(90),
        ),
        (Suppression::Quarantined, None, 1, "set aside", Some(90)),
        (Suppression::Revoked, None, 1, "revoked", Some(90)),
        (
            Suppression::DoesNotRender,
            Some(template),
            2,
            "“link”",
            None,
        ),
        (
            Suppression::DoesNotRender,
            None,
            2,
            "failed for this contact",
            None,
        ),
        (
            Suppression::PushStopped,
            None,
            2,
            "refused the content",
            None,
        ),
        (Suppression::TooLarge, Some(size), 3, "5000 bytes", None),
        (Suppression::TooLarge, None, 3, "more than 4096", None),
        (
            Suppression::NoCredential,
            None,
            4,
            "no credential for APNs",
            None,
        ),
        (
            Suppression::CredentialRefused,
            None,
            4,
            "refused the app's",
            None,
        ),
    ] {
        let gates = for_device(Some(reason), facts, 100);
        let gate = &gates[nth];
        assert_eq!(gate.verdict, GateVerdict::Stopped, "{reason:?}");
        assert!(gate.saw.contains(words), "{reason:?}: {gate:?}");
        assert_eq!(gate.since, since.map(Timestamp), "{reason:?}");
        assert_eq!(gate.would_pass, Some(would_pass(reason)));
        assert!(gates[nth + 1..].iter().all(|later| later.saw.is_empty()));
    }
}

#[test]
fn nothing_is_said_of_a_device_that_is_gone_but_what_its_gates_said() {
    let then = DeviceThen {
        binding: None,
        history: &[],
        channel: Channel::Fcm,
        revision: None,
        facts: None,
        limit: 4096,
        at: Timestamp(5),
    };
    let gates = device_saw(&answers(&Gate::DEVICE, None), None, &then);
    assert_eq!(
        gates[0].saw,
        "The app had not said whether the system allows notifications."
    );
    assert_eq!(
        (gates[1].since, gates[2].saw.as_str()),
        (None, "The content rendered.")
    );
}
