//! Values from schemas: valid, boundary, unusual and broken ones, drawn from a seed.
//!
//! Nothing here decides what a server must do with a value: that is proven afterwards, by validating it.

mod breaks;
mod classes;
mod contest;
mod covering;
mod draw;
mod encode;
mod format;
mod instance;
pub mod instances;
mod places;
mod realistic;
mod shape;
mod template;
pub mod text;

pub use breaks::{Break, Change, breaks};
pub use classes::{Class, Content, Level, classes, is_beyond_format};
pub use contest::Contest;
pub use covering::covering_array;
pub use draw::Draw;
pub use encode::{Edit, Encoding, Style};
pub use format::Format;
pub use instance::{Fill, instance};
pub(crate) use places::slug;
pub use places::{Place, places};
pub use shape::{Kind, Shape};
pub use template::{Form, Fresh, Pattern, RunTag, Slot, Template};
