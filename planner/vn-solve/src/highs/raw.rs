//! The C functions of HiGHS, declared by hand: the one place of this crate that leaves safe Rust.
//!
//! Only what has stood still between the versions is declared. The record that a callback reads has
//! moved four times, so its fields are asked for by name (`Highs_getCallbackDataOutItem`); of the record
//! that a callback writes only the first `int` is touched. A library that was opened is never closed:
//! it may have threads and destructors of its own.

#![expect(unsafe_code, reason = "a library in C cannot be called otherwise")]

mod hearing;
mod instance;

use std::{
    ffi::{CStr, OsStr, c_char, c_int, c_void},
    path::PathBuf,
    ptr::NonNull,
};

use instance::Instance;

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
                return NonNull::new($symbol as *const () as *mut c_void);
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
    set_text = Highs_setStringOptionValue(Handle, *const c_char, *const c_char) -> I;
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

/// Whether a run begins with HiGHS's own reductions of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presolve {
    /// Where HiGHS likes to.
    Choose,
    /// Not at all.
    Off,
}

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
        presolve: Presolve,
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
    let library = load(name).map_err(|error| Unfit::loader(&error))?;
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
        Some(unsafe { (self.size_of_int)(instance.raw()) })
    }
}

impl<I: Int> Api for Table<I> {
    fn run(
        &self,
        program: &Program,
        start: &[(usize, f64)],
        presolve: Presolve,
        limits: Limits,
        watch: &mut dyn Watch,
    ) -> Result<Ran, Fault> {
        let instance = Instance::new(self).ok_or(Fault("Highs_create"))?;
        instance.hold_fast(presolve, limits)?;
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
