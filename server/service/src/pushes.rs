//! Pushes: compose, save, read, remove.

use domain::people::{Permission, Principal};
use domain::validate::FieldErrors;
use domain::view::{Page, PushDraft, PushSummary, PushView};
use domain::{CampaignId, PushId, RevisionId};
use storage::pushes::{self, Push, PushEdit};
use storage::{Conn, StorageError, raw_payloads};

use crate::campaigns::{self, checked_name};
use crate::service::{Reads, require};
use crate::{PageRequest, Result, Service, ServiceError, audit};

impl Service {
    /// Makes a push. A draft may have mistakes: they are found when it is to
    /// be sent.
    pub async fn create_push(&self, by: &Principal, draft: &PushDraft) -> Result<PushView> {
        require(by, Permission::EditContent)?;
        let name = checked_name(&draft.name)?;
        check_size(draft)?;
        let now = self.now();
        let mut tx = self.begin().await?;
        if let Some(id) = draft.campaign_id {
            check_campaign(&mut tx, id).await?;
        }
        let push = pushes::create(&mut tx, draft.campaign_id, name, &draft.content, now).await?;
        let facts = [("name", name)];
        audit::note(
            &mut tx,
            by,
            "push.create",
            &push.id.to_string(),
            &facts,
            now,
        )
        .await?;
        tx.commit().await?;
        self.push_view(push).await
    }

    /// Saves a push over the one at `version`.
    pub async fn save_push(
        &self,
        by: &Principal,
        id: PushId,
        version: i64,
        draft: &PushDraft,
    ) -> Result<PushView> {
        require(by, Permission::EditContent)?;
        let name = checked_name(&draft.name)?;
        check_size(draft)?;
        let now = self.now();
        let mut tx = self.begin().await?;
        if let Some(id) = draft.campaign_id {
            check_campaign(&mut tx, id).await?;
        }
        let edit = PushEdit {
            campaign_id: draft.campaign_id,
            name,
            draft: &draft.content,
        };
        pushes::save(&mut tx, id, version, edit, now)
            .await
            .map_err(ServiceError::finding("This push"))?;
        let facts = [("name", name)];
        audit::note(&mut tx, by, "push.save", &id.to_string(), &facts, now).await?;
        let push = find(&mut tx, id).await?;
        tx.commit().await?;
        self.push_view(push).await
    }

    /// Saves a push whatever its version is: for programs that own it.
    pub async fn put_push(
        &self,
        by: &Principal,
        id: PushId,
        version: Option<i64>,
        draft: &PushDraft,
    ) -> Result<PushView> {
        let version = if let Some(version) = version {
            version
        } else {
            require(by, Permission::EditContent)?;
            let mut reader = self.reader().await?;
            find(&mut reader, id).await?.version
        };
        self.save_push(by, id, version, draft).await
    }

    /// A push in the editor.
    pub async fn push(&self, by: &Principal, id: PushId) -> Result<PushView> {
        require(by, Permission::Read)?;
        let mut reader = self.reader().await?;
        let push = find(&mut reader, id).await?;
        drop(reader);
        self.push_view(push).await
    }

    /// What keeps a push from being sent; empty when nothing does.
    pub async fn check_push(&self, by: &Principal, id: PushId) -> Result<FieldErrors> {
        Ok(self.push(by, id).await?.content.check())
    }

    /// Every push, or a campaign's, newest first.
    pub async fn list_pushes(
        &self,
        by: &Principal,
        campaign: Option<CampaignId>,
        wish: &PageRequest,
    ) -> Result<Page<PushSummary>> {
        require(by, Permission::Read)?;
        let mut reader = self.reader().await?;
        let found = pushes::list(&mut reader, campaign, wish.after()?.as_ref(), wish.limit).await?;
        let ids = found.items.iter().filter_map(|push| push.campaign_id);
        let names = campaigns::names(&mut reader, ids).await?;
        let items = found
            .items
            .into_iter()
            .map(|push| {
                let campaign = push.campaign_id.and_then(|id| names.get(&id).cloned());
                summary(push, campaign)
            })
            .collect();
        Ok(Page {
            items,
            next: found.next.map(|cursor| cursor.to_string()),
        })
    }

    /// Removes a push that was never sent or published.
    pub async fn delete_push(&self, by: &Principal, id: PushId) -> Result<()> {
        require(by, Permission::EditContent)?;
        let now = self.now();
        let mut tx = self.begin().await?;
        pushes::delete(&mut tx, id).await.map_err(|error| match error {
            StorageError::Conflict => ServiceError::conflict(
                "This push was tested or published, so what became of it refers to it. It stays.",
            ),
            other => ServiceError::finding("This push")(other),
        })?;
        audit::note(&mut tx, by, "push.delete", &id.to_string(), &[], now).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn push_view(&self, push: Push) -> Result<PushView> {
        let mut reader = self.reader().await?;
        let names = campaigns::names(&mut reader, push.campaign_id.into_iter()).await?;
        Ok(PushView {
            campaign: push.campaign_id.and_then(|id| names.get(&id).cloned()),
            id: push.id,
            name: push.name,
            campaign_id: push.campaign_id,
            content: push.draft,
            version: push.version,
            revision_id: push.current_revision_id,
            created_at: push.created_at,
            updated_at: push.updated_at,
        })
    }
}

/// The push with this id.
pub(crate) async fn find(db: impl Into<Conn<'_>>, id: PushId) -> Result<Push> {
    pushes::find(db, id)
        .await?
        .ok_or_else(|| ServiceError::not_found("This push"))
}

/// A push as a list shows it.
pub(crate) fn summary(push: Push, campaign: Option<String>) -> PushSummary {
    PushSummary {
        id: push.id,
        name: push.name,
        campaign_id: push.campaign_id,
        campaign,
        has_mistakes: !push.draft.check().is_empty(),
        title: push.draft.title,
        body: push.draft.body,
        updated_at: push.updated_at,
    }
}

/// A draft may be wrong, but not of any size, and nothing that no database
/// keeps.
fn check_size(draft: &PushDraft) -> Result<()> {
    let mut errors = FieldErrors::default();
    let json = serde_json::to_string(&draft.content).map_err(ServiceError::internal)?;
    if json.len() > 64 * 1024 {
        errors.add(
            "content",
            format!("is {} bytes of JSON; at most 65536 are kept", json.len()),
        );
    }
    errors.into_result(()).map_err(Into::into)
}

async fn check_campaign(db: impl Into<Conn<'_>>, id: CampaignId) -> Result<()> {
    match storage::campaigns::find(db, id).await? {
        Some(_) => Ok(()),
        None => Err(ServiceError::invalid("campaign_id", "is not a campaign")),
    }
}

/// What a push is called; a payload typed by hand has no push.
pub(crate) async fn name_of(db: &mut impl Reads, id: PushId) -> Result<String> {
    if let Some(push) = storage::pushes::find(db.conn(), id).await? {
        return Ok(push.name);
    }
    let raw = raw_payloads::find(db.conn(), RevisionId(id.0)).await?;
    let name = if raw.is_some() {
        "Raw payload"
    } else {
        "deleted push"
    };
    Ok(name.to_owned())
}
