//! A notification as iOS draws it: lock screen and Notification Centre, and
//! opened by a long press. Title one line; body four lines, seven when opened.

use domain::device::Platform;
use leptos::{html, prelude::*};

use super::{Setting, Shown, device::Cuts, measure::watch_cut};

/// The notification.
#[component]
pub fn IosNotification(
    /// What is shown.
    shown: Signal<Shown>,
    /// How the device stands.
    setting: Signal<Setting>,
    /// The app's name: iOS writes it when there is no title.
    app: Signal<String>,
    /// Kept true for what does not fit.
    cuts: Cuts,
) -> impl IntoView {
    let expanded = Memo::new(move |_| setting.get().expanded);
    let title = Memo::new(move |_| {
        shown.with(|shown| {
            if shown.title.trim().is_empty() {
                app.get()
            } else {
                shown.title.clone()
            }
        })
    });
    let subtitle = Memo::new(move |_| shown.with(|shown| shown.subtitle.clone()));
    let body = Memo::new(move |_| shown.with(|shown| shown.body.clone()));
    let image = Memo::new(move |_| shown.with(|shown| shown.image.clone()));
    let buttons = Memo::new(move |_| shown.with(|shown| shown.buttons.clone()));
    let words = move || setting.get().when.words(Platform::Ios);

    let title_line = NodeRef::<html::P>::new();
    let body_line = NodeRef::<html::P>::new();
    watch_cut(
        title_line,
        move || (title.get(), setting.get(), image.get()),
        Callback::new(move |cut| cuts.title.set(cut)),
    );
    watch_cut(
        body_line,
        move || (body.get(), setting.get(), image.get(), subtitle.get()),
        Callback::new(move |cut| cuts.body.set(cut)),
    );

    let picture = move || {
        let image = image.get()?;
        expanded
            .get()
            .then(|| view! { <img class="ios__picture" src=image alt="" /> })
    };
    let thumbnail = move || {
        let image = image.get()?;
        (!expanded.get()).then(|| view! { <img class="ios__thumb" src=image alt="" /> })
    };
    let actions = move || {
        (expanded.get() && !buttons.with(Vec::is_empty)).then(|| {
            let items = buttons
                .get()
                .into_iter()
                .map(|title| view! { <span class="ios__action">{title}</span> })
                .collect_view();
            view! { <div class="ios__actions">{items}</div> }
        })
    };
    view! {
        <div class="ios" data-expanded=move || expanded.get().then_some("true")>
            <div class="ios__card">
                {picture}
                <div class="ios__row">
                    <span class="ios__app" aria-hidden="true"></span>
                    <div class="ios__texts">
                        <div class="ios__head">
                            <p class="ios__title" node_ref=title_line>
                                {title}
                            </p>
                            <span class="ios__when">{words}</span>
                        </div>
                        {move || {
                            subtitle.get().map(|words| view! { <p class="ios__subtitle">{words}</p> })
                        }}
                        <p class="ios__body" node_ref=body_line>
                            {body}
                        </p>
                    </div>
                    {thumbnail}
                </div>
            </div>
            {actions}
        </div>
    }
    .into_any()
}
