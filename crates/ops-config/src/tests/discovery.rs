//! The section `[discovery]`.

use std::time::Duration;

use ops_domain::discovery::AccountSource;

use super::load;

#[test]
fn without_the_section_nothing_is_discovered() {
    assert!(!load("", &[]).unwrap().service.discovery.is_on());
    let limit = load("[discovery]\nrefuse_after_hours = 2\n", &[]).unwrap().service.discovery;
    assert!(!limit.is_on() && limit.refuse_after == Duration::from_hours(2));
}

#[test]
fn every_account_is_read_in_every_region() {
    let config = load(
        "[discovery]\naccounts = [\"111122223333\", \"222233334444\", \"111122223333\"]\n\
         regions = [\"eu-central-1\", \"us-east-1\"]\nevery_minutes = 5\nadopt = true\n",
        &[],
    );
    let discovery = config.unwrap().service.discovery;
    let scopes: Vec<String> = discovery.scopes(&[]).map(|scope| scope.to_string()).collect();
    assert_eq!(
        scopes,
        [
            "111122223333/eu-central-1",
            "111122223333/us-east-1",
            "222233334444/eu-central-1",
            "222233334444/us-east-1",
        ]
    );
    assert!(discovery.adopt && discovery.every == Duration::from_mins(5));
}

#[test]
fn the_allowed_accounts_are_read_where_none_are_named() {
    let text = "allowed_accounts = [\"111122223333\"]\n[discovery]\nregions = [\"us-east-1\"]\n";
    let discovery = load(text, &[]).unwrap().service.discovery;
    assert_eq!(discovery.scopes(&[]).count(), 1);
}

/// Of the accounts that the organization has when a run lists them.
#[test]
fn the_accounts_of_the_organization_are_read_as_allowed() {
    let listed = ["111122223333", "222233334444"].map(|account| account.parse().unwrap());
    for (allowed, read) in [
        ("", vec!["111122223333/us-east-1", "222233334444/us-east-1"]),
        ("allowed_accounts = [\"222233334444\", \"333344445555\"]", vec!["222233334444/us-east-1"]),
    ] {
        let text =
            format!("{allowed}\n[discovery]\norganization = true\nregions = [\"us-east-1\"]\n");
        let discovery = load(&text, &[]).unwrap().service.discovery;
        assert!(discovery.is_on() && discovery.accounts.is_organization());
        let scopes: Vec<String> =
            discovery.scopes(&listed).map(|scope| scope.to_string()).collect();
        assert_eq!(scopes, read, "{allowed}");
        assert_eq!(discovery.scopes(&[]).count(), 0);
    }
    let given = "[discovery]\norganization = false\naccounts = [\"111122223333\"]\n\
                 regions = [\"us-east-1\"]\n";
    let accounts = load(given, &[]).unwrap().service.discovery.accounts;
    assert_eq!(accounts, AccountSource::Given(vec!["111122223333".parse().unwrap()]));
}

#[test]
fn a_variable_wins_over_the_section() {
    let text = "[discovery]\naccounts = [\"111122223333\"]\nregions = [\"us-east-1\"]\n";
    let variables = [
        ("OPS_DISCOVERY_REGIONS", "eu-central-1, eu-west-1"),
        ("OPS_DISCOVERY_EVERY_MINUTES", "5"),
        ("OPS_DISCOVERY_ACCOUNTS", " "),
    ];
    let discovery = load(text, &variables).unwrap().service.discovery;
    let scopes: Vec<String> = discovery.scopes(&[]).map(|scope| scope.to_string()).collect();
    assert_eq!(scopes, ["111122223333/eu-central-1", "111122223333/eu-west-1"]);
    assert_eq!(discovery.every, Duration::from_mins(5));
    let alone = [("OPS_ALLOWED_ACCOUNTS", "111122223333"), ("OPS_DISCOVERY_REGIONS", "us-east-1")];
    assert!(load("", &alone).unwrap().service.discovery.is_on());
    let error = load("", &[("OPS_DISCOVERY_ADOPT", "perhaps")]).unwrap_err().to_string();
    assert!(error.starts_with("OPS_DISCOVERY_ADOPT: \"perhaps\""), "{error}");
}

#[test]
fn each_mistake_of_the_section_is_named() {
    for (text, problem) in [
        (
            "accounts = [\"111122223333\"]",
            "discovery.regions: the key is missing; expected the name of a Region such as \
             eu-central-1",
        ),
        (
            "regions = [\"us-east-1\"]",
            "discovery.accounts: there is no account to read; expected accounts here or in \
             `allowed_accounts`, or `organization = true`",
        ),
        (
            "organization = true\naccounts = [\"111122223333\"]\nregions = [\"us-east-1\"]",
            "discovery.organization: there is `accounts` as well; expected one of the two; \
             `allowed_accounts` narrows the organization down",
        ),
        (
            "organization = true",
            "discovery.regions: the key is missing; expected the name of a Region such as \
             eu-central-1",
        ),
        (
            "accounts = [\"111122223333\"]\nregions = [\"us-east-1\"]\nevery_minutes = 60\n\
             refuse_after_hours = 1",
            "discovery.refuse_after_hours: it is less than two runs, which are 60 minutes apart; \
             expected at least the time of two runs",
        ),
        (
            "region = [\"us-east-1\"]",
            "discovery.region: unknown key; expected one of regions, accounts, organization, \
             every_minutes, refuse_after_hours, adopt",
        ),
    ] {
        let errors = load(&format!("[discovery]\n{text}\n"), &[]).unwrap_err();
        assert_eq!(errors.to_string().trim(), problem, "{text}");
    }
    let outside = "allowed_accounts = [\"111122223333\"]\n[discovery]\n\
                   accounts = [\"222233334444\"]\nregions = [\"us-east-1\"]\n";
    let errors = load(outside, &[]).unwrap_err().to_string();
    assert!(errors.contains("222233334444 is not in `allowed_accounts`"), "{errors}");
}
