//! Putting a model into the operator's file: one entry of `[[models]]`, everything else as it stands, comments too.
//!
//! Both ways to write the list are kept: `models = [{…}]` and `[[models]]`. An entry of the same provider and model is
//! changed rather than added. What the host would refuse is refused when the file is written.

use kubechat_flow::answering::MODELS_MAX;
use kubechat_flow::ports::provider::Task;
use toml_edit::{Array, ArrayOfTables, InlineTable, Item, Table, TableLike, Value, value};

use super::{ConfigError, Edited, tables, text};

/// A model to be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelWish {
    /// The provider's id.
    pub provider: String,
    /// What it calls the model.
    pub model: String,
    /// Whether it is to be asked before all others.
    pub first: bool,
    /// What it is asked for; empty means what it was, or everything.
    pub tasks: Vec<Task>,
}

impl Edited {
    /// Has a model asked: after all others, or first. Gives its place, counted from 0, and whether it was there before.
    ///
    /// # Errors
    /// There are as many as there may be, or `models` is no list in this file.
    pub fn use_model(&mut self, wish: &ModelWish) -> Result<(usize, bool), ConfigError> {
        let known = tables(self.document.get_mut("models")).iter().position(|one| is(&**one, wish));
        let count = tables(self.document.get_mut("models")).len();
        if known.is_none() && count >= MODELS_MAX {
            let what = format!("the file has {count} models, and MODELS_MAX is {MODELS_MAX}");
            return Err(ConfigError::new(what, "take one out of the file first: nobody waits for the ninth"));
        }
        let at = match (known, wish.first) {
            (_, true) => 0,
            (Some(at), false) => at,
            (None, false) => count,
        };
        match self.document.entry("models").or_insert_with(|| Item::ArrayOfTables(ArrayOfTables::new())) {
            Item::ArrayOfTables(all) => put_table(all, known, at, wish),
            Item::Value(Value::Array(all)) => put_inline(all, known, at, wish),
            _ => return Err(ConfigError::new("`models` is no list", "correct the file first")),
        }
        Ok((at, known.is_some()))
    }
}

/// Whether an entry is of this provider and model.
fn is(entry: &dyn TableLike, wish: &ModelWish) -> bool {
    let settings = entry.get("settings").and_then(Item::as_table_like);
    text(entry, "provider") == Some(&*wish.provider)
        && settings.and_then(|settings| text(settings, "model")) == Some(&*wish.model)
}

fn put_table(all: &mut ArrayOfTables, known: Option<usize>, at: usize, wish: &ModelWish) {
    let mut each: Vec<Table> = all.iter().cloned().collect();
    let mut entry = known.map_or_else(|| fresh(Table::new(), wish), |place| each.remove(place));
    say_tasks(&mut entry, wish);
    // Tables stand in the text by their positions. In another order they all take that of the first, and then stand as
    // they are listed, each with what is below it.
    let place = each.iter().chain([&entry]).filter_map(Table::position).min();
    each.insert(at, entry);
    if let Some(place) = place.filter(|_| known != Some(at) && at + 1 < each.len()) {
        each.iter_mut().for_each(|table| stand(table, place));
    }
    all.clear();
    each.into_iter().for_each(|table| all.push(table));
}

fn stand(table: &mut Table, place: isize) {
    table.set_position(place);
    for (_, item) in table.iter_mut() {
        match item {
            Item::Table(below) => stand(below, place),
            Item::ArrayOfTables(below) => below.iter_mut().for_each(|below| stand(below, place)),
            _ => {}
        }
    }
}

fn put_inline(all: &mut Array, known: Option<usize>, at: usize, wish: &ModelWish) {
    let there = known.and_then(|place| match all.remove(place) {
        Value::InlineTable(entry) => Some(entry),
        _ => None,
    });
    let mut entry = there.unwrap_or_else(|| fresh(InlineTable::new(), wish));
    say_tasks(&mut entry, wish);
    all.insert(at, entry);
}

fn fresh<T: TableLike>(mut table: T, wish: &ModelWish) -> T {
    let mut settings = InlineTable::new();
    settings.insert("model", wish.model.as_str().into());
    table.insert("provider", value(wish.provider.as_str()));
    table.insert("settings", value(settings));
    table
}

