//! What looks like production, so that nobody writes test data into it by mistake.

use super::BaseUrl;
use crate::spec::Server;

const WORDS: [&str; 4] = ["prod", "prd", "production", "live"];
/// Words that turn the next one round: `pre-prod`, `non-production`, `not live`.
const NEGATIONS: [&str; 4] = ["pre", "non", "not", "no"];

/// Why an environment looks like production; `None` where nothing speaks for it.
///
/// It does so by its name or a word of its description (`prod`, `production`, `live`, `prd`; but not `pre-prod` or
/// `non-production`), by such a word as a label of its host, and by leading to the host of one of the document's servers
/// that does: on whatever port, unless the document has another server just there.
pub fn looks_like_production(url: &BaseUrl, name: &str, description: &str, servers: &[Server]) -> Option<String> {
    by_itself(Some(url), name, description).or_else(|| {
        let leads = |server: &&Server, there: fn(&BaseUrl, &BaseUrl) -> bool| {
            BaseUrl::parse(&server.url).is_ok_and(|known| there(&known, url))
        };
        let is_production = |server: &&Server| by_itself(None, "", &server.description).is_some();
        let there = || servers.iter().filter(|server| leads(server, BaseUrl::same_server));
        let host = || servers.iter().filter(|server| leads(server, BaseUrl::same_host));
        let found =
            there().find(is_production).or_else(|| host().find(is_production).filter(|_| there().next().is_none()));
        found.map(|server| format!("`{url}` is the document's server `{}`", server.description))
    })
}

fn by_itself(url: Option<&BaseUrl>, name: &str, description: &str) -> Option<String> {
    if says_production(name) {
        Some(format!("it is named `{name}`"))
    } else if says_production(description) {
        Some(format!("it is described as `{description}`"))
    } else {
        // The last label is a registry's (`.live` is one), not the owner's.
        let host = url?.host();
        let labels = host.rsplit_once('.').map_or(host, |(labels, _)| labels);
        says_production(labels).then(|| format!("its host is `{host}`"))
    }
}

fn says_production(text: &str) -> bool {
    let text = text.to_lowercase();
    let mut before = "";
    text.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty()).any(|word| {
        let negated = NEGATIONS.contains(&std::mem::replace(&mut before, word));
        WORDS.contains(&word) && !negated
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Pointer;

    fn why(url: &str, name: &str, description: &str) -> Option<String> {
        let server = |url: &str, description: &str| Server {
            url: url.into(),
            description: description.into(),
            pointer: Pointer::root(),
        };
        let servers = [
            server("https://api.example.com", "Production (The production environment)"),
            server("https://s.example.com", "Staging"),
            server("https://api.example.com:9443", "A sandbox beside it"),
        ];
        looks_like_production(&BaseUrl::parse(url).expect("a base URL"), name, description, &servers)
    }

    #[test]
    fn a_name_a_description_or_a_host_gives_production_away() {
        for (url, name, description) in [
            ("http://h", "production", ""),
            ("http://h", "EU-Prod", ""),
            ("http://h", "prd", ""),
            ("http://h", "x", "The LIVE system"),
            ("https://api.prod.example.com", "x", ""),
            ("http://prod:8080", "x", ""),
            ("https://api-production.example.com", "x", ""),
        ] {
            assert!(why(url, name, description).is_some(), "{url} {name} {description}");
        }
    }

    #[test]
    fn leading_to_a_production_server_of_the_document_is_enough() {
        for url in [
            "https://api.example.com/v2",
            "https://API.example.com:443",
            "http://api.example.com",
            "https://api.example.com.:8443",
        ] {
            assert!(why(url, "target", "").is_some_and(|why| why.contains("Production")), "{url}");
        }
    }

    #[test]
    fn other_environments_are_left_alone() {
        for (url, name, description) in [
            ("https://s.example.com", "staging", "Staging (The staging environment)"),
            ("https://s.example.com:8443", "x", ""),
            ("https://api.example.com:9443", "x", ""),
            ("https://api.acme.live", "staging", ""),
            ("http://h", "pre-prod", "not production"),
            ("http://h", "products", "delivers products alive"),
            ("http://127.0.0.1:8080", "development", ""),
        ] {
            assert_eq!(why(url, name, description), None, "{url} {name} {description}");
        }
    }
}
