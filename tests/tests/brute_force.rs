//! x
use std::time::{Duration, Instant};
use vn_tests::brute_force::best;
use vn_tests::generator::{Family, tiny, without};

#[test]
fn measure() {
    let n: u64 = std::env::var("N").map_or(600, |n| n.parse().unwrap());
    let mut feasible = 0;
    let mut changed = vec![(0, 0, 0); Family::ALL.len()];
    let (mut total, mut max) = (Duration::ZERO, (Duration::ZERO, 0));
    let all = Instant::now();
    for seed in 0..n {
        let p = tiny(seed);
        let t = Instant::now();
        let b = best(&p);
        let t = t.elapsed();
        total += t;
        max = max.max((t, seed));
        feasible += usize::from(b.is_some());
        if std::env::var("BASE").is_ok() { if t.as_millis()>100 {println!("{seed} {t:?} {} cands", p.candidates.len());} continue; }
        for (f, c) in Family::ALL.iter().zip(&mut changed) {
            let q = without(p.clone(), *f);
            if q != p && vn_tests::brute_force::effort(&q)<100000 {
                let x = best(&q).map(|b| (b.solution.open, b.solution.heads));
                let y = b.clone().map(|b| (b.solution.open, b.solution.heads));
                c.2 += usize::from(x.is_some() && y.is_none());
                c.1 += usize::from(x != y);
                c.0 += 1;
            }
        }
    }
    println!(
        "feasible {feasible} of {n}; {total:?}, max {max:?}, all {:?}",
        all.elapsed()
    );
    for (f, c) in Family::ALL.iter().zip(&changed) {
        println!("{f:?} {c:?}");
    }
}
