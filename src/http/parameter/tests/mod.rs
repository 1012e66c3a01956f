//! The encoders against the specification's own tables and examples, and against decoders that split before they decode.

mod examples;
mod round_trip;
mod tables;
