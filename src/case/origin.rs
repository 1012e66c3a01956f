//! Where what the path of a step names comes from.

use super::request::TextPlace;
use super::text::Text;
use super::{Case, PlacedText};

/// Where the name in a path comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// It is new in each sending.
    New,
    /// The step of this number, before it, keeps it.
    Step(usize),
    /// It stands in the document, or was made up.
    Elsewhere,
}

impl Case {
    /// Where the segment numbered `segment` of the path of the step numbered `at` comes from.
    pub fn origin_in_path(&self, at: usize, segment: usize) -> Origin {
        let text = self.steps.get(at).and_then(|step| {
            let path = step.request.path.split('?').next().unwrap_or_default();
            let own = path.split('/').filter(|segment| !segment.is_empty()).nth(segment)?;
            let is_it = |placed: &&PlacedText| match &placed.place {
                TextPlace::Path(name) => own.strip_prefix('{').and_then(|own| own.strip_suffix('}')) == Some(name),
                _ => false,
            };
            step.texts.iter().find(is_it).map(|placed| &placed.text)
        });
        text.map_or(Origin::Elsewhere, |text| self.origin(at, text))
    }

    fn origin(&self, at: usize, text: &Text) -> Origin {
        if text.is_new() {
            return Origin::New;
        }
        let keeps = |name| self.steps[..at].iter().rposition(|step| step.captures.iter().any(|one| one.name == name));
        // With more around it, it is the name of something else.
        text.captured_alone().and_then(keeps).map_or(Origin::Elsewhere, Origin::Step)
    }
}
