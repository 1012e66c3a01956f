//! The content of an answer: read under a cap, its content coding undone.

use std::io::Read;

use bytes::{Bytes, BytesMut};
use flate2::read::MultiGzDecoder;
use reqwest::header::{CONTENT_ENCODING, HeaderMap};

use super::fault;
use crate::http::Failure;

/// Reads the content, and no more than `cap` bytes of it. The connection is closed where the rest is left unread.
pub(super) async fn read(mut response: reqwest::Response, cap: u64) -> Result<Bytes, Failure> {
    if response.content_length().is_some_and(|length| length > cap) {
        return Err(Failure::TooLarge(cap));
    }
    let mut whole = Chunks::Empty;
    while let Some(chunk) = response.chunk().await.map_err(|error| fault::within_answer(&error))? {
        if (whole.len() + chunk.len()) as u64 > cap {
            return Err(Failure::TooLarge(cap));
        }
        whole = whole.and(chunk);
    }
    Ok(whole.join())
}

/// What has been read: most answers come in one chunk, which is not copied.
enum Chunks {
    Empty,
    One(Bytes),
    Many(BytesMut),
}

impl Chunks {
    fn len(&self) -> usize {
        match self {
            Self::Empty => 0,
            Self::One(chunk) => chunk.len(),
            Self::Many(chunks) => chunks.len(),
        }
    }

    fn and(self, chunk: Bytes) -> Self {
        let mut all = match self {
            Self::Empty => return Self::One(chunk),
            Self::One(first) => BytesMut::from(first),
            Self::Many(all) => all,
        };
        all.extend_from_slice(&chunk);
        Self::Many(all)
    }

    fn join(self) -> Bytes {
        match self {
            Self::Empty => Bytes::new(),
            Self::One(chunk) => chunk,
            Self::Many(chunks) => chunks.freeze(),
        }
    }
}

/// Undoes the codings that `Content-Encoding` names, the last first (RFC 9110 §8.4). What comes out of each is no longer
/// than `cap` bytes.
pub(super) fn decode(headers: &HeaderMap, mut body: Bytes, cap: u64) -> Result<Bytes, Failure> {
    // Some servers name a coding where there is nothing to code: in answers to HEAD, rightly (RFC 9110 §9.3.2).
    if body.is_empty() || !headers.contains_key(CONTENT_ENCODING) {
        return Ok(body);
    }
    let values = headers.get_all(CONTENT_ENCODING).iter().map(|value| String::from_utf8_lossy(value.as_bytes()));
    let all = values.collect::<Vec<_>>().join(",").to_ascii_lowercase();
    for coding in all.rsplit(',').map(str::trim) {
        body = match coding {
            "gzip" | "x-gzip" => gunzip(&body, cap)?,
            "identity" | "" => body,
            other => return Err(Failure::Broken(format!("its content coding `{other}` was not asked for"))),
        };
    }
    Ok(body)
}

fn gunzip(coded: &[u8], cap: u64) -> Result<Bytes, Failure> {
    let mut plain = Vec::new();
    MultiGzDecoder::new(coded)
        .take(cap.saturating_add(1))
        .read_to_end(&mut plain)
        .map_err(|cause| Failure::Broken(format!("its gzip coding is malformed: {cause}")))?;
    if plain.len() as u64 > cap { Err(Failure::TooLarge(cap)) } else { Ok(plain.into()) }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::{Compression, write::GzEncoder};
    use reqwest::header::HeaderValue;

    use super::*;

    fn gzip(plain: &[u8]) -> Bytes {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(plain).expect("it encodes");
        encoder.finish().expect("it encodes").into()
    }

    fn coded(codings: &'static [&'static str], body: Bytes) -> Result<Bytes, Failure> {
        let fields = codings.iter().map(|coding| (CONTENT_ENCODING, HeaderValue::from_static(coding)));
        decode(&fields.collect(), body, 1000)
    }

    fn headers_of(codings: &'static [&'static str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for coding in codings {
            headers.append(CONTENT_ENCODING, HeaderValue::from_static(coding));
        }
        headers
    }

    #[test]
    fn codings_are_undone_the_last_first() {
        assert_eq!(coded(&[], Bytes::from_static(b"plain")), Ok(Bytes::from_static(b"plain")));
        assert_eq!(coded(&["GZIP"], gzip(b"{}")), Ok(Bytes::from_static(b"{}")));
        let twice = gzip(&gzip(b"{}"));
        assert_eq!(decode(&headers_of(&["gzip, identity", "x-gzip"]), twice, 1000), Ok(Bytes::from_static(b"{}")));
    }

    #[test]
    fn nothing_is_nothing_in_any_coding() {
        assert_eq!(coded(&["gzip"], Bytes::new()), Ok(Bytes::new()));
    }

    #[test]
    fn a_bomb_is_too_large() {
        assert_eq!(coded(&["gzip"], gzip(&[0; 1_000_000])), Err(Failure::TooLarge(1000)));
        assert_eq!(coded(&["gzip"], gzip(&[0; 1000])).map(|body| body.len()), Ok(1000));
    }

    #[test]
    fn a_coding_that_is_broken_or_was_not_asked_for_breaks_the_answer() {
        let whole = gzip(b"{\"a\":1}");
        let cut = whole.slice(..whole.len() - 3);
        for (coding, body) in [(&["gzip"], cut), (&["gzip"], Bytes::from_static(b"{}")), (&["br"], whole)] {
            assert!(matches!(coded(coding, body), Err(Failure::Broken(_))), "{coding:?}");
        }
    }
}
