//! `carillon render`: the template engine as a filter.

use crate::carillon::command;
use std::{
    io::{BufRead, BufReader, Write},
    process::Stdio,
};

#[test]
fn each_line_is_answered_in_order_before_the_next_is_asked() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let mut process = command(&directory)
        .arg("render")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let mut input = process.stdin.take().expect("its input is piped");
    let mut answers = BufReader::new(process.stdout.take().expect("its output is piped")).lines();
    let mut ask = |line: &str| {
        writeln!(input, "{line}").expect("it listens");
        let answer = answers.next().expect("an answer").expect("text");
        serde_json::from_str::<serde_json::Value>(&answer).expect("JSON")
    };

    let greeting = ask(r#"{"template":"Hi {{ name | default: 'there' }}","data":{"name":"Ada"}}"#);
    assert_eq!(greeting["result"], "Hi Ada");
    let broken = ask(r#"{"template":"Hi {{ name","data":{}}"#);
    assert!(broken["error"].is_string(), "{broken}");
    assert!(broken.get("result").is_none(), "{broken}");
    let unreadable = ask("not JSON");
    assert!(unreadable["error"].is_string(), "{unreadable}");
    let after = ask(r#"{"template":"{{ 1 | plus: 2 }}"}"#);
    assert_eq!(after["result"], "3");

    drop(input);
    assert!(process.wait().expect("it ends").success());
}
