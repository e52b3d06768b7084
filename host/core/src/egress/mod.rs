//! What may leave this host, and to whom: the decisions of the egress gate, without its IO.
//!
//! A component names a *logical destination*; the operator binds it to a base URL, a CA, a proxy, a credential and the
//! classes of data that may go there ([`Binding`]). Everything here is a pure function over values: which hosts a base URL
//! may name ([`Host`]), which addresses may be dialled ([`Perimeter`]), which paths, headers and redirects are let through.
//! Default: nothing is bound, nothing is allowed.
//!
//! Units: bytes. Errors: a [`Refusal`] with a stable reason (it is counted) and a sentence that names the destination and
//! never an address, a URL or a secret. Deliberately not here: names looked up, sockets, TLS, time limits
//! (`kubechat-egress`), and what redaction does to the bytes before they come here.

mod address;
mod binding;
mod class;
mod content;
mod destination;
mod header;
mod host;
mod path;
mod perimeter;
mod range;
mod redirect;
mod refusal;
#[cfg(test)]
mod tests;
mod url;

pub use address::{AddressKind, Verdict, classify};
pub use binding::{Binding, BindingError, Injection};
pub use class::{ALL_CLASSES, DataClass, DataClasses, UnknownClass};
pub use destination::{Destination, DestinationError};
pub use header::{HEADERS_MAX, Header, check_headers};
pub use host::{BadHost, Host};
pub use path::{PATH_BYTES_MAX, RequestPath};
pub use perimeter::Perimeter;
pub use range::{BadRange, Range};
pub use redirect::{REDIRECTS_MAX, redirected};
pub use refusal::{Reason, Refusal};
pub use url::{BadUrl, BaseUrl, Scheme};
