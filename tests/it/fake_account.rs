//! An account that does whatever a test likes: right until a hook says otherwise.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::{Value as Json, json};

use crate::server::{Answer, Asked, Server, answer};
use crate::support::{ACCOUNT, World, desired};

/// An org of it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FakeOrg {
    pub(crate) id: String,
    pub(crate) domain: String,
    pub(crate) status: String,
    pub(crate) products: Vec<String>,
    /// The member `aerialOrg`, where there is one.
    pub(crate) aerial: Option<bool>,
}

/// A request to the account.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) method: String,
    /// Below `/api/v1`, without the query.
    pub(crate) path: String,
    pub(crate) body: Json,
}

impl Call {
    /// Whether it writes this part of an org.
    pub(crate) fn writes(&self, part: &str) -> bool {
        self.method == "PUT" && self.path.ends_with(part)
    }

    /// Whether it is a look at an org.
    pub(crate) fn looks(&self) -> bool {
        self.method == "GET" && self.path.starts_with("/orgs/00oa0")
    }
}

/// What stands in for the right answer, if anything.
pub(crate) type Hook = dyn Fn(&mut Vec<FakeOrg>, &Call) -> Option<Answer> + Send + Sync;

/// A running account.
pub(crate) struct FakeAccount {
    server: Server,
    orgs: Arc<Mutex<Vec<FakeOrg>>>,
}

pub(crate) fn fake_org(name: &str, products: &[&str]) -> FakeOrg {
    FakeOrg {
        id: format!("{:0<20}", format!("00o{name}")),
        domain: format!("{name}.okta.com"),
        status: "ACTIVE".to_owned(),
        products: products.iter().map(|&id| id.to_owned()).collect(),
        aerial: Some(name == "acme-aerial"),
    }
}

/// Strikes once, the first time that a request is like this.
pub(crate) fn once(
    when: impl Fn(&Call) -> bool + Send + Sync + 'static,
    then: impl Fn(&mut FakeOrg, &Call) -> Option<Answer> + Send + Sync + 'static,
) -> impl Fn(&mut Vec<FakeOrg>, &Call) -> Option<Answer> + Send + Sync + 'static {
    let struck = AtomicUsize::new(0);
    move |orgs, call| {
        let now = when(call) && struck.fetch_add(1, Ordering::SeqCst) == 0;
        now.then(|| then(&mut orgs[1], call)).flatten()
    }
}

pub(crate) fn ok(body: &Json) -> Answer {
    answer("200 OK", "", &body.to_string())
}

pub(crate) fn refusal(status: &str, code: &str) -> Answer {
    let body = json!({"errorCode": code, "errorSummary": "No", "errorCauses": []});
    answer(status, "", &body.to_string())
}

impl FakeOrg {
    pub(crate) fn shown(&self) -> Json {
        let mut shown = json!({"id": self.id, "domain": self.domain, "name": self.domain, "cell": "ok1", "status": self.status});
        if let Some(aerial) = self.aerial {
            shown["aerialOrg"] = json!(aerial);
        }
        shown
    }

    pub(crate) fn listed(&self) -> Json {
        let products = self.products.iter();
        products.map(|id| json!({"id": id, "name": id})).collect()
    }
}

impl FakeAccount {
    /// An account with the Aerial org, `a` (P1, P2) and `b` (P1), and a world whose environment points there.
    pub(crate) async fn start(
        hook: impl Fn(&mut Vec<FakeOrg>, &Call) -> Option<Answer> + Send + Sync + 'static,
    ) -> (World, Self) {
        let orgs = vec![
            fake_org("acme-aerial", &[]),
            fake_org("a", &["P1", "P2"]),
            fake_org("b", &["P1"]),
        ];
        let orgs = Arc::new(Mutex::new(orgs));
        let state = Arc::clone(&orgs);
        let server = Server::start(move |asked| respond(&mut state.lock().unwrap(), asked, &hook));
        let server = server.await;
        let mut world = World::new();
        for (name, value) in [
            ("AERIAL_ENDPOINT", server.origin.as_str()),
            ("AERIAL_ISSUER", server.origin.as_str()),
            ("AERIAL_ACCESS_TOKEN", "test-token"),
        ] {
            world.vars.insert(name.to_owned(), value.to_owned());
        }
        world.file(
            "aerial.yaml",
            desired(&["{domain: a.okta.com, products: [P1]}"]),
        );
        (world, Self { server, orgs })
    }

