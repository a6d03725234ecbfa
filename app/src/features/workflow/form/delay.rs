//! How long to wait.

use super::Target;
use domain::workflow::{Delay, DelayUnit, Step};
use leptos::prelude::*;
use ui::{NumberField, SelectField, SelectOption};

/// The form of a delay.
pub(super) fn form(target: Target, delay: Delay) -> AnyView {
    let fields = Fields::new(delay);
    target.keep(move || Step::Delay {
        delay: fields.get(),
    });
    let error = target.error("delay.amount");
    view! { {fields.view("Wait", "delay", error, target.locked())} }.into_any()
}

/// A length of time as it is being typed.
#[derive(Clone, Copy)]
pub(super) struct Fields {
    amount: RwSignal<String>,
    unit: RwSignal<String>,
}

impl Fields {
    /// Starts with `delay`.
    pub(super) fn new(delay: Delay) -> Self {
        Self {
            amount: RwSignal::new(delay.amount.to_string()),
            unit: RwSignal::new(delay.unit.plural().to_owned()),
        }
    }

    /// What is typed now; an amount that is no number counts as none, which
    /// validation then asks to be mended.
    pub(super) fn get(self) -> Delay {
        let unit = self.unit.get();
        Delay {
            amount: self.amount.get().trim().parse().unwrap_or(0),
            unit: DelayUnit::ALL
                .into_iter()
                .find(|known| known.plural() == unit)
                .unwrap_or(DelayUnit::Days),
        }
    }

    /// Its two fields, side by side.
    pub(super) fn view(
        self,
        label: &'static str,
        name: &'static str,
        error: Signal<Option<String>>,
        locked: Signal<bool>,
    ) -> AnyView {
        let units: Vec<_> = DelayUnit::ALL
            .iter()
            .map(|unit| SelectOption::new(unit.plural(), unit.plural()))
            .collect();
        view! {
            <div class="form__pair">
                <NumberField
                    label=label
                    name=format!("{name}-amount")
                    value=self.amount
                    min=1
                    error=error
                    disabled=locked
                />
                <SelectField
                    label="Unit"
                    name=format!("{name}-unit")
                    options=units
                    value=self.unit
                    disabled=locked
                />
            </div>
        }
        .into_any()
    }
}
