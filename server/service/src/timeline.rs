//! A contact's timeline: what it did, consented to, entered and was sent.

use std::collections::HashMap;

use domain::device::DeviceHistory;
use domain::people::{Permission, Principal};
use domain::view::{Page, TimelineEntry, TimelineItem};
use domain::{BindingId, ContactId};
use storage::{Cursor, consent, contacts, devices, enrollments, events, sends};
use uuid::Uuid;

use crate::sends::Assembler;
use crate::service::require;
use crate::{PageRequest, Result, Service, ServiceError};

impl Service {
    /// What happened to a contact, newest first. The cursor is a moment:
    /// whatever happened in one millisecond stands on one page.
    pub async fn timeline(
        &self,
        by: &Principal,
        id: ContactId,
        wish: &PageRequest,
    ) -> Result<Page<TimelineItem>> {
        require(by, Permission::Read)?;
        let mut reader = self.reader().await?;
        let contact = contacts::find(&mut reader, id)
            .await?
            .ok_or_else(|| ServiceError::not_found("This contact"))?;
        let after = wish.after()?;
        if let Some(cursor) = &after {
            cursor.at()?;
        }
        let (after, limit, key) = (after.as_ref(), wish.limit, (contact.shard, id));
        let bindings = devices::of_contact(&mut reader, contact.shard, id).await?;
        let device_ids: HashMap<BindingId, String> = bindings
            .into_iter()
            .map(|binding| (binding.id, binding.device_id))
            .collect();

        let mut items: Vec<TimelineItem> = Vec::new();
        let mut more = false;
        let page = events::of_contact(&mut reader, key, after, limit).await?;
        more |= page.next.is_some();
        items.extend(page.items.into_iter().map(|event| TimelineItem {
            at: event.occurred_at,
            what: TimelineEntry::Event {
                name: event.name,
                properties: event.properties,
            },
        }));
        let page = consent::of_contact(&mut reader, key, after, limit).await?;
        more |= page.next.is_some();
        items.extend(page.items.into_iter().map(|event| TimelineItem {
            at: event.at,
            what: TimelineEntry::Consent(event),
        }));
        let page = devices::history(&mut reader, key, after, limit).await?;
        more |= page.next.is_some();
        items.extend(page.items.into_iter().map(|line| TimelineItem {
            at: line.at,
            what: TimelineEntry::Device {
                device_id: device_ids.get(&line.binding_id).cloned(),
                binding_id: line.binding_id,
                change: line.change,
                way: line.way,
            },
        }));
        let mut assembler = Assembler::default();
        let page = enrollments::of_contact(&mut reader, contact.shard, id, after, limit).await?;
        more |= page.next.is_some();
        for enrollment in page.items {
            let workflow = assembler
                .workflow(&mut reader, enrollment.workflow_id)
                .await?;
            items.push(TimelineItem {
                at: enrollment.entered_at,
                what: TimelineEntry::Entered {
                    enrollment_id: enrollment.id,
                    workflow_id: enrollment.workflow_id,
                    workflow: workflow
                        .map_or_else(|| "deleted workflow".to_owned(), |(name, _)| name),
                },
            });
        }
        let page = sends::of_contact(&mut reader, contact.shard, id, after, limit).await?;
        more |= page.next.is_some();
        let views = assembler.assemble(&mut reader, by, page.items).await?;
        items.extend(views.into_iter().map(|send| TimelineItem {
            at: send.created_at,
            what: TimelineEntry::Send(Box::new(send)),
        }));
        Ok(cut(items, limit, more))
    }

    /// What happened to a contact's devices, newest first.
    pub async fn device_history(
        &self,
        by: &Principal,
        id: ContactId,
        wish: &PageRequest,
    ) -> Result<Page<DeviceHistory>> {
        require(by, Permission::Read)?;
        let mut reader = self.reader().await?;
        let contact = contacts::find(&mut reader, id)
            .await?
            .ok_or_else(|| ServiceError::not_found("This contact"))?;
        let after = wish.after()?;
        let found =
            devices::history(&mut reader, (contact.shard, id), after.as_ref(), wish.limit).await?;
        Ok(crate::service::page(found, |line| line))
    }
}

/// The newest `limit` items and whatever shares the last one's moment.
fn cut(mut items: Vec<TimelineItem>, limit: u32, more: bool) -> Page<TimelineItem> {
    items.sort_by_key(|item| std::cmp::Reverse(item.at));
    let limit = limit.max(1) as usize;
    let Some(last) = items.get(limit - 1).map(|item| item.at) else {
        // Fewer than a page: every source was read to its end.
        return Page { items, next: None };
    };
    let kept = items.iter().take_while(|item| item.at >= last).count();
    let next = (more || kept < items.len())
        .then(|| Cursor::of_at(last.as_millis(), Uuid::nil()).to_string());
    items.truncate(kept);
    Page { items, next }
}
