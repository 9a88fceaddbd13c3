//! The tables of wizards. They have a version of their own, so that a program that keeps no wizards can go on with the
//! schema.

use crate::postgres::schema::Tables;

pub(super) const WIZARDS: Tables = Tables {
    lock: "SELECT pg_advisory_xact_lock(hashtextextended('stepflow wizard migrations of ' || $1, 0))",
    first: "
        CREATE TABLE IF NOT EXISTS wizard_schema_version (version integer NOT NULL);
        SET LOCAL statement_timeout = 0;
    ",
    version: "SELECT coalesce(max(version), 0) FROM wizard_schema_version",
    set_version: "INSERT INTO wizard_schema_version (version) VALUES ($1)",
    migrations: &[include_str!("../sql/wizards/schema_1.sql")],
};
