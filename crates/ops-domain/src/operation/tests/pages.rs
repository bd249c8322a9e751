//! The pages that list the operations. With `UPDATE_EXPECT=1` in the environment the first test
//! writes the tables of the user guide anew.

use expect_test::expect_file;

use super::*;

const GUIDE: &str = include_str!("../../../../../docs/user/operations-service.md");
const SEMANTICS: &str = include_str!("../../../../../docs/contributor/SEMANTICS.md");

const BEGIN: &str =
    "<!-- operations: a test makes these tables of what the operations declare -->\n";
const END: &str = "<!-- /operations -->\n";

#[test]
fn the_guide_says_what_the_operations_declare() {
    let (before, rest) = GUIDE.split_once(BEGIN).expect("the page has this mark");
    let (_, after) = rest.split_once(END).expect("the page has this mark");
    let tables = format!("{}\n{}", operations(), parameters());
    expect_file!["../../../../../docs/user/operations-service.md"]
        .assert_eq(&format!("{before}{BEGIN}\n{tables}\n{END}{after}"));
}

fn operations() -> String {
    let schemas = Operation::schemas();
    let row = |(name, done_when): &(&str, &str)| {
        let named: Vec<String> = declared(&schemas[name]).iter().map(|it| it.named()).collect();
        let named = if named.is_empty() { "none".to_owned() } else { named.join("; ") };
        format!("| `{name}` | {named} | {done_when} |\n")
    };
    let rows: String = Operation::DONE_WHEN.iter().map(row).collect();
    format!("| operation | parameters | done when |\n|---|---|---|\n{rows}")
}

fn parameters() -> String {
    let schemas = Operation::schemas();
    let rows = Operation::NAMES.iter().flat_map(|name| {
        declared(&schemas[name])
            .into_iter()
            .map(move |it| format!("| `{}` of `{name}` | {} |\n", it.name, it.description))
    });
    format!("| parameter | what it is |\n|---|---|\n{}", rows.collect::<String>())
}

/// A parameter as its schema has it.
struct Declared<'a> {
    name: &'a str,
    description: &'a str,
    required: bool,
    default: Option<&'a Value>,
}

impl Declared<'_> {
    fn named(&self) -> String {
        match (self.required, self.default) {
            (true, _) => format!("`{}`", self.name),
            (false, Some(default)) => format!("`{}` (default `{default}`)", self.name),
            (false, None) => format!("`{}` (optional)", self.name),
        }
    }
}

/// The parameters in the schema of an operation, those first that are required.
fn declared(schema: &Value) -> Vec<Declared<'_>> {
    let required = schema["required"].as_array().map(Vec::as_slice).unwrap_or_default();
    let properties = schema["properties"].as_object().expect("it describes an object");
    let of = |(name, schema)| -> Declared<'_> {
        let (name, schema): (&String, &Value) = (name, schema);
        Declared {
            name,
            description: schema["description"].as_str().expect("each is described"),
            required: required.iter().any(|other| other == name),
            default: schema.get("default"),
        }
    };
    let mut declared: Vec<Declared<'_>> = properties.iter().map(of).collect();
    declared.sort_by_key(|it| !it.required);
    declared
}

/// Each table whose first column is the operation has a row for each operation, in their order.
#[test]
fn the_page_of_semantics_has_a_row_for_each_operation() {
    let tables: Vec<&str> = SEMANTICS.split("\n| operation |").skip(1).collect();
    assert!(tables.len() >= 4, "effect, refusals, evidence, failure points");
    for table in tables {
        let rows = table.lines().skip(2).take_while(|line| line.starts_with("| `"));
        let named: Vec<&str> = rows.filter_map(|row| row.split('`').nth(1)).collect();
        assert_eq!(named, Operation::NAMES);
    }
}

#[test]
fn examples_are_requests_that_are_valid_by_themselves() {
    for example in Operation::examples() {
        let parameters = Value::Object(example.parameters());
        assert_eq!(operation(example.name(), parameters), example);
    }
}
