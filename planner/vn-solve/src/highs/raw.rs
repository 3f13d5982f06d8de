//! The C functions of HiGHS, declared by hand: the one place of this crate that leaves safe Rust.
//!
//! Only what has stood still between the versions is declared. The record that a callback reads has
//! moved four times, so its fields are asked for by name (`Highs_getCallbackDataOutItem`); of the record
//! that a callback writes only the first `int` is touched. A library that was opened is never closed:
//! it may have threads and destructors of its own.

#![expect(unsafe_code, reason = "a library in C cannot be called otherwise")]

use std::{
    any::Any,
    ffi::{CStr, OsStr, c_char, c_int, c_void},
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    path::PathBuf,
    ptr::NonNull,
};

use super::unfit::Unfit;
use crate::{
    engine::{Limits, Watch},
    program::Program,
};

type Handle = *mut c_void;
type Address = NonNull<c_void>;
/// Kind, message, what is told, the answer, and whatever was given to `setCallback`.
type Callback = unsafe extern "C" fn(c_int, *const c_char, *const c_void, *mut c_int, *mut c_void);

/// `HighsInt`, which a library is built with: 32 or 64 bits.
pub trait Int: Copy + Send + Sync + 'static {
    /// From a number that every width has.
    fn of(value: i32) -> Self;
    /// From a count, if there are not too many.
    fn count(value: usize) -> Option<Self>;
    /// The value.
    fn wide(self) -> i64;
}

impl Int for i32 {
    fn of(value: i32) -> Self {
        value
    }

    fn count(value: usize) -> Option<Self> {
        Self::try_from(value).ok()
    }

    fn wide(self) -> i64 {
        self.into()
    }
}

impl Int for i64 {
    fn of(value: i32) -> Self {
        value.into()
    }

    fn count(value: usize) -> Option<Self> {
        Self::try_from(value).ok()
    }

    fn wide(self) -> i64 {
        self
    }
}

/// The minor version of 1.x whose interface is the one declared here.
const OLDEST: i64 = 10;

/// One list for the table, for filling it from a library, and for linking it into the program.
macro_rules! table {
    ($($field:ident = $symbol:ident($($arg:ty),*) $(-> $out:ty)?;)*) => {
        /// The functions, for one width of integers.
        pub struct Table<I> {
            $($field: unsafe extern "C" fn($($arg),*) $(-> $out)?,)*
        }

        impl<I: Int> Table<I> {
            /// Fills the table; fails with the name of the first function that is missing.
            ///
            /// # Safety
            /// What `find` finds under a name must be the function of that name in HiGHS's own
            /// interface for C, built with integers of this width, and must stay where it is.
            unsafe fn filled(find: &dyn Fn(&CStr) -> Option<Address>) -> Result<Self, Unfit> {
                Ok(Self {
                    $($field: {
                        let name = concat!(stringify!($symbol), "\0");
                        let name = CStr::from_bytes_with_nul(name.as_bytes());
                        let found = name.ok().and_then(find);
                        let found = found.ok_or(Unfit::Symbol(stringify!($symbol)))?;
                        // SAFETY: an address of a function, as the caller promises; both are pointers
                        // of one size, and the signature is that of the published header.
                        unsafe { std::mem::transmute_copy::<Address, _>(&found) }
                    },)*
                })
            }
        }

        /// The address of a function that was linked into the program.
        #[cfg(feature = "highs-static")]
        fn linked(name: &CStr) -> Option<Address> {
            // Declared for their addresses only: they are called through the table.
            unsafe extern "C" {
                $(fn $symbol();)*
            }
            $(if name.to_bytes() == stringify!($symbol).as_bytes() {
                return NonNull::new($symbol as *mut c_void);
            })*
            None
        }
    };
}

