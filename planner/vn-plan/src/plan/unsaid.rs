//! What is left out of the file, because it goes without saying.

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
pub const fn is_zero(value: &u64) -> bool {
    *value == 0
}

pub const fn one() -> u64 {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
pub const fn is_one(value: &u64) -> bool {
    *value == 1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
pub const fn is_false(value: &bool) -> bool {
    !*value
}
