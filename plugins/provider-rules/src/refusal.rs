//! Every way not to do something, and what is said then. Nothing here calls a tool.

use crate::answer::{listed, shown};
use crate::context::Named;
use crate::intent::{Missing, Need, Talk};

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
    /// A place behind several changes.
    PlaceOfWhich {
        namespace: String,
    },
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
    /// A cluster behind some of several changes.
    ClusterOfWhich {
        cluster: Option<String>,
    },
    /// A look at several clusters.
    OneClusterALook,
    NothingBefore,
    /// "The second one", and nothing was listed.
    NotShown {
        said: String,
    },
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
            Self::PlaceOfWhich { .. } => "place-of-which",
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
            Self::Missing(Missing::BadValue { .. }) => "bad-value",
            Self::Missing(Missing::Part { .. }) => "needs-part",
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
            Self::ClusterOfWhich { .. } => "cluster-of-which",
            Self::OneClusterALook => "one-cluster-a-look",
            Self::NothingBefore => "nothing-before",
            Self::NotShown { .. } => "not-shown",
            Self::ManyBefore { .. } => "many-before",
            Self::EventsEverywhere => "events-everywhere",
            Self::NoTool { .. } => "no-tool",
        }
    }

    /// Whether that is an answer all the same: talk, advice on a question, or a question back to the person.
    pub(crate) fn answers(&self) -> bool {
        match self {
            Self::Empty | Self::Question { .. } | Self::NeedsName { .. } | Self::Missing(_) => true,
            Self::TwoReadings { .. } | Self::ManyBefore { .. } | Self::PlaceOfWhich { .. } => true,
            Self::ClusterOfWhich { .. } => true,
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
                format!("I did not understand all of these requests, so nothing was done. Start with “{first}”, then say the next.")
            }
            Self::Several { first: None } => {
                "I did not understand all of these requests, so nothing was done. Say them one after the other.".to_owned()
            }
            Self::Later => {
                "I can't do things later or under a condition: a plan is made now and runs when you run it. Nothing was \
                 done; say the request without the time or condition."
                    .to_owned()
            }
            Self::PlaceOfWhich { namespace } => {
                let place = shown(namespace);
                format!(
                    "“in {place}” can be meant for the last change or for all of them; nothing was done. Say “in {place}, …” \
                     for all, or say the place with each. Which do you mean?"
                )
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
            Self::ClusterOfWhich { cluster } => {
                let cluster = cluster.as_ref().map_or_else(|| "that cluster".to_owned(), |name| format!("“{}”", shown(name)));
                format!("Say the cluster with each of these, or before all. Is {cluster} meant for all of them, or for one?")
            }
            Self::OneClusterALook => {
                "I look at one cluster at a time; changes can be asked for on several. Ask again with one of them.".to_owned()
            }
            Self::NothingBefore => {
                "I don't know what “it” is: nothing was named before. Say the name, such as “restart web”.".to_owned()
            }
            Self::NotShown { said } => {
                format!("I don't see “{}” in what was shown before; nothing was done. Say the name instead.", shown(said))
            }
            Self::ManyBefore { objects } => {
                let names: Vec<String> = objects.iter().map(Named::plain).collect();
                format!("“It” can be {}. Which one do you mean?", listed(&names, ", "))
            }
            Self::EventsEverywhere => {
                "Events and changes are read one namespace at a time: say “events in shop”. For what is broken anywhere, ask “what \
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
        Missing::BadValue { said, wanted } => {
            format!("“{}” is no value I can use here; say it with {wanted}. Which do you mean?", shown(said))
        }
        Missing::Part { need, object } => {
            let object = object.as_ref().map_or_else(|| "web".to_owned(), |object| shown(&object.plain()));
            format!("{} Such as “{}”. {}", need_said(*need), need.example().replace("{}", &object), need_asked(*need))
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

/// Why a part is asked for.
fn need_said(need: Need) -> &'static str {
    match need {
        Need::Bound => "A container has a request, which is kept free for it, and a limit, which it can't exceed.",
        Need::EnvOrLabel => "That can be an environment variable or a label.",
        Need::EnvOfWhat => "Say on which workload.",
        Need::Pairs => "Say what to set, as KEY=VALUE.",
        Need::Port => "Say on which port.",
        Need::Bounds => "Say between how many replicas, the smaller number first.",
        Need::Taint => "Say which taint, as KEY=VALUE:EFFECT with NoSchedule, PreferNoSchedule or NoExecute.",
        Need::Patch => "After “patch NAME with” I take the patch as JSON.",
        Need::Pause => "A rollout can be paused; a workload stops when it is scaled to 0.",
    }
}

fn need_asked(need: Need) -> &'static str {
    match need {
        Need::Bound => "The request or the limit, and how much?",
        Need::EnvOrLabel => "Which do you mean?",
        Need::EnvOfWhat => "On what?",
        Need::Pairs | Need::Taint | Need::Patch => "Which one?",
        Need::Port => "Which port?",
        Need::Bounds => "Between which numbers?",
        Need::Pause => "Which do you want?",
    }
}

/// What can be said, in a few examples.
const EXAMPLES: &str = "You can ask “what is broken?”, “show pods in shop”, “describe web”, “logs of web” or “events of \
    web”, or have things changed: “scale web to 5”, “set image of web to nginx:1.27”, “set LOG_LEVEL=debug on web”, “roll back \
    web”, “drain node-3”. \
    Every change is a plan first.";

fn talk_text(talk: Talk) -> &'static str {
    match talk {
        Talk::Help => {
            "I understand plain requests, and no model is asked.\n\
             Look: “what is broken?”, “what is wrong with web?”, “what changed in the last hour?”, “show pods in shop”, \
             “pods by restarts”, “top pods by memory”, “images in use”, “who can delete secrets in shop?”, “describe web”, \
             “last 50 lines of web”, “events in shop”.\n\
             Change: “scale web to 5”, “set image of web to nginx:1.27”, “restart web”, “roll back web”, “pause the \
             rollout of web”, “set LOG_LEVEL=debug on web”, “set the memory limit of web to 1Gi”, “label pod web-1 a=b”, \
             “expose web on port 80”, “autoscale web between 2 and 10”, “cordon node-3 and drain it”, “taint node-3 with \
             a=b:NoSchedule”, “suspend cronjob nightly”, “create namespace qa”, “patch” and “apply” with JSON, “delete \
             pod web-1”.\n\
             Say where with “in NAMESPACE” or “NAMESPACE/NAME”; “it” is what we spoke of last. Every change becomes a \
             plan you see before it runs, and “kubechat undo” takes your last run back."
        }
        Talk::Hello => "Hello. Ask “what is broken?” or say what to change; “help” lists what I understand.",
        Talk::Thanks => "You are welcome.",
        Talk::Undo => {
            "Taking back is a plan of its own: `kubechat undo` makes it for your last run. For the version \
             a workload had before, say “roll back web”; for another one “roll web back to v1.4”."
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
