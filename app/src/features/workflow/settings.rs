//! Templates of the settings at the right: a form for each kind, matched
//! exhaustively, so that a new kind does not compile until it has one.

mod condition;

use super::api::{EditorData, PushChoice};
use super::graph::port_name;
use super::words::{SETTINGS_ID, SEVERAL_TEMPLATE, look, settings_template};
use domain::workflow::{DelayUnit, Port, StepKind};
use leptos::prelude::*;
use ui::{
    Button, ButtonSize, Glyph, Icon, IconButton, InputKind, NumberField, SelectField, SelectOption,
    TextField,
};

/// All of them.
pub(super) fn templates(data: &EditorData) -> AnyView {
    let locked = !data.may_edit;
    let kinds = StepKind::ALL.map(|kind| one(kind, data, locked));
    view! {
        {kinds}
        {several(locked)}
        {condition::row()}
    }
    .into_any()
}

fn one(kind: StepKind, data: &EditorData, locked: bool) -> AnyView {
    let (glyph, family) = look(kind);
    let ways = kind.new_step().ports().iter();
    let ways = ways.map(|port| way(*port, locked)).collect_view();
    let form = form(kind, &data.pushes, locked);
    view! {
        <template id=settings_template(kind)>
            <Panel>
                <header class="step-settings__head" data-step=family>
                    <span class="step__mark">
                        <Icon glyph />
                    </span>
                    <h2>{kind.label()}</h2>
                    {close()}
                </header>
                <div class="step-settings__body form" data-part="form">
                    <p class="quiet small" hidden data-part="here"></p>
                    <ul class="step-settings__problems" hidden data-part="problems"></ul>
                    {form}
                    {ways}
                </div>
                {foot(locked)}
            </Panel>
        </template>
    }
    .into_any()
}

fn several(locked: bool) -> AnyView {
    view! {
        <template id=SEVERAL_TEMPLATE>
            <Panel>
                <header class="step-settings__head">
                    <h2 data-part="title"></h2>
                    {close()}
                </header>
                <div class="step-settings__body">
                    <p class="quiet">
                        "Drag one to move all, or use Alt and the arrow keys. Delete removes them."
                    </p>
                </div>
                {foot(locked)}
            </Panel>
        </template>
    }
    .into_any()
}

#[component]
fn Panel(children: Children) -> AnyView {
    view! {
        <aside
            class="step-settings"
            id=SETTINGS_ID
            tabindex="-1"
            aria-label="Settings of the selected step"
        >
            {children()}
        </aside>
    }
    .into_any()
}

fn close() -> AnyView {
    view! { <IconButton glyph=Glyph::Close label="Close settings" attr:data-part="close" /> }
        .into_any()
}

fn foot(locked: bool) -> Option<AnyView> {
    let foot = || {
        view! {
            <footer class="step-settings__foot">
                <Button size=ButtonSize::Small glyph=Glyph::Copy attr:data-part="duplicate">
                    "Duplicate"
                </Button>
                <Button size=ButtonSize::Small glyph=Glyph::Trash attr:data-part="remove">
                    "Remove"
                </Button>
            </footer>
        }
        .into_any()
    };
    (!locked).then(foot)
}

/// The form of a kind.
fn form(kind: StepKind, pushes: &[PushChoice], locked: bool) -> AnyView {
    match kind {
        StepKind::Trigger => trigger(locked),
        StepKind::Delay => delay("Wait", "delay", 1, locked),
        StepKind::Branch => condition::fieldset("Yes, if", "", "condition", locked),
        StepKind::Push => push(pushes, locked),
        StepKind::Exit => view! {
            <p class="quiet">"Contacts leave the workflow here. An exit has no settings."</p>
        }
        .into_any(),
    }
}

/// What lets contacts in.
fn trigger(locked: bool) -> AnyView {
    let rules = vec![
        SelectOption::new("once_out", "Again, once they are out"),
        SelectOption::new("never", "Never again"),
        SelectOption::new("any_time", "At any time, also while inside"),
        SelectOption::new("after", "When some time has passed"),
    ];
    view! {
        <TextField
            label="Event"
            name="trigger-name"
            kind=InputKind::Mono
            placeholder="order_placed"
            hint="The name that your apps and servers send it under. Each such event lets its contact in."
            disabled=locked
        />
        {condition::fieldset(
            "Only if",
            "Every such event lets its contact in.",
            "trigger.filter",
            locked,
        )}
        <SelectField
            label="May a contact come again?"
            name="trigger-again"
            options=rules
            disabled=locked
        />
        <div hidden data-part="after">
            {delay("Since the last entry", "trigger-after", 30, locked)}
        </div>
    }
    .into_any()
}

/// A length of time: two fields, side by side.
fn delay(label: &'static str, name: &'static str, amount: u32, locked: bool) -> AnyView {
    let units = DelayUnit::ALL.map(|unit| SelectOption::new(unit.plural(), unit.plural()));
    view! {
        <div class="form__pair">
            <NumberField
                label=label
                name=format!("{name}-amount")
                value=amount.to_string()
                min=1
                disabled=locked
            />
            <SelectField
                label="Unit"
                name=format!("{name}-unit")
                options=units.to_vec()
                value=DelayUnit::Days.plural()
                disabled=locked
            />
        </div>
    }
    .into_any()
}

/// Which push to send.
fn push(pushes: &[PushChoice], locked: bool) -> AnyView {
    let mut options = vec![SelectOption::new("", "Choose a push")];
    let known = pushes.iter();
    options.extend(known.map(|push| SelectOption::new(push.id.to_string(), &push.name)));
    view! {
        <SelectField label="Push" name="push-id" options disabled=locked />
        <p class="row" data-gap="4">
            <a class="small" hidden data-part="open-push">
                "Open this push"
            </a>
            <a class="small" href="/pushes/new">
                "Compose a new push"
            </a>
        </p>
    }
    .into_any()
}

/// Where a step leads, as a list: the way to connect and disconnect without
/// drawing.
fn way(port: Port, locked: bool) -> AnyView {
    let label = match port.label() {
        "" => "Then",
        words => words,
    };
    let name = format!("way-{}", port_name(port));
    view! { <SelectField label name options=Vec::new() disabled=locked /> }.into_any()
}
