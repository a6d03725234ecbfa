//! What a page loads before it is shown: on the server, and after navigation in the
//! browser.
//!
//! All pages share one kind of resource, whose values are held without their types.
//! A resource for each type would bring the whole machinery of waiting, streaming and
//! hydrating into the module once for every page.

use leptos::{
    prelude::*,
    server::codee::{Decoder, Encoder},
};
use leptos_meta::Title;
use serde::{Serialize, de::DeserializeOwned};
use std::{any::Any, future::Future, marker::PhantomData, pin::Pin, sync::Arc};

use super::answer::Failure;
use crate::AppError;

/// What the server answered, or will.
pub struct Loaded<T> {
    resource: Resource<Held, PageJson>,
    kind: PhantomData<fn() -> T>,
}

impl<T> Clone for Loaded<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Loaded<T> {}

/// What a value must be to be loaded: written by the server, read by the browser.
pub trait Loadable: Clone + Serialize + DeserializeOwned + Send + Sync + 'static {}

impl<T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static> Loadable for T {}

/// Asks whenever `source` changes.
pub fn load<S, T, F>(
    source: impl Fn() -> S + Send + Sync + 'static,
    ask: impl Fn(S) -> F + Send + Sync + 'static,
) -> Loaded<T>
where
    S: PartialEq + Clone + Send + Sync + 'static,
    T: Loadable,
    F: Future<Output = Result<T, AppError>> + Send + 'static,
{
    Loaded::new(source, ask, false)
}

/// Like [`load`], and the server sends nothing of the page before the answer is there:
/// for what decides the page's status or leads elsewhere.
pub fn load_first<S, T, F>(
    source: impl Fn() -> S + Send + Sync + 'static,
    ask: impl Fn(S) -> F + Send + Sync + 'static,
) -> Loaded<T>
where
    S: PartialEq + Clone + Send + Sync + 'static,
    T: Loadable,
    F: Future<Output = Result<T, AppError>> + Send + 'static,
{
    Loaded::new(source, ask, true)
}

impl<T: Loadable> Loaded<T> {
    fn new<S, F>(
        source: impl Fn() -> S + Send + Sync + 'static,
        ask: impl Fn(S) -> F + Send + Sync + 'static,
        first: bool,
    ) -> Self
    where
        S: PartialEq + Clone + Send + Sync + 'static,
        F: Future<Output = Result<T, AppError>> + Send + 'static,
    {
        let ask = move |asked| -> Asked {
            let answer = ask(asked);
            Box::pin(async move { Held::of(answer.await) })
        };
        Self {
            resource: Resource::new_with_options(
                Box::new(source) as Source<S>,
                Box::new(ask) as Ask<S>,
                first,
            ),
            kind: PhantomData,
        }
    }

    /// Asks again.
    pub fn refetch(self) {
        self.resource.refetch();
    }

    /// The newest answer, if there is one: to be followed by effects. Pages
    /// [`show`](Self::show) it.
    pub fn answer(self) -> Option<Result<T, AppError>> {
        self.resource
            .with(|held| held.as_ref().map(Held::answer::<T>))
    }

    /// `waiting` until there is an answer, then what `shown` makes of it, or why there is
    /// nothing to show of `what`, with a button that asks again. What is shown stays while
    /// the next answer is awaited.
    pub fn show(
        self,
        what: &'static str,
        waiting: impl Into<ViewFnOnce>,
        shown: impl Fn(T) -> AnyView + Send + Sync + 'static,
    ) -> AnyView {
        self.show_answer(waiting, move |answer| match answer {
            Ok(found) => shown(found),
            Err(error) => self.failure(error, what),
        })
    }

    /// Like [`show`](Self::show), where a failure is more than a message.
    pub fn show_answer(
        self,
        waiting: impl Into<ViewFnOnce>,
        shown: impl Fn(Result<T, AppError>) -> AnyView + Send + Sync + 'static,
    ) -> AnyView {
        let shown: Shown = Arc::new(move |held| shown(held.answer()));
        let resource = self.resource;
        let waiting = waiting.into();
        let answered = move || suspended(resource, &shown);
        view! { <Transition fallback=waiting>{answered}</Transition> }.into_any()
    }

