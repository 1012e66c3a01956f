//! Which operations the flags ask for.

use std::path::PathBuf;
use std::sync::Arc;

use proofmark::case::authored::CaseFiles;
use proofmark::contract::Contract;
use proofmark::plan::{Aspect, BadPattern, Criterion, Selection, Unmatched};

use super::args::{SelectArgs, SpecArgs};
use super::document::contract;
use super::nearest::unknown;
use super::problem::Problem;

/// The contract of the document that the arguments name, with those operations that are asked for, and the case files.
pub(crate) fn selected(
    spec: &SpecArgs,
    cases_from: &[PathBuf],
    args: &SelectArgs,
) -> Result<(Arc<Contract>, CaseFiles), Problem> {
    let (mut contract, files) = contract(spec, cases_from)?;
    selection(args)?.apply(&mut contract).map_err(|unmatched| problem(&unmatched))?;
    Ok((Arc::new(contract), files))
}

fn selection(args: &SelectArgs) -> Result<Selection, Problem> {
    let flags = [
        (Aspect::Operation, false, &args.operation),
        (Aspect::Tag, false, &args.tag),
        (Aspect::Method, false, &args.method),
        (Aspect::Path, false, &args.path),
        (Aspect::Operation, true, &args.exclude_operation),
        (Aspect::Tag, true, &args.exclude_tag),
        (Aspect::Method, true, &args.exclude_method),
        (Aspect::Path, true, &args.exclude_path),
    ];
    let all = flags.into_iter().flat_map(|(aspect, excludes, patterns)| {
        patterns.iter().map(move |pattern| Criterion::read(aspect, excludes, pattern))
    });
    let criteria = all.collect::<Result<_, BadPattern>>().map_err(|bad| Problem::usage(bad.to_string()))?;
    Ok(Selection { criteria, allow_destructive: args.allow_destructive })
}

/// More than these are not all said.
const FEW: usize = 8;

fn problem(unmatched: &Unmatched) -> Problem {
    let Unmatched { aspect, text, known } = unmatched;
    let shown: Vec<_> = known.iter().take(FEW).map(|name| format!("`{name}`")).collect();
    let more = if known.len() > FEW { " …" } else { "" };
    let all = match known.len() {
        0 => format!("the document has no {}", aspect.word()),
        _ => format!("there are {}{more}", shown.join(", ")),
    };
    unknown(aspect.word(), text, known.iter().map(String::as_str), &all)
}
