//! Binding and unbinding destinations in the operator's file: `[egress.<destination>]`, everything else as it stands.

use kubechat_core::egress::Destination;
use toml_edit::{Array, Item, Table, TableLike, value};

use super::{ConfigError, Edited};
use crate::config::EgressEntry;

impl Edited {
    /// Binds a destination, in the place of what it was bound to. Tells whether it was bound before.
    ///
    /// # Errors
    /// The binding does not fit, or `egress` is something else in this file.
    pub fn bind(&mut self, destination: &Destination, entry: &EgressEntry) -> Result<bool, ConfigError> {
        entry.checked(destination.as_str())?;
        let mut fresh = Table::new();
        fresh.set_implicit(true);
        let all = self.document.entry("egress").or_insert(Item::Table(fresh));
        let Some(all) = all.as_table_like_mut() else { return Err(no_table()) };
        Ok(all.insert(destination.as_str(), Item::Table(table(entry))).is_some())
    }

    /// Takes a binding away.
    ///
    /// # Errors
    /// It is not bound in this file.
    pub fn unbind(&mut self, destination: &Destination) -> Result<(), ConfigError> {
        let all = self.document.get_mut("egress").and_then(Item::as_table_like_mut);
        let removed = all.and_then(|all: &mut dyn TableLike| all.remove(destination.as_str()));
        removed.map(drop).ok_or_else(|| {
            let what = format!("the file binds no destination {destination}");
            ConfigError::new(what, "`kubechat egress list` shows what is bound")
        })
    }
}

fn no_table() -> ConfigError {
    ConfigError::new("`egress` is no table", "correct the file first")
}

fn table(entry: &EgressEntry) -> Table {
    let mut table = Table::new();
    let mut put = |key: &str, said: Option<String>| {
        if let Some(said) = said {
            table.insert(key, value(said));
        }
    };
    put("url", Some(entry.url.clone()));
    put("ca", entry.ca.as_ref().map(|path| path.display().to_string()));
    put("proxy", entry.proxy.clone());
    put("credential", entry.credential.clone());
    put("credential_header", entry.credential_header.clone());
    put("credential_prefix", entry.credential_prefix.clone());
    if entry.internal {
        table.insert("internal", value(true));
    }
    if let Some(data) = &entry.data {
        table.insert("data", value(data.iter().collect::<Array>()));
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "mode = 'guarded' # the most\n[[principals]]\nname = 'mira'\n[[principals.clusters]]\nname = 'c'\nkubeconfig = '/k' # hers\n";

    fn edited(text: &str) -> Edited {
        Edited { document: text.parse().unwrap() }
    }

    fn ollama(url: &str) -> EgressEntry {
        let data = Some(vec!["prompts".to_owned(), "logs".to_owned()]);
        EgressEntry { url: url.to_owned(), internal: true, data, ..EgressEntry::default() }
    }

    #[test]
    fn a_binding_is_added_changed_and_taken_away_and_the_rest_stays() {
        let (mut file, name) = (edited(FILE), Destination::parse("ollama").unwrap());
        assert_eq!(file.bind(&name, &ollama("http://127.0.0.1:11434")), Ok(false));
        assert_eq!(file.bind(&name, &ollama("http://127.0.0.1:8080")), Ok(true));
        let text = file.text();
        assert!(text.contains("[egress.ollama]\nurl = \"http://127.0.0.1:8080\"\ninternal = true\n"), "{text}");
        assert!(text.contains("# the most") && text.contains("# hers"), "{text}");
        let read: toml::Table = toml::from_str(&text).unwrap();
        assert_eq!(
            read["egress"]["ollama"].clone().try_into::<EgressEntry>().unwrap(),
            ollama("http://127.0.0.1:8080")
        );
        file.unbind(&name).unwrap();
        assert!(!file.text().contains("ollama"));
        assert!(file.unbind(&name).unwrap_err().what.contains("binds no destination"));
    }

    #[test]
    fn a_binding_that_does_not_fit_never_gets_into_the_file() {
        let (mut file, name) = (edited(FILE), Destination::parse("ollama").unwrap());
        assert!(file.bind(&name, &ollama("http://169.254.169.254")).is_err());
        assert_eq!(file.text(), FILE);
        assert!(edited("egress = 1\n").bind(&name, &ollama("http://127.0.0.1")).is_err());
    }
}