    /// Like [`show_answer`](Self::show_answer), and everything is made anew for each
    /// answer: for editors, whose state belongs to what they opened.
    pub fn show_afresh(
        self,
        waiting: impl Into<ViewFnOnce>,
        shown: impl Fn(Result<T, AppError>) -> AnyView + Send + Sync + 'static,
    ) -> AnyView {
        let shown: Shown = Arc::new(move |held| shown(held.answer()));
        let resource = self.resource;
        let waiting = waiting.into();
        let answered = move || suspended(resource, &shown);
        view! { <Suspense fallback=waiting>{answered}</Suspense> }.into_any()
    }

    /// A page of its own that says why `what` is not there.
    pub fn failed_page(self, title: &'static str, error: AppError, what: &'static str) -> AnyView {
        view! {
            <Title text=title />
            <div class="page">{self.failure(error, what)}</div>
        }
        .into_any()
    }

    /// In place of `what`, with a button that asks again.
    pub fn failure(self, error: AppError, what: &'static str) -> AnyView {
        let again = move |()| self.refetch();
        view! { <Failure error what again /> }.into_any()
    }
}

type Source<S> = Box<dyn Fn() -> S + Send + Sync>;
type Asked = Pin<Box<dyn Future<Output = Held> + Send>>;
type Ask<S> = Box<dyn Fn(S) -> Asked + Send + Sync>;
type Shown = Arc<dyn Fn(Held) -> AnyView + Send + Sync>;

fn suspended(resource: Resource<Held, PageJson>, shown: &Shown) -> Suspend<AnyView> {
    let shown = Arc::clone(shown);
    Suspend::new(async move { shown(resource.await) })
}

/// An answer without its type.
#[derive(Clone)]
enum Held {
    /// As the server wrote it into the document.
    Written(Arc<str>),
    /// As it was answered here.
    Answered(Answered),
}

#[derive(Clone)]
struct Answered {
    answer: Arc<dyn Any + Send + Sync>,
    /// Only the server writes answers into documents.
    #[cfg(feature = "ssr")]
    write: fn(&(dyn Any + Send + Sync)) -> String,
}

impl Held {
    fn of<T: Loadable>(answer: Result<T, AppError>) -> Self {
        Self::Answered(Answered {
            answer: Arc::new(answer),
            #[cfg(feature = "ssr")]
            write: |answer| {
                let answer = answer.downcast_ref::<Result<T, AppError>>();
                serde_json::to_string(&answer).unwrap_or_default()
            },
        })
    }

    /// The answer, which must be of the type that it was held with.
    fn answer<T: Loadable>(&self) -> Result<T, AppError> {
        let answer = match self {
            // What server functions answer is read from bytes too: one reader for both.
            Self::Written(text) => serde_json::from_slice(text.as_bytes()).ok(),
            Self::Answered(answered) => answered.answer.downcast_ref().cloned(),
        };
        answer.unwrap_or(Err(AppError::Unreachable))
    }
}

/// How answers stand in documents: JSON.
struct PageJson;

impl Encoder<Held> for PageJson {
    type Error = std::convert::Infallible;
    type Encoded = String;

    fn encode(held: &Held) -> Result<String, Self::Error> {
        Ok(match held {
            Held::Written(text) => text.to_string(),
            #[cfg(feature = "ssr")]
            Held::Answered(answered) => (answered.write)(answered.answer.as_ref()),
            #[cfg(not(feature = "ssr"))]
            Held::Answered(_) => String::new(),
        })
    }
}

impl Decoder<Held> for PageJson {
    type Error = std::convert::Infallible;
    type Encoded = str;

    fn decode(text: &str) -> Result<Held, Self::Error> {
        Ok(Held::Written(text.into()))
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_the_same_in_the_browser_as_on_the_server() {
        for answer in [
            Ok(vec!["Ada".to_owned(), "</script>".to_owned()]),
            Err(AppError::NotFound {
                what: "This push".to_owned(),
            }),
        ] {
            let held = Held::of(answer.clone());
            assert_eq!(held.answer::<Vec<String>>(), answer);
            let Ok(written) = PageJson::encode(&held);
            let Ok(read) = PageJson::decode(&written);
            assert_eq!(read.answer::<Vec<String>>(), answer);
        }
    }

    #[test]
    fn a_document_that_cannot_be_read_counts_as_no_answer() {
        let Ok(held) = PageJson::decode("{\"Ok\":");
        assert_eq!(held.answer::<u32>(), Err(AppError::Unreachable));
    }
}
