//! Long readings and long conversations: a model is told what fits, pages the rest, and still knows what was said first.
//!
//! The model is a server that speaks Ollama's wire, counts what it is sent and pages as it is told to; around it everything
//! is real: cluster, host, gate, component. Its context is said in the settings, so that what does not fit would be refused.

use kubechat_harness::{Namespace, Outcome, Plane, User};
use serde_json::{Value, json};

use crate::door::{DEADLINE, Door, components};
use crate::models::{ended, texts};
use crate::vendors::{LIMITED, Vendor};
use crate::wire::{Model, bound};

/// The model's context, tokens.
const CONTEXT: usize = 8_192;
/// Most bytes of a request: three quarters of the context at the host's four bytes a token, and what the wire puts around it.
const REQUEST_BYTES_MAX: usize = CONTEXT * 3 + WIRE_BYTES;
/// JSON of the wire around messages and tools, escapes included.
const WIRE_BYTES: usize = 6 << 10;
/// Most bytes of one result, with what tells that it is data.
const RESULT_BYTES_MAX: usize = 6_200;
/// Lines of the log that is asked about.
const LINES: usize = 2_000;
/// Where the one line stands that says what is wrong, and what it says.
const CULPRIT: (usize, &str) = (711, "ERROR disk of db-0 is full");
/// Readings of the long turn: with the answer as many rounds as a turn may have.
const READINGS: usize = 7;
/// Turns of the long conversation.
const TURNS: usize = 16;

/// The bodies of what the model was asked.
fn bodies(model: &Model) -> Vec<Value> {
    let chats = model.got().into_iter().filter(|request| request.starts_with("POST /api/chat"));
    chats.filter_map(|request| serde_json::from_str(request.split_once("\r\n\r\n")?.1).ok()).collect()
}

/// What was read since the person spoke last.
fn results(asked: &Value) -> Vec<Value> {
    let messages = asked["messages"].as_array().unwrap();
    let last = messages.iter().rposition(|message| message["role"] == "user").unwrap_or(0);
    let tools = messages[last..].iter().filter(|message| message["role"] == "tool");
    tools.filter_map(|one| serde_json::from_str(one["content"].as_str()?).ok()).collect()
}

/// Reads the log the person names, pages it once where they say so, and cites what it read.
fn answer(asked: &Value) -> Value {
    let tokens = asked.to_string().len() / 4;
    let messages = asked["messages"].as_array().unwrap();
    let said = messages.iter().rfind(|message| message["role"] == "user").and_then(|one| one["content"].as_str());
    let words: Vec<&str> =
        said.unwrap_or_default().split("about ").last().unwrap_or_default().split_whitespace().collect();
    let results = results(asked);
    let call = |arguments: Value| {
        let function = json!({"name": "look", "arguments": arguments});
        json!({"message": {"role": "assistant", "content": "", "tool_calls": [{"function": function}]},
            "done": true, "done_reason": "stop", "prompt_eval_count": tokens, "eval_count": 20})
    };
    match (results.last(), &words[..]) {
        (None, ["logs", kind, name, ..]) => {
            call(json!({"op": "logs", "lines": LINES, "target": {"kind": kind, "name": name}}))
        }
        (None, ["more", of, at, ..]) => {
            call(json!({"op": "more", "of": of.parse::<u32>().unwrap(), "at": at.parse::<u32>().unwrap()}))
        }
        (Some(last), ["logs", _, _, "paged", ..]) if last["data"]["next"].is_object() && results.len() < 2 => {
            call(last["data"]["next"].clone())
        }
        (Some(last), ["logs", _, _, "often", ..]) if last["data"]["next"].is_object() && results.len() < READINGS => {
            call(last["data"]["next"].clone())
        }
        (last, _) => {
            let cited = last.and_then(|last| last["evidence"].as_str()).unwrap_or("e0");
            json!({"message": {"role": "assistant", "content": format!("the disk is full [{cited}]")}, "done": true,
                "done_reason": "stop", "prompt_eval_count": tokens, "eval_count": 20})
        }
    }
}

fn line(at: usize) -> String {
    if at == CULPRIT.0 {
        CULPRIT.1.to_owned()
    } else {
        format!("12:{at} GET /cart/{} took {}ms by worker-{}", at * 7, at % 90, at % 5)
    }
}

