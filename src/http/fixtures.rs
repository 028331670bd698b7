//! For tests: a clock on which no wait ever ends, and a server that says what it is told to.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use reqwest::{Method, Url};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::answer::Answer;
use super::authorize::{Authorization, Authorize, sensitive};
use super::client::Client;
use super::error::HttpError;
use super::exchange::{Peer, Sender};
use super::gate::Wait;
use super::pace::PaceLimits;
use super::redact::Redactor;
use crate::clock::{Clock, Sleep};
use crate::secret::Secret;

/// A time of day.
pub(crate) fn at(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000 + seconds)
}

/// A clock that stands still: whoever sleeps is woken by something else or never.
#[derive(Debug)]
pub(crate) struct Frozen(Mutex<SystemTime>, Mutex<Vec<Duration>>);

impl Frozen {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self(Mutex::new(at(0)), Mutex::default()))
    }

    pub(crate) fn set(&self, now: SystemTime) {
        *self.0.lock().unwrap() = now;
    }

    /// The waits that were begun.
    pub(crate) fn sleeps(&self) -> Vec<Duration> {
        self.1.lock().unwrap().clone()
    }
}

impl Clock for Frozen {
    fn now(&self) -> SystemTime {
        *self.0.lock().unwrap()
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        self.1.lock().unwrap().push(duration);
        Box::pin(std::future::pending())
    }
}

/// A client for tests, and its wish to stop.
pub(crate) fn client(clock: Arc<dyn Clock>, timeout: Duration) -> (Client, CancellationToken) {
    let stop = CancellationToken::new();
    let client = Client::new(timeout, clock, stop.clone(), Redactor::default());
    (client, stop)
}

/// What a server does with a request.
#[derive(Debug, Clone)]
pub(crate) enum Say {
    /// A status, headers (each line ended), a body.
    Answer(u16, String, String),
    /// An answer that ends before its body does.
    Cut,
    /// Nothing, ever.
    Silence,
}

impl Say {
    pub(crate) fn status(status: u16) -> Self {
        Self::Answer(status, String::new(), "{}".to_owned())
    }

    pub(crate) fn json(body: &str) -> Self {
        Self::Answer(200, String::new(), body.to_owned())
    }
}

/// A server that takes its answers from a list, and repeats the last.
pub(crate) struct Stub {
    pub(crate) url: Url,
    asked: Arc<Mutex<Vec<String>>>,
    _tasks: JoinSet<()>,
}

impl Stub {
    pub(crate) async fn new(script: &[Say]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let url = Url::parse(&format!("http://{address}/base?x=1")).unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (kept, script) = (Arc::clone(&asked), script.to_vec());
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let mut connections = JoinSet::new();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                connections.spawn(serve(stream, Arc::clone(&kept), script.clone()));
            }
        });
        Self {
            url,
            asked,
            _tasks: tasks,
        }
    }

    /// The requests so far, as they came, the first line first.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }

    /// Returns when this number of requests has come.
    pub(crate) async fn heard(&self, count: usize) {
        while self.asked.lock().unwrap().len() < count {
            tokio::task::yield_now().await;
        }
    }
}

async fn serve(mut stream: TcpStream, asked: Arc<Mutex<Vec<String>>>, script: Vec<Say>) {
    let mut request = String::new();
    while !complete(&request) {
        let mut bytes = [0; 4096];
        let read = stream.read(&mut bytes).await.unwrap();
        if read == 0 {
            return;
        }
        request.push_str(&String::from_utf8_lossy(&bytes[..read]));
    }
    let say = {
        let mut asked = asked.lock().unwrap();
        asked.push(request);
        script.get(asked.len() - 1).or(script.last()).cloned()
    };
    let text = match say.unwrap() {
        Say::Answer(status, headers, body) => format!(
            "HTTP/1.1 {status} X\r\n{headers}Connection: close\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        ),
        Say::Cut => "HTTP/1.1 200 X\r\nContent-Length: 9\r\n\r\n{".to_owned(),
        Say::Silence => return std::future::pending().await,
    };
    // The client may have gone.
    stream.write_all(text.as_bytes()).await.ok();
}

fn complete(request: &str) -> bool {
    request.split_once("\r\n\r\n").is_some_and(|(head, body)| {
        let length = head.lines().find_map(|line| {
            let line = line.to_ascii_lowercase();
            line.strip_prefix("content-length: ")?.parse().ok()
        });
        body.len() >= length.unwrap_or(0)
    })
}

/// Lets requests in with a numbered token, and remembers what it was asked.
#[derive(Debug, Default)]
pub(crate) struct Porter {
    /// Whether a refusal is worth another try.
    pub(crate) renews: bool,
    asked: Mutex<Vec<String>>,
}

impl Porter {
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

impl Authorize for Porter {
    type Error = HttpError;

    async fn authorize(&self, method: &Method, url: &str) -> Result<Authorization, HttpError> {
        let mut asked = self.asked.lock().unwrap();
        let path = Url::parse(url).unwrap();
        let after = url.split_once(path.path()).unwrap().1;
        asked.push(format!("{method} {}{after}", path.path()));
        let mut authorization = Authorization {
            form: vec![("proof", Secret::new("form-canary-1"))],
            generation: u64::try_from(asked.len()).unwrap(),
            ..Authorization::default()
        };
        let value = Secret::new(&format!("Bearer token-canary-{}", asked.len()));
        let value = sensitive(&value).unwrap();
        authorization.headers.insert("authorization", value);
        Ok(authorization)
    }

    async fn answered(&self, answer: &Answer, used: &Authorization) -> Result<bool, HttpError> {
        let mut asked = self.asked.lock().unwrap();
        asked.push(format!("{} with {}", answer.status(), used.generation));
        Ok(self.renews)
    }
}

/// A sender to a stub, the waits that it told of, and the wish to stop.
pub(crate) struct Scene {
    pub(crate) sender: Sender<Porter>,
    pub(crate) stop: CancellationToken,
    pub(crate) told: Arc<Mutex<Vec<Wait>>>,
}

pub(crate) fn scene(base: &Url, clock: Arc<dyn Clock>, timeout: Duration, renews: bool) -> Scene {
    let (client, stop) = client(clock, timeout);
    let told = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&told);
    let peer = Peer {
        base: base.clone(),
        whose: "the account",
        limits: PaceLimits {
            concurrency: 1,
            ..PaceLimits::default()
        },
        notice: Arc::new(move |wait| kept.lock().unwrap().push(wait.clone())),
        crowds: Vec::new(),
    };
    let porter = Porter {
        renews,
        ..Porter::default()
    };
    Scene {
        sender: Sender::new(&client, peer, Arc::new(porter)).unwrap(),
        stop,
        told,
    }
}
