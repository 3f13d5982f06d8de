//! The command as a user meets it: the real binary, real files, exit codes and both streams.

#![allow(
    clippy::unwrap_used,
    clippy::cast_possible_truncation,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

mod boot;
mod broken;
mod classes;
mod company;
mod copies;
mod deferred;
mod demand;
mod diff;
mod doctor;
mod explain;
mod fetched;
mod fix;
mod fmt;
mod held;
mod home_lab;
mod hooks;
mod measured;
mod messages;
mod mutilated;
mod offers;
mod outcome;
mod parted;
mod ports;
mod program;
mod project;
mod reference;
mod replan;
mod roles;
mod second_opinion;
mod set;
mod show;
mod solve;
mod traffic;
mod truth;
mod verify;

use outcome::{Outcome, vnc};
