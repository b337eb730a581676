//! Parsed pages: totals, rows, forms and their messages, found by CSS.
//!
//! More than 300 lines, because it has one short method for each part of a page.

use scraper::{ElementRef, Html, Selector};

/// A page or a fragment.
pub struct Page(Html);

/// One expense of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The expense's id.
    pub id: String,
    /// Its day, `YYYY-MM-DD`.
    pub date: String,
    /// The category's name.
    pub category: String,
    /// The name of the row: its description, else its category.
    pub name: String,
    /// As shown: `$4.50`.
    pub amount: String,
    /// The address of its edit page.
    pub edit: String,
    /// The address to which "Delete" posts.
    pub delete: String,
}

/// The expenses of one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    /// `YYYY-MM-DD`
    pub date: String,
    /// "Today", or the date in words.
    pub heading: String,
    /// As shown.
    pub total: String,
    /// The address of its rows.
    pub href: String,
    /// In order.
    pub rows: Vec<Row>,
}

/// A form and its content.
#[derive(Debug, Clone)]
pub struct Form {
    /// The address to which it is sent.
    pub action: String,
    /// `get` or `post`.
    pub method: String,
    /// Name and value of each field, in their order.
    pub fields: Vec<(String, String)>,
    /// Name and message of each invalid field.
    pub errors: Vec<(String, String)>,
    /// Name of the field with the focus.
    pub focused: Option<String>,
}

impl Form {
    /// The value of a field.
    #[track_caller]
    pub fn value(&self, name: &str) -> &str {
        let found = self.fields.iter().find(|(other, _)| other == name);
        &found
            .unwrap_or_else(|| panic!("no field {name} in {:?}", self.fields))
            .1
    }

    /// The message at a field.
    pub fn error(&self, name: &str) -> Option<&str> {
        let found = self.errors.iter().find(|(other, _)| other == name);
        found.map(|(_, message)| message.as_str())
    }

    /// The fields with some values replaced.
    #[track_caller]
    pub fn filled(&self, values: &[(&str, &str)]) -> Vec<(String, String)> {
        let mut fields = self.fields.clone();
        for (name, value) in values {
            let field = fields
                .iter_mut()
                .find(|(other, _)| other == name)
                .unwrap_or_else(|| panic!("no field {name}"));
            (*value).clone_into(&mut field.1);
        }
        fields
    }
}

fn selector(css: &str) -> Selector {
    Selector::parse(css).unwrap_or_else(|error| panic!("{css}: {error}"))
}

/// The text of an element, with white space folded except no-break spaces.
pub fn words(element: ElementRef) -> String {
    let text: String = element.text().collect();
    let parts: Vec<&str> = text
        .split([' ', '\n', '\t'])
        .filter(|part| !part.is_empty())
        .collect();
    parts.join(" ")
}

fn attr_of(element: ElementRef, name: &str) -> String {
    element.value().attr(name).unwrap_or_default().to_owned()
}

impl Page {
    pub(super) fn document(html: &str) -> Self {
        Self(Html::parse_document(html))
    }

    pub(super) fn fragment(html: &str) -> Self {
        Self(Html::parse_fragment(html))
    }