table! {
    create = Highs_create() -> Handle;
    destroy = Highs_destroy(Handle);
    version = Highs_version() -> *const c_char;
    major = Highs_versionMajor() -> I;
    minor = Highs_versionMinor() -> I;
    githash = Highs_githash() -> *const c_char;
    size_of_int = Highs_getSizeofHighsInt(*const c_void) -> c_int;
    infinity = Highs_getInfinity(*const c_void) -> f64;
    set_flag = Highs_setBoolOptionValue(Handle, *const c_char, I) -> I;
    set_count = Highs_setIntOptionValue(Handle, *const c_char, I) -> I;
    set_amount = Highs_setDoubleOptionValue(Handle, *const c_char, f64) -> I;
    pass = Highs_passMip(
        Handle, I, I, I, I, I, f64,
        *const f64, *const f64, *const f64, *const f64, *const f64,
        *const I, *const I, *const f64, *const I
    ) -> I;
    start = Highs_setSparseSolution(Handle, I, *const I, *const f64) -> I;
    run = Highs_run(Handle) -> I;
    status = Highs_getModelStatus(*const c_void) -> I;
    info_int = Highs_getIntInfoValue(*const c_void, *const c_char, *mut I) -> I;
    info_int64 = Highs_getInt64InfoValue(*const c_void, *const c_char, *mut i64) -> I;
    info_amount = Highs_getDoubleInfoValue(*const c_void, *const c_char, *mut f64) -> I;
    solution = Highs_getSolution(*const c_void, *mut f64, *mut f64, *mut f64, *mut f64) -> I;
    set_callback = Highs_setCallback(Handle, Callback, *mut c_void) -> I;
    start_callback = Highs_startCallback(Handle, c_int) -> I;
    callback_item = Highs_getCallbackDataOutItem(*const c_void, *const c_char) -> *const c_void;
}

/// A call that did not do what it should.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault(pub &'static str);

/// How a run ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Ran {
    /// `kHighsModelStatus…`
    pub status: i64,
    /// The values of all columns, if there is a plan.
    pub values: Option<Vec<f64>>,
    /// The value of that plan.
    pub objective: Option<f64>,
    /// What branching proved.
    pub bound: Option<f64>,
    /// Nodes of branch and bound.
    pub nodes: u64,
}

/// The functions, whatever their width.
pub trait Api: Send + Sync {
    /// Solves a program, alone in one thread and with all that could vary held fast; begins with the
    /// values of some columns, if a plan is known.
    ///
    /// # Errors
    /// With the call that failed.
    fn run(
        &self,
        program: &Program,
        start: &[(usize, f64)],
        limits: Limits,
        watch: &mut dyn Watch,
    ) -> Result<Ran, Fault>;

    /// Version and git hash, as the library says them.
    fn names(&self) -> (String, String);

    /// Where the code lies that is called.
    fn path(&self) -> Option<PathBuf>;
}

/// Opens a library by its path, or by a name that the loader knows, for as long as the program runs.
///
/// # Errors
/// With the loader's own words, or the function that is missing.
pub fn open(name: &OsStr) -> Result<Box<dyn Api>, Unfit> {
    let library = load(name).map_err(Unfit::loader)?;
    // It stays, whatever it turns out to be.
    let library: &'static Library = Box::leak(Box::new(library));
    let find = |name: &CStr| -> Option<Address> {
        // SAFETY: only the address is taken.
        let found = unsafe { library.get::<*mut c_void>(name.to_bytes_with_nul()) };
        NonNull::new(*found.ok()?)
    };
    examined(&find)
}

/// The functions that were linked into the program.
///
/// # Errors
/// When they are of another kind than declared.
#[cfg(feature = "highs-static")]
pub fn built_in() -> Result<Box<dyn Api>, Unfit> {
    examined(&linked)
}

#[cfg(unix)]
use libloading::os::unix::Library;
#[cfg(windows)]
use libloading::os::windows::Library;

#[cfg(unix)]
fn load(name: &OsStr) -> Result<Library, libloading::Error> {
    use libloading::os::unix::{RTLD_LOCAL, RTLD_NOW};
    // SAFETY: initialisers of the library run. It was named by the user, or lies where the system or
    // whoever installed this program keeps libraries; `place` decides that.
    unsafe { Library::open(Some(name), RTLD_NOW | RTLD_LOCAL) }
}

#[cfg(windows)]
fn load(name: &OsStr) -> Result<Library, libloading::Error> {
    use libloading::os::windows::LOAD_LIBRARY_SEARCH_DEFAULT_DIRS;
    // SAFETY: as above. The flag keeps the current folder out of the search.
    unsafe { Library::load_with_flags(name, LOAD_LIBRARY_SEARCH_DEFAULT_DIRS) }
}

/// Fills the table of the width that the library has.
fn examined(find: &dyn Fn(&CStr) -> Option<Address>) -> Result<Box<dyn Api>, Unfit> {
    // SAFETY: the names are HiGHS's own. What differs by width is not called before it is known.
    let narrow = unsafe { Table::<i32>::filled(find) }?;
    let (major, minor) = narrow.version();
    if major != 1 || minor < OLDEST {
        return Err(Unfit::Version(narrow.names().0));
    }
    match narrow.width().ok_or(Unfit::Nothing)? {
        4 => Ok(Box::new(narrow)),
        8 => {
            // SAFETY: as above, and the width is known now.
            let wide = unsafe { Table::<i64>::filled(find) }?;
            Ok(Box::new(wide))
        }
        other => Err(Unfit::Integers(other)),
    }
}

