//! Connecting an app: how far it has come by each channel.

use domain::connect::{Milestone, MilestoneKind, reached};
use domain::people::{Permission, Principal};
use domain::view::ConnectView;
use storage::milestones;

use crate::service::require;
use crate::{Result, Service, apps};

impl Service {
    /// An app with how far it has come. What is seen for the first time is kept,
    /// so that it stands there when newer pushes have pushed it out of sight.
    pub async fn connect_view(&self, by: &Principal, slug: &str) -> Result<ConnectView> {
        require(by, Permission::Read)?;
        let mut reader = self.reader().await?;
        let app = apps::find(&mut reader, slug).await?;
        let mut known = milestones::of_app(&mut reader, app.id).await?;
        let now = self.now();
        let view = self.app_view(&mut reader, app).await?;
        let accepted = |channel| reached(&known, channel, MilestoneKind::Accepted).is_some();
        // Looked for only where it is still to come.
        let lately = if view.credentials.iter().all(|one| accepted(one.channel)) {
            Vec::new()
        } else {
            milestones::accepted_lately(&mut reader, view.app.id).await?
        };
        let fresh: Vec<_> = lately
            .into_iter()
            .filter(|&channel| !accepted(channel))
            .map(|channel| (view.app.id, channel, MilestoneKind::Accepted))
            .collect();
        drop(reader);
        if !fresh.is_empty() {
            let mut tx = self.begin().await?;
            milestones::note(&mut tx, &fresh, now).await?;
            tx.commit().await?;
            known.extend(fresh.into_iter().map(|(_, channel, kind)| Milestone {
                channel,
                kind,
                at: now,
            }));
        }
        Ok(ConnectView {
            app: view,
            milestones: known,
        })
    }
}
