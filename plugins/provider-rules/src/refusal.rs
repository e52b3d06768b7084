//! Every way not to do something, and what is said then. Nothing here calls a tool.

use crate::answer::{listed, shown};
use crate::context::Named;
use crate::intent::{Missing, Talk};

/// Why nothing is done, or not yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refusal {
    Empty,
    TooLong {
        limit: &'static str,
        max: usize,
    },
    Unreadable,
    Negated,
    /// A question about doing something; what to say to have it done.
    Question {
        offer: Option<String>,
    },
    Several {
        first: Option<String>,
    },
    Later,
    TwoPlaces,
    TwoReadings {
        readings: Vec<String>,
    },
    UnknownWords {
        understood: String,
        words: Vec<String>,
    },
    NeedsName {
        verb: String,
    },
    NotUnderstood {
        said: String,
    },
    Flag {
        flag: String,
    },
    Manifest {
        why: String,
    },
    Missing(Missing),
    Talk(Talk),
    UnknownCluster {
        said: String,
        known: Vec<String>,
    },
    OtherCluster {
        said: String,
        current: String,
    },
    NothingBefore,
    ManyBefore {
        objects: Vec<Named>,
    },
    EventsEverywhere,
    NoTool {
        tool: String,
    },
}

impl Refusal {
    /// A stable word for tests.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooLong { .. } => "too-long",
            Self::Unreadable => "unreadable",
            Self::Negated => "negated",
            Self::Question { .. } => "question",
            Self::Several { .. } => "several",
            Self::Later => "later",
            Self::TwoPlaces => "two-places",
            Self::TwoReadings { .. } => "two-readings",
            Self::UnknownWords { .. } => "unknown-words",
            Self::NeedsName { .. } => "needs-name",
            Self::NotUnderstood { .. } => "not-understood",
            Self::Flag { .. } => "flag",
            Self::Manifest { .. } => "manifest",
            Self::Missing(Missing::Count { .. }) => "needs-count",
            Self::Missing(Missing::BadCount { .. }) => "bad-count",
            Self::Missing(Missing::Image { .. }) => "needs-image",
            Self::Missing(Missing::BadVersion { .. }) => "bad-version",
            Self::Talk(Talk::Help) => "help",
            Self::Talk(Talk::Hello) => "hello",
            Self::Talk(Talk::Thanks) => "thanks",
            Self::Talk(Talk::Undo) => "undo",
            Self::Talk(Talk::Run) => "run",
            Self::Talk(Talk::Place) => "place",
            Self::Talk(Talk::Fix) => "fix",
            Self::Talk(Talk::Stop) => "stop",
            Self::Talk(Talk::Everything) => "everything",
            Self::UnknownCluster { .. } => "unknown-cluster",
            Self::OtherCluster { .. } => "other-cluster",
            Self::NothingBefore => "nothing-before",
            Self::ManyBefore { .. } => "many-before",
            Self::EventsEverywhere => "events-everywhere",
            Self::NoTool { .. } => "no-tool",
        }
    }

    /// Whether that is an answer all the same: talk, advice on a question, or a question back to the person.
    pub(crate) fn answers(&self) -> bool {
        match self {
            Self::Empty | Self::Question { .. } | Self::NeedsName { .. } | Self::Missing(_) => true,
            Self::TwoReadings { .. } | Self::ManyBefore { .. } => true,
            Self::Talk(talk) => !matches!(talk, Talk::Everything | Talk::Stop),
            _ => false,
        }
    }

    /// What is said; what is asked back ends with a question mark.
    #[expect(clippy::too_many_lines, reason = "one sentence for each variant, read as a table")]
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Empty => "Say what you want to know or change; “help” lists what I understand.".to_owned(),
            Self::TooLong { limit, max } => {
                format!("That is more than one request can be ({limit} is {max}). Say it shorter, one thing at a time.")
            }
            Self::Unreadable => {
                "The text holds control or invisible characters, so I can't be sure what it says. Please type it anew."
                    .to_owned()
            }
            Self::Negated => {
                "Nothing is done: I understood that something should not happen. If you want a change, say only what \
                 shall be done."
                    .to_owned()
            }
            Self::Question { offer: Some(offer) } => format!(
                "That is a question, so nothing is done. To see what it would change, say “{offer}”: you get the plan \
                 with everything it touches, and it only runs when you run it."
            ),
            Self::Question { offer: None } => {
                "That is a question, so nothing is done. Say the change itself, such as “restart web”, to see the plan \
                 with everything it touches; it only runs when you run it."
                    .to_owned()
            }
            Self::Several { first: Some(first) } => {
                format!("I take one request at a time, and nothing was done. Start with “{first}”, then say the next.")
            }
            Self::Several { first: None } => {
                "I take one request at a time, and nothing was done. Say them one after the other.".to_owned()
            }
            Self::Later => {
                "I can't do things later or under a condition: a plan is made now and runs when you run it. Nothing was \
                 done; say the request without the time or condition."
                    .to_owned()
            }
            Self::TwoPlaces => {
                "You named two different places, so I don't know which one you mean. Say it with one namespace and one \
                 cluster."
                    .to_owned()
            }
            Self::TwoReadings { readings } => {
                format!("I can read that as {}. Which do you mean?", listed(readings, " or as "))
            }
            Self::UnknownWords { understood, words } => format!(
                "I understood “{}”, but not {}, so nothing was done. Say it again without that, or in other words.",
                shown(understood),
                listed(words, ", ")
            ),
            Self::NeedsName { verb } => {
                format!("Say it with a name, such as “{} web” or “{} deployment web in shop”. Which object do you mean?", shown(verb), shown(verb))
            }
            Self::NotUnderstood { said } => format!("I did not understand “{}”. {EXAMPLES}", shown(said)),
            Self::Flag { flag } => {
                format!("I don't know what {} means here, so nothing was done. Leave it out or say it in words.", listed(std::slice::from_ref(flag), ""))
            }
            Self::Manifest { why } => format!(
                "That manifest can't be applied: {}. After “apply” I take objects as JSON with apiVersion, kind and \
                 metadata.name.",
                shown(why)
            ),
            Self::Missing(missing) => missing_text(missing),
            Self::Talk(talk) => talk_text(*talk).to_owned(),
            Self::UnknownCluster { said, known } => {
                let known = if known.is_empty() { "none by name".to_owned() } else { listed(known, ", ") };
                format!("There is no cluster “{}” here; nothing was done. I know {known}.", shown(said))
            }
            Self::OtherCluster { said, current } => format!(
                "This conversation is about cluster “{}”; nothing was done. To work on “{}”, start a conversation there.",
                shown(current),
                shown(said)
            ),
            Self::NothingBefore => {
                "I don't know what “it” is: nothing was named before. Say the name, such as “restart web”.".to_owned()
            }
            Self::ManyBefore { objects } => {
                let names: Vec<String> = objects.iter().map(Named::plain).collect();
                format!("“It” can be {}. Which one do you mean?", listed(&names, ", "))
            }
            Self::EventsEverywhere => {
                "Events are read one namespace at a time: say “events in shop”. For what is broken anywhere, ask “what \
                 is broken?”."
                    .to_owned()
            }
            Self::NoTool { tool } => {
                format!("This host does not offer me “{}”, so I can't do that here.", shown(tool))
            }
        }
    }
}

