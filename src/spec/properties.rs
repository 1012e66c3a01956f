//! What holds of the readers for any text at all.

use proptest::prelude::*;
use serde_json::Value;

use super::error::Excerpt;
use super::{json, read, yaml};
use crate::source::{Pointer, Source, Spans};

/// Any JSON value, with texts and keys that tempt a YAML reader.
fn values() -> impl Strategy<Value = Value> {
    let tempting =
        prop::sample::select(vec!["on", "~", "null", "010", "1e3", "- a", "a: b", "#", "<<", "*a", "é\u{1F600}", ""]);
    let text = prop_oneof![tempting.prop_map(str::to_owned), "[ -~é\n]{0,12}"];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        (-1e6..1e6_f64).prop_map(Value::from),
        text.clone().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((text.clone(), inner), 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// Every node's place holds the text of that node.
fn check_places(source: &Source, root: &Value, spans: &Spans, here: &Pointer, value: &Value) {
    let node = spans.of(root, here).expect("a place");
    let text = source.slice(node.value);
    assert_eq!(serde_json::from_str::<Value>(text).ok().as_ref(), Some(value), "{here}: {text}");
    let last = here.last().map(|name| name.into_owned());
    assert_eq!(
        node.key.and_then(|key| serde_json::from_str(source.slice(key)).ok()),
        last.filter(|_| node.key.is_some())
    );
    match value {
        Value::Object(members) => {
            members.iter().for_each(|(name, member)| check_places(source, root, spans, &here.child(name), member));
        }
        Value::Array(items) => {
            let items = items.iter().enumerate();
            items.for_each(|(index, item)| check_places(source, root, spans, &here.index(index), item));
        }
        _ => {}
    }
}

proptest! {
    #[test]
    fn json_gives_the_same_value_and_places_by_either_reader(value in values()) {
        let source = Source::new("s", serde_json::to_string_pretty(&value).expect("JSON"));
        for parsed in [json::parse(Excerpt::whole(&source)), yaml::parse(Excerpt::whole(&source))] {
            let (root, spans) = parsed.expect("a value");
            prop_assert_eq!(&root, &value);
            check_places(&source, &root, &spans, &Pointer::root(), &root);
        }
    }

    #[test]
    fn what_another_program_writes_as_yaml_is_read_as_the_same_value(value in values()) {
        let source = Source::new("s", serde_yaml::to_string(&value).expect("YAML"));
        // It leaves a key `<<` unquoted, which then merges.
        prop_assume!(!source.text().contains("<<"));
        let (root, _) = yaml::parse(Excerpt::whole(&source)).expect("a value");
        prop_assert_eq!(root, value);
    }

    #[test]
    fn no_bytes_make_the_loader_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), text in "[-?:,\\[\\]{}#&*!|>'\"%@` \t\n$refA0.~<é]{0,80}") {
        let _ = read("s", &bytes);
        let _ = read("s", text.as_bytes());
        let _ = read("s", format!("openapi: 3.1.0\ncomponents: {text}").as_bytes());
    }
}
