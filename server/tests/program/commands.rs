//! Commands beside a running server.

use crate::carillon::{Carillon, command};

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
}