fn say_tasks(table: &mut dyn TableLike, wish: &ModelWish) {
    if !wish.tasks.is_empty() {
        table.insert("tasks", value(wish.tasks.iter().map(|task| task.as_str()).collect::<Array>()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::ModelEntry;

    const TABLES: &str = "mode = 'guarded' # the most\n\n# the small one\n[[models]]\nprovider = 'provider-ollama' # here\n\
        [models.settings]\nmodel = 'qwen3:8b'\n\n[egress.ollama]\nurl = 'http://127.0.0.1:11434' # hers\n\n\
        [[models]]\nprovider = 'provider-openai'\n[models.settings]\nmodel = 'gpt-5.4'\n";
    const INLINE: &str = "# two of them\nmodels = [{provider = 'provider-ollama', settings = {model = 'qwen3:8b'}}, {provider = 'provider-openai', settings = {model = 'gpt-5.4'}}]\nmode = 'guarded' # the most\n";
    const NONE: &str = "mode = 'guarded' # the most\n[[principals]]\nname = 'mira' # herself\n";

    fn edited(text: &str) -> Edited {
        Edited { document: text.parse().unwrap() }
    }

    fn wish(provider: &str, model: &str, first: bool, tasks: &[Task]) -> ModelWish {
        ModelWish { provider: provider.to_owned(), model: model.to_owned(), first, tasks: tasks.to_vec() }
    }

    /// The models that a text says, in order.
    fn reads(text: &str) -> Vec<ModelEntry> {
        let read: toml::Table = toml::from_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        read["models"].clone().try_into().unwrap_or_else(|error| panic!("{error}\n{text}"))
    }

    fn names(text: &str) -> Vec<String> {
        reads(text).iter().filter_map(|entry| entry.model().map(str::to_owned)).collect()
    }

    fn comments(text: &str) -> usize {
        text.lines().filter(|line| line.contains('#')).count()
    }

    #[test]
    fn a_model_is_asked_last_or_first_and_the_rest_of_the_file_stays() {
        for text in [TABLES, INLINE] {
            let mut file = edited(text);
            assert_eq!(file.use_model(&wish("provider-gemini", "g", false, &[])), Ok((2, false)));
            assert_eq!(names(&file.text()), ["qwen3:8b", "gpt-5.4", "g"], "{}", file.text());
            assert_eq!(file.use_model(&wish("provider-anthropic", "c", true, &[Task::Plan])), Ok((0, false)));
            assert_eq!(names(&file.text()), ["c", "qwen3:8b", "gpt-5.4", "g"], "{}", file.text());
            let now = reads(&file.text());
            assert_eq!(Task::ALL.map(|task| now[0].takes(task)), [true, false, false]);
            assert_eq!(now[2].provider, "provider-openai", "each keeps its own settings");
            assert_eq!(comments(&file.text()), comments(text), "{}", file.text());
        }
    }

    #[test]
    fn a_model_that_is_there_is_moved_or_changed_and_never_twice() {
        for text in [TABLES, INLINE] {
            let mut file = edited(text);
            assert_eq!(file.use_model(&wish("provider-openai", "gpt-5.4", false, &[Task::Explain])), Ok((1, true)));
            assert!(!reads(&file.text())[1].takes(Task::Plan));
            assert_eq!(file.use_model(&wish("provider-openai", "gpt-5.4", true, &[])), Ok((0, true)));
            let now = reads(&file.text());
            assert_eq!(names(&file.text()), ["gpt-5.4", "qwen3:8b"], "{}", file.text());
            assert!(!now[0].takes(Task::Plan), "its tasks stay when none are said");
            assert_eq!(comments(&file.text()), comments(text), "{}", file.text());
        }
    }

    #[test]
    fn the_first_model_of_a_file_stands_at_its_end() {
        let mut file = edited(NONE);
        assert_eq!(file.use_model(&wish("provider-ollama", "qwen3:8b", true, &[])), Ok((0, false)));
        let end = "\n[[models]]\nprovider = \"provider-ollama\"\nsettings = { model = \"qwen3:8b\" }\n";
        assert_eq!(file.text(), format!("{NONE}{end}"));
    }

    #[test]
    fn a_ninth_model_and_a_list_that_is_none_are_refused() {
        let mut file = edited(NONE);
        for model in 0..MODELS_MAX {
            file.use_model(&wish("provider-ollama", &model.to_string(), false, &[])).unwrap();
        }
        let before = file.text();
        let refused = file.use_model(&wish("provider-ollama", "ninth", true, &[])).unwrap_err();
        assert!(refused.what.contains("MODELS_MAX"), "{refused}");
        assert_eq!(file.text(), before);
        assert!(edited("models = 1\n").use_model(&wish("p", "m", false, &[])).is_err());
    }
}
