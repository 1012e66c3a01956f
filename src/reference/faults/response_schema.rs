//! Created users that do not match the schema `User`.

use serde_json::{Value, json};

use super::{Breakage, Fault, FaultClass, Scope};

const fn user(name: &'static str, breaks: &'static str, change: fn(&mut Value)) -> Fault {
    Fault {
        name,
        breaks,
        class: FaultClass::ResponseSchema,
        expected_check: "response-schema",
        breakage: Breakage::Body(Scope::Created, change),
    }
}

pub(super) const FAULTS: &[Fault] = &[
    // A required property is missing.
    user("user-without-id", "a created user lacks `id`", |user| without(user, "id")),
    user("user-without-object", "a created user lacks `object`", |user| without(user, "object")),
    user("user-without-created-at", "a created user lacks `created_at`", |user| without(user, "created_at")),
    user("user-without-external-id", "a created user lacks `external_id`", |user| without(user, "external_id")),
    user("user-without-first-name", "a created user lacks `first_name`", |user| without(user, "first_name")),
    user("user-without-last-name", "a created user lacks `last_name`", |user| without(user, "last_name")),
    user("user-without-live-mode", "a created user lacks `live_mode`", |user| without(user, "live_mode")),
    user("user-without-updated-at", "a created user lacks `updated_at`", |user| without(user, "updated_at")),
    user("user-without-absent-names", "names that were not sent are missing from the created user", |user| {
        if let Some(object) = user.as_object_mut() {
            object.retain(|_, value| *value != "");
        }
    }),
    // A property has another type.
    user("id-number", "`id` is a number", |user| user["id"] = json!(41)),
    user("id-null", "`id` is null", |user| user["id"] = Value::Null),
    user("id-object", "`id` is an object", |user| user["id"] = json!({ "$oid": "507f1f77bcf86cd799439011" })),
    user("id-array", "`id` is an array", |user| user["id"] = json!([user["id"].clone()])),
    user("object-capitalised", "`object` is `User`, which its enum does not have", |user| {
        user["object"] = json!("User")
    }),
    user("object-plural", "`object` is `users`, which its enum does not have", |user| user["object"] = json!("users")),
    user("object-empty", "`object` is empty", |user| user["object"] = json!("")),
    user("object-null", "`object` is null", |user| user["object"] = Value::Null),
    user("object-boolean", "`object` is true", |user| user["object"] = json!(true)),
    user("created-at-string", "`created_at` is a string of digits", |user| as_text(user, "created_at")),
    user("created-at-fraction", "`created_at` is a number with a fraction", |user| add_half(user, "created_at")),
    user("created-at-date", "`created_at` is an ISO 8601 date", |user| user["created_at"] = json!(DATE)),
    user("created-at-null", "`created_at` is null", |user| user["created_at"] = Value::Null),
    user("created-at-boolean", "`created_at` is a boolean", |user| user["created_at"] = json!(true)),
    user("created-at-object", "`created_at` is an object", |user| {
        user["created_at"] = json!({ "seconds": 1_671_631_795, "nanos": 0 });
    }),
    user("updated-at-string", "`updated_at` is a string of digits", |user| as_text(user, "updated_at")),
    user("updated-at-fraction", "`updated_at` is a number with a fraction", |user| add_half(user, "updated_at")),
    user("updated-at-date", "`updated_at` is an ISO 8601 date", |user| user["updated_at"] = json!(DATE)),
    user("updated-at-null", "`updated_at` is null", |user| user["updated_at"] = Value::Null),
    user("external-id-null", "`external_id` is null in the created user", |user| user["external_id"] = Value::Null),
    user("external-id-number", "`external_id` is a number in the created user", |user| user["external_id"] = json!(7)),
    user("external-id-object", "`external_id` is an object in the created user", |user| {
        user["external_id"] = json!({ "value": user["external_id"].clone() });
    }),
    user("first-name-null", "`first_name` is null in every created user", |user| user["first_name"] = Value::Null),
    user("last-name-null", "`last_name` is null in every created user", |user| user["last_name"] = Value::Null),
    user("absent-first-name-null", "a `first_name` that was not sent comes back as null", |user| {
        null_if(user, "first_name", &json!(""));
    }),
    user("absent-last-name-null", "a `last_name` that was not sent comes back as null", |user| {
        null_if(user, "last_name", &json!(""));
    }),
    user("absent-last-name-false", "a `last_name` that was not sent comes back as false", |user| {
        if user["last_name"] == "" {
            user["last_name"] = json!(false);
        }
    }),
    user("first-name-array", "`first_name` is an array", |user| {
        user["first_name"] = json!([user["first_name"].clone()])
    }),
    user("last-name-number", "`last_name` is a number", |user| user["last_name"] = json!(0)),
    user("last-name-object", "`last_name` is an object", |user| user["last_name"] = json!({})),
    user("live-mode-string", "`live_mode` is a string", |user| as_text(user, "live_mode")),
    user("live-mode-number", "`live_mode` is 0 or 1", |user| {
        user["live_mode"] = json!(u8::from(user["live_mode"] == true));
    }),
    user("live-mode-null", "`live_mode` is null", |user| user["live_mode"] = Value::Null),
    user("test-mode-null", "`live_mode` is null where it should be false", |user| {
        null_if(user, "live_mode", &json!(false));
    }),
    user("live-mode-array", "`live_mode` is an array", |user| user["live_mode"] = json!([])),
    user("all-numbers-as-strings", "all numbers are strings", |user| {
        as_text(user, "created_at");
        as_text(user, "updated_at");
    }),
    // The body as a whole has another form.
    user("wrapped-in-data", "the created user is wrapped in `data`", |user| *user = json!({ "data": user.take() })),
    user("wrapped-in-user", "the created user is wrapped in `user`", |user| *user = json!({ "user": user.take() })),
    user("wrapped-in-array", "the created user stands in an array", |user| *user = json!([user.take()])),
    user("json-in-string", "the created user is JSON within a JSON string", |user| *user = json!(user.to_string())),
    user("body-null", "the answer to a create is null", |user| *user = Value::Null),
    user("body-true", "the answer to a create is true", |user| *user = json!(true)),
    user("body-number", "the answer to a create is a number", |user| *user = json!(200)),
    user("body-id-alone", "the answer to a create is the id as a string", |user| *user = user["id"].take()),
    user("body-empty-object", "the answer to a create is an object without properties", |user| *user = json!({})),
    user("body-empty-array", "the answer to a create is an array without items", |user| *user = json!([])),
    user("body-only-id", "the created user has no property but `id`", |user| {
        *user = json!({ "id": user["id"].take() })
    }),
    user("body-echo", "the answer to a create is what was sent, without `id` and times", |user| {
        ["id", "object", "created_at", "updated_at"].iter().for_each(|name| without(user, name));
    }),
    user("body-success", "the answer to a create is `{\"success\":true}`", |user| *user = json!({ "success": true })),
    user("body-error", "the answer to a create is an error, with status 200", |user| {
        *user = json!({ "error": { "code": "unknown", "message": "something went wrong" } });
    }),
    user("camel-case", "the properties of a created user are in camel case", |user| {
        for (name, camel) in CAMEL {
            user[camel] = user[name].take();
            without(user, name);
        }
    }),
];

const DATE: &str = "2022-12-21T14:09:55.145Z";
const CAMEL: [(&str, &str); 6] = [
    ("created_at", "createdAt"),
    ("external_id", "externalId"),
    ("first_name", "firstName"),
    ("last_name", "lastName"),
    ("live_mode", "liveMode"),
    ("updated_at", "updatedAt"),
];

fn without(user: &mut Value, name: &str) {
    if let Some(object) = user.as_object_mut() {
        object.shift_remove(name);
    }
}

fn as_text(user: &mut Value, name: &str) {
    user[name] = json!(user[name].to_string());
}

fn add_half(user: &mut Value, name: &str) {
    user[name] = json!(user[name].as_f64().unwrap_or_default() + 0.5);
}

fn null_if(user: &mut Value, name: &str, value: &Value) {
    if user[name] == *value {
        user[name] = Value::Null;
    }
}
