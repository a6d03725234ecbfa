//! Where agents run that do not send: all that waits for the database.

use std::sync::mpsc;
use std::{io, thread};

use tokio::runtime::{Builder, Handle, Runtime};
use tokio_util::sync::{CancellationToken, DropGuard};

/// A runtime for agents. Dropped, it ends with whatever still runs on it, if it is one
/// of its own.
#[derive(Debug)]
pub(crate) struct Home {
    handle: Handle,
    _end: Option<DropGuard>,
}

impl Home {
    /// The runtime that this is called on. PostgreSQL's connections belong to the runtime
    /// that opened them, and would end with another.
    pub(crate) fn here() -> Self {
        Self {
            handle: Handle::current(),
            _end: None,
        }
    }

    /// A thread of its own. SQLite answers from threads of its own, often and briefly,
    /// and each answer to a wider runtime wakes one worker after the other to see
    /// whether there is more to do.
    ///
    /// # Errors
    /// When no thread could be started.
    pub(crate) fn apart() -> io::Result<Self> {
        let end = CancellationToken::new();
        let ended = end.clone();
        let handle = thread_of_its_own("engine", move |runtime| {
            runtime.block_on(ended.cancelled());
            // What it computes in the background ends by itself.
            runtime.shutdown_background();
        })?;
        Ok(Self {
            handle,
            _end: Some(end.drop_guard()),
        })
    }

    /// Where to spawn.
    pub(crate) const fn handle(&self) -> &Handle {
        &self.handle
    }
}

/// Starts a thread with a runtime, and waits until it has one: made elsewhere, it could
/// not be dropped there if no thread can be started.
///
/// # Errors
/// When there is no thread or runtime to be had.
pub(crate) fn thread_of_its_own(
    name: &str,
    work: impl FnOnce(Runtime) + Send + 'static,
) -> io::Result<Handle> {
    let (made, is_made) = mpsc::sync_channel(1);
    thread::Builder::new()
        .name(name.to_owned())
        .spawn(move || {
            let runtime = Builder::new_current_thread().enable_all().build();
            // Whoever starts it waits.
            let _ = made.send(
                runtime
                    .as_ref()
                    .map(|own| own.handle().clone())
                    .map_err(io::Error::kind),
            );
            if let Ok(runtime) = runtime {
                work(runtime);
            }
        })?;
    let handle = is_made.recv().map_err(io::Error::other)?;
    Ok(handle?)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::sync::oneshot;

    use super::*;

    #[tokio::test]
    async fn what_runs_apart_runs_on_one_thread_and_ends_with_it() {
        let home = Home::apart().expect("a thread");
        let name = || thread::current().name().map(str::to_owned);
        let ran = home.handle().spawn(async move { name() }).await;
        assert_eq!(ran.expect("it ran").as_deref(), Some("engine"));
        let (held, gone) = oneshot::channel::<()>();
        home.handle().spawn(async move {
            std::future::pending::<()>().await;
            drop(held);
        });
        drop(home);
        let gone = tokio::time::timeout(Duration::from_secs(10), gone).await;
        assert!(gone.expect("it ends soon").is_err(), "nothing was sent");
    }

    #[tokio::test]
    async fn what_runs_here_is_not_ended() {
        let home = Home::here();
        let (sender, answer) = oneshot::channel();
        home.handle().spawn(async move {
            tokio::time::sleep(Duration::from_millis(1)).await;
            let _ = sender.send(());
        });
        drop(home);
        assert!(answer.await.is_ok());
    }
}
