//! Which cluster `up` works on. A cluster that is not on this machine is never taken in silence.

use std::{
    io::{BufRead as _, IsTerminal as _, Write as _},
    path::{Path, PathBuf},
};

use super::{Mode, UpArgs, kubeconfig::Target};
use crate::{error::XtaskError, progress::Progress};

/// What `up` works on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Choice {
    /// The demo cluster, with its own users.
    Demo,
    /// A cluster somebody has.
    Own(Target),
}

/// What decides besides the arguments; the tests bring their own.
pub(super) struct Surroundings<'a> {
    /// `KUBECONFIG`, if set and not empty.
    pub(super) kubeconfig: Option<PathBuf>,
    /// `~/.kube/config`, if that file is there.
    pub(super) home_config: Option<PathBuf>,
    /// Asks a yes-or-no question; `None` where nobody can answer.
    pub(super) ask: Option<&'a dyn Fn(&str) -> bool>,
    /// Where lines are shown.
    pub(super) progress: &'a Progress,
}

/// Decides, asking where a person has to.
///
/// # Errors
/// A kubeconfig that cannot be used, or a cluster nobody agreed to.
pub(super) fn choose(args: &UpArgs, around: &Surroundings<'_>) -> Result<Choice, XtaskError> {
    if args.demo {
        return Ok(Choice::Demo);
    }
    if let Some(path) = args.kubeconfig.clone().or_else(|| around.kubeconfig.clone()) {
        let target = read(&path, args)?;
        around.progress.say(format!("context {} on {} ({})", target.context, target.server, target.path.display()));
        return agreed(target, args, around);
    }
    match &around.home_config {
        Some(path) => offer(path, args, around),
        None => Ok(Choice::Demo),
    }
}

/// The mode asked for; else only reading where the cluster is elsewhere.
pub(super) fn mode(args: &UpArgs, choice: &Choice) -> Mode {
    args.mode.unwrap_or(match choice {
        Choice::Own(target) if !target.on_loopback() => Mode::ReadOnly,
        Choice::Own(_) | Choice::Demo => Mode::Guarded,
    })
}

fn read(path: &Path, args: &UpArgs) -> Result<Target, XtaskError> {
    if path.to_string_lossy().contains(':') {
        return Err(XtaskError::refused(
            "KUBECONFIG names several files",
            "kubectl config view --flatten > one.yaml, then --kubeconfig one.yaml",
        ));
    }
    Target::read(path, args.context.as_deref())
}

fn agreed(target: Target, args: &UpArgs, around: &Surroundings<'_>) -> Result<Choice, XtaskError> {
    if target.on_loopback() || args.yes {
        return Ok(Choice::Own(target));
    }
    let what = format!("{} is not on this machine", target.server);
    match around.ask {
        Some(ask) if ask(&format!("{what}. Use it?")) => Ok(Choice::Own(target)),
        Some(_) => Err(XtaskError::refused("not used", "--demo for a cluster of its own, or --kubeconfig FILE")),
        None => Err(XtaskError::refused(what, "--yes to use it, or --demo for a cluster of its own")),
    }
}

/// `~/.kube/config` by name: taken only when somebody says so.
fn offer(path: &Path, args: &UpArgs, around: &Surroundings<'_>) -> Result<Choice, XtaskError> {
    let shown = path.display();
    // One that cannot be read is no reason not to show the demo.
    let Ok(target) = read(path, args) else { return Ok(Choice::Demo) };
    let described = format!("{shown} has context {} on {}", target.context, target.server);
    match around.ask {
        Some(ask) if ask(&format!("{described}. Use it instead of a demo cluster?")) => Ok(Choice::Own(target)),
        _ => {
            around.progress.say(format!("{described}; not used. To use it: cargo xtask up --kubeconfig {shown}"));
            Ok(Choice::Demo)
        }
    }
}

/// Whether somebody can be asked.
pub(super) fn terminal() -> bool {
    std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}

/// Asks on the terminal; anything but y or yes is no.
pub(super) fn ask(question: &str) -> bool {
    eprint!("{question} [y/N] ");
    // A terminal that cannot show the question gives no answer either.
    let _ = std::io::stderr().flush();
    let mut answer = String::new();
    let read = std::io::stdin().lock().read_line(&mut answer);
    read.is_ok() && ["y", "yes"].contains(&answer.trim().to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use std::{fs, sync::LazyLock};

    use super::*;

    fn kubeconfig(name: &str, server: &str) -> PathBuf {
        let path = std::env::temp_dir().join(format!("kubechat-up-{}-{name}", std::process::id()));
        let text = format!(
            "current-context: a\ncontexts: [{{name: a, context: {{cluster: c}}}}]\n\
             clusters: [{{name: c, cluster: {{server: '{server}'}}}}]\n"
        );
        fs::write(&path, text).expect("written");
        path
    }

    fn around<'a>(ask: Option<&'a dyn Fn(&str) -> bool>) -> Surroundings<'a> {
        // One for all tests: it only says lines.
        static PROGRESS: LazyLock<Progress> = LazyLock::new(Progress::new);
        Surroundings { kubeconfig: None, home_config: None, ask, progress: &PROGRESS }
    }

    fn args(kubeconfig: Option<PathBuf>, yes: bool) -> UpArgs {
        UpArgs { kubeconfig, yes, ..UpArgs::default() }
    }

    #[test]
    fn a_remote_cluster_is_refused_where_nobody_can_be_asked() {
        let path = kubeconfig("refused", "https://10.1.2.3:6443");
        assert!(choose(&args(Some(path.clone()), false), &around(None)).is_err());
        let said_yes = choose(&args(Some(path), true), &around(None)).expect("agreed by --yes");
        assert_eq!(mode(&args(None, true), &said_yes), Mode::ReadOnly);
    }

    #[test]
    fn a_remote_cluster_is_refused_when_the_answer_is_no() {
        let path = kubeconfig("no", "https://10.1.2.3:6443");
        assert!(choose(&args(Some(path), false), &around(Some(&|_| false))).is_err());
    }

    #[test]
    fn a_cluster_on_this_machine_needs_no_answer() {
        let path = kubeconfig("loopback", "https://127.0.0.1:6443");
        let choice = choose(&args(Some(path), false), &around(None)).expect("loopback");
        assert_eq!(mode(&args(None, false), &choice), Mode::Guarded);
    }

    #[test]
    fn the_home_config_is_never_taken_in_silence() {
        let home_config = Some(kubeconfig("home", "https://127.0.0.1:6443"));
        let silent = Surroundings { home_config: home_config.clone(), ..around(None) };
        assert_eq!(choose(&args(None, true), &silent).expect("demo"), Choice::Demo);
        let asked = Surroundings { home_config, ..around(Some(&|_| true)) };
        assert!(matches!(choose(&args(None, false), &asked), Ok(Choice::Own(_))));
    }

    #[test]
    fn demo_beats_a_kubeconfig_that_is_set() {
        let set = Surroundings { kubeconfig: Some("surely-not-there".into()), ..around(None) };
        let demo = UpArgs { demo: true, ..UpArgs::default() };
        assert_eq!(choose(&demo, &set).expect("demo"), Choice::Demo);
    }
}