    /// Every element that `css` selects.
    pub fn all(&self, css: &str) -> Vec<ElementRef<'_>> {
        self.0.select(&selector(css)).collect()
    }

    /// The only element that `css` selects.
    #[track_caller]
    pub fn one(&self, css: &str) -> ElementRef<'_> {
        let found = self.all(css);
        assert_eq!(found.len(), 1, "{css} in {}", self.0.html());
        found[0]
    }

    /// How many elements `css` selects.
    pub fn count(&self, css: &str) -> usize {
        self.all(css).len()
    }

    /// The text of the only element that `css` selects.
    #[track_caller]
    pub fn text(&self, css: &str) -> String {
        words(self.one(css))
    }

    /// The text of each element that `css` selects.
    pub fn texts(&self, css: &str) -> Vec<String> {
        self.all(css).into_iter().map(words).collect()
    }

    /// An attribute of the only element that `css` selects.
    #[track_caller]
    pub fn attr(&self, css: &str, name: &str) -> String {
        let element = self.one(css);
        assert!(element.value().attr(name).is_some(), "{css} has no {name}");
        attr_of(element, name)
    }

    /// An attribute of each element that `css` selects.
    pub fn attrs(&self, css: &str, name: &str) -> Vec<String> {
        self.all(css)
            .into_iter()
            .map(|element| attr_of(element, name))
            .collect()
    }

    /// The address of the only link with this text.
    #[track_caller]
    pub fn link(&self, name: &str) -> String {
        let found: Vec<String> = self
            .all("a[href]")
            .into_iter()
            .filter(|link| words(*link) == name || attr_of(*link, "aria-label") == name)
            .map(|link| attr_of(link, "href"))
            .collect();
        assert_eq!(found.len(), 1, "links named {name} in {}", self.0.html());
        found[0].clone()
    }

    /// Whether there is a link with this text.
    pub fn has_link(&self, name: &str) -> bool {
        self.all("a[href]").into_iter().any(|link| words(link) == name)
    }

    /// The only total, in its plain form.
    #[track_caller]
    pub fn total(&self) -> String {
        self.attr("[data-testid=period-total]", "data-amount")
    }

    /// The text of the status region.
    #[track_caller]
    pub fn status(&self) -> String {
        self.one("#status[role=status]");
        self.texts("#status > p").concat()
    }

    /// What the field of a budget has: "Monthly budget" or "Budget for Food".
    #[track_caller]
    pub fn budget(&self, label: &str) -> String {
        self.attr(&self.budget_field(label), "value")
    }

    /// The name of that field.
    #[track_caller]
    pub fn budget_name(&self, label: &str) -> String {
        self.attr(&self.budget_field(label), "name")
    }

    #[track_caller]
    fn budget_field(&self, label: &str) -> String {
        let labels = self.all(".budget-field label");
        let found = labels.into_iter().find(|found| words(*found) == label);
        let found = found.unwrap_or_else(|| panic!("no field {label}"));
        format!("[id=\"{}\"]", attr_of(found, "for"))
    }

    /// The form of the button "Undo".
    #[track_caller]
    pub fn undo(&self) -> Form {
        assert_eq!(self.text("#status form button"), "Undo");
        read_form(self, self.one("#status form"))
    }

    /// The only form with this accessible name.
    #[track_caller]
    pub fn form(&self, name: &str) -> Form {
        read_form(self, self.one(&format!("form[aria-label=\"{name}\"]")))
    }

    /// Every form with the method POST.
    pub fn posting(&self) -> Vec<Form> {
        let forms = self.all("form[method=post]");
        forms.into_iter().map(|form| read_form(self, form)).collect()
    }

    /// The only form that `css` selects.
    #[track_caller]
    pub fn form_at(&self, css: &str) -> Form {
        read_form(self, self.one(css))
    }

    /// Every shown expense, in order.
    pub fn rows(&self) -> Vec<Row> {
        self.days().into_iter().flat_map(|day| day.rows).collect()
    }

    /// The names of the expenses shown.
    pub fn names(&self) -> Vec<String> {
        self.rows().into_iter().map(|row| row.name).collect()
    }

    /// The only expense with this name.
    #[track_caller]
    pub fn row(&self, name: &str) -> Row {
        let mut found = self.rows();
        found.retain(|row| row.name == name);
        assert_eq!(found.len(), 1, "rows named {name}: {found:?}");
        found.remove(0)
    }

    /// The expenses shown, by day.
    pub fn days(&self) -> Vec<Day> {
        let day = |section: ElementRef| {
            let time = within(section, ".day-head time");
            let total = within(section, ".day-total");
            let date = attr_of(time, "datetime");
            Day {
                heading: words(time),
                total: words(total),
                href: attr_of(total, "href"),
                rows: section
                    .select(&selector("li.row"))
                    .map(|row| read_row(row, &date))
                    .collect(),
                date,
            }
        };
        self.all("section.day").into_iter().map(day).collect()
    }
}

fn within<'a>(element: ElementRef<'a>, css: &str) -> ElementRef<'a> {
    let found: Vec<_> = element.select(&selector(css)).collect();
    assert_eq!(found.len(), 1, "{css} within {}", element.html());
    found[0]
}

fn read_row(row: ElementRef, date: &str) -> Row {
    let link = within(row, "a.row-name");
    Row {
        id: attr_of(row, "id").replacen("expense-", "", 1),
        date: date.to_owned(),
        category: words(within(row, ".row-category")),
        name: words(link).replacen("Edit ", "", 1),
        amount: words(within(row, ".row-amount")),
        edit: attr_of(link, "href"),
        delete: attr_of(within(row, "form"), "action"),
    }
}

fn read_form(page: &Page, form: ElementRef) -> Form {
    let mut read = Form {
        action: attr_of(form, "action"),
        method: attr_of(form, "method"),
        fields: Vec::new(),
        errors: Vec::new(),
        focused: None,
    };
    let css = "input[name], select[name], textarea[name]";
    let mut fields: Vec<ElementRef> = form.select(&selector(css)).collect();
    if let Some(id) = form.value().attr("id") {
        // Fields elsewhere on the page that belong to the form.
        fields.extend(page.all(&format!("[name][form=\"{id}\"]")));
    }
    for field in fields {
        let name = attr_of(field, "name");
        if field.value().attr("aria-invalid") == Some("true") {
            let ids = attr_of(field, "aria-describedby");
            let id = ids.split(' ').next().unwrap_or_default();
            read.errors
                .push((name.clone(), page.text(&format!("[id=\"{id}\"]"))));
        }
        if field.value().attr("autofocus").is_some() {
            read.focused = Some(name.clone());
        }
        let value = match field.value().name() {
            // The parser drops the line feed after the tag, like a browser.
            "textarea" => Some(field.text().collect()),
            "select" => Some(selected(field)),
            _ if matches!(attr_of(field, "type").as_str(), "radio" | "checkbox") => {
                field.value().attr("checked").map(|_| attr_of(field, "value"))
            }
            _ => Some(attr_of(field, "value")),
        };
        read.fields.extend(value.map(|value| (name, value)));
    }
    read
}

fn selected(field: ElementRef) -> String {
    field
        .select(&selector("option[selected]"))
        .chain(field.select(&selector("option")))
        .next()
        .map(|option| attr_of(option, "value"))
        .unwrap_or_default()
}
