//! The templates of the books page, the settings of a book and the page of an invitation.

use askama::Template;

use crate::books::role::Role;
use crate::web::page::page;
use crate::web::view::{Choice, Chrome, Field, Status};

/// `GET /books`, and the 422 of its POST.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "sharing/books.html", blocks = ["view"])]
pub struct BooksPage {
    pub chrome: Chrome,
    pub status: Option<Status>,
    pub books: Vec<BookRow>,
    /// Of the new book.
    pub name: Field,
    pub currency: Field,
    pub currencies: Vec<Choice>,
}

/// One of the person's books.
#[derive(Debug, Clone, Default)]
pub struct BookRow {
    pub name: String,
    /// "Owner".
    pub role: &'static str,
    /// The dashboard.
    pub href: String,
    pub settings_href: String,
}

/// `GET {base}/book`, and the 422 of its forms.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "sharing/book.html", blocks = ["view"])]
pub struct BookPage {
    pub chrome: Chrome,
    pub status: Option<Status>,
    /// Whether the person may change it.
    pub is_owner: bool,
    /// Whether it is the own book of the person, which they can't leave.
    pub is_own: bool,
    /// "Owner".
    pub role: &'static str,
    pub name: Field,
    pub currency: Field,
    pub currencies: Vec<Choice>,
    pub currency_note: String,
    pub month_start: Field,
    pub stored_currency: String,
    pub stored_month_start: String,
    pub members: Vec<MemberRow>,
    /// An error of a form of the members, with the id of the member; empty for that of leaving.
    pub member_error: Option<(String, String)>,
    pub invitations: Vec<InvitationRow>,
    /// The error of the form for a new invitation.
    pub invitation: Field,
    /// The link of an invitation that was just created, which is shown once.
    pub new_link: Option<String>,
    /// Whether the person may make links for calendars.
    pub may_feed: bool,
    /// Those of the person; for an owner all of them.
    pub feeds: Vec<FeedRow>,
    /// The error of the form for a new link.
    pub feed: Field,
    /// The link of a feed that was just created, which is shown once.
    pub new_feed: Option<String>,
    /// The name typed again to close the book.
    pub close_name: Field,
}

impl BookPage {
    /// The message at the form of this member.
    pub fn error_of(&self, id: &str) -> Option<&str> {
        let (wrong, message) = self.member_error.as_ref()?;
        (wrong == id).then_some(message.as_str())
    }
}

/// A member of the book.
#[derive(Debug, Clone, Default)]
pub struct MemberRow {
    pub id: String,
    pub name: String,
    pub email: String,
    /// "Owner".
    pub role: &'static str,
    pub roles: Vec<Choice>,
    pub is_you: bool,
    /// Whether the book is the own one of this member, who can't be removed from it.
    pub is_own: bool,
}

/// An invitation that was not used yet.
#[derive(Debug, Clone, Default)]
pub struct InvitationRow {
    pub id: String,
    /// "Editor, made by Sam on Nov 22, 2026, 2:02 PM, works once until Nov 29, 2026"; no two are the same.
    pub description: String,
}

/// A link by which calendars read what is coming.
#[derive(Debug, Clone, Default)]
pub struct FeedRow {
    pub id: String,
    /// "With amounts, made by Sam on Nov 22, 2026, 2:02 PM"; no two are the same.
    pub description: String,
}

/// `GET /join/{token}`, and the 422 of its POST.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "sharing/join.html", blocks = ["view"])]
pub struct JoinPage {
    pub chrome: Chrome,
    pub status: Option<Status>,
    pub book: String,
    /// Who made the invitation.
    pub inviter: String,
    /// What the role allows: "add, change and delete entries".
    pub allows: &'static str,
    pub action: String,
    /// The dashboard of the book, if the person is a member already.
    pub member_href: Option<String>,
    pub problem: Option<String>,
}

page!(BooksPage, "/books");
page!(BookPage, "/book");
page!(JoinPage, "/join/{token}");

/// "Owner", "Editor" or "Viewer".
pub fn role_name(role: Role) -> &'static str {
    match role {
        Role::Owner => "Owner",
        Role::Editor => "Editor",
        Role::Viewer => "Viewer",
    }
}

/// The roles as options of a select.
pub fn role_choices(roles: &[Role], chosen: Role) -> Vec<Choice> {
    roles
        .iter()
        .map(|role| Choice {
            value: role.name().to_owned(),
            label: role_name(*role).to_owned(),
            selected: *role == chosen,
        })
        .collect()
}
