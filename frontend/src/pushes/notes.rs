//! What will not be seen, and what the push weighs.

use std::cell::RefCell;

use app::features::pushes::{
    remarks::{Remark, cut_short, left_out},
    weighed::Weighed,
};
use dom::{El, follow};
use reactive_graph::{prelude::*, signal::RwSignal};

use super::{editor::Editor, preview::Cuts};

/// Brings the weight and the list of remarks to life.
pub(super) fn start(editor: &'static Editor, cuts: RwSignal<Cuts>) {
    weigh(editor);
    let list = editor.page.part("remarks");
    let in_full = editor.page.part("in-full");
    let said = RefCell::new(None::<Vec<Remark>>);
    follow(move || {
        let mut remarks = editor.composed.with(|composed| {
            let look = composed.look.as_ref();
            in_full.flag("hidden", look.is_err());
            look.map(left_out).unwrap_or_default()
        });
        let view = editor.view;
        let setting = view.setting();
        cuts.with(|cuts| {
            for (part, cut) in ["title", "text"].iter().zip(cuts) {
                remarks.extend(cut.as_ref().map(|cut| cut_short(part, cut, setting)));
            }
        });
        if !remarks.is_empty() {
            in_full.flag("hidden", true);
        }
        // It is read aloud: nothing is said again that was said.
        if said.borrow().as_ref() != Some(&remarks) {
            let lines: Vec<El> = remarks.iter().filter_map(line).collect();
            list.flag("hidden", lines.is_empty());
            list.fill(&lines);
            said.replace(Some(remarks));
        }
    });
}

fn line(remark: &Remark) -> Option<El> {
    let line = El::from_template(remark.about.template())?;
    line.find("span")?.say(&remark.words);
    Some(line)
}

/// The byte count and its bar.
fn weigh(editor: &'static Editor) {
    let weight = editor.page.part("weight");
    let (Some(count), Some(bar)) = (weight.find(".weight__count"), weight.find("progress")) else {
        return;
    };
    let too_large = weight.part("too-large");
    follow(move || {
        let weighed = editor.composed.with(|composed| Weighed::of(&composed.look));
        weight.set("data-tone", weighed.tone);
        count.say(&weighed.words);
        let bytes = weighed.counted.map(|counted| counted.to_string());
        count.set_or_not("data-bytes", bytes.as_deref());
        bar.set("max", &weighed.limit.to_string());
        bar.set("value", &weighed.filled().to_string());
        too_large.flag("hidden", weighed.over.is_none());
        too_large.say(&weighed.over.unwrap_or_default());
    });
}
