//! Prints every component as one HTML page, to be looked at beside its style
//! sheet: `cargo run -p ui --features ssr --example gallery > gallery.html`.

use leptos::prelude::*;
use ui::{
    Badge, Button, ButtonKind, ButtonSize, Card, Checkbox, Code, Column, DialogBody, DialogFoot,
    EmptyState, ErrorPanel, Fact, Facts, Figure, FormError, FormSummary, Funnel, FunnelPart, Glyph,
    IconButton, InputKind, LinkButton, LinkTabs, Loading, Notice, NumberField, Page, Pager,
    Progress, Reason, RelativeTime, SearchField, Section, Segment, Segmented, SelectField,
    SelectOption, State, StateChip, Switch, Table, TextArea, TextField, Timeline, TimelineItem,
    Token, Tone, provide_page_clock,
};

const NOW: i64 = 1_795_316_400_000;
const STATES: [State; 19] = [
    State::Draft,
    State::Live,
    State::Scheduled,
    State::Planned,
    State::Waiting,
    State::Running,
    State::Paused,
    State::Finished,
    State::Stopped,
    State::Accepted,
    State::Rejected,
    State::Failed,
    State::Suppressed,
    State::Expired,
    State::TokenGone,
    State::Unknown,
    State::Active,
    State::Quarantined,
    State::OptedOut,
];

fn main() {
    let owner = Owner::new();
    owner.set();
    provide_page_clock(NOW);
    let body = gallery().to_html();
    println!(
        "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>\
         <title>Gallery</title><link rel=stylesheet href=main.css><body>{body}</body></html>"
    );
}

fn gallery() -> AnyView {
    view! {
        <Page
            title="Components"
            lead="Everything that pages are built from."
            state=|| view! { <StateChip state=State::Live /> }
            actions=|| {
                view! {
                    <Button glyph=Glyph::Play>"Simulate"</Button>
                    <Button kind=ButtonKind::Primary glyph=Glyph::Plus>
                        "New campaign"
                    </Button>
                }
            }
        >
            <LinkTabs
                label="Campaign"
                here="/c/1/workflow"
                tabs=vec![
                    ("/c/1/workflow".into(), "Workflow".into()),
                    ("/c/1/pushes".into(), "Pushes".into()),
                    ("/c/1/results".into(), "Results".into()),
                ]
            />
            {buttons()}
            {states()}
            {fields()}
            {lists()}
            {numbers()}
            {notices()}
        </Page>
    }
    .into_any()
}

fn buttons() -> AnyView {
    view! {
        <Section title="Buttons">
            <div class="row">
                <Button kind=ButtonKind::Primary>"Publish"</Button>
                <Button>"Save draft"</Button>
                <Button kind=ButtonKind::Quiet>"Cancel"</Button>
                <Button kind=ButtonKind::Danger glyph=Glyph::Trash>
                    "Delete campaign"
                </Button>
                <Button kind=ButtonKind::Primary busy=true>
                    "Sending"
                </Button>
                <Button disabled=true>"Not now"</Button>
                <LinkButton href="/" size=ButtonSize::Small glyph=Glyph::External>
                    "Open"
                </LinkButton>
                <IconButton glyph=Glyph::Undo label="Undo" />
                <IconButton glyph=Glyph::Fit label="Fit" pressed=true />
            </div>
        </Section>
    }
    .into_any()
}

fn states() -> AnyView {
    view! {
        <Section title="States">
            <div class="row">
                {STATES.map(|state| view! { <StateChip state /> }).collect_view()}
                <Badge tone=Tone::Accent>"Promotional"</Badge>
                <Badge glyph=Glyph::Device>"iOS"</Badge>
            </div>
        </Section>
    }
    .into_any()
}

fn fields() -> AnyView {
    const NO_SCHEME: &str = "The link needs a scheme, such as https:// or app://.";
    let errors = vec![FormError {
        field: "link".into(),
        message: NO_SCHEME.into(),
    }];
    let platforms = vec![
        Segment::new("ios", "iOS").with(Glyph::Device),
        Segment::new("android", "Android"),
    ];
    view! {
        <Section title="Fields">
            <FormSummary errors />
            <div class="beside">
                <form class="form">
                    <TextField
                        label="Title"
                        name="title"
                        value="Hi {{ contact.first_name }}"
                        hint="About 35 characters fit beside the time."
                        note="27 characters"
                    />
                    <TextArea label="Body" name="body" placeholder="What should they know?" />
                    <TextField
                        label="Link"
                        name="link"
                        kind=InputKind::Url
                        value="shop/offers"
                        error=NO_SCHEME
                    />
                    <div class="form__pair">
                        <NumberField label="Time to live" name="ttl" value="24" unit="hours" />
                        <SelectField
                            label="Campaign"
                            name="campaign"
                            value="b"
                            options=vec![
                                SelectOption::new("a", "Welcome"),
                                SelectOption::new("b", "Spring sale"),
                            ]
                        />
                    </div>
                    <Checkbox
                        label="Replace an earlier push that was not read"
                        name="collapse"
                        value=true
                        hint="Uses the collapse id on every platform."
                    />
                    <Switch label="Sound" name="sound" value=true />
                    <Segmented label="Platform" name="platform" parts=platforms value="ios" />
                    <div class="form__end">
                        <Button kind=ButtonKind::Primary submit=true>
                            "Save"
                        </Button>
                        <Button kind=ButtonKind::Quiet>"Cancel"</Button>
                    </div>
                </form>
                <dialog open class="dialog" style="position:static">
                    <header class="dialog__head">
                        <h2 class="dialog__title">"Delete “Spring sale”?"</h2>
                        <IconButton glyph=Glyph::Close label="Close" />
                    </header>
                    <DialogBody>
                        <p>"Its 3 pushes go with it. Results stay in the audit log."</p>
                    </DialogBody>
                    <DialogFoot>
                        <Button>"Cancel"</Button>
                        <Button kind=ButtonKind::Danger>"Delete campaign"</Button>
                    </DialogFoot>
                </dialog>
            </div>
        </Section>
    }
    .into_any()
}

