//! Each row of the tables "Style Examples".
//!
//! The column `undefined` is tested with the empty text: up to 3.0.3 it is called `empty`, with the same texts, and what
//! RFC 6570 says of undefined values (nothing is written) contradicts them. `null` itself is refused.

use serde_json::{Value, json};

use crate::http::parameter::{Encoding, Location, Serialization, Style, Unencodable};

/// OpenAPI 3.0.4, Parameter Object, Style Examples: the rows as they stand there, but for markup.
const OAS_3_0_4: &str = "\
| matrix | false | ;color | ;color=blue | ;color=blue,black,brown | ;color=R,100,G,200,B,150 |
| matrix | true | ;color | ;color=blue | ;color=blue;color=black;color=brown | ;R=100;G=200;B=150 |
| label | false | . | .blue | .blue,black,brown | .R,100,G,200,B,150 |
| label | true | . | .blue | .blue.black.brown | .R=100.G=200.B=150 |
| simple | false | _empty_ | blue | blue,black,brown | R,100,G,200,B,150 |
| simple | true | _empty_ | blue | blue,black,brown | R=100,G=200,B=150 |
| form | false | ?color= | ?color=blue | ?color=blue,black,brown | ?color=R,100,G,200,B,150 |
| form | true | ?color= | ?color=blue | ?color=blue&color=black&color=brown | ?R=100&G=200&B=150 |
| spaceDelimited | false | _n/a_ | _n/a_ | ?color=blue%20black%20brown | ?color=R%20100%20G%20200%20B%20150 |
| spaceDelimited | true | _n/a_ | _n/a_ | _n/a_ | _n/a_ |
| pipeDelimited | false | _n/a_ | _n/a_ | ?color=blue%7Cblack%7Cbrown | ?color=R%7C100%7CG%7C200%7CB%7C150 |
| pipeDelimited | true | _n/a_ | _n/a_ | _n/a_ | _n/a_ |
| deepObject | false | _n/a_ | _n/a_ | _n/a_ | _n/a_ |
| deepObject | true | _n/a_ | _n/a_ | _n/a_ | ?color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150 |";

/// OpenAPI 3.1.2, Parameter Object, Style Examples: the rows as they stand there, but for markup.
const OAS_3_1_2: &str = "\
| matrix | false | ;color | ;color=blue | ;color=blue,black,brown | ;color=R,100,G,200,B,150 |
| matrix | true | ;color | ;color=blue | ;color=blue;color=black;color=brown | ;R=100;G=200;B=150 |
| label | false | . | .blue | .blue,black,brown | .R,100,G,200,B,150 |
| label | true | . | .blue | .blue.black.brown | .R=100.G=200.B=150 |
| simple | false | _empty_ | blue | blue,black,brown | R,100,G,200,B,150 |
| simple | true | _empty_ | blue | blue,black,brown | R=100,G=200,B=150 |
| form | false | color= | color=blue | color=blue,black,brown | color=R,100,G,200,B,150 |
| form | true | color= | color=blue | color=blue&color=black&color=brown | R=100&G=200&B=150 |
| spaceDelimited | false | _n/a_ | _n/a_ | color=blue%20black%20brown | color=R%20100%20G%20200%20B%20150 |
| spaceDelimited | true | _n/a_ | _n/a_ | _n/a_ | _n/a_ |
| pipeDelimited | false | _n/a_ | _n/a_ | color=blue%7Cblack%7Cbrown | color=R%7C100%7CG%7C200%7CB%7C150 |
| pipeDelimited | true | _n/a_ | _n/a_ | _n/a_ | _n/a_ |
| deepObject | false | _n/a_ | _n/a_ | _n/a_ | _n/a_ |
| deepObject | true | _n/a_ | _n/a_ | _n/a_ | color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150 |";

/// OpenAPI 3.2.0, Parameter Object, Style Examples: the rows as they stand there, but for markup.
const OAS_3_2_0: &str = "\
| matrix | false | ;color | ;color=blue | ;color=blue,black,brown | ;color=R,100,G,200,B,150 |
| matrix | true | ;color | ;color=blue | ;color=blue;color=black;color=brown | ;R=100;G=200;B=150 |
| label | false | . | .blue | .blue,black,brown | .R,100,G,200,B,150 |
| label | true | . | .blue | .blue.black.brown | .R=100.G=200.B=150 |
| simple | false | _empty_ | blue | blue,black,brown | R,100,G,200,B,150 |
| simple | true | _empty_ | blue | blue,black,brown | R=100,G=200,B=150 |
| form | false | color= | color=blue | color=blue,black,brown | color=R,100,G,200,B,150 |
| form | true | color= | color=blue | color=blue&color=black&color=brown | R=100&G=200&B=150 |
| spaceDelimited | false | _n/a_ | _n/a_ | color=blue%20black%20brown | color=R%20100%20G%20200%20B%20150 |
| spaceDelimited | true | _n/a_ | _n/a_ | _n/a_ | _n/a_ |
| pipeDelimited | false | _n/a_ | _n/a_ | color=blue%7Cblack%7Cbrown | color=R%7C100%7CG%7C200%7CB%7C150 |
| pipeDelimited | true | _n/a_ | _n/a_ | _n/a_ | _n/a_ |
| deepObject | _n/a_ | _n/a_ | _n/a_ | _n/a_ | color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150 |
| cookie | false | color= | color=blue | color=blue,black,brown | color=R,100,G,200,B,150 |
| cookie | true | color= | color=blue | color=blue; color=black; color=brown | R=100; G=200; B=150 |";

