//! Requests with a wrong credential between two with the right one.
//!
//! Only where a run has a credential. What is wrong about it the plan says; the value is made when it is sent.

use super::call::Call;
use super::fields::Fields;
use super::ground::{Ground, Spot};
use super::identity::{keeping, taking};
use super::{Case, Intent};
use crate::case::{Copies, MAX_STEPS, Step};
use crate::contract::{Contract, OperationContract};
use crate::generate::{Contest, Template};
use crate::http::Credential;
use crate::source::Pointer;

/// Kinds of wrong credential: the kind's name, its members, and how often each is sent at once. Enough of each that a
/// server which lets one in five pass is caught by most kinds, and by all of them together for certain.
const KINDS: &[(&str, &[Credential], u16)] = &[
    ("none", &[Credential::None], 10),
    ("empty", &[Credential::Empty], 10),
    ("scheme-alone", &[Credential::SchemeOnly], 10),
    ("scheme-missing", &[Credential::SchemeMissing], 10),
    ("scheme-changed", &[Credential::SchemeChanged], 10),
    (
        "one-character-changed",
        &[
            Credential::Changed(0),
            Credential::Changed(4),
            Credential::Changed(8),
            Credential::Changed(12),
            Credential::Changed(16),
        ],
        3,
    ),
    ("truncated", &[Credential::Truncated(1), Credential::Truncated(4), Credential::Half, Credential::Beheaded], 3),
    ("extended", &[Credential::Extended, Credential::Continued, Credential::Doubled, Credential::Hyphenated], 3),
    ("letter-case", &[Credential::LetterCase, Credential::OneLetterCase(0), Credential::OneLetterCase(16)], 4),
    (
        "word",
        &[
            Credential::Word("null"),
            Credential::Word("undefined"),
            Credential::Word("true"),
            Credential::Word("0"),
            Credential::Word("admin"),
            Credential::Word("test"),
            Credential::Word("*"),
            Credential::Word("None"),
            Credential::Word("' OR '1'='1"),
            // Names no algorithm (RFC 7519 §6).
            Credential::Word("eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiJ9."),
            Credential::Long,
            Credential::BeyondAscii,
        ],
        2,
    ),
    ("random", &[Credential::Random(0), Credential::Random(1), Credential::Random(2), Credential::Reversed], 3),
];

/// The class of the long text that stands in some of them.
const LONG: &str = "length-1024";

/// What some servers take for a credential, or for leave to go without one.
const BESIDE: &[Option<(&str, &str)>] = &[
    None,
    Some(("x-forwarded-for", "127.0.0.1")),
    Some(("cookie", "session=proofmark")),
    Some(("x-api-key", "proofmark")),
];

/// What stands in each case, so that each shows by itself whether the server demands credentials.
const PROBES: &[Credential] = &[Credential::None, Credential::Word("proofmark")];

/// The cases of the operation numbered `number` that send wrong credentials; none where no valid request can be made, or where
/// the document lets anyone in.
pub fn credentials(contract: &Contract, number: usize, seed: u64) -> Vec<Case> {
    let Ok(call) = Call::of(contract, number, seed) else { return Vec::new() };
    let operation = call.operation;
    // Where no credential will do, one that a server does not know may do too.
    if operation.operation.public {
        return Vec::new();
    }
    let rights = rights(contract, &call);
    let Some(right) = rights.first() else { return Vec::new() };
    let intent = Intent::Contested(Contest::Credentials);
    let cases = KINDS.iter().enumerate().map(|(at_kind, (kind, members, copies))| {
        let sound = || right.clone().meant(Intent::Valid);
        let beside = BESIDE[at_kind % BESIDE.len()].filter(|(name, _)| !operation.has_header_parameter(name));
        let probes = PROBES.iter().map(|credential| (credential, Copies::One, beside));
        let many = members.iter().map(|credential| (credential, Copies::Fresh(*copies), None));
        // A server may let a connection in, in place of a request: every other one goes out on a new one.
        let wrong = probes.chain(many).enumerate().map(|(at, (credential, copies, beside))| {
            // Or it may not ask at all for some bodies: each kind meets several.
            let mut step = rights[(at_kind + at) % rights.len()].clone();
            (step.credential, step.stranger, step.copies) = (*credential, at % 2 == 0, copies);
            beside.into_iter().for_each(|(name, value)| step.request.headers.push(name, value));
            step
        });
        let once = acts_once(contract, operation);
        let before = (!once).then(sound);
        let mut steps: Vec<Step> = before.into_iter().chain(wrong).collect();
        if !once && steps.len() + 2 <= MAX_STEPS {
            let again = again(operation, &mut steps);
            steps.extend(again);
        }
        steps.push(sound());
        let name = format!("{}/{}/credentials/{kind}", operation.operation.id, intent.word());
        let reason = format!("wrong credentials between right ones: {}", kind.replace('-', " "));
        call.doubted(Case { steps, ..Case::single(number, name, intent.clone(), reason, right.request.clone()) })
    });
    cases.collect()
}

/// Whether a request about a thing can be granted only once: it is gone then, or in another state.
fn acts_once(contract: &Contract, operation: &OperationContract) -> bool {
    let makes = contract.links.iter().any(|link| link.producer == operation.operation.id);
    match operation.operation.method.as_str() {
        "DELETE" => true,
        "POST" => operation.has_path_parameters() && !makes && operation.item().is_none(),
        _ => false,
    }
}

/// The first request with a wrong credential once more, with the right one: if the server did what it refused, the thing is
/// there already.
fn again(operation: &OperationContract, steps: &mut [Step]) -> Option<Step> {
    let (_, property) = operation.identities().next()?;
    let place = Pointer::root().child(property);
    let wrong = steps.iter_mut().find(|step| step.credential.is_wrong())?;
    *wrong = keeping(wrong.clone(), &[&place]);
    let right = Step { credential: Credential::Right, stranger: false, captures: Vec::new(), ..wrong.clone() };
    let again = taking(right, &[&place], "").meant(Intent::Contested(Contest::Repeated));
    (!again.texts.is_empty()).then_some(again)
}

/// Requests that a server grants to whoever may send them, the plainest first; none where none can be made.
fn rights(contract: &Contract, call: &Call<'_>) -> Vec<Step> {
    let operation = call.operation;
    if operation.body.is_none() {
        return match operation.others.first() {
            Some(other) => Fields::of(call, other, call.seed).map(|fields| fields.step()).into_iter().collect(),
            None => vec![call.step()],
        };
    }
    let Some(ground) = Ground::of(contract, call.number, call.seed) else { return Vec::new() };
    let bodies = [&ground.full, ground.contrary(), &ground.minimal, ground.with_astral()];
    let mut rights: Vec<Step> = bodies.into_iter().map(|body| ground.step(body.clone())).collect();
    rights.extend(with_long_text(&ground).map(|body| ground.step(body)));
    rights
}

/// The full body with a long text in it, where one may stand there.
fn with_long_text(ground: &Ground<'_>) -> Option<Template> {
    let mut template = ground.full.clone();
    let of = |spot: &Spot| spot.classes.iter().find(|class| class.name == LONG && class.contest.is_none()).cloned();
    let (spot, class) = ground.properties().find_map(|spot| Some((spot, of(spot)?)))?;
    class.content.apply(&mut template, &spot.place.pointer);
    ground.is_sound(&template).then_some(template)
}
