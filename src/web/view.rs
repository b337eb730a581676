//! The parts that many templates share: the frame, the period navigation, form fields, notices, amounts.
//!
//! More than 300 lines, because all templates share these types.

use crate::error::FieldErrors;
use crate::locale::Locale;
use crate::money::{Currency, Money, MoneyParts};
use crate::period::parse_date;

/// The frame of a page: `<head>`, navigation and account. Every template's struct has it as `chrome`.
#[derive(Debug, Clone, Default)]
pub struct Chrome {
    /// The path under which the app is mounted, without a trailing slash; empty at the root. The addresses of pages that
    /// belong to no book begin with it.
    pub root: String,
    /// The base of the addresses of the book, without a trailing slash: [`Chrome::root`] for the person's own book.
    pub base: String,
    /// The name of the book.
    pub book_name: String,
    /// Whether the person may change what is in the book.
    pub may_edit: bool,
    /// The books of the person, their own first.
    pub books: Vec<BookLink>,
    pub assets: Assets,
    /// Without the name of the app.
    pub title: String,
    pub theme: Theme,
    /// Of the signed-in person; `None` hides the navigation.
    pub email: Option<String>,
    /// The id of the account that the forms of this page are rendered for; empty if signed out.
    pub form_for: String,
    pub nav: Nav,
    pub registration_open: bool,
    /// Whether this page has the form "Add expense", so that the add button on phones stays on it.
    pub has_add_form: bool,
}

/// A book of the signed-in person.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BookLink {
    pub name: String,
    /// The base of its addresses, without a trailing slash.
    pub base: String,
    /// Whether the page is about it.
    pub is_current: bool,
}

impl Chrome {
    /// The books to choose from in the navigation; none if there is only one.
    pub fn other_books(&self) -> &[BookLink] {
        if self.books.len() > 1 { &self.books } else { &[] }
    }

    /// The text of `<title>`, on the whole page and before a fragment.
    ///
    /// It names the book if the person has several and the page is about one of them.
    pub fn full_title(&self) -> String {
        let is_of_book = !matches!(self.nav, Nav::Settings | Nav::Elsewhere);
        if is_of_book && !self.other_books().is_empty() {
            return format!("{} · {} · Expense Tracker Pro", self.title, self.book_name);
        }
        format!("{} · Expense Tracker Pro", self.title)
    }

    /// The target of the add button on phones: the amount in this page's form, or in that of the dashboard.
    pub fn add_href(&self) -> String {
        if self.has_add_form {
            "#add-amount".to_owned()
        } else {
            format!("{}/#add-amount", self.base)
        }
    }

    /// Whether this page belongs to the part `name`, see [`Nav::name`].
    pub fn is_at(&self, name: &str) -> bool {
        self.nav.name() == name
    }

    pub fn signed_in(&self) -> bool {
        self.email.is_some()
    }
}

/// Addresses of the browser assets, with base path and content hash.
#[derive(Debug, Clone, Default)]
pub struct Assets {
    pub css: String,
    /// A module with htmx and the scripts of the app. It loads the bundle of the charts when a page has one.
    pub js: String,
    /// An SVG.
    pub icon: String,
    /// A PNG, for the home screen of an iPhone.
    pub touch_icon: String,
    pub manifest: String,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Theme {
    /// Light or dark, as on the device.
    #[default]
    System,
    Light,
    Dark,
}

impl Theme {
    /// The inverse of [`Theme::name`].
    pub fn parse(name: &str) -> Option<Self> {
        [Self::System, Self::Light, Self::Dark]
            .into_iter()
            .find(|theme| theme.name() == name)
    }

