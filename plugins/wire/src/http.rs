//! The one way out as plain Rust: what `http.wit` says, so that everything behind it runs in native tests.

/// Verb of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Sends a body.
    Post,
}

/// One request to a logical destination.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// A destination of the manifest.
    pub destination: &'static str,
    /// Its verb.
    pub method: Method,
    /// Below the bound base URL; begins with `/`.
    pub path: String,
    /// Lower-case names. The host adds the credential and everything about the connection.
    pub headers: Vec<(&'static str, String)>,
    /// Empty for [`Method::Get`].
    pub body: Vec<u8>,
}

impl Outgoing {
    /// A request without a body.
    pub fn get(destination: &'static str, path: impl Into<String>) -> Self {
        Self { destination, method: Method::Get, path: path.into(), headers: Vec::new(), body: Vec::new() }
    }

    /// A request with a JSON body.
    pub fn json(destination: &'static str, path: impl Into<String>, body: Vec<u8>) -> Self {
        let headers = vec![("content-type", "application/json".to_owned())];
        Self { destination, method: Method::Post, path: path.into(), headers, body }
    }

    /// The same with one more header.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

/// Why there is no answer, or no more of it. Texts name the destination, never an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HttpError {
    /// Nobody bound the destination.
    NotBound,
    /// The gate refused the request.
    Refused(String),
    /// Nobody answered, or the connection broke.
    Unreachable(String),
    /// Nobody answered in time.
    Timeout(String),
    /// A cap on size, ratio or time.
    Limit(String),
    /// Nobody waits for the answer any more.
    Cancelled,
    /// Anything else.
    Other(String),
}

/// What was answered; dropping it closes the connection.
pub trait Answer {
    /// The status code.
    fn status(&self) -> u16;
    /// A header by its lower-case name; of several the first.
    fn header(&self, name: &str) -> Option<String>;
    /// The next piece as it arrives; none at the end.
    ///
    /// # Errors
    /// Why there is no more.
    fn read(&mut self) -> Result<Option<Vec<u8>>, HttpError>;
}

/// Sends requests.
pub trait Wire {
    /// Sends one, never again by itself, and returns when the head of the answer is there.
    ///
    /// # Errors
    /// Why there is no answer.
    fn send(&self, request: &Outgoing) -> Result<Box<dyn Answer>, HttpError>;
}
