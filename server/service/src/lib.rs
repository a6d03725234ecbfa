//! Use cases: authorise, check, change, audit, enqueue.
