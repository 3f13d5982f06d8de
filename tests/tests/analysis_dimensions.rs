//! The algebra of quantities against an independent model: exponents in an array, exact fractions.

#![allow(
    clippy::indexing_slicing,
    clippy::items_after_statements,
    clippy::similar_names,
    clippy::too_many_lines,
    reason = "a test"
)]

#[path = "../src/analysis_fixture.rs"]
mod analysis_fixture;

use std::fmt::Write as _;

use analysis_fixture::check_with;
use num_rational::BigRational;
use proptest::prelude::*;

/// Exponents of byte, second, watt and shelf.
type Powers = [i32; 4];

const BASES: [&str; 4] = ["B", "s", "W", "shelf"];

/// Unit, numerator and denominator of its size, exponents.
const UNITS: [(&str, i64, i64, Powers); 10] = [
    ("KiB", 1024, 1, [1, 0, 0, 0]),
    ("MB", 1_000_000, 1, [1, 0, 0, 0]),
    ("ms", 1, 1000, [0, 1, 0, 0]),
    ("h", 3600, 1, [0, 1, 0, 0]),
    ("W", 1, 1, [0, 0, 1, 0]),
    ("Wh", 3600, 1, [0, 1, 1, 0]),
    ("Mbps", 125_000, 1, [1, -1, 0, 0]),
    ("rack", 12, 1, [0, 0, 0, 1]),
    ("W/rack/ms", 1000, 12, [0, -1, 1, -1]),
    ("", 1, 1, [0, 0, 0, 0]),
];

#[derive(Clone, Debug)]
enum Expr {
    Leaf(i64, usize),
    Binary(char, Box<Expr>, Box<Expr>),
}

fn expr() -> impl Strategy<Value = Expr> {
    let leaf = (0..9_i64, 0..UNITS.len()).prop_map(|(number, unit)| Expr::Leaf(number, unit));
    leaf.prop_recursive(3, 8, 2, |inner| {
        let operator = prop::sample::select(vec!['+', '-', '*', '*', '/']);
        // Equal operands are frequent, so that sums often make sense.
        let twins = inner.clone().prop_map(|one| (one.clone(), one));
        let operands = prop_oneof![(inner.clone(), inner), twins];
        (operator, operands)
            .prop_map(|(of, (left, right))| Expr::Binary(of, Box::new(left), Box::new(right)))
    })
}

fn written(expr: &Expr) -> String {
    match expr {
        Expr::Leaf(number, unit) => format!("{number} {}", UNITS[*unit].0).trim().to_owned(),
        Expr::Binary(of, left, right) => format!("({} {of} {})", written(left), written(right)),
    }
}

/// The value; nothing where two operands do not go together, or something is divided by zero.
fn model(expr: &Expr) -> Option<(BigRational, Powers)> {
    let (of, left, right) = match expr {
        Expr::Leaf(number, unit) => {
            let (_, numerator, denominator, powers) = UNITS[*unit];
            let value = BigRational::new((number * numerator).into(), denominator.into());
            return Some((value, powers));
        }
        Expr::Binary(of, left, right) => (*of, model(left)?, model(right)?),
    };
    let combined = |sign: i32| std::array::from_fn(|at| left.1[at] + sign * right.1[at]);
    let zero = BigRational::from_integer(0.into());
    match of {
        '+' => (left.1 == right.1).then(|| (&left.0 + &right.0, left.1)),
        '-' => (left.1 == right.1).then(|| (&left.0 - &right.0, left.1)),
        '*' => Some((&left.0 * &right.0, combined(1))),
        _ => (right.0 != zero).then(|| (&left.0 / &right.0, combined(-1))),
    }
}

/// A value in base units, as the language writes it.
fn in_base_units((value, powers): &(BigRational, Powers)) -> String {
    let mut text = format!("({}) / {}", value.numer(), value.denom());
    for (base, power) in BASES.iter().zip(powers) {
        let operator = if *power > 0 { '*' } else { '/' };
        for _ in 0..power.abs() {
            _ = write!(text, " {operator} 1 {base}");
        }
    }
    text
}

/// What the analysis makes of a condition: its value, and the codes of the errors.
fn condition(text: &str) -> (String, Vec<&'static str>) {
    let program = format!(
        "unit rack : Shelves = 12 shelf\nunit shelf : Shelves\nparam holds: Bool = {text}\n"
    );
    let checked = check_with(&program, &[], None);
    let errors = checked.diagnostics.iter().filter(|fault| fault.is_error());
    let codes = errors.map(|fault| fault.code).collect();
    (checked.analysis.model.parameters[0].value.clone(), codes)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn quantities_follow_the_model(expr in expr()) {
        let text = written(&expr);
        if let Some(value) = model(&expr) {
            // Longer numbers cannot be written.
            let digits = |number: &dyn std::fmt::Display| number.to_string().len();
            prop_assume!(digits(value.0.numer()).max(digits(value.0.denom())) < 40);
            let (holds, codes) = condition(&format!("{text} == {}", in_base_units(&value)));
            prop_assert_eq!((holds.as_str(), codes), ("true", vec![]), "{}", text);
            let more = (&value.0 + BigRational::from_integer(1.into()), value.1);
            let (holds, _) = condition(&format!("{text} < {}", in_base_units(&more)));
            prop_assert_eq!(holds.as_str(), "true", "{}", text);
        } else {
            let (_, codes) = condition(&format!("{text} == {text}"));
            prop_assert!(!codes.is_empty(), "{}", text);
            prop_assert!(codes.iter().all(|code| ["VN0303", "VN0305"].contains(code)), "{:?}", codes);
        }
    }
}
