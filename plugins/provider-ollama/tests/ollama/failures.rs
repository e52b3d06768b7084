//! Every way not to get an answer, with the command that helps. The sentences are those of Ollama 0.24.0.

use provider_ollama::Ollama;
use replay::{Listener, Recorded, Replay, question};
use wire::{Error, Finish, Health, HttpError, Message, Provider as _};

use crate::streams::TEXT;

/// What `/api/show` says of a model that calls tools, shortened.
pub(crate) const SHOWN: &str = "{\"details\":{\"family\":\"llama\"},\"model_info\":{\"general.architecture\":\"llama\",\"llama.context_length\":32768},\"capabilities\":[\"completion\",\"tools\"]}";

fn asked(settings: &str, answers: Vec<Recorded>) -> (Result<Finish, Error>, Listener) {
    let (wire, mut heard) = (Replay::of(answers), Listener::default());
    let end =
        Ollama::new(settings).expect("settings").complete(&question("qwen3:8b", "scale web to 5"), &wire, &mut heard);
    (end, heard)
}

fn answered(status: u16, sentence: &str) -> Result<Finish, Error> {
    let body = format!("{{\"error\":\"{sentence}\"}}");
    asked("{}", vec![Recorded::new(200, SHOWN), Recorded::new(status, body)]).0
}

fn shown(body: &str) -> Result<Finish, Error> {
    asked("{}", vec![Recorded::new(200, body), Recorded::new(200, TEXT)]).0
}

#[test]
fn a_model_that_is_not_pulled_comes_with_the_command_that_pulls_it() {
    let (end, _) = asked("{}", vec![Recorded::new(404, "{\"error\":\"model 'qwen3:8b' not found\"}")]);
    assert!(matches!(end, Err(Error::ModelNotFound(why)) if why.contains("`ollama pull qwen3:8b`")));
}

#[test]
fn a_model_there_is_no_memory_for_comes_with_what_frees_some() {
    let told = answered(500, "model requires more system memory (5.6 GiB) than is available (3.1 GiB)");
    assert!(
        matches!(told, Err(Error::Unavailable(why)) if why.contains("5.6 GiB") && why.contains("ollama stop") && why.contains("smaller model"))
    );
    let told = answered(500, "llama runner process has terminated: signal: killed");
    assert!(matches!(told, Err(Error::Unavailable(why)) if why.contains("memory")));
}

#[test]
fn a_conversation_too_long_is_said_and_not_cut() {
    let body = "{\"error\":\"the input length exceeds the context length\"}";
    let (end, heard) = asked("{}", vec![Recorded::new(200, SHOWN), Recorded::new(400, body)]);
    assert_eq!(end, Err(Error::ContextTooLong));
    assert!(heard.notes().contains("num_ctx"), "{}", heard.notes());
}

#[test]
fn a_conversation_that_cannot_fit_is_not_sent() {
    let mut request = question("m", "why");
    request.messages.insert(0, Message::User("one two three ".repeat(800)));
    let (wire, mut heard) = (Replay::of([Recorded::new(200, SHOWN)]), Listener::default());
    let end = Ollama::new("{\"num_ctx\":512}").expect("settings").complete(&request, &wire, &mut heard);
    assert_eq!((end, wire.asked().len()), (Err(Error::ContextTooLong), 1));
    assert!(heard.notes().contains("`num_ctx` is 512"), "{}", heard.notes());
}

#[test]
fn a_server_that_dropped_the_beginning_is_found_out() {
    let mut request = question("m", "why");
    request.messages.insert(0, Message::User("one two three ".repeat(800)));
    let (wire, mut heard) = (Replay::of([Recorded::new(200, SHOWN), Recorded::new(200, TEXT)]), Listener::default());
    let end = Ollama::new("{}").expect("settings").complete(&request, &wire, &mut heard);
    assert_eq!(end, Err(Error::ContextTooLong));
    assert!(heard.notes().contains("read only 12 tokens"), "{}", heard.notes());
}

#[test]
fn a_model_that_calls_no_tools_is_not_asked_to() {
    let told = shown("{\"capabilities\":[\"completion\"],\"model_info\":{}}");
    assert!(
        matches!(told, Err(Error::BadRequest(why)) if why.contains("can't call tools") && why.contains("ollama pull"))
    );
    let late = answered(400, "registry.ollama.ai/library/smollm2:latest does not support tools");
    assert!(matches!(late, Err(Error::BadRequest(why)) if why.contains("can't call tools")));
    assert!(shown("{}").is_ok(), "an older server does not say what models can do");
}

