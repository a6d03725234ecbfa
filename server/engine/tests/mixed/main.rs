//! A hundred thousand deliveries over all five channels, one in a hundred of
//! which meets a scripted fault of every kind there is: each ends as the
//! oracle's table says, whatever the others do.

mod bed;
mod oracle;
mod people;

use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, Instant};

use domain::delivery::DeliveryState::{self, Accepted, Planned, Started, Waiting};
use domain::device::BindingState;
use domain::device::Channel::{self, Adm, Apns, Fcm, Twilio, Webpush};
use domain::{BindingId, ChunkId, Shard, Timestamp};
use engine::Engine;
use serde_json::{Value, json};
use storage::deliveries::{self, Delivery};
use storage::recipients::{self, Depth};
use storage::retries::{self, Retry};
use storage::{attempts, chunks};

use bed::Bed;
use oracle::{Reach, Row};
use people::{Device, Someone, decide, push, register};

/// Contacts, with five devices each.
const CONTACTS: usize = 20_000;
const DEVICES: usize = 5;
/// Of so many devices of a channel one meets a fault.
const RARE: usize = 100;
/// The longest that anything may take on the slowest machine.
const PATIENCE: Duration = Duration::from_mins(10);

/// A row that has an app of its own, with the two devices that tell.
struct Alone {
    row: Row,
    push: domain::PushId,
    first: Vec<Someone>,
    second: Vec<Someone>,
}

