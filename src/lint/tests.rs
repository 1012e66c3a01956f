//! Each rule has a document in which it fires and one in which it stays quiet.

use super::{LINT_RULES, Lint, lint};
use crate::spec::read;

fn lints(text: &str) -> Vec<Lint> {
    let document = read("s.yaml", text.as_bytes()).expect(text);
    lint(&document).expect(text)
}

/// A document of `version` with one operation and some schemas, in flow style.
fn document(version: &str, operation: &str, schemas: &str) -> String {
    format!("openapi: {version}\npaths: {{{operation}}}\ncomponents: {{schemas: {{{schemas}}}}}\n")
}

fn schemas(version: &str, schemas: &str) -> String {
    document(version, "", schemas)
}

/// An operation that takes `In` and answers `Out`, with more fields and more responses.
fn create(fields: &str, responses: &str) -> String {
    let body =
        |name: &str| format!("content: {{application/json: {{schema: {{$ref: '#/components/schemas/{name}'}}}}}}");
    format!(
        "/a: {{post: {{{fields} requestBody: {{{}}}, responses: {{200: {{{}}}, {responses}}}}}}}",
        body("In"),
        body("Out")
    )
}

fn round_trip(input: &str, output: &str) -> String {
    document("3.0.0", &create("", ""), &format!("In: {input}, Out: {output}, N: {{type: string}}"))
}

fn error_code(codes: &str, responses: &str) -> String {
    let error = "400: {content: {application/json: {schema: {$ref: '#/components/schemas/E'}}}}";
    let schemas = format!("In: {{}}, Out: {{}}, E: {{properties: {{code: {{enum: [{codes}]}}}}}}");
    document("3.0.0", &create("", &format!("{error}, {responses}")), &schemas)
}

