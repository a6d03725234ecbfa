use crate::{Kind, Template};

/// The kind, line and column of what is wrong with a template.
fn problem(source: &str) -> (Kind, u32, u32) {
    let problem = Template::parse(source).expect_err(source);
    assert!(
        !problem.message.is_empty(),
        "{source}: a problem says what it is"
    );
    (problem.kind, problem.line, problem.column)
}

#[test]
fn problems_name_their_kind_and_place() {
    for (source, expected) in [
        ("a\nb {{ name", (Kind::Syntax, 2, 3)),
        ("{{ 'open }}", (Kind::Syntax, 1, 4)),
        ("é {{ a % b }}", (Kind::Syntax, 1, 8)),
        ("{% if a %}\n{% endfor %}", (Kind::UnknownTag, 2, 1)),
        ("text {% if a %}", (Kind::Syntax, 1, 6)),
        ("{% flash %}", (Kind::UnknownTag, 1, 1)),
        ("{% include 'footer' %}", (Kind::UnknownTag, 1, 1)),
        ("{{ name | shout }}", (Kind::UnknownFilter, 1, 11)),
        ("{{ name | upcase: 1 }}", (Kind::Arguments, 1, 11)),
        ("{{ name | append }}", (Kind::Arguments, 1, 11)),
        (
            "{{ name | default: 'x', allowfalse: true }}",
            (Kind::Arguments, 1, 25),
        ),
        ("{% assign = 3 %}", (Kind::Syntax, 1, 11)),
        ("{% assign a.b = 3 %}", (Kind::Syntax, 1, 12)),
        ("{% for a of b %}{% endfor %}", (Kind::Syntax, 1, 10)),
        (
            "{% liquid\n  assign a = 1\n  echo | upcase\n%}",
            (Kind::Syntax, 3, 8),
        ),
    ] {
        assert_eq!(problem(source), expected, "{source}");
    }
}

#[test]
fn nesting_too_deep_for_the_parser_is_refused_without_overflowing_the_stack() {
    let blocks = "{% if a %}".repeat(3000);
    assert_eq!(problem(&blocks).0, Kind::DepthLimit);
    let brackets = ["{{ a", &"[a".repeat(3000), &"]".repeat(3000), " }}"].concat();
    assert_eq!(problem(&brackets).0, Kind::DepthLimit);
    let lines = ["{% ", &"liquid ".repeat(3000), "echo a %}"].concat();
    assert_eq!(problem(&lines).0, Kind::DepthLimit);
}

#[test]
fn the_deepest_nesting_allowed_parses() {
    let blocks = ["{% if a %}".repeat(99), "{% endif %}".repeat(99)].concat();
    assert!(Template::parse(&blocks).is_ok());
}

#[test]
fn a_template_past_the_size_limit_is_refused() {
    let long = "a".repeat(crate::MAX_TEMPLATE_BYTES + 1);
    assert_eq!(problem(&long).0, Kind::TemplateSize);
    assert!(Template::parse(&long[1..]).is_ok());
}

#[test]
fn variables_are_those_read_from_the_data_once_each() {
    let source = "{{ contact.first_name }} {{ contact['last name'] | default: fallback }}\n\
        {% assign city = contact.city %}{{ city }}\
        {% for order in contact.orders limit: max %}{{ order.id }}{{ forloop.index }}{% endfor %}\
        {{ order }}{{ contact.first_name }}{{ list[index].name }}{% if a and b contains 'x' %}{% endif %}";
    let variables = Template::parse(source).unwrap().variables();
    let paths: Vec<String> = variables
        .iter()
        .map(|variable| variable.path.join("/"))
        .collect();
    assert_eq!(
        paths,
        [
            "contact/first_name",
            "contact/last name",
            "fallback",
            "contact/city",
            "contact/orders",
            "max",
            "order",
            "index",
            "list",
            "a",
            "b"
        ]
    );
    assert_eq!((variables[0].line, variables[0].column), (1, 4));
    assert_eq!((variables[3].line, variables[3].column), (2, 18));
}

#[test]
fn what_may_be_read_includes_what_the_template_might_not_have_assigned() {
    for (source, reads) in [
        ("Hi {{ contact.first_name }}", false),
        ("{{ event.total }}", true),
        ("{{ contact[event.key] }}", true),
        ("{{ contact.name | default: event.name }}", true),
        ("{% if event %}yes{% endif %}", true),
        ("{% for item in event.items %}{{ item }}{% endfor %}", true),
        ("{% for i in (1..event.count) %}{{ i }}{% endfor %}", true),
        (
            "{% case contact.plan %}{% when event.plan %}same{% endcase %}",
            true,
        ),
        (
            "{% if contact.a %}{% assign event = 1 %}{% endif %}{{ event }}",
            true,
        ),
        ("{{ [contact.key] }}", true),
        ("{% increment event %}", true),
        ("{{ contact.event }} event", false),
        ("{% raw %}{{ event }}{% endraw %}", false),
    ] {
        let template = Template::parse(source).expect(source);
        assert_eq!(template.may_read("event"), reads, "{source}");
    }
}
