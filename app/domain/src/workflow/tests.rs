use proptest::prelude::*;
use serde_json::{Map, json};
use uuid::Uuid;

use super::*;
use crate::contact::{AttributeValue, Contact};
use crate::{ContactId, PushId, RevisionId, Shard, Timestamp};

fn contact(external_id: &str) -> Contact {
    Contact {
        id: ContactId(Uuid::nil()),
        shard: Shard::of(external_id),
        external_id: external_id.to_owned(),
        first_name: Some("Ada".to_owned()),
        last_name: None,
        email: None,
        locale: None,
        time_zone: None,
        opted_in: Some(true),
        attributes: [("plan".to_owned(), AttributeValue::Text("gold".to_owned()))].into(),
        created_at: Timestamp(0),
        updated_at: Timestamp(0),
    }
}

fn node(id: &str, step: Step) -> Node {
    Node {
        id: id.into(),
        step,
        x: 0.0,
        y: 0.0,
    }
}

fn edge(from: &str, port: Port, to: &str) -> Edge {
    Edge {
        from: from.into(),
        port,
        to: to.into(),
    }
}

fn plan_is(value: &str) -> Condition {
    Condition {
        matching: Match::All,
        comparisons: vec![Comparison {
            subject: Subject::Contact("plan".to_owned()),
            operator: Operator::Is,
            value: AttributeValue::Text(value.to_owned()),
        }],
    }
}

/// Trigger, a delay of an hour, a branch on the plan, a push for gold.
fn welcome() -> Graph {
    Graph {
        nodes: vec![
            node(
                "start",
                Step::Trigger {
                    trigger: Trigger::Event {
                        name: "signed_up".to_owned(),
                        filter: Condition::default(),
                    },
                    re_entry: ReEntry::OnceOut,
                },
            ),
            node(
                "wait",
                Step::Delay {
                    delay: Delay {
                        amount: 1,
                        unit: DelayUnit::Hours,
                    },
                },
            ),
            node(
                "gold",
                Step::Branch {
                    condition: plan_is("gold"),
                },
            ),
            node(
                "push",
                Step::Push {
                    push_id: Some(PushId(Uuid::from_u128(7))),
                },
            ),
            node("end", Step::Exit {}),
        ],
        edges: vec![
            edge("start", Port::Next, "wait"),
            edge("wait", Port::Next, "gold"),
            edge("gold", Port::Yes, "push"),
            edge("gold", Port::No, "end"),
            edge("push", Port::Next, "end"),
        ],
    }
}

fn revision() -> Revision {
    Revision::compile(RevisionId(Uuid::nil()), welcome()).expect("the graph is sound")
}

fn at(step: &str) -> Position {
    Position {
        step: step.into(),
        until: None,
    }
}

#[test]
fn a_pass_waits_an_hour_and_then_pushes() {
    let revision = revision();
    let ada = contact("ada");
    let properties = Map::new();
    let facts = Facts {
        contact: Some(&ada),
        properties: &properties,
    };

    let first = run(&revision, at("start"), facts, Timestamp(0));
    assert_eq!(first.ended, None);
    assert_eq!(first.position.until, Some(Timestamp(3_600_000)));

    let early = run(
        &revision,
        first.position.clone(),
        facts,
        Timestamp(3_599_999),
    );
    assert_eq!(early.position, first.position);
    assert!(early.entries.is_empty(), "waiting on writes no second line");

    let last = run(&revision, first.position, facts, Timestamp(3_600_000));
    assert_eq!(last.ended, Some(EndReason::Exit));
    let pushed = last.entries.iter().any(|entry| {
        matches!(entry, Entry::Left { effect: Some(Effect::Send { push_id }), .. } if *push_id == PushId(Uuid::from_u128(7)))
    });
    assert!(pushed);
}

#[test]
fn a_branch_not_taken_sends_nothing() {
    let revision = revision();
    let mut ada = contact("ada");
    ada.attributes.clear();
    let properties = Map::new();
    let facts = Facts {
        contact: Some(&ada),
        properties: &properties,
    };
    let pass = run(&revision, at("gold"), facts, Timestamp(0));
    assert_eq!(pass.entries.len(), 2);
    assert!(matches!(
        &pass.entries[0],
        Entry::Left {
            port: Port::No,
            effect: None,
            ..
        }
    ));
}

#[test]
fn a_deleted_contact_leaves() {
    let properties = Map::new();
    let facts = Facts {
        contact: None,
        properties: &properties,
    };
    let pass = run(&revision(), at("wait"), facts, Timestamp(0));
    assert_eq!(pass.ended, Some(EndReason::ContactDeleted));
}

#[test]
fn re_entry_follows_its_rule() {
    let inside = Some(Previous {
        entered_at: Timestamp(0),
        ended: false,
    });
    let out = Some(Previous {
        entered_at: Timestamp(0),
        ended: true,
    });
    let hour = ReEntry::After {
        delay: Delay {
            amount: 1,
            unit: DelayUnit::Hours,
        },
    };
    for (rule, previous, at, may) in [
        (ReEntry::Never, None, 0, true),
        (ReEntry::Never, out, 9, false),
        (ReEntry::OnceOut, inside, 9, false),
        (ReEntry::OnceOut, out, 9, true),
        (ReEntry::AnyTime, inside, 9, true),
        (hour, inside, 3_599_999, false),
        (hour, inside, 3_600_000, true),
    ] {
        assert_eq!(
            may_enter(rule, previous, Timestamp(at)),
            may,
            "{rule:?} {previous:?} {at}"
        );
    }
}