/// What stands in the table for a value, or `None` for n/a.
struct Cell {
    encoding: Encoding,
    value: Value,
    text: Option<String>,
}

fn cells(table: &str) -> Vec<Cell> {
    table.lines().flat_map(cells_of_row).collect()
}

fn cells_of_row(row: &str) -> Vec<Cell> {
    let columns: Vec<&str> = row.trim_matches(['|', ' ']).split(" | ").collect();
    let [style, explode, empty, string, array, object] = columns[..] else { panic!("six columns: {row}") };
    let style = Style::parse(style).expect(row);
    let explode = explode == "true";
    let texts = [
        (json!(""), empty),
        (json!("blue"), string),
        (json!(["blue", "black", "brown"]), array),
        (json!({"R": 100, "G": 200, "B": 150}), object),
    ];
    let cell = |(value, text): (Value, &str)| Cell {
        encoding: Encoding { style, explode, allow_reserved: false },
        value,
        text: match text.trim() {
            "_n/a_" => None,
            "_empty_" => Some(String::new()),
            // 3.0.4 shows queries with the `?` that stands before the first parameter.
            text => Some(text.trim_start_matches('?').to_owned()),
        },
    };
    texts.into_iter().map(cell).collect()
}

/// Where the styles of the tables stand, each but `simple` in one place that its row is for.
fn location(style: Style) -> Location {
    [Location::Path, Location::Query, Location::Cookie].into_iter().find(|place| style.fits(*place)).expect("a place")
}

fn assert_table(table: &str, rows: usize) {
    let cells = cells(table);
    assert_eq!(cells.len(), rows * 4);
    for Cell { encoding, value, text } in cells {
        let written = Serialization::Style(encoding).write(location(encoding.style), "color", &value);
        let place = format!("{encoding:?} {value}");
        match text {
            Some(text) => assert_eq!(written.as_deref(), Ok(text.as_str()), "{place}"),
            // Explode has no effect on `deepObject` since 3.2.0; before, its own default made it undefined.
            None if encoding.style == Style::DeepObject && value.is_object() => assert!(written.is_ok(), "{place}"),
            None => assert!(matches!(written, Err(Unencodable::NotApplicable { .. })), "{place}: {written:?}"),
        }
    }
}

#[test]
fn every_row_of_3_0_4_is_written_as_it_stands_there() {
    assert_table(OAS_3_0_4, 14);
}

#[test]
fn every_row_of_3_1_2_is_written_as_it_stands_there() {
    assert_table(OAS_3_1_2, 14);
}

#[test]
fn every_row_of_3_2_0_is_written_as_it_stands_there() {
    assert_table(OAS_3_2_0, 15);
}

#[test]
fn simple_rows_hold_for_headers_too() {
    for Cell { encoding, value, text } in
        cells(OAS_3_2_0).into_iter().filter(|cell| cell.encoding.style == Style::Simple)
    {
        assert_eq!(encoding.header(&value).ok(), text, "{encoding:?} {value}");
    }
}

#[test]
fn form_rows_hold_for_cookies_where_nothing_is_joined_by_an_ampersand() {
    for Cell { encoding, value, text } in cells(OAS_3_2_0).into_iter().filter(|cell| cell.encoding.style == Style::Form)
    {
        let several = encoding.explode && (value.is_array() || value.is_object());
        let expected = if several { Err(Unencodable::ExplodedCookie) } else { text.ok_or(Unencodable::Null) };
        assert_eq!(encoding.cookie("color", &value), expected, "{encoding:?} {value}");
    }
}

#[test]
fn a_style_out_of_place_is_refused_as_style_values_has_it() {
    let refused = |encoding: Encoding, location| {
        Serialization::Style(encoding).write(location, "color", &json!("blue")).map_err(|error| error.to_string())
    };
    assert_eq!(
        refused(Encoding::of(Style::Form), Location::Path),
        Err("style `form` is not defined for path parameters".into())
    );
    assert_eq!(
        refused(Encoding::of(Style::DeepObject), Location::Cookie),
        Err("style `deepObject` is not defined for cookie parameters".into())
    );
    assert!(refused(Encoding::of(Style::Matrix), Location::Header).is_err());
    assert!(refused(Encoding::of(Style::Cookie), Location::Query).is_err());
}

#[test]
fn null_empty_and_nested_values_are_refused_by_every_style() {
    for Cell { encoding, .. } in cells(OAS_3_2_0) {
        let write = |value| Serialization::Style(encoding).write(location(encoding.style), "color", &value);
        assert_eq!(write(json!(null)), Err(Unencodable::Null));
        assert_eq!(write(json!({"a": null})), Err(Unencodable::Null));
        assert!(matches!(write(json!([])), Err(Unencodable::Empty(_))));
        assert!(matches!(write(json!({})), Err(Unencodable::Empty(_))));
        assert_eq!(write(json!({"a": [1]})), Err(Unencodable::Nested(encoding.style)));
        assert_eq!(write(json!([{"a": 1}])), Err(Unencodable::Nested(encoding.style)));
    }
}
