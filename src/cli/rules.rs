//! `proofmark rules`.

use std::fmt::Write as _;

use proofmark::contract::{Confidence, Contract, Standing};

use super::args::RulesArgs;
use super::document::contract;
use super::exit::Exit;
use super::problem::Problem;
use super::terminal::Terminal;

pub(crate) fn rules(args: &RulesArgs, terminal: &Terminal) -> Result<Exit, Problem> {
    let (contract, _) = contract(&args.spec, &args.cases_from)?;
    let mut text = String::new();
    for operation in &contract.operations {
        _ = writeln!(text, "{}", operation.operation.title());
        for rule in &operation.rules {
            let confidence = match rule.confidence {
                Confidence::Structure => "by structure",
                Confidence::Words => "by its words",
                Confidence::Name => "by its name",
            };
            let place = contract.document.place(&rule.pointer);
            _ = writeln!(text, "  {}: {}", rule.name(), rule.promise());
            _ = writeln!(text, "    {confidence}: {} ({place})", rule.basis);
            match &rule.standing {
                Standing::Inferred => {}
                Standing::Confirmed(by) => _ = writeln!(text, "    confirmed: {by}"),
                Standing::Refused(by) => _ = writeln!(text, "    does not hold: {by}"),
            }
            if !rule.gates {
                _ = writeln!(text, "    a breach of it is a warning");
            }
        }
        if operation.rules.is_empty() {
            _ = writeln!(text, "  no rules beyond its schemas");
        }
    }
    text.push_str(&links(&contract));
    terminal.print(&text);
    Ok(Exit::Success)
}

/// Which operations make what others name.
fn links(contract: &Contract) -> String {
    let mut text = String::new();
    for link in &contract.links {
        let title = |id: &str| {
            let found = contract.operations.iter().find(|operation| operation.operation.id == id);
            found.map_or_else(|| id.to_owned(), |operation| operation.operation.title())
        };
        let by = if link.declared { "by its words" } else { "by structure" };
        let place = contract.document.place(&link.pointer);
        _ = writeln!(text, "{}\n  made by `{}`", link.resource, title(&link.producer));
        _ = writeln!(text, "    {by}: {} ({place})", link.basis);
    }
    text
}
