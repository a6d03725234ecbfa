//! The editor's head: name, whether it is saved, save and send a test.

use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_navigate;
use ui::{
    Button, ButtonKind, ConfirmDialog, Dialog, DialogBody, DialogFoot, Glyph, Icon, MenuItem,
    MoreMenu, Notice, Tone, toaster,
};

use crate::features::pushes::{api::delete_push, saving::Saving};

/// The head.
#[component]
pub fn EditorBar(
    /// Where the push stands.
    saving: Saving,
    /// Its name.
    name: RwSignal<String>,
    /// The send test is open.
    testing: RwSignal<bool>,
    /// The person may change the push.
    may_edit: bool,
    /// The person may send tests.
    may_test: bool,
) -> impl IntoView {
    let save = move |_| {
        spawn_local(async move {
            saving.save().await;
        });
    };
    let failure = move || {
        saving.failure.get().map(|error| {
            view! {
                <Notice tone=Tone::Rejected title="Not saved">
                    <p>{error.to_string()} " What you wrote is still here."</p>
                </Notice>
            }
        })
    };
    view! {
        <header class="page__head push-bar">
            <div class="page__names">
                <div class="page__title">
                    <h1>{name}</h1>
                    <SavedWords saving may_edit />
                </div>
            </div>
            <div class="page__acts">
                {(may_edit)
                    .then(|| view! { <DeleteMenu saving name /> })}
                {may_test
                    .then(|| {
                        view! {
                            <Button glyph=Glyph::Send on:click=move |_| testing.set(true)>
                                "Send a test"
                            </Button>
                        }
                    })}
                {may_edit
                    .then(|| {
                        view! {
                            <Button kind=ButtonKind::Primary busy=saving.busy on:click=save>
                                "Save"
                            </Button>
                        }
                    })}
            </div>
        </header>
        {failure}
    }
    .into_any()
}

/// Unsaved and saved, in words.
#[component]
fn SavedWords(saving: Saving, may_edit: bool) -> impl IntoView {
    view! {
        <span class="push-bar__state" role="status">
            {move || {
                if may_edit {
                    let glyph = if saving.dirty.get() || saving.id().is_none() { Glyph::Draft } else { Glyph::Check };
                    view! {
                        <Icon glyph />
                        {saving.words()}
                    }
                        .into_any()
                } else {
                    view! {
                        <Icon glyph=Glyph::Lock />
                        "To look at: your role does not change pushes"
                    }
                        .into_any()
                }
            }}
        </span>
    }
    .into_any()
}

/// Deleting, behind the three dots, asked for by name.
#[component]
fn DeleteMenu(saving: Saving, name: RwSignal<String>) -> impl IntoView {
    let asking = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let navigate = use_navigate();
    let toaster = toaster();
    let confirm = move |()| {
        let Some(id) = saving.id() else { return };
        let navigate = navigate.clone();
        busy.set(true);
        spawn_local(async move {
            let answer = delete_push(id).await;
            busy.set(false);
            asking.set(false);
            match answer {
                Ok(()) => {
                    toaster.done(format!("Deleted “{}”.", name.get_untracked()));
                    navigate("/pushes", leptos_router::NavigateOptions::default());
                }
                Err(error) => toaster.failed(error.to_string()),
            }
        });
    };
    view! {
        <Show when=move || saving.id().is_some()>
            <MoreMenu label=Signal::derive(move || format!("More for {}", name.get()))>
                <MenuItem label="Delete…" glyph=Glyph::Trash danger=true act=move |()| asking.set(true) />
            </MoreMenu>
        </Show>
        <ConfirmDialog
            open=asking
            id="delete-push"
            title=Signal::derive(move || format!("Delete “{}”?", name.get()))
            text="It cannot be brought back. A push that was ever sent stays, so that its results keep their meaning."
            verb="Delete the push"
            confirm=confirm
            busy
        />
    }
    .into_any()
}

/// Two people saved the same push: nobody's work is lost without being asked.
#[component]
pub fn ConflictDialog(
    /// Where the push stands.
    saving: Saving,
) -> impl IntoView {
    let theirs = move |_| {
        // A whole load gives up this editor's state, which is what was asked.
        saving.errors.clear();
        let _ = window().location().reload();
    };
    let mine = move |_| spawn_local(async move { saving.save_over().await });
    view! {
        <Dialog open=saving.conflict id="conflict" title="Somebody else saved this push meanwhile">
            <DialogBody>
                <p>
                    "What you wrote is still here. You can put it over theirs, or give it up and look at theirs."
                </p>
            </DialogBody>
            <DialogFoot>
                <Button on:click=theirs>"Give mine up, show theirs"</Button>
                <Button kind=ButtonKind::Primary busy=saving.busy on:click=mine>
                    "Save mine over it"
                </Button>
            </DialogFoot>
        </Dialog>
    }
    .into_any()
}
