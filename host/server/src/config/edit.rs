//! Changing the operator's configuration file: one entry, everything else as it stands, comments too.
//!
//! The text is changed in memory, read as a whole configuration, and only then put in the file's place by a rename, so that
//! there is never half a file and never one the host refuses. Only a regular file of whoever asks is changed. Both ways to write
//! clusters are kept: `clusters = [{…}]` and `[[principals.clusters]]`. Errors say what stands in the way and what to do.

mod egress;
mod models;

use std::io::Write as _;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;

use kubechat_core::names::{ClusterName, Namespace};
use kubechat_flow::ports::cluster::Mode;
use kubechat_flow::ports::mode::fits;
use toml_edit::{Array, ArrayOfTables, DocumentMut, InlineTable, Item, Table, TableLike, Value, value};

pub use models::ModelWish;

use super::layer::FILE_BYTES_MAX;
use super::{ClusterEntry, Config, ConfigError, Layer, Surroundings};

/// A configuration file's text, to be changed.
#[derive(Debug, Clone)]
pub struct Edited {
    document: DocumentMut,
}

impl Edited {
    /// Reads a file that may be changed.
    ///
    /// # Errors
    /// It is not there, not ours, no regular file, too long or no TOML.
    pub fn open(path: &Path) -> Result<Self, ConfigError> {
        let shown = path.display();
        let bad = |what: String, hint: &str| ConfigError::new(format!("{shown} {what}"), hint);
        let found =
            std::fs::metadata(path).map_err(|e| bad(format!("can't be read: {e}"), "name it with --config FILE"))?;
        if !found.is_file() || found.len() > FILE_BYTES_MAX {
            return Err(bad("is no configuration file".to_owned(), "name a regular file with --config FILE"));
        }
        if found.uid() != rustix::process::geteuid().as_raw() {
            return Err(bad(
                "belongs to somebody else".to_owned(),
                "ask its owner, or add --print and send it to them",
            ));
        }
        let text =
            std::fs::read_to_string(path).map_err(|e| bad(format!("can't be read: {e}"), "correct its rights"))?;
        let document = text.parse().map_err(|e| bad(format!("is no TOML: {e}"), "correct it first"))?;
        Ok(Self { document })
    }

    /// The text as it is now.
    pub fn text(&self) -> String {
        self.document.to_string()
    }

    /// Sets what may happen on a cluster, or in one of its namespaces; for one principal or for all who have it. Gives how
    /// many entries were changed.
    ///
    /// # Errors
    /// Nobody in the file has this cluster.
    pub fn set_mode(
        &mut self,
        principal: Option<&str>,
        cluster: &ClusterName,
        namespace: Option<&Namespace>,
        mode: Mode,
    ) -> Result<usize, ConfigError> {
        let mut changed = 0;
        for one in tables(self.document.get_mut("principals")) {
            if principal.is_some_and(|wanted| text(one, "name") != Some(wanted)) {
                continue;
            }
            for entry in tables(one.get_mut("clusters")) {
                if text(entry, "name") == Some(cluster.as_str()) {
                    match namespace {
                        None => put(entry, "mode", mode.as_str()),
                        Some(namespace) => set_rule(entry, namespace, mode),
                    }
                    changed += 1;
                }
            }
        }
        if changed == 0 {
            let whose = principal.map(|name| format!(" of {name}")).unwrap_or_default();
            let what = format!("the file has no cluster {cluster}{whose}");
            return Err(ConfigError::new(what, "`kubechat cluster list` shows them; `kubechat cluster add` adds one"));
        }
        Ok(changed)
    }

