//! The time of an answer grows no faster than what was sent.

use std::time::Duration;

use super::{About, Check, Example, Finding, Judge, Scene, error};

const ID: &str = "growing-time";

const REFUSED: &str = r#"400 application/json {"error":{"code":"invalid_request","message":"first_name is too long"}}"#;

/// How many times longer the next length is at least, for two lengths to be compared.
const STEP: usize = 4;
/// A growth that is this many times that of the input, and more, is none of its own kind.
const FASTER: u32 = 2;
/// Differences up to this are the network's and the machine's own.
const NOISE: Duration = Duration::from_millis(10);
/// What the longest input must take beyond the shortest: less is nobody's trouble.
const LEAST: Duration = Duration::from_millis(500);
/// The same, in round trips: a longer request needs some more of them before the connection has warmed up.
const ROUND_TRIPS: u32 = 5;

pub(super) const CHECK: Check = Check {
    about: About {
        id: ID,
        severity: "error: a few requests of legal size bring the server down",
        what: "Where a case sends one kind of input at growing lengths, the time of the answers grows no more than twice as \
               fast as the length, in ratio, or stays within half a second and five times the shortest one's.",
        why: "A regular expression that backtracks, or a loop within a loop, is fast in every test with short values.",
        leaves_alone: "How slow a server is altogether. A growth that does not show when it is tried again. Answers that did \
                       not come are for `answers-in-time`.",
        source: "CWE-1333 and CWE-407: the time that an input takes is out of proportion to its length",
        violating: Example {
            before: &[
                (r#"{"external_id":"proofmark-1","first_name":"a×1000"}"#, REFUSED),
                (r#"{"external_id":"proofmark-1","first_name":"a×8000"}"#, REFUSED),
            ],
            intent: "contested",
            sent: r#"{"external_id":"proofmark-1","first_name":"a×64000"}"#,
            received: "after 900 ms: 400 application/json {\"error\":{\"code\":\"invalid_request\",\"message\":\"first_name is too long\"}}",
        },
        conforming: Example {
            before: &[
                (r#"{"external_id":"proofmark-1","first_name":"a×1000"}"#, REFUSED),
                (r#"{"external_id":"proofmark-1","first_name":"a×8000"}"#, REFUSED),
            ],
            intent: "contested",
            sent: r#"{"external_id":"proofmark-1","first_name":"a×64000"}"#,
            received: REFUSED,
        },
    },
    judge: Judge::Case(run),
};

/// What one length of input took: bytes, the least time, and the exchange that took it.
#[derive(Clone, Copy, Debug)]
struct Taken {
    bytes: usize,
    least: Duration,
    step: usize,
}

fn run(scene: &Scene<'_>, findings: &mut Vec<Finding>) -> bool {
    if scene.exchanges.len() < 3 {
        return false;
    }
    let taken = by_length(scene);
    let mut comparable = triples(&taken).peekable();
    if comparable.peek().is_none() {
        return false;
    }
    let grows = |(short, middle, long): &(&Taken, &Taken, &Taken)| {
        grows_faster(short, middle, long) && goes_on_growing(&taken, long)
    };
    let Some((short, middle, long)) = comparable.find(grows) else {
        return true;
    };
    let title = "the time of an answer grows faster than what is sent".to_owned();
    let ms = |taken: &Taken| format!("{} bytes in {} ms", taken.bytes, taken.least.as_millis());
    let label = format!("{}; {}, {}, {}", scene.case.reason, ms(short), ms(middle), ms(long));
    let finding = error(ID, title, &scene.case.contract_place(scene.contract), long.step);
    findings.push(Finding { label, detail: scene.case.focus.to_string(), ..finding });
    true
}

/// The least time of each length, shortest first; nothing where the requests are not of growing length, one at a time.
fn by_length(scene: &Scene<'_>) -> Vec<Taken> {
    let mut taken: Vec<Taken> = Vec::new();
    let setup = |at: usize| scene.case.step(at).is_some_and(|step| step.setup);
    for (step, exchange) in scene.exchanges.iter().enumerate().filter(|(at, _)| !setup(*at)) {
        let alone = scene.case.step(step).is_some_and(|step| step.copies.count() == 1);
        let (true, Some(_), Some(body)) = (alone, exchange.response(), &exchange.request.body) else {
            return Vec::new();
        };
        let now = Taken { bytes: body.len(), least: exchange.elapsed, step };
        match taken.last_mut() {
            // The same length again, but for digits that differ.
            Some(last) if now.bytes.abs_diff(last.bytes) * 10 <= last.bytes => {
                if now.least < last.least {
                    *last = now;
                }
            }
            Some(last) if now.bytes < last.bytes => return Vec::new(),
            _ => taken.push(now),
        }
    }
    taken
}

/// Each three lengths that are far enough apart, the longest first.
fn triples(taken: &[Taken]) -> impl Iterator<Item = (&Taken, &Taken, &Taken)> {
    let at_most = |bytes: usize| move |shorter: &&Taken| shorter.bytes * STEP <= bytes;
    taken.iter().rev().flat_map(move |long| {
        let middles = taken.iter().filter(at_most(long.bytes));
        middles
            .flat_map(move |middle| taken.iter().filter(at_most(middle.bytes)).map(move |short| (short, middle, long)))
    })
}

fn grows_faster(short: &Taken, middle: &Taken, long: &Taken) -> bool {
    let (first, second) = (middle.least.saturating_sub(short.least), long.least.saturating_sub(short.least));
    let longer = (long.bytes - short.bytes) as f64 / (middle.bytes - short.bytes).max(1) as f64;
    second > LEAST.max(short.least * ROUND_TRIPS) && second > first.max(NOISE).mul_f64(longer) * FASTER
}

/// Whether the longest takes longer than what is half as long or more: what takes one step up, as a server does that keeps long
/// bodies elsewhere, does not grow.
fn goes_on_growing(taken: &[Taken], long: &Taken) -> bool {
    let nearest = taken.iter().rfind(|one| one.bytes < long.bytes && one.bytes * 3 > long.bytes);
    nearest.is_none_or(|half| long.least.mul_f64(2.0) > half.least.mul_f64(3.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_step_up_is_no_growth() {
        let of = |times: [u64; 4]| {
            let taken = [1_000, 8_000, 32_000, 64_000].into_iter().zip(times);
            let taken: Vec<Taken> =
                taken.map(|(bytes, ms)| Taken { bytes, least: Duration::from_millis(ms), step: 0 }).collect();
            goes_on_growing(&taken, taken.last().expect("one"))
        };
        assert!(!of([1, 1, 600, 600]) && !of([1, 600, 600, 610]));
        assert!(of([1, 10, 150, 600]) && of([1, 1, 1, 600]));
    }

    fn faster(times: [u64; 3]) -> bool {
        let [short, middle, long] = [(1_000, times[0]), (8_000, times[1]), (64_000, times[2])]
            .map(|(bytes, ms)| Taken { bytes, least: Duration::from_millis(ms), step: 0 });
        grows_faster(&short, &middle, &long)
    }

    #[test]
    fn what_grows_with_the_square_of_the_input_is_found() {
        assert!(faster([2, 50, 3_000]));
        assert!(faster([1, 10, 640]));
    }

    #[test]
    fn what_grows_with_the_input_or_is_slow_altogether_is_not() {
        assert!(!faster([100, 800, 6_400]), "linear");
        assert!(!faster([300, 300, 320]), "slow");
        assert!(!faster([1, 1, 450]), "little");
        assert!(!faster([150, 150, 800]), "more round trips on a distant server");
        assert!(!faster([5_000, 400, 900]), "the first one woke the server up");
    }
}
