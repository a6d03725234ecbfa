//! Agents: scheduler, enroller, runner, dispatcher, rescuer, sweeper.
