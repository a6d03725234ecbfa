use std::net::IpAddr;

use domain::contact::ContactInput;
use domain::people::{Principal, Role, Scope};
use service::{LinkForm, PageRequest, ServiceError};

use crate::bed::{Bed, user};

const PASSWORD: &str = "correct horse battery";

fn form(email: &str) -> LinkForm {
    LinkForm {
        email: email.to_owned(),
        password: PASSWORD.to_owned(),
    }
}

#[tokio::test]
async fn the_first_link_makes_one_administrator_and_later_starts_offer_none() {
    let bed = Bed::new().await;
    let service = &bed.service;
    let old = service
        .first_administrator_link()
        .await
        .expect("a link")
        .expect("nobody is there");
    let link = service
        .first_administrator_link()
        .await
        .expect("a link")
        .expect("nobody yet");
    let stale = service.link(old.expose()).await;
    assert!(
        matches!(stale, Err(ServiceError::NotFound { .. })),
        "a newer start voids it"
    );

    let weak = LinkForm {
        email: "ada".into(),
        password: "short".into(),
    };
    let Err(ServiceError::Invalid(errors)) = service.use_link(link.expose(), &weak).await else {
        panic!("a weak password was taken");
    };
    assert!(
        errors.of("email").is_some() && errors.of("password").is_some(),
        "{errors}"
    );

    let signed_in = service
        .use_link(link.expose(), &form("Ada@Example.org"))
        .await
        .expect("used");
    assert_eq!(signed_in.user.role, Role::Administrator);
    let by = service
        .session(signed_in.session.expose())
        .await
        .expect("a session");
    assert_eq!(by.actor(), "ada@example.org");
    assert!(
        service
            .use_link(link.expose(), &form("eve@example.org"))
            .await
            .is_err()
    );
    assert!(
        service
            .first_administrator_link()
            .await
            .expect("asked")
            .is_none()
    );
}

#[tokio::test]
async fn the_first_link_refuses_the_email_of_a_user_and_works_on() {
    let bed = Bed::new().await;
    let service = &bed.service;
    let system = &Principal::System;
    let viewer = service
        .add_user(system, "bob@example.org", Role::Viewer)
        .await
        .expect("added")
        .user;
    let link = service
        .first_administrator_link()
        .await
        .expect("a link")
        .expect("nobody yet");
    let refused = service
        .use_link(link.expose(), &form("Bob@example.org"))
        .await;
    let Err(ServiceError::Invalid(errors)) = refused else {
        panic!("{refused:?}")
    };
    assert!(errors.of("email").is_some(), "{errors}");
    let users = service.list_users(system, &PageRequest::first(5)).await;
    assert_eq!(users.expect("users").items, [viewer], "nobody changed");

    let ada = service
        .use_link(link.expose(), &form("ada@example.org"))
        .await
        .expect("the link still works")
        .user;
    assert_eq!(ada.role, Role::Administrator);
}

#[tokio::test]
async fn a_link_runs_out_and_a_session_ends_when_it_is_not_used() {
    let bed = Bed::new().await;
    let service = &bed.service;
    let added = service
        .add_user(&Principal::System, "bob@example.org", Role::Viewer)
        .await;
    let added = added.expect("added");
    bed.clock.advance(8 * 24 * 3600);
    assert!(
        service.link(&added.link_token).await.is_err(),
        "seven days are over"
    );
    let renewed = service
        .renew_link(&Principal::System, added.user.id)
        .await
        .expect("renewed");
    let session = service
        .use_link(&renewed.link_token, &form(""))
        .await
        .expect("used")
        .session;
    for _ in 0..5 {
        bed.clock.advance(10 * 24 * 3600);
        service
            .session(session.expose())
            .await
            .expect("each use prolongs it");
    }
    bed.clock.advance(15 * 24 * 3600);
    let ended = service.session(session.expose()).await;
    assert!(matches!(ended, Err(ServiceError::Unauthenticated)));
}

#[tokio::test]
async fn a_password_chosen_by_link_ends_the_sessions_before_it() {
    let bed = Bed::new().await;
    let service = &bed.service;
    let system = &Principal::System;
    let added = service
        .add_user(system, "bob@example.org", Role::Viewer)
        .await
        .expect("added");
    let old = service
        .use_link(&added.link_token, &form(""))
        .await
        .expect("used")
        .session;

    let visit = service.renew_link(system, added.user.id).await;
    let keeps_the_password = LinkForm::default();
    service
        .use_link(&visit.expect("renewed").link_token, &keeps_the_password)
        .await
        .expect("used");
    service
        .session(old.expose())
        .await
        .expect("the password is the same");

    let reset = service.renew_link(system, added.user.id).await;
    let new = service
        .use_link(&reset.expect("renewed").link_token, &form(""))
        .await
        .expect("used")
        .session;
    let ended = service.session(old.expose()).await;
    assert!(matches!(ended, Err(ServiceError::Unauthenticated)));
    service.session(new.expose()).await.expect("the new one");
}

