//! Measures, from the document to the problem and back.

use super::kinds::{ClaimingCandidate, WeightedCandidate};
use super::rows;
use crate::{CandidateId, Excess, Measure, Share};

/// What a row says.
pub fn read(row: rows::Measure) -> Measure {
    let rows::Measure {
        per,
        fixed,
        terms,
        excesses,
        shares,
    } = row;
    let excess = |row: rows::Excess| Excess {
        weight: row.weight,
        base: row.base,
        terms: weights(&row.terms),
    };
    let share = |row: rows::Share| Share {
        of: row.of,
        terms: row
            .terms
            .iter()
            .map(|term| (CandidateId(term.candidate), term.claim))
            .collect(),
    };
    Measure {
        per,
        fixed,
        terms: weights(&terms),
        excesses: excesses.into_iter().map(excess).collect(),
        shares: shares.into_iter().map(share).collect(),
    }
}

/// The row of a measure.
pub fn write(measure: &Measure) -> rows::Measure {
    let Measure {
        per,
        fixed,
        terms,
        excesses,
        shares,
    } = measure;
    let excess = |row: &Excess| rows::Excess {
        weight: row.weight,
        base: row.base,
        terms: weighted(&row.terms),
    };
    let share = |row: &Share| rows::Share {
        of: row.of,
        terms: row
            .terms
            .iter()
            .map(|(CandidateId(candidate), claim)| ClaimingCandidate {
                candidate: *candidate,
                claim: *claim,
            })
            .collect(),
    };
    rows::Measure {
        per: *per,
        fixed: *fixed,
        terms: weighted(terms),
        excesses: excesses.iter().map(excess).collect(),
        shares: shares.iter().map(share).collect(),
    }
}

/// Candidates with their weights.
pub fn weights(terms: &[WeightedCandidate]) -> Vec<(CandidateId, i64)> {
    let terms = terms.iter();
    terms
        .map(|term| (CandidateId(term.candidate), term.weight))
        .collect()
}

/// The same as rows.
pub fn weighted(terms: &[(CandidateId, i64)]) -> Vec<WeightedCandidate> {
    let terms = terms.iter();
    terms
        .map(|(CandidateId(candidate), weight)| WeightedCandidate {
            candidate: *candidate,
            weight: *weight,
        })
        .collect()
}
