//! Web Push: the site's key pair, and what a browser may register.

use domain::app::{Capabilities, CredentialSecret};
use domain::device::DeviceInput;
use domain::people::Role;
use domain::view::TailFilter;
use service::ServiceError;

use crate::bed::{Bed, user};

fn webpush(subject: &str, private_key: &str) -> CredentialSecret {
    CredentialSecret::Webpush {
        subject: subject.to_owned(),
        private_key: private_key.to_owned(),
        ca: None,
    }
}

async fn bed() -> Bed {
    let bed = Bed::new().await;
    let by = user(Role::Administrator);
    bed.service
        .put_app(&by, "site", "Site", &Capabilities::default())
        .await
        .expect("an app");
    bed
}

#[tokio::test]
async fn a_key_pair_is_made_once_and_stays_until_another_is_given() {
    let bed = bed().await;
    let by = user(Role::Administrator);
    let put =
        async |secret: CredentialSecret| bed.service.put_credential(&by, "site", &secret).await;
    let first = put(webpush("mailto:a@example.org", ""))
        .await
        .expect("a key is made");
    assert_eq!(first.topic.len(), 87, "the public key is shown");
    let renamed = put(webpush("mailto:b@example.org", ""))
        .await
        .expect("another contact");
    assert_eq!(
        renamed.topic, first.topic,
        "browsers subscribed with this key"
    );
    assert_eq!(renamed.summary, "contact mailto:b@example.org");
    let given = delivery::webpush::private_key_from(&[9; 32]).expect("a key");
    let replaced = put(webpush("mailto:b@example.org", &given))
        .await
        .expect("a key of one's own");
    assert_ne!(replaced.topic, first.topic);
    for (secret, field) in [
        (webpush("me", ""), "subject"),
        (webpush("mailto:a@example.org", "short"), "private_key"),
    ] {
        let Err(ServiceError::Invalid(errors)) = put(secret).await else {
            panic!("{field} is wrong");
        };
        assert!(errors.of(field).is_some(), "{errors:?}");
    }
}

#[tokio::test]
async fn a_browser_registers_by_its_subscription_and_never_points_inside() {
    let bed = bed().await;
    let by = user(Role::Administrator);
    let register = async |endpoint: &str, auth: &str| {
        let input: DeviceInput = serde_json::from_value(serde_json::json!({
            "app": "site", "channel": "webpush", "token": {
                "endpoint": endpoint,
                "expirationTime": null,
                "keys": {
                    "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
                    "auth": auth,
                },
            },
        }))
        .expect("a registration");
        bed.service
            .register_device(&by, "ada", "browser", input)
            .await
    };
    let first = register("https://push.example/1", "BTBZMqHH6r4Tts7J_aSIgg")
        .await
        .expect("registered");
    assert_eq!(first.device.binding.platform, domain::device::Platform::Web);
    let again = register("https://push.example/1", "BTBZMqHH6r4Tts7J/aSIgg==").await;
    assert_eq!(
        again.expect("the same").change,
        storage::contacts::Change::Unchanged
    );
    for endpoint in [
        "https://127.0.0.1/push",
        "https://localhost:8443/push",
        "https://10.1.2.3/",
        "https://[::1]/",
        "https://169.254.169.254/latest",
        "https://2130706433/push",
        "https://127.1/push",
        "http://push.example/1",
    ] {
        let refused = register(endpoint, "BTBZMqHH6r4Tts7J_aSIgg").await;
        let Err(ServiceError::Invalid(errors)) = refused else {
            panic!("{endpoint} was taken");
        };
        assert!(errors.of("token").is_some(), "{endpoint}: {errors:?}");
    }
}

#[tokio::test]
async fn ones_own_browser_and_its_consent_are_kept_together_or_not_at_all() {
    let bed = bed().await;
    let by = user(Role::Administrator);
    let email = "administrator@example.org";
    let subscription = serde_json::json!({
        "endpoint": "https://push.example/own",
        "keys": {
            "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
            "auth": "BTBZMqHH6r4Tts7J_aSIgg",
        },
    })
    .to_string();
    let s = &bed.service;
    let refused = s
        .register_own_browser(&by, "nowhere", "own", &subscription)
        .await;
    assert!(matches!(refused, Err(ServiceError::Invalid(_))));
    assert!(s.contact(&by, email).await.is_err(), "nobody opted in");
    let contact = s
        .register_own_browser(&by, "site", "own", &subscription)
        .await
        .expect("registered");
    assert_eq!(contact.opted_in, Some(true));
    let devices = s.devices_of(&by, email).await.expect("devices");
    assert_eq!(devices.len(), 1);
    let seen = {
        let filter = TailFilter {
            words: "own".into(),
            ..TailFilter::default()
        };
        s.seen_registrations(&by, &filter).await.expect("seen")
    };
    assert_eq!(seen.len(), 1, "word of it is given once");
}
