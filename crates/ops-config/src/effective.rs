//! The settings that are in effect, and where each is from.

use std::collections::BTreeMap;
use std::time::Duration;

use ops_domain::discovery::AccountSource;
use ops_domain::id::AccountId;
use ops_domain::operation::Operation;
use ops_domain::time::to_seconds_text;
use toml::{Table, Value};

use crate::load::{Document, load};
use crate::origin::Origin;
use crate::{Config, ConfigErrors, SignInToken};

/// A configuration, setting by setting.
#[derive(Clone, Debug, PartialEq)]
pub struct Effective {
    /// The configuration.
    pub config: Config,
    /// What it consists of: the settings that variables can set, then the entries of the tables of
    /// the file.
    pub settings: Vec<Setting>,
}

/// A setting that is in effect.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Setting {
    /// The key of the file, with those of its tables before it.
    pub name: String,
    /// The value in TOML; none where nothing is set and there is no default.
    pub value: Option<String>,
    /// Where the value is from.
    pub origin: Origin,
}

impl Effective {
    /// Reads the document, and the variables by `lookup`, which win.
    ///
    /// # Errors
    /// Every problem, as [`Config::load`] reports them.
    pub fn read(
        document: Document<'_>,
        lookup: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, ConfigErrors> {
        let (config, mut origins) = load(document, &lookup)?;
        let mut settings: Vec<Setting> = scalars(&config)
            .into_iter()
            .map(|(name, value)| {
                let origin = origins.remove(name).unwrap_or(Origin::Default);
                let value = value.map(|value| value.to_string());
                Setting { name: name.to_owned(), value, origin }
            })
            .collect();
        let (Document::Own(text) | Document::Shared(text)) = document;
        tables(text, &mut settings);
        own_timeouts(&config, &mut settings);
        Ok(Self { config, settings })
    }
}

/// The settings that variables can set, in the order in which they are read.
fn scalars(config: &Config) -> Vec<(&'static str, Option<Value>)> {
    let Config { service, api, aws } = config;
    let role = &aws.cross_account;
    let sign_in = api.sign_in.as_ref();
    let discovery = &service.discovery;
    let given_accounts: &[AccountId] = match &discovery.accounts {
        AccountSource::Given(accounts) => accounts,
        AccountSource::Organization { .. } => &[],
    };
    vec![
        ("inventory_table", text(&aws.tables.inventory)),
        ("audit_table", text(&aws.tables.audit)),
        ("operations_table", text(&aws.tables.operations)),
        ("poll_interval_seconds", span(service.poll_interval, 1.0)),
        ("operation_timeout_seconds", span(service.operation_timeout, 1.0)),
        ("max_wait_seconds", span(api.max_wait, 1.0)),
        ("late_watch_hours", span(service.late_watch, HOUR)),
        ("audit_retention_days", span(service.audit_retention, 24.0 * HOUR)),
        ("original_audit_until", aws.original_audit.until.and_then(|at| text(to_seconds_text(at)))),
        ("original_audit_operations", list(&aws.original_audit.operations)),
        ("role_name", role.role_name.as_ref().and_then(text)),
        ("external_id", role.external_id.as_ref().and_then(text)),
        ("home_account_id", role.home_account_id.as_ref().and_then(text)),
        ("allowed_accounts", list(&role.allowed_accounts)),
        ("session_attribution", Some(role.session_attribution.into())),
        ("default_environment", text(&service.environments.default_environment)),
        ("state_machine_arn", aws.state_machine_arn.as_ref().and_then(text)),
        ("notification_topic_arn", aws.notification_topic_arn.as_ref().and_then(text)),
        ("allowed_origins", list(&api.allowed_origins)),
        ("allow_api_key_identity", Some(api.allow_api_key_identity.into())),
        ("sign_in_issuer", sign_in.and_then(|it| text(&it.issuer))),
        ("sign_in_client_id", sign_in.and_then(|it| text(&it.client_id))),
        ("sign_in_scope", sign_in.and_then(|it| text(&it.scope))),
        ("sign_in_token", sign_in.and_then(|it| text(token(it.token)))),
        ("sign_in_origins", sign_in.and_then(|it| list(&it.origins))),
        ("discovery.regions", list(&discovery.regions)),
        ("discovery.accounts", list(given_accounts)),
        ("discovery.organization", Some(discovery.accounts.is_organization().into())),
        ("discovery.every_minutes", span(discovery.every, 60.0)),
        ("discovery.refuse_after_hours", span(discovery.refuse_after, HOUR)),
        ("discovery.adopt", Some(discovery.adopt.into())),
    ]
}

const HOUR: f64 = 3600.0;

#[expect(clippy::unnecessary_wraps, reason = "beside values that may be absent")]
fn text(value: impl ToString) -> Option<Value> {
    Some(Value::String(value.to_string()))
}

/// A list that is empty is as good as none.
fn list<T: ToString>(items: impl IntoIterator<Item = T>) -> Option<Value> {
    let items: Vec<Value> = items.into_iter().map(|item| Value::String(item.to_string())).collect();
    (!items.is_empty()).then_some(Value::Array(items))
}

/// A duration in units of so many seconds; whole numbers without a point.
#[expect(clippy::unnecessary_wraps, reason = "beside values that may be absent")]
#[expect(clippy::cast_possible_truncation, reason = "no span has 2^63 seconds")]
fn span(span: Duration, unit: f64) -> Option<Value> {
    let number = span.as_secs_f64() / unit;
    let whole = number.fract() == 0.0;
    Some(if whole { Value::Integer(number as i64) } else { Value::Float(number) })
}

const fn token(token: SignInToken) -> &'static str {
    match token {
        SignInToken::Access => "access",
        SignInToken::Id => "id",
    }
}

