//! A Chromium without a window, spoken to over a pipe by its own protocol (`DevTools`).

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use serde_json::{Value as Json, json};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

/// Longer than any call may take: a browser that hangs fails its test.
const PATIENCE: Duration = Duration::from_secs(60);

/// One page in a browser of its own.
pub(crate) struct Browser {
    child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
    session: Option<String>,
    last: u64,
    /// What happened on its own, in order.
    pub(crate) events: Vec<Json>,
    _profile: tempfile::TempDir,
}

/// Says that a test of the page is skipped, where a reader of the test run sees it. Where the tests of the page are needed, as
/// `.ci/run` says by this variable, it fails.
pub(crate) fn skipped(why: &str) {
    let needed = std::env::var_os("AERIALCTL_NEEDS_BROWSER").is_some();
    assert!(!needed, "AERIALCTL_NEEDS_BROWSER is set, and {why}");
    // Not through a macro: those are captured.
    let note = format!("note: {why}, so a test of the page is skipped\n");
    std::io::stderr().write_all(note.as_bytes()).ok();
}

/// Where the browser is, if there is one.
pub(crate) fn installed() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let names = ["chromium", "chromium-browser", "google-chrome"];
    let found = std::env::split_paths(&path)
        .flat_map(|folder| names.map(|name| folder.join(name)))
        .find(|file| file.is_file());
    if found.is_none() {
        skipped("no chromium is installed");
    }
    found
}

impl Browser {
    /// Starts a browser and opens a file in it; `None` where there is none.
    pub(crate) async fn open(file: &Path) -> Option<Self> {
        let program = installed()?;
        let profile = tempfile::tempdir().unwrap();
        // The protocol is spoken on the descriptors 3 and 4; a shell puts our pipes there.
        let mut child = Command::new("bash")
            .args([
                "-c",
                r#"exec "$0" "$@" 3<&0 4>&1 </dev/null >/dev/null 2>&1"#,
            ])
            .arg(program)
            .args([
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--no-first-run",
                "--remote-debugging-pipe",
            ])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg("about:blank")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let (to, from) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        let mut browser = Self {
            child,
            to,
            from: BufReader::new(from),
            session: None,
            last: 0,
            events: Vec::new(),
            _profile: profile,
        };
        let target = browser
            .call("Target.createTarget", json!({"url": "about:blank"}))
            .await;
        let target = json!({"targetId": target["targetId"], "flatten": true});
        let session = browser.call("Target.attachToTarget", target).await;
        browser.session = session["sessionId"].as_str().map(str::to_owned);
        for domain in ["Page", "Runtime", "Log", "Network"] {
            browser.call(&format!("{domain}.enable"), json!({})).await;
        }
        browser.load(file).await;
        Some(browser)
    }

    /// Opens another file, or the same once more.
    pub(crate) async fn load(&mut self, file: &Path) {
        self.events.clear();
        let url = format!("file://{}", file.display());
        self.call("Page.navigate", json!({"url": url})).await;
        while !self.happened("Page.loadEventFired") {
            let event = self.next().await;
            self.events.push(event);
        }
    }

    /// Whether something happened since the page was opened.
    pub(crate) fn happened(&self, method: &str) -> bool {
        self.events.iter().any(|event| event["method"] == method)
    }

    async fn next(&mut self) -> Json {
        let mut message = Vec::new();
        let read = self.from.read_until(0, &mut message);
        tokio::time::timeout(PATIENCE, read)
            .await
            .expect("the browser hangs")
            .unwrap();
        assert_eq!(message.pop(), Some(0), "the browser is gone");
        serde_json::from_slice(&message).unwrap()
    }

    /// Calls a method of the protocol.
    pub(crate) async fn call(&mut self, method: &str, params: Json) -> Json {
        self.last += 1;
        let mut message = json!({"id": self.last, "method": method, "params": params});
        if let Some(session) = &self.session {
            message["sessionId"] = json!(session);
        }
        let mut text = message.to_string().into_bytes();
        text.push(0);
        self.to.write_all(&text).await.unwrap();
        loop {
            let mut answer = self.next().await;
            if answer["id"] == self.last {
                assert!(answer.get("error").is_none(), "{method}: {answer}");
                return answer["result"].take();
            }
            self.events.push(answer);
        }
    }

    /// The value of an expression; a promise is waited for.
    pub(crate) async fn value(&mut self, expression: &str) -> Json {
        let params = json!({"expression": expression, "returnByValue": true, "awaitPromise": true});
        let mut answer = self.call("Runtime.evaluate", params).await;
        assert!(
            answer.get("exceptionDetails").is_none(),
            "{expression}: {answer}"
        );
        answer["result"]["value"].take()
    }

    /// The same as text.
    pub(crate) async fn text(&mut self, expression: &str) -> String {
        let value = self.value(expression).await;
        value
            .as_str()
            .unwrap_or_else(|| panic!("{expression}: {value}"))
            .to_owned()
    }

    /// Presses keys by their names.
    pub(crate) async fn press(&mut self, keys: &[&str]) {
        for key in keys {
            let (code, text) = match *key {
                "Tab" => (9, ""),
                "Enter" => (13, "\r"),
                "Space" => (32, " "),
                "Escape" => (27, ""),
                other => panic!("no key {other}"),
            };
            let name = if *key == "Space" { " " } else { key };
            for kind in ["keyDown", "keyUp"] {
                let mut event =
                    json!({"type": kind, "key": name, "code": key, "windowsVirtualKeyCode": code});
                if kind == "keyDown" && !text.is_empty() {
                    event["text"] = json!(text);
                }
                self.call("Input.dispatchKeyEvent", event).await;
            }
        }
    }

    /// Writes text where the cursor is.
    pub(crate) async fn write(&mut self, text: &str) {
        self.call("Input.insertText", json!({"text": text})).await;
    }

    /// Ends the browser.
    pub(crate) async fn close(mut self) {
        self.session = None;
        self.call("Browser.close", json!({})).await;
        tokio::time::timeout(PATIENCE, self.child.wait())
            .await
            .expect("the browser stays")
            .unwrap();
    }
}
