//! A parsed template and what can be asked of it.

use crate::ast::Body;
use crate::limits::{Limits, Meter, Moment};
use crate::number::int_text;
use crate::parser;
use crate::problem::{Fault, Kind, ParseError, RenderError, offset};
use crate::render::Renderer;
use crate::value::Value;
use crate::variables::{VariableUse, may_read, variables};

/// No template is longer, in bytes.
pub const MAX_TEMPLATE_BYTES: usize = 64 * 1024;

/// A template, parsed once and rendered for as many contacts as there are.
#[derive(Debug)]
pub struct Template {
    source: Box<str>,
    body: Body,
}

impl Template {
    /// Parses a template.
    ///
    /// # Errors
    /// If the template is not well formed, uses a tag or filter that does not exist, or gives a
    /// filter a wrong number of arguments.
    pub fn parse(source: &str) -> Result<Self, ParseError> {
        let body = if source.len() > MAX_TEMPLATE_BYTES {
            Err(Fault::new(
                Kind::TemplateSize,
                &[
                    "a template has at most ",
                    &int_text(i64::from(offset(MAX_TEMPLATE_BYTES))),
                    " bytes",
                ],
            ))
        } else {
            parser::parse(source)
        };
        match body {
            Ok(body) => Ok(Self {
                source: source.into(),
                body,
            }),
            Err(fault) => Err(fault.locate(source)),
        }
    }

    /// Renders the template with the variables of `data`, which is an object.
    ///
    /// # Errors
    /// If a limit is met, or a filter or comparison is given what it cannot take.
    pub fn render(
        &self,
        data: &Value,
        limits: &Limits,
        moment: Moment,
    ) -> Result<String, RenderError> {
        let mut text = String::with_capacity(self.source.len());
        self.render_into(&mut text, data, limits, moment)?;
        Ok(text)
    }

    /// Renders the template to the end of `out`; on an error `out` is as it was.
    ///
    /// # Errors
    /// As [`Template::render`].
    pub fn render_into(
        &self,
        out: &mut String,
        data: &Value,
        limits: &Limits,
        moment: Moment,
    ) -> Result<(), RenderError> {
        let before = out.len();
        let meter = Meter::new(*limits, moment);
        let mut sink = meter.sink(out);
        let rendered = Renderer::new(&self.source, data, &meter).body(&self.body, &mut sink);
        rendered.map_err(|fault| {
            out.truncate(before);
            fault.locate(&self.source)
        })
    }

    /// What the template was parsed from.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The variables that the template reads from its data, each path once, in order of first
    /// use. What the template assigns or loops over itself is left out.
    pub fn variables(&self) -> Vec<VariableUse> {
        variables(&self.body, &self.source)
    }

    /// Whether rendering may look at the variable `name` of its data: where this says no, the
    /// text is the same whatever that variable holds.
    pub fn may_read(&self, name: &str) -> bool {
        may_read(&self.body, &self.source, name)
    }
}
