//! Servers that demand a credential, and take others for it.

use super::{Breakage, Fault, FaultClass};
use crate::reference::behaviour::random;
use crate::reference::past::Login;

const fn credentials(name: &'static str, breaks: &'static str, breakage: Breakage) -> Fault {
    Fault { name, breaks, class: FaultClass::Credentials, expected_check: "credentials", breakage }
}

/// Such credentials are taken besides the right one.
const fn admits(name: &'static str, breaks: &'static str, admits: fn(&Login<'_>) -> bool) -> Fault {
    credentials(name, breaks, Breakage::Admits(admits))
}

/// Such credentials are taken, and no others: not always the right one.
const fn turns_away(name: &'static str, breaks: &'static str, admits: fn(&Login<'_>) -> bool) -> Fault {
    Fault { expected_check: "accepts-valid", ..credentials(name, breaks, Breakage::Admits(admits)) }
}

const fn stumbles(name: &'static str, breaks: &'static str, over: fn(&Login<'_>) -> bool) -> Fault {
    Fault { expected_check: "no-server-error", ..credentials(name, breaks, Breakage::Stumbles(over)) }
}

pub(super) const FAULTS: &[Fault] = &[
    admits("admits-without", "a request without a credential passes", |login| login.is_right() || login.sent.is_none()),
    admits("admits-any", "any credential passes", |login| login.sent.is_some()),
    admits("admits-empty", "an empty credential passes", |login| {
        login.is_right() || login.sent.as_deref().is_some_and(|sent| sent.trim().is_empty())
    }),
    admits("admits-scheme-alone", "a scheme without a token passes", |login| {
        login.is_right() || login.sent.as_deref().is_some_and(|sent| sent.trim() == "Bearer")
    }),
    admits("admits-any-token", "any token passes under the right scheme", |login| {
        login.scheme() == "Bearer" && !given(login).is_empty()
    }),
    admits("admits-any-scheme", "the token passes under any scheme", |login| {
        !login.scheme().is_empty() && given(login) == login.token
    }),
    admits("admits-letter-case", "letter case of the token is ignored", |login| {
        given(login).eq_ignore_ascii_case(login.token)
    }),
    admits("admits-extended", "a token with more behind it passes", |login| given(login).starts_with(login.token)),
    admits("admits-cut", "the beginning of the token passes", |login| {
        !given(login).is_empty() && login.token.starts_with(given(login))
    }),
    admits("admits-end", "the end of the token passes", |login| {
        !given(login).is_empty() && login.token.ends_with(given(login))
    }),
    admits("admits-around", "a token that holds the right one passes", |login| given(login).contains(login.token)),
    admits("admits-same-beginning", "the first eight characters are compared", |login| {
        login.token.chars().take(8).eq(given(login).chars().take(8))
    }),
    admits("admits-same-ending", "the last eight characters are compared", |login| {
        login.token.chars().rev().take(8).eq(given(login).chars().rev().take(8))
    }),
    admits("admits-all-but-the-last", "the last character is not compared", |login| {
        let known = login.token.chars().count();
        given(login).chars().count() == known
            && login.token.chars().take(known - 1).eq(given(login).chars().take(known - 1))
    }),
    admits("admits-same-length", "the length is compared", |login| given(login).len() == login.token.len()),
    admits("admits-same-characters", "the characters are compared in no order", |login| {
        sorted(given(login)) == sorted(login.token)
    }),
    admits("admits-null", "the word `null` passes", |login| login.is_right() || given(login) == "null"),
    admits("admits-undefined", "the word `undefined` passes", |login| login.is_right() || given(login) == "undefined"),
    admits("admits-admin", "the word `admin` passes", |login| login.is_right() || given(login) == "admin"),
    admits("admits-test", "the word `test` passes", |login| login.is_right() || given(login) == "test"),
    admits("admits-star", "`*` passes", |login| login.is_right() || given(login) == "*"),
    admits("admits-every-fifth", "every fifth wrong credential passes", |login| {
        login.is_right() || login.past.logins % 5 == 4
    }),
    admits("admits-one-in-five", "one in five wrong credentials passes, by chance", |login| {
        login.is_right() || random().is_multiple_of(5)
    }),
    admits("admits-after-a-right-one", "any credential passes right after the right one", |login| {
        login.is_right() || login.past.after_right_login
    }),
    turns_away("turns-away-after-a-wrong-one", "the right credential is refused right after a wrong one", |login| {
        login.is_right() && (login.past.logins == 0 || login.past.after_right_login)
    }),
    turns_away("turns-away-every-twentieth", "every twentieth right credential is refused", |login| {
        login.is_right() && login.past.logins % 20 != 19
    }),
    stumbles("stumbles-without", "a request without a credential is answered by 500", |login| login.sent.is_none()),
    stumbles("stumbles-scheme-alone", "a credential of one word is answered by 500", |login| {
        login.sent.is_some() && login.given().is_none()
    }),
    stumbles("stumbles-other-length", "a token of another length is answered by 500", |login| {
        login.given().is_some_and(|given| given.len() != login.token.len())
    }),
];

fn given<'l>(login: &'l Login<'_>) -> &'l str {
    login.given().unwrap_or_default()
}

fn sorted(text: &str) -> Vec<char> {
    let mut characters: Vec<char> = text.chars().collect();
    characters.sort_unstable();
    characters
}
