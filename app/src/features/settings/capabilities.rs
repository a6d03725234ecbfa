//! An app's name, and what the installed app can show: previews and payloads
//! follow it.

pub mod categories;
pub mod record;

use domain::{app::App, device::Channel};
use leptos::{prelude::*, server_fn::ServerFn};
use ui::{
    Button, ButtonKind, CallForm, Card, Checkbox, FieldError, FormFailure, FormSummary, InputKind,
    NumberField, Switch, TextArea, TextField, Then,
};

use super::api::SaveApp;
use categories::Categories;
use record::{RECORD, RecordDialog};

/// The form.
#[component]
pub fn CapabilitiesForm(
    /// The app.
    app: App,
    /// The channels that there are: one may be off.
    offered: Vec<Channel>,
    /// The person may change it.
    may_edit: bool,
) -> impl IntoView {
    let dialog = view! { <RecordDialog app=app.clone() may_edit /> };
    let known = app.capabilities;
    let locked = !may_edit;
    let channels = Channel::ALL.into_iter().filter_map(|channel| {
        let used = known.channels.contains(&channel);
        (used || offered.contains(&channel)).then(|| {
            view! {
                <Checkbox
                    label=channel.label()
                    name="capabilities.channels"
                    one_of=channel.name()
                    key=format!("uses-{}", channel.name())
                    value=used
                    disabled=locked
                />
            }
        })
    });
    let channels = channels.collect_view();
    view! {
        <Card title="What the app can show">
            <p class="quiet">
                "Whoever builds the app knows it. The preview draws by it, and each payload is made for it."
            </p>
            <CallForm
                call=SaveApp::url()
                then=Then::say("The app was saved.")
                id="capabilities"
                class="form form--narrow"
            >
                <FormFailure />
                <FormSummary />
                <input type="hidden" name="slug" value=app.slug />
                <TextField label="Name" name="name" value=app.name disabled=locked />
                <fieldset class="field" id="field-channels" tabindex="-1">
                    <legend class="field__label">"Channels that it uses"</legend>
                    <div class="channels">{channels}</div>
                    <FieldError name="capabilities.channels" />
                    <p class="field__hint">"If none is ticked, no platform is ruled out."</p>
                </fieldset>
                <h3 class="form__part">"iOS"</h3>
                <Switch
                    label="The app has a notification service extension"
                    name="capabilities.ios_service_extension"
                    key="ios_service_extension"
                    value=known.ios_service_extension
                    hint="Without one, iOS shows no images."
                    disabled=locked
                />
                <Categories categories=known.ios_categories locked />
                <h3 class="form__part">"Android and Fire OS"</h3>
                <Switch
                    label="The app draws pushes itself"
                    name="capabilities.android_handler"
                    key="android_handler"
                    value=known.android_handler
                    hint="Without that, Android shows no buttons."
                    disabled=locked
                />
                <TextArea
                    label="Notification channels"
                    name="capabilities.android_channels"
                    key="android_channels"
                    value=known.android_channels.join("\n")
                    read_as="lines"
                    mono=true
                    rows=2
                    placeholder="offers"
                    hint="Ids of the channels that the app made, one a line. Pushes go to the first unless they name one."
                    disabled=locked
                />
                <h3 class="form__part">"Web"</h3>
                <NumberField
                    label="Buttons that the site’s worker shows"
                    name="capabilities.web_actions"
                    key="web_actions"
                    value=known.web_actions.to_string()
                    min=0
                    max=4
                    hint="Carillon’s worker shows as many as the browser draws, commonly 2. 0: none are sent."
                    disabled=locked
                />
                <div class="row">
                    {may_edit.then(|| view! { <Button submit=true kind=ButtonKind::Primary>"Save the app"</Button> })}
                    <Button opens=RECORD>"As JSON…"</Button>
                </div>
            </CallForm>
        </Card>
        {dialog}
    }
    .into_any()
}

/// The kind of a field that holds an identifier.
const ID: InputKind = InputKind::Mono;
