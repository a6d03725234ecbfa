use std::fmt::Write;
use std::io::Cursor;
use std::time::Duration;

use domain::app::Capabilities;
use domain::people::{Principal, Role};
use domain::view::JobState;
use service::imports::{ImportKind, ImportReport, Imported, Reject, RowOptions};
use service::jobs::Upload;
use service::{PageRequest, ServiceError};
use uuid::Uuid;

use crate::bed::{Bed, START, user};

async fn import(bed: &Bed, kind: ImportKind, text: &str) -> (ImportReport, Vec<Reject>) {
    let mut rejects = Vec::new();
    let mut listener = |news: Imported<'_>| {
        if let Imported::Rejected(reject) = news {
            rejects.push(reject.clone());
        }
        Ok(())
    };
    let source = Box::new(Cursor::new(text.to_owned()));
    let report = bed
        .service
        .import(
            &Principal::System,
            kind,
            source,
            RowOptions::default(),
            "test.csv",
            &mut listener,
        )
        .await
        .expect("imported");
    (report, rejects)
}

#[tokio::test]
async fn many_batches_are_taken_in_order_and_importing_again_writes_nothing() {
    let bed = Bed::new().await;
    let mut text = "external_id,opted_in,n\n".to_owned();
    for n in 0..5000 {
        let _ = writeln!(text, "c{n},{},{n}", n % 2 == 0);
    }
    let (report, _) = import(&bed, ImportKind::Contacts, &text).await;
    assert_eq!(
        (report.rows, report.created, report.rejected),
        (5000, 5000, 0)
    );
    let system = &Principal::System;
    let before = bed.service.contact(system, "c4999").await.expect("there");
    bed.clock.advance(60);
    let (report, _) = import(&bed, ImportKind::Contacts, &text).await;
    assert_eq!(
        (report.created, report.changed, report.unchanged),
        (0, 0, 5000)
    );
    let after = bed.service.contact(system, "c4999").await.expect("there");
    assert_eq!(after, before);
    let view = bed
        .service
        .contact_view(system, after.id)
        .await
        .expect("a view");
    assert_eq!(view.consent.len(), 1, "one consent event, not two");
}

#[tokio::test]
async fn devices_of_an_unknown_app_are_rejected_by_line_among_good_ones() {
    let bed = Bed::new().await;
    let system = &Principal::System;
    let capabilities = Capabilities::default();
    bed.service
        .put_app(system, "shop", "Shop", &capabilities)
        .await
        .expect("an app");
    let text = "external_id,app,device_id,channel,token\n\
                1,shop,d1,fcm,t1\n\
                2,mail,d2,fcm,t2\n\
                3,shop,d3,apns,nothex\n\
                4,shop,d4,apns,00ff\n";
    let (report, rejects) = import(&bed, ImportKind::Devices, text).await;
    assert_eq!((report.created, report.rejected), (2, 2));
    let lines: Vec<_> = rejects.iter().map(|reject| reject.line).collect();
    assert_eq!(lines, [3, 4]);
    assert_eq!(rejects[0].row, "2,mail,d2,fcm,t2", "the row as it was");
    bed.clock.advance(60);
    let before = bed.service.devices_of(system, "4").await.expect("devices");
    let (report, _) = import(&bed, ImportKind::Devices, text).await;
    assert_eq!(
        (report.created, report.changed, report.unchanged),
        (0, 0, 2)
    );
    assert_eq!(
        bed.service.devices_of(system, "4").await.expect("devices"),
        before
    );
}

fn upload(kind: ImportKind) -> Upload {
    Upload {
        kind,
        name: "file.csv".to_owned(),
        app: None,
    }
}

#[tokio::test]
async fn an_upload_becomes_a_job_that_says_how_far_it_is_and_keeps_its_rejects() {
    let bed = Bed::new().await;
    let marketer = user(Role::Marketer);
    let file = "external_id,opted_in\n1,yes\n2,perhaps\n3,no\n";
    let queued = bed
        .service
        .upload(&marketer, upload(ImportKind::Contacts), file.as_bytes())
        .await;
    let job = queued.expect("queued");
    assert_eq!(job.state, JobState::Queued);
    assert!(
        bed.service
            .work_on_next_job(Uuid::nil())
            .await
            .expect("worked")
    );
    let job = bed.service.job(&marketer, job.id).await.expect("a job");
    assert_eq!(job.state, JobState::Done);
    assert_eq!(
        (
            job.progress.rows,
            job.progress.created,
            job.progress.rejected
        ),
        (3, 2, 1)
    );
    assert_eq!(job.progress.first_rejects[0].0, 3);
    assert_eq!(job.progress.bytes_read, file.len() as u64);
    let rejects = bed
        .service
        .job_rejects(&marketer, job.id)
        .await
        .expect("a file");
    assert!(
        std::fs::read_to_string(rejects)
            .expect("text")
            .contains("perhaps")
    );
    assert!(
        !bed.service
            .work_on_next_job(Uuid::nil())
            .await
            .expect("asked"),
        "nothing is left"
    );
    let uploads = std::fs::read_dir(bed.folder.path().join("uploads")).expect("a folder");
    let kept = uploads
        .map(|file| file.expect("a file").path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "upload")
        });
    assert_eq!(kept.count(), 0, "the file is not kept");
}

