//! The program on a terminal: what counts as consent there, and what does not.

use std::process::{ExitStatus, Stdio};

use kubechat_harness::{Namespace, Outcome, Plane, User};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{Child, ChildStdin, Command};
use tokio::sync::watch;

use crate::commands::{prompted, said};
use crate::door::{DEADLINE, Door, components};

/// The last of what is asked about a plan.
const KEYS: &str = "[n]o ";

/// The program at a terminal of its own, which `script` of util-linux makes.
struct Terminal {
    program: Child,
    keyboard: ChildStdin,
    screen: watch::Receiver<String>,
}

impl Terminal {
    /// Runs it with these words, in none of which a quote stands, against this host.
    fn runs(door: &Door, args: &[&str]) -> Self {
        let (home, server) = (door.folder(), door.address.to_string());
        let words = [env!("CARGO_BIN_EXE_kubechat"), "--server", &server].into_iter().chain(args.iter().copied());
        let line = words.map(|word| format!("'{word}'")).collect::<Vec<_>>().join(" ");
        let mut command = Command::new("script");
        command.args(["--quiet", "--flush", "--return", "--echo", "always", "--command", &line, "/dev/null"]);
        command.env_clear().env("PATH", "/usr/bin:/bin").env("SHELL", "/bin/sh").current_dir(home);
        command.env("HOME", home).env("XDG_RUNTIME_DIR", home.join("run"));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut program = command.kill_on_drop(true).spawn().expect("script of util-linux");
        let (keyboard, mut line) = (program.stdin.take().unwrap(), program.stdout.take().unwrap());
        let (shows, screen) = watch::channel(String::new());
        tokio::spawn(async move {
            let mut bytes = [0; 4096];
            while let Ok(count @ 1..) = line.read(&mut bytes).await {
                shows.send_modify(|text| text.push_str(&String::from_utf8_lossy(&bytes[..count])));
            }
        });
        Self { program, keyboard, screen }
    }

    async fn types(&mut self, keys: &str) {
        self.keyboard.write_all(keys.as_bytes()).await.unwrap();
    }

    /// Waits until a text stands there so many times.
    async fn shows(&mut self, words: &str, times: usize) {
        let there = self.screen.wait_for(|text| text.matches(words).count() >= times);
        let there = tokio::time::timeout(DEADLINE, there).await.is_ok_and(|shown| shown.is_ok());
        assert!(there, "{words:?} stands there {times} times: {}", *self.screen.borrow());
    }

    /// Waits for its end, and says all that stood there.
    async fn ends(mut self) -> (ExitStatus, String) {
        let status =
            tokio::time::timeout(DEADLINE, self.program.wait()).await.expect("an end within the deadline").unwrap();
        // All of it stands there once the program's end of the line is closed.
        let _ = tokio::time::timeout(DEADLINE, async { while self.screen.changed().await.is_ok() {} }).await;
        let screen = self.screen.borrow().clone();
        (status, screen)
    }
}

async fn replicas(shop: &Namespace) -> Outcome<u64> {
    Ok(shop.get("deployment", "web").await?["spec"]["replicas"].as_u64().unwrap_or_default())
}

/// A shop of one deployment of one pod, and a host on it: mira asks for changes, jon may approve them. Nothing where no
/// components were built.
async fn open(name: &str, labels: &[(&str, &str)]) -> Outcome<Option<(Namespace, Door)>> {
    let Some(components) = components() else {
        println!("skipped: no components; `cargo xtask component build` makes them");
        return Ok(None);
    };
    let shop = Plane::shared().await?.namespace_labelled(name, labels).await?;
    shop.deploy("web", "registry.example/web:1", 1, &[]).await?;
    shop.rolled_out("web").await?;
    let (first, second) = (shop.kubeconfig(User::Editor), shop.kubeconfig(User::Second));
    let people = [("mira", first.to_str().unwrap()), ("jon", second.to_str().unwrap())];
    let door = Door::open("mode = 'guarded'", Some(&components), &people).await;
    Ok(Some((shop, door)))
}

#[tokio::test]
async fn what_was_typed_before_the_question_stood_there_decides_nothing() -> Outcome {
    let Some((shop, door)) = open("terminal", &[]).await? else { return Ok(()) };
    let mut at = Terminal::runs(&door, &["--as", "mira", "ask", "scale web to 2"]);
    at.types("n\r").await;
    at.shows("n\r\n", 1).await;
    at.shows(KEYS, 1).await;
    // The second key is pressed before what the first one shows was seen.
    at.types("d\r").await;
    at.shows(KEYS, 2).await;
    // It asks on: nothing runs meanwhile.
    at.types("d").await;
    at.shows(KEYS, 3).await;
    at.shows("Touches    1 pod and ", 3).await;
    assert_eq!(replicas(&shop).await?, 1, "{}", *at.screen.borrow());
    at.types("\r").await;
    let (status, screen) = at.ends().await;
    assert!(status.success() && screen.contains("done."), "{screen}");
    assert_eq!(replicas(&shop).await?, 2);
    Ok(())
}

#[tokio::test]
async fn a_plan_is_rejected_by_a_key_and_nothing_is_changed() -> Outcome {
    let Some((shop, door)) = open("terminal-no", &[]).await? else { return Ok(()) };
    let mut at = Terminal::runs(&door, &["--as", "mira", "ask", "scale web to 2"]);
    at.shows(KEYS, 1).await;
    at.types("n").await;
    let (status, screen) = at.ends().await;
    assert!(status.success() && screen.contains("rejected; nothing was changed"), "{screen}");
    assert_eq!(replicas(&shop).await?, 1);
    Ok(())
}

#[tokio::test]
async fn a_yes_that_was_typed_before_the_plan_was_shown_is_no_vote() -> Outcome {
    let Some((shop, door)) = open("terminal-vote", &[("environment", "production")]).await? else { return Ok(()) };
    let server = door.address.to_string();
    let asked = prompted(door.folder(), &["--server", &server, "--as", "mira", "ask"], "scale web to 0\n").await;
    let plans = door.get("mira", "/api/v1/plans").await.json();
    let plan = plans["items"][0]["id"].as_str().unwrap_or_else(|| panic!("{}", said(&asked))).to_owned();
    let vote = ["--as", "jon", "approve", &plan];
    let mut at = Terminal::runs(&door, &vote);
    at.types("y\r").await;
    at.shows("y\r\n", 1).await;
    at.shows("[y/N] ", 1).await;
    at.types("\r").await;
    let (status, screen) = at.ends().await;
    assert!(!status.success() && screen.contains("not approved; nothing was changed"), "{screen}");
    let mut at = Terminal::runs(&door, &vote);
    at.shows("[y/N] ", 1).await;
    at.types("y\r").await;
    let (status, screen) = at.ends().await;
    assert!(status.success() && screen.contains("approved by jon"), "{screen}");
    assert_eq!(replicas(&shop).await?, 1, "a vote runs nothing");
    Ok(())
}
