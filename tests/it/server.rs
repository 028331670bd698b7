//! An HTTP server that answers whatever a test likes, right or wrong, and keeps what it was asked.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// A request.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    /// Where the server is: `http://127.0.0.1:PORT`.
    pub(crate) origin: String,
    /// The request line and the headers.
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Asked {
    /// `GET /path?query`.
    pub(crate) fn line(&self) -> &str {
        let line = self.head.lines().next().unwrap();
        line.rsplit_once(' ').unwrap().0
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (this, value) = line.split_once(": ")?;
            this.eq_ignore_ascii_case(name).then_some(value)
        })
    }
}

/// What is done about a request.
pub(crate) enum Answer {
    /// These bytes are sent.
    Text(String),
    /// The head, and then blanks without end.
    Endless(String),
    /// The connection is closed.
    Closed,
    /// Nothing ever comes.
    Silence,
}

/// An answer with a status line's words, further headers (`Name: value\r\n` each), and a body.
pub(crate) fn answer(status: &str, headers: &str, body: &str) -> Answer {
    Answer::Text(format!(
        "HTTP/1.1 {status}\r\n{headers}Content-Type: application/json\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    ))
}

/// A running server; it stops when its test ends.
pub(crate) struct Server {
    pub(crate) origin: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Server {
    pub(crate) async fn start(answer: impl Fn(&Asked) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (kept, base, answer) = (Arc::clone(&asked), origin.clone(), Arc::new(answer));
        tokio::spawn(async move {
            let mut connections = JoinSet::new();
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                let (kept, base, answer) = (Arc::clone(&kept), base.clone(), Arc::clone(&answer));
                connections.spawn(async move {
                    let Some(request) = read(&mut stream, base).await else {
                        return;
                    };
                    // Another request may come in between, as on a real server.
                    tokio::task::yield_now().await;
                    let answer = answer(&request);
                    kept.lock().unwrap().push(request);
                    send(&mut stream, answer).await;
                });
            }
        });
        Self { origin, asked }
    }

    /// Every request that was answered so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

/// A whole request; `None` where the client went away.
async fn read(stream: &mut TcpStream, origin: String) -> Option<Asked> {
    let mut bytes = Vec::new();
    loop {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
        let text = String::from_utf8_lossy(&bytes);
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let request = Asked {
            origin: origin.clone(),
            head: head.to_owned(),
            body: body.to_owned(),
        };
        let length = request.header("content-length");
        if body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
            return Some(request);
        }
    }
}

/// A client that has seen enough may be gone.
async fn send(stream: &mut TcpStream, answer: Answer) {
    match answer {
        Answer::Text(text) => {
            stream.write_all(text.as_bytes()).await.ok();
        }
        Answer::Endless(head) => {
            stream.write_all(head.as_bytes()).await.ok();
            let block = vec![b' '; 1024 * 1024];
            while stream.write_all(&block).await.is_ok() {}
        }
        Answer::Closed => {}
        Answer::Silence => std::future::pending().await,
    }
}
