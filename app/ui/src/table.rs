//! Tables of things, and the way to the next page of them.

use leptos::prelude::*;

use crate::button::{ButtonSize, LinkButton};

/// A column's heading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its words; empty for a column of buttons.
    pub label: &'static str,
    /// Holds numbers, set at the end of the cell.
    pub number: bool,
    /// As narrow as its content.
    pub tight: bool,
}

impl Column {
    /// A column of words.
    pub const fn new(label: &'static str) -> Self {
        Self {
            label,
            number: false,
            tight: false,
        }
    }

    /// A column of numbers.
    pub const fn number(label: &'static str) -> Self {
        Self {
            label,
            number: true,
            tight: false,
        }
    }

    /// A column as narrow as what it holds.
    pub const fn tight(label: &'static str) -> Self {
        Self {
            label,
            number: false,
            tight: true,
        }
    }
}

/// A table whose rows can be walked with the arrow keys. Rows come as children:
/// `<tr>` elements whose first cell holds an `<a class="table__link">`. Give
/// each other `<td>` a `data-label`, which names it when the row is a card.
#[component]
pub fn Table(
    /// The rows.
    children: Children,
    /// What the table holds, read aloud.
    #[prop(into)]
    caption: Signal<String>,
    /// The headings.
    columns: Vec<Column>,
) -> AnyView {
    let heads = columns
        .into_iter()
        .map(|column| {
            let class = match (column.number, column.tight) {
                (true, _) => "number",
                (_, true) => "table__tight",
                _ => "",
            };
            view! {
                <th scope="col" class=class>
                    {if column.label.is_empty() {
                        view! { <span class="spoken">"Actions"</span> }.into_any()
                    } else {
                        column.label.into_any()
                    }}
                </th>
            }
        })
        .collect_view();
    view! {
        <div class="table-frame">
            <table class="table table--cards">
                <caption class="spoken">{caption}</caption>
                <thead>
                    <tr>{heads}</tr>
                </thead>
                <tbody>{children()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// The way through a list that is paged by cursor.
#[component]
pub fn Pager(
    /// Where the list starts again; absent on the first page.
    #[prop(optional, into)]
    first: MaybeProp<String>,
    /// Where the next page is; absent on the last.
    #[prop(optional, into)]
    next: MaybeProp<String>,
    /// How much is in view: "50 contacts", "the last 12".
    #[prop(into)]
    shown: Signal<String>,
) -> AnyView {
    view! {
        <nav class="pager" aria-label="Pages">
            <span>{shown}</span>
            <span class="row">
                {move || {
                    first
                        .get()
                        .map(|href| {
                            view! {
                                <LinkButton href size=ButtonSize::Small>
                                    "First page"
                                </LinkButton>
                            }
                        })
                }}
                {move || {
                    next.get()
                        .map(|href| {
                            view! {
                                <LinkButton href size=ButtonSize::Small>
                                    "Next page"
                                </LinkButton>
                            }
                        })
                }}
            </span>
        </nav>
    }
    .into_any()
}
