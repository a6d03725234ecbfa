//! No secret comes out. One of every kind is planted in a server that logs all
//! that it can; every door is knocked at, rightly and wrongly; and whatever the
//! server said, wrote or kept is searched for each secret in every form.
//!
//! Where a secret has to be is in [`ALLOWED`], with its reason. What stands there
//! and is not needed fails as well.

mod doors;
mod forms;
mod reading;
mod world;

use crate::carillon::{Carillon, client};
use crate::ingest::Sender;
use forms::{Search, Secret, embedded};
use serde_json::json;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use world::{World, start};

/// The kinds of a device's address.
const PUSH_TOKENS: [&str; 7] = [
    "APNs token",
    "FCM token",
    "ADM token",
    "Twilio address",
    "subscription endpoint",
    "subscription p256dh",
    "subscription auth",
];

/// Those that are one text, and whose providers take them in the body.
const TEXT_TOKENS: [&str; 4] = ["APNs token", "FCM token", "ADM token", "Twilio address"];

/// Who may inspect: see tokens, payloads and providers' answers.
const INSPECTORS: &[&str] = &[" as administrator", " as developer", " as marketer"];
/// Keys that may read what those people read.
const READERS: &[&str] = &[" with manage", " with read"];

/// Places where secrets of these kinds have to be.
struct Allowed {
    places: &'static [&'static str],
    /// Who sees them there: how the places' names end.
    who: &'static [&'static str],
    kinds: &'static [&'static str],
    /// Why they have to be there.
    #[expect(dead_code, reason = "for whoever reads the list")]
    why: &'static str,
}

const ALLOWED: &[Allowed] = &[
    Allowed {
        places: &["file data/carillon.db"],
        who: &[""],
        kinds: &PUSH_TOKENS,
        why: "the provider is given it at every send",
    },
    Allowed {
        places: &["page /devices/{id}", "function open_device"],
        who: INSPECTORS,
        kinds: &PUSH_TOKENS,
        why: "a developer compares it with what the app logs, and copies it whole",
    },
    Allowed {
        places: &[
            "function list_devices",
            "function list_devices for a token",
            "function open_contact",
        ],
        who: INSPECTORS,
        kinds: &PUSH_TOKENS,
        why: "a list of devices tells them apart by it",
    },
    Allowed {
        places: &[
            "api GET /contacts/{external_id}/devices",
            "api GET /contacts/{external_id}/devices/{device_id}",
        ],
        who: READERS,
        kinds: &PUSH_TOKENS,
        why: "the customer's own server registered it, and may ask what is kept",
    },
    Allowed {
        places: &["api GET /deliveries/{chunk_id}/{seq}/payload"],
        who: READERS,
        kinds: &["FCM token", "Twilio address"],
        why: "these two providers take it in the body, which is shown as it is sent",
    },
    Allowed {
        places: &[
            "api GET /contacts/{external_id}/sends",
            "api GET /contacts/{external_id}/sends/{source_id}/{step}",
            "api GET /deliveries/{chunk_id}/{seq}",
        ],
        who: READERS,
        kinds: &["FCM token", "Twilio address", "subscription endpoint"],
        why: "a call is shown as it went: two payloads name it, and some answers repeat it",
    },
    Allowed {
        places: &["page /contacts/{id}"],
        who: INSPECTORS,
        kinds: &["FCM token", "Twilio address", "subscription endpoint"],
        why: "the same calls, for people",
    },
    Allowed {
        places: &["rejected rows"],
        who: &[" as administrator"],
        kinds: &TEXT_TOKENS,
        why: "a person takes home the rows of their own file, to mend them",
    },
    Allowed {
        places: &["file data/uploads/*.rejects.csv"],
        who: &[""],
        kinds: &TEXT_TOKENS,
        why: "until they are taken home",
    },
    Allowed {
        places: &["page /welcome/{token}"],
        who: &[
            " of nobody",
            " as viewer",
            " as developer",
            " as marketer",
            " as administrator",
        ],
        kinds: &["one-time link"],
        why: "the page's form uses it; whoever opens the page has it",
    },
];

/// Whether an allowance is for this place.
fn is_for(allowed: &Allowed, place: &str) -> bool {
    allowed.places.iter().any(|start| {
        let end = place.strip_prefix(start);
        end.is_some_and(|end| allowed.who.contains(&end))
    })
}

/// What was found where.
struct Findings {
    search: Search,
    found: BTreeSet<String>,
    /// The same in short.
    places: BTreeSet<String>,
    allowed: BTreeSet<(usize, &'static str)>,
}

impl Findings {
    fn new(secrets: &[Secret]) -> Self {
        Self {
            search: Search::of(secrets),
            found: BTreeSet::new(),
            places: BTreeSet::new(),
            allowed: BTreeSet::new(),
        }
    }

