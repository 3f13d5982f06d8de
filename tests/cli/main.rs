//! The command as a user meets it: the real binary, real files, exit codes and both streams.

mod broken;
mod home_lab;
mod outcome;
mod verify;

use outcome::{Outcome, vnc};
