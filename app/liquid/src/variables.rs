//! Which variables a template reads: for hints and checks in the editor, and so that nothing is
//! fetched that no template looks at.

use serde::Serialize;

use crate::ast::{
    Body, Comparison, Condition, Expr, Group, Node, NodeKind, Offset, Path, Pipeline, Root, Step,
    Test,
};
use crate::problem::line_and_column;
use crate::value::Value;

/// A variable that a template reads, at its first use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct VariableUse {
    /// The path from the data's root, such as `contact`, `first_name`; it ends before a part
    /// that is computed or a list's place.
    pub path: Vec<String>,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

pub(crate) fn variables(body: &Body, source: &str) -> Vec<VariableUse> {
    Walk::over(body, source).found
}

/// Whether the data's variable `name` may be read. What the template assigns itself counts as
/// well: whether an assignment is reached is known by rendering alone.
pub(crate) fn may_read(body: &Body, source: &str, name: &str) -> bool {
    let walk = Walk::over(body, source);
    walk.computes_names || walk.names.contains(&name)
}

struct Walk<'t> {
    source: &'t str,
    /// Names the template itself has given a value by now.
    locals: Vec<&'t str>,
    found: Vec<VariableUse>,
    /// Every name that is read, of the data or of the template's own.
    names: Vec<&'t str>,
    /// Whether a path begins with a name that is computed.
    computes_names: bool,
}

impl<'t> Walk<'t> {
    fn over(body: &'t Body, source: &'t str) -> Self {
        let mut walk = Self {
            source,
            locals: Vec::new(),
            found: Vec::new(),
            names: Vec::new(),
            computes_names: false,
        };
        walk.body(body);
        walk
    }

    fn body(&mut self, body: &'t Body) {
        body.nodes.iter().for_each(|node| self.node(node));
    }

    fn node(&mut self, node: &'t Node) {
        match &node.kind {
            NodeKind::Text(_) | NodeKind::Raw(_) | NodeKind::Break | NodeKind::Continue => {}
            NodeKind::Output(pipeline) => self.pipeline(pipeline),
            NodeKind::Assign(name, pipeline) => {
                self.pipeline(pipeline);
                self.locals.push(name);
            }
            NodeKind::Capture(name, body) => {
                self.body(body);
                self.locals.push(name);
            }
            NodeKind::If(branches) => {
                for branch in branches {
                    match &branch.test {
                        Test::When(condition) | Test::Unless(condition) => {
                            self.condition(condition);
                        }
                        Test::Always => {}
                    }
                    self.body(&branch.body);
                }
            }
            NodeKind::Case(case) => {
                self.expression(&case.subject);
                for arm in &case.arms {
                    arm.values.iter().for_each(|value| self.expression(value));
                    self.body(&arm.body);
                }
            }
            NodeKind::For(tag) => {
                self.expression(&tag.collection);
                tag.limit.iter().for_each(|limit| self.expression(limit));
                if let Offset::At(offset) = &tag.offset {
                    self.expression(offset);
                }
                let outside = self.locals.len();
                self.locals.extend([&*tag.variable, "forloop"]);
                self.body(&tag.body);
                self.locals.drain(outside..outside + 2);
                tag.otherwise.iter().for_each(|body| self.body(body));
            }
            NodeKind::Cycle(cycle) => {
                if let Group::Named(name) = &cycle.group {
                    self.expression(name);
                }
                cycle.values.iter().for_each(|value| self.expression(value));
            }
            // Counts on from what the data has.
            NodeKind::Increment(name) | NodeKind::Decrement(name) => {
                self.names.push(name);
                self.locals.push(name);
            }
            NodeKind::IfChanged(body) => self.body(body),
        }
    }

    fn pipeline(&mut self, pipeline: &'t Pipeline) {
        self.expression(&pipeline.input);
        for call in &pipeline.calls {
            call.arguments
                .iter()
                .chain(&call.allow_false)
                .for_each(|argument| self.expression(argument));
        }
    }

    fn condition(&mut self, condition: &'t Condition) {
        self.comparison(&condition.first);
        condition
            .rest
            .iter()
            .for_each(|(_, comparison)| self.comparison(comparison));
    }

    fn comparison(&mut self, comparison: &'t Comparison) {
        self.expression(&comparison.left);
        if let Some((_, right)) = &comparison.right {
            self.expression(right);
        }
    }

    fn expression(&mut self, expression: &'t Expr) {
        match expression {
            Expr::Literal(_) | Expr::Empty | Expr::Blank => {}
            Expr::Path(path) => self.path(path),
            Expr::Range(bounds) => {
                self.expression(&bounds.0);
                self.expression(&bounds.1);
            }
        }
    }

    fn path(&mut self, path: &'t Path) {
        for step in &path.steps {
            if let Step::Index(key) = step {
                self.expression(key);
            }
        }
        let root = match &path.root {
            Root::Name(root) => root,
            Root::Computed(expression) => {
                self.computes_names = true;
                return self.expression(expression);
            }
        };
        self.names.push(root);
        if self.locals.contains(&&**root) {
            return;
        }
        let mut names = vec![String::from(&**root)];
        names.extend(path.steps.iter().map_while(|step| match step {
            Step::Name(name) => Some(String::from(&**name)),
            Step::Index(Expr::Literal(Value::Str(name))) => Some(String::from(&**name)),
            Step::Index(_) => None,
        }));
        if !self.found.iter().any(|known| known.path == names) {
            let (line, column) = line_and_column(self.source, path.at);
            self.found.push(VariableUse {
                path: names,
                line,
                column,
            });
        }
    }
}
