use crate::{Limits, Moment, Template, Value};

/// 2026-11-22 07:05:09.042 UTC, a Sunday.
const NOW: i64 = 1_795_331_109_042;

fn rendered_at(source: &str, offset_minutes: i32) -> String {
    let moment = Moment {
        now_ms: NOW,
        offset_minutes,
    };
    let data = serde_json::json!({
        "people": [{"name": "Bo", "age": 41}, {"name": "Al", "age": 7}, {"name": null}],
        "mixed": [3, 1.5, 2],
    });
    Template::parse(source)
        .and_then(|template| template.render(&Value::from(&data), &Limits::default(), moment))
        .unwrap_or_else(|problem| problem.to_string())
}

fn check(cases: &[(&str, &str)]) {
    for (expression, expected) in cases {
        let source = ["{{ ", expression, " }}"].concat();
        assert_eq!(rendered_at(&source, 0), *expected, "{source}");
    }
}

#[test]
fn dates_are_written_by_every_directive() {
    check(&[
        (
            "'now' | date: '%Y-%m-%d %H:%M:%S.%L'",
            "2026-11-22 07:05:09.042",
        ),
        (
            "'now' | date: '%A %a %B %b %h %e/%-d/%j'",
            "Sunday Sun November Nov Nov 22/22/326",
        ),
        (
            "'now' | date: '%I|%l|%k|%-H|%p|%P|%#p'",
            "07| 7| 7|7|AM|am|am",
        ),
        (
            "'now' | date: '%C %y %G %g %V %U %W %u %w'",
            "20 26 2026 26 47 47 46 7 0",
        ),
        ("'now' | date: '%s %3N %N'", "1795331109 042 042000000"),
        ("'now' | date: '%c'", "Sun Nov 22 07:05:09 2026"),
        (
            "'now' | date: '%D %F %T %R %r %v'",
            "11/22/26 2026-11-22 07:05:09 07:05 07:05:09 AM 22-NOV-2026",
        ),
        (
            "'now' | date: '%^a %_m %010Y %n%t%%%'",
            "SUN 11 0000002026 \n\t%%",
        ),
        ("'now' | date: '%Q %é'", "%Q %é"),
    ]);
}

#[test]
fn dates_are_shown_in_the_offset_given() {
    assert_eq!(
        rendered_at("{{ 'now' | date: '%d %H:%M %z %:z %Z' }}", -480),
        "21 23:05 -0800 -08:00 -0800"
    );
    assert_eq!(
        rendered_at("{{ 0 | date: '%F %R %z' }}", 330),
        "1970-01-01 05:30 +0530"
    );
    assert_eq!(
        rendered_at("{{ '2026-01-05T10:00:00Z' | date: '%R %Z' }}", 120),
        "10:00 UTC"
    );
    assert_eq!(
        rendered_at("{{ '2026-01-05 10:00' | date: '%s' }}", 60),
        "1767603600"
    );
}

#[test]
fn written_dates_are_read_in_many_forms() {
    let form = "%Y-%m-%d %H:%M:%S";
    for (text, expected) in [
        ("2024-02-29", "2024-02-29 00:00:00"),
        ("2024-02-29T13:14:15.5Z", "2024-02-29 13:14:15"),
        ("20240229T131415", "2024-02-29 13:14:15"),
        ("29 February 2024, 1:14 pm", "2024-02-29 13:14:00"),
        ("Thu, 29 Feb 2024 13:14:15 +0200", "2024-02-29 13:14:15"),
        ("29/02/2024", "2024-02-29 00:00:00"),
        ("2024/2/29 12am", "2024-02-29 00:00:00"),
        ("29.02.24 9:05", "2029-02-24 09:05:00"),
        ("Feb 3rd", "2026-02-03 00:00:00"),
        ("12:30", "2026-11-22 12:30:00"),
        ("2024-06", "2024-06-01 00:00:00"),
        ("1709212455", "2024-02-29 13:14:15"),
    ] {
        let source = ["{{ '", text, "' | date: '", form, "' }}"].concat();
        assert_eq!(rendered_at(&source, 0), expected, "{text}");
    }
}

