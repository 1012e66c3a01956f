//! White space of each kind that is no control character (Unicode `Zs`), before, behind, between and alone.

use super::{TextClass, class, smoke, text};

pub(super) const TEXTS: &[TextClass] = &[
    smoke("leading-space", |_| "  Ada".into()),
    smoke("trailing-space", |_| "Ada  ".into()),
    class("inner-spaces", |_| "Ada   King    Noel".into()),
    class("single-space", |_| " ".into()),
    class("no-break-space", |_| "Ada\u{a0}King\u{202f}Noel\u{3000}".into()),
    class("leading-no-break-space", |_| "\u{a0}Ada".into()),
    class("trailing-no-break-space", |_| "Ada\u{a0}".into()),
    class("leading-ideographic-space", |_| "\u{3000}王".into()),
    class("trailing-ideographic-space", |_| "王\u{3000}".into()),
    class("only-no-break-space", |_| "\u{a0}".into()),
    text!("rare-spaces", "a\u{1680}b\u{2000}c\u{2003}d\u{2009}e\u{205f}f"),
    text!("trailing-rare-space", "Ada\u{2003}", "Ada\u{205f}", "Ada\u{1680}"),
];