impl<I: Int> Table<I> {
    /// The two numbers at the front of the version.
    fn version(&self) -> (i64, i64) {
        // SAFETY: both take nothing and return a small number.
        unsafe { ((self.major)().wide(), (self.minor)().wide()) }
    }

    fn width(&self) -> Option<c_int> {
        let instance = Instance::new(self)?;
        // SAFETY: the handle is alive; a small number returned as `HighsInt` reads the same as `int`.
        Some(unsafe { (self.size_of_int)(instance.handle.as_ptr()) })
    }
}

impl<I: Int> Api for Table<I> {
    fn run(
        &self,
        program: &Program,
        start: &[(usize, f64)],
        limits: Limits,
        watch: &mut dyn Watch,
    ) -> Result<Ran, Fault> {
        let instance = Instance::new(self).ok_or(Fault("Highs_create"))?;
        instance.hold_fast(limits)?;
        instance.pass(program)?;
        if !start.is_empty() {
            instance.start(start)?;
        }
        instance.run(program, limits, watch)
    }

    fn names(&self) -> (String, String) {
        // SAFETY: both return a pointer to text that stays, or nothing.
        let (version, hash) = unsafe { ((self.version)(), (self.githash)()) };
        (text(version), text(hash))
    }

    #[cfg(unix)]
    fn path(&self) -> Option<PathBuf> {
        use std::os::unix::ffi::OsStrExt as _;

        #[repr(C)]
        struct Symbol {
            file: *const c_char,
            base: *mut c_void,
            name: *const c_char,
            address: *mut c_void,
        }
        unsafe extern "C" {
            fn dladdr(address: *const c_void, found: *mut Symbol) -> c_int;
        }
        let mut found = std::mem::MaybeUninit::<Symbol>::uninit();
        // SAFETY: the address is a function's; what is found is written to a place of the right shape,
        // and read only if it was.
        let file = unsafe {
            if dladdr(self.run as *const c_void, found.as_mut_ptr()) == 0 {
                return None;
            }
            found.assume_init().file
        };
        if file.is_null() {
            return None;
        }
        // SAFETY: text of the loader, which stays as long as the library does.
        let file = unsafe { CStr::from_ptr(file) };
        Some(PathBuf::from(OsStr::from_bytes(file.to_bytes())))
    }

    #[cfg(not(unix))]
    fn path(&self) -> Option<PathBuf> {
        None
    }
}

fn text(from: *const c_char) -> String {
    if from.is_null() {
        return String::new();
    }
    // SAFETY: not null, and a text that ends, as the interface promises.
    let text = unsafe { CStr::from_ptr(from) };
    text.to_string_lossy().into_owned()
}

/// One solver, destroyed when it is done with.
struct Instance<'t, I: Int> {
    table: &'t Table<I>,
    handle: NonNull<c_void>,
}

impl<I: Int> Drop for Instance<'_, I> {
    fn drop(&mut self) {
        // SAFETY: made by `create`, and destroyed once; no callback is running, for `run` has returned.
        unsafe { (self.table.destroy)(self.handle.as_ptr()) }
    }
}

impl<'t, I: Int> Instance<'t, I> {
    fn new(table: &'t Table<I>) -> Option<Self> {
        // SAFETY: takes nothing, returns an instance or nothing.
        let handle = NonNull::new(unsafe { (table.create)() })?;
        Some(Self { table, handle })
    }

    fn raw(&self) -> Handle {
        self.handle.as_ptr()
    }

    fn flag(&self, name: &CStr, value: bool) -> Result<(), Fault> {
        // SAFETY: a live handle and a text that ends.
        let end = unsafe { (self.table.set_flag)(self.raw(), name.as_ptr(), I::of(value.into())) };
        fine(end, "Highs_setBoolOptionValue")
    }

    fn count(&self, name: &CStr, value: i32) -> Result<(), Fault> {
        // SAFETY: as above.
        let end = unsafe { (self.table.set_count)(self.raw(), name.as_ptr(), I::of(value)) };
        fine(end, "Highs_setIntOptionValue")
    }

