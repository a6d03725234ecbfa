//! Messages of analytics libraries.

use domain::app::Capabilities;
use domain::event::Properties;
use domain::people::{Principal, Role};
use domain::view::{SeenOutcome, TailFilter};
use service::messages::{DeviceSaid, Message, Says};

use crate::bed::{Bed, START, user};

#[tokio::test]
async fn a_device_that_a_message_registers_is_seen_by_whoever_watches() {
    let bed = Bed::new().await;
    let by = user(Role::Administrator);
    bed.service
        .put_app(&by, "shop", "Shop", &Capabilities::default())
        .await
        .expect("an app");
    let opened = |contact: &str, token: &str| Message {
        external_id: contact.to_owned(),
        id: None,
        says: Says::Event {
            name: "Opened".to_owned(),
            occurred_at: START,
            properties: Properties::default(),
        },
        device: Some(DeviceSaid {
            device_id: "phone".to_owned(),
            app_names: vec!["Shop".to_owned()],
            kind: "ios".to_owned(),
            token: token.to_owned(),
            app_version: None,
            os_version: None,
            model: None,
            locale: None,
            time_zone: None,
        }),
        signature: None,
    };
    for contact in ["ada", "bob"] {
        let wrong = opened("eve", "not a token of APNs");
        let taken = bed
            .service
            .take_messages(&Principal::System, vec![opened(contact, "aa01"), wrong])
            .await
            .expect("taken");
        assert_eq!(taken.refused_devices.len(), 1);
    }
    let seen = bed
        .service
        .seen_registrations(&by, &TailFilter::default())
        .await
        .expect("seen");
    let [moved, new] = seen.as_slice() else {
        panic!("two: {seen:?}");
    };
    assert_eq!(new.contact.as_deref(), Some("ada"));
    assert!(matches!(new.outcome, SeenOutcome::New { .. }), "{new:?}");
    assert_eq!(moved.contact.as_deref(), Some("bob"));
    assert!(
        matches!(moved.outcome, SeenOutcome::Moved { .. }),
        "{moved:?}"
    );
    assert_eq!(moved.app.as_deref(), Some("shop"));
    assert_eq!(moved.device.as_deref(), Some("phone"));
}