fn missing_text(missing: &Missing) -> String {
    match missing {
        Missing::Count { object } => {
            let object = shown(&object.plain());
            format!("Say it with a number, such as “scale {object} to 5”. To how many replicas?")
        }
        Missing::BadCount { said, max } => {
            format!("“{}” is no number I can use. Which whole number from 0 to {max} do you mean?", shown(said))
        }
        Missing::Image { object } => {
            let object = shown(&object.plain());
            format!("Say it with an image and its tag, such as “set image of {object} to nginx:1.27”. To which image?")
        }
        Missing::BadVersion { said } => {
            let said = shown(said);
            format!(
                "“{said}” can mean several things here. For an image say “set image of NAME to IMAGE:TAG” or “upgrade \
                 NAME to tag {said}”; for replicas say “scale NAME to NUMBER”. Which do you mean?"
            )
        }
    }
}

/// What can be said, in a few examples.
const EXAMPLES: &str = "You can ask “what is broken?”, “show pods in shop”, “describe web”, “logs of web” or “events of \
    web”, or have things changed: “scale web to 5”, “set image of web to nginx:1.27”, “restart web”, “delete pod web-1”. \
    Every change is a plan first.";

fn talk_text(talk: Talk) -> &'static str {
    match talk {
        Talk::Help => {
            "I understand plain requests, one at a time, and no model is asked.\n\
             Look: “what is broken?”, “what is wrong with web?”, “show pods in shop”, “show deployment web”, “describe \
             web”, “last 50 lines of web”, “previous logs of web”, “events in shop”.\n\
             Change: “scale web to 5”, “scale web up by 2”, “set image of web to nginx:1.27”, “upgrade web to 1.28”, \
             “restart web”, “delete pod web-1”, “apply” with an object as JSON.\n\
             Say where with “in NAMESPACE” or “NAMESPACE/NAME”; “it” is what we spoke of last. Every change becomes a \
             plan you see before it runs, and “kubechat undo” takes your last run back."
        }
        Talk::Hello => "Hello. Ask “what is broken?” or say what to change; “help” lists what I understand.",
        Talk::Thanks => "You are welcome.",
        Talk::Undo => {
            "Taking back is a plan of its own: `kubechat undo` makes it for your last run. To go to another version, say \
             “roll web back to 1.4”."
        }
        Talk::Run => {
            "I only make plans; you run them: press Enter at the plan, or `kubechat execute` with its id. Nothing was \
             done now."
        }
        Talk::Place => "",
        Talk::Fix => {
            "I don't repair by guess. Ask “what is wrong with web?”: each finding that has a certain fix brings it as a \
             plan."
        }
        Talk::Stop => {
            "Nothing was done. A workload stops when it has no replicas: say “scale web to 0”. Giving it replicas again \
             starts it."
        }
        Talk::Everything => {
            "I take one named object at a time, never all of a kind or of all namespaces; nothing was done. Name the \
             object, such as “delete pod web-1”."
        }
    }
}
