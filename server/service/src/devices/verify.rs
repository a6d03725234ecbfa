//! Verifying a device: by the provider's dry run where there is one, else by
//! the form of its token and the environment of its credential.

use delivery::{Limits, Message, Options, Outcome};
use domain::app::{ApnsEnvironment, Credential, CredentialSecret, CredentialState};
use domain::consent::Way;
use domain::device::{AddressKind, Binding, BindingState, Channel, check_token};
use domain::people::{Permission, Principal};
use domain::validate::FieldErrors;
use domain::view::{Verification, VerifiedBy, VerifyOutcome};
use domain::{BindingId, Timestamp};
use serde_json::json;
use storage::credentials;
use storage::devices::{self, StateChange};
use uuid::Uuid;

use crate::credentials::unseal;
use crate::service::require;
use crate::{Result, Service, audit};

/// Bytes of the APNs tokens that Apple gives today.
const APNS_BYTES: usize = 32;

/// What a dry run says of the binding.
struct Mark {
    to: BindingState,
    since: Option<Timestamp>,
    reason: String,
}

impl Service {
    /// Checks a binding without sending anything to it. What the provider says
    /// of the token is kept: it may be set aside, or come back, unless it was
    /// revoked or changed meanwhile.
    pub async fn verify_binding(&self, by: &Principal, id: BindingId) -> Result<Verification> {
        require(by, Permission::RegisterDevices)?;
        let mut reader = self.reader().await?;
        let binding = super::binding::find(&mut reader, id).await?;
        let entered = credentials::of_app(&mut reader, binding.app_id).await?;
        drop(reader);
        let entered = entered
            .into_iter()
            .find(|stored| stored.credential.channel == binding.channel);
        let mut check = Check::of(&binding);
        let credential = match entered {
            None => None,
            Some(stored) => {
                let secret = unseal(
                    self.sealer(),
                    binding.app_id,
                    binding.channel,
                    &stored.sealed,
                )?;
                Some((stored.credential, secret))
            }
        };
        check.form();
        let mut mark = None;
        match &credential {
            None => check.wrong(format!(
                "The app has no credential for {}, so nothing can be sent to it.",
                binding.channel.label()
            )),
            Some((_, secret)) if binding.channel.has_dry_run() => {
                mark = self.dry_run(&mut check, secret).await;
            }
            Some((credential, secret)) => check.environment(credential, secret),
        }
        let verified = check.told;
        let now = self.now();
        let mut tx = self.begin().await?;
        let present = devices::find(&mut tx, id).await?;
        if let Some(mark) = mark
            && present.is_some_and(|present| may_be_marked(&binding, &present))
        {
            let change = StateChange {
                shard: binding.shard,
                contact_id: binding.contact_id,
                binding_id: binding.id,
                token: Some(binding.token.clone()),
                since: mark.since,
                to: mark.to,
                reason: mark.reason,
            };
            devices::set_states(&mut tx, &[change], now, Way::Provider).await?;
        }
        let outcome = match verified.outcome {
            VerifyOutcome::Fine => "fine",
            VerifyOutcome::Wrong => "wrong",
            VerifyOutcome::Undecided => "undecided",
        };
        let device = &binding.device_id;
        let facts = [("outcome", outcome)];
        audit::note(&mut tx, by, "device.verify", device, &facts, now).await?;
        tx.commit().await?;
        Ok(verified)
    }

    /// Lets the provider check a message to the binding.
    async fn dry_run(&self, check: &mut Check<'_>, secret: &CredentialSecret) -> Option<Mark> {
        let binding = check.binding;
        let provider = binding.channel.label();
        check.told.how = VerifiedBy::DryRun;
        let client = match self.connector().connect(secret, Limits::default()) {
            Ok(client) => client,
            Err(error) => {
                check.wrong(format!("The app's credential cannot be used: {error}."));
                return None;
            }
        };
        let (kind, address) = AddressKind::of(binding.channel, &binding.token);
        let body = json!({"message": {
            kind.name(): address,
            "notification": {"title": "Carillon", "body": "A check that is not sent"},
        }});
        let message = Message {
            id: Uuid::max(),
            token: binding.token.as_str().into(),
            body: body.to_string().into(),
            options: Options::default(),
            validate_only: true,
        };
        let outcome = client.send(&message).await.outcome;
        match outcome {
            Outcome::Accepted { .. } | Outcome::TokenReplaced { .. } => {
                check.seen(format!(
                    "{provider} checked a message to this token and would take it. Nothing was sent."
                ));
                let back = binding.state != BindingState::Active;
                back.then(|| Mark {
                    to: BindingState::Active,
                    since: None,
                    reason: format!("{provider} would take a message again"),
                })
            }
            Outcome::TokenGone { since, reason } => {
                check.wrong(format!(
                    "{provider} does not take this token any more: {reason}."
                ));
                Some(Mark {
                    to: BindingState::of_gone_token(&reason),
                    since,
                    reason,
                })
            }
            Outcome::TokenSuspect { reason } => {
                check.wrong(format!(
                    "{provider} says that the token does not fit this app: {reason}."
                ));
                Some(Mark {
                    to: BindingState::Quarantined,
                    since: None,
                    reason,
                })
            }
            Outcome::CredentialRefused { reason, .. } => {
                check.wrong(format!(
                    "{provider} refused the app's credential, so it said nothing of the token: {reason}."
                ));
                None
            }
            Outcome::Rejected { reason } | Outcome::PushFault { reason } => {
                check.undecided(format!("{provider} refused the check itself: {reason}."));
                None
            }
            Outcome::Throttled { reason, .. }
            | Outcome::Transient { reason, .. }
            | Outcome::Ambiguous { reason }
            | Outcome::NotSent { reason, .. }
            | Outcome::Paused { reason, .. } => {
                check.undecided(format!(
                    "{provider} could not be asked just now: {reason}. Try again in a while."
                ));
                None
            }
        }
    }
}

