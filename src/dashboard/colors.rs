//! Keeps the colors of neighbors in the ring apart.

use super::view::CategorySlice;

/// Gives a slice another shade where the one before it has the same color; the last slice is before the first.
pub(super) fn keep_neighbors_apart(slices: &mut [CategorySlice]) {
    for at in 1..slices.len() {
        let is_last = at + 1 == slices.len();
        // The shade may be that of a neighbor, too.
        for _ in 0..3 {
            let color = &slices[at].color;
            if *color == slices[at - 1].color || is_last && *color == slices[0].color {
                slices[at].color = shade(color);
            }
        }
    }
}

/// A lighter shade of a dark color, a darker one of a light color.
fn shade(color: &str) -> String {
    let channels = || {
        (1..6).step_by(2).map(|at| {
            color
                .get(at..at + 2)
                .and_then(|hex| u16::from_str_radix(hex, 16).ok())
        })
    };
    let Some(sum) = channels().sum::<Option<u16>>() else {
        return color.to_owned();
    };
    let target = if sum < 384 { 255 } else { 0 };
    let mixed = channels().flatten().map(|channel| (channel * 3 + target * 2) / 5);
    mixed.fold("#".to_owned(), |text, channel| format!("{text}{channel:02x}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn colors(colors: &[&str]) -> Vec<String> {
        let slice = |color: &&str| CategorySlice {
            color: (*color).to_owned(),
            ..CategorySlice::default()
        };
        let mut slices: Vec<_> = colors.iter().map(slice).collect();
        keep_neighbors_apart(&mut slices);
        slices.into_iter().map(|slice| slice.color).collect()
    }

    #[test]
    fn equal_neighbors_get_another_shade() {
        assert_eq!(
            colors(&["#000000", "#0072b2", "#0072b2", "#ffffff", "#ffffff"]),
            ["#000000", "#0072b2", "#66aad0", "#ffffff", "#999999"]
        );
        assert_eq!(colors(&["#332288", "#117733", "#332288"])[2], "#847ab7");
        assert_eq!(
            colors(&["#332288", "#117733", "#332288", "#117733"])[2],
            "#332288"
        );
        assert_eq!(colors(&["#332288"]), ["#332288"]);
        let same = colors(&["#0072b2"; 3]);
        assert!(
            same[0] != same[1] && same[1] != same[2] && same[2] != same[0],
            "{same:?}"
        );
    }
}
