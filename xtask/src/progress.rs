//! Step lines with times on stderr.
//!
//! On a terminal the steps under way stand on one line at the bottom, redrawn a few times a second.
//! Elsewhere (CI, a pipe) a step is a plain line when it starts and one when it ends, and a long one
//! says every `HEARTBEAT` that it is still at work. Steps may run on several threads at once.

use std::{
    io::{IsTerminal, Write},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

/// How often the terminal's line is redrawn.
const REDRAW: Duration = Duration::from_millis(150);
/// How often a long step says so where there is no terminal.
const HEARTBEAT: Duration = Duration::from_secs(30);
/// What of a line fits on a terminal we do not measure.
const LINE_CHARS_MAX: usize = 100;

/// Shows steps. Cheap to clone; all clones draw the same screen.
#[derive(Clone)]
pub(crate) struct Progress {
    screen: Arc<Mutex<Screen>>,
}

struct Screen {
    terminal: bool,
    drawn: bool,
    running: Vec<Running>,
    next: u64,
}

struct Running {
    id: u64,
    name: String,
    detail: String,
    since: Instant,
    said: Instant,
}

/// One step under way. Dropped without `done`, it is shown as failed.
pub(crate) struct Step {
    screen: Arc<Mutex<Screen>>,
    id: u64,
    ended: bool,
}

impl Progress {
    /// Looks once whether stderr is a terminal.
    pub(crate) fn new() -> Self {
        let terminal = std::io::stderr().is_terminal() && std::env::var_os("TERM").is_none_or(|term| term != "dumb");
        let screen = Arc::new(Mutex::new(Screen { terminal, drawn: false, running: Vec::new(), next: 0 }));
        let watched = Arc::downgrade(&screen);
        // Ends with the last Progress and Step: the weak reference then leads nowhere.
        thread::spawn(move || {
            while let Some(screen) = watched.upgrade() {
                held(&screen).tick();
                drop(screen);
                thread::sleep(REDRAW);
            }
        });
        Self { screen }
    }

    /// Begins a step; `name` is a short sentence such as "Build the host".
    pub(crate) fn step(&self, name: impl Into<String>) -> Step {
        let mut screen = held(&self.screen);
        let (id, name, now) = (screen.next, name.into(), Instant::now());
        screen.next += 1;
        if !screen.terminal {
            eprintln!("   ..  {name}");
        }
        screen.running.push(Running { id, name, detail: String::new(), since: now, said: now });
        screen.draw();
        Step { screen: Arc::clone(&self.screen), id, ended: false }
    }

    /// Prints a line that stays.
    pub(crate) fn say(&self, line: impl AsRef<str>) {
        held(&self.screen).print(line.as_ref());
    }
}

impl Step {
    /// Shows what the step is at right now: a program's latest line, a count.
    pub(crate) fn detail(&self, detail: impl Into<String>) {
        let mut screen = held(&self.screen);
        let id = self.id;
        if let Some(running) = screen.running.iter_mut().find(|running| running.id == id) {
            running.detail = detail.into();
        }
    }

    /// Ends the step well; `result` (may be empty) stands behind its name.
    pub(crate) fn done(mut self, result: impl AsRef<str>) {
        self.end("ok", result.as_ref());
    }

    fn end(&mut self, mark: &str, result: &str) {
        self.ended = true;
        let mut screen = held(&self.screen);
        let Some(at) = screen.running.iter().position(|running| running.id == self.id) else { return };
        let ended = screen.running.remove(at);
        let result = if result.is_empty() { String::new() } else { format!(" — {result}") };
        screen.print(&format!("{mark:>5}  {}{result} ({})", ended.name, seconds(ended.since.elapsed())));
    }
}

impl Drop for Step {
    fn drop(&mut self) {
        if !self.ended {
            self.end("FAIL", "");
        }
    }
}

impl Screen {
    fn tick(&mut self) {
        if self.terminal {
            self.draw();
            return;
        }
        for running in self.running.iter_mut().filter(|running| running.said.elapsed() >= HEARTBEAT) {
            running.said = Instant::now();
            let line = format!("   ..  {} ({}) {}", running.name, seconds(running.since.elapsed()), running.detail);
            eprintln!("{}", line.trim_end());
        }
    }

    fn print(&mut self, line: &str) {
        self.clear();
        eprintln!("{line}");
        self.draw();
    }

    fn draw(&mut self) {
        if !self.terminal || self.running.is_empty() {
            return;
        }
        self.clear();
        let steps: Vec<_> = self.running.iter().map(Running::short).collect();
        let line: String = format!("   ..  {}", steps.join(" | ")).chars().take(LINE_CHARS_MAX).collect();
        eprint!("{line}");
        // A terminal that does not take the line is no reason to stop working.
        let _ = std::io::stderr().flush();
        self.drawn = true;
    }

    fn clear(&mut self) {
        if self.drawn {
            eprint!("\r\x1b[2K");
            self.drawn = false;
        }
    }
}

impl Running {
    fn short(&self) -> String {
        let elapsed = seconds(self.since.elapsed());
        if self.detail.is_empty() {
            format!("{} {elapsed}", self.name)
        } else {
            format!("{} {elapsed}: {}", self.name, self.detail)
        }
    }
}

/// A poisoned lock still holds a usable screen: the thread that panicked was only drawing.
fn held(screen: &Mutex<Screen>) -> MutexGuard<'_, Screen> {
    screen.lock().unwrap_or_else(PoisonError::into_inner)
}

/// `0.4 s`, `12 s`, `3 min 05 s`.
pub(crate) fn seconds(elapsed: Duration) -> String {
    let whole = elapsed.as_secs();
    match whole {
        0..10 => format!("{:.1} s", elapsed.as_secs_f64()),
        10..60 => format!("{whole} s"),
        _ => format!("{} min {:02} s", whole / 60, whole % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_as_a_person_would_say_them() {
        let shown: Vec<_> = [400, 12_900, 185_000].map(|ms| seconds(Duration::from_millis(ms))).into();
        assert_eq!(shown, ["0.4 s", "12 s", "3 min 05 s"]);
    }
}