/// Rule, a document in which it fires, documents in which it does not.
fn cases() -> Vec<(&'static str, String, Vec<String>)> {
    let named = "{properties: {name: {$ref: '#/components/schemas/N'}}}";
    let required = "{properties: {name: {$ref: '#/components/schemas/N'}}, required: [name]}";
    vec![
        (
            "nullable-beside-ref",
            schemas("3.0.0", "A: {$ref: '#/components/schemas/B', nullable: true}, B: {type: string}"),
            vec![
                schemas("3.0.0", "A: {$ref: '#/components/schemas/B', nullable: false}, B: {type: string}"),
                schemas("3.1.0", "A: {$ref: '#/components/schemas/B', nullable: true}, B: {type: string}"),
                schemas("3.0.0", "A: {type: string, nullable: true, example: {$ref: x, nullable: true}}"),
            ],
        ),
        (
            "ref-siblings",
            schemas("3.0.0", "A: {$ref: '#/components/schemas/B', minLength: 1}, B: {}"),
            vec![
                schemas("3.0.0", "A: {$ref: '#/components/schemas/B', description: d, nullable: true, x-a: 1}, B: {}"),
                schemas("3.1.0", "A: {$ref: '#/components/schemas/B', minLength: 1}, B: {}"),
            ],
        ),
        (
            "optional-becomes-required",
            round_trip(named, required),
            vec![
                round_trip(required, required),
                round_trip(named, named),
                round_trip(
                    "{properties: {name: {type: string, default: x}}}",
                    "{properties: {name: {type: string, default: x}}, required: [name]}",
                ),
                round_trip("{properties: {name: {type: integer}}}", required),
                round_trip(named, "{properties: {name: {type: string, nullable: true}}, required: [name]}"),
                round_trip("{properties: {name: {type: string, readOnly: true}}}", required),
                round_trip(named, required).replace("post:", "patch:"),
            ],
        ),
        (
            "error-code-without-status",
            error_code("conflict", ""),
            vec![
                error_code("conflict", "409: {}"),
                error_code("conflict", "4XX: {}"),
                error_code("not_found, other", ""),
                error_code("conflict", "").replace("post:", "get:"),
            ],
        ),
        (
            "auth-without-security",
            error_code("invalid_credentials", ""),
            vec![
                error_code("other", ""),
                format!("{}security: [{{key: []}}]\n", error_code("invalid_credentials", "403: {}")),
            ],
        ),
        (
            "described-fields-one-level-deeper",
            schemas(
                "3.0.0",
                "A: {description: 'has `a` and `b` fields', properties: {e: {properties: {a: {}, b: {}}}}}",
            ),
            vec![
                schemas("3.0.0", "A: {description: 'has `a` and `b` fields', properties: {a: {}, b: {}}}"),
                schemas("3.0.0", "A: {description: 'has `a` and `b` fields', properties: {e: {properties: {a: {}}}}}"),
                schemas("3.0.0", "A: {description: 'see the `a` field', properties: {e: {properties: {a: {}}}}}"),
            ],
        ),
        (
            "boolean-exclusive-bound",
            schemas("3.1.0", "A: {minimum: 0, exclusiveMinimum: true}"),
            vec![
                schemas("3.0.0", "A: {minimum: 0, exclusiveMinimum: true}"),
                schemas("3.1.0", "A: {exclusiveMinimum: 0}"),
            ],
        ),
        (
            "numeric-exclusive-bound",
            schemas("3.0.0", "A: {exclusiveMaximum: 5}"),
            vec![
                schemas("3.1.0", "A: {exclusiveMaximum: 5}"),
                schemas("3.0.0", "A: {maximum: 5, exclusiveMaximum: true}"),
            ],
        ),
        (
            "obsolete-nullable",
            schemas("3.1.0", "A: {type: string, nullable: true}"),
            vec![
                schemas("3.0.0", "A: {type: string, nullable: true}"),
                schemas("3.1.0", "A: {type: [string, 'null'], nullable: true}"),
            ],
        ),
        (
            "nullable-without-type",
            schemas("3.0.0", "A: {nullable: true, allOf: [{type: string}]}"),
            vec![schemas("3.0.0", "A: {nullable: true, type: string}"), schemas("3.0.0", "A: {nullable: true}")],
        ),
        (
            "duplicate-operation-id",
            document("3.0.0", "/a: {get: {operationId: x}, put: {operationId: x}}", ""),
            vec![document("3.0.0", "/a: {get: {operationId: x}, put: {operationId: y}, post: {}, patch: {}}", "")],
        ),
        (
            "path-parameter-mismatch",
            document("3.0.0", "'/a/{id}': {get: {}}", ""),
            vec![document("3.0.0", "'/a/{id}': {get: {}, parameters: [{name: id, in: path}]}", "")],
        ),
        (
            "no-success-response",
            document("3.0.0", "/a: {get: {responses: {404: {}}}}", ""),
            vec![document("3.0.0", "/a: {get: {responses: {404: {}, default: {}}}, put: {responses: {302: {}}}}", "")],
        ),
        (
            "misspelt-keyword",
            schemas("3.0.0", "A: {type: string, maxlength: 3}"),
            vec![
                schemas("3.0.0", "A: {type: string, maxLength: 3, x-maxlength: 4, note: n, unit: mm}"),
                schemas("3.0.0", "A: {properties: {maxlength: {type: integer}}, example: {requird: 1}}"),
                schemas("3.1.0", "A: {$schema: 'https://example.com/own', maxlength: 3}"),
            ],
        ),
        (
            "unknown-format",
            schemas("3.0.0", "A: {type: string, format: url}"),
            vec![schemas("3.0.0", "A: {type: string, format: uri, example: {format: url}}")],
        ),
        (
            "required-without-property",
            schemas("3.0.0", "A: {properties: {a: {}}, required: [b]}"),
            vec![
                schemas("3.0.0", "A: {properties: {a: {}}, required: [a]}"),
                schemas("3.0.0", "A: {allOf: [{properties: {a: {}}, required: [b]}]}"),
                schemas("3.0.0", "A: {required: [b]}"),
            ],
        ),
        (
            "later-keyword",
            schemas("3.0.0", "A: {const: a}"),
            vec![schemas("3.1.0", "A: {const: a}"), schemas("3.0.0", "A: {enum: [a], example: {const: a}}")],
        ),
        (
            "malformed-keyword",
            schemas("3.0.0", "A: {type: int}"),
            vec![
                schemas("3.1.0", "A: {type: [string, 'null'], required: [], minLength: 0, multipleOf: 0.1, enum: ['']}"),
                schemas("3.0.0", "A: {properties: {type: {type: string}, required: {}}, default: {type: int}}"),
            ],
        ),
        (
            "malformed-parameter",
            document("3.0.0", "/a: {get: {parameters: [{name: b, in: body}], responses: {200: {}}}}", ""),
            vec![document(
                "3.2.0",
                "'/a/{i}': {get: {parameters: [{name: i, in: path, required: true}, {name: i, in: query}], responses: {200: {}}}}",
                "",
            )],
        ),
        (
            "undefined-security-scheme",
            document("3.0.0", "/a: {get: {security: [{key: []}], responses: {200: {}}}}", ""),
            vec![
                document("3.0.0", "/a: {get: {security: [{}], responses: {200: {}}}}", ""),
                "openapi: 3.0.0\nsecurity: [{key: []}]\npaths: {}\ncomponents: {securitySchemes: {key: {type: http, scheme: basic}}}\n"
                    .to_owned(),
            ],
        ),
        (
            "empty-range",
            schemas("3.0.0", "A: {minLength: 5, maxLength: 4}"),
            vec![schemas("3.0.0", "A: {minLength: 4, maxLength: 4, minimum: 9, maxItems: 1}")],
        ),
        (
            "example-breaks-schema",
            schemas("3.0.0", "A: {properties: {a: {type: integer, example: x}}}"),
            vec![
                schemas("3.0.0", "A: {properties: {a: {type: integer, example: 7}}}"),
                // A format need not be asserted, and what only one direction asks for is no fault of the other.
                schemas("3.0.0", "A: {type: string, format: date, example: soon}"),
                schemas(
                    "3.0.0",
                    "A: {required: [a, b], properties: {a: {readOnly: true}, b: {}}, example: {b: 1}}, B: {type: string, nullable: true, default: null}",
                ),
                document("3.0.0", "/a: {get: {parameters: [{name: n, in: query, schema: {type: integer}, example: '7'}], responses: {200: {}}}}", ""),
            ],
        ),
        (
            "malformed-pattern",
            schemas("3.0.0", "A: {type: string, pattern: '(unclosed'}"),
            vec![schemas("3.0.0", r"A: {type: string, pattern: '^(?=a)\\p{L}+(?<!b)$'}, B: {example: {pattern: '('}}")],
        ),
        (
            "ambiguous-path",
            document("3.0.0", "'/a/{x}': {get: {responses: {200: {}}}}, '/a/{y}': {put: {responses: {200: {}}}}", ""),
            vec![document("3.0.0", "'/a/{x}': {get: {responses: {200: {}}}}, /a/b: {get: {responses: {200: {}}}}", "")],
        ),
        (
            "dangling-link",
            document("3.0.0", "/a: {get: {responses: {200: {links: {next: {operationId: none}}}}}}", ""),
            vec![document(
                "3.0.0",
                "/a: {get: {operationId: one, responses: {200: {links: {a: {operationId: one}, b: {operationRef: '#/paths/~1a/get'}, c: {operationRef: 'https://h/#/paths/~1a/get'}}}}}}",
                "",
            )],
        ),
        (
            "dangling-mapping",
            schemas("3.0.0", "A: {discriminator: {propertyName: k, mapping: {b: '#/components/schemas/None'}}}"),
            vec![schemas(
                "3.0.0",
                "A: {discriminator: {propertyName: k, mapping: {a: A, b: '#/components/schemas/A', c: other.yaml}}}",
            )],
        ),
        (
            "undefined-server-variable",
            "openapi: 3.0.0\nservers: [{url: 'https://{host}/'}]\npaths: {}\n".into(),
            vec!["openapi: 3.0.0\nservers: [{url: 'https://{host}/', variables: {host: {default: h}}}]\npaths: {}\n".into()],
        ),
    ]
}

