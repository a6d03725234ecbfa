//! Each limit is met, and says which one and where.

use liquid::{Kind, Limits, Moment, Template, Value};

fn problem(source: &str, limits: Limits) -> liquid::Problem {
    let template = Template::parse(source).expect(source);
    template
        .render(&Value::Nil, &limits, Moment::utc(0))
        .expect_err(source)
}

#[test]
fn a_loop_without_end_meets_the_step_limit() {
    let problem = problem(
        "ok\n{% for i in (1..9999999999) %}{% endfor %}",
        Limits::default(),
    );
    assert_eq!(
        (problem.kind, problem.line, problem.column),
        (Kind::StepLimit, 2, 1)
    );
    assert!(
        problem.message.contains("100000 steps"),
        "{}",
        problem.message
    );
}

#[test]
fn the_step_limit_counts_what_filters_do() {
    for source in [
        "{{ (1..9999999999) | join }}",
        "{% assign a = 'x,y' | split: ',' %}{% for i in (1..40) %}{% assign a = a | concat: a %}{% endfor %}",
        "{% assign a = (1..30000) | reverse | uniq %}",
    ] {
        assert_eq!(
            problem(source, Limits::default()).kind,
            Kind::StepLimit,
            "{source}"
        );
    }
}

#[test]
fn blocks_deeper_than_the_limit_are_refused_where_they_start() {
    let limits = Limits {
        depth: 3,
        ..Limits::default()
    };
    let source = "{% if true %}\n{% if true %}\n{% if true %}x{% endif %}{% endif %}{% endif %}";
    let problem = problem(source, limits);
    assert_eq!((problem.kind, problem.line), (Kind::DepthLimit, 3));
    let enough = Limits {
        depth: 4,
        ..Limits::default()
    };
    let text = Template::parse(source)
        .unwrap()
        .render(&Value::Nil, &enough, Moment::utc(0));
    assert_eq!(text.as_deref(), Ok("\n\nx"));
}

#[test]
fn output_past_the_limit_is_refused() {
    let limits = Limits {
        output_bytes: 10,
        ..Limits::default()
    };
    for source in [
        "12345678901",
        "{% for i in (1..11) %}x{% endfor %}",
        "{% capture a %}12345678901{% endcapture %}",
        "{% assign a = '123456' | append: '789012' %}",
        "{{ '123456' | replace: '', 'xy' | size }}",
        "{{ (1..9) | join: '--' | size }}",
        "{{ 'now' | date: '%64Y' | size }}",
        "{{ '<<<<' | escape | size }}",
    ] {
        assert_eq!(problem(source, limits).kind, Kind::OutputLimit, "{source}");
    }
    let fits = Template::parse("1234567890")
        .unwrap()
        .render(&Value::Nil, &limits, Moment::utc(0));
    assert_eq!(fits.as_deref(), Ok("1234567890"));
}

#[test]
fn a_text_that_doubles_in_a_loop_stops_at_the_output_limit() {
    let source =
        "{% assign a = 'x' %}{% for i in (1..99) %}{% assign a = a | append: a %}{% endfor %}";
    assert_eq!(problem(source, Limits::default()).kind, Kind::OutputLimit);
}
