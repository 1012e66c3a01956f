//! The worked examples of the specification, and what it leaves to be decided.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::http::parameter::{Doubt, Encoding, Location, Serialization, Style, Unencodable};

fn encoding(style: Style, explode: bool) -> Encoding {
    Encoding { style, explode, allow_reserved: false }
}

fn reserved(style: Style, explode: bool) -> Encoding {
    Encoding { style, explode, allow_reserved: true }
}

#[test]
fn appendix_c_rfc6570_equivalent_expansion() {
    let formulas = Encoding::of(Style::Form).query("formulas", &json!({"a": "x+y", "b": "x/y", "c": "x^y"}));
    assert_eq!(formulas.as_deref(), Ok("a=x%2By&b=x%2Fy&c=x%5Ey"));
    let words = encoding(Style::Form, false).query("words", &json!(["math", "is", "fun"]));
    assert_eq!(words.as_deref(), Ok("words=math,is,fun"));
}

#[test]
fn appendix_c_expansion_with_options_that_rfc6570_does_not_support() {
    let formulas = reserved(Style::Form, true).query("formulas", &json!({"a": "x+y", "b": "x/y", "c": "x^y"}));
    assert_eq!(formulas.as_deref(), Ok("a=x%2By&b=x/y&c=x%5Ey"));
    let words = Encoding::of(Style::SpaceDelimited).query("words", &json!(["math", "is", "fun"]));
    assert_eq!(words.as_deref(), Ok("words=math%20is%20fun"));
}

#[test]
fn appendix_c_illegal_variable_names() {
    let heart = Encoding::of(Style::Form).query("\u{2764}\u{fe0f}", &json!("love!"));
    assert_eq!(heart.as_deref(), Ok("%E2%9D%A4%EF%B8%8F=love%21"));
}

#[test]
fn parameter_object_examples_of_3_2_0() {
    assert_eq!(Encoding::of(Style::Simple).header(&json!([12_345_678, 90_099])).as_deref(), Ok("12345678,90099"));
    assert_eq!(
        Encoding::of(Style::Cookie).cookie("cookie", &json!({"greeting": "Hello%2C world!", "code": 42})).as_deref(),
        Ok("greeting=Hello%2C world!; code=42")
    );
    assert_eq!(
        Encoding::of(Style::Form).cookie("greeting", &json!("Hello, world!")).as_deref(),
        Ok("greeting=Hello%2C%20world%21")
    );
    let path = |value: &str| Encoding::of(Style::Simple).path("username", &json!(value));
    assert_eq!(path("edijkstra").as_deref(), Ok("edijkstra"));
    assert_eq!(path("di\u{1e45}n\u{101}ga").as_deref(), Ok("di%E1%B9%85n%C4%81ga"));
    let query = |name, value| Encoding::of(Style::Form).query(name, &value);
    assert_eq!(
        query("thing", json!(["one thing", "another thing"])).as_deref(),
        Ok("thing=one%20thing&thing=another%20thing")
    );
    assert_eq!(query("freeForm", json!({"page": 4, "pageSize": 50})).as_deref(), Ok("page=4&pageSize=50"));
    let coordinates = Serialization::Content("application/json".into());
    assert_eq!(
        coordinates.write(Location::Query, "coordinates", &json!({"lat": 10, "long": 60})).as_deref(),
        Ok("coordinates=%7B%22lat%22%3A10%2C%22long%22%3A60%7D")
    );
    // "Boolean Query Parameter Examples" and "Header Object Example".
    assert_eq!(query("flag", json!(true)).as_deref(), Ok("flag=true"));
    assert_eq!(Encoding::of(Style::Simple).header(&json!("\"xyzzy\"")).as_deref(), Ok("\"xyzzy\""));
}