#[test]
fn every_rule_fires_where_it_should_and_stays_quiet_elsewhere() {
    let cases = cases();
    let fires = |rule: &str, text: &str| lints(text).into_iter().find(|lint| lint.rule == rule);
    for (rule, violating, conforming) in &cases {
        let lint = fires(rule, violating).expect(rule);
        assert!(!lint.message.is_empty() && !lint.label.is_empty() && !lint.fix.is_empty(), "{rule}");
        assert!(!lint.message.ends_with('.'), "{}", lint.message);
        for text in conforming {
            assert!(fires(rule, text).is_none(), "{rule} fires in\n{text}");
        }
    }
    let covered: Vec<_> = cases.iter().map(|(rule, ..)| *rule).collect();
    for rule in LINT_RULES {
        assert!(covered.contains(&rule.id), "{} has no case", rule.id);
    }
}

#[test]
fn rules_stand_in_the_order_of_their_ids() {
    assert!(LINT_RULES.is_sorted_by_key(|rule| rule.id));
}

#[test]
fn a_path_parameter_that_the_path_does_not_have_is_reported_at_its_name() {
    let found = lints(&document(
        "3.0.0",
        "/a: {get: {parameters: [{name: id, in: path, required: true}], responses: {200: {}}}}",
        "",
    ));
    let pointers: Vec<_> = found.iter().map(|lint| lint.pointer.as_str()).collect();
    assert_eq!(pointers, ["/paths/~1a/get/parameters/0/name"]);
}

