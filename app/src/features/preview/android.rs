//! A notification as Android draws it: one line each when collapsed; opened,
//! the whole text or the big picture, and up to three buttons side by side.

use domain::device::Platform;
use leptos::{html, prelude::*};
use ui::{Glyph, Icon};

use super::{Setting, Shown, device::Cuts, measure::watch_cut};

/// The notification.
#[component]
pub fn AndroidNotification(
    /// What is shown.
    shown: Signal<Shown>,
    /// How the device stands.
    setting: Signal<Setting>,
    /// The app's name.
    app: Signal<String>,
    /// Kept true for what does not fit.
    cuts: Cuts,
) -> impl IntoView {
    let expanded = Memo::new(move |_| setting.get().expanded);
    // Firebase's own code writes the app's name where a title is missing.
    let title = Memo::new(move |_| {
        shown.with(|shown| {
            if shown.title.trim().is_empty() {
                app.get()
            } else {
                shown.title.clone()
            }
        })
    });
    let body = Memo::new(move |_| shown.with(|shown| shown.body.clone()));
    let image = Memo::new(move |_| shown.with(|shown| shown.image.clone()));
    let buttons = Memo::new(move |_| shown.with(|shown| shown.buttons.clone()));
    let words = move || setting.get().when.words(Platform::Android);

    let title_line = NodeRef::<html::P>::new();
    let body_line = NodeRef::<html::P>::new();
    watch_cut(
        title_line,
        move || (title.get(), setting.get(), image.get()),
        Callback::new(move |cut| cuts.title.set(cut)),
    );
    watch_cut(
        body_line,
        move || (body.get(), setting.get(), image.get()),
        Callback::new(move |cut| cuts.body.set(cut)),
    );

    let header = move || {
        expanded.get().then(|| {
            view! {
                <div class="android__head">
                    <span>{app}</span>
                    <span aria-hidden="true">"·"</span>
                    <span>{words}</span>
                </div>
            }
        })
    };
    let thumbnail = move || {
        let image = image.get()?;
        (!expanded.get()).then(|| view! { <img class="android__thumb" src=image alt="" /> })
    };
    let picture = move || {
        let image = image.get()?;
        expanded
            .get()
            .then(|| view! { <img class="android__picture" src=image alt="" /> })
    };
    let actions = move || {
        (expanded.get() && !buttons.with(Vec::is_empty)).then(|| {
            let items = buttons
                .get()
                .into_iter()
                .map(|title| view! { <span class="android__action">{title}</span> })
                .collect_view();
            view! { <div class="android__actions">{items}</div> }
        })
    };
    view! {
        <div
            class="android"
            data-expanded=move || expanded.get().then_some("true")
            data-picture=move || image.with(Option::is_some).then_some("true")
        >
            <span class="android__app" aria-hidden="true"></span>
            <div class="android__texts">
                {header}
                <div class="android__first">
                    <p class="android__title" node_ref=title_line>
                        {title}
                    </p>
                    {move || {
                        (!expanded.get())
                            .then(|| view! { <span class="android__when">"· " {words}</span> })
                    }}
                </div>
                <p class="android__body" node_ref=body_line>
                    {body}
                </p>
                {picture}
                {actions}
            </div>
            {thumbnail}
            <span class="android__fold" aria-hidden="true">
                <Icon glyph=Glyph::ChevronDown />
            </span>
        </div>
    }
    .into_any()
}