/// A host with the model and a pod that logs much; before the model another one, elsewhere, which may see no logs.
async fn scene(name: &str, elsewhere: Option<&Vendor>) -> Outcome<Option<(Namespace, Model, Door)>> {
    let Some(components) = components() else {
        println!("skipped: no components; `cargo xtask component build` makes them");
        return Ok(None);
    };
    let shop = Plane::shared().await?.namespace(name).await?;
    let log: Vec<String> = (0..LINES).map(line).collect();
    let pod = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "cart", "annotations":
        {"kubechat.dev/logs": log.join("\n")}}, "spec": {"containers": [{"name": "main", "image": "main:1"}]}});
    shop.apply(&pod.to_string()).await?;
    shop.kubectl(User::Admin).run(&["wait", "--for=condition=Ready", "pod/cart", "--timeout=60s"]).await?;
    let model = Model::listens(answer);
    let first = elsewhere.map_or("", |_| "{provider = 'provider-anthropic', settings = {model = 'elsewhere'}}, ");
    let settings = format!(
        "models = [{first}{{provider = 'provider-ollama', settings = {{model = 'pager', num_ctx = {CONTEXT}}}}}]"
    );
    let elsewhere = elsewhere.map_or_else(String::new, |vendor| {
        let url = vendor.address();
        format!("[egress.anthropic]\nurl = 'http://{url}'\ninternal = true\ndata = ['prompts', 'objects']\n")
    });
    let (kubeconfig, bound) = (shop.kubeconfig(User::Admin), bound(model.address) + &elsewhere);
    let door = Door::tables_on(kubeconfig.to_str().unwrap(), &settings, &bound, Some(&components), &[]).await;
    Ok(Some((shop, model, door)))
}

/// A turn of a conversation, a new one where there is none.
async fn ask(door: &Door, thread: Option<&Value>, sentence: &str) -> Value {
    let body = match thread {
        Some(thread) => json!({"sentence": sentence, "thread": thread}),
        None => json!({"sentence": sentence}),
    };
    ended(DEADLINE, door, &body).await
}

fn part<'a>(turn: &'a Value, name: &str) -> &'a Value {
    let part = turn["parts"].as_array().unwrap().iter().rfind(|part| part["part"] == name);
    part.unwrap_or_else(|| panic!("no {name}: {turn}"))
}

#[tokio::test]
async fn of_a_long_log_a_model_is_told_what_matters_and_pages_the_rest_of_its_own_conversation_only() -> Outcome {
    let Some((shop, model, door)) = scene("long-log", None).await? else { return Ok(()) };
    let turn = ask(&door, None, "compose a haiku about logs pod cart paged").await;
    assert_eq!(turn["state"], "answered", "{turn}");
    let text = part(&turn, "text");
    assert_eq!((&text["text"], &text["cites"]), (&json!("the disk is full [e1]"), &json!([1])), "{text}");
    assert!(text.get("unproven").is_none());
    let shown = part(&turn, "answer")["answer"]["sources"][0]["lines"].as_array().unwrap();
    assert_eq!(shown.len(), LINES, "the person has the whole");

    let asked = bodies(&model);
    let last = asked.last().unwrap();
    let told = results(last);
    assert_eq!(told.len(), 2, "a brief and a page: {last}");
    let brief = &told[0]["data"];
    assert!(brief["summary"].as_str().unwrap().contains("2000 log lines"), "{brief}");
    assert!(brief["lines"].to_string().contains(CULPRIT.1), "{brief}");
    assert!(brief["lines"].to_string().contains(&line(LINES - 1)), "{brief}");
    let paged: Vec<&Value> = told[1..].iter().flat_map(|page| page["data"]["lines"].as_array().unwrap()).collect();
    assert_eq!(*paged[0], json!(format!("== {}/cart", shop.name())));
    for (at, one) in paged.iter().skip(1).enumerate() {
        assert_eq!(**one, json!(line(at)));
    }
    for one in &told {
        assert_eq!((&one["evidence"], one["from"].as_str().unwrap().split(' ').next()), (&json!("e1"), Some("logs")));
        assert!(one.to_string().len() <= RESULT_BYTES_MAX, "{}", one.to_string().len());
    }
    bounded(&asked);

    let again = ask(&door, Some(&turn["thread"]), "compose a haiku about more 1 1000").await;
    assert_eq!(part(&again, "tool")["problem"], Value::Null, "a later turn pages what an earlier one read: {again}");
    assert!(results(bodies(&model).last().unwrap())[0].to_string().contains(&line(1_000)));
    for (thread, sentence) in [
        (None, "about more 1 0"),
        (Some(&turn["thread"]), "about more 7 0"),
        (Some(&turn["thread"]), "about more 1 9999"),
    ] {
        let refused = ask(&door, thread, &format!("compose a haiku {sentence}")).await;
        let problem = &part(&refused, "tool")["problem"];
        assert_eq!(problem["code"], "not-found", "{sentence}: {refused}");
        assert!(!refused.to_string().contains("worker-"), "nothing of another conversation: {refused}");
    }
    Ok(())
}

