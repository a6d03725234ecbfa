//! Commands beside a running server.

use crate::carillon::{Carillon, command};
use std::{process::Stdio, time::Duration};

#[tokio::test]
async fn a_key_is_alone_on_standard_output_and_works_at_once() {
    let carillon = Carillon::start(&[]);
    let made = carillon.run(&["key", "add", "--name", "ci", "--scope", "read"]);
    assert!(made.status.success());
    let text = String::from_utf8(made.stdout).expect("text");
    assert_eq!(text.lines().count(), 1);
    assert!(text.starts_with("carillon_"), "{text}");
    let api = crate::api::Api {
        client: crate::carillon::client(),
        url: format!("{}/api/v1", carillon.url),
        key: text.trim().to_owned(),
    };
    assert_eq!(api.get("/contacts").await.status, 200);
}

#[test]
fn a_user_is_added_with_a_link_and_not_twice() {
    let carillon = Carillon::start(&[]);
    let add = ["user", "add", "ada@example.org", "--role", "marketer"];
    let made = carillon.run(&add);
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
    let link = String::from_utf8(made.stdout).expect("text");
    assert!(link.contains("/welcome/"), "{link}");
    let again = carillon.run(&add);
    assert!(!again.status.success());
    let error = String::from_utf8_lossy(&again.stderr).into_owned();
    assert!(error.contains("ada@example.org already"), "{error}");
    let other = carillon.run(&["user", "link", "ada@example.org"]);
    assert!(other.status.success());
    let unknown = carillon.run(&["user", "add", "bob@example.org", "--role", "king"]);
    let error = String::from_utf8_lossy(&unknown.stderr).into_owned();
    assert!(
        error.contains("viewer, developer, marketer, administrator"),
        "{error}"
    );
}

#[test]
fn the_first_start_offers_a_link_for_the_administrator() {
    let carillon = Carillon::start(&[]);
    assert!(
        carillon.said.iter().any(|line| line.contains("/welcome/")),
        "{:?}",
        carillon.said
    );
}

#[test]
fn migrate_brings_an_empty_directory_to_this_version_and_doctor_finds_it_well() {
    let directory = tempfile::tempdir().expect("a directory");
    let doctor = command(&directory)
        .args(["doctor", "--listen", "127.0.0.1:0"])
        .output();
    let doctor = doctor.expect("it runs");
    assert_eq!(doctor.status.code(), Some(1), "no tables yet");
    let mut made = std::fs::read_dir(directory.path()).expect("a directory");
    assert!(made.next().is_none(), "looking makes nothing");
    assert!(String::from_utf8_lossy(&doctor.stdout).contains("carillon migrate"));
    let migrated = command(&directory)
        .arg("migrate")
        .output()
        .expect("it runs");
    assert!(
        migrated.status.success(),
        "{}",
        String::from_utf8_lossy(&migrated.stderr)
    );
    let doctor = command(&directory)
        .args(["doctor", "--listen", "127.0.0.1:0"])
        .output();
    let doctor = doctor.expect("it runs");
    let said = String::from_utf8_lossy(&doctor.stdout).into_owned();
    assert_eq!(doctor.status.code(), Some(0), "{said}");
    assert!(
        said.lines().any(|line| line.starts_with("ok    database")),
        "{said}"
    );
    let made = std::fs::read_dir(directory.path().join("data")).expect("a directory");
    let made: Vec<_> = made.map(|file| file.expect("a file").file_name()).collect();
    assert_eq!(made, ["carillon.db"], "what migrate made, and no key");
}

#[test]
fn a_wrong_sealing_key_is_named_with_what_to_do() {
    let carillon = Carillon::start(&[]);
    let directory = carillon.directory.clone();
    let ended = carillon.stop_within(Duration::from_secs(15));
    assert_eq!(ended.code(), Some(0));
    for run in [&["serve"][..], &["doctor"]] {
        let output = command(&directory)
            .args(run)
            .args(["--listen", "127.0.0.1:0"])
            .env("CARILLON_SEALING_KEY", "A".repeat(43) + "=")
            .output()
            .expect("the binary runs");
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8_lossy(&said);
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(
            said.contains("CARILLON_SEALING_KEY") && said.contains("sealing.key"),
            "{said}"
        );
        assert!(!said.contains("went wrong inside"), "{said}");
    }
}

#[test]
fn a_database_that_cannot_be_opened_is_named_with_the_cause_and_no_password() {
    let directory = tempfile::tempdir().expect("a directory");
    // Bound, and nobody listens: nor can anybody else meanwhile.
    let closed = tokio::net::TcpSocket::new_v4().expect("a socket");
    let any = "127.0.0.1:0".parse().expect("an address");
    closed.bind(any).expect("a port");
    let address = closed.local_addr().expect("an address");
    let url = format!("postgres://ada:secret@{address}/carillon");
    for run in ["migrate", "doctor"] {
        let output = command(&directory)
            .args([run, "--database", &url])
            .output()
            .expect("the binary runs");
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8_lossy(&said);
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains(&format!("ada:***@{address}")), "{said}");
        assert!(said.contains("refused"), "{said}");
        assert!(!said.contains("secret"), "{said}");
    }
}

#[test]
fn a_reader_that_has_seen_enough_does_not_make_a_command_fail() {
    let directory = tempfile::tempdir().expect("a directory");
    for run in [&["config"][..], &["migrate"], &["functions"], &["doctor"]] {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let output = command(&directory)
            .args(run)
            .stdout(writer)
            .stderr(Stdio::piped())
            .spawn()
            .and_then(std::process::Child::wait_with_output)
            .expect("the binary runs");
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!((output.status.code(), &*error), (Some(0), ""), "{run:?}");
    }
}
