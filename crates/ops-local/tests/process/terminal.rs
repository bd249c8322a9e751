//! `rds-ops` on a pseudo-terminal, as a person uses it.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use console::{measure_text_width, strip_ansi_codes};
use rustix_openpty::openpty;
use rustix_openpty::rustix::termios::Winsize;

use crate::support::{DEADLINE, SPEED, calls, folder, rds_ops};

/// A program on a terminal of its own.
struct Session {
    child: Child,
    terminal: File,
    shown: String,
}

impl Session {
    fn start(columns: u16, folder: &Path, args: &[&str], variables: &[(&str, &str)]) -> Self {
        let size = Winsize { ws_row: 40, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 };
        let pty = openpty(None, Some(&size)).unwrap();
        let side = || Stdio::from(pty.user.try_clone().unwrap());
        let mut command = rds_ops(args);
        command.arg("--data").arg(folder).env("TERM", "xterm-256color").env_remove("NO_COLOR");
        command.envs(variables.iter().copied());
        let child = command.stdin(side()).stdout(side()).stderr(side()).spawn().unwrap();
        Self { child, terminal: File::from(pty.controller), shown: String::new() }
    }

    /// Reads until the terminal shows this text.
    fn until(&mut self, text: &str) {
        let begun = Instant::now();
        while !self.shown.contains(text) {
            assert!(self.read() && begun.elapsed() < DEADLINE, "no {text:?}: {}", self.shown);
        }
    }

    /// Reads what there is; `false` when the program has closed its side.
    fn read(&mut self) -> bool {
        let mut bytes = [0; 4096];
        match self.terminal.read(&mut bytes) {
            Ok(0) | Err(_) => false,
            Ok(count) => {
                self.shown += &String::from_utf8_lossy(&bytes[..count]);
                true
            }
        }
    }

    fn answer(&mut self, text: &str) {
        self.terminal.write_all(format!("{text}\n").as_bytes()).unwrap();
    }

    /// All that was shown, and the exit code.
    fn end(mut self) -> (String, i32) {
        while self.read() {}
        (self.shown, self.child.wait().unwrap().code().unwrap())
    }
}

#[test]
fn a_person_confirms_an_interruption_by_the_name() {
    let folder = folder();
    let reboot = ["run", "reboot_instance", "test-mysql-01", "--speed", SPEED];
    for (typed, code, sent) in [("test-mysql-02", 2, 0), ("", 2, 0), ("test-mysql-01", 0, 1)] {
        let mut session = Session::start(100, folder.path(), &reboot, &[]);
        session.until("Type the name of the instance");
        assert!(session.shown.contains("RebootDBInstance"), "{}", session.shown);
        assert_eq!(calls(folder.path()).len(), 0, "nothing is sent before the answer");
        session.answer(typed);
        let (shown, ended) = session.end();
        assert_eq!((ended, calls(folder.path()).len()), (code, sent), "{typed:?}: {shown}");
        assert_eq!(shown.contains("not confirmed; nothing was sent"), code == 2, "{shown}");
    }
}

/// A bar that is wider than the terminal would fill it with its remains.
#[test]
fn progress_is_one_line_in_any_width() {
    for columns in [20, 60, 110, 200] {
        let folder = folder();
        let snapshot = ["run", "create_snapshot", "dev-postgres-01", "-p", "snapshot_id=s1"];
        let args = [&snapshot[..], &["--speed", SPEED]].concat();
        let (shown, code) = Session::start(columns, folder.path(), &args, &[]).end();
        assert_eq!(code, 0, "{shown}");
        let drawn: Vec<&str> =
            shown.split(['\r', '\n']).filter(|line| line.contains("% in pro")).collect();
        assert!(drawn.len() > 2, "{columns}: {shown:?}");
        for line in drawn {
            let width = measure_text_width(line);
            assert!(width <= usize::from(columns), "{columns} columns, {width}: {line:?}");
        }
    }
}

#[test]
fn colours_are_for_terminals_that_want_them() {
    let folder = folder();
    let list = ["instances", "--limit", "2"];
    let shown = |variables| Session::start(150, folder.path(), &list, variables).end().0;
    let plain = |shown: &str| strip_ansi_codes(shown).into_owned();
    let coloured = shown(&[]);
    assert!(coloured.contains("\u{1b}[1m"), "{coloured:?}");
    let uncoloured = shown(&[("NO_COLOR", "1")]);
    assert!(!uncoloured.contains('\u{1b}'), "{uncoloured:?}");
    assert_eq!(plain(&coloured), uncoloured);
    assert!(uncoloured.starts_with("INSTANCE "), "a table on a terminal: {uncoloured}");
    assert!(uncoloured.contains("--limit N or --all"), "the list says that it is cut");
}

#[test]
fn ctrl_c_says_how_to_go_on() {
    let folder = folder();
    let snapshot = ["run", "create_snapshot", "dev-postgres-01", "-p", "snapshot_id=s1"];
    let args = [&snapshot[..], &["--speed", "20"]].concat();
    let mut session = Session::start(100, folder.path(), &args, &[]);
    session.until("RDS says creating");
    let asked = std::process::Command::new("kill")
        .args(["-INT", &session.child.id().to_string()])
        .status()
        .unwrap();
    assert!(asked.success());
    let (shown, code) = session.end();
    assert_eq!(code, 3, "{shown}");
    let command = shown.lines().find_map(|line| line.trim().strip_prefix("follow it with: "));
    let words: Vec<&str> = command.expect("the command is shown").split(' ').collect();
    assert_eq!(words[..2], ["rds-ops", "watch"]);
    let watched = rds_ops(&words[1..]).args(["--speed", SPEED]).output().unwrap();
    assert_eq!(watched.status.code(), Some(0), "{watched:?}");
    assert_eq!(calls(folder.path()).len(), 1);
}

#[test]
fn a_dumb_terminal_gets_lines() {
    let folder = folder();
    let args = ["run", "create_snapshot", "dev-postgres-01", "-p", "snapshot_id=s1"];
    let args = [&args[..], &["--speed", SPEED]].concat();
    let variables = [("TERM", "dumb"), ("NO_COLOR", "1")];
    let begun = Instant::now();
    let (shown, code) = Session::start(80, folder.path(), &args, &variables).end();
    assert!(code == 0 && begun.elapsed() < Duration::from_secs(60), "{shown}");
    assert!(!shown.contains('\u{1b}'), "{shown:?}");
}