#[test]
fn one_lint_stands_for_all_operations_where_no_scheme_is_declared() {
    let found = lints(&document(
        "3.0.0",
        "/a: {get: {responses: {200: {}, 401: {}}}, put: {responses: {200: {}, 403: {}}}}",
        "",
    ));
    let messages: Vec<_> = found.iter().map(|lint| lint.message.as_str()).collect();
    insta::assert_snapshot!(messages.join("\n"), @"`GET /a` answers 401, yet no security scheme applies to it: how to authenticate is open (likewise 1 more operation)");
}

#[test]
fn the_published_page_leaves_this_open() {
    let page = read("specs/create-a-user.md", include_bytes!("../../specs/create-a-user.md")).expect("a page");
    let lints = lint(&page).expect("lints");
    let shown: Vec<_> = lints
        .iter()
        .map(|lint| {
            let mut text = format!(
                "{}: {}\n  {}\n  at: {}\n  label: {}\n  fix: {}",
                lint.place,
                lint.rule,
                lint.message,
                page.source.slice(lint.place.span),
                lint.label,
                lint.fix
            );
            for (place, label) in &lint.related {
                text += &format!("\n  see: {place}: {label}");
            }
            text
        })
        .collect();
    insta::assert_snapshot!(shown.join("\n\n"));
}

#[test]
fn each_malformed_keyword_and_parameter_is_reported_with_the_edit_that_was_meant() {
    let told = |text: &str| -> Vec<String> {
        lints(text).into_iter().map(|lint| format!("{}; {}", lint.message, lint.fix)).collect()
    };
    let schema =
        "A: {type: double, required: name, minLength: '3', maxLength: -3, enum: [], multipleOf: 0, uniqueItems: 'yes'}";
    insta::assert_snapshot!(told(&schemas("3.1.0", schema)).join("\n"));
    let parameters = "{name: a, in: query, style: odd, schema: {}, content: {text/plain: {}}}, {name: a, in: query}, {name: i, in: path}";
    let operation = format!("'/a/{{i}}': {{get: {{parameters: [{parameters}], responses: {{200: {{}}}}}}}}");
    insta::assert_snapshot!(told(&document("3.1.0", &operation, "")).join("\n"));
}

#[test]
fn a_slip_in_the_name_of_a_keyword_or_field_is_reported_with_the_one_that_was_meant() {
    let told = |text: &str| -> Vec<String> {
        let slips = lints(text).into_iter().filter(|lint| lint.rule == "misspelt-keyword");
        slips.map(|lint| lint.fix.split('`').nth(1).unwrap_or_default().to_owned()).collect()
    };
    let schema = "A: {propertes: {}, additional_properties: false, requird: [a], formatt: date, desciption: d}";
    let meant = ["properties", "additionalProperties", "required", "format", "description"];
    assert_eq!(told(&schemas("3.0.0", schema)), meant);
    let operation = "/a: {get: {parameter: [], operationID: a, responses: {200: {contents: {}}}}}";
    assert_eq!(told(&document("3.0.0", operation, "")), ["parameters", "operationId", "content"]);
    assert_eq!(
        told(&schemas("3.0.0", "A: {formats: [a], option: 1, values: [], kind: a, itemz: {}, format: a}")),
        ["items"]
    );
}

proptest::proptest! {
    #[test]
    fn no_document_makes_a_rule_panic(text in "[-?:,\\[\\]{}#&*!|>'\"%@` \t\n$refA0.~<é]{0,80}", schema in "[-a-z0-9{}\\[\\]:, ]{0,60}") {
        for text in [format!("openapi: 3.1.0\ncomponents: {text}"), schemas("3.0.0", &format!("A: {{pattern: '{schema}', default: {schema}}}"))] {
            let _ = read("s", text.as_bytes()).map(|document| lint(&document));
        }
    }
}
