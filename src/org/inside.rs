//! Reads what is inside of an org: the objects that a baseline names, each by its name [Okta, Management API].

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::found::once;
use super::reader::OrgReader;
use crate::aerial::Error;
use crate::ids::{Collection, ObjectName, Shelf};
use crate::inside::{InsideObject, InsideRead, Ranked, below, is_called};

impl OrgReader {
    /// The objects of these names, each list read once. What is there twice isn't among the objects.
    ///
    /// # Errors
    /// When a read fails.
    pub async fn inside(&self, wanted: &BTreeSet<ObjectName>) -> Result<InsideRead, Error> {
        let mut found = InsideRead::default();
        let mut lists: BTreeMap<Shelf, Vec<ObjectName>> = BTreeMap::new();
        for name in wanted {
            lists.entry(name.shelf()).or_default().push(name.clone());
        }
        // Policies come before their rules: the order of the shelves is that of the collections.
        for (shelf, names) in lists {
            let policy = match &shelf.policy {
                None => None,
                Some(policy) => match found
                    .objects
                    .get(policy)
                    .and_then(|policy| policy.id.clone())
                {
                    // Without the policy there are no rules of it.
                    None => continue,
                    id => id,
                },
            };
            let all = self.shelf(&shelf, policy.as_deref(), &names).await?;
            if shelf.is_ordered() {
                let places = all.iter().map(Ranked::of).collect();
                found.places.insert(shelf.clone(), places);
            }
            for name in names {
                let path = path(&shelf, policy.as_deref());
                match self.named(&all, &name, &path)?.as_slice() {
                    [] => {}
                    [one] => {
                        found.objects.insert(name, one.clone());
                    }
                    [one, other, ..] => {
                        let id = |object: &InsideObject| object.id.clone().unwrap_or_default();
                        found.doubles.insert(name, [id(one), id(other)]);
                    }
                }
            }
        }
        Ok(found)
    }

    /// The objects of one name: by its id where that is known, else all that have the name. `policy` is the id of a rule's.
    ///
    /// # Errors
    /// When a read fails; that there is no such thing is an answer.
    pub(crate) async fn object(
        &self,
        name: &ObjectName,
        id: Option<&str>,
        policy: Option<&str>,
    ) -> Result<Vec<InsideObject>, Error> {
        let shelf = name.shelf();
        if shelf.policy.is_some() && policy.is_none() {
            return Ok(Vec::new());
        }
        let mut path = path(&shelf, policy);
        let read = match id {
            Some(id) => {
                path.push(id);
                let one = self.get(&path, &[]).await;
                one.and_then(|one| Ok(vec![self.of_id(one, id, &path)?]))
            }
            None => self.shelf(&shelf, policy, std::slice::from_ref(name)).await,
        };
        match read {
            Ok(all) => self.named(&all, name, &path),
            Err(error) if id.is_some() && error.status() == Some(404) => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }

    /// All that stands in an object's list, where Okta keeps that in an order. `policy` is the id of a rule's.
    ///
    /// # Errors
    /// When a read fails.
    pub(crate) async fn places(
        &self,
        name: &ObjectName,
        policy: Option<&str>,
    ) -> Result<Vec<Ranked>, Error> {
        let shelf = name.shelf();
        if !shelf.is_ordered() || (shelf.policy.is_some() && policy.is_none()) {
            return Ok(Vec::new());
        }
        let all = self.shelf(&shelf, policy, &[]).await?;
        Ok(all.iter().map(Ranked::of).collect())
    }

    /// What a list has of these names. Others may be many, and what they are is nobody's business here.
    async fn shelf(
        &self,
        shelf: &Shelf,
        policy: Option<&str>,
        names: &[ObjectName],
    ) -> Result<Vec<Json>, Error> {
        let path = path(shelf, policy);
        let filter = |filter| vec![("filter", filter)];
        let (query, paged) = match shelf.collection {
            Collection::OrgSettings | Collection::ThreatInsight => {
                return Ok(vec![self.get(&path, &[]).await?]);
            }
            Collection::Zones | Collection::TrustedOrigins => (Vec::new(), true),
            Collection::Groups if shelf.kind.is_some() => (filter("type eq \"BUILT_IN\""), true),
            Collection::Groups => (filter("type eq \"OKTA_GROUP\""), true),
            Collection::BookmarkApps => (filter("name eq \"bookmark\""), true),
            Collection::Policies => (
                vec![("type", shelf.kind.as_deref().unwrap_or_default())],
                true,
            ),
            Collection::Rules => (Vec::new(), false),
        };
        // Where Okta keeps an order, the others are what an object has its place among.
        let keep =
            |body: &Json| shelf.is_ordered() || names.iter().any(|name| is_called(body, name));
        let all = self.list(&path, &query, paged, &keep).await?;
        Ok(once(all))
    }
}

fn path<'a>(shelf: &Shelf, policy: Option<&'a str>) -> Vec<&'a str> {
    let mut path = vec!["api", "v1"];
    path.extend(below(shelf.collection));
    if let Some(policy) = policy.filter(|_| shelf.policy.is_some()) {
        path.extend([policy, "rules"]);
    }
    path
}
