//! Event-sourced, durable digital twins.
