//! What Okta's things are called: parsed once, ordered, displayed.
//!
//! `id` holds the ids, `domain` the host names of orgs, `status` what an org can be, `org_name` an org by any of its names and
//! `org_index` the one way to look an org up by them (`aliases`: whatever an org is called), `wave` what it goes with, `object_name` what is inside an org.

mod aliases;
mod domain;
mod id;
mod object_name;
mod org_index;
mod org_name;
mod status;
mod wave;

pub use aliases::aliases;
pub use domain::Domain;
pub use id::{AccountId, Cell, InvalidId, ObjectId, OrgId, ProductId};
pub use object_name::{Collection, ObjectName, Shelf};
pub use org_index::{Match, OrgIndex, OrgSet};
pub use org_name::OrgName;
pub use status::Status;
pub use wave::Wave;
