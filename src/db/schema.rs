//! The tables for diesel: one schema for both databases. Comments on tables and columns are in `migrations`.
//!
//! More than 300 lines, because it is the list of all tables.
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

diesel::table! {
    imports (book_id, id) {
        book_id -> BigInt,
        id -> BigInt,
        name -> Text,
        sha256 -> Text,
        state -> Text,
        format -> Text,
        choices -> Text,
        reading -> Nullable<Text>,
        problem -> Nullable<Text>,
        header_key -> Nullable<Text>,
        is_remembered -> Bool,
        category -> Text,
        money_in -> Nullable<Text>,
        balances -> Nullable<Text>,
        first_on -> Nullable<Date>,
        last_on -> Nullable<Date>,
        new_rows -> BigInt,
        known_rows -> BigInt,
        maybe_rows -> BigInt,
        left_out_rows -> BigInt,
        rejected_rows -> BigInt,
        created_rows -> BigInt,
        version -> BigInt,
        created_by -> BigInt,
        created_at -> Timestamp,
        confirmed_at -> Nullable<Timestamp>,
        undone_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    import_files (book_id, import_id) {
        book_id -> BigInt,
        import_id -> BigInt,
        content -> Binary,
    }
}

diesel::table! {
    import_rows (book_id, import_id, row_number) {
        book_id -> BigInt,
        import_id -> BigInt,
        row_number -> Integer,
        line -> BigInt,
        verdict -> Text,
        reason -> Nullable<Text>,
        take -> Bool,
        booked_on -> Nullable<Date>,
        amount -> Nullable<BigInt>,
        currency -> Nullable<Text>,
        description -> Text,
        memo -> Text,
        category -> Nullable<Text>,
        source_id -> Nullable<Text>,
        account -> Nullable<Text>,
        text_key -> BigInt,
        expense_id -> Nullable<BigInt>,
        raw -> Nullable<Text>,
        category_reason -> Nullable<Text>,
        is_income -> Nullable<Bool>,
    }
}

diesel::table! {
    import_mappings (book_id, header_key) {
        book_id -> BigInt,
        header_key -> Text,
        choices -> Text,
        used_at -> Timestamp,
    }
}

diesel::table! {
    schedules (book_id, id) {
        book_id -> BigInt,
        id -> BigInt,
        category_id -> BigInt,
        amount -> BigInt,
        description -> Text,
        paid_by -> Nullable<BigInt>,
        created_by -> Nullable<BigInt>,
        first_on -> Date,
        unit -> Text,
        every -> Integer,
        until -> Nullable<Date>,
        times -> Nullable<Integer>,
        mode -> Text,
        next_on -> Nullable<Date>,
        paused_on -> Nullable<Date>,
        ended_on -> Nullable<Date>,
        version -> Integer,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        request_key -> Nullable<Text>,
    }
}

diesel::table! {
    occurrences (book_id, schedule_id, due_on) {
        book_id -> BigInt,
        schedule_id -> BigInt,
        due_on -> Date,
        state -> Text,
        expense_id -> Nullable<BigInt>,
        amount -> Nullable<BigInt>,
        description -> Nullable<Text>,
        decided_at -> Timestamp,
    }
}

diesel::table! {
    dismissed_schedules (book_id, text_key) {
        book_id -> BigInt,
        text_key -> BigInt,
        dismissed_at -> Timestamp,
    }
}

diesel::table! {
    feeds (book_id, id) {
        book_id -> BigInt,
        id -> BigInt,
        user_id -> BigInt,
        secret_hash -> Text,
        with_amounts -> Bool,
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
    imports,
    import_files,
    import_rows,
    import_mappings,
    schedules,
    occurrences,
    dismissed_schedules,
    feeds,
);
