//! The engine by itself, a JSON line in and a JSON line out; `carillon render` is this.

use serde::{Deserialize, Serialize};

use crate::limits::{Limits, Moment};
use crate::problem::{Kind, Problem};
use crate::template::Template;
use crate::value::Value;

#[derive(Deserialize)]
struct Request<'l> {
    #[serde(borrow)]
    template: std::borrow::Cow<'l, str>,
    #[serde(default)]
    data: Value,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Answer {
    Result {
        result: String,
    },
    Problem {
        error: String,
        kind: Kind,
        line: u32,
        column: u32,
    },
    Unreadable {
        error: String,
    },
}

/// Renders one line `{"template": …, "data": {…}}`. Gives `{"result": …}`, or
/// `{"error": …}` with `kind`, `line` and `column` if it is the template that is wrong. The
/// answer has no line break.
pub fn render_json_line(line: &str, limits: &Limits, moment: Moment) -> String {
    let answer = match serde_json::from_str::<Request<'_>>(line) {
        Ok(request) => match render(&request, limits, moment) {
            Ok(result) => Answer::Result { result },
            Err(Problem {
                kind,
                line,
                column,
                message,
            }) => Answer::Problem {
                error: message,
                kind,
                line,
                column,
            },
        },
        Err(error) => Answer::Unreadable {
            error: format!("expected a line like {{\"template\": …, \"data\": {{…}}}}: {error}"),
        },
    };
    // Strings and numbers always serialize.
    serde_json::to_string(&answer).unwrap_or_else(|error| format!("{{\"error\":\"{error}\"}}"))
}

fn render(request: &Request<'_>, limits: &Limits, moment: Moment) -> Result<String, Problem> {
    Template::parse(&request.template)?.render(&request.data, limits, moment)
}
