//! The codes of what emitting reports, a one-line title each.

/// A target cannot express a guarantee of the plan.
pub const LOST: &str = "VN0601";
/// A device must bind ports, but its address is a name and no IP literal was given.
pub const NO_BIND: &str = "VN0602";
/// Two ids become one identifier.
pub const COLLISION: &str = "VN0603";
/// Two instances on one device publish the same port.
pub const PORT_TWICE: &str = "VN0604";
/// A text that the target cannot carry, however quoted.
pub const TEXT: &str = "VN0605";
/// An id that nothing in the plan bears.
pub const REFERENCE: &str = "VN0606";

/// A target that wants every device by itself, and a plan by classes.
pub const CLASSES: &str = "VN0607";

/// Every code of this crate with its title, in order.
pub const ALL: &[(&str, &str)] = &[
    (LOST, "a guarantee that a target cannot express"),
    (NO_BIND, "a device without an address to bind"),
    (COLLISION, "two names that become one"),
    (PORT_TWICE, "a port that is published twice"),
    (TEXT, "a text that a target cannot carry"),
    (REFERENCE, "a plan that names what does not exist"),
    (CLASSES, "a target that cannot be written by classes"),
];
