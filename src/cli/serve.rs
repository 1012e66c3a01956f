//! `proofmark serve`.

use super::args::ServeArgs;
use super::exit::Exit;
use super::problem::Problem;
use super::terminal::Terminal;

#[cfg(not(feature = "reference"))]
pub(crate) fn serve(_: &ServeArgs, _: &Terminal) -> Result<Exit, Problem> {
    Err(Problem::usage("this build has no embedded server").hint("build with the feature `reference`"))
}

/// The faults, class by class.
#[cfg(feature = "reference")]
fn listed(faults: &[proofmark::reference::Fault]) -> String {
    let mut lines = Vec::new();
    for class in faults.chunk_by(|one, next| one.class == next.class) {
        lines.extend(class.first().map(|fault| format!("{}:", fault.class)));
        lines.extend(class.iter().map(|fault| format!("  {:<38} {}", fault.name, fault.breaks)));
    }
    lines.join("\n") + "\n"
}

#[cfg(feature = "reference")]
pub(crate) fn serve(args: &ServeArgs, terminal: &Terminal) -> Result<Exit, Problem> {
    use super::nearest::unknown;
    use proofmark::reference::{FAULTS, Fault, Options, VARIATIONS, Variation};

    if args.list_faults {
        terminal.print(&listed(FAULTS));
        return Ok(Exit::Success);
    }
    if args.list_variations {
        VARIATIONS
            .iter()
            .for_each(|variation| terminal.print(&format!("{:<36} {}\n", variation.name, variation.differs)));
        return Ok(Exit::Success);
    }
    let fault = match &args.fault {
        Some(name) => Some(Fault::named(name).ok_or_else(|| {
            let names = FAULTS.iter().map(|fault| fault.name);
            unknown("fault", name, names, "`proofmark serve --list-faults` lists all")
        })?),
        None => None,
    };
    let variation = match &args.variation {
        Some(name) => Some(Variation::named(name).ok_or_else(|| {
            let names = VARIATIONS.iter().map(|variation| variation.name);
            unknown("variation", name, names, "`proofmark serve --list-variations` lists all")
        })?),
        None => None,
    };
    let options = Options { db: args.db.clone(), require_auth: args.require_auth.clone(), fault, variation };
    super::document::runtime()?.block_on(async {
        let listener =
            tokio::net::TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, args.port)).await.map_err(|error| {
                Problem::obstacle(Exit::Usage, format!("could not listen on port {}", args.port), error)
                    .hint("choose another with `--port`, or a free one with `--port 0`")
            })?;
        let address = listener
            .local_addr()
            .map_err(|error| Problem::obstacle(Exit::Bug, "the listener has no address", error))?;
        let ready = || {
            terminal.print(&format!("{:>12} POST /users on http://{address}\n", "Serving"));
            if let Some(fault) = fault {
                terminal.print(&format!("{:>12} {}: {}\n", "Broken", fault.name, fault.breaks));
            }
            if let Some(variation) = variation {
                terminal.print(&format!("{:>12} {}: {}\n", "Varied", variation.name, variation.differs));
            }
        };
        proofmark::reference::serve(listener, options, super::signal::interrupted(), ready)
            .await
            .map_err(|error| Problem::obstacle(Exit::Usage, "the database could not be opened", error))?;
        Ok(Exit::Success)
    })
}
