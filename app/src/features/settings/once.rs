//! A secret that is shown this once.

use leptos::prelude::*;
use ui::{AnsweredCode, Button, ButtonKind, Dialog, DialogBody, DialogFoot, Notice, Tone};

/// The dialog that shows what a form was answered: the secret with its copy button, and
/// that it will not come again.
#[component]
pub fn ShownOnce(
    /// What to do with it.
    children: Children,
    /// The dialog's id.
    id: &'static str,
    /// Its title.
    title: &'static str,
    /// What the secret is: "API key".
    what: &'static str,
    /// Which field of the answer it is; empty for the whole of it.
    #[prop(optional)]
    part: &'static str,
    /// What is made of it.
    #[prop(default = "{}")]
    pattern: &'static str,
) -> impl IntoView {
    view! {
        <Dialog id title>
            <DialogBody>
                <div class="stack" data-gap="3">
                    {children()}
                    <AnsweredCode id=format!("{id}-secret") what part pattern />
                    <Notice tone=Tone::Paused>
                        <p>"It is shown this once. Copy it before you close this."</p>
                    </Notice>
                </div>
            </DialogBody>
            <DialogFoot>
                <Button kind=ButtonKind::Primary closes=true>
                    "Done"
                </Button>
            </DialogFoot>
        </Dialog>
    }
    .into_any()
}
