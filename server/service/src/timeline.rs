//! A contact's timeline: what it did, consented to, entered and was sent.

use std::collections::HashMap;

use domain::contact::Contact;
use domain::device::DeviceHistory;
use domain::people::{Permission, Principal};
use domain::view::{Page, TimelineEntry, TimelineItem};
use domain::{BindingId, ContactId, Timestamp};
use storage::{Cursor, Reader, consent, contacts, devices, enrollments, events, sends};
use uuid::Uuid;

use crate::sends::Assembler;
use crate::service::require;
use crate::{PageRequest, Result, Service, ServiceError};

/// What a timeline is joined from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    Events,
    Consent,
    Devices,
    Enrollments,
    Sends,
}

impl Source {
    const ALL: [Self; 5] = [
        Self::Events,
        Self::Consent,
        Self::Devices,
        Self::Enrollments,
        Self::Sends,
    ];
}

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
        let bindings = devices::of_contact(&mut reader, contact.shard, id).await?;
        let device_ids = bindings.into_iter().map(|b| (b.id, b.device_id)).collect();
        let mut join = Join {
            reader,
            by,
            contact,
            device_ids,
            assembler: Assembler::default(),
            limit: wish.limit.max(1),
        };
        join.page(after.as_ref()).await
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

/// Joins one page.
struct Join<'a> {
    reader: Reader,
    by: &'a Principal,
    contact: Contact,
    device_ids: HashMap<BindingId, String>,
    assembler: Assembler,
    limit: u32,
}

impl Join<'_> {
    async fn page(&mut self, after: Option<&Cursor>) -> Result<Page<TimelineItem>> {
        let mut items = Vec::new();
        let mut unread = Vec::new();
        for source in Source::ALL {
            let (found, next) = self.read(source, after).await?;
            if let (Some(next), Some(last)) = (next, found.last()) {
                unread.push((source, next, last.at));
            }
            items.extend(found);
        }
        items.sort_by_key(|item| std::cmp::Reverse(item.at));
        let Some(end) = items.get(self.limit as usize - 1).map(|item| item.at) else {
            // Fewer than a page: every source was read to its end.
            return Ok(Page { items, next: None });
        };
        let mut more = false;
        for (source, mut next, mut last) in unread {
            // Read on as long as the page's last millisecond goes on.
            while last == end {
                let (found, following) = self.read(source, Some(&next)).await?;
                last = found.last().map_or(Timestamp(i64::MIN), |item| item.at);
                items.extend(found);
                match following {
                    Some(following) => next = following,
                    None => break,
                }
            }
            more |= last != end;
        }
        items.sort_by_key(|item| std::cmp::Reverse(item.at));
        let kept = items.iter().take_while(|item| item.at >= end).count();
        more |= kept < items.len();
        items.truncate(kept);
        let next = more.then(|| Cursor::of_at(end.as_millis(), Uuid::nil()).to_string());
        Ok(Page { items, next })
    }

    /// A page of one source, newest first, and where it goes on.
    async fn read(
        &mut self,
        source: Source,
        after: Option<&Cursor>,
    ) -> Result<(Vec<TimelineItem>, Option<Cursor>)> {
        let (limit, home, id) = (self.limit, self.contact.shard, self.contact.id);
        let reader = &mut self.reader;
        Ok(match source {
            Source::Events => {
                let page = events::of_contact(reader, (home, id), after, limit).await?;
                let item = |event: domain::event::Event| TimelineItem {
                    at: event.occurred_at,
                    what: TimelineEntry::Event {
                        name: event.name,
                        properties: event.properties,
                    },
                };
                (page.items.into_iter().map(item).collect(), page.next)
            }
            Source::Consent => {
                let page = consent::of_contact(reader, (home, id), after, limit).await?;
                let item = |event: domain::consent::ConsentEvent| TimelineItem {
                    at: event.at,
                    what: TimelineEntry::Consent(event),
                };
                (page.items.into_iter().map(item).collect(), page.next)
            }
            Source::Devices => {
                let page = devices::history(reader, (home, id), after, limit).await?;
                let item = |line: DeviceHistory| TimelineItem {
                    at: line.at,
                    what: TimelineEntry::Device {
                        device_id: self.device_ids.get(&line.binding_id).cloned(),
                        binding_id: line.binding_id,
                        change: line.change,
                        way: line.way,
                    },
                };
                (page.items.into_iter().map(item).collect(), page.next)
            }
            Source::Enrollments => {
                let page = enrollments::of_contact(&mut *reader, home, id, after, limit).await?;
                let mut items = Vec::with_capacity(page.items.len());
                for enrollment in page.items {
                    let workflow = self
                        .assembler
                        .workflow(reader, enrollment.workflow_id)
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
                (items, page.next)
            }
            Source::Sends => {
                let page = sends::of_contact(&mut *reader, home, id, after, limit).await?;
                let views = self.assembler.assemble(reader, self.by, page.items).await?;
                let item = |send: domain::view::SendView| TimelineItem {
                    at: send.created_at,
                    what: TimelineEntry::Send(Box::new(send)),
                };
                (views.into_iter().map(item).collect(), page.next)
            }
        })
    }
}
