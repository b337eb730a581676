//! A decimal number as a file writes it, before its currency is known.

use std::fmt;

/// An exact decimal number: `units` divided by ten to the power of `scale`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decimal {
    /// The digits without the decimal mark.
    pub units: i64,
    /// How many of them stand after it.
    pub scale: u8,
}

impl Decimal {
    /// The number in units of a currency that has `decimals` digits after the mark; `None` where a digit other than zero
    /// would be lost, or where the result is too large.
    pub fn minor_units(self, decimals: u8) -> Option<i64> {
        if decimals >= self.scale {
            let factor = 10_i64.checked_pow(u32::from(decimals - self.scale));
            return match factor {
                Some(factor) => self.units.checked_mul(factor),
                None => (self.units == 0).then_some(0),
            };
        }
        match 10_i64.checked_pow(u32::from(self.scale - decimals)) {
            Some(factor) => (self.units % factor == 0).then_some(self.units / factor),
            None => (self.units == 0).then_some(0),
        }
    }

    /// The same size in the other direction.
    #[must_use]
    pub fn negated(self) -> Self {
        // The parsers never make the one number that has no counterpart.
        Self {
            units: self.units.saturating_neg(),
            scale: self.scale,
        }
    }

    pub fn is_zero(self) -> bool {
        self.units == 0
    }

    /// How many digits after the mark it needs: zeros at the end do not count.
    pub fn needed_decimals(self) -> u8 {
        let (mut units, mut scale) = (self.units, self.scale);
        while scale > 0 && units % 10 == 0 {
            units /= 10;
            scale -= 1;
        }
        scale
    }
}

/// With a point as the decimal mark.
impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sign, scale) = (if self.units < 0 { "-" } else { "" }, usize::from(self.scale));
        let digits = format!("{:0>1$}", self.units.unsigned_abs(), scale + 1);
        let (whole, fraction) = digits.split_at(digits.len() - scale);
        let mark = if fraction.is_empty() { "" } else { "." };
        write!(f, "{sign}{whole}{mark}{fraction}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minor_units_lose_no_digit() {
        for (units, scale, decimals, minor) in [
            (1, 0, 2, Some(100)),
            (29_000, 3, 2, Some(2_900)),
            (-12_345, 2, 2, Some(-12_345)),
            (-123_450_000_000_000, 12, 2, Some(-12_345)),
            (1_005, 3, 2, None),
            (105, 1, 0, None),
            (100, 1, 0, Some(10)),
            (i64::MAX, 0, 2, None),
            (1, 30, 2, None),
            (0, 30, 2, Some(0)),
            (0, 0, 30, Some(0)),
        ] {
            assert_eq!(
                Decimal { units, scale }.minor_units(decimals),
                minor,
                "{units} {scale}"
            );
        }
    }

    #[test]
    fn zeros_at_the_end_need_no_decimals() {
        for (units, scale, needed) in [
            (29_000, 3, 0),
            (1_500, 3, 1),
            (-1_234, 3, 3),
            (100, 0, 0),
            (0, 18, 0),
        ] {
            assert_eq!(
                Decimal { units, scale }.needed_decimals(),
                needed,
                "{units} {scale}"
            );
        }
    }

    #[test]
    fn a_negated_number_is_as_large() {
        let spent = Decimal {
            units: -390,
            scale: 2,
        };
        assert_eq!(spent.negated(), Decimal { units: 390, scale: 2 });
        assert!(!spent.is_zero());
        assert!(Decimal { units: 0, scale: 2 }.is_zero());
    }
}
