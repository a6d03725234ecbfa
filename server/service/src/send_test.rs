//! Send test: what a push would do on one contact's devices, and doing it.

use std::collections::HashMap;

use domain::app::{App, Capabilities, CredentialState};
use domain::contact::Contact;
use domain::device::Binding;
use domain::gate::{ContactFacts, DeviceFacts, Gate, binding_gates, contact_gates, device_gates};
use domain::payload::{self, Target};
use domain::people::{Permission, Principal};
use domain::push::{CompiledPush, PushContent, template_data};
use domain::view::{DeviceForecast, SendRef, SendView, TestForecast};
use domain::{AppId, BindingId, CampaignId, ContactId, PushId, Timestamp};
use storage::chunks::{self, NewChunk};
use storage::credentials;
use storage::push_revisions::{self, PushRevision};
use storage::sends::{self, NewSend, SendKey};
use storage::{Tx, contacts, devices};
use uuid::Uuid;

use crate::service::require;
use crate::{Result, Service, ServiceError, audit, pushes};

impl Service {
    /// What a test of `content` would do for a contact: nothing is written.
    /// Sizes are of the payload with a delivery identifier, as it is sent.
    pub async fn forecast_test(
        &self,
        by: &Principal,
        content: &PushContent,
        contact: ContactId,
    ) -> Result<TestForecast> {
        require(by, Permission::SendTest)?;
        let mut reader = self.reader().await?;
        let contact = contacts::find(&mut reader, contact)
            .await?
            .ok_or_else(|| ServiceError::not_found("This contact"))?;
        let bindings = devices::of_contact(&mut reader, contact.shard, contact.id).await?;
        let targeted: Vec<Binding> = bindings
            .iter()
            .filter(|b| is_targeted(content, b))
            .cloned()
            .collect();
        let facts = ContactFacts {
            opted_in: contact.opted_in,
        };
        let (_, stopped) = contact_gates(Some(facts), bindings.len(), targeted.len());
        let facts = PushFacts::load(self, &mut reader).await?;
        let mistakes = content.check();
        let compiled = if mistakes.is_empty() {
            CompiledPush::compile(content.clone())
        } else {
            Err(mistakes)
        };
        let now = self.now();
        let views = self.device_views(by, &mut reader, targeted.clone()).await?;
        let devices = targeted
            .iter()
            .zip(views)
            .map(|(binding, device)| {
                let outlook = match &compiled {
                    Ok(push) => facts.ask(push, &contact, binding, now),
                    Err(errors) => Outlook {
                        problem: Some(errors.to_string()),
                        ..Outlook::default()
                    },
                };
                DeviceForecast {
                    device,
                    stopped: outlook.stopped,
                    payload: outlook.payload,
                    problem: outlook.problem,
                }
            })
            .collect();
        Ok(TestForecast { stopped, devices })
    }

    /// Sends a push to one contact's devices alone, through every gate. The
    /// draft as it stands becomes a revision, so that what was sent can be
    /// seen later.
    ///
    /// # Errors
    /// `Invalid` when the draft has mistakes.
    pub async fn send_test(
        &self,
        by: &Principal,
        push: PushId,
        contact: ContactId,
    ) -> Result<SendRef> {
        require(by, Permission::SendTest)?;
        let mut tx = self.begin().await?;
        let found = contacts::find(&mut tx, contact)
            .await?
            .ok_or_else(|| ServiceError::invalid("contact_id", "is not a contact"))?;
        let test = drafted(by, &mut tx, push, self.now()).await?;
        self.decide_test(by, tx, test, found, None).await
    }

    /// Decides a test for a contact's devices, or for `only` one of them.
    pub(crate) async fn decide_test(
        &self,
        by: &Principal,
        mut tx: Tx,
        test: Tested,
        found: Contact,
        only: Option<BindingId>,
    ) -> Result<SendRef> {
        let now = self.now();
        let contact = found.id;
        let Tested {
            revision,
            campaign_id,
        } = test;
        let push = revision.push_id;
        let source_id = tx.ids().next(now);
        let chunk_id = tx.ids().next_chunk(now);
        let chunk = NewChunk {
            id: chunk_id,
            push_id: push,
            push_revision_id: revision.id,
            campaign_id,
            class: revision.content.class,
            test: true,
            shard_lo: found.shard,
            shard_hi: found.shard,
            recipients: 1,
        };
        chunks::insert(&mut tx, &[chunk], now).await?;
        let step = sends::test_step(only);
        let key = SendKey {
            shard: found.shard,
            contact_id: contact,
            source_id,
            step: step.clone(),
        };
        let send = NewSend {
            key,
            chunk_id,
            push_id: push,
            push_revision_id: revision.id,
        };
        sends::insert(&mut tx, &[send], now).await?;
        let device = only.map(|device| device.to_string());
        let mut facts = vec![("contact", found.external_id.as_str())];
        facts.extend(device.as_deref().map(|device| ("device", device)));
        audit::note(&mut tx, by, "push.test", &push.to_string(), &facts, now).await?;
        tx.commit().await?;
        self.bell().sends_decided();
        Ok(SendRef {
            contact_id: contact,
            source_id,
            step,
        })
    }

