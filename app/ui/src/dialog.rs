//! Dialogs, on the browser's own `<dialog>`: it traps focus, gives it back and
//! closes on Escape. Buttons with `opens` and `closes` work them.

use leptos::prelude::*;

use crate::{
    button::{Button, ButtonKind, IconButton},
    icon::Glyph,
    notice::FormFailure,
};

/// A modal dialog.
#[component]
pub fn Dialog(
    /// What it holds, actions included (put those in [`DialogFoot`]).
    children: Children,
    /// Its title.
    #[prop(into)]
    title: String,
    /// An id of its own.
    #[prop(into)]
    id: String,
    /// 720 px rather than 480.
    #[prop(optional)]
    wide: bool,
    /// The button that opens it fills in the title, as `title`.
    #[prop(optional)]
    titled: bool,
) -> AnyView {
    let title_id = format!("{id}-title");
    view! {
        <dialog
            class="dialog"
            id=id
            data-wide=wide.then_some("true")
            aria-labelledby=title_id.clone()
        >
            <header class="dialog__head">
                <h2 class="dialog__title" id=title_id.clone() data-word=titled.then_some("title")>
                    {title}
                </h2>
                <IconButton glyph=Glyph::Close label="Close" attr:data-closes="" />
            </header>
            {children()}
        </dialog>
    }
    .into_any()
}

/// The dialog's content that scrolls.
#[component]
pub fn DialogBody(
    /// The content.
    children: Children,
) -> AnyView {
    view! { <div class="dialog__body">{children()}</div> }.into_any()
}

/// The dialog's actions, the main one last.
#[component]
pub fn DialogFoot(
    /// Buttons.
    children: Children,
) -> AnyView {
    view! { <footer class="dialog__foot">{children()}</footer> }.into_any()
}

/// What a form that calls a server function says and does when it was done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Then {
    /// Said in the corner: "The role was changed." `{form.name}` is what the form's
    /// control of that name holds.
    pub said: Option<String>,
    /// Where it leads; without it, the page shows its content anew. `{}` is the answer,
    /// `{form.name}` what the form's control of that name holds.
    pub href: Option<String>,
    /// The dialog that shows what was answered.
    pub dialog: Option<String>,
}

impl Then {
    /// Says something, and the page shows its content anew.
    pub fn say(said: impl Into<String>) -> Self {
        Self {
            said: Some(said.into()),
            ..Self::default()
        }
    }

    /// Leads elsewhere.
    pub fn go(href: impl Into<String>) -> Self {
        Self {
            href: Some(href.into()),
            ..Self::default()
        }
    }

    /// Shows the answer in a dialog.
    pub fn show(dialog: impl Into<String>) -> Self {
        Self {
            dialog: Some(dialog.into()),
            ..Self::default()
        }
    }

    /// The same, and says something.
    #[must_use]
    pub fn and_say(mut self, said: impl Into<String>) -> Self {
        self.said = Some(said.into());
        self
    }

    fn name(&self) -> Option<&'static str> {
        match (&self.href, &self.dialog) {
            (Some(_), _) => Some("go"),
            (_, Some(_)) => Some("show"),
            (None, None) => None,
        }
    }
}

/// A form that calls a server function with its controls as JSON and stays on the page:
/// what is refused stands at its field, what was done is said.
#[component]
pub fn CallForm(
    /// Its fields and buttons.
    children: Children,
    /// The function: `Name::url()`.
    #[prop(into)]
    call: String,
    /// What follows.
    #[prop(optional)]
    then: Then,
    /// An id, for buttons that stand elsewhere.
    #[prop(optional, into)]
    id: Option<String>,
    /// Its class.
    #[prop(optional, into)]
    class: Option<String>,
) -> AnyView {
    let name = then.name();
    view! {
        <form
            id=id
            class=class
            novalidate=true
            autocomplete="off"
            method="post"
            data-call=call
            data-said=then.said
            data-then=name
            data-href=then.href
            data-dialog=then.dialog
        >
            {children()}
        </form>
    }
    .into_any()
}

/// Asks before something is destroyed, naming it, and calls a server function.
#[component]
pub fn ConfirmDialog(
    /// Hidden controls of the form: what is destroyed.
    #[prop(optional)]
    children: Option<Children>,
    /// An id of its own.
    #[prop(into)]
    id: String,
    /// The question, naming the thing: "Delete “Spring sale”?" A button that opens it
    /// for one of many fills it in as `title`.
    #[prop(optional, into)]
    title: String,
    /// What will be lost and what stays.
    #[prop(into)]
    text: String,
    /// The verb on the button.
    #[prop(into)]
    verb: String,
    /// The function: `Name::url()`.
    #[prop(into)]
    call: String,
    /// What follows.
    #[prop(optional)]
    then: Then,
) -> AnyView {
    view! {
        <Dialog id title titled=true>
            <CallForm call then class="dialog__form">
                {children.map(|children| children())}
                <DialogBody>
                    <FormFailure />
                    <p>{text}</p>
                </DialogBody>
                <DialogFoot>
                    <Button closes=true>"Cancel"</Button>
                    <Button kind=ButtonKind::Danger submit=true>
                        {verb}
                    </Button>
                </DialogFoot>
            </CallForm>
        </Dialog>
    }
    .into_any()
}
