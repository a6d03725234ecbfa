//! Why a device is silent, or that it is not: the answer first, then the rest.

use domain::{
    ContactId,
    device::{DeviceVerdict, Finding, Outlook, Remedy},
};
use leptos::prelude::*;
use ui::{ExactTime, Icon, Tone};

/// Where remedies lead.
pub struct Places {
    /// Its contact.
    pub contact: ContactId,
    /// Slug of its app.
    pub app: String,
}

impl Places {
    /// A link to where something can be done.
    fn link(&self, remedy: Remedy) -> Option<(String, &'static str)> {
        match remedy {
            Remedy::Contact => Some((
                format!("/contacts/{}?tab=consent", self.contact),
                "Open the contact’s consent",
            )),
            Remedy::Credential if !self.app.is_empty() => Some((
                format!("/settings/apps/{}", self.app),
                "Open the app’s credentials",
            )),
            Remedy::Device | Remedy::Page | Remedy::None | Remedy::Credential => None,
        }
    }
}

const fn tone(outlook: Outlook) -> Tone {
    match outlook {
        Outlook::Ready => Tone::Accepted,
        Outlook::UnderWay => Tone::Waiting,
        Outlook::Doubtful => Tone::Paused,
        Outlook::Stopped => Tone::Suppressed,
        Outlook::Refused => Tone::Rejected,
    }
}

/// The verdict, what matters most first.
pub fn verdict_view(verdict: DeviceVerdict, places: &Places) -> AnyView {
    let others = (!verdict.others.is_empty()).then(|| {
        let others = verdict
            .others
            .into_iter()
            .map(|finding| view! { <li>{answer(finding, places, false)}</li> })
            .collect_view();
        view! {
            <h2 class="verdict__also">"Also"</h2>
            <ul class="verdict__others">{others}</ul>
        }
    });
    view! {
        <section class="verdict" aria-label="Verdict">
            {answer(verdict.first, places, true)} {others}
        </section>
    }
    .into_any()
}

fn answer(finding: Finding, places: &Places, first: bool) -> AnyView {
    let tone = tone(finding.outlook);
    let link = places
        .link(finding.remedy)
        .map(|(href, words)| view! { " " <a href=href>{words}</a> });
    let at = finding.at.map(|at| {
        view! {
            " on "
            <ExactTime at=at.as_millis() />
        }
    });
    view! {
        <div class="answer" data-tone=tone.name() data-first=first.then_some("")>
            <Icon glyph=tone.glyph() />
            <div>
                <p class="answer__headline">{finding.headline} {at}</p>
                <p class="answer__because">{finding.act} {link}</p>
            </div>
        </div>
    }
    .into_any()
}