    /// Searches what stands in a place.
    fn look(&mut self, place: &str, text: impl AsRef<[u8]>) {
        for (kind, form, around) in self.search.within(text.as_ref()) {
            let allowed = ALLOWED
                .iter()
                .position(|allowed| is_for(allowed, place) && allowed.kinds.contains(&kind));
            if let Some(n) = allowed {
                self.allowed.insert((n, kind));
            } else {
                self.found
                    .insert(format!("{place}: {kind}, {form}: {around:?}"));
                self.places.insert(format!("{place}: {kind}"));
            }
        }
    }

    /// Searches a page that was asked for what somebody typed, which it repeats to
    /// them.
    fn look_beside(&mut self, place: &str, text: &str, typed: &str) {
        let escaped = typed
            .replace('&', "&amp;")
            .replace('"', "&quot;")
            .replace('<', "&lt;");
        self.look(place, text.replace(&escaped, "").replace(typed, ""));
    }

    /// Searches every file below a folder.
    fn look_below(&mut self, root: &Path, folder: &str) {
        for entry in std::fs::read_dir(root.join(folder)).expect("a folder") {
            let entry = entry.expect("a file");
            let name = format!("{folder}/{}", entry.file_name().to_string_lossy());
            if entry.file_type().expect("a kind").is_dir() {
                self.look_below(root, &name);
            } else {
                let bytes = std::fs::read(entry.path()).expect("it can be read");
                // A file of SQLite beside its own.
                let name = match (name.split_once(".db-"), name.ends_with(".rejects.csv")) {
                    (Some((database, _)), _) => format!("{database}.db"),
                    (None, true) => format!("{folder}/*.rejects.csv"),
                    (None, false) => name,
                };
                self.look(&format!("file {name}"), bytes);
            }
        }
    }

    /// Fails with all that was found, and with what is allowed in vain.
    fn judge(self) {
        assert!(
            self.found.is_empty(),
            "{} secrets came out:\n{}\nin short:\n{}",
            self.found.len(),
            self.found.into_iter().collect::<Vec<_>>().join("\n"),
            self.places.into_iter().collect::<Vec<_>>().join("\n")
        );
        for (n, allowed) in ALLOWED.iter().enumerate() {
            for kind in allowed.kinds {
                assert!(
                    self.allowed.contains(&(n, kind)),
                    "{:?} hold no {kind}: allow it no more",
                    allowed.places
                );
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_secret_comes_out_of_a_server_that_says_all_it_can() {
    let world = World::make().await;
    let mut findings = Findings::new(&world.secrets);
    doors::knock(&world, &mut findings).await;
    reading::read(&world, &mut findings).await;
    for command in ["config", "doctor", "functions"] {
        let output = world.carillon.run(&[command]);
        let said = [output.stdout, output.stderr].concat();
        findings.look(&format!("command {command}"), said);
    }
    let directory = world.carillon.directory.clone();
    // As it is while it runs, with the log of what was written last.
    findings.look_below(directory.path(), "data");
    let again = restarted(world.carillon, &directory);
    for (_, cookie) in &world.cookies {
        let page = client()
            .get(format!("{}/devices", again.url))
            .header("cookie", cookie);
        page.send().await.expect("an answer");
    }
    again.stop_within(Duration::from_secs(15));
    findings.look_below(directory.path(), "data");
    for log in ["text.log", "json.log"] {
        let text = std::fs::read(directory.path().join(log)).expect("a log");
        assert!(text.len() > 10_000, "{log}: it says next to nothing");
        findings.look(log, text);
    }
    findings.judge();
}

/// Starts it again, logging in the other form.
fn restarted(carillon: Carillon, directory: &Arc<tempfile::TempDir>) -> Carillon {
    let ended = carillon.stop_within(Duration::from_secs(15));
    assert_eq!(ended.code(), Some(0));
    start(directory, "json")
}

/// The search can fail: what the server is made to log is found in its log, in
/// every form.
#[tokio::test]
async fn a_canary_in_the_log_is_found_in_every_form() {
    let directory = Arc::new(tempfile::tempdir().expect("a directory"));
    let carillon = start(&directory, "text");
    let canary = "canary-7f3a91c2d4e5f607";
    let sender = Sender::to(&carillon);
    let forms = embedded(canary);
    for (_, text) in &forms {
        // A message that cannot be taken is named in the log by its sender's id.
        let wrong = json!({"batch": [{"type": "none", "messageId": text}]});
        sender.taken("/v1/batch", &wrong).await;
    }
    carillon.stop_within(Duration::from_secs(15));
    let log = std::fs::read_to_string(directory.path().join("text.log")).expect("a log");
    let search = Search::of(&[Secret::text("canary", canary)]);
    for (form, text) in forms {
        let line = log.lines().find(|line| line.contains(&text));
        let line = line.unwrap_or_else(|| panic!("{form}: {text} was not logged"));
        let found = search.within(line.as_bytes());
        assert!(found.iter().any(|(_, f, _)| *f == form), "{form}: {line}");
    }
}
