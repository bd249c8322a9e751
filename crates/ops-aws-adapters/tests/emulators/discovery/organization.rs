//! The accounts of an organization, as AWS Organizations lists them.

use std::collections::BTreeMap;

use ops_aws_adapters::organizations::Organizations;
use ops_domain::discovery::AccountSource;
use ops_domain::ports::{AccountList as _, Nobody};
use ops_domain::service::{Discovered, DiscoveryRequest};
use serde_json::{Value, json};

use super::{REGIONS, Site};
use crate::world::{Emulator, on_both};

/// More than one page has.
const ACCOUNTS: usize = 25;

/// The organization of the service's account, as its owner uses it.
struct Owner {
    agent: ureq::Agent,
    url: String,
}

impl Owner {
    /// The organization may be there already: one emulator makes it at the first request.
    fn of(emulator: &Emulator) -> Self {
        let agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let url = emulator.config.endpoint_url().expect("it is set").to_owned();
        let owner = Self { agent, url };
        let _there = owner.call("CreateOrganization", &json!({ "FeatureSet": "ALL" }));
        owner
    }

    fn create(&self, name: &str) -> String {
        let email = format!("{name}@example.com");
        let answer = self.call("CreateAccount", &json!({ "AccountName": name, "Email": email })).1;
        let id = &answer["CreateAccountStatus"]["AccountId"];
        id.as_str().expect("an account was made").to_owned()
    }

    fn close(&self, account: &str) {
        let (status, answer) = self.call("CloseAccount", &json!({ "AccountId": account }));
        assert_eq!(status, 200, "{answer}");
    }

    /// The emulators read the account and the service from the signature, and do not check it.
    fn call(&self, operation: &str, body: &Value) -> (u16, Value) {
        let scope = "111122223333/20260131/us-east-1/organizations/aws4_request";
        let signature =
            format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=none");
        let request = ureq::http::Request::post(&self.url)
            .header("authorization", signature)
            .header("content-type", "application/x-amz-json-1.1")
            .header("x-amz-target", format!("AWSOrganizationsV20161128.{operation}"))
            .body(body.to_string())
            .expect("it is a request");
        let mut answer = self.agent.run(request).expect("the emulator answers");
        let text = answer.body_mut().read_to_string().expect("it has a text");
        (answer.status().as_u16(), serde_json::from_str(&text).unwrap_or_default())
    }
}

/// Every account, and whether it is active; and how many pages there were.
async fn listed(emulator: &Emulator) -> (BTreeMap<String, bool>, usize) {
    let organizations = Organizations::new(&emulator.config);
    let (mut accounts, mut pages, mut token) = (BTreeMap::new(), 0, None::<String>);
    loop {
        let page = organizations.accounts(token.as_deref()).await.expect("it can be listed");
        let items = page.items.into_iter();
        accounts.extend(items.map(|account| (account.account_id.to_string(), account.is_active)));
        pages += 1;
        token = page.next;
        if token.is_none() {
            return (accounts, pages);
        }
    }
}

async fn run(site: &Site, allowed: &[String]) -> Discovered {
    let accounts = AccountSource::Organization {
        allowed: allowed.iter().map(|id| id.parse().expect("twelve digits")).collect(),
    };
    let discovery = site.discovery_of(accounts, site.inventory(), allowed);
    discovery.run(&DiscoveryRequest::default(), &Nobody).await.expect("the tables can be used")
}

fn read(discovered: &Discovered) -> Vec<&str> {
    let scopes = discovered.scopes.iter().map(|outcome| outcome.report.scope.account_id.as_str());
    let mut accounts: Vec<&str> = scopes.collect();
    accounts.dedup();
    accounts
}

/// Of accounts on several pages, a closed one and one that closes later.
async fn the_accounts_of_an_organization_are_discovered(emulator: Emulator) {
    let pages = emulator.pages_accounts();
    let owner = Owner::of(&emulator);
    let site = Site::new(emulator, "73").await;
    let mut made: Vec<String> =
        (0..ACCOUNTS).map(|nth| owner.create(&site.name(&nth.to_string()))).collect();
    made.sort();
    let [staying, closing, closed] = [&*made[0], &*made[1], &*made[2]];
    owner.close(closed);

    let (accounts, count) = listed(&site.emulator).await;
    for account in &made {
        assert_eq!(accounts.get(account), Some(&(account != closed)), "{account}");
    }
    assert_eq!(count > 1, pages, "{count} pages");

    for account in [staying, closing, closed] {
        site.make(account, REGIONS[1], account).await;
    }
    let allowed = &made[..3];
    let first = run(&site, allowed).await;
    assert!(first.is_complete(), "{first:?}");
    assert_eq!(read(&first), [staying, closing]);
    assert_eq!(site.names().await, [staying, closing]);
    let item = site.items().await.remove(closing);

    owner.close(closing);
    for _ in 0..4 {
        let next = run(&site, allowed).await;
        assert!(next.is_complete(), "{next:?}");
        assert_eq!(read(&next), [staying]);
    }
    assert_eq!(site.items().await.remove(closing), item, "no run says anything of it");
}

on_both! {
    the_accounts_of_an_organization_are_discovered,
}
