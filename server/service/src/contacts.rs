//! Contacts: upsert, read, find, delete.

use domain::ContactId;
use domain::contact::{Contact, ContactInput, check_external_id};
use domain::people::{Permission, Principal};
use domain::validate::FieldErrors;
use domain::view::{ContactView, Count, Page};
use storage::contacts::{self, Change};
use storage::{consent, devices};

use crate::service::{page, require, way_of};
use crate::tally::Counted;
use crate::{PageRequest, Result, Service, ServiceError, audit};

/// How many consent events the contact's page shows.
const CONSENT_SHOWN: u32 = 50;

impl Service {
    /// Creates or changes the contact that the customer calls `external_id`.
    /// What is not given stays as it is.
    pub async fn upsert_contact(
        &self,
        by: &Principal,
        external_id: &str,
        input: ContactInput,
    ) -> Result<(Contact, Change)> {
        require(by, Permission::EditContacts)?;
        let mut errors = FieldErrors::default();
        check_external_id(external_id, &mut errors);
        input.check(&mut errors);
        crate::time_zone::check(input.time_zone.as_deref(), &mut errors);
        errors.into_result(())?;

        let mut tx = self.begin().await?;
        let inputs = [(external_id.to_owned(), input)];
        let upserted =
            contacts::upsert(&mut tx, &inputs, self.now(), way_of(by), &by.actor()).await?;
        let change = upserted
            .first()
            .map_or(Change::Unchanged, |upserted| upserted.change);
        let contact = contacts::find_by_external_id(&mut tx, external_id)
            .await?
            .ok_or_else(|| ServiceError::not_found(this(external_id)))?;
        tx.commit().await?;
        Ok((contact, change))
    }

    /// The contact that the customer calls `external_id`.
    pub async fn contact(&self, by: &Principal, external_id: &str) -> Result<Contact> {
        require(by, Permission::Read)?;
        let mut reader = self.reader().await?;
        contacts::find_by_external_id(&mut reader, external_id)
            .await?
            .ok_or_else(|| ServiceError::not_found(this(external_id)))
    }

    /// A contact's page: profile, devices and consent.
    pub async fn contact_view(&self, by: &Principal, id: ContactId) -> Result<ContactView> {
        require(by, Permission::Read)?;
        let mut reader = self.reader().await?;
        let contact = contacts::find(&mut reader, id)
            .await?
            .ok_or_else(|| ServiceError::not_found("This contact"))?;
        let bindings = devices::of_contact(&mut reader, contact.shard, id).await?;
        let devices = self.device_views(by, &mut reader, bindings).await?;
        let consent =
            consent::of_contact(&mut reader, (contact.shard, id), None, CONSENT_SHOWN).await?;
        Ok(ContactView {
            contact,
            devices,
            consent: consent.items,
        })
    }

    /// Contacts: newest first, or those whose `external_id` or email begins
    /// with `prefix`.
    pub async fn list_contacts(
        &self,
        by: &Principal,
        prefix: Option<&str>,
        wish: &PageRequest,
    ) -> Result<Page<Contact>> {
        require(by, Permission::Read)?;
        let after = wish.after()?;
        let mut reader = self.reader().await?;
        let found = match prefix.map(str::trim).filter(|prefix| !prefix.is_empty()) {
            Some(prefix) => {
                contacts::search(&mut reader, prefix, after.as_ref(), wish.limit).await?
            }
            None => contacts::list(&mut reader, after.as_ref(), wish.limit).await?,
        };
        Ok(page(found, |contact| contact))
    }

    /// How many contacts there are; where they are many, as they were counted last.
    pub async fn count_contacts(&self, by: &Principal) -> Result<Count> {
        require(by, Permission::Read)?;
        let mut reader = self.reader().await?;
        self.tally(&mut reader, Counted::Contacts).await
    }

    /// Deletes a contact with its devices, consent, history and events.
    pub async fn delete_contact(&self, by: &Principal, external_id: &str) -> Result<()> {
        require(by, Permission::EditContacts)?;
        // What was accepted before goes with it, instead of making it anew.
        self.settle_events().await?;
        let mut tx = self.begin().await?;
        let contact = contacts::find_by_external_id(&mut tx, external_id)
            .await?
            .ok_or_else(|| ServiceError::not_found(this(external_id)))?;
        contacts::delete(&mut tx, contact.id).await?;
        audit::note(&mut tx, by, "contact.delete", external_id, &[], self.now()).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// The contact, in a sentence.
fn this(external_id: &str) -> String {
    format!("The contact “{external_id}”")
}
