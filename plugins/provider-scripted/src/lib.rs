//! A provider that answers as its settings say: any program can drive a host without a model, and every error, pause and
//! half answer of a model can be played.
//!
//! [`Script::round`] picks what to do from the conversation alone: the first answer whose `when` stands in the last sentence
//! of a person, and of it the round that comes after what was said since. `{{cluster}}` and `{{namespace}}` in arguments are
//! those of the conversation. A sentence nobody wrote an answer for is refused in words. The shape of the settings is the
//! manifest's. It does not understand anything, and it keeps nothing.

use serde::Deserialize;

#[cfg(target_arch = "wasm32")]
mod guest;

/// What people call this provider.
pub const TITLE: &str = "Script";
/// The one model's id.
pub const MODEL: &str = "script";

/// The settings.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Script {
    /// What it says of itself; `ready` when absent.
    #[serde(default)]
    pub health: Option<String>,
    /// Looked through in order.
    #[serde(default)]
    pub answers: Vec<Answer>,
}

/// What is said to one sort of sentence.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// Words that stand in the sentence; any sentence when absent.
    #[serde(default)]
    pub when: Option<String>,
    /// What is done each time it is asked in one turn.
    pub rounds: Vec<Vec<Line>>,
}

/// One line of the script; what of it is there is done in this order: wait, text, note, call, then the end.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Line {
    /// A pause before the rest of the line, ms.
    pub wait_ms: Option<u32>,
    /// A piece of the answer.
    pub text: Option<String>,
    /// A remark about it.
    pub note: Option<String>,
    /// A tool to call.
    pub call: Option<String>,
    /// The call's arguments; `{}` when absent.
    pub arguments_json: Option<String>,
    /// The error it ends with.
    pub fail: Option<String>,
    /// With `rate-limited`: when to come again, s.
    pub retry_after_s: Option<u32>,
    /// How it ends.
    pub finish: Option<String>,
    /// Words for `fail` or `finish`.
    pub why: Option<String>,
}

/// Who said a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// A person, with the sentence.
    Person(String),
    /// The provider itself.
    Assistant,
    /// A tool.
    Tool,
}

impl Script {
    /// Reads settings.
    ///
    /// # Errors
    /// What does not fit, in words.
    pub fn parse(settings_json: &str) -> Result<Self, String> {
        serde_json::from_str(settings_json).map_err(|error| format!("the settings are no script: {error}"))
    }

    /// What to do now.
    pub fn round(&self, conversation: &[Said]) -> Vec<Line> {
        let person = |said: &Said| matches!(said, Said::Person(_));
        let since = conversation.iter().rposition(person).unwrap_or_default();
        let sentence = match conversation.get(since) {
            Some(Said::Person(sentence)) => sentence.as_str(),
            _ => "",
        };
        let asked =
            conversation[since.min(conversation.len())..].iter().filter(|said| **said == Said::Assistant).count();
        let fits = |answer: &&Answer| answer.when.as_ref().is_none_or(|words| sentence.contains(words.as_str()));
        match self.answers.iter().find(fits) {
            Some(answer) => answer.rounds.get(asked).cloned().unwrap_or_default(),
            None => {
                let why = Some("the script has no answer to this sentence".to_owned());
                vec![Line { finish: Some("refused".to_owned()), why, ..Line::default() }]
            }
        }
    }
}

/// Arguments with the conversation's place put in. The place's names are checked ones: nothing in them needs escaping.
pub fn placed(arguments: &str, context_json: &str) -> String {
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Context {
        cluster: String,
        namespace: String,
    }
    let Context { cluster, namespace } = serde_json::from_str(context_json).unwrap_or_default();
    arguments.replace("{{cluster}}", &cluster).replace("{{namespace}}", &namespace)
}
