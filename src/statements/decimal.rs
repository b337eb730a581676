//! An exact decimal number, before the currency has said how many decimals an amount has.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decimal {
    /// The digits without the decimal mark.
    pub units: i64,
    /// How many of them stand after it.
    pub scale: u8,
}

impl Decimal {
    /// The amount in units of `decimals` places; `None` where a digit other than zero would be lost, or it overflows.
    pub fn minor_units(self, decimals: u8) -> Option<i64> {
        if self.units == 0 {
            return Some(0);
        }
        let factor = 10_i64.checked_pow(u32::from(self.scale.abs_diff(decimals)))?;
        if self.scale <= decimals {
            self.units.checked_mul(factor)
        } else {
            (self.units % factor == 0).then(|| self.units / factor)
        }
    }

    #[must_use]
    pub fn negated(self) -> Self {
        Self {
            units: self.units.saturating_neg(),
            scale: self.scale,
        }
    }

    pub fn is_zero(self) -> bool {
        self.units == 0
    }
}

#[cfg(test)]
mod tests {
    use super::Decimal;

    #[test]
    fn no_digit_is_lost_on_the_way_to_minor_units() {
        let number = |units, scale| Decimal { units, scale };
        assert_eq!(number(1234, 2).minor_units(2), Some(1234));
        assert_eq!(number(80, 0).minor_units(2), Some(8000));
        assert_eq!(number(-12_5000, 4).minor_units(2), Some(-1250));
        assert_eq!(number(12_5001, 4).minor_units(2), None);
        assert_eq!(number(0, 200).minor_units(2), Some(0));
        assert_eq!(number(1, 200).minor_units(2), None);
        assert_eq!(number(i64::MAX, 0).minor_units(2), None);
    }
}
