//! Requests with a wrong credential between two with the right one.
//!
//! Only where a run has a credential. What is wrong about it the plan says; the value is made when it is sent.

use super::call::Call;
use super::fields::Fields;
use super::ground::Ground;
use super::{Case, Intent};
use crate::case::{Copies, Step};
use crate::contract::Contract;
use crate::generate::Contest;
use crate::http::Credential;

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
    ("extended", &[Credential::Extended, Credential::Doubled], 5),
    ("letter-case", &[Credential::LetterCase], 10),
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
        ],
        2,
    ),
    ("random", &[Credential::Random(0), Credential::Random(1), Credential::Random(2), Credential::Reversed], 3),
];

/// What stands in each case, so that each shows by itself whether the server demands credentials.
const PROBES: &[Credential] = &[Credential::None, Credential::Word("proofmark")];

/// The cases of the operation numbered `number` that send wrong credentials; none where no valid request can be made.
pub fn credentials(contract: &Contract, number: usize, seed: u64) -> Vec<Case> {
    let Ok(call) = Call::of(contract, number, seed) else { return Vec::new() };
    let operation = call.operation;
    let right = match (&operation.body, Ground::of(contract, number, seed)) {
        (_, Some(ground)) => ground.step(ground.full.clone()),
        (None, None) => match &operation.other {
            Some(other) => match Fields::of(&call, other, seed) {
                Some(fields) => fields.step(),
                None => return Vec::new(),
            },
            None => call.step(),
        },
        (Some(_), None) => return Vec::new(),
    };
    let intent = Intent::Contested(Contest::Credentials);
    let cases = KINDS.iter().map(|(kind, members, copies)| {
        let sound = || right.clone().meant(Intent::Valid);
        let probes = PROBES.iter().map(|credential| (credential, Copies::One));
        let many = members.iter().map(|credential| (credential, Copies::Fresh(*copies)));
        // A server may let a connection in, in place of a request: every other one goes out on a new one.
        let wrong = probes.chain(many).enumerate().map(|(at, (credential, copies))| Step {
            credential: *credential,
            stranger: at % 2 == 0,
            copies,
            ..right.clone()
        });
        let steps = std::iter::once(sound()).chain(wrong).chain([sound()]).collect();
        let name = format!("{}/{}/credentials/{kind}", operation.operation.id, intent.word());
        let reason = format!("wrong credentials between right ones: {}", kind.replace('-', " "));
        call.doubted(Case { steps, ..Case::single(number, name, intent.clone(), reason, right.request.clone()) })
    });
    cases.collect()
}
