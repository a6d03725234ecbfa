//! Images while they are typed: whether devices will have something to show. The server
//! looks, once an address has rested.

use std::{cell::Cell, rc::Rc};

use app::features::pushes::api::LookAtImage;
use dom::{El, Timer, follow};
use reactive_graph::{computed::Memo, prelude::*};
use serde_json::Value;

use super::editor::Editor;
use crate::ask::{call, spawn};

/// How long an address has to stay as it is before it is looked at, in milliseconds.
const REST: i32 = 900;

/// Brings the notes beside images to life.
pub(super) fn start(editor: &'static Editor) {
    if editor.may_edit {
        for place in editor.page.all("[data-image-note]") {
            let field = place.attribute("data-image-note").unwrap_or_default();
            note(editor, &place, field);
        }
    }
}

fn note(editor: &'static Editor, place: &El, field: String) {
    let composed = editor.composed;
    let address = Memo::new(move |_| {
        composed.with(|composed| {
            let look = composed.look.as_ref().ok()?;
            let image = look.images.iter().find(|(name, _)| *name == field);
            // What is wrong as it stands is said already.
            let fetched = image.filter(|_| composed.wrong.of(&field).is_none());
            fetched.map(|(_, address)| address.clone())
        })
    });
    let (timer, turn) = (Timer::unset(), Rc::new(Cell::new(0_u32)));
    let place = place.clone();
    follow(move || {
        let wanted = address.get();
        turn.set(turn.get().wrapping_add(1));
        place.flag("hidden", true);
        let (place, turn, now) = (place.clone(), turn.clone(), turn.get());
        timer.set(REST, move || {
            let Some(address) = wanted else {
                return;
            };
            let asked = call(&LookAtImage { address });
            spawn(async move {
                let answer = asked.await;
                if turn.get() == now
                    && let Ok(json) = answer
                {
                    say(&place, &json);
                }
            });
        });
    });
}

/// Says what was found: `{"Fine": "…"}` or `{"Doubtful": "…"}`.
fn say(place: &El, json: &str) {
    let verdict: Value = serde_json::from_str(json).unwrap_or_default();
    for (name, tone) in [("Fine", "plain"), ("Doubtful", "paused")] {
        if let Some(words) = verdict.get(name).and_then(Value::as_str) {
            place.set("data-tone", tone);
            place.say(words);
            place.flag("hidden", false);
        }
    }
}
