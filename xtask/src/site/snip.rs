//! Takes out of a WASM module what no page ever runs, though the linker must keep it.
//!
//! Leptos puts a function for hydrating lazily into a table for every type of view,
//! and a table's entries count as used. Nothing calls them unless pages start with
//! `leptos::mount::hydrate_lazy`; ours start with `hydrate_body`. They become a trap
//! of one instruction, and the optimizer drops what only they needed: a seventh of
//! the module. Whoever makes routes lazy must take this step away.

use anyhow::{Context, Result, bail};
use std::{fs, path::Path};
use walrus::{FunctionBuilder, FunctionId, FunctionKind, LocalFunction, Module, ModuleConfig};

/// Instructions below which a function is left alone. The compiler merges functions
/// that are equal to the byte under one of their names, and only small ones are equal
/// to something of another kind.
const SMALLEST: u64 = 60;

/// Replaces the bodies; the module must still have its names, and loses them.
pub(super) fn snip(file: &Path) -> Result<()> {
    let mut module = ModuleConfig::new()
        .generate_producers_section(false)
        .parse(&fs::read(file)?)
        .context("reading what wasm-bindgen wrote")?;
    let unused: Vec<FunctionId> = module
        .funcs
        .iter_local()
        .filter(|(id, body)| {
            let name = module.funcs.get(*id).name.as_deref();
            body.size() >= SMALLEST && name.is_some_and(hydrates_lazily)
        })
        .map(|(id, _)| id)
        .collect();
    if unused.is_empty() {
        bail!("no function hydrates lazily: did the module lose its names, or Leptos change?");
    }
    for id in unused {
        let trap = trap_like(&mut module, id);
        module.funcs.get_mut(id).kind = FunctionKind::Local(trap);
    }
    for function in module.funcs.iter_mut() {
        function.name = None;
    }
    fs::write(file, module.emit_wasm())?;
    Ok(())
}

/// Exactly the method and its future, not what is nested in them: that may be shared.
fn hydrates_lazily(name: &str) -> bool {
    let path = match name.rsplit_once("::h") {
        Some((path, hash)) if hash.len() == 16 => path,
        _ => name,
    };
    path.ends_with("::hydrate_async") || path.ends_with("::hydrate_async::{{closure}}")
}

/// A function of the same type that only traps.
fn trap_like(module: &mut Module, id: FunctionId) -> LocalFunction {
    let kind = module.types.get(module.funcs.get(id).ty());
    let (parameters, results) = (kind.params().to_vec(), kind.results().to_vec());
    let arguments = parameters
        .iter()
        .map(|value| module.locals.add(*value))
        .collect();
    let mut builder = FunctionBuilder::new(&mut module.types, &parameters, &results);
    builder.func_body().unreachable();
    builder.local_func(arguments)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_method_and_its_future_are_taken_out() {
        let view = "<T as tachys::view::any_view::IntoAny>::into_any";
        for name in ["hydrate_async", "hydrate_async::{{closure}}"] {
            assert!(hydrates_lazily(&format!("{view}::{name}")));
            assert!(hydrates_lazily(&format!(
                "{view}::{name}::h0123456789abcdef"
            )));
        }
        for name in [
            "hydrate_from_server",
            "hydrate_async::{{closure}}::prep",
            "hydrate_async::{{closure}}::{{closure}}",
        ] {
            assert!(!hydrates_lazily(&format!(
                "{view}::{name}::h0123456789abcdef"
            )));
        }
    }
}
