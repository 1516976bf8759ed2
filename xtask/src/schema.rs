//! The JSON Schemas of the three documents, made from their types.

use plimsoll::model::{Comparison, Kind, Run, SCHEMA_VERSION, Set};
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde_json::{Value, json};

/// Where the committed schemas lie, from the root of the workspace.
pub const FOLDER: &str = "docs/schema";

/// The schema of one document.
#[derive(Debug, Clone, PartialEq)]
pub struct DocumentSchema {
    /// Which document.
    pub kind: Kind,
    /// JSON Schema, draft 2020-12.
    pub schema: Value,
}

impl DocumentSchema {
    /// The path of the committed file, from the root of the workspace.
    #[must_use]
    pub fn file(&self) -> String {
        format!("{FOLDER}/{}.schema.json", self.kind.word())
    }

    /// The content of the committed file: pretty, keys in a fixed order, a line feed at the end.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{:#}\n", self.schema)
    }
}

/// The schemas of set, run and comparison as the types are now.
#[must_use]
pub fn documents() -> [DocumentSchema; 3] {
    [of::<Set>(Kind::Set), of::<Run>(Kind::Run), of::<Comparison>(Kind::Comparison)]
}

fn of<T: JsonSchema>(kind: Kind) -> DocumentSchema {
    // What the reader accepts, not what the writer writes: a key that a later minor version adds is not
    // required, so that documents of the versions before stay valid.
    let generator = SchemaSettings::draft2020_12().for_deserialize().into_generator();
    let mut schema = generator.into_root_schema_for::<T>();
    let id = format!("urn:plimsoll:{}:{}", kind.word(), SCHEMA_VERSION.major);
    schema.insert("$id".to_owned(), json!(id));
    fix_kind(&mut schema, "/properties/kind", kind);
    for (name, kind) in [("Set", Kind::Set), ("Run", Kind::Run), ("Comparison", Kind::Comparison)] {
        fix_kind(&mut schema, &format!("/$defs/{name}/properties/kind"), kind);
    }
    DocumentSchema { kind, schema: schema.to_value() }
}

/// The type of `kind` allows all three words; in each document only one of them is right.
fn fix_kind(schema: &mut Schema, pointer: &str, kind: Kind) {
    if let Some(property) = schema.pointer_mut(pointer) {
        *property = json!({ "description": format!("Always `{}`.", kind.word()), "const": kind.word() });
    }
}