#[tokio::test]
async fn a_model_that_may_see_no_logs_is_closed_to_what_was_read_of_them_and_to_pages_of_it() -> Outcome {
    let elsewhere = Vendor::plays(LIMITED);
    let Some((_shop, _model, door)) = scene("long-closed", Some(&elsewhere)).await? else { return Ok(()) };
    let turn = ask(&door, None, "compose a haiku about logs pod cart").await;
    assert_eq!(turn["state"], "answered", "{turn}");
    let asked = elsewhere.asked().len();
    assert!(asked > 0, "before anything is read it is asked first");

    let paged = ask(&door, Some(&turn["thread"]), "compose a haiku about more 1 1000").await;
    assert_eq!((&paged["state"], &paged["provider"]), (&json!("answered"), &json!("pager · provider-ollama 0.1.0")));
    assert_eq!(elsewhere.asked().len(), asked, "logs are in the conversation, and a page of them: {paged}");
    assert!(!elsewhere.asked().concat().contains("worker-"));
    let why = |note: &&str| {
        note.starts_with("elsewhere · provider-anthropic") && note.contains("logs may not go to anthropic")
    };
    assert!(texts(&paged, "note").iter().any(why), "which data closed it is said: {paged}");

    ask(&door, None, "compose a haiku about nothing").await;
    assert!(elsewhere.asked().len() > asked, "another conversation holds none");
    Ok(())
}

#[tokio::test]
async fn a_long_turn_stays_within_the_context_and_what_it_tells_in_short_can_be_shown_again() -> Outcome {
    let Some((_shop, model, door)) = scene("long-turn", None).await? else { return Ok(()) };
    let turn = ask(&door, None, "compose a haiku about logs pod cart often").await;
    assert_eq!(turn["state"], "answered", "{turn}");
    let asked = bodies(&model);
    bounded(&asked);
    let told = results(asked.last().unwrap());
    assert_eq!(told.len(), READINGS, "{told:?}");
    assert!(told[READINGS - 1]["data"]["lines"].is_array(), "what was read last is whole: {}", told[READINGS - 1]);
    let short = told.iter().take_while(|one| one["data"]["in_short"].is_string()).count();
    assert!((1..READINGS).contains(&short), "{told:?}");
    assert!(told[short..].iter().all(|one| one["data"]["lines"].is_array()), "the oldest go first: {told:?}");
    assert!(told[0]["data"]["in_short"].as_str().unwrap().contains("2000 log lines"), "{}", told[0]);

    let next = &told[1]["data"]["next"];
    let again =
        ask(&door, Some(&turn["thread"]), &format!("compose a haiku about more {} {}", next["of"], next["at"])).await;
    assert_eq!(part(&again, "tool")["problem"], Value::Null, "{again}");
    let page = results(bodies(&model).last().unwrap()).remove(0);
    assert_eq!(page["data"]["lines"][1], json!(line(0)), "the page as it was: {page}");
    Ok(())
}

#[tokio::test]
async fn a_long_conversation_stays_within_the_context_and_keeps_the_persons_first_words() -> Outcome {
    let Some((_shop, model, door)) = scene("long-talk", None).await? else { return Ok(()) };
    let first = "compose a haiku for the zebra about logs pod cart";
    let turn = ask(&door, None, first).await;
    let thread = &turn["thread"];
    for at in 1..TURNS {
        let turn = ask(&door, Some(thread), &format!("compose a haiku {at} about logs pod cart paged")).await;
        assert_eq!(turn["state"], "answered", "{turn}");
    }
    let asked = bodies(&model);
    bounded(&asked);
    let messages = asked.last().unwrap()["messages"].as_array().unwrap();
    let said: Vec<&str> =
        messages.iter().filter(|one| one["role"] == "user").filter_map(|one| one["content"].as_str()).collect();
    assert_eq!((said.len(), said[0]), (TURNS, first), "every sentence, the first word for word");
    let text = asked.last().unwrap().to_string();
    for evidence in [TURNS - 1, TURNS] {
        assert!(text.contains(&format!("e{evidence}")), "e{evidence}: {text}");
    }
    Ok(())
}

/// Every request fits, and begins like every other: system and tools.
fn bounded(asked: &[Value]) {
    let begins = |asked: &Value| (asked["messages"][0].clone(), asked["tools"].clone());
    for one in asked {
        assert!(one.to_string().len() <= REQUEST_BYTES_MAX, "{}: {one}", one.to_string().len());
        assert_eq!(begins(one), begins(&asked[0]));
    }
}