#[test]
fn what_is_no_date_stays_as_it_is() {
    for text in [
        "hello",
        "2023-02-29",
        "13/13/2024",
        "25:00",
        "tomorrow",
        "5",
        "",
        "12:30 12:40",
        "-",
    ] {
        let source = [
            "{{ '",
            text,
            "' | date: '' }}|{{ '",
            text,
            " x' | date: '%Y' }}",
        ]
        .concat();
        assert_eq!(
            rendered_at(&source, 0),
            [text, "|", text, " x"].concat(),
            "{text}"
        );
    }
    for text in [
        "2023-02-29",
        "13/13/2024",
        "25:00",
        "tomorrow",
        "12:30 12:40",
    ] {
        assert_eq!(
            rendered_at(&["{{ '", text, "' | date: '%Y' }}"].concat(), 0),
            text
        );
    }
}

#[test]
fn texts_are_cut_by_characters_not_bytes() {
    check(&[
        ("'日本語テキスト' | truncate: 5", "日本..."),
        ("'日本語' | slice: -2, 9", "本語"),
        ("'ééé' | size", "3"),
        ("'éa' | capitalize | append: 'ß' | upcase", "ÉASS"),
        ("'añb' | split: '' | reverse | join: '|'", "b|ñ|a"),
        ("'  a \t b\u{a0} ' | squish", "a b\u{a0}"),
        ("'x,,y,,' | split: ',' | size", "3"),
    ]);
}

#[test]
fn replacing_takes_the_first_the_last_or_all() {
    check(&[
        ("'a-b-c' | replace: '-', '+'", "a+b+c"),
        ("'a-b-c' | replace_first: '-'", "ab-c"),
        ("'a-b-c' | replace_last: '-', '+'", "a-b+c"),
        ("'ab' | remove_last: ''", "ab"),
    ]);
}

#[test]
fn codecs_round_trip_and_refuse_garbage() {
    check(&[
        ("'žluť & co' | url_encode", "%C5%BElu%C5%A5+%26+co"),
        ("'žluť & co' | url_encode | url_decode", "žluť & co"),
        ("'100%' | url_decode", "100%"),
        (
            "'%ff' | url_decode",
            "line 1, column 12: the decoded URL is not valid UTF-8 text",
        ),
        ("'ab?>' | base64_encode", "YWI/Pg=="),
        ("'ab?>' | base64_url_safe_encode", "YWI_Pg=="),
        ("'YWI_Pg' | base64_url_safe_decode", "ab?>"),
        (
            "'YWI/Pg' | base64_decode",
            "line 1, column 15: this is not valid base64",
        ),
        (
            "'YWI/Ph==' | base64_decode",
            "line 1, column 17: this is not valid base64",
        ),
    ]);
}

#[test]
fn html_is_escaped_and_stripped() {
    check(&[
        ("'<a href=\"x\">' | h", "&lt;a href=&quot;x&quot;&gt;"),
        (
            "'a & b &amp; &#8; &;' | escape_once",
            "a &amp; b &amp; &#8; &amp;;",
        ),
        (
            "'<p>a<!-- <b> -->b<script>x<y</script>c</p> 1 < 2' | strip_html",
            "abc 1 < 2",
        ),
    ]);
}

#[test]
fn lists_are_sorted_picked_and_summed() {
    check(&[
        ("people | sort: 'age' | map: 'name' | join: ','", "Al,Bo,"),
        ("people | where: 'name', 'Al' | map: 'age'", "7"),
        ("people | sum: 'age'", "48"),
        ("people | find: 'age' | size", "2"),
        ("people | compact: 'name' | size", "2"),
        ("mixed | sort", "1.523"),
        (
            "mixed | concat: people | sort",
            "line 1, column 29: the list holds values of different kinds, which have no order",
        ),
        ("'b a C' | split: ' ' | sort_natural | join", "a b C"),
        ("(1..3) | sum", "6"),
        ("people | last", "{\"name\"=>nil}"),
        ("people | last | last", ""),
        ("mixed | slice: 1, 5 | join", "1.5 2"),
    ]);
}