    fn amount(&self, name: &CStr, value: f64) -> Result<(), Fault> {
        // SAFETY: as above.
        let end = unsafe { (self.table.set_amount)(self.raw(), name.as_ptr(), value) };
        fine(end, "Highs_setDoubleOptionValue")
    }

    /// Everything that would let two runs differ, and the limits.
    fn hold_fast(&self, limits: Limits) -> Result<(), Fault> {
        self.flag(c"output_flag", false)?;
        self.count(c"threads", 1)?;
        self.count(c"random_seed", 0)?;
        self.amount(c"mip_rel_gap", 0.0)?;
        self.amount(c"mip_abs_gap", 1e-9)?;
        self.count(
            c"mip_max_nodes",
            i32::try_from(limits.nodes).unwrap_or(i32::MAX),
        )?;
        match limits.time {
            Some(time) => self.amount(c"time_limit", time.as_secs_f64()),
            None => Ok(()),
        }
    }

    fn pass(&self, program: &Program) -> Result<(), Fault> {
        let many = Fault("Highs_passMip: too large for its integers");
        // SAFETY: a live handle.
        let infinity = unsafe { (self.table.infinity)(self.raw()) };
        let bound = |value: f64| value.max(-infinity).min(infinity);
        let columns = program.columns();
        let column = |of: fn(&crate::program::Column) -> f64| -> Vec<f64> {
            columns.iter().map(|one| bound(of(one))).collect()
        };
        let (prices, lower, upper) = (
            column(|one| one.price),
            column(|one| one.bounds.lower),
            column(|one| one.bounds.upper),
        );
        let whole: Vec<I> = columns.iter().map(|one| I::of(one.whole.into())).collect();
        let row_lower: Vec<f64> = program.rows().map(|(row, _)| bound(row.lower)).collect();
        let row_upper: Vec<f64> = program.rows().map(|(row, _)| bound(row.upper)).collect();
        let mut starts = Vec::with_capacity(row_lower.len() + 1);
        let mut indices = Vec::with_capacity(program.factors());
        let mut factors = Vec::with_capacity(program.factors());
        for (_, terms) in program.rows() {
            starts.push(I::count(indices.len()).ok_or(many)?);
            for &(column, factor) in terms {
                indices.push(I::count(column).ok_or(many)?);
                factors.push(factor);
            }
        }
        let total = I::count(indices.len()).ok_or(many)?;
        starts.push(total);
        let (width, height) = (I::count(columns.len()), I::count(row_lower.len()));
        let (width, height) = (width.ok_or(many)?, height.ok_or(many)?);
        // SAFETY: a live handle; each array has the length that the header asks for (columns, rows,
        // rows + 1, factors) and outlives the call, which copies. 2 is "by rows", 1 "minimise".
        let end = unsafe {
            (self.table.pass)(
                self.raw(),
                width,
                height,
                total,
                I::of(2),
                I::of(1),
                0.0,
                prices.as_ptr(),
                lower.as_ptr(),
                upper.as_ptr(),
                row_lower.as_ptr(),
                row_upper.as_ptr(),
                starts.as_ptr(),
                indices.as_ptr(),
                factors.as_ptr(),
                whole.as_ptr(),
            )
        };
        fine(end, "Highs_passMip")
    }

    /// The values of some columns in a plan that is known; HiGHS finds the others.
    fn start(&self, known: &[(usize, f64)]) -> Result<(), Fault> {
        let many = Fault("Highs_setSparseSolution: too large for its integers");
        let columns: Option<Vec<I>> = known.iter().map(|&(column, _)| I::count(column)).collect();
        let columns = columns.ok_or(many)?;
        let values: Vec<f64> = known.iter().map(|&(_, value)| value).collect();
        let count = I::count(known.len()).ok_or(many)?;
        // SAFETY: a live handle with a program, and two arrays of the length told, which are copied.
        let end =
            unsafe { (self.table.start)(self.raw(), count, columns.as_ptr(), values.as_ptr()) };
        fine(end, "Highs_setSparseSolution")
    }

