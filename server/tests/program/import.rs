//! `carillon import`, beside a running server.

use crate::carillon::Carillon;
use serde_json::json;
use std::process::Output;

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[tokio::test]
async fn contacts_are_imported_and_importing_again_changes_nothing() {
    let carillon = Carillon::start(&[]);
    carillon.file(
        "contacts.csv",
        "\u{feff}external_id,first_name,opted_in,plan,visits,note\r\n\
         1,Ada,true,gold,12,\"two\r\nlines\"\r\n\
         2,Bob,no,,,\r\n",
    );
    let first = carillon.run(&["import", "contacts", "contacts.csv"]);
    assert_eq!(
        first.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&first.stderr)
    );
    assert_eq!(
        said(&first),
        "2 rows of contacts: 2 new, 0 changed, 0 unchanged, 0 rejected\n"
    );
    let api = carillon.api("read");
    let ada = api.get("/contacts/1").await.body;
    assert_eq!(
        ada["attributes"],
        json!({"plan": "gold", "visits": 12, "note": "two\r\nlines"})
    );
    assert_eq!(api.get("/contacts/2").await.body["opted_in"], json!(false));
    let again = carillon.run(&["import", "contacts", "contacts.csv"]);
    assert_eq!(
        said(&again),
        "2 rows of contacts: 0 new, 0 changed, 2 unchanged, 0 rejected\n"
    );
    assert_eq!(
        api.get("/contacts/1").await.body,
        ada,
        "updated_at included"
    );
    assert!(!carillon.path("contacts.csv.rejects.csv").exists());
}

#[tokio::test]
async fn rejected_rows_are_named_by_line_and_reason_and_the_rest_is_taken() {
    let carillon = Carillon::start(&[]);
    let api = carillon.api("manage");
    api.put("/apps/shop", json!({"name": "Shop"})).await;
    carillon.file(
        "devices.csv",
        "external_id,app,device_id,channel,token,os_permission\n\
         1,shop,d1,apns,00ff,granted\n\
         2,shop,d2,apns,00ff,granted\n\
         3,mail,d3,fcm,t3,granted\n\
         4,shop,d4,fcm,t4,perhaps\n\
         5,shop,d5,fcm,t5,denied\n",
    );
    let done = carillon.run(&["import", "devices", "devices.csv", "--rejects", "bad.csv"]);
    assert_eq!(done.status.code(), Some(1));
    assert_eq!(
        said(&done),
        "5 rows of devices: 2 new, 0 changed, 0 unchanged, 3 rejected\n"
    );
    let rejects = std::fs::read_to_string(carillon.path("bad.csv")).expect("rejects");
    let lines: Vec<_> = rejects.lines().collect();
    assert_eq!(lines[0], "line,reason,row");
    assert!(
        lines[1].starts_with("3,the same token is on line 2"),
        "{rejects}"
    );
    assert!(lines[2].starts_with("4,app “mail”"), "{rejects}");
    assert!(
        lines[3].starts_with("5,\"os_permission “perhaps”")
            || lines[3].starts_with("5,os_permission “perhaps”"),
        "{rejects}"
    );
    let devices = api.get("/contacts/5/devices").await;
    assert_eq!(devices.body["items"][0]["os_permission"], "denied");
}

#[tokio::test]
async fn recurlys_export_needs_no_column_for_the_app_when_there_is_one_app() {
    let carillon = Carillon::start(&[]);
    carillon.file(
        "export.csv",
        "Id,ChannelType,Address,User.UserId\ne1,APNS,00FF,u1\ne2,GCM,t:2,u2\n",
    );
    let refused = carillon.run(&["import", "devices", "export.csv"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("--app"));
    let api = carillon.api("manage");
    api.put("/apps/shop", json!({"name": "Shop"})).await;
    let done = carillon.run(&["import", "devices", "export.csv"]);
    assert_eq!(
        done.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
    let device = api.get("/contacts/u1/devices/e1").await;
    assert_eq!(device.body["token"], "00ff", "in APNs' own form");
    let again = carillon.run(&["import", "devices", "export.csv"]);
    assert_eq!(
        said(&again),
        "2 rows of devices: 0 new, 0 changed, 2 unchanged, 0 rejected\n"
    );
}

#[test]
fn what_cannot_be_read_at_all_ends_with_2_and_says_why() {
    let carillon = Carillon::start(&[]);
    carillon.file("empty.csv", "");
    carillon.file("wrong.csv", "id,name\n1,Ada\n");
    carillon.file("header.csv", "external_id\n");
    for (file, reason) in [
        ("empty.csv", "empty"),
        ("wrong.csv", "external_id"),
        ("missing.csv", "missing.csv"),
        (".", "directory"),
    ] {
        let output = carillon.run(&["import", "contacts", file]);
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{file}: {error}");
        assert!(error.contains(reason), "{file}: {error}");
    }
    assert_eq!(
        carillon
            .run(&["import", "contacts", "header.csv"])
            .status
            .code(),
        Some(2)
    );
}

#[test]
fn a_clean_import_leaves_no_rejects_of_the_one_before() {
    let carillon = Carillon::start(&[]);
    let rejects = carillon.path("contacts.csv.rejects.csv");
    carillon.file("contacts.csv", "external_id,opted_in\n1,perhaps\n2,yes\n");
    let first = carillon.run(&["import", "contacts", "contacts.csv"]);
    assert_eq!(first.status.code(), Some(1));
    assert!(rejects.exists());
    carillon.file("contacts.csv", "external_id,opted_in\n1,no\n2,yes\n");
    let second = carillon.run(&["import", "contacts", "contacts.csv"]);
    assert_eq!(second.status.code(), Some(0));
    assert!(!rejects.exists());
}

#[test]
fn an_import_into_no_database_ends_with_2_and_says_why() {
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("contacts.csv");
    std::fs::write(&file, "external_id\n1\n").expect("a file");
    for database in ["sqlite:///nowhere/at/all.db", "mysql://somewhere"] {
        let output = crate::carillon::command(&directory)
            .args(["import", "contacts", "contacts.csv", "--database", database])
            .output()
            .expect("the binary runs");
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{error}");
        assert!(error.contains(database), "{error}");
    }
}