#[test]
fn content_is_json_or_text_fitted_to_its_place() {
    let json_content = Serialization::Content("application/json".into());
    let coordinates = json!({"lat": 52.5, "long": 13.25});
    let write = |location, value: &Value| json_content.write(location, "c", value);
    assert_eq!(write(Location::Query, &coordinates).as_deref(), Ok("c=%7B%22lat%22%3A52.5%2C%22long%22%3A13.25%7D"));
    assert_eq!(write(Location::Path, &json!([1, null])).as_deref(), Ok("%5B1%2Cnull%5D"));
    assert_eq!(write(Location::Header, &coordinates).as_deref(), Ok(r#"{"lat":52.5,"long":13.25}"#));
    assert!(matches!(write(Location::Cookie, &coordinates), Err(Unencodable::CookieCharacter(_))));
    assert_eq!(write(Location::Cookie, &json!(7)).as_deref(), Ok("c=7"));
    let plain = Serialization::Content("text/plain".into());
    assert_eq!(plain.write(Location::Header, "h", &json!("</a>; rel=\"up\"")).as_deref(), Ok("</a>; rel=\"up\""));
    assert_eq!(plain.write(Location::Query, "a b", &json!("x&y")).as_deref(), Ok("a%20b=x%26y"));
}

#[test]
fn reserved_characters_pass_where_they_mean_nothing() {
    let all = json!(":/?#[]@!$&'()*+,;=% ~");
    assert_eq!(reserved(Style::Form, true).query("q", &all).as_deref(), Ok("q=:/?%23%5B%5D@!$%26'()*%2B,;%3D%25%20~"));
    assert_eq!(reserved(Style::Simple, false).path("q", &all).as_deref(), Ok(":%2F%3F%23%5B%5D@!$&'()*+,;=%25%20~"));
    assert_eq!(reserved(Style::Form, false).cookie("q", &all).as_deref(), Ok("q=:/?#[]@!$&'()*+%2C%3B=%25%20~"));
    assert_eq!(
        Encoding::of(Style::Simple).path("q", &all).as_deref(),
        Ok("%3A%2F%3F%23%5B%5D%40%21%24%26%27%28%29%2A%2B%2C%3B%3D%25%20~")
    );
}

#[test]
fn a_delimiter_in_use_is_encoded_even_where_reserved_characters_pass() {
    let values = json!(["a,b", "c;d"]);
    assert_eq!(reserved(Style::Form, false).query("q", &values).as_deref(), Ok("q=a%2Cb,c;d"));
    assert_eq!(reserved(Style::Matrix, true).path("q", &values).as_deref(), Ok(";q=a%2Cb;q=c%3Bd"));
}

#[test]
fn a_percent_sign_is_data() {
    for allow_reserved in [false, true] {
        let form = Encoding { allow_reserved, ..Encoding::of(Style::Form) };
        assert_eq!(form.query("q", &json!("%2F")).as_deref(), Ok("q=%252F"));
    }
}

#[test]
fn a_delimiter_that_encoding_cannot_hide_is_refused() {
    let refused = |result: Result<String, Unencodable>| matches!(result, Err(Unencodable::Delimiter { .. }));
    assert!(refused(Encoding::of(Style::SpaceDelimited).query("q", &json!(["a b", "c"]))));
    assert!(refused(Encoding::of(Style::PipeDelimited).query("q", &json!(["a|b", "c"]))));
    assert!(refused(Encoding::of(Style::DeepObject).query("q", &json!({"a[b]": "c"}))));
    assert!(refused(encoding(Style::Label, true).path("q", &json!(["1.5", "2"]))));
    assert!(refused(Encoding::of(Style::Simple).header(&json!(["a,b", "c"]))));
    assert!(refused(encoding(Style::Simple, true).header(&json!({"a=b": "c"}))));
    assert!(refused(encoding(Style::Cookie, false).cookie("q", &json!(["a,b", "c"]))));
    // The same in a single value separates nothing.
    assert_eq!(encoding(Style::Label, true).path("q", &json!(1.5)).as_deref(), Ok(".1.5"));
    assert_eq!(Encoding::of(Style::Simple).header(&json!("a,b")).as_deref(), Ok("a,b"));
    assert_eq!(encoding(Style::Simple, true).header(&json!({"a": "b=c"})).as_deref(), Ok("a=b=c"));
    // A literal that looks like the encoded delimiter is none.
    assert_eq!(Encoding::of(Style::PipeDelimited).query("q", &json!(["%7C", "c"])).as_deref(), Ok("q=%257C%7Cc"));
}

#[test]
fn one_empty_item_is_kept_only_where_the_name_is_repeated() {
    let lone = json!([""]);
    assert_eq!(Encoding::of(Style::Form).query("q", &lone).as_deref(), Ok("q="));
    assert_eq!(encoding(Style::Matrix, true).path("q", &lone).as_deref(), Ok(";q"));
    for style in [Style::Matrix, Style::Label, Style::Simple] {
        assert_eq!(encoding(style, false).path("q", &lone), Err(Unencodable::LoneEmptyItem(style)));
    }
    assert_eq!(encoding(Style::Simple, false).path("q", &json!(["", ""])).as_deref(), Ok(","));
    assert_eq!(
        Encoding::of(Style::DeepObject).query("q", &json!({"": "a"})),
        Err(Unencodable::NamelessProperty(Style::DeepObject))
    );
}

/// The three examples of `in: querystring` in "Parameter Object Examples" of 3.2.0.
#[test]
fn the_examples_of_querystring() {
    let whole = |serialization: Serialization, value: Value| serialization.write(Location::Querystring, "any", &value);
    let content = |media_type: &str| Serialization::Content(media_type.into());
    let form = whole(Serialization::Form(BTreeMap::new()), json!({"foo": "a + b", "bar": true}));
    assert_eq!(form.as_deref(), Ok("foo=a+%2B+b&bar=true"));
    let numbers = whole(content("application/json"), json!({"numbers": [1, 2], "flag": null}));
    assert_eq!(numbers.as_deref(), Ok("%7B%22numbers%22%3A%5B1%2C2%5D%2C%22flag%22%3Anull%7D"));
    let path = whole(content("application/jsonpath"), json!("$.a.b[1:1]"));
    assert_eq!(path.as_deref(), Ok("%24.a.b%5B1%3A1%5D"));
    let styled = whole(Serialization::default_at(Location::Querystring), json!("a"));
    assert!(matches!(styled, Err(Unencodable::Misplaced { .. })));
}

#[test]
fn what_a_header_or_cookie_cannot_carry_is_refused() {
    let simple = Encoding::of(Style::Simple);
    assert!(matches!(simple.header(&json!("a\r\nx: y")), Err(Unencodable::HeaderCharacter(_))));
    assert!(matches!(simple.header(&json!(["a", "Zürich"])), Err(Unencodable::HeaderCharacter(_))));
    assert_eq!(simple.header(&json!(["a", ""])), Err(Unencodable::HeaderItem));
    assert_eq!(simple.header(&json!(["a", " b"])), Err(Unencodable::HeaderItem));
    assert_eq!(Encoding::of(Style::Cookie).cookie("a b", &json!("c")), Err(Unencodable::CookieName));
    assert!(matches!(Encoding::of(Style::Cookie).cookie("a", &json!("c;d")), Err(Unencodable::CookieCharacter(_))));
    assert_eq!(Encoding::of(Style::Form).cookie("a b", &json!("c;d\r\n")).as_deref(), Ok("a%20b=c%3Bd%0D%0A"));
}

#[test]
fn values_that_custom_reads_in_another_way_are_doubted() {
    let doubt = |encoding, location, value: Value| Serialization::Style(encoding).doubt(location, &value);
    let simple = Encoding::of(Style::Simple);
    assert_eq!(doubt(simple, Location::Path, json!("a/b")), Some(Doubt::EncodedSlash));
    assert_eq!(doubt(simple, Location::Path, json!(["a,b", "c"])), Some(Doubt::EncodedDelimiter));
    assert_eq!(doubt(simple, Location::Path, json!("a,b")), None);
    assert_eq!(doubt(encoding(Style::Form, false), Location::Query, json!(["a,b"])), Some(Doubt::EncodedDelimiter));
    assert_eq!(doubt(Encoding::of(Style::Form), Location::Query, json!(["a,b", "a/b"])), None);
    assert_eq!(doubt(Encoding::of(Style::Label), Location::Path, json!(["a", "b"])), Some(Doubt::LabelDelimiter));
    assert_eq!(doubt(Encoding::of(Style::Label), Location::Path, json!(["a"])), None);
    assert_eq!(doubt(Encoding::of(Style::Form), Location::Query, json!("")), Some(Doubt::EmptyValue));
    assert_eq!(
        Serialization::Content("application/json".into()).doubt(Location::Path, &json!("a/b")),
        Some(Doubt::EncodedSlash)
    );
    assert_eq!(Serialization::default_at(Location::Header).doubt(Location::Header, &json!("a/b")), None);
    let lists = Serialization::Style(encoding(Style::Form, false));
    let form = Serialization::Form(BTreeMap::from([("a".to_owned(), lists)]));
    let of_form = |value: Value| form.doubt(Location::Querystring, &value);
    assert_eq!(of_form(json!({"a": ["x,y"]})), Some(Doubt::EncodedDelimiter));
    assert_eq!(of_form(json!({"b": ["x", ""]})), Some(Doubt::EmptyValue));
    assert_eq!(of_form(json!({"a": ["x"], "b": ["x,y"]})), None);
}
