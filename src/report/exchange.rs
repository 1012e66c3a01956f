//! An exchange in full: what was sent, what came back.

use std::fmt::Write as _;

use super::Context;
use super::shown::{Shown, ShownBody};
use super::words::printable;
use crate::http::Exchange;

/// The exchange as text, secrets taken out and what cannot be seen escaped.
pub fn exchange(exchange: &Exchange, context: &Context) -> String {
    let shown = Shown::of(exchange, &context.redactor);
    let mut text = String::new();
    let request = &shown.request;
    _ = writeln!(text, "> {} {}", request.method, request.path);
    for (name, value) in &request.headers {
        _ = writeln!(text, "> {name}: {value}");
    }
    for (name, value) in context.headers.iter() {
        _ = writeln!(text, "> {name}: {}", String::from_utf8_lossy(value));
    }
    request.body.iter().for_each(|body| lines(&mut text, "> ", body));
    match (&shown.response, &shown.failure) {
        (Some(response), _) => {
            _ = writeln!(
                text,
                "< {} after {}",
                response.status,
                format_args!("{:.1} ms", exchange.elapsed.as_secs_f64() * 1e3)
            );
            for (name, value) in &response.headers {
                _ = writeln!(text, "< {name}: {value}");
            }
            lines(&mut text, "< ", &response.body);
        }
        (None, failure) => _ = writeln!(text, "< {}", failure.as_deref().unwrap_or("no answer")),
    }
    context.redactor.apply(&text).into_owned()
}

fn lines(text: &mut String, mark: &str, body: &ShownBody) {
    _ = writeln!(text, "{}", mark.trim_end());
    for line in String::from_utf8_lossy(body.bytes()).lines() {
        _ = writeln!(text, "{mark}{}", printable(line));
    }
    if body.cut {
        _ = writeln!(text, "{mark}… {} bytes in all", body.length);
    }
}