#[tokio::test]
async fn an_upload_that_cannot_be_imported_fails_with_a_reason_and_an_empty_one_at_once() {
    let bed = Bed::new().await;
    let marketer = user(Role::Marketer);
    let empty = bed
        .service
        .upload(&marketer, upload(ImportKind::Contacts), &b""[..])
        .await;
    assert!(matches!(empty, Err(ServiceError::Invalid(_))), "{empty:?}");
    let wrong = &b"id,name\n1,Ada\n"[..];
    let queued = bed
        .service
        .upload(&marketer, upload(ImportKind::Contacts), wrong)
        .await;
    let job = queued.expect("queued");
    bed.service
        .work_on_next_job(Uuid::nil())
        .await
        .expect("worked");
    let job = bed.service.job(&marketer, job.id).await.expect("a job");
    assert_eq!(job.state, JobState::Failed);
    assert!(
        job.progress
            .failure
            .is_some_and(|text| text.contains("external_id"))
    );
    let jobs = bed
        .service
        .list_jobs(&marketer, &PageRequest::first(5))
        .await
        .expect("jobs");
    assert_eq!(jobs.items.len(), 1);
}

/// The names of the files in the uploads' folder.
fn files(bed: &Bed) -> Vec<String> {
    let files = std::fs::read_dir(bed.folder.path().join("uploads")).expect("a folder");
    let mut names: Vec<_> = files
        .map(|file| file.expect("a file").file_name())
        .map(|name| name.into_string().expect("text"))
        .collect();
    names.sort();
    names
}

/// A file that was last written when the test began.
fn leave(bed: &Bed, name: &str) {
    let path = bed.folder.path().join("uploads").join(name);
    std::fs::write(path, "left").expect("written");
    written_at_start(bed, name);
}

fn written_at_start(bed: &Bed, name: &str) {
    let path = bed.folder.path().join("uploads").join(name);
    let start = u64::try_from(START.as_millis()).expect("after 1970");
    let file = std::fs::File::options().append(true).open(path);
    file.expect("a file")
        .set_modified(std::time::UNIX_EPOCH + Duration::from_millis(start))
        .expect("a time");
}

#[tokio::test]
async fn the_file_of_an_import_that_was_called_off_goes() {
    let bed = Bed::new().await;
    let marketer = user(Role::Marketer);
    let job = bed
        .service
        .upload(
            &marketer,
            upload(ImportKind::Contacts),
            &b"external_id\n1\n"[..],
        )
        .await
        .expect("queued");
    assert_eq!(files(&bed).len(), 1);
    bed.service
        .cancel_job(&marketer, job.id)
        .await
        .expect("called off");
    assert_eq!(files(&bed), [""; 0]);
}

#[tokio::test]
async fn files_that_nobody_needs_are_swept_and_those_that_wait_are_not() {
    const DAY: i64 = 24 * 3600;
    let bed = Bed::new().await;
    let marketer = user(Role::Marketer);
    bed.service
        .upload(
            &marketer,
            upload(ImportKind::Contacts),
            &b"external_id\n1\n"[..],
        )
        .await
        .expect("queued");
    let waiting = files(&bed).remove(0);
    written_at_start(&bed, &waiting);
    let (stray, rejects) = ("0.upload".to_owned(), "0.rejects.csv".to_owned());
    leave(&bed, &stray);
    leave(&bed, &rejects);
    leave(&bed, "notes.txt");
    let notes = "notes.txt".to_owned();

    bed.clock.advance(DAY - 60);
    bed.service.prune().await.expect("swept");
    assert_eq!(files(&bed).len(), 4, "all are young");
    bed.clock.advance(DAY);
    bed.service.prune().await.expect("swept");
    assert_eq!(files(&bed), [rejects, waiting.clone(), notes.clone()]);
    bed.clock.advance(30 * DAY);
    bed.service.prune().await.expect("swept");
    assert_eq!(files(&bed), [waiting, notes]);
}
