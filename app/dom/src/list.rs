//! Lists whose items stay while their keys do.

use std::{cell::RefCell, rc::Rc};

use reactive_graph::{
    effect::RenderEffect,
    graph::untrack,
    owner::{Owner, StoredValue},
};

use crate::El;

/// An item: its key, its element, and what made it.
struct Item<K> {
    key: K,
    element: El,
    owner: Owner,
}

impl El {
    /// Holds one element for each key, in the keys' order. An element is made when its
    /// key comes and taken out when it goes; what it follows is its own.
    pub fn each<K: PartialEq + Clone + 'static>(
        self,
        keys: impl Fn() -> Vec<K> + 'static,
        make: impl Fn(K) -> El + 'static,
    ) -> Self {
        let place = self.clone();
        // Items live as long as the list, not as long as one look at its keys.
        let owner = Owner::current().unwrap_or_default();
        let items = Rc::new(RefCell::new(Vec::<Item<K>>::new()));
        let effect = RenderEffect::new(move |_: Option<()>| {
            let wanted = keys();
            let mut before = items.take();
            let mut after = Vec::with_capacity(wanted.len());
            for key in wanted {
                let known = before.iter().position(|item| item.key == key);
                let item = known.map(|at| before.swap_remove(at));
                let item = item.unwrap_or_else(|| {
                    let owner = owner.child();
                    let made = key.clone();
                    let element = owner.with(|| untrack(|| make(made)));
                    Item {
                        key,
                        element,
                        owner,
                    }
                });
                after.push(item);
            }
            for gone in before {
                gone.element.remove();
                gone.owner.cleanup();
            }
            place.arrange(after.iter().map(|item| &item.element));
            items.replace(after);
        });
        StoredValue::new_local(effect);
        self
    }

    /// Puts these elements first in it, in this order, moving only what stands elsewhere:
    /// an element that is moved loses its focus.
    fn arrange<'a>(&self, elements: impl Iterator<Item = &'a El>) {
        let mut next = self.node().first_child();
        for element in elements {
            let node: &web_sys::Node = element.node();
            if next.as_ref() == Some(node) {
                next = node.next_sibling();
            } else {
                // Refused only if the element held this one.
                let _ = self.node().insert_before(node, next.as_ref());
            }
        }
    }
}