#[test]
fn a_sound_graph_has_no_problems() {
    assert_eq!(check(&welcome()), []);
}

#[test]
fn a_circle_is_found() {
    let mut graph = welcome();
    graph.edges.retain(|e| e.from.0 != "push");
    graph.edges.push(edge("push", Port::Next, "wait"));
    assert!(check(&graph).iter().any(|p| p.message.contains("circle")));
}

#[test]
fn a_step_that_nobody_reaches_is_named() {
    let mut graph = welcome();
    graph.nodes.push(node("lost", Step::Exit {}));
    let problems = check(&graph);
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0].step, Some("lost".into()));
}

#[test]
fn what_is_not_settled_is_named_with_its_field() {
    let mut graph = welcome();
    graph.nodes[0].step = StepKind::Trigger.new_step();
    graph.nodes[1].step = Step::Delay {
        delay: Delay {
            amount: 0,
            unit: DelayUnit::Days,
        },
    };
    graph.nodes[2].step = StepKind::Branch.new_step();
    graph.nodes[3].step = StepKind::Push.new_step();
    let fields: Vec<_> = check(&graph).into_iter().filter_map(|p| p.field).collect();
    assert_eq!(
        fields,
        ["trigger.name", "delay.amount", "condition", "push_id"]
    );
}

#[test]
fn an_edge_to_nowhere_is_found() {
    let mut graph = welcome();
    graph.edges.push(edge("start", Port::Next, "gone"));
    assert!(check(&graph).iter().any(|p| p.message.contains("“gone”")));
}

#[test]
fn comparisons_mean_what_a_person_means() {
    let mut ada = contact("ada");
    ada.attributes
        .insert("orders".to_owned(), AttributeValue::Int(3));
    ada.attributes
        .insert("empty".to_owned(), AttributeValue::Text(String::new()));
    let properties = json!({ "cart": { "total": 12.5 }, "sku": "RED-7" });
    let properties = properties.as_object().expect("an object");
    let text = |t: &str| AttributeValue::Text(t.to_owned());
    let c = |name: &str| Subject::Contact(name.to_owned());
    let e = |name: &str| Subject::Event(name.to_owned());
    for (subject, operator, value, holds) in [
        (c("plan"), Operator::Is, text("gold"), true),
        (c("plan"), Operator::IsNot, text("gold"), false),
        (c("absent"), Operator::IsNot, text("gold"), true),
        (c("orders"), Operator::Is, text("3"), true),
        (
            c("orders"),
            Operator::GreaterThan,
            AttributeValue::Int(2),
            true,
        ),
        (
            c("orders"),
            Operator::LessThan,
            AttributeValue::Float(2.5),
            false,
        ),
        (c("empty"), Operator::IsSet, text(""), false),
        (c("empty"), Operator::IsNotSet, text(""), true),
        (c("first_name"), Operator::Contains, text("AD"), true),
        (
            e("cart.total"),
            Operator::GreaterThan,
            AttributeValue::Int(12),
            true,
        ),
        (e("sku"), Operator::Contains, text("red"), true),
        (e("cart.absent"), Operator::IsSet, text(""), false),
    ] {
        let condition = Condition {
            matching: Match::All,
            comparisons: vec![Comparison {
                subject,
                operator,
                value,
            }],
        };
        assert_eq!(condition.holds(&ada, properties), holds, "{condition}");
    }
}

#[test]
fn stored_json_stays_readable() {
    insta::assert_json_snapshot!(welcome());
}

proptest! {
    /// Whatever a draft holds, checking it answers, and what it finds sound
    /// runs to a wait or an end.
    #[test]
    fn any_graph_is_checked_and_a_sound_one_ends(
        kinds in prop::collection::vec(0usize..5, 0..12),
        ways in prop::collection::vec((0usize..12, 0usize..3, 0usize..12), 0..24),
    ) {
        let mut graph = Graph::default();
        for (n, kind) in kinds.iter().enumerate() {
            graph.nodes.push(node(&n.to_string(), StepKind::ALL[*kind].new_step()));
        }
        for (from, port, to) in ways {
            let port = [Port::Next, Port::Yes, Port::No][port];
            graph.edges.push(edge(&from.to_string(), port, &to.to_string()));
        }
        for node in &mut graph.nodes {
            match &mut node.step {
                Step::Trigger { trigger: Trigger::Event { name, .. }, .. } => *name = "e".to_owned(),
                Step::Branch { condition } => *condition = plan_is("gold"),
                Step::Push { push_id } => *push_id = Some(PushId(Uuid::nil())),
                Step::Delay { .. } | Step::Exit {} => {}
            }
        }
        if let Ok(revision) = Revision::compile(RevisionId(Uuid::nil()), graph) {
            let ada = contact("ada");
            let properties = Map::new();
            let facts = Facts { contact: Some(&ada), properties: &properties };
            let mut position = Position { step: revision.start().clone(), until: None };
            let mut now = Timestamp(0);
            for _ in 0..64 {
                let pass = run(&revision, position, facts, now);
                prop_assert!(pass.ended != Some(EndReason::LostStep));
                if pass.ended.is_some() { return Ok(()); }
                now = pass.position.until.expect("a pass that did not end waits");
                position = pass.position;
            }
            prop_assert!(false, "the pass did not end");
        }
    }
}
