//! Who the run is to Okta: credentials, the scope as a type, and the token that a request carries.
//!
//! `session` ties credentials to a scope. `authorizer` gives each request its token, which `endpoint` gets: there `assertion`
//! signs who the app is, `dpop` that a key is held, with what was `learned` of the server. `key` reads private keys, `new_key` makes one.

mod assertion;
mod authorizer;
mod dpop;
mod endpoint;
mod error;
pub mod key;
mod learned;
mod new_key;
mod session;

pub use authorizer::{Authorizer, Credentials, Reach};
pub use endpoint::{ServiceApp, TokenEndpoint};
pub use error::{About, AuthError};
pub use new_key::NewKey;
pub use session::{
    InsideScope, Manage, ManageInside, ManageLife, OAuthScope, Read, ReadInside, ReadLog, ReadOrg,
    Session, scopes_inside,
};
