//! Requests to the emulator as anybody could send them, without the client.

use serde_json::Value as Json;

use crate::support::World;

/// Sends requests to one base with one `Authorization`.
pub(super) struct Asking {
    http: reqwest::Client,
    base: String,
    authorization: String,
}

/// An answer.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: reqwest::header::HeaderMap,
    pub(super) body: Json,
}

impl Answer {
    /// Status, error code and first cause.
    pub(super) fn refusal(&self) -> (u16, &str, &str) {
        let text = |value: &'static str| self.body.pointer(value).and_then(Json::as_str);
        let code = text("/errorCode").unwrap_or_default();
        (
            self.status,
            code,
            text("/errorCauses/0/errorSummary").unwrap_or_default(),
        )
    }

    pub(super) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }
}

impl Asking {
    /// Of an org's own host.
    pub(super) fn host(world: &World, domain: &str, authorization: &str) -> Self {
        Self::at(
            format!("{}/~{domain}", world.emulator().origin()),
            authorization,
        )
    }

    pub(super) fn at(base: String, authorization: &str) -> Self {
        Self {
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
            base,
            authorization: authorization.to_owned(),
        }
    }

    /// One request; a path that begins with `http` is a whole URL.
    pub(super) async fn ask(&self, method: &str, path: &str, body: Option<Json>) -> Answer {
        self.try_ask(method, path, body).await.unwrap()
    }

    /// One request that may get no answer.
    pub(super) async fn try_ask(
        &self,
        method: &str,
        path: &str,
        body: Option<Json>,
    ) -> reqwest::Result<Answer> {
        let url = if path.starts_with("http") {
            path.to_owned()
        } else {
            format!("{}{path}", self.base)
        };
        let mut request = self
            .http
            .request(method.parse().unwrap(), url)
            .header("Authorization", &self.authorization);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await?;
        Ok(Answer {
            status: answer.status().as_u16(),
            headers: answer.headers().clone(),
            body: answer.json().await.unwrap_or(Json::Null),
        })
    }

    pub(super) async fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, None).await
    }

    pub(super) async fn post(&self, path: &str, body: Json) -> Answer {
        self.ask("POST", path, Some(body)).await
    }

    pub(super) async fn put(&self, path: &str, body: Json) -> Answer {
        self.ask("PUT", path, Some(body)).await
    }
}