    /// Adds a cluster to a principal; the only one when none is named.
    ///
    /// # Errors
    /// There is no such principal, or several and none is named, or he has a cluster of this name.
    pub fn add_cluster(&mut self, principal: Option<&str>, entry: &ClusterEntry) -> Result<(), ConfigError> {
        let mut all = tables(self.document.get_mut("principals"));
        let names: Vec<String> = all.iter().filter_map(|one| text(&**one, "name").map(str::to_owned)).collect();
        let hint = format!("the file's principals: {}; name one with --as", names.join(", "));
        let index = match principal {
            Some(wanted) => names.iter().position(|name| name == wanted),
            None if names.len() == 1 => Some(0),
            None => return Err(ConfigError::new("it is not said whose cluster this is to be", hint)),
        };
        let Some(one) = index.and_then(|index| all.get_mut(index)) else {
            return Err(ConfigError::new("the file has no such principal", hint));
        };
        if tables(one.get_mut("clusters")).iter().any(|known| text(&**known, "name") == Some(entry.name.as_str())) {
            let what = format!("there is a cluster {} already", entry.name);
            return Err(ConfigError::new(what, "give this one another name"));
        }
        match one.entry("clusters").or_insert_with(|| Item::ArrayOfTables(ArrayOfTables::new())) {
            Item::ArrayOfTables(all) => all.push(new_entry(entry, Table::new())),
            Item::Value(Value::Array(all)) => all.push(new_entry(entry, InlineTable::new())),
            _ => return Err(ConfigError::new("`clusters` is no list", "correct the file first")),
        }
        Ok(())
    }

    /// Puts the text in the file's place, once it reads as a whole configuration.
    ///
    /// # Errors
    /// What the host would refuse, or what the disk does.
    pub fn write(&self, path: &Path, around: &Surroundings) -> Result<(), ConfigError> {
        let target = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let failed = |e: std::io::Error| {
            ConfigError::new(format!("{} can't be written: {e}", target.display()), "nothing was changed")
        };
        let folder = target.parent().unwrap_or(Path::new("."));
        let fresh = folder.join(format!(".kubechat-{}.toml", std::process::id()));
        let rights = std::fs::metadata(&target).map_err(failed)?.permissions().mode();
        if rights & 0o222 == 0 {
            let what = format!("{} is locked against writing (mode {:04o})", target.display(), rights & 0o7777);
            return Err(ConfigError::new(what, "unlock it with `chmod u+w`, or add --print and change it by hand"));
        }
        let written = (|| {
            let mut file = std::fs::OpenOptions::new().write(true).create_new(true).open(&fresh)?;
            file.set_permissions(std::fs::Permissions::from_mode(rights & 0o7777))?;
            file.write_all(self.text().as_bytes())?;
            file.sync_all()
        })();
        let checked = written.map_err(failed).and_then(|()| {
            // Only what stands in the file counts here: this shell's variables are not the host's.
            let home = around.variables.iter().filter(|(name, _)| name == "HOME").cloned().collect();
            let alone = Surroundings { variables: home, program: None };
            Config::load(Some(&fresh), Layer::default(), &alone).map(drop)
        });
        let done = checked.and_then(|()| std::fs::rename(&fresh, &target).map_err(failed));
        if done.is_err() {
            // What is left over is ours and of no use.
            let _ = std::fs::remove_file(&fresh);
        }
        done
    }
}

/// The tables of a list, however it is written.
fn tables(item: Option<&mut Item>) -> Vec<&mut dyn TableLike> {
    match item {
        Some(Item::ArrayOfTables(all)) => all.iter_mut().map(|one| one as &mut dyn TableLike).collect(),
        Some(Item::Value(Value::Array(all))) => {
            all.iter_mut().filter_map(|one| one.as_inline_table_mut().map(|one| one as &mut dyn TableLike)).collect()
        }
        _ => Vec::new(),
    }
}

fn text<'a>(table: &'a dyn TableLike, key: &str) -> Option<&'a str> {
    table.get(key)?.as_str()
}

/// Sets a text; what stands around an old one stays.
fn put(table: &mut dyn TableLike, key: &str, said: &str) {
    match table.get_mut(key).and_then(Item::as_value_mut) {
        Some(old) => {
            let around = old.decor().clone();
            *old = Value::from(said);
            *old.decor_mut() = around;
        }
        None => {
            table.insert(key, value(said));
        }
    }
}

