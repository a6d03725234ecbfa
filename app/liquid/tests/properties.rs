//! Whatever comes in, the engine answers: it never panics and its limits hold.

use liquid::{Limits, Moment, Template, Value};
use proptest::prelude::*;

const LIMITS: Limits = Limits {
    steps: 2_000,
    depth: 8,
    output_bytes: 500,
};

/// What the data has.
const NAMES: [&str; 8] = ["a", "b", "c", "d", "e", "f", "g", "h"];

fn data() -> Value {
    data_without("")
}

fn data_without(name: &str) -> Value {
    let mut data = serde_json::json!({
        "a": "text, é", "b": [1, "x", null, [2.5, {"c": "d"}]], "c": {"a": -3, "first": true}, "d": -9_223_372_036_854_775_808_i64,
        "e": 1e300, "f": "2026-11-22T10:00:00Z", "g": "<p>&amp;%zz==", "h": [{"a": 2}, {"a": 1}],
    });
    data.as_object_mut().expect("it is an object").remove(name);
    Value::from(&data)
}

/// Renders if it parses, and checks the result against the limits.
fn render(source: &str) -> Result<(), TestCaseError> {
    let template = match Template::parse(source) {
        Ok(template) => template,
        Err(problem) => {
            prop_assert!(problem.line >= 1 && problem.column >= 1 && !problem.message.is_empty());
            return Ok(());
        }
    };
    let _ = template.variables();
    let moment = Moment {
        now_ms: 1_795_331_109_042,
        offset_minutes: 90,
    };
    let mut out = String::from("before");
    match template.render_into(&mut out, &data(), &LIMITS, moment) {
        Ok(()) => prop_assert!(out.len() <= "before".len() + LIMITS.output_bytes),
        Err(problem) => {
            prop_assert_eq!(&out, "before");
            let lines = 1 + source.matches('\n').count();
            prop_assert!(problem.line as usize <= lines, "{}", problem);
        }
    }
    for name in NAMES {
        if !template.may_read(name) {
            let without = template.render(&data_without(name), &LIMITS, moment);
            prop_assert_eq!(
                without.map_err(|problem| problem.to_string()),
                template
                    .render(&data(), &LIMITS, moment)
                    .map_err(|problem| problem.to_string()),
                "without {}",
                name
            );
        }
    }
    Ok(())
}

/// An expression out of values, paths and ranges that the data may or may not have.
fn expression() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        "[a-h]",
        "-?[0-9]{1,19}",
        "-?[0-9]{1,5}\\.[0-9]{1,3}",
        "'[a-z%:,é -]{0,6}'",
        Just("nil".to_owned()),
        Just("empty".to_owned()),
        Just("blank".to_owned()),
        Just("forloop".to_owned()),
    ];
    leaf.prop_recursive(2, 6, 3, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a}..{b})")),
            (inner.clone(), inner).prop_map(|(a, b)| format!("a[{a}].first[{b}].size")),
        ]
    })
}

fn filter() -> impl Strategy<Value = String> {
    let name = prop::sample::select(vec![
        "abs",
        "append",
        "at_least",
        "at_most",
        "base64_decode",
        "base64_encode",
        "base64_url_safe_decode",
        "base64_url_safe_encode",
        "capitalize",
        "ceil",
        "compact",
        "concat",
        "date",
        "default",
        "divided_by",
        "downcase",
        "escape",
        "escape_once",
        "find",
        "find_index",
        "first",
        "floor",
        "has",
        "join",
        "last",
        "lstrip",
        "map",
        "minus",
        "modulo",
        "newline_to_br",
        "plus",
        "prepend",
        "reject",
        "remove",
        "remove_first",
        "remove_last",
        "replace",
        "replace_first",
        "replace_last",
        "reverse",
        "round",
        "rstrip",
        "size",
        "slice",
        "sort",
        "sort_natural",
        "split",
        "squish",
        "strip",
        "strip_html",
        "strip_newlines",
        "sum",
        "times",
        "truncate",
        "truncatewords",
        "uniq",
        "upcase",
        "url_decode",
        "url_encode",
        "where",
    ]);
    (name, prop::collection::vec(expression(), 0..3)).prop_map(|(name, arguments)| {
        if arguments.is_empty() {
            format!(" | {name}")
        } else {
            format!(" | {name}: {}", arguments.join(", "))
        }
    })
}

fn pipeline() -> impl Strategy<Value = String> {
    (expression(), prop::collection::vec(filter(), 0..3))
        .prop_map(|(input, filters)| input + &filters.concat())
}

fn template() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        "[ a-z\n]{0,4}",
        pipeline().prop_map(|pipeline| format!("{{{{- {pipeline} }}}}")),
        ("[a-h]", pipeline())
            .prop_map(|(name, pipeline)| format!("{{% assign {name} = {pipeline} -%}}")),
        ("[a-h]", expression())
            .prop_map(|(name, value)| format!("{{% cycle {name}: {value}, {name} %}}")),
        "[a-h]".prop_map(|name| format!("{{% increment {name} %}}{{% decrement {name} %}}")),
        Just("{% break %}".to_owned()),
        Just("{% continue %}".to_owned()),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let body = prop::collection::vec(inner, 0..4).prop_map(|parts| parts.concat());
        prop_oneof![
            body.clone(),
            (expression(), "==|<|>=|contains", expression(), body.clone(), body.clone()).prop_map(
                |(a, relation, b, yes, no)| format!("{{% if {a} {relation} {b} or {b} %}}{yes}{{% else %}}{no}{{% endif %}}")
            ),
            (expression(), expression(), body.clone()).prop_map(|(items, limit, body)| format!(
                "{{% for c in {items} limit: {limit} offset: continue reversed %}}{body}{{% else %}}-{{% endfor %}}"
            )),
            (expression(), expression(), body.clone())
                .prop_map(|(a, b, body)| format!("{{% case {a} %}}{{% when {b} %}}{body}{{% else %}}x{{% endcase %}}")),
            ("[a-h]", body.clone()).prop_map(|(name, body)| format!("{{% capture {name} %}}{body}{{% endcapture %}}")),
            body.prop_map(|body| format!("{{% ifchanged %}}{body}{{% endifchanged %}}")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_parses_or_is_refused(source in any::<String>()) {
        render(&source)?;
    }

    #[test]
    fn any_heap_of_liquid_tokens_parses_or_is_refused(
        source in "(\\{\\{|\\}\\}|\\{%|%\\}|-|\\n|'|\"| |a|é|#|if|endif|for|in|raw|endraw|comment|endcomment|liquid|case|when|doc|enddoc|\\||:|,|\\.|\\[|\\]|\\(|\\)|9|=){0,30}"
    ) {
        render(&source)?;
    }

    #[test]
    fn any_well_formed_template_renders_within_its_limits(source in template()) {
        render(&source)?;
    }

    #[test]
    fn any_date_pattern_and_text_is_answered(
        text in "[0-9a-z:/ .+é-]{0,24}", seconds in any::<i64>(), pattern in "(%[-0^#_:]{0,2}[0-9]{0,3}[a-zA-Z%é+]?){0,6}"
    ) {
        render(&format!("{{{{ '{text}' | date: '{pattern}' }}}}{{{{ {seconds} | date: '{pattern}' }}}}"))?;
    }
}
