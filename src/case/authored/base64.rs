//! Base64 (RFC 4648 §4), for bodies that no text can write.

/// The bytes of a Base64 text, white space in it aside; none where it is no such text.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    if !digits.len().is_multiple_of(4) {
        return None;
    }
    let padding = digits.iter().rev().take_while(|digit| **digit == b'=').count();
    let (digits, full) = (&digits[..digits.len() - padding], digits.len() / 4 * 3);
    if padding > 2 {
        return None;
    }
    let mut bytes = Vec::with_capacity(full);
    for group in digits.chunks(4) {
        let bits = group.iter().try_fold(0u32, |bits, digit| Some(bits << 6 | value(*digit)?))?;
        let bits = bits << (6 * (4 - group.len()));
        bytes.extend_from_slice(&bits.to_be_bytes()[1..]);
    }
    bytes.truncate(full - padding);
    Some(bytes)
}

fn value(digit: u8) -> Option<u32> {
    let value = match digit {
        b'A'..=b'Z' => digit - b'A',
        b'a'..=b'z' => digit - b'a' + 26,
        b'0'..=b'9' => digit - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    };
    Some(u32::from(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_the_rfc_are_decoded() {
        for (text, bytes) in
            [("", ""), ("Zg==", "f"), ("Zm8=", "fo"), ("Zm9v", "foo"), ("Zm9v\nYg==", "foob"), ("Zm9vYmFy", "foobar")]
        {
            assert_eq!(decode(text).as_deref(), Some(bytes.as_bytes()));
        }
        assert_eq!(decode("/+8="), Some(vec![0xff, 0xef]));
    }

    #[test]
    fn other_texts_are_not() {
        for text in ["Z", "Zg=", "Zg", "Z===", "====", "Zm9*", "Zg==Zg=="] {
            assert_eq!(decode(text), None, "{text}");
        }
    }
}
