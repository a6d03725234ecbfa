//! What templates render to: variables, blocks, white space and errors.

use liquid::{Kind, Limits, Moment, Template, Value, render_json_line};

fn data() -> Value {
    Value::from(&serde_json::json!({
        "contact": {
            "first_name": "Ada", "nickname": "", "vip": false, "visits": 3,
            "orders": [{"id": 7, "total": 19.5}, {"id": 9, "total": 4}],
        },
        "big": 18_446_744_073_709_551_615_u64,
    }))
}

fn render(source: &str) -> Result<String, liquid::Problem> {
    Template::parse(source)?.render(&data(), &Limits::default(), Moment::utc(0))
}

fn check(cases: &[(&str, &str)]) {
    for (source, expected) in cases {
        assert_eq!(render(source).as_deref(), Ok(*expected), "{source}");
    }
}

#[test]
fn undefined_variables_are_empty_at_any_depth() {
    check(&[
        ("[{{ nobody }}]", "[]"),
        ("[{{ contact.address.street[0].name | upcase }}]", "[]"),
        (
            "Hi {{ contact.middle_name | default: 'there' }}",
            "Hi there",
        ),
        (
            "{{ contact.nickname | default: contact.first_name }}",
            "Ada",
        ),
        (
            "{{ contact.vip | default: 'n/a', allow_false: true }}",
            "false",
        ),
    ]);
}

#[test]
fn numbers_keep_their_digits() {
    check(&[
        ("{{ big }}", "18446744073709551615"),
        ("{{ 0.1 | plus: 0.2 }}", "0.3"),
        ("{{ contact.visits }}", "3"),
    ]);
}

#[test]
fn loops_know_where_they_are() {
    check(&[
        (
            "{% for order in contact.orders %}{{ forloop.index }}/{{ forloop.length }} #{{ order.id }}{% unless forloop.last %}, {% endunless %}{% endfor %}",
            "1/2 #7, 2/2 #9",
        ),
        (
            "{% for i in (1..9) reversed limit: 3 %}{{ i }}{% if i == 2 %}{% break %}{% endif %}{% endfor %}",
            "32",
        ),
        (
            "{% for i in (1..2) %}{% for j in (1..2) %}{{ forloop.parentloop.index }}{{ j }} {% endfor %}{% endfor %}",
            "11 12 21 22 ",
        ),
        (
            "{% for i in (1..4) %}{% cycle 'a', 'b' %}{% endfor %}",
            "abab",
        ),
    ]);
}

#[test]
fn and_binds_like_or_from_the_right() {
    check(&[
        ("{% if true or false and false %}yes{% endif %}", "yes"),
        (
            "{% if false and false or true %}yes{% else %}no{% endif %}",
            "no",
        ),
    ]);
}

#[test]
fn dashes_take_the_white_space_beside_a_tag() {
    check(&[
        ("a \n {{- 1 -}} \n b", "a1b"),
        ("a {%- if true -%} b {%- endif %} c", "ab c"),
    ]);
}

#[test]
fn captured_and_assigned_values_are_seen_afterwards() {
    check(&[
        (
            "{% capture name %}Dr {{ contact.first_name }}{% endcapture %}{{ name | upcase }}",
            "DR ADA",
        ),
        ("{% capture 'quoted' %}x{% endcapture %}{{ quoted }}", "x"),
        (
            "{% liquid\n assign n = contact.visits | plus: 1\n echo n\n%}",
            "4",
        ),
    ]);
}

#[test]
fn a_text_and_a_number_do_not_compare_and_the_error_says_where() {
    let problem = render("Hello\n{% if contact.first_name > 3 %}x{% endif %}").unwrap_err();
    assert_eq!(
        (problem.kind, problem.line, problem.column),
        (Kind::Value, 2, 1)
    );
}

#[test]
fn an_error_leaves_the_buffer_as_it_was() {
    let template = Template::parse("written first {{ 1 | divided_by: 0 }}").unwrap();
    let mut out = String::from("kept");
    let problem = template
        .render_into(&mut out, &data(), &Limits::default(), Moment::utc(0))
        .unwrap_err();
    assert_eq!(problem.kind, Kind::Arithmetic);
    assert_eq!(out, "kept");
}

#[test]
fn problems_serialize_with_stable_names() {
    let problem = Template::parse("{{ a | shout }}").unwrap_err();
    assert_eq!(
        serde_json::to_value(&problem).unwrap(),
        serde_json::json!({"kind": "unknown_filter", "line": 1, "column": 8, "message": "there is no filter `shout`"})
    );
}

#[test]
fn objects_keep_their_order_and_the_last_of_equal_keys() {
    let entries: Vec<String> = (0..20).rev().map(|n| format!("\"k{n}\":{n}")).collect();
    let json = format!(
        "{{\"few\":{{\"b\":1,\"a\":2,\"b\":3}},\"many\":{{{},\"k7\":\"again\"}}}}",
        entries.join(",")
    );
    let data: Value = serde_json::from_str(&json).unwrap();
    let template = Template::parse(
        "{{ few }} {{ many.k7 }} {{ many.k19 }} {{ many.first[0] }} {{ many.size }}",
    )
    .unwrap();
    let text = template
        .render(&data, &Limits::default(), Moment::utc(0))
        .unwrap();
    assert_eq!(text, "{\"b\"=>3, \"a\"=>2} again 19 k19 20");
}

#[test]
fn lines_of_json_give_a_result_or_an_error() {
    let answer = |line| render_json_line(line, &Limits::default(), Moment::utc(0));
    assert_eq!(
        answer(r#"{"template":"{{ a }}\n","data":{"a":"\u00e9"}}"#),
        r#"{"result":"é\n"}"#
    );
    assert_eq!(answer(r#"{"template":"plain"}"#), r#"{"result":"plain"}"#);
    assert_eq!(
        answer(r#"{"template":"{% nope %}"}"#),
        r#"{"error":"there is no tag `nope`","kind":"unknown_tag","line":1,"column":1}"#
    );
    assert!(answer("nonsense").starts_with(r#"{"error":"expected a line like"#));
}
