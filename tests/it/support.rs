//! A world for one test: a folder, an environment, a clock that never waits, and an emulator of its own.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use aerialctl::cli::{self, Exit, Process, Terminal};
use aerialctl::clock::{Clock, Manual};
use tokio_util::sync::CancellationToken;

use aerialctl::emulator::{Emulator, Fault, Org, Product, Setup, State};

/// The account of all tests.
pub(crate) const ACCOUNT: &str = "0227mkkf8ulgt48bkidcd8ekqft";

/// 2026-01-01T00:00:00Z.
pub(crate) fn new_year() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_225_600)
}

/// One test's world.
pub(crate) struct World {
    dir: tempfile::TempDir,
    /// Where commands run, inside of the world's folder.
    pub(crate) folder: &'static str,
    pub(crate) vars: BTreeMap<String, String>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) terminal: Terminal,
    pub(crate) stop: CancellationToken,
    pub(crate) stdin: String,
    pub(crate) emulator: Option<Emulator>,
}

/// What a command did.
pub(crate) struct Ran {
    pub(crate) exit: Exit,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    /// Expects an exit code.
    #[track_caller]
    pub(crate) fn expect(self, exit: Exit) -> Self {
        assert_eq!(
            self.exit, exit,
            "\n--- stdout\n{}\n--- stderr\n{}",
            self.out, self.err
        );
        self
    }

    /// Expects success.
    #[track_caller]
    pub(crate) fn done(self) -> Self {
        self.expect(Exit::Done)
    }

    /// Standard output as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}", self.out))
    }

    /// Standard output with what a random port changes made plain: the emulator's origin and the digests that hold it.
    pub(crate) fn plain(&self, world: &World) -> String {
        plain(&self.out, world)
    }

    /// Both streams and the exit code as one text.
    pub(crate) fn text(&self) -> String {
        let code = self.exit.code();
        format!("{}--- stderr\n{}--- exit {code}", self.out, self.err)
    }
}

#[derive(Clone, Default)]
struct Buffer(Arc<Mutex<Vec<u8>>>);

impl Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Buffer {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl World {
    /// An empty world without an emulator.
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        // Runs of one user wait for each other; those of two tests are two users'.
        let state = dir.path().join(".state").display().to_string();
        Self {
            vars: BTreeMap::from([("XDG_STATE_HOME".to_owned(), state)]),
            dir,
            folder: ".",
            clock: Arc::new(Manual::at(new_year())),
            terminal: Terminal {
                width: Some(120),
                ..Terminal::default()
            },
            stop: CancellationToken::new(),
            stdin: String::new(),
            emulator: None,
        }
    }

    /// A world whose environment points at an emulator with this account.
    pub(crate) async fn with(state: State) -> Self {
        let mut world = Self::new();
        world.serve(state).await;
        world
    }

    /// Starts an emulator and points the environment at it.
    pub(crate) async fn serve(&mut self, state: State) {
        let setup = Setup {
            token: Some("test-token".to_owned()),
            ..Setup::new(state, Arc::clone(&self.clock))
        };
        let emulator = Emulator::start(([127, 0, 0, 1], 0).into(), setup)
            .await
            .unwrap();
        for name in ["AERIAL_ENDPOINT", "AERIAL_ISSUER"] {
            self.vars
                .insert(name.to_owned(), emulator.origin().to_owned());
        }
        self.vars
            .insert("AERIAL_ACCESS_TOKEN".to_owned(), "test-token".to_owned());
        self.emulator = Some(emulator);
    }

    pub(crate) fn emulator(&self) -> &Emulator {
        self.emulator.as_ref().expect("this world has an emulator")
    }