fn lists() -> AnyView {
    let names = [
        ("Ana Kovač", "c-1042", State::Active, 4),
        ("Minh Trần", "c-1043", State::OptedOut, 3000),
    ];
    view! {
        <Section title="Lists">
            <div class="filter">
                <SearchField label="Find a contact" name="q" />
                <Button glyph=Glyph::Filter>"Filter"</Button>
            </div>
            <Table
                caption="Contacts"
                columns=vec![
                    Column::new("Name"),
                    Column::new("External id"),
                    Column::new("State"),
                    Column::number("Devices"),
                    Column::tight("Seen"),
                    Column::tight(""),
                ]
            >
                {names
                    .map(|(name, id, state, minutes)| {
                        view! {
                            <tr>
                                <td>
                                    <a class="table__link" href="#">
                                        {name}
                                    </a>
                                </td>
                                <td data-label="External id">
                                    <Token text=id what="id" />
                                </td>
                                <td data-label="State">
                                    <StateChip state />
                                </td>
                                <td class="number" data-label="Devices">
                                    "2"
                                </td>
                                <td class="quiet" data-label="Seen">
                                    <RelativeTime at=NOW - minutes * 60_000 />
                                </td>
                                <td>
                                    <IconButton glyph=Glyph::More label="More" size=ButtonSize::Small />
                                </td>
                            </tr>
                        }
                    })
                    .collect_view()}
            </Table>
            <Pager shown="2 contacts" next="?after=x" />
        </Section>
    }
    .into_any()
}

fn numbers() -> AnyView {
    let part = |tone, label: &str, count| FunnelPart {
        tone,
        label: label.into(),
        count,
        href: Some("#".into()),
        reasons: vec![],
    };
    let mut suppressed = part(Tone::Suppressed, "Suppressed", 1480);
    suppressed.reasons = vec![
        Reason {
            label: "Opted out".into(),
            count: 1200,
            href: None,
        },
        Reason {
            label: "No device".into(),
            count: 280,
            href: None,
        },
    ];
    view! {
        <div class="beside">
            <Card title="Spring sale">
                <Funnel
                    label="Contacts in the audience".to_owned()
                    total=20_000
                    parts=vec![
                        part(Tone::Accepted, "Accepted", 17_900),
                        suppressed,
                        part(Tone::Rejected, "Rejected", 212),
                        part(Tone::Unknown, "Unknown", 8),
                    ]
                />
            </Card>
            <div class="stack">
                <Card title="Today">
                    <div class="row" data-gap="8">
                        <Figure value="128,402" label="accepted" />
                        <Figure value="3.1%" label="opened" />
                    </div>
                    <Progress
                        label="Importing contacts.csv"
                        done=Signal::stored(420_000)
                        total=Signal::stored(Some(1_000_000))
                        rate=Signal::stored(31_000.0)
                        unit="rows"
                    >
                        <Button size=ButtonSize::Small kind=ButtonKind::Quiet>
                            "Cancel"
                        </Button>
                    </Progress>
                </Card>
                <Card title="Device">
                    <Facts>
                        <Fact name="Platform">"iOS 19.1"</Fact>
                        <Fact name="Permission">
                            <StateChip state=State::Active label="Granted" />
                        </Fact>
                        <Fact name="Push token">
                            <Token text="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08" what="token" />
                        </Fact>
                    </Facts>
                </Card>
            </div>
        </div>
        <Section title="Timeline">
            <Timeline>
                <TimelineItem glyph=Glyph::CheckCircle tone=Tone::Accepted at=NOW - 90_000>
                    <p>"APNs accepted “Welcome back”"</p>
                </TimelineItem>
                <TimelineItem glyph=Glyph::Ban tone=Tone::Suppressed at=NOW - 7_200_000>
                    <p>"Suppressed: opted out of offers"</p>
                </TimelineItem>
            </Timeline>
            <Code
                what="payload"
                text="{\n  \"aps\": {\n    \"alert\": { \"title\": \"Hi Ana\", \"body\": \"…\" }\n  }\n}"
            />
        </Section>
    }
    .into_any()
}

fn notices() -> AnyView {
    view! {
        <Section title="Notices">
            <Notice tone=Tone::Paused title="Android will not show the buttons">
                <p>"This app has no handler for data messages. Ask its developer to add one, or leave the buttons out."</p>
            </Notice>
            <Notice>
                <p>"3 contacts will not receive this: 2 opted out, 1 has no device."</p>
            </Notice>
            <ErrorPanel
                title="The contacts could not be loaded"
                text="Nothing was changed. Try again; if it keeps happening, quote the incident."
                incident="01k3-9fq2"
            >
                <Button glyph=Glyph::Refresh>"Try again"</Button>
            </ErrorPanel>
            <Card>
                <EmptyState
                    glyph=Glyph::Push
                    title="No pushes yet"
                    text="Pushes that you write appear here, each with its campaign and where it was last sent."
                >
                    <Button kind=ButtonKind::Primary glyph=Glyph::Plus>
                        "New push"
                    </Button>
                    <a href="#">"How pushes work"</a>
                </EmptyState>
            </Card>
            <Loading label="Looking for devices" />
        </Section>
    }
    .into_any()
}
