//! Distinct names for the people of a book.

use std::collections::HashSet;

/// Names in the order given, each of them once: "info", "info (2)". People with the same name have to be told apart, but
/// not by their addresses. Somebody may have chosen "info (2)", so numbers that make a known name are left out.
pub fn numbered(names: Vec<String>) -> Vec<String> {
    let mut taken: HashSet<String> = names.iter().cloned().collect();
    let mut seen = HashSet::new();
    names
        .into_iter()
        .map(|name| {
            if seen.insert(name.clone()) {
                return name;
            }
            let mut numbers = (2..).map(|number: usize| format!("{name} ({number})"));
            // There are more numbers than names.
            let free = numbers.find(|label| !taken.contains(label)).unwrap_or(name);
            taken.insert(free.clone());
            free
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_makes_no_name_that_somebody_has() {
        let label = |names: &[&str]| numbered(names.iter().map(|name| (*name).to_owned()).collect());
        assert_eq!(label(&["Sam", "Sam", "Sam"]), ["Sam", "Sam (2)", "Sam (3)"]);
        assert_eq!(label(&["Sam", "Sam", "Sam (2)"]), ["Sam", "Sam (3)", "Sam (2)"]);
        assert_eq!(
            label(&["Sam (2)", "Sam (2)", "Sam", "Sam"]),
            ["Sam (2)", "Sam (2) (2)", "Sam", "Sam (3)"]
        );
    }
}
