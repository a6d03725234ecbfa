//! The golden-liquid corpus judges the engine. It is other people's data and not in this
//! repository: `CARILLON_GOLDEN_LIQUID` names the file.

use std::collections::BTreeMap;
use std::io::Write;

use liquid::{Limits, Moment, Template, Value};
use serde::Deserialize;

/// Cases that fail, each with the reason.
const EXCEPTIONS: &[(&str, &str)] = &[];

#[derive(Deserialize)]
struct Corpus {
    tests: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    template: String,
    #[serde(default)]
    data: Value,
    result: Option<String>,
    #[serde(default)]
    invalid: bool,
}

impl Case {
    /// What went wrong, if anything.
    fn failure(&self) -> Option<String> {
        let rendered = Template::parse(&self.template)
            .and_then(|template| template.render(&self.data, &Limits::default(), Moment::utc(0)));
        match (rendered, &self.result) {
            (Ok(text), _) if self.invalid => Some(format!("rendered {text:?}, should be refused")),
            (Err(_), _) if self.invalid => None,
            (Err(problem), _) => Some(format!("refused: {problem}")),
            (Ok(text), Some(expected)) if text == *expected => None,
            (Ok(text), expected) => Some(format!("rendered {text:?}, should be {expected:?}")),
        }
    }
}

/// Past the test harness, which hides what a passing test prints.
fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

#[test]
fn golden_cases_pass_but_for_the_listed_exceptions() {
    let Ok(path) = std::env::var("CARILLON_GOLDEN_LIQUID") else {
        say(
            "CARILLON_GOLDEN_LIQUID is not set: there is no golden-liquid corpus, nothing was judged",
        );
        return;
    };
    let text = std::fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("cannot read {path}: {error}"));
    let corpus: Corpus =
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("cannot parse {path}: {error}"));
    let failures: BTreeMap<&str, String> = corpus
        .tests
        .iter()
        .filter_map(|case| Some((&*case.name, case.failure()?)))
        .collect();
    let passed = corpus.tests.len() - failures.len();
    say(&format!(
        "{passed} of {} golden cases pass",
        corpus.tests.len()
    ));
    for (name, failure) in &failures {
        say(&format!("{name}: {failure}"));
    }
    let failed: Vec<&str> = failures.keys().copied().collect();
    let mut excepted: Vec<&str> = EXCEPTIONS.iter().map(|(name, _)| *name).collect();
    excepted.sort_unstable();
    assert_eq!(
        failed, excepted,
        "the cases that fail are exactly the listed exceptions"
    );
    assert!(passed >= 597, "{passed} pass, at least 597 must");
}
