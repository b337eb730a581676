//! What every page shows around its own content: the frame, the period bar, form fields, the last change's words.

use crate::locale::Locale;
use crate::money::{Currency, Money, MoneyParts};

/// The frame of a page: `<head>`, navigation, and who is signed in. Every template's struct has one as `chrome`.
#[derive(Debug, Clone, Default)]
pub struct Chrome {
    /// Path under which the app is mounted, without a slash at its end; empty at the root.
    pub base: String,
    /// Addresses of the built browser assets.
    pub assets: Assets,
    /// The page's own title, without the product's name.
    pub title: String,
    /// The colours the person chose.
    pub theme: Theme,
    /// The signed-in person's address; `None` takes the navigation away.
    pub email: Option<String>,
    /// Whom the forms of this page are drawn for; empty for nobody.
    pub form_for: String,
    /// The part of the app this page belongs to.
    pub nav: Nav,
    /// Whether strangers may make an account, so that a link to it makes sense.
    pub registration_open: bool,
    /// Whether this page holds the form "Add expense", so that the phone's add button stays on it.
    pub has_add_form: bool,
}

impl Chrome {
    /// The text of `<title>`, on the whole page and before a fragment alike.
    pub fn full_title(&self) -> String {
        format!("{} · Expense Tracker Pro", self.title)
    }

    /// Where the phone's add button leads: the amount of this page's form, or of the dashboard's.
    pub fn add_href(&self) -> String {
        if self.has_add_form {
            "#add-amount".to_owned()
        } else {
            format!("{}/#add-amount", self.base)
        }
    }

    /// Whether `name` (`dashboard`, `expenses`, `budgets`, `categories`, `settings`) is the part shown now.
    pub fn is_at(&self, name: &str) -> bool {
        self.nav.name() == name
    }

    /// Whether a session stands behind this page.
    pub fn signed_in(&self) -> bool {
        self.email.is_some()
    }
}

/// Addresses of the browser assets, complete (with base path and content hash).
#[derive(Debug, Clone, Default)]
pub struct Assets {
    /// The style sheet.
    pub css: String,
    /// The script of every page, a module: htmx and our own few lines. It fetches the charts' bundle where it needs it.
    pub js: String,
    /// The icon, an SVG.
    pub icon: String,
    /// The web manifest.
    pub manifest: String,
}

/// The colours a person chose.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the device says.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

impl Theme {
    /// Reads what [`Theme::name`] says.
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

/// The part of the app that a page belongs to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Nav {
    /// None of them: sign-in pages and errors.
    #[default]
    Elsewhere,
    /// The dashboard, and an edit page opened from it.
    Dashboard,
    /// The list, the trash, and an edit page opened from the list.
    Expenses,
    /// Budgets.
    Budgets,
    /// Categories.
    Categories,
    /// Settings.
    Settings,
}

impl Nav {
    /// The name by which the templates ask for it; empty for none.
    pub fn name(self) -> &'static str {
        match self {
            Self::Elsewhere => "",
            Self::Dashboard => "dashboard",
            Self::Expenses => "expenses",
            Self::Budgets => "budgets",
            Self::Categories => "categories",
            Self::Settings => "settings",
        }
    }
}

/// The words of the last change, read out by the `role="status"` region.
#[derive(Debug, Clone, Default)]
pub struct Status {
    /// For example "Added Coffee, $4.50".
    pub words: String,
    /// Complete address to which the button "Undo" posts; `None` where there is nothing to undo.
    pub undo: Option<String>,
}

/// The navigation "Period": its kinds, its neighbours, and the free range.
#[derive(Debug, Clone, Default)]
pub struct PeriodNav {
    /// The period in words: "November 2026".
    pub label: String,
    /// Day, Week, Month, Year, All, in this order; at most one is current.
    pub kinds: Vec<PeriodLink>,
    /// Address of the period before; `None` where there is none.
    pub previous: Option<String>,
    /// Address of the period after; `None` where there is none.
    pub next: Option<String>,
    /// Address of the period that holds today.
    pub today: String,
    /// The form for any two dates.
    pub range: RangeForm,
}

/// One kind of period.
#[derive(Debug, Clone, Default)]
pub struct PeriodLink {
    /// "Day", "Week", "Month", "Year" or "All".
    pub name: &'static str,
    /// Its address, with the rest of the filter kept.
    pub href: String,
    /// Whether it is the chosen one.
    pub current: bool,
}

/// The form that asks for a free range of dates; a GET form.
#[derive(Debug, Clone, Default)]
pub struct RangeForm {
    /// The page's own address without its query.
    pub action: String,
    /// First date, `YYYY-MM-DD`, or empty.
    pub from: String,
    /// Last date, `YYYY-MM-DD`, or empty.
    pub to: String,
    /// Parameters that the range keeps: (name, value).
    pub kept: Vec<(String, String)>,
    /// Whether the page shows a free range now.
    pub chosen: bool,
}

/// A field of a form: what was typed, and what is wrong with it.
#[derive(Debug, Clone, Default)]
pub struct Field {
    /// As typed.
    pub value: String,
    /// What to do about it, in one sentence; `None` where nothing is wrong.
    pub error: Option<String>,
}

impl Field {
    /// A field that holds `value` and has nothing wrong with it.
    pub fn new(value: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            error: None,
        }
    }

    /// Whether something is wrong with it.
    pub fn is_wrong(&self) -> bool {
        self.error.is_some()
    }
}

/// One option of a select.
#[derive(Debug, Clone, Default)]
pub struct Choice {
    /// The value sent.
    pub value: String,
    /// The words shown.
    pub label: String,
    /// Whether it is the chosen one.
    pub selected: bool,
}

/// An amount for a template, in parts: the currency is drawn lighter than the digits.
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

    /// The whole amount: "−$4.50".
    pub fn text(&self) -> String {
        self.parts.to_string()
    }

    /// Whether it is below zero: money that came back.
    pub fn is_negative(&self) -> bool {
        self.plain.starts_with('-')
    }

    /// The display size at which it fits its card: `short`, `medium` or `long`.
    pub fn size(&self) -> &'static str {
        match self.text().chars().count() {
            0..=9 => "short",
            10..=13 => "medium",
            _ => "long",
        }
    }
}
