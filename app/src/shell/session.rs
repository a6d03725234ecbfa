//! Who looks at the page, and at what.

use domain::people::Role;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::AppError;

/// What the frame and every page below it know of the person and the account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Email of the person.
    pub email: String,
    /// What the person may do.
    pub role: Role,
    /// The account's name.
    pub account: String,
    /// The account's time zone, an IANA name.
    pub zone: String,
    /// The provider simulator runs here, so that virtual devices exist.
    pub sandbox: bool,
    /// When the server said so, in milliseconds UTC: the page's first "now".
    pub rendered_at: i64,
}

/// The person whom the frame around a component was made for.
pub fn session() -> Option<Session> {
    use_context()
}

impl Session {
    /// One or two letters to stand for the person.
    pub fn initials(&self) -> String {
        let name = self.email.split('@').next().unwrap_or_default();
        let mut parts = name
            .split(['.', '-', '_', '+'])
            .filter_map(|part| part.chars().next());
        parts.by_ref().take(2).collect()
    }
}

/// Whether the provider simulator runs in this process. The server provides it.
#[derive(Clone, Copy, Debug, Default)]
pub struct SandboxOn(pub bool);

/// Who is signed in.
#[server]
pub async fn current_session() -> Result<Session, AppError> {
    let (service, principal) = crate::caller::caller()?;
    let account = service.account(&principal).await?;
    let me = service::me(&principal).ok_or(AppError::Unauthenticated)?;
    Ok(Session {
        email: me.email,
        role: me.role,
        account: account.name,
        zone: account.time_zone,
        sandbox: use_context::<SandboxOn>().is_some_and(|SandboxOn(on)| on),
        rendered_at: service.now().as_millis(),
    })
}

/// Ends the session.
#[server]
pub async fn sign_out() -> Result<(), AppError> {
    if let Some(secret) = crate::caller::session_secret() {
        crate::caller::service()?.sign_out(&secret).await?;
    }
    crate::caller::take_session()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn initials(email: &str) -> String {
        let session = Session {
            email: email.into(),
            role: Role::Viewer,
            account: String::new(),
            zone: "UTC".into(),
            sandbox: false,
            rendered_at: 0,
        };
        session.initials()
    }

    #[test]
    fn initials_come_from_the_names_in_an_email() {
        assert_eq!(
            (
                initials("ada.lovelace@example.com"),
                initials("ops@example.com")
            ),
            ("al".into(), "o".into())
        );
    }
}
