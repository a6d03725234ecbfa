//! Dialogs, on the browser's own `<dialog>`: it traps focus, gives it back and
//! closes on Escape.

use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;

use crate::{
    button::{Button, ButtonKind, IconButton},
    icon::Glyph,
};

/// A modal dialog. Its content is made anew each time it opens.
#[component]
pub fn Dialog(
    /// What it holds, actions included (put those in [`DialogFoot`]).
    children: ChildrenFn,
    /// Whether it is open; closing sets it to false.
    open: RwSignal<bool>,
    /// Its title.
    #[prop(into)]
    title: Signal<String>,
    /// An id of its own.
    id: &'static str,
    /// 720 px rather than 480.
    #[prop(optional)]
    wide: bool,
) -> AnyView {
    let node = NodeRef::<html::Dialog>::new();
    open_with(node, open);
    let title_id = format!("{id}-title");
    let children = StoredValue::new(children);
    view! {
        <dialog
            node_ref=node
            class="dialog"
            id=id
            data-wide=wide.then_some("true")
            aria-labelledby=title_id.clone()
            on:close=move |_| open.set(false)
            on:click=move |event| close_on_backdrop(&event, open)
        >
            <header class="dialog__head">
                <h2 class="dialog__title" id=title_id.clone()>
                    {title}
                </h2>
                <IconButton glyph=Glyph::Close label="Close" on:click=move |_| open.set(false) />
            </header>
            <Show when=move || open.get()>{children.with_value(|children| children())}</Show>
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

/// Asks before something is destroyed, naming it.
#[component]
pub fn ConfirmDialog(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// An id of its own.
    id: &'static str,
    /// The question, naming the thing: "Delete “Spring sale”?"
    #[prop(into)]
    title: Signal<String>,
    /// What will be lost and what stays.
    #[prop(into)]
    text: Signal<String>,
    /// The verb on the button.
    #[prop(into)]
    verb: Signal<String>,
    /// Does it.
    #[prop(into)]
    confirm: Callback<()>,
    /// It is being done.
    #[prop(optional, into)]
    busy: Signal<bool>,
) -> AnyView {
    view! {
        <Dialog open id title>
            <DialogBody>
                <p>{text}</p>
            </DialogBody>
            <DialogFoot>
                <Button on:click=move |_| open.set(false)>"Cancel"</Button>
                <Button kind=ButtonKind::Danger busy on:click=move |_| confirm.run(())>
                    {verb}
                </Button>
            </DialogFoot>
        </Dialog>
    }
    .into_any()
}

/// Opens and closes the element as the signal says.
pub fn open_with(node: NodeRef<html::Dialog>, open: RwSignal<bool>) {
    Effect::new(move || {
        let (Some(dialog), open) = (node.get(), open.get()) else {
            return;
        };
        if open && !dialog.open() {
            // It fails only for an element that is not in the page.
            let _ = dialog.show_modal();
        } else if !open && dialog.open() {
            dialog.close();
        }
    });
}

/// A press on the dialog element itself is a press outside its content.
pub fn close_on_backdrop(event: &ev::MouseEvent, open: RwSignal<bool>) {
    let outside = event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
        .is_some_and(|element| {
            if element.tag_name() != "DIALOG" {
                return false;
            }
            let area = element.get_bounding_client_rect();
            let (x, y) = (f64::from(event.client_x()), f64::from(event.client_y()));
            x < area.left() || x > area.right() || y < area.top() || y > area.bottom()
        });
    if outside {
        open.set(false);
    }
}