/// A rule for one namespace. The first that fits counts: so one that stands behind another that fits goes, and a new one
/// stands first.
fn set_rule(entry: &mut dyn TableLike, namespace: &Namespace, mode: Mode) {
    let first_fit = tables(entry.get_mut("namespaces"))
        .into_iter()
        .find(|rule| text(&**rule, "name").is_some_and(|name| fits(name, namespace.as_str())));
    if let Some(rule) = first_fit.filter(|rule| text(&**rule, "name") == Some(namespace.as_str())) {
        return put(rule, "mode", mode.as_str());
    }
    let another = |rule: &dyn TableLike| text(rule, "name") != Some(namespace.as_str());
    match entry.get_mut("namespaces") {
        Some(Item::ArrayOfTables(all)) => all.retain(|rule| another(rule)),
        Some(Item::Value(Value::Array(all))) => {
            all.retain(|rule| rule.as_inline_table().is_none_or(|rule| another(rule)));
        }
        _ => {}
    }
    match entry.entry("namespaces").or_insert_with(|| value(Array::new())) {
        Item::ArrayOfTables(all) => {
            let mut fresh = ArrayOfTables::new();
            fresh.push(rule(namespace, mode, Table::new()));
            all.iter().for_each(|old| fresh.push(old.clone()));
            *all = fresh;
        }
        Item::Value(Value::Array(all)) => all.insert(0, rule(namespace, mode, InlineTable::new())),
        // A field of another sort is refused when the whole is read.
        _ => {}
    }
}

fn rule<T: TableLike>(namespace: &Namespace, mode: Mode, mut table: T) -> T {
    table.insert("name", value(namespace.as_str()));
    table.insert("mode", value(mode.as_str()));
    table
}

