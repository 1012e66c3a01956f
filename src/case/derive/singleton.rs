//! What there is one of at a path, changed and read: `PUT /settings`.

use super::call::Call;
use super::ground::Ground;
use super::kept::Answers;
use super::lifecycle::following;
use super::supply::{Names, fill};
use super::telling::telling;
use super::{Case, Intent, Tier};
use crate::case::{Company, State, Step};
use crate::contract::{Contract, OperationContract};
use crate::http::Headers;
use crate::http::parameter::Location;

/// Changed and read, when all others have changed it: what is made at other paths follows its own life.
pub(super) fn propose(contract: &Contract, call: &Call<'_>, seed: u64) -> Option<Case> {
    let operation = call.operation;
    let path = operation.operation.path.as_str();
    let writes = |method: &str| contract.operations.iter().any(|one| one.takes(method, path));
    let changes = match operation.operation.method.as_str() {
        "PUT" => true,
        // One case writes to it at a time.
        "PATCH" => !writes("PUT"),
        _ => false,
    };
    if !changes || operation.item().is_some() || operation.body.is_none() {
        return None;
    }
    let reader = contract.operations.iter().position(|one| one.takes("GET", path))?;
    let reading = Call::of(contract, reader, seed).ok()?;
    let ground = Ground::of(contract, call.number, seed).filter(|_| is_supplied(call))?;
    let change = ground.step(telling(&ground, None)).meant(intent(call));
    let mut read = Step::of(reading.request(Headers::new(), None)).meant(intent(&reading));
    reading.supply.supplied.iter().for_each(|supplied| _ = fill(&mut read, supplied));
    read.operation = Some(reader);
    let (mut case, names) = call.supply.provide(of_steps(call, vec![change])?);
    let changed = case.steps.len() - 1;
    let answers = Answers { contract, wrapper: None, identifying: None };
    let kept = answers.kept(operation, reading.operation, changed);
    if kept.is_empty() || !is_supplied(&reading) || names == Names::UnknownInBody {
        return None;
    }
    read.state = Some(State::There { identity: None, kept, lasting: Vec::new(), cleared: Vec::new() });
    case.steps.push(read);
    case.steps[changed..].iter_mut().for_each(|step| step.late = true);
    // Alone: nobody else changes it meanwhile.
    of_steps(call, case.steps).map(|case| Case { tier: Tier::Gate, company: Company::None, ..case })
}

fn of_steps(call: &Call<'_>, steps: Vec<Step>) -> Option<Case> {
    following(call, "change-is-kept", "what there is one of is changed and read", steps)
}

/// Whether all that its path names is made first.
fn is_supplied(call: &Call<'_>) -> bool {
    let in_path = |operation: &OperationContract| {
        operation.parameters.iter().filter(|one| one.location == Location::Path).count()
    };
    call.supply.missing.is_none() && call.supply.supplied.len() == in_path(call.operation)
}

fn intent(call: &Call<'_>) -> Intent {
    call.contest().map_or(Intent::Valid, Intent::Contested)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::case::derive::{Derived, derive};
    use crate::case::{Case, Intent, State};
    use crate::contract::Contract;

    /// The case of a path with these methods.
    fn kept(path: &str, methods: &[&str]) -> Vec<Case> {
        let body = "content: {application/json: {schema: {type: object, properties: {title: {type: string}, dark: {type: boolean}}}}}";
        let parameters = "[{name: id, in: path, required: true, schema: {type: integer}}]";
        let parameters = if path.contains('{') { parameters } else { "[]" };
        let one = |method: &&str| {
            let request =
                if *method == "get" { String::new() } else { format!("requestBody: {{required: true, {body}}}, ") };
            format!("    {method}: {{{request}responses: {{'200': {{description: d, {body}}}}}}}\n")
        };
        let made = "content: {application/json: {schema: {type: object, properties: {id: {type: integer}}}}}";
        let text = format!(
            "openapi: 3.0.3\npaths:\n  /teams:\n    post: {{requestBody: {{{made}}}, responses: {{'201': {{description: d, {made}}}}}}}\n  \
             {path}:\n    parameters: {parameters}\n{}",
            methods.iter().map(one).collect::<String>()
        );
        let document = crate::spec::read("s.yaml", text.as_bytes()).expect("a document");
        let contract = Contract::of(Arc::new(document)).expect("a contract");
        let of = |number| match derive(&contract, number, 1) {
            Derived::Cases(cases) => cases,
            Derived::Nothing(why) => panic!("{why}"),
        };
        let all = (0..contract.operations.len()).flat_map(of);
        all.filter(|case| case.name.ends_with("/lifecycle/change-is-kept")).collect()
    }

    #[test]
    fn what_there_is_one_of_is_changed_and_read_by_one_case_at_the_end() {
        let methods = |case: &Case| case.steps.iter().map(|step| step.request.method.clone()).collect::<Vec<_>>();
        for (path, given, wanted) in [
            ("/settings", &["get", "put", "patch"][..], &["PUT", "GET"][..]),
            ("/settings", &["get", "patch"], &["PATCH", "GET"]),
            ("/teams/{id}/settings", &["get", "put"], &["POST", "PUT", "GET"]),
        ] {
            let all = kept(path, given);
            assert_eq!(all.iter().map(methods).collect::<Vec<_>>(), [wanted], "{path}");
            let [.., change, read] = &all[0].steps[..] else { panic!("{all:?}") };
            assert!(change.late && read.late);
            let Some(State::There { identity: None, kept, .. }) = &read.state else { panic!("{read:?}") };
            assert_eq!(kept.len(), 2);
            assert_eq!(kept[0].step, wanted.len() - 2);
        }
        assert_eq!(kept("/settings", &["put"]).len(), 0, "nobody can read it");
        assert_eq!(kept("/teams/{id}", &["get", "put"]).len(), 0, "a thing has a life of its own");
        let contested = &kept("/teams/{id}/settings", &["get", "put"])[0];
        assert!(matches!(contested.steps[1].intent, Some(Intent::Contested(_))), "nobody says that it is there");
    }
}