    fn run(&self, program: &Program, limits: Limits, watch: &mut dyn Watch) -> Result<Ran, Fault> {
        let mut hearing = Hearing {
            watch,
            item: self.table.callback_item,
            columns: program.columns().len(),
            iterations: limits.iterations,
            bound: f64::NEG_INFINITY,
            stopped: false,
            panic: None,
        };
        let user = (&raw mut hearing).cast::<c_void>();
        // SAFETY: a live handle, a function of the declared kind, and a place that lives until `run` has
        // returned, after which nothing calls back any more.
        let end = unsafe { (self.table.set_callback)(self.raw(), hear, user) };
        fine(end, "Highs_setCallback")?;
        for kind in [SIMPLEX, INTERIOR, BETTER, BRANCHING] {
            // SAFETY: a live handle and a kind of the header.
            let end = unsafe { (self.table.start_callback)(self.raw(), kind) };
            fine(end, "Highs_startCallback")?;
        }
        // SAFETY: a live handle with a program. `hearing` is only touched through `user` meanwhile.
        let end = unsafe { (self.table.run)(self.raw()) };
        if let Some(panic) = hearing.panic.take() {
            resume_unwind(panic);
        }
        fine(end, "Highs_run")?;
        self.ran(program)
    }

    fn ran(&self, program: &Program) -> Result<Ran, Fault> {
        // SAFETY: a live handle.
        let status = unsafe { (self.table.status)(self.raw()) }.wide();
        let found = self.info_int(c"primal_solution_status")? == 2;
        let whole = program.columns().iter().any(|column| column.whole);
        let (mut bound, mut nodes) = (None, 0);
        if whole {
            bound = Some(self.info_amount(c"mip_dual_bound")?).filter(|bound| bound.is_finite());
            nodes = u64::try_from(self.info_int64(c"mip_node_count")?).unwrap_or(0);
        }
        Ok(Ran {
            status,
            values: if found {
                Some(self.values(program)?)
            } else {
                None
            },
            objective: if found {
                Some(self.info_amount(c"objective_function_value")?)
            } else {
                None
            },
            bound,
            nodes,
        })
    }

    fn values(&self, program: &Program) -> Result<Vec<f64>, Fault> {
        let (columns, rows) = (program.columns().len(), program.rows().len());
        let (mut values, mut prices) = (vec![0.0; columns], vec![0.0; columns]);
        let (mut sums, mut duals) = (vec![0.0; rows], vec![0.0; rows]);
        // SAFETY: a live handle, and places for as many numbers as there are columns and rows.
        let end = unsafe {
            (self.table.solution)(
                self.raw(),
                values.as_mut_ptr(),
                prices.as_mut_ptr(),
                sums.as_mut_ptr(),
                duals.as_mut_ptr(),
            )
        };
        fine(end, "Highs_getSolution").map(|()| values)
    }

    fn info_int(&self, name: &CStr) -> Result<i64, Fault> {
        let mut value = I::of(0);
        // SAFETY: a live handle, a text that ends, and a place for one number.
        let end = unsafe { (self.table.info_int)(self.raw(), name.as_ptr(), &raw mut value) };
        fine(end, "Highs_getIntInfoValue").map(|()| value.wide())
    }

    fn info_int64(&self, name: &CStr) -> Result<i64, Fault> {
        let mut value = 0;
        // SAFETY: as above.
        let end = unsafe { (self.table.info_int64)(self.raw(), name.as_ptr(), &raw mut value) };
        fine(end, "Highs_getInt64InfoValue").map(|()| value)
    }

    fn info_amount(&self, name: &CStr) -> Result<f64, Fault> {
        let mut value = 0.0;
        // SAFETY: as above.
        let end = unsafe { (self.table.info_amount)(self.raw(), name.as_ptr(), &raw mut value) };
        fine(end, "Highs_getDoubleInfoValue").map(|()| value)
    }
}

/// Warnings are fine: a limit that strikes is one.
fn fine<I: Int>(end: I, call: &'static str) -> Result<(), Fault> {
    if end.wide() < 0 {
        Err(Fault(call))
    } else {
        Ok(())
    }
}

/// `kHighsCallbackSimplexInterrupt`.
const SIMPLEX: c_int = 1;
/// `kHighsCallbackIpmInterrupt`.
const INTERIOR: c_int = 2;
/// `kHighsCallbackMipImprovingSolution`.
const BETTER: c_int = 4;
/// `kHighsCallbackMipInterrupt`.
const BRANCHING: c_int = 6;

/// What a callback has in hand.
struct Hearing<'w> {
    watch: &'w mut dyn Watch,
    item: unsafe extern "C" fn(*const c_void, *const c_char) -> *const c_void,
    columns: usize,
    iterations: Option<u64>,
    bound: f64,
    stopped: bool,
    panic: Option<Box<dyn Any + Send>>,
}

/// Called by HiGHS on the thread that called `run`; no panic may pass through its frames.
unsafe extern "C" fn hear(
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

impl Hearing<'_> {
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