#[test]
fn a_model_that_runs_elsewhere_is_refused_until_it_is_allowed() {
    let remote = SHOWN.replace("{\"details\"", "{\"remote_host\":\"https://ollama.com:443\",\"details\"");
    assert!(matches!(shown(&remote), Err(Error::BadRequest(why)) if why.contains("cloud_models")));
    let (end, _) = asked("{\"cloud_models\":true}", vec![Recorded::new(200, remote), Recorded::new(200, TEXT)]);
    assert!(end.is_ok());
    for name in ["gpt-oss:20b-cloud", "glm-5:cloud"] {
        let wire = Replay::of([]);
        let end = Ollama::new("{}").expect("settings").complete(&question(name, "hi"), &wire, &mut Listener::default());
        assert!(matches!(end, Err(Error::BadRequest(_))) && wire.asked().is_empty(), "{name}");
    }
}

#[test]
fn other_refusals_are_told_apart() {
    assert_eq!(
        answered(503, "server busy, please try again.  maximum pending requests exceeded"),
        Err(Error::RateLimited(None))
    );
    let busy = Recorded::new(503, "{\"error\":\"server busy, please try again.\"}").with("retry-after", "17");
    let (end, _) = asked("{}", vec![Recorded::new(200, SHOWN), busy]);
    assert_eq!(end, Err(Error::RateLimited(Some(17))), "whoever stands before it says when");
    assert!(
        matches!(answered(400, "\\\"m\\\" does not support thinking"), Err(Error::BadRequest(why)) if why.contains("`off`"))
    );
    assert!(matches!(answered(401, "unauthorized"), Err(Error::Auth(_))));
    assert!(matches!(answered(400, "unexpected EOF"), Err(Error::BadRequest(why)) if why.contains("unexpected EOF")));
    assert!(matches!(answered(500, "boom"), Err(Error::Unavailable(_))));
    assert!(matches!(shown("<html>"), Err(Error::BadResponse(_))));
}

#[test]
fn a_server_that_is_not_there_and_one_that_goes_are_told_apart() {
    let told = |why: HttpError| {
        Ollama::new("{}").expect("settings").complete(
            &question("m", "hi"),
            &Replay::failing(why),
            &mut Listener::default(),
        )
    };
    assert!(
        matches!(told(HttpError::NotBound), Err(Error::Unavailable(why)) if why.contains("kubechat egress bind ollama http://127.0.0.1:11434"))
    );
    assert!(
        matches!(told(HttpError::Unreachable("refused".to_owned())), Err(Error::Unavailable(why)) if why.contains("is it running?"))
    );
    let gone = Recorded::new(200, &TEXT[..150]).in_pieces(9).then(HttpError::Unreachable("reset".to_owned()));
    let (end, heard) = asked("{}", vec![Recorded::new(200, SHOWN), gone]);
    assert!(matches!(end, Err(Error::Unavailable(why)) if why.contains("in the middle")));
    assert_eq!(heard.text(), "I");
}

#[test]
fn models_are_listed_without_those_that_run_elsewhere() {
    let tags = "{\"models\":[{\"name\":\"smollm2:latest\",\"details\":{\"family\":\"llama\",\"parameter_size\":\"134.52M\",\"quantization_level\":\"Q4_1\"}},{\"name\":\"gpt-oss:20b-cloud\",\"remote_host\":\"https://ollama.com:443\"}]}";
    let list = |settings: &str| {
        let models =
            Ollama::new(settings).expect("settings").models(&Replay::of([Recorded::new(200, tags)])).expect("a list");
        models.into_iter().map(|model| model.title).collect::<Vec<_>>()
    };
    assert_eq!(list("{}"), ["smollm2:latest (llama, 134.52M, Q4_1)"]);
    assert_eq!(list("{\"cloud_models\":true}").len(), 2);
    let health =
        |settings: &str| Ollama::new(settings).expect("settings").health(&Replay::of([Recorded::new(200, tags)]));
    assert_eq!(health("{\"model\":\"smollm2\"}"), Health::Ready);
    assert!(matches!(health("{\"model\":\"qwen3:8b\"}"), Health::Down(why) if why.contains("ollama pull qwen3:8b")));
}