/// The entries of the tables of the file that variables can't set, each under its path. The file
/// has no problems.
fn tables(text: &str, settings: &mut Vec<Setting>) {
    let file: Table = text.parse().unwrap_or_default();
    let is_table = |value: &Value| match value {
        Value::Table(_) => true,
        Value::Array(items) => items.iter().any(Value::is_table),
        Value::String(_)
        | Value::Integer(_)
        | Value::Float(_)
        | Value::Boolean(_)
        | Value::Datetime(_) => false,
    };
    let shown = |key: &String| key == "discovery";
    for (key, value) in file.into_iter().filter(|(key, value)| is_table(value) && !shown(key)) {
        entries(&key, value, settings);
    }
}

fn entries(path: &str, value: Value, settings: &mut Vec<Setting>) {
    match value {
        Value::Table(table) => {
            for (key, value) in table {
                entries(&format!("{path}.{}", quoted(&key)), value, settings);
            }
        }
        Value::Array(items) if items.iter().any(Value::is_table) => {
            for (at, item) in items.into_iter().enumerate() {
                entries(&format!("{path}[{at}]"), item, settings);
            }
        }
        Value::String(_)
        | Value::Integer(_)
        | Value::Float(_)
        | Value::Boolean(_)
        | Value::Datetime(_)
        | Value::Array(_) => {
            let (name, value) = (path.to_owned(), Some(value.to_string()));
            settings.push(Setting { name, value, origin: Origin::File });
        }
    }
}

/// A key as TOML has it.
fn quoted(key: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let is_bare = !key.is_empty() && key.chars().all(bare);
    if is_bare { key.to_owned() } else { Value::String(key.to_owned()).to_string() }
}

/// The timeouts that operations have by themselves, where nothing sets them.
fn own_timeouts(config: &Config, settings: &mut Vec<Setting>) {
    let service = &config.service;
    let set: BTreeMap<_, _> =
        service.per_operation.iter().filter(|(_, own)| own.timeout.is_some()).collect();
    for name in Operation::NAMES.iter().filter(|name| !set.contains_key(&(**name).to_owned())) {
        let timeout = service.polling(name).timeout;
        if timeout != service.operation_timeout {
            settings.push(Setting {
                name: format!("operations.{name}.timeout_seconds"),
                value: span(timeout, 1.0).map(|value| value.to_string()),
                origin: Origin::Default,
            });
        }
    }
}
