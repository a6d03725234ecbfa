//! People: the first administrator, users, one-time links, passwords.

use domain::people::{Permission, Principal, Role, User};
use domain::validate::{FieldErrors, check_text};
use domain::view::{LinkView, NewUser, Page};
use domain::{Timestamp, UserId};
use storage::links::Link;
use storage::{Tx, links, sessions, users};

use crate::chance::{self, Secret};
use crate::service::{page, require};
use crate::sessions::SignedIn;
use crate::{PageRequest, Result, Service, ServiceError, audit, password};

/// How long the first administrator's link works.
pub(crate) const FIRST_LINK_SECONDS: i64 = 24 * 3600;
/// How long a user's link works.
const LINK_SECONDS: i64 = 7 * 24 * 3600;

/// What the holder of a one-time link enters.
#[derive(Clone, Default)]
pub struct LinkForm {
    /// Email: for the first administrator alone, whose link has none.
    pub email: String,
    /// The password to sign in with from now on.
    pub password: String,
}

impl std::fmt::Debug for LinkForm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "LinkForm({}, masked)", self.email)
    }
}

impl Service {
    /// A one-time link for whoever started the server: it makes the first
    /// administrator, as long as there is none. Links made before stop
    /// working.
    pub async fn first_administrator_link(&self) -> Result<Option<Secret>> {
        let mut tx = self.begin().await?;
        if users::count_active(&mut tx, Role::Administrator).await? > 0 {
            return Ok(None);
        }
        let link = self
            .new_link(&mut tx, None, Role::Administrator, FIRST_LINK_SECONDS)
            .await?;
        tx.commit().await?;
        Ok(Some(link.0))
    }

    /// Adds a user, with a one-time link to hand over.
    pub async fn add_user(&self, by: &Principal, email: &str, role: Role) -> Result<NewUser> {
        require(by, Permission::Administer)?;
        let mut errors = FieldErrors::default();
        check_email(email, &mut errors);
        errors.into_result(())?;
        let now = self.now();
        let mut tx = self.begin().await?;
        if users::find_by_email(&mut tx, email).await?.is_some() {
            return Err(ServiceError::conflict(format!(
                "There is a user with the email {} already. Give them a new link instead.",
                users::normal_email(email)
            )));
        }
        let user = users::add(&mut tx, email, role, now).await?;
        let (link, expires_at) = self
            .new_link(&mut tx, Some(user.id), role, LINK_SECONDS)
            .await?;
        audit::note(
            &mut tx,
            by,
            "user.add",
            &user.email,
            &[("role", role.name())],
            now,
        )
        .await?;
        tx.commit().await?;
        Ok(NewUser {
            user,
            link_token: link.expose().to_owned(),
            expires_at,
        })
    }

    /// A new one-time link for a user who lost the password or the link before.
    pub async fn renew_link(&self, by: &Principal, id: UserId) -> Result<NewUser> {
        require(by, Permission::Administer)?;
        let mut tx = self.begin().await?;
        let user = self.known_user(&mut tx, id).await?;
        let (link, expires_at) = self
            .new_link(&mut tx, Some(id), user.role, LINK_SECONDS)
            .await?;
        audit::note(&mut tx, by, "user.link", &user.email, &[], self.now()).await?;
        tx.commit().await?;
        Ok(NewUser {
            user,
            link_token: link.expose().to_owned(),
            expires_at,
        })
    }

    /// Every user, newest first.
    pub async fn list_users(&self, by: &Principal, wish: &PageRequest) -> Result<Page<User>> {
        require(by, Permission::Administer)?;
        let mut reader = self.reader().await?;
        let users = users::list(&mut reader, wish.after()?.as_ref(), wish.limit).await?;
        Ok(page(users, |user| user))
    }

