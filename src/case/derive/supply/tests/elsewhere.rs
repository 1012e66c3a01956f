//! What was made under one thing, asked for and listed under another.

use super::*;

#[test]
fn a_part_is_changed_and_a_thing_is_asked_for_under_another() {
    let schema = "{type: object, required: [title], properties: {id: {type: integer}, title: {type: string}, note: {type: string}}}";
    let part = "{type: object, properties: {title: {type: string}, note: {type: string}}}";
    let content = |schema: &str| format!("content: {{application/json: {{schema: {schema}}}}}");
    let id = |name: &str| format!("{{name: {name}, in: path, required: true, schema: {{type: integer}}}}");
    let contract = contract(&format!(
        "  /walls:
    post: {{operationId: build, requestBody: {{required: true, {one}}}, responses: {{'201': {{description: d, {one}}}}}}}
  /walls/{{wall}}/notes:
    post: {{operationId: pin, parameters: [{wall}], requestBody: {{required: true, {one}}}, responses: {{'201': {{description: d, {one}}}}}}}
    get: {{operationId: notes, parameters: [{wall}], responses: {{'200': {{description: d, {many}}}}}}}
  /walls/{{wall}}/notes/{{note}}:
    parameters: [{wall}, {note}]
    get: {{operationId: note, responses: {{'200': {{description: d, {one}}}}}}}
    patch: {{operationId: edit, requestBody: {{required: true, {part}}}, responses: {{'200': {{description: d, {one}}}}}}}
",
        one = content(schema),
        many = content(&format!("{{type: array, items: {schema}}}")),
        part = content(part),
        wall = id("wall"),
        note = id("note"),
    ));
    let reads = cases(&contract, "note");
    let elsewhere = named(&reads, "note/valid/lifecycle/not-elsewhere");
    let path = "/walls/{walls-id}/notes";
    assert_eq!(
        steps(&contract, elsewhere),
        [
            "build /walls".into(),
            format!("pin {path}"),
            "build /walls".into(),
            "note /walls/{walls-id-other}/notes/{walls-id-notes-id}".into()
        ]
    );
    let last = elsewhere.steps.last().expect("a step");
    assert!(matches!(&last.state, Some(State::Elsewhere { identity }) if identity.step == 1));
    assert!(matches!(elsewhere.intent_of(3), Intent::Contested(_)));
    let lists = cases(&contract, "notes");
    let elsewhere = named(&lists, "notes/valid/lifecycle/not-listed-elsewhere");
    let made = ["build /walls".into(), format!("pin {path}"), "build /walls".into()];
    assert_eq!(steps(&contract, elsewhere)[..3], made);
    assert_eq!(steps(&contract, elsewhere)[3], "notes /walls/{walls-id-other}/notes");
    let last = elsewhere.steps.last().expect("a step");
    assert!(
        matches!(&last.state, Some(State::Listed(listed)) if listed.step == 1 && listed.as_it == AsIt::IsElsewhere)
    );
    let edits = cases(&contract, "edit");
    let elsewhere = named(&edits, "edit/valid/lifecycle/not-changed-elsewhere");
    assert_eq!(
        steps(&contract, elsewhere)[2..],
        [
            "build /walls",
            "edit /walls/{walls-id-other}/notes/{walls-id-notes-id}",
            "note /walls/{walls-id}/notes/{walls-id-notes-id}"
        ]
    );
    assert!(matches!(elsewhere.intent_of(3), Intent::Contested(_)));
    let last = elsewhere.steps.last().expect("a step");
    assert!(matches!(&last.state, Some(State::There { kept, .. }) if kept.iter().all(|kept| kept.step == 1)));
    let edited = named(&edits, "edit/valid/lifecycle/the-rest-is-kept");
    let changes = [2, 4].map(|step| edited.steps[step].request.body.as_ref().expect("a change").template.value.clone());
    assert_eq!(changes.map(|change| change.as_object().map(serde_json::Map::len)), [Some(1), Some(1)]);
    let kept = |step: usize| {
        let Some(State::There { kept, .. }) = &edited.steps[step].state else { panic!("{edited:?}") };
        kept.iter().map(|kept| (kept.place.as_str().to_owned(), kept.step)).collect::<Vec<_>>()
    };
    assert_eq!(kept(3), [("/note".to_owned(), 1), ("/title".to_owned(), 2)]);
    assert_eq!(kept(5), [("/note".to_owned(), 4), ("/title".to_owned(), 2)]);
}
