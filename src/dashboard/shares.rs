//! Shares in whole percent that add up to 100.

use std::cmp::Reverse;

use crate::money::Money;

/// The share of each amount in the positive ones, by largest remainder; 0 for the others, and for less than half a percent.
pub(super) fn of(amounts: &[Money]) -> Vec<u8> {
    let parts: Vec<i128> = amounts
        .iter()
        .map(|amount| i128::from(amount.minor()).max(0))
        .collect();
    let whole: i128 = parts.iter().sum();
    if whole == 0 {
        return vec![0; amounts.len()];
    }
    let mut shares: Vec<u8> = parts
        .iter()
        .map(|part| u8::try_from(part * 100 / whole).unwrap_or(100))
        .collect();
    let given: usize = shares.iter().map(|share| usize::from(*share)).sum();
    let mut ranks: Vec<usize> = (0..parts.len()).collect();
    // Of equal remainders the first gets it.
    ranks.sort_by_key(|rank| Reverse(parts[*rank] * 100 % whole));
    for rank in ranks.into_iter().take(100 - given) {
        shares[rank] += 1;
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shares(amounts: &[i64]) -> Vec<u8> {
        let amounts: Vec<Money> = amounts.iter().copied().map(Money::from_minor).collect();
        of(&amounts)
    }

    #[test]
    fn shares_are_rounded_so_that_they_add_up() {
        for (amounts, expected) in [
            (&[1, 1, 1][..], &[34, 33, 33][..]),
            (&[955, 500, 45], &[64, 33, 3]),
            (&[9_996, 4], &[100, 0]),
            (&[5, -3, 5], &[50, 0, 50]),
            (&[-3, 0], &[0, 0]),
            (&[], &[]),
            (&[i64::MAX, i64::MAX], &[50, 50]),
        ] {
            assert_eq!(shares(amounts), expected, "{amounts:?}");
        }
    }

    proptest! {
        #[test]
        fn shares_add_up_to_100_and_are_off_by_less_than_one(amounts in prop::collection::vec(-1_000_000_i64..1_000_000_000, 1..60)) {
            let whole: i128 = amounts.iter().map(|amount| i128::from(*amount).max(0)).sum();
            prop_assume!(whole > 0);
            let shares = shares(&amounts);
            prop_assert_eq!(shares.iter().map(|share| u32::from(*share)).sum::<u32>(), 100);
            for (amount, share) in amounts.iter().zip(shares) {
                let exact = i128::from(*amount).max(0) * 100;
                prop_assert!((i128::from(share) * whole - exact).abs() < whole, "{} of {}", amount, whole);
            }
        }
    }
}
