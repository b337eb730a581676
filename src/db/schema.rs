//! The tables for diesel: one schema for both databases. Comments on tables and columns are in `migrations`.
#![expect(
    missing_docs,
    reason = "the tables are told in migrations/; the macro takes no comments of its own"
)]

diesel::table! {
    users (id) {
        id -> BigInt,
        name -> Text,
        email -> Text,
        email_key -> Text,
        password_hash -> Text,
        timezone -> Text,
        locale -> Text,
        week_start -> Text,
        theme -> Text,
        created_at -> Timestamp,
        closed_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    books (id) {
        id -> BigInt,
        name -> Text,
        currency -> Text,
        month_start -> Integer,
        created_at -> Timestamp,
        closed_at -> Nullable<Timestamp>,
        made_by -> BigInt,
        is_shared -> Bool,
    }
}

diesel::table! {
    members (book_id, user_id) {
        book_id -> BigInt,
        user_id -> BigInt,
        role -> Text,
        name -> Text,
        joined_at -> Timestamp,
        left_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    invitations (book_id, id) {
        book_id -> BigInt,
        id -> BigInt,
        secret_hash -> Text,
        role -> Text,
        made_by -> BigInt,
        made_at -> Timestamp,
        expires_at -> Timestamp,
        reserved_for -> Nullable<BigInt>,
        used_by -> Nullable<BigInt>,
        used_at -> Nullable<Timestamp>,
        revoked_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    sessions (user_id, id) {
        user_id -> BigInt,
        id -> BigInt,
        kind -> Text,
        device -> Text,
        created_at -> Timestamp,
        last_used_on -> Date,
        expires_at -> Timestamp,
    }
}

diesel::table! {
    sign_in_failures (email_key, id) {
        email_key -> Text,
        id -> BigInt,
        failed_at -> Timestamp,
    }
}

diesel::table! {
    id_nodes (id) {
        id -> Integer,
        last -> BigInt,
    }
}

diesel::table! {
    categories (book_id, id) {
        book_id -> BigInt,
        id -> BigInt,
        name -> Text,
        name_key -> Text,
        color -> Text,
        created_at -> Timestamp,
        kind -> Text,
    }
}

diesel::table! {
    expenses (book_id, id) {
        book_id -> BigInt,
        id -> BigInt,
        spent_on -> Date,
        category_id -> BigInt,
        amount -> BigInt,
        description -> Text,
        search -> Text,
        request_key -> Nullable<Text>,
        version -> Integer,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        deleted_at -> Nullable<Timestamp>,
        paid_by -> Nullable<BigInt>,
        created_by -> Nullable<BigInt>,
    }
}

diesel::table! {
    changes (book_id, expense_id, version) {
        book_id -> BigInt,
        expense_id -> BigInt,
        version -> Integer,
        id -> BigInt,
        by_user -> BigInt,
        at -> Timestamp,
        what -> Text,
        before -> Text,
    }
}

// On PostgreSQL only. On SQLite triggers maintain the copy.
#[cfg(feature = "_postgres")]
diesel::table! {
    search_rows (book_id, id) {
        book_id -> BigInt,
        id -> BigInt,
        spent_on -> Date,
        category_id -> BigInt,
        amount -> BigInt,
        folded -> Text,
    }
}

diesel::table! {
    daily_totals (book_id, spent_on, category_id) {
        book_id -> BigInt,
        spent_on -> Date,
        category_id -> BigInt,
        amount -> BigInt,
        count -> BigInt,
    }
}

diesel::table! {
    payer_totals (book_id, spent_on, category_id, paid_by) {
        book_id -> BigInt,
        spent_on -> Date,
        category_id -> BigInt,
        paid_by -> BigInt,
        amount -> BigInt,
        count -> BigInt,
    }
}

diesel::table! {
    monthly_totals (book_id, month, category_id) {
        book_id -> BigInt,
        month -> Integer,
        category_id -> BigInt,
        amount -> BigInt,
        count -> BigInt,
    }
}

diesel::table! {
    budgets (book_id, id) {
        book_id -> BigInt,
        id -> BigInt,
        category_id -> Nullable<BigInt>,
        month -> Integer,
        amount -> Nullable<BigInt>,
    }
}

diesel::table! {
    api_tokens (book_id, id) {
        book_id -> BigInt,
        id -> BigInt,
        user_id -> BigInt,
        name -> Text,
        secret_hash -> Text,
        access -> Text,
        created_at -> Timestamp,
        last_used_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    remembered_answers (book_id, idempotency_key) {
        book_id -> BigInt,
        idempotency_key -> Text,
        fingerprint -> Text,
        status -> Integer,
        location -> Nullable<Text>,
        etag -> Nullable<Text>,
        body -> Text,
        created_at -> Timestamp,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    users,
    books,
    members,
    invitations,
    sessions,
    sign_in_failures,
    id_nodes,
    categories,
    expenses,
    changes,
    daily_totals,
    budgets,
    api_tokens,
    remembered_answers,
);