    /// How a test goes on: asked again until every delivery is final.
    pub async fn test_progress(&self, by: &Principal, test: &SendRef) -> Result<SendView> {
        require(by, Permission::SendTest)?;
        if !sends::is_test(&test.step) {
            return Err(ServiceError::not_found("This test"));
        }
        self.send(by, test).await
    }
}

/// What a test sends.
pub(crate) struct Tested {
    /// The content.
    pub(crate) revision: PushRevision,
    /// The push's campaign.
    pub(crate) campaign_id: Option<CampaignId>,
}

/// The draft of a push as a revision.
pub(crate) async fn drafted(
    by: &Principal,
    tx: &mut Tx,
    push: PushId,
    now: Timestamp,
) -> Result<Tested> {
    let draft = pushes::find(&mut *tx, push).await?;
    draft.draft.check().into_result(())?;
    let revision = push_revisions::make(tx, push, &by.actor(), now).await?;
    Ok(Tested {
        revision,
        campaign_id: draft.campaign_id,
    })
}

pub(crate) fn is_targeted(content: &PushContent, binding: &Binding) -> bool {
    content.app.is_none_or(|app| app == binding.app_id)
}

/// What would become of one delivery.
#[derive(Default)]
struct Outlook {
    stopped: Option<domain::gate::Suppression>,
    payload: Option<(usize, usize)>,
    problem: Option<String>,
}

/// What the gates need to know of apps and credentials.
struct PushFacts {
    apps: HashMap<AppId, App>,
    usable: HashMap<(AppId, domain::device::Channel), bool>,
}

impl PushFacts {
    async fn load(service: &Service, reader: &mut storage::Reader) -> Result<Self> {
        let apps = crate::apps::all(&mut *reader).await?;
        let entered = credentials::all(reader.conn()).await?;
        Ok(Self {
            apps: apps.into_iter().map(|app| (app.id, app)).collect(),
            usable: entered
                .into_iter()
                .map(|sealed| sealed.credential)
                .filter(|c| service.offers(c.channel))
                .map(|c| ((c.app_id, c.channel), c.state == CredentialState::Usable))
                .collect(),
        })
    }

    /// Asks every gate for a device, as the dispatcher will.
    fn ask(
        &self,
        push: &CompiledPush,
        contact: &Contact,
        binding: &Binding,
        now: Timestamp,
    ) -> Outlook {
        let passed = Gate::CONTACT
            .iter()
            .fold(domain::gate::GateMask::default(), |mask, gate| {
                mask.with(*gate)
            });
        let (_, stopped) = binding_gates(binding, passed);
        let data = template_data(contact, &serde_json::Map::new());
        let usual = Capabilities::default();
        let capabilities = self
            .apps
            .get(&binding.app_id)
            .map_or(&usual, |app| &app.capabilities);
        let (payload, problem) = match push.render(&data, now) {
            Ok(rendered) => {
                let target = Target {
                    channel: binding.channel,
                    platform: binding.platform,
                    token: &binding.token,
                    capabilities,
                    delivery: Uuid::max(),
                    decided_at: now,
                };
                let built = payload::build(&rendered, target);
                (Some((built.counted, payload::limit(binding.channel))), None)
            }
            Err(problem) => (None, Some(problem.to_string())),
        };
        let credential = self.usable.get(&(binding.app_id, binding.channel)).copied();
        let facts = DeviceFacts {
            binding,
            payload,
            credential,
        };
        let stopped = stopped.or_else(|| device_gates(facts, passed).1);
        Outlook {
            stopped,
            payload,
            problem,
        }
    }
}