    /// The value of `data-theme` and of the settings form: `system`, `light` or `dark`.
    pub fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The content of `<meta name="color-scheme">`.
    pub fn color_scheme(self) -> &'static str {
        match self {
            Self::System => "light dark",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// The part of the app that a page belongs to, marked in the navigation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Nav {
    /// Sign-in pages and errors.
    #[default]
    Elsewhere,
    /// The dashboard, and an edit page opened from it.
    Dashboard,
    /// The list, the trash, and an edit page opened from the list.
    Expenses,
    Budgets,
    Recurring,
    Categories,
    Settings,
}

impl Nav {
    /// The name in the templates; empty for none.
    pub fn name(self) -> &'static str {
        match self {
            Self::Elsewhere => "",
            Self::Dashboard => "dashboard",
            Self::Expenses => "expenses",
            Self::Budgets => "budgets",
            Self::Recurring => "recurring",
            Self::Categories => "categories",
            Self::Settings => "settings",
        }
    }
}

/// The notice about the last change, in the `role="status"` region.
#[derive(Debug, Clone, Default)]
pub struct Status {
    /// For example "Added Coffee, $4.50".
    pub words: String,
    /// The complete address to which the button "Undo" posts.
    pub undo: Option<String>,
}

/// The navigation "Period".
#[derive(Debug, Clone, Default)]
pub struct PeriodNav {
    /// "November 2026".
    pub label: String,
    /// Day, Week, Month, Year, All, in this order; at most one is current.
    pub kinds: Vec<PeriodLink>,
    /// The address of the previous period, if there is one.
    pub previous: Option<String>,
    /// The address of the next period, if there is one.
    pub next: Option<String>,
    /// The address of the period that contains today. It names no date, so that it leads to the day on which it is followed.
    pub today: String,
    pub range: RangeForm,
}

impl PeriodNav {
    /// Adds a parameter of the page to every link and to the form.
    pub fn carry(&mut self, name: &str, value: &str) {
        let kinds = self.kinds.iter_mut().map(|kind| &mut kind.href);
        let steps = self.previous.iter_mut().chain(&mut self.next);
        let presets = self.range.presets.iter_mut().map(|preset| &mut preset.href);
        for href in kinds.chain(steps).chain(presets).chain([&mut self.today]) {
            let mark = if href.contains('?') { '&' } else { '?' };
            *href = format!("{href}{mark}{name}={value}");
        }
        self.range.kept.push((name.to_owned(), value.to_owned()));
    }
}

#[derive(Debug, Clone, Default)]
pub struct PeriodLink {
    /// "Day", "Week", "Month", "Year" or "All"; or a range: "Last quarter".
    pub name: &'static str,
    /// With the other parameters of the filter.
    pub href: String,
    pub current: bool,
}

/// The part "Custom" of the period bar: ranges to choose from, and the fields for two dates. Its fields belong to the form with
/// the id `filter`, which is a part of the page, or else stands in it.
#[derive(Debug, Clone, Default)]
pub struct RangeForm {
    /// Ranges that are often looked at, such as the last quarter.
    pub presets: Vec<PeriodLink>,
    /// The address of the page without its query.
    pub action: String,
    /// `YYYY-MM-DD` or empty; as entered where it is wrong.
    pub from: Field,
    pub to: Field,
    /// Names and values of the hidden fields with the period that the dates are filled from, and the other parameters that
    /// the form keeps.
    pub kept: Vec<(String, String)>,
    /// Whether the page shows a custom range.
    pub chosen: bool,
}

impl RangeForm {
    /// Whether a date is wrong, so that the fields are shown.
    pub fn is_wrong(&self) -> bool {
        self.from.is_wrong() || self.to.is_wrong()
    }

    /// The `id` of the element. Another range makes another element, which is closed, or open if a date is wrong.
    pub fn id(&self) -> String {
        let (from, to) = (&self.from.value, &self.to.value);
        let wrong = if self.is_wrong() { "-wrong" } else { "" };
        let text = format!("range-{from}-{to}{wrong}");
        text.replace(|c: char| !c.is_ascii_alphanumeric() && c != '-', "_")
    }
}

/// The value of a form field and its error.
#[derive(Debug, Clone, Default)]
pub struct Field {
    pub value: String,
    /// A sentence that says what to do.
    pub error: Option<String>,
}

impl Field {
    /// The type of the input that shows this value as a date: a date field can't show a text that is not a date.
    pub fn date_type(&self) -> &'static str {
        let is_date = self.value.is_empty() || parse_date(&self.value).is_some();
        if is_date { "date" } else { "text" }
    }

    /// Without an error.
    pub fn new(value: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            error: None,
        }
    }

    /// With the error of the field `name`, if it has one.
    pub fn checked(name: &str, value: impl Into<String>, errors: &FieldErrors) -> Self {
        Self {
            value: value.into(),
            error: errors.of(name).map(str::to_owned),
        }
    }

    pub fn is_wrong(&self) -> bool {
        self.error.is_some()
    }
}

/// One option of a select.
#[derive(Debug, Clone, Default)]
pub struct Choice {
    pub value: String,
    pub label: String,
    pub selected: bool,
}

/// An amount for a template, in parts: the currency is lighter than the digits.
#[derive(Debug, Clone, Default)]
pub struct MoneyView {
    pub parts: MoneyParts,
    /// For `data-value` and `data-amount`: "-1284.20".
    pub plain: String,
}

impl MoneyView {
    pub fn new(amount: Money, currency: Currency, locale: Locale) -> Self {
        Self {
            parts: amount.format_parts(currency, locale),
            plain: amount.to_plain(currency),
        }
    }

    /// "−$4.50".
    pub fn text(&self) -> String {
        self.parts.to_string()
    }

    pub fn is_negative(&self) -> bool {
        self.plain.starts_with('-')
    }

    /// The same with a plus sign, unless it is negative.
    #[must_use]
    pub fn with_plus(mut self) -> Self {
        if !self.is_negative() {
            self.parts.before.insert(0, '+');
        }
        self
    }

    /// The display size at which it fits its card: `short`, `medium`, `long`, `longer` or `longest`.
    pub fn size(&self) -> &'static str {
        match self.text().chars().count() {
            0..=9 => "short",
            10..=13 => "medium",
            14..=17 => "long",
            18..=21 => "longer",
            _ => "longest",
        }
    }
}