fn new_entry<T: TableLike>(entry: &ClusterEntry, mut table: T) -> T {
    table.insert("name", value(entry.name.as_str()));
    table.insert("kubeconfig", value(entry.kubeconfig.display().to_string()));
    if let Some(context) = &entry.context {
        table.insert("context", value(context.as_str()));
    }
    if let Some(mode) = entry.mode {
        table.insert("mode", value(mode.as_str()));
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    const INLINE: &str = "# ours\nmode = 'guarded' # the most\n[[principals]]\nname = 'mira'\nclusters = [{name = 'c', kubeconfig = '/k', mode = 'guarded'}] # one\n";
    const TABLES: &str = "mode = 'guarded'\n[[principals]]\nname = 'mira'\n\n# the shop\n[[principals.clusters]]\nname = 'c'\nkubeconfig = '/k' # hers\n\n[[principals]]\nname = 'jon'\n[[principals.clusters]]\nname = 'c'\nkubeconfig = '/j'\n";

    fn edited(text: &str) -> Edited {
        Edited { document: text.parse().unwrap() }
    }

    fn cluster(name: &str) -> ClusterName {
        ClusterName::parse(name).unwrap()
    }

    fn reads(text: &str) -> Vec<super::super::PrincipalEntry> {
        #[derive(serde::Deserialize)]
        struct File {
            principals: Vec<super::super::PrincipalEntry>,
        }
        toml::from_str::<File>(text).unwrap().principals
    }

    #[test]
    fn a_mode_is_changed_where_it_stands_and_every_comment_stays() {
        for (text, changed) in [(INLINE, 1), (TABLES, 2)] {
            let mut file = edited(text);
            assert_eq!(file.set_mode(None, &cluster("c"), None, Mode::ReadOnly).unwrap(), changed);
            let now = file.text();
            assert!(reads(&now).iter().all(|one| one.clusters[0].mode == Some(Mode::ReadOnly)), "{now}");
            let comments = |text: &str| text.lines().filter(|line| line.contains('#')).count();
            assert_eq!(comments(&now), comments(text), "{now}");
        }
        let mut file = edited(TABLES);
        assert_eq!(file.set_mode(Some("jon"), &cluster("c"), None, Mode::ReadOnly).unwrap(), 1);
        assert_eq!(reads(&file.text())[0].clusters[0].mode, None, "hers stays");
    }

    #[test]
    fn a_rule_for_a_namespace_stands_before_the_patterns_and_is_changed_in_place() {
        let shop = Namespace::parse("shop").unwrap();
        let ruled = INLINE.replace("mode = 'guarded'}]", "namespaces = [{name = 's*', mode = 'read-only'}]}]");
        for text in [INLINE, TABLES, &ruled] {
            let mut file = edited(text);
            file.set_mode(None, &cluster("c"), Some(&shop), Mode::Guarded).unwrap();
            file.set_mode(None, &cluster("c"), Some(&shop), Mode::SuggestOnly).unwrap();
            let rules = &reads(&file.text())[0].clusters[0].namespaces;
            assert_eq!((rules[0].name.as_str(), rules[0].mode), ("shop", Mode::SuggestOnly), "{}", file.text());
            assert_eq!(rules.iter().filter(|rule| rule.name == "shop").count(), 1);
        }
    }

    #[test]
    fn a_rule_that_another_one_hides_is_moved_before_it() {
        let shop = Namespace::parse("shop").unwrap();
        let inline = "namespaces = [{name = 's*', mode = 'guarded'}, {name = 'shop', mode = 'guarded'}]}]";
        let tables = "[[principals.clusters.namespaces]]\nname = 's*'\nmode = 'guarded'\n[[principals.clusters.namespaces]]\nname = 'shop'\nmode = 'guarded'\n";
        for text in [INLINE.replace("mode = 'guarded'}]", inline), format!("{TABLES}{tables}")] {
            let mut file = edited(&text);
            file.set_mode(None, &cluster("c"), Some(&shop), Mode::ReadOnly).unwrap();
            let now = reads(&file.text());
            let rules = &now.last().unwrap().clusters[0].namespaces;
            assert_eq!((rules[0].name.as_str(), rules[0].mode), ("shop", Mode::ReadOnly), "{}", file.text());
            assert_eq!(rules.iter().map(|rule| rule.name.as_str()).collect::<Vec<_>>(), ["shop", "s*"]);
        }
    }

    #[test]
    fn a_cluster_that_nobody_has_and_a_principal_who_is_not_there_are_refused() {
        let mut file = edited(INLINE);
        assert!(file.set_mode(None, &cluster("other"), None, Mode::ReadOnly).is_err());
        assert!(file.set_mode(Some("jon"), &cluster("c"), None, Mode::ReadOnly).is_err());
        let entry = |name: &str| ClusterEntry {
            name: cluster(name),
            kubeconfig: "/n".into(),
            context: Some("prod".to_owned()),
            mode: Some(Mode::ReadOnly),
            namespaces: Vec::new(),
        };
        assert!(file.add_cluster(None, &entry("c")).unwrap_err().what.contains("already"));
        assert!(file.add_cluster(Some("jon"), &entry("n")).is_err());
        assert!(edited(TABLES).add_cluster(None, &entry("n")).unwrap_err().hint.contains("mira, jon"));
        for (text, whose) in [(INLINE, None), (TABLES, Some("jon"))] {
            let mut file = edited(text);
            file.add_cluster(whose, &entry("n")).unwrap();
            let principals = reads(&file.text());
            assert_eq!(principals.last().unwrap().clusters.last().unwrap(), &entry("n"), "{}", file.text());
        }
    }

    #[test]
    fn a_file_is_replaced_whole_with_its_rights_or_not_at_all() {
        let folder = std::env::temp_dir().join(format!("kubechat-edit-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join("kubechat.toml");
        std::fs::write(&path, INLINE).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        let around = Surroundings { variables: vec![("HOME".into(), folder.clone().into())], program: None };
        let mut file = Edited::open(&path).unwrap();
        file.set_mode(None, &cluster("c"), None, Mode::SuggestOnly).unwrap();
        file.write(&path, &around).unwrap();
        let now = std::fs::read_to_string(&path).unwrap();
        assert_eq!(now, file.text());
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        // What the host would refuse never gets into the file.
        let broken = edited(&now.replace("mode = 'guarded' # the most", "mood = 'bright'"));
        assert!(broken.write(&path, &around).is_err());
        assert_eq!(std::fs::read_to_string(&path).unwrap(), now);
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1, "nothing is left over");
        for wrong in [folder.join("none.toml"), folder.clone()] {
            assert!(Edited::open(&wrong).is_err(), "{}", wrong.display());
        }
        std::fs::write(&path, "not = = toml").unwrap();
        assert!(Edited::open(&path).is_err());
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