    /// `a` as it is now.
    pub(crate) fn a(&self) -> FakeOrg {
        self.orgs.lock().unwrap()[1].clone()
    }

    pub(crate) fn change(&self, change: impl FnOnce(&mut Vec<FakeOrg>)) {
        change(&mut self.orgs.lock().unwrap());
    }

    /// The writes so far: `products [P1 P2]`, `status ACTIVE`.
    pub(crate) fn writes(&self) -> Vec<String> {
        let calls = self.server.asked();
        let calls = calls.iter().map(call).filter(|call| call.method == "PUT");
        calls
            .map(|call| {
                let part = call.path.rsplit('/').next().unwrap().to_owned();
                let org = call.path.split('/').nth(2).unwrap_or_default();
                let org = org.trim_start_matches("00o").trim_end_matches('0');
                let org = if org == "a" {
                    String::new()
                } else {
                    format!("{org} ")
                };
                let Some(items) = call.body.as_array() else {
                    return format!("{org}{part} {}", call.body["status"].as_str().unwrap());
                };
                let ids = items.iter().map(|item| item["id"].as_str().unwrap());
                format!("{org}{part} [{}]", ids.collect::<Vec<&str>>().join(" "))
            })
            .collect()
    }

    pub(crate) fn looks(&self) -> usize {
        self.server
            .asked()
            .iter()
            .filter(|asked| call(asked).looks())
            .count()
    }
}

fn call(asked: &Asked) -> Call {
    let (method, path) = asked.line().split_once(' ').unwrap();
    let path = path.split('?').next().unwrap();
    let path = path.strip_prefix(&format!("/{ACCOUNT}/api/v1"));
    Call {
        method: method.to_owned(),
        path: path.unwrap_or_default().to_owned(),
        body: serde_json::from_str(&asked.body).unwrap_or_default(),
    }
}

fn respond(orgs: &mut Vec<FakeOrg>, asked: &Asked, hook: &Hook) -> Answer {
    let call = call(asked);
    if let Some(answer) = hook(orgs, &call) {
        return answer;
    }
    let parts: Vec<&str> = call.path.split('/').skip(1).collect();
    let found = parts
        .get(1)
        .and_then(|id| orgs.iter_mut().find(|org| org.id == *id));
    match (call.method.as_str(), parts.as_slice(), found) {
        ("GET", ["accounts"], _) => ok(&json!({"id": ACCOUNT, "name": "Acme"})),
        ("GET", ["products"], _) => {
            ok(&json!([{"id": "P1", "name": "P1"}, {"id": "P2", "name": "P2"}]))
        }
        ("GET", ["orgs"], _) => ok(&orgs.iter().map(FakeOrg::shown).collect()),
        ("GET", [_, _], Some(org)) => ok(&org.shown()),
        ("GET", [_, _, "products"], Some(org)) => ok(&org.listed()),
        ("PUT", [_, _, "status"], Some(org)) => {
            call.body["status"]
                .as_str()
                .unwrap()
                .clone_into(&mut org.status);
            ok(&org.shown())
        }
        ("PUT", [_, _, "products"], Some(org)) => {
            let ids = call.body.as_array().unwrap().iter();
            let mut ids: Vec<String> = ids
                .map(|item| item["id"].as_str().unwrap().to_owned())
                .collect();
            ids.dedup();
            if ids.contains(&"P999999".to_owned()) {
                return refusal("400 Bad Request", "E0000001");
            }
            ids.sort();
            ids.dedup();
            org.products = ids;
            ok(&org.listed())
        }
        _ => refusal("404 Not Found", "E0000007"),
    }
}