    /// Writes a file.
    pub(crate) fn file(&self, name: &str, content: impl AsRef<[u8]>) -> &Self {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
        self
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    /// Sets what goes wrong from now on: a YAML list of faults.
    pub(crate) fn faults(&self, yaml: &str) {
        let faults: Vec<Fault> = serde_yaml::from_str(yaml).unwrap();
        self.emulator().set_faults(faults);
    }

    /// Runs a command line, given as words.
    pub(crate) async fn run(&self, words: &str) -> Ran {
        let args: Vec<&str> = words.split_whitespace().collect();
        self.run_args(&args).await
    }

    /// Runs a command line. Whatever it was, Okta's limit must have held.
    pub(crate) async fn run_args(&self, args: &[&str]) -> Ran {
        let (out, err) = (Buffer::default(), Buffer::default());
        let process = Process {
            vars: self.vars.clone(),
            cwd: self.dir.path().join(self.folder),
            stdout: Arc::new(Mutex::new(Box::new(out.clone()))),
            stderr: Arc::new(Mutex::new(Box::new(err.clone()))),
            stdin: Arc::new(Mutex::new(Box::new(io::Cursor::new(self.stdin.clone())))),
            terminal: self.terminal,
            clock: Arc::clone(&self.clock),
            stop: self.stop.clone(),
        };
        let args = std::iter::once("aerialctl").chain(args.iter().copied());
        let exit = cli::run(args.map(Into::into), &process).await;
        if let Some(emulator) = &self.emulator {
            let most = emulator.most_in_flight();
            assert!(most <= 10, "{most} requests were in flight at a time");
        }
        Ran {
            exit,
            out: out.text(),
            err: err.text(),
        }
    }

    /// The writes that the emulator saw, as `PUT /orgs/…: status`.
    pub(crate) fn writes(&self) -> Vec<String> {
        self.emulator()
            .seen()
            .into_iter()
            .filter(|seen| seen.method != "GET")
            .map(|seen| format!("{} {} {}", seen.method, seen.path, seen.status))
            .collect()
    }

    /// The products that an org has in the emulator.
    pub(crate) fn products(&self, domain: &str) -> Vec<String> {
        let state = self.emulator().state();
        let org = state.orgs.iter().find(|org| org.domain == domain);
        org.unwrap().products.clone()
    }

    /// Whether an org is linked in the emulator.
    pub(crate) fn linked(&self, domain: &str) -> bool {
        let state = self.emulator().state();
        state
            .orgs
            .iter()
            .any(|org| org.domain == domain && org.linked)
    }
}

/// A text with what a random port changes made plain.
pub(crate) fn plain(text: &str, world: &World) -> String {
    let origin = world.emulator().origin();
    // As Markdown has it: every sign is an entity.
    let coded: String = origin
        .chars()
        .map(|c| match c {
            c if c.is_alphanumeric() => c.to_string(),
            c => format!("&#{};", u32::from(c)),
        })
        .collect();
    let text = text
        .replace(origin, "https://aerial.example")
        .replace(&coded, "https://aerial.example");
    let mut plain = String::new();
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once("sha256:") {
        plain = plain + before + "sha256:…";
        rest = after.trim_start_matches(|c: char| c.is_ascii_hexdigit());
    }
    plain + rest
}

/// The head of a desired state, to which orgs are added.
pub(crate) const HEAD: &str = "version: 1
account:
  id: 0227mkkf8ulgt48bkidcd8ekqft
  aerialOrg: acme-aerial.okta.com
products: {sso: P000052, mfa: P000131, lcm: P000139, itp: P001113}
bundles: {workforce: [sso, mfa]}
defaults: {cell: ok1}
guardrails: {maxDisabled: 100, maxLinked: 100, maxDeactivated: 100, unmanagedOrgs: ignore}
";

/// A desired state with these orgs, one YAML flow mapping each.
pub(crate) fn desired(orgs: &[&str]) -> String {
    let mut text = format!("{HEAD}orgs:\n");
    for org in orgs {
        text.push_str("  - ");
        text.push_str(org);
        text.push('\n');
    }
    text
}

/// An account with the Aerial org and these orgs.
pub(crate) fn account(orgs: Vec<Org>) -> State {
    let product = |id: &str, name: &str| Product {
        id: id.to_owned(),
        name: name.to_owned(),
    };
    let mut all = vec![Org {
        aerial_org: true,
        ..org("acme-aerial", &[])
    }];
    all.extend(orgs);
    let mut state = State {
        products: vec![
            product("P000052", "IT Products - SSO"),
            product("P000131", "IT Products - MFA"),
            product(
                "P000139",
                "IT Products - Lifecycle Management with 1 OIN App",
            ),
            product("P000200", "Workflows"),
            product("P001113", "IT Products - Identity Threat Protection"),
        ],
        orgs: all,
        ..State::empty(ACCOUNT, "Acme")
    };
    state.complete();
    state
}

/// A linked, active org `NAME.okta.com` with products by local name.
pub(crate) fn org(name: &str, products: &[&str]) -> Org {
    let id = |product: &&str| match *product {
        "sso" => "P000052".to_owned(),
        "mfa" => "P000131".to_owned(),
        "lcm" => "P000139".to_owned(),
        "wfl" => "P000200".to_owned(),
        "itp" => "P001113".to_owned(),
        other => other.to_owned(),
    };
    Org {
        linked: true,
        products: products.iter().map(id).collect(),
        ..Org::named(&format!("{name}.okta.com"))
    }
}

/// The same, not linked yet.
pub(crate) fn unlinked(name: &str, products: &[&str]) -> Org {
    Org {
        linked: false,
        ..org(name, products)
    }
}
