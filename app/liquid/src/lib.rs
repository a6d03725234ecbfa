//! Carillon's Liquid: a small, strict template language for personalizing pushes.
//!
//! Owns parsing ([`Template::parse`]), rendering ([`Template::render`]), the values templates
//! read ([`Value`]) and the [`Limits`] that keep a template from running away. The same code
//! runs in the server and in the browser's preview.
//!
//! Must not know: contacts, pushes, storage, HTTP, the system clock ([`Moment`] comes in), time
//! zone databases (a fixed offset comes in), or any other crate of the workspace.
//!
//! The language is Shopify's Liquid in its strict mode, without `include`, `render` and
//! `tablerow`: an undefined variable is empty, an unknown tag or filter or a wrong number of
//! arguments is refused when the template is parsed.
//!
//! ```
//! use liquid::{Limits, Moment, Template, Value};
//!
//! let template = Template::parse("Hi {{ contact.first_name | default: 'there' }}")?;
//! let data = Value::object([("contact", Value::object([("first_name", "Ada".into())]))]);
//! let text = template.render(&data, &Limits::default(), Moment::utc(0))?;
//! assert_eq!(text, "Hi Ada");
//! # Ok::<(), liquid::Problem>(())
//! ```

mod ast;
mod filters;
mod lexer;
mod limits;
pub mod lines;
mod number;
mod parser;
mod problem;
mod render;
mod template;
mod value;
mod variables;

pub use limits::{Limits, Moment};
pub use lines::render_json_line;
pub use problem::{Kind, ParseError, Problem, RenderError};
pub use template::{MAX_TEMPLATE_BYTES, Template};
pub use value::{Key, Object, Value};
pub use variables::VariableUse;
