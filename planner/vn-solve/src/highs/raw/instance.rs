//! One solver: its options, its program, its run, and what comes of it.

use std::{
    ffi::{CStr, c_void},
    panic::resume_unwind,
    ptr::NonNull,
};

use super::{
    Fault, Handle, Int, Presolve, Ran, Table,
    hearing::{Hearing, KINDS, hear},
};
use crate::{
    engine::{Limits, Watch},
    program::{Column, Program},
};

/// One solver, destroyed when it is done with.
pub struct Instance<'t, I: Int> {
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
    /// A solver without a program.
    pub fn new(table: &'t Table<I>) -> Option<Self> {
        // SAFETY: takes nothing, returns an instance or nothing.
        let handle = NonNull::new(unsafe { (table.create)() })?;
        Some(Self { table, handle })
    }

    /// For calls.
    pub fn raw(&self) -> Handle {
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

    fn text(&self, name: &CStr, value: &CStr) -> Result<(), Fault> {
        // SAFETY: a live handle and two texts that end, which are copied.
        let end = unsafe { (self.table.set_text)(self.raw(), name.as_ptr(), value.as_ptr()) };
        fine(end, "Highs_setStringOptionValue")
    }

    /// Everything that would let two runs differ, and the limits.
    pub fn hold_fast(&self, presolve: Presolve, limits: Limits) -> Result<(), Fault> {
        if presolve == Presolve::Off {
            self.text(c"presolve", c"off")?;
        }
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

    /// Hands over a program.
    pub fn pass(&self, program: &Program) -> Result<(), Fault> {
        let many = Fault("Highs_passMip: too large for its integers");
        // SAFETY: a live handle.
        let infinity = unsafe { (self.table.infinity)(self.raw()) };
        let bound = |value: f64| value.max(-infinity).min(infinity);
        let columns = program.columns();
        let column = |of: fn(&Column) -> f64| -> Vec<f64> {
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
    pub fn start(&self, known: &[(usize, f64)]) -> Result<(), Fault> {
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

    /// Runs until it is done, a limit strikes, or the watch has enough.
    pub fn run(
        &self,
        program: &Program,
        limits: Limits,
        watch: &mut dyn Watch,
    ) -> Result<Ran, Fault> {
        let columns = program.columns().len();
        let mut hearing = Hearing::of(watch, self.table.callback_item, columns, limits);
        let user = (&raw mut hearing).cast::<c_void>();
        // SAFETY: a live handle, a function of the declared kind, and a place that lives until `run` has
        // returned, after which nothing calls back any more.
        let end = unsafe { (self.table.set_callback)(self.raw(), hear, user) };
        fine(end, "Highs_setCallback")?;
        for kind in KINDS {
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