#[tokio::test]
async fn a_role_that_changes_counts_at_once_and_a_removed_user_is_out() {
    let bed = Bed::new().await;
    let service = &bed.service;
    let system = &Principal::System;
    let added = service
        .add_user(system, "bob@example.org", Role::Viewer)
        .await
        .expect("added");
    let session = service
        .use_link(&added.link_token, &form(""))
        .await
        .expect("used")
        .session;
    service
        .change_role(system, added.user.id, Role::Developer)
        .await
        .expect("changed");
    let by = service.session(session.expose()).await.expect("a session");
    assert!(matches!(
        by,
        Principal::User {
            role: Role::Developer,
            ..
        }
    ));
    service
        .remove_user(system, added.user.id)
        .await
        .expect("removed");
    assert!(service.session(session.expose()).await.is_err());
    let log = service
        .audit_log(system, &PageRequest::first(10))
        .await
        .expect("a log");
    let actions: Vec<_> = log.items.iter().map(|line| line.action.as_str()).collect();
    assert_eq!(
        actions,
        ["user.remove", "user.role", "user.use_link", "user.add"]
    );
}

#[tokio::test]
async fn the_last_administrator_stays() {
    let bed = Bed::new().await;
    let service = &bed.service;
    let link = service
        .first_administrator_link()
        .await
        .expect("a link")
        .expect("a link");
    let ada = service
        .use_link(link.expose(), &form("ada@example.org"))
        .await
        .expect("used")
        .user;
    let system = &Principal::System;
    for refused in [
        service.remove_user(system, ada.id).await,
        service.change_role(system, ada.id, Role::Viewer).await,
    ] {
        assert!(
            matches!(refused, Err(ServiceError::Conflict { .. })),
            "{refused:?}"
        );
    }
    let added = service
        .add_user(system, "bob@example.org", Role::Administrator)
        .await;
    let bob = added.expect("added");
    assert!(
        service.remove_user(system, ada.id).await.is_err(),
        "bob has not come yet"
    );
    service
        .use_link(&bob.link_token, &form(""))
        .await
        .expect("used");
    service
        .remove_user(system, ada.id)
        .await
        .expect("bob is there");
}

#[tokio::test]
async fn wrong_passwords_are_slowed_down_and_a_right_one_forgiven() {
    let bed = Bed::new().await;
    let service = &bed.service;
    let added = service
        .add_user(&Principal::System, "bob@example.org", Role::Viewer)
        .await;
    service
        .use_link(&added.expect("added").link_token, &form(""))
        .await
        .expect("used");
    let peer = Some(IpAddr::from([192, 0, 2, 7]));
    for _ in 0..5 {
        let wrong = service.sign_in("bob@example.org", "wrong", peer).await;
        assert!(matches!(wrong, Err(ServiceError::Invalid(_))), "{wrong:?}");
    }
    let limited = service.sign_in("bob@example.org", PASSWORD, peer).await;
    let Err(ServiceError::RateLimited { retry_after }) = limited else {
        panic!("{limited:?}")
    };
    bed.clock
        .advance(i64::try_from(retry_after.as_secs()).expect("short") + 1);
    service
        .sign_in(" Bob@Example.org", PASSWORD, peer)
        .await
        .expect("the right one");
    let nobody = service.sign_in("nobody@example.org", PASSWORD, peer).await;
    let Err(ServiceError::Invalid(errors)) = nobody else {
        panic!("{nobody:?}")
    };
    assert!(
        errors.of("password").is_some(),
        "an unknown email looks like a wrong password"
    );
}

#[tokio::test]
async fn a_key_works_until_it_is_revoked_and_its_scopes_bound_it() {
    let bed = Bed::new().await;
    let service = &bed.service;
    let administrator = user(Role::Administrator);
    let none = service.add_key(&administrator, " ", &[]).await;
    let Err(ServiceError::Invalid(errors)) = none else {
        panic!("{none:?}")
    };
    assert!(errors.of("name").is_some() && errors.of("scopes").is_some());
    let made = service
        .add_key(&administrator, "shop", &[Scope::Ingest])
        .await;
    let (key, secret) = made.expect("a key");
    let by = service
        .authenticate_key(secret.expose())
        .await
        .expect("known");
    assert!(matches!(
        service.contact(&by, "x").await,
        Err(ServiceError::Forbidden { .. })
    ));
    service
        .upsert_contact(&by, "x", ContactInput::default())
        .await
        .expect("allowed");
    let keys = service
        .list_keys(&administrator, &PageRequest::first(5))
        .await
        .expect("keys");
    assert!(keys.items[0].last_used_at.is_some());
    service
        .revoke_key(&administrator, key.id)
        .await
        .expect("revoked");
    let refused = service.authenticate_key(secret.expose()).await;
    assert!(matches!(refused, Err(ServiceError::Unauthenticated)));
}
