//! Words that programs take for something else: numbers, dates, nothing, names of their own.

use super::{TextClass, class, text};

pub(super) const TEXTS: &[TextClass] = &[
    // Numbers.
    text!("digits", "0123", "42", "00000000000000000001"),
    class("zero", |_| "0".into()),
    class("leading-zeros", |_| "00420".into()),
    text!("zeros", "00", "0.0", "-0"),
    text!("decimal", "1.0", "1.50", "1,000.00", ".5"),
    text!("negative-number", "-1", "-0", "−1"),
    text!("exponent", "1e5", "1E400", "0e0"),
    text!("other-bases", "0x1F", "0b11", "0o17", "1_000"),
    text!("not-a-number", "NaN", "Infinity", "-Infinity", "1.#INF"),
    text!("long-number", "9007199254740993", "18446744073709551616", "123456789012345678901234567890"),
    // Nothing. The words that are most often taken for a value are each tried, not drawn.
    text!("word-null", "null"),
    text!("word-undefined", "undefined"),
    text!("word-true", "true"),
    text!("word-nan", "NaN"),
    text!("null-words", "NULL", "Null", "None", "NA", "N/A", "nil", "(null)", "void"),
    text!("boolean-words", "false", "True", "FALSE", "yes", "No", "on", "off", "T", "f"),
    text!("empty-looking", "\"\"", "''", "[]", "{}", "-", "[object Object]"),
    // Dates and the like.
    text!("dates", "2024-02-29", "1970-01-01T00:00:00Z", "01/02/03", "12:60"),
    text!(
        "identifiers",
        "550E8400-E29B-41D4-A716-446655440000",
        "00000000-0000-0000-0000-000000000000",
        "{550e8400e29b41d4a716446655440000}",
        "507f1f77bcf86cd799439011",
        "u_1",
    ),
    // Names that stand for something.
    text!("object-words", "__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "length"),
    text!("role-words", "admin", "root", "system", "anonymous", "guest", "superuser"),
    text!("property-words", "id", "first_name", "external_id", "created_at"),
    text!("test-words", "test", "foo", "TODO", "xxx", "lorem ipsum"),
    text!("device-names", "CON", "NUL", "aux", "COM1", "lpt1.txt"),
    text!("dot-files", ".", "..", ".htaccess", ".env"),
    text!("error-words", "Error", "Exception", "Traceback", "500 Internal Server Error"),
    class("repeated-letter", |_| "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa".into()),
];