/// What is known of everything that was decided.
struct Script {
    bindings: HashMap<BindingId, Device>,
    /// The rows that devices meet, by their addresses.
    met: HashMap<String, Row>,
    /// What the second devices of rows that have an app of their own end in.
    next: HashMap<String, (DeliveryState, &'static str)>,
    faults: Vec<Value>,
    chunks: Vec<ChunkId>,
}

impl Script {
    fn meets(&mut self, device: &Device, row: Row) {
        let new = format!("amzn1.adm-registration.v3.{}", self.met.len());
        let does: Value = serde_json::from_str(&row.does.replace("{new}", &new)).expect("JSON");
        let mut fault = json!({"channel": device.channel.name(), "token": device.address,
            "do": does});
        if row.times > 0 {
            fault["first"] = json!(row.times);
        }
        self.faults.push(fault);
        self.met.insert(device.address.clone(), row);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_thousand_deliveries_end_as_the_oracle_says() {
    let mut bed = Bed::new().await;
    let mut script = Script {
        bindings: HashMap::new(),
        met: HashMap::new(),
        next: HashMap::new(),
        faults: Vec::new(),
        chunks: Vec::new(),
    };
    let begun = Instant::now();
    let (shop, mut crowd) = crowd(&mut bed, &mut script).await;
    let alone = apart(&mut bed, &mut script).await;
    println!("{:?}: everybody is there", begun.elapsed());
    let engine = bed.start().await;
    warm_up(&bed, &mut script, &engine, shop, &alone).await;
    bed.faults(&json!(script.faults));
    let all = push(&bed, shop).await;
    script.chunks.extend(decide(&bed, all, &mut crowd).await);
    let mut alone = alone;
    for alone in &mut alone {
        let first = decide(&bed, alone.push, &mut alone.first).await;
        script.chunks.extend(first);
    }
    engine.sends_decided();
    first_attempts(&bed).await;
    println!("{:?}: everything was tried", begun.elapsed());
    let early = read(&bed, &script).await;
    look_at_waits(&bed, &script, &early).await;
    for alone in &mut alone {
        let second = decide(&bed, alone.push, &mut alone.second).await;
        script.chunks.extend(second);
    }
    engine.sends_decided();
    until_all_ended(&bed).await;
    println!("{:?}: everything has ended", begun.elapsed());
    let ended = read(&bed, &script).await;
    assert!(ended.len() >= CONTACTS * DEVICES, "{}", ended.len());
    let devices = devices(&bed, &script).await;
    judge(&script, &ended, &devices);
    assert!(engine.shutdown(Duration::from_secs(10)).await);
}

/// The many, and which of their devices meet what.
async fn crowd(bed: &mut Bed, script: &mut Script) -> (domain::AppId, Vec<Someone>) {
    let app = bed.app(0, &Channel::ALL).await;
    let kinds: Vec<Row> = oracle::table()
        .into_iter()
        .filter(|row| row.reach == Reach::Delivery)
        .collect();
    let mut seen: HashMap<Channel, usize> = HashMap::new();
    let mut people = Vec::with_capacity(CONTACTS);
    for n in 0..CONTACTS {
        // Browsers are few: what is encrypted for each takes a debug build long.
        let fifth = match n % 20 {
            0 => Webpush,
            odd if odd % 2 == 1 => Adm,
            _ => Twilio,
        };
        let mut devices = Vec::with_capacity(DEVICES);
        for channel in [Apns, Fcm, Apns, Fcm, fifth] {
            let seen = seen.entry(channel).or_default();
            let device = Device::new(bed, channel, *seen);
            let rare = if channel == Webpush { RARE / 2 } else { RARE };
            if seen.is_multiple_of(rare) {
                let kinds: Vec<&Row> = kinds.iter().filter(|row| row.channel == channel).collect();
                script.meets(&device, *kinds[*seen / rare % kinds.len()]);
            }
            *seen += 1;
            devices.push(device);
        }
        people.push((format!("contact-{n}"), devices));
    }
    for row in &kinds {
        assert!(
            script
                .met
                .values()
                .any(|met| met.does == row.does && met.channel == row.channel),
            "nobody meets {row:?}"
        );
    }
    let found = register(bed, app, "app0", &people, &mut script.bindings).await;
    (app, found)
}

/// Rows that touch their credential or their push: an app each, two contacts.
async fn apart(bed: &mut Bed, script: &mut Script) -> Vec<Alone> {
    let rows: Vec<Row> = oracle::table()
        .into_iter()
        .filter(|row| row.reach != Reach::Delivery)
        .collect();
    let mut found = Vec::with_capacity(rows.len());
    for (n, row) in rows.into_iter().enumerate() {
        let n = n + 1;
        let app = bed.app(n, &[row.channel]).await;
        let mut of = async |which: usize| {
            let device = Device::new(bed, row.channel, 1_000_000 + 2 * n + which);
            let people = [(format!("apart-{n}-{which}"), vec![device.clone()])];
            let slug = format!("app{n}");
            let someone = register(bed, app, &slug, &people, &mut script.bindings).await;
            (someone, device)
        };
        let (first, first_device) = of(0).await;
        let (second, second_device) = of(1).await;
        script.meets(&first_device, row);
        let (Reach::Next(state, reason) | Reach::Later(state, reason)) = row.reach else {
            unreachable!("it reaches further")
        };
        script.next.insert(second_device.address, (state, reason));
        found.push(Alone {
            row,
            push: push(bed, app).await,
            first,
            second,
        });
    }
    found
}

/// One push of each channel is taken, so that its credential is known to be
/// good; half an hour later the rest begins.
async fn warm_up(
    bed: &Bed,
    script: &mut Script,
    engine: &Engine,
    shop: domain::AppId,
    alone: &[Alone],
) {
    let devices: Vec<Device> = Channel::ALL
        .into_iter()
        .map(|channel| Device::new(bed, channel, 2_000_000))
        .collect();
    let people = [("first".to_owned(), devices)];
    let mut people = register(bed, shop, "app0", &people, &mut script.bindings).await;
    let before = push(bed, shop).await;
    let mut chunks = decide(bed, before, &mut people).await;
    for alone in alone {
        if matches!(alone.row.reach, Reach::Later(..)) {
            let mut again: Vec<Someone> = alone.second.iter().map(Someone::again).collect();
            chunks.extend(decide(bed, alone.push, &mut again).await);
        }
    }
    engine.sends_decided();
    first_attempts(bed).await;
    script.chunks.extend(chunks);
    for delivery in read(bed, script).await {
        assert_eq!(delivery.state, Accepted, "{delivery:?}");
    }
    bed.pass(Duration::from_mins(30));
}

/// Waits until every chunk is finished: time stands, and nothing is due again.
async fn first_attempts(bed: &Bed) {
    let begun = Instant::now();
    loop {
        let mut reader = bed.store.read().await.unwrap();
        if !chunks::any_open(&mut reader).await.unwrap() {
            return;
        }
        drop(reader);
        assert!(begun.elapsed() < PATIENCE, "chunks do not end");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Lets hours pass, one whenever nothing is under way or due, until nothing
/// waits any more.
async fn until_all_ended(bed: &Bed) {
    let begun = Instant::now();
    loop {
        first_attempts(bed).await;
        let waiting = all_retries(bed).await;
        if waiting.is_empty() {
            return;
        }
        let places: Vec<_> = waiting.iter().map(|retry| retry.place).collect();
        let mut reader = bed.store.read().await.unwrap();
        let standing = deliveries::at(&mut reader, &places).await.unwrap();
        drop(reader);
        let quiet = standing.len() == waiting.len()
            && standing.iter().all(|delivery| delivery.state == Waiting)
            && waiting.iter().all(|retry| retry.due_at > bed.now());
        if quiet {
            bed.pass(Duration::from_hours(1));
        }
        assert!(begun.elapsed() < PATIENCE, "{} still wait", waiting.len());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn all_retries(bed: &Bed) -> Vec<Retry> {
    let (lo, hi) = (Shard::from_number(0), Shard::from_number(1023));
    let mut reader = bed.store.read().await.unwrap();
    let mut found = Vec::new();
    for route in retries::routes(&mut reader).await.unwrap() {
        let due = retries::due(&mut reader, route, lo, hi, Timestamp(i64::MAX), 1_000_000);
        found.extend(due.await.unwrap());
    }
    found
}

/// Every delivery that was decided.
async fn read(bed: &Bed, script: &Script) -> Vec<Delivery> {
    let mut found = Vec::new();
    for id in &script.chunks {
        let mut reader = bed.store.read().await.unwrap();
        let chunk = chunks::get(&mut reader, *id).await.unwrap();
        let own = deliveries::of_chunk(&mut reader, chunk.home, *id, 0, 100_000).await;
        found.extend(own.unwrap());
    }
    found
}

/// What every device is.
async fn devices(bed: &Bed, script: &Script) -> HashMap<BindingId, BindingState> {
    let mut found = HashMap::new();
    for id in &script.chunks {
        let mut reader = bed.store.read().await.unwrap();
        let fetched = recipients::of_chunk(&mut reader, *id, Depth::Gates).await;
        let (_, own) = fetched.unwrap().decode().unwrap();
        found.extend(own.into_iter().map(|device| (device.id, device.state)));
    }
    found
}

/// What waits has been called once, and waits as long as the table says.
async fn look_at_waits(bed: &Bed, script: &Script, deliveries: &[Delivery]) {
    let due: HashMap<_, _> = all_retries(bed)
        .await
        .into_iter()
        .map(|retry| ((retry.place.chunk_id, retry.place.seq), retry.due_at))
        .collect();
    let (mut looked, mut put_off) = (0, BTreeMap::<String, usize>::new());
    for delivery in deliveries {
        assert!(
            !matches!(delivery.state, Planned | Started),
            "its chunk is finished: {delivery:?}"
        );
        if delivery.state == Waiting && delivery.attempt == 0 {
            let reason = delivery.reason.as_deref().unwrap_or("the credential rests");
            let key = format!("{}: {reason}", delivery.channel.name());
            *put_off.entry(key).or_default() += 1;
            continue;
        }
        let device = &script.bindings[&delivery.binding_id];
        let Some(row) = script.met.get(&device.address) else {
            continue;
        };
        let Some((least, most)) = row.waits else {
            assert_ne!(delivery.state, Waiting, "{row:?}: {delivery:?}");
            continue;
        };
        assert_eq!(
            (delivery.state, delivery.attempt),
            (Waiting, 1),
            "{row:?}: {delivery:?}"
        );
        let at = due[&(delivery.chunk_id, delivery.seq)];
        let wait = (at.as_millis() - bed.now().as_millis()) / 1000;
        assert!((least..=most).contains(&wait), "{row:?}: {wait} s");
        let mut reader = bed.store.read().await.unwrap();
        let calls =
            attempts::of_delivery(&mut reader, delivery.home, delivery.chunk_id, delivery.seq)
                .await
                .unwrap();
        assert_eq!(calls.len(), 1, "{row:?}");
        assert!(calls[0].outcome.starts_with("waiting: "), "{:?}", calls[0]);
        looked += 1;
    }
    println!("{looked} wait as they should; {put_off:?} found no room yet");
    let put_off: usize = put_off.values().sum();
    assert!(put_off < deliveries.len() / 10, "{put_off} were put off");
    assert!(looked > 200, "{looked}");
}

/// Whether everything ended as the oracle says.
fn judge(script: &Script, deliveries: &[Delivery], devices: &HashMap<BindingId, BindingState>) {
    let (mut wrong, mut right): (Vec<String>, BTreeMap<String, usize>) = Default::default();
    for delivery in deliveries {
        let device = &script.bindings[&delivery.binding_id];
        let (state, reason, marked, does) = match script.met.get(&device.address) {
            Some(row) => (row.ends, row.reason, row.device, row.does),
            None => match script.next.get(&device.address) {
                Some((state, reason)) => (*state, *reason, BindingState::Active, "after that"),
                None => (Accepted, "", BindingState::Active, "nothing"),
            },
        };
        let said = delivery.reason.as_deref().unwrap_or_default();
        let is = devices[&delivery.binding_id];
        let good = delivery.state == state
            && is == marked
            && match reason {
                "" => said.is_empty(),
                "*" => !said.is_empty(),
                wanted => said.starts_with(wanted),
            };
        if good {
            let key = format!("{} {}", device.channel.name(), state.name());
            *right.entry(key).or_default() += 1;
        } else {
            wrong.push(format!(
                "{} {does}: {state:?} {reason:?} {marked:?} was expected, it is {:?} {said:?} {is:?} \
                 at call {}",
                device.channel.name(),
                delivery.state,
                delivery.attempt
            ));
        }
    }
    println!("{right:#?}");
    let some: Vec<_> = wrong.iter().take(20).collect();
    assert!(
        wrong.is_empty(),
        "{} ended otherwise: {some:#?}",
        wrong.len()
    );
}
