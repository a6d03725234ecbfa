//! The editor's head: name, whether it is saved, save and send a test; and the dialogs
//! that saving, deleting and leaving need.

use domain::PushId;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use ui::{
    Button, ButtonKind, ConfirmDialog, Dialog, DialogBody, DialogFoot, Glyph, Icon, MenuItem,
    MenuLink, MoreMenu, Notice, Then, Tone,
};

use crate::features::pushes::api::DeletePush;

/// The head.
#[component]
pub fn EditorBar(
    /// The push's name.
    name: String,
    /// It was saved before.
    known: Option<PushId>,
    /// The person may change the push.
    may_edit: bool,
    /// The person may send tests.
    may_test: bool,
) -> impl IntoView {
    let heading = name.clone();
    view! {
        <header class="page__head push-bar">
            <div class="page__names">
                <div class="page__title">
                    <h1 data-part="heading">{heading}</h1>
                    <SavedWords known=known.is_some() may_edit />
                </div>
            </div>
            <div class="page__acts">
                {may_edit.then(|| view! { <DeleteMenu name known /> })}
                {may_test
                    .then(|| {
                        view! {
                            <Button glyph=Glyph::Send attr:data-part="send-test">
                                "Send a test"
                            </Button>
                        }
                    })}
                {may_edit
                    .then(|| {
                        view! {
                            <Button kind=ButtonKind::Primary attr:data-part="save">
                                "Save"
                            </Button>
                        }
                    })}
            </div>
        </header>
        <Notice tone=Tone::Rejected title="Not saved" attr:data-part="failure" attr:hidden=true>
            <p><span data-part="words"></span> " What you wrote is still here."</p>
        </Notice>
    }
    .into_any()
}

/// Unsaved and saved, in words.
#[component]
fn SavedWords(known: bool, may_edit: bool) -> impl IntoView {
    if !may_edit {
        return view! {
            <span class="push-bar__state" role="status">
                <Icon glyph=Glyph::Lock />
                "To look at: your role does not change pushes"
            </span>
        }
        .into_any();
    }
    view! {
        <span class="push-bar__state" role="status" data-part="state">
            <span class="row" data-part="unsaved" hidden=known>
                <Icon glyph=Glyph::Draft />
            </span>
            <span class="row" data-part="saved" hidden=!known>
                <Icon glyph=Glyph::Check />
            </span>
            <span data-part="words">{if known { "Saved" } else { "Not saved yet" }}</span>
        </span>
    }
    .into_any()
}

/// Deleting, behind the three dots, asked for by name.
#[component]
fn DeleteMenu(name: String, known: Option<PushId>) -> impl IntoView {
    let title = format!("Delete “{name}”?");
    let said = format!("Deleted “{name}”.");
    view! {
        <MoreMenu label=format!("More for {name}") attr:data-part="more" attr:hidden=known.is_none()>
            {known
                .map(|id| {
                    view! {
                        <MenuLink
                            href=format!("/pushes/{id}/why")
                            label="Why a contact did not get it"
                            glyph=Glyph::Question
                        />
                    }
                })}
            <MenuItem
                label="Delete…"
                glyph=Glyph::Trash
                danger=true
                opens="delete-push"
            />
        </MoreMenu>
        <ConfirmDialog
            id="delete-push"
            title
            text="It cannot be brought back. A push that was ever sent stays, so that its results keep their meaning."
            verb="Delete the push"
            call=DeletePush::url()
            then=Then::go("/pushes").and_say(said)
        >
            <input type="hidden" name="id" value=known.map(|id| id.to_string()) />
        </ConfirmDialog>
    }
    .into_any()
}

/// Two people saved the same push: nobody's work is lost without being asked.
#[component]
pub fn ConflictDialog() -> impl IntoView {
    view! {
        <Dialog id="conflict" title="Somebody else saved this push meanwhile">
            <DialogBody>
                <p>
                    "What you wrote is still here. You can put it over theirs, or give it up and look at theirs."
                </p>
            </DialogBody>
            <DialogFoot>
                <Button attr:data-part="take-theirs">"Give mine up, show theirs"</Button>
                <Button kind=ButtonKind::Primary attr:data-part="keep-mine">
                    "Save mine over it"
                </Button>
            </DialogFoot>
        </Dialog>
    }
    .into_any()
}

/// Asks before unsaved changes are lost by a link.
#[component]
pub fn LeavingDialog() -> impl IntoView {
    view! {
        <Dialog id="leaving" title="Leave without saving?">
            <DialogBody>
                <p>"What you changed since the last save will be lost."</p>
            </DialogBody>
            <DialogFoot>
                <Button closes=true>"Cancel"</Button>
                <Button kind=ButtonKind::Danger attr:data-part="leave">
                    "Leave"
                </Button>
            </DialogFoot>
        </Dialog>
    }
    .into_any()
}
