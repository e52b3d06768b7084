//! URL paths of the API server, built from typed addresses: every segment is percent-encoded, none can leave its place.
//!
//! Errors: a segment that is empty, `.` or `..` is refused, because some servers and proxies resolve those.

use kubechat_core::names::Namespace;
use kubechat_core::object::{ApiType, ObjectRef};
use kubechat_core::problem::{Code, Problem};

/// A path with its query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Path {
    text: String,
    has_query: bool,
}

impl Path {
    /// A path known at compile time.
    pub(crate) fn fixed(path: &'static str) -> Self {
        Self { text: path.to_owned(), has_query: false }
    }

    /// The collection of a type, in a namespace or over all.
    pub(crate) fn collection(api: &ApiType, namespace: Option<&Namespace>) -> Result<Self, Problem> {
        let mut path = Self::fixed(if api.group.is_empty() { "/api" } else { "/apis" });
        if !api.group.is_empty() {
            path = path.segment(&api.group)?;
        }
        path = path.segment(&api.version)?;
        if let (true, Some(namespace)) = (api.namespaced, namespace) {
            path = path.segment("namespaces")?.segment(namespace.as_str())?;
        }
        path.segment(&api.plural)
    }

    /// One object.
    pub(crate) fn object(object: &ObjectRef) -> Result<Self, Problem> {
        if object.api.namespaced && object.namespace.is_none() {
            let detail = format!("{object} lives in a namespace and none was given");
            return Err(Problem::new(Code::BadInput, detail));
        }
        Self::collection(&object.api, object.namespace.as_ref())?.segment(object.name.as_str())
    }

    /// One segment more.
    pub(crate) fn segment(mut self, segment: &str) -> Result<Self, Problem> {
        if matches!(segment, "" | "." | "..") {
            return Err(Problem::new(Code::BadInput, format!("{segment:?} can't stand in an API path")));
        }
        self.text.push('/');
        encode(segment, &mut self.text);
        Ok(self)
    }

    /// One parameter more.
    pub(crate) fn query(mut self, key: &'static str, value: &str) -> Self {
        self.text.push(if self.has_query { '&' } else { '?' });
        self.has_query = true;
        self.text.push_str(key);
        self.text.push('=');
        encode(value, &mut self.text);
        self
    }

    /// Without the query, for logs.
    pub(crate) fn bare(&self) -> &str {
        self.text.split_once('?').map_or(&self.text, |(path, _)| path)
    }

    /// As it stands in a request line.
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }
}

/// RFC 3986 `unreserved` stays, everything else is encoded.
fn encode(text: &str, out: &mut String) {
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            _ => {
                const HEX: &[u8; 16] = b"0123456789ABCDEF";
                out.push('%');
                out.push(char::from(HEX[usize::from(byte >> 4)]));
                out.push(char::from(HEX[usize::from(byte & 15)]));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kubechat_core::names::ObjectName;

    #[test]
    fn names_cannot_leave_their_segment() {
        let name = ObjectName::parse("system:node&proxier").unwrap();
        let api = ApiType { group: "rbac/../x".to_owned(), version: "v1".to_owned(), ..ApiType::nodes() };
        let path = Path::object(&ObjectRef { api, namespace: None, name }).unwrap().query("labelSelector", "a=b,c&d");
        assert_eq!(path.as_str(), "/apis/rbac%2F..%2Fx/v1/nodes/system%3Anode%26proxier?labelSelector=a%3Db%2Cc%26d");
    }

    #[test]
    fn a_type_that_points_elsewhere_is_refused() {
        for plural in ["", ".", ".."] {
            let api = ApiType { plural: plural.to_owned(), ..ApiType::pods() };
            assert!(Path::collection(&api, None).is_err(), "{plural:?}");
        }
    }

    #[test]
    fn an_object_without_its_namespace_is_refused() {
        let object = ObjectRef { api: ApiType::pods(), namespace: None, name: ObjectName::parse("web").unwrap() };
        assert_eq!(Path::object(&object).unwrap_err().code, Code::BadInput);
    }
}
