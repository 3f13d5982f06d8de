//! What HiGHS tells while it runs, and how it is stopped.

use std::{
    any::Any,
    ffi::{CStr, c_char, c_int, c_void},
    panic::{AssertUnwindSafe, catch_unwind},
    ptr::NonNull,
};

use crate::engine::{Limits, Watch};

/// `kHighsCallbackSimplexInterrupt`.
const SIMPLEX: c_int = 1;
/// `kHighsCallbackIpmInterrupt`.
const INTERIOR: c_int = 2;
/// `kHighsCallbackMipImprovingSolution`.
const BETTER: c_int = 4;
/// `kHighsCallbackMipInterrupt`.
const BRANCHING: c_int = 6;

/// The kinds that we listen to.
pub const KINDS: [c_int; 4] = [SIMPLEX, INTERIOR, BETTER, BRANCHING];

/// How a field of the record is found.
type Item = unsafe extern "C" fn(*const c_void, *const c_char) -> *const c_void;

/// What a callback has in hand.
pub struct Hearing<'w> {
    watch: &'w mut dyn Watch,
    item: Item,
    columns: usize,
    iterations: Option<u64>,
    bound: f64,
    stopped: bool,
    /// What went wrong on our side, to be raised again once HiGHS has returned.
    pub panic: Option<Box<dyn Any + Send>>,
}

/// Called by HiGHS on the thread that called `run`; no panic may pass through its frames.
///
/// # Safety
/// `user` must be the `Hearing` of the run that calls, `told` and `answer` the records of the call.
pub unsafe extern "C" fn hear(
    kind: c_int,
    _: *const c_char,
    told: *const c_void,
    answer: *mut c_int,
    user: *mut c_void,
) {
    // SAFETY: `user` is the `Hearing` of the `run` below this call on the stack, and nobody else uses
    // it meanwhile: sub-problems of HiGHS do not call back, and we start no second run from here.
    let hearing = unsafe { &mut *user.cast::<Hearing<'_>>() };
    if !hearing.stopped {
        let goes_on = catch_unwind(AssertUnwindSafe(|| hearing.hear(kind, told)));
        hearing.stopped = match goes_on {
            Ok(goes_on) => !goes_on,
            Err(panic) => {
                hearing.panic = Some(panic);
                true
            }
        };
    }
    if hearing.stopped && !answer.is_null() {
        // SAFETY: not null, and the record's first field is an `int` in every version from 1.7 on.
        unsafe { answer.write(1) }
    }
}

impl<'w> Hearing<'w> {
    /// Nothing heard yet.
    pub fn of(watch: &'w mut dyn Watch, item: Item, columns: usize, limits: Limits) -> Self {
        Self {
            watch,
            item,
            columns,
            iterations: limits.iterations,
            bound: f64::NEG_INFINITY,
            stopped: false,
            panic: None,
        }
    }

    /// Whether to go on.
    fn hear(&mut self, kind: c_int, told: *const c_void) -> bool {
        match kind {
            BETTER => {
                if let Some(values) = self.values(told) {
                    self.watch.plan(&values);
                }
                true
            }
            BRANCHING => {
                if let Some(bound) = self.amount(told, c"mip_dual_bound")
                    && bound.is_finite()
                    && bound > self.bound
                {
                    self.bound = bound;
                    self.watch.bound(bound);
                }
                let iterations = self.count(told, c"mip_total_lp_iterations");
                let over = |most: u64| iterations.is_some_and(|so_far| so_far > most);
                !self.iterations.is_some_and(over) && self.watch.goes_on()
            }
            _ => self.watch.goes_on(),
        }
    }

    fn find<T>(&self, told: *const c_void, name: &CStr) -> Option<NonNull<T>> {
        if told.is_null() {
            return None;
        }
        // SAFETY: the record of this callback and a text that ends; an unknown name gives null.
        let found = unsafe { (self.item)(told, name.as_ptr()) };
        NonNull::new(found.cast_mut().cast())
    }

    fn amount(&self, told: *const c_void, name: &CStr) -> Option<f64> {
        // SAFETY: a field that is a `double` in every version.
        self.find::<f64>(told, name).map(|at| unsafe { at.read() })
    }

    fn count(&self, told: *const c_void, name: &CStr) -> Option<u64> {
        // SAFETY: a field that is an `int64_t` in every version.
        let value = self.find::<i64>(told, name).map(|at| unsafe { at.read() });
        u64::try_from(value?).ok()
    }

    fn values(&self, told: *const c_void) -> Option<Vec<f64>> {
        let at = self.find::<f64>(told, c"mip_solution")?;
        // SAFETY: the array of a solution has one number for each column of the program passed.
        let values = unsafe { std::slice::from_raw_parts(at.as_ptr(), self.columns) };
        Some(values.to_vec())
    }
}
