//! The audit log: every change, who made it, when.

use domain::view::{AuditLine, Page as ListPage};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use ui::{Column, EmptyState, ExactTime, Glyph, Pager, Table, counted};

use super::api::list_audit;
use crate::shell::loaded::load;

/// The audit log's part of the settings.
#[component]
pub fn Audit() -> impl IntoView {
    let cursor = use_query_map().with_untracked(|query| query.get("after"));
    let later = cursor.is_some();
    load(list_audit(cursor)).show("The audit log", move |page| list(page, later))
}

fn list(page: ListPage<AuditLine>, later: bool) -> AnyView {
    if page.items.is_empty() {
        return view! {
            <EmptyState
                glyph=Glyph::History
                title="Nothing yet"
                text="Every change to apps, credentials, pushes, workflows, users and keys is noted here, with who made it."
            />
        }
        .into_any();
    }
    let shown = counted(page.items.len() as u64, "change", "changes");
    let next = page
        .next
        .map(|cursor| format!("/settings/audit?after={cursor}"));
    let first = later.then(|| "/settings/audit".to_owned());
    let columns = vec![
        Column::tight("When"),
        Column::new("Who"),
        Column::tight("Did"),
        Column::new("To"),
        Column::new("More"),
    ];
    view! {
        <div>
            <Table caption="Audit log" columns>
                {page.items.into_iter().map(row).collect_view()}
            </Table>
            <Pager shown first next />
        </div>
    }
    .into_any()
}

fn row(line: AuditLine) -> AnyView {
    let more: Vec<String> = line
        .details
        .into_iter()
        .map(|(name, value)| match value {
            serde_json::Value::String(text) => format!("{name}: {text}"),
            other => format!("{name}: {other}"),
        })
        .collect();
    view! {
        <tr>
            <td class="quiet">
                <ExactTime at=line.at.as_millis() />
            </td>
            <td data-label="Who">{line.actor}</td>
            <td class="table__tight" data-label="Did">
                {did(&line.action)}
            </td>
            <td data-label="To">
                <span class="mono small clip audit__subject">{line.subject}</span>
            </td>
            <td class="quiet small" data-label="More">
                {more.join(", ")}
            </td>
        </tr>
    }
    .into_any()
}

/// What an action is called by people; one that this page does not know keeps
/// its own name.
fn did(action: &str) -> String {
    let words = match action {
        "account.change" => "changed the account",
        "app.create" => "added an app",
        "app.change" => "changed an app",
        "app.require_signatures" => "made an app require signatures",
        "app.rotate_signing_secret" => "replaced an app's signing secret",
        "app.retire_signing_secret" => "retired an app's former signing secret",
        "app.stop_requiring_signatures" => "made an app require no signatures",
        "credential.put" => "entered a credential",
        "credential.remove" => "removed a credential",
        "campaign.create" => "made a campaign",
        "campaign.rename" => "renamed a campaign",
        "campaign.delete" => "deleted a campaign",
        "contact.delete" => "deleted a contact",
        "device.revoke" => "revoked a device",
        "import.upload" => "imported a file",
        "import.cancel" => "called off an import",
        "key.create" => "made an API key",
        "key.revoke" => "revoked an API key",
        "push.create" => "wrote a push",
        "push.save" => "changed a push",
        "push.delete" => "deleted a push",
        "push.test" => "sent a test",
        "user.add" => "added a user",
        "user.link" => "gave a user a new link",
        "user.role" => "changed a user's role",
        "user.remove" => "removed a user",
        "user.use_link" => "used a sign-in link",
        "workflow.create" => "made a workflow",
        "workflow.save" => "changed a workflow's draft",
        "workflow.rename" => "renamed a workflow",
        "workflow.delete" => "deleted a workflow",
        "workflow.publish" => "published a workflow",
        "workflow.state" => "paused or resumed a workflow",
        other => return other.replace(['.', '_'], " "),
    };
    words.to_owned()
}
