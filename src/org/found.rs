//! Picking objects out of an answer of an org's own host: by name, each once, with an id that can be one.

use std::collections::btree_map::{BTreeMap, Entry};

use reqwest::Method;
use serde_json::Value as Json;

use super::reader::{OrgReader, url};
use crate::aerial::Error;
use crate::http::HttpError;
use crate::ids::{ObjectId, ObjectName};
use crate::inside::{InsideObject, is_called};

/// Each of a list once: one that shifted while its pages were read has an object on two of them, and the later is the newer.
pub(super) fn once(all: Vec<Json>) -> Vec<Json> {
    let mut found: Vec<Json> = Vec::with_capacity(all.len());
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for body in all {
        let id = body.get("id").and_then(Json::as_str).map(str::to_owned);
        let place = id.and_then(|id| match places.entry(id) {
            Entry::Occupied(place) => Some(*place.get()),
            Entry::Vacant(new) => {
                new.insert(found.len());
                None
            }
        });
        match place.and_then(|place| found.get_mut(place)) {
            Some(earlier) => *earlier = body,
            None => found.push(body),
        }
    }
    found
}

impl OrgReader {
    /// Those of a name in the answer from this path.
    ///
    /// # Errors
    /// When one has an id that can't be one: it would stand in a path, and in what is reviewed.
    pub(super) fn named(
        &self,
        all: &[Json],
        name: &ObjectName,
        path: &[&str],
    ) -> Result<Vec<InsideObject>, Error> {
        let redactor = self.redactor();
        let of_name = all.iter().filter(|body| is_called(body, name));
        let objects = of_name.map(|body| {
            let object = InsideObject {
                veiled: redactor.redact_json(body),
                ..InsideObject::of(name.collection(), body.clone())
            };
            if !name.collection().is_single() {
                let id = object.id.as_deref().unwrap_or_default();
                let why = match ObjectId::parse(id) {
                    Err(why) => Some(why.to_string()),
                    Ok(_) => (redactor.redact(id) != id).then(|| "is a secret".to_owned()),
                };
                if let Some(why) = why {
                    return Err(self.wrong(path, &format!("the id of {name} {why}")));
                }
            }
            Ok(object)
        });
        objects.collect()
    }

    /// The object that was asked for by its id.
    ///
    /// # Errors
    /// When the answer is about another one.
    pub(super) fn of_id(&self, body: Json, id: &str, path: &[&str]) -> Result<Json, Error> {
        match body.get("id").and_then(Json::as_str) {
            Some(told) if told == id => Ok(body),
            _ => Err(self.wrong(path, "the answer is about another object")),
        }
    }

    fn wrong(&self, path: &[&str], reason: &str) -> Error {
        let url = url(&self.base, path, &[]);
        Error::from(HttpError::UnexpectedAnswer {
            request: self.transport.shown(&Method::GET, &url),
            reason: reason.to_owned(),
            request_id: None,
        })
    }
}
