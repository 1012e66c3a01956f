//! A request as a command that a person can paste.

use super::{Headers, Request};

/// The curl command that sends `request` to `base`, in one line for a POSIX shell.
///
/// `added` are the environment's own headers, already in the form in which they may be shown. A body that is not
/// printable UTF-8 is piped in from `printf`, since no shell argument can carry every byte.
pub fn curl_line(base: &str, request: &Request, added: &Headers) -> String {
    let mut line = format!(
        "curl -sS -X {} {}",
        quote(&request.method),
        quote(&format!("{}{}", base.trim_end_matches('/'), request.path))
    );
    for (name, value) in request.headers.iter().chain(added.iter()) {
        let value = String::from_utf8_lossy(value);
        // Double quotes let the shell fill in ${NAME}, so that a shown header is a working one.
        let field = format!("{name}: {value}");
        let field = if value.contains("${") { filled_in(&field) } else { quote(&field) };
        line.push_str(&format!(" -H {field}"));
    }
    let Some(body) = &request.body else { return line };
    match std::str::from_utf8(body) {
        Ok(text) if !text.contains('\0') && !text.starts_with('@') => {
            line.push_str(&format!(" --data-binary {}", quote(text)));
            line
        }
        _ => format!("printf '{}' | {line} --data-binary @-", escaped(body)),
    }
}

/// Single quotes keep every character but the single quote itself.
fn quote(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:=%@+,".contains(&byte);
    if !text.is_empty() && text.bytes().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

/// Double quotes in which the shell fills in `${NAME}` and touches nothing else.
fn filled_in(text: &str) -> String {
    let mut out = String::from('"');
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        let special = matches!(character, '"' | '`' | '\\') || (character == '$' && !rest.starts_with("${"));
        if special {
            out.push('\\');
        }
        out.push(character);
        rest = &rest[character.len_utf8()..];
    }
    out.push('"');
    out
}

/// The body for `printf`: octal escapes are the one form that every `printf` knows.
fn escaped(body: &[u8]) -> String {
    let mut out = String::with_capacity(body.len() * 2);
    for byte in body {
        match byte {
            b'%' => out.push_str("%%"),
            b'\\' | b'\'' | 0..=31 | 127.. => out.push_str(&format!("\\{byte:03o}")),
            plain => out.push(char::from(*plain)),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(body: &'static [u8]) -> Request {
        Request {
            method: "POST".into(),
            path: "/users".into(),
            headers: [("content-type", "application/json")].into_iter().collect(),
            body: Some(bytes::Bytes::from_static(body)),
        }
    }

    #[test]
    fn quotes_in_a_body_survive_the_shell() {
        let line = curl_line("http://127.0.0.1:8080/", &request(br#"{"a":"it's"}"#), &Headers::new());
        assert_eq!(
            line,
            r#"curl -sS -X POST http://127.0.0.1:8080/users -H 'content-type: application/json' --data-binary '{"a":"it'\''s"}'"#
        );
    }

    #[test]
    fn bytes_that_are_not_text_go_through_printf() {
        let line = curl_line("http://h", &request(b"{\xff%\0}"), &Headers::new());
        assert!(line.starts_with("printf '{\\377%%\\000}' | curl"), "{line}");
    }

    #[test]
    fn a_header_with_a_variable_cannot_run_anything_else() {
        let added = [("x", "${A} $(id) `id` \"$B")].into_iter().collect();
        let line = curl_line("http://h", &request(b"{}"), &added);
        assert!(line.contains(r#"-H "x: ${A} \$(id) \`id\` \"\$B""#), "{line}");
    }

    #[test]
    fn a_header_with_a_variable_is_left_to_the_shell() {
        let added = [("authorization", "Bearer ${TOKEN}")].into_iter().collect();
        let line = curl_line("http://h", &request(b"{}"), &added);
        assert!(line.contains(r#"-H "authorization: Bearer ${TOKEN}""#), "{line}");
    }
}