    /// Changes a user's role; their sessions take it up at once. The last
    /// administrator stays one.
    pub async fn change_role(&self, by: &Principal, id: UserId, role: Role) -> Result<()> {
        require(by, Permission::Administer)?;
        let now = self.now();
        let mut tx = self.begin().await?;
        let user = self.known_user(&mut tx, id).await?;
        if role != Role::Administrator {
            keep_one_administrator(&mut tx, &user).await?;
        }
        users::set_role(&mut tx, id, role, now).await?;
        let facts = [("from", user.role.name()), ("to", role.name())];
        audit::note(&mut tx, by, "user.role", &user.email, &facts, now).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Removes a user and ends their sessions. The last administrator stays.
    pub async fn remove_user(&self, by: &Principal, id: UserId) -> Result<()> {
        require(by, Permission::Administer)?;
        let mut tx = self.begin().await?;
        let user = self.known_user(&mut tx, id).await?;
        keep_one_administrator(&mut tx, &user).await?;
        users::delete(&mut tx, id).await?;
        audit::note(&mut tx, by, "user.remove", &user.email, &[], self.now()).await?;
        tx.commit().await?;
        Ok(())
    }

    /// What a one-time link is for, without using it.
    ///
    /// # Errors
    /// `NotFound` when it was used, ran out, or never was.
    pub async fn link(&self, token: &str) -> Result<LinkView> {
        let mut reader = self.reader().await?;
        let link = links::find(&mut reader, &chance::hash(token), self.now())
            .await?
            .ok_or_else(stale_link)?;
        let user = match link.user_id {
            Some(id) => users::find(&mut reader, id).await?,
            None => None,
        };
        Ok(LinkView {
            needs_password: user.as_ref().is_none_or(|user| !user.active),
            email: user.map(|user| user.email),
            role: link.role,
            expires_at: link.expires_at,
        })
    }

    /// Uses a one-time link: makes the first administrator or lets a user in,
    /// and sets the password that was chosen, which ends the user's other
    /// sessions. It works once; a form that is refused does not use it up.
    pub async fn use_link(&self, token: &str, form: &LinkForm) -> Result<SignedIn> {
        let view = self.link(token).await?;
        let mut errors = FieldErrors::default();
        if view.email.is_none() {
            check_email(&form.email, &mut errors);
        }
        let chooses = view.needs_password || !form.password.is_empty();
        if chooses {
            password::check(&form.password, &mut errors);
        }
        errors.into_result(())?;
        let hash = if chooses {
            Some(self.passwords().hash(&form.password, self.chance()).await?)
        } else {
            None
        };

        let now = self.now();
        let mut tx = self.begin().await?;
        let link = links::take(&mut tx, &chance::hash(token), now)
            .await?
            .ok_or_else(stale_link)?;
        let user = match link.user_id {
            Some(id) => self.known_user(&mut tx, id).await?,
            None => {
                self.first_administrator(&mut tx, &form.email, link.role)
                    .await?
            }
        };
        if let Some(hash) = hash {
            users::set_password(&mut tx, user.id, &hash, now).await?;
            // Whoever knew the old password is out, too.
            sessions::delete_of_user(&mut tx, user.id).await?;
        }
        let user = User {
            active: true,
            ..user
        };
        let by = Principal::User {
            id: user.id,
            email: user.email.clone(),
            role: user.role,
        };
        audit::note(&mut tx, &by, "user.use_link", &user.email, &[], now).await?;
        let signed_in = self.new_session(&mut tx, user).await?;
        tx.commit().await?;
        Ok(signed_in)
    }

    /// Makes the first administrator, unless somebody was faster. The email of
    /// somebody who is a user already is refused: whoever holds this link need
    /// not be that person.
    async fn first_administrator(&self, tx: &mut Tx, email: &str, role: Role) -> Result<User> {
        if users::count_active(&mut *tx, Role::Administrator).await? > 0 {
            return Err(ServiceError::conflict(
                "There is an administrator already. Ask them for a link of your own.",
            ));
        }
        if users::find_by_email(&mut *tx, email).await?.is_some() {
            return Err(ServiceError::invalid(
                "email",
                "belongs to a user who was added before and has a link of their own; enter another \
                 one, then change that user's role under Settings, Users",
            ));
        }
        Ok(users::add(tx, email, role, self.now()).await?)
    }

    async fn known_user(&self, tx: &mut Tx, id: UserId) -> Result<User> {
        users::find(tx, id)
            .await?
            .ok_or_else(|| ServiceError::not_found("This user"))
    }

    pub(crate) async fn new_link(
        &self,
        tx: &mut Tx,
        user_id: Option<UserId>,
        role: Role,
        seconds: i64,
    ) -> Result<(Secret, Timestamp)> {
        let secret = Secret::new("", self.chance()).map_err(ServiceError::internal)?;
        let now = self.now();
        let expires_at = now.plus_seconds(seconds);
        links::add(
            tx,
            &secret.hash(),
            Link {
                user_id,
                role,
                expires_at,
            },
            now,
        )
        .await?;
        Ok((secret, expires_at))
    }
}

/// That `user` may go or lose the role.
async fn keep_one_administrator(tx: &mut Tx, user: &User) -> Result<()> {
    if user.role == Role::Administrator
        && user.active
        && users::count_active(tx, Role::Administrator).await? <= 1
    {
        return Err(ServiceError::conflict(
            "This is the last administrator. Make somebody else one first.",
        ));
    }
    Ok(())
}

fn stale_link() -> ServiceError {
    ServiceError::not_found("This link was used or has run out, so it")
}

fn check_email(email: &str, errors: &mut FieldErrors) {
    let email = email.trim();
    check_text("email", email, 1, 254, errors);
    let good = email.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty() && !host.is_empty() && !email.contains(char::is_whitespace)
    });
    if errors.of("email").is_none() && !good {
        errors.add("email", "is not an email address such as ada@example.com");
    }
}