/// Whether what the provider said of `asked` may be kept of the binding as it
/// is `now`. What a person revoked stays so, and what changed while the
/// provider was asked was not what it spoke of.
fn may_be_marked(asked: &Binding, now: &Binding) -> bool {
    now.state != BindingState::Revoked
        && now.state == asked.state
        && now.registered_at == asked.registered_at
        && now.token == asked.token
}

/// A check as it goes on.
struct Check<'b> {
    binding: &'b Binding,
    told: Verification,
}

impl<'b> Check<'b> {
    const fn of(binding: &'b Binding) -> Self {
        Self {
            binding,
            told: Verification {
                how: VerifiedBy::Form,
                outcome: VerifyOutcome::Fine,
                seen: Vec::new(),
            },
        }
    }

    fn seen(&mut self, words: String) {
        self.told.seen.push(words);
    }

    fn wrong(&mut self, words: String) {
        self.told.outcome = VerifyOutcome::Wrong;
        self.seen(words);
    }

    fn undecided(&mut self, words: String) {
        if self.told.outcome == VerifyOutcome::Fine {
            self.told.outcome = VerifyOutcome::Undecided;
        }
        self.seen(words);
    }

    /// The token's form.
    fn form(&mut self) {
        let (channel, token) = (self.binding.channel, &self.binding.token);
        let mut errors = FieldErrors::default();
        check_token(channel, token, &mut errors);
        let service = channel.label();
        if let Some(message) = errors.of("token") {
            self.wrong(format!("The token {message}."));
        } else if channel == Channel::Apns && token.len() != 2 * APNS_BYTES {
            let bytes = token.len() / 2;
            self.undecided(format!(
                "The token has {bytes} bytes; {service} gives tokens of {APNS_BYTES} bytes today. Check that the app sent the whole of it."
            ));
        } else {
            self.seen(format!("The token has the form of an {service} token."));
        }
    }

    /// Where the credential sends, and what the provider's last answer said.
    fn environment(&mut self, credential: &Credential, secret: &CredentialSecret) {
        let provider = self.binding.channel.label();
        if credential.state == CredentialState::Refused {
            let reason = credential.state_reason.as_deref().unwrap_or("refused");
            self.wrong(format!(
                "{provider} refused the app's credential: {reason}."
            ));
        }
        if let CredentialSecret::Apns {
            environment, topic, ..
        } = secret
        {
            let (here, other) = match environment {
                ApnsEnvironment::Production => ("production", "of a development build"),
                ApnsEnvironment::Sandbox => ("development environment", "of a released build"),
            };
            self.seen(format!(
                "The credential sends to Apple's {here} for {topic}. A token {other} is refused there."
            ));
        }
        let reason = self.binding.state_reason.as_deref().unwrap_or_default();
        match self.binding.state {
            BindingState::Active => {}
            BindingState::Revoked => self.seen(format!("It is not sent to: {reason}.")),
            state => self.wrong(format!(
                "{provider}'s last answer set it aside ({}): {reason}.",
                state.label().to_lowercase()
            )),
        }
        self.seen(format!(
            "{provider} has no dry run, so it was not asked: whether it knows the token, only a test push can tell."
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::device::{OsPermission, Platform};

    fn binding(state: BindingState) -> Binding {
        Binding {
            id: Uuid::nil().into(),
            shard: domain::Shard::of("ada"),
            contact_id: Uuid::nil().into(),
            app_id: Uuid::nil().into(),
            device_id: "phone".to_owned(),
            channel: Channel::Fcm,
            platform: Platform::Android,
            token: "a:1".to_owned(),
            os_permission: OsPermission::Unknown,
            opted_in: true,
            state,
            state_reason: None,
            app_version: None,
            os_version: None,
            model: None,
            locale: None,
            time_zone: None,
            label: None,
            registered_at: Timestamp(1),
            created_at: Timestamp(1),
            updated_at: Timestamp(1),
        }
    }

    #[test]
    fn only_a_device_that_stayed_as_it_was_is_marked_and_never_a_revoked_one() {
        let (active, gone) = (binding(BindingState::Active), binding(BindingState::Gone));
        let revoked = binding(BindingState::Revoked);
        assert!(may_be_marked(&active, &active) && may_be_marked(&gone, &gone));
        for asked in [&active, &gone, &revoked] {
            assert!(!may_be_marked(asked, &revoked));
        }
        assert!(!may_be_marked(&gone, &active));
        let again = Binding {
            registered_at: Timestamp(2),
            ..active.clone()
        };
        assert!(!may_be_marked(&active, &again));
    }
}
