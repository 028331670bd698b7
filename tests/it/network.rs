//! The road to the server: TLS with a private certificate authority, and a proxy in between.

use std::process::Stdio;
use std::sync::Arc;

use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;

use crate::server::{Server, answer};
use crate::support::{World, desired};

/// A TLS port in front of a plain one.
async fn tls(to: String) -> u16 {
    let pem = include_bytes!("../fixtures/server.pem");
    let certificate = CertificateDer::from_pem_slice(pem).unwrap();
    let key = PrivateKeyDer::from_pem_slice(pem).unwrap();
    let config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let (acceptor, to) = (acceptor.clone(), to.clone());
            tokio::spawn(async move {
                // A client that doesn't trust the certificate goes away here.
                let Ok(mut stream) = acceptor.accept(stream).await else {
                    return;
                };
                let mut plain = TcpStream::connect(to).await.unwrap();
                copy_bidirectional(&mut stream, &mut plain).await.ok();
            });
        }
    });
    port
}

/// A proxy that connects whatever it is asked for to one port, and says what it was asked for.
async fn proxy(to: u16) -> (u16, Arc<std::sync::Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let asked = Arc::new(std::sync::Mutex::new(Vec::new()));
    let kept = Arc::clone(&asked);
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let kept = Arc::clone(&kept);
            tokio::spawn(async move {
                let mut stream = BufReader::new(stream);
                let mut head = String::new();
                while !head.ends_with("\r\n\r\n") {
                    assert!(stream.read_line(&mut head).await.unwrap() > 0);
                }
                kept.lock()
                    .unwrap()
                    .push(head.lines().next().unwrap().to_owned());
                stream
                    .write_all(b"HTTP/1.1 200 Connected\r\n\r\n")
                    .await
                    .unwrap();
                let mut server = TcpStream::connect(("127.0.0.1", to)).await.unwrap();
                copy_bidirectional(&mut stream, &mut server).await.ok();
            });
        }
    });
    (port, asked)
}

async fn run(world: &World, vars: &[(&str, &str)]) -> (bool, String) {
    let output = tokio::process::Command::new(env!("CARGO_BIN_EXE_aerialctl"))
        .args(["plan", "-v"])
        .current_dir(world.path("."))
        .env_clear()
        .env("AERIAL_ACCESS_TOKEN", "test-token")
        .envs(vars.iter().copied())
        .stdin(Stdio::null())
        .output()
        .await
        .unwrap();
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.success(), text)
}

#[tokio::test]
async fn a_private_certificate_authority_and_a_proxy_work() {
    let world = World::new();
    world.file("aerial.yaml", desired(&["{domain: a.okta.com}"]));
    // Not an emulator, which answers to its own names alone.
    let server = Server::start(|asked| {
        let body = match asked.line().rsplit('/').next().unwrap() {
            "accounts" => r#"{"id": "0227mkkf8ulgt48bkidcd8ekqft"}"#,
            "products" => "[]",
            _ => {
                r#"[{"id": "00oX", "domain": "acme-aerial.okta.com", "aerialOrg": true}, {"id": "00oA", "domain": "a.okta.com"}]"#
            }
        };
        answer("200 OK", "", body)
    })
    .await;
    let plain = server.origin.trim_start_matches("http://").to_owned();
    let secure = tls(plain).await;
    let local = format!("https://localhost:{secure}");
    let ca = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/ca.pem");

    let (ok, text) = run(
        &world,
        &[("AERIAL_ENDPOINT", &local), ("SSL_CERT_FILE", ca)],
    )
    .await;
    assert!(ok, "{text}");
    // Nobody tries again what can't be otherwise: a pause between tries would be told.
    for (endpoint, authorities, says, help) in [
        (
            local.clone(),
            None,
            "UnknownIssuer",
            "a private CA goes in SSL_CERT_FILE",
        ),
        (
            format!("https://127.0.0.1:{secure}"),
            Some(ca),
            "not valid for name",
            "who answers at this endpoint",
        ),
        (
            local.clone(),
            Some("missing.pem"),
            "SSL_CERT_FILE missing.pem can't be read: No such file",
            "`-----BEGIN CERTIFICATE-----`",
        ),
        (
            local.clone(),
            Some("aerial.yaml"),
            "SSL_CERT_FILE aerial.yaml has no certificate in PEM form",
            "or unset it",
        ),
        (
            local.clone(),
            Some("-----BEGIN PRIVATE KEY-----\ncanary"),
            "SSL_CERT_FILE has a certificate or a key itself",
            "or unset it",
        ),
    ] {
        let mut vars = vec![("AERIAL_ENDPOINT", endpoint.as_str())];
        vars.extend(authorities.map(|file| ("SSL_CERT_FILE", file)));
        let (ok, text) = run(&world, &vars).await;
        assert!(!ok && text.contains(says) && text.contains(help), "{text}");
        assert!(!text.contains("trying again"), "{text}");
        assert!(!text.contains("canary"), "{text}");
    }

    let (port, asked) = proxy(secure).await;
    let through = format!("http://127.0.0.1:{port}");
    let remote = [
        ("AERIAL_ENDPOINT", "https://aerial.test"),
        ("SSL_CERT_FILE", ca),
        ("HTTPS_PROXY", through.as_str()),
    ];
    let (ok, text) = run(&world, &remote).await;
    assert!(ok, "{text}");
    let lines = asked.lock().unwrap().clone();
    assert!(
        !lines.is_empty()
            && lines
                .iter()
                .all(|line| line == "CONNECT aerial.test:443 HTTP/1.1"),
        "{lines:?}"
    );
    // This machine is never spoken to through a proxy.
    asked.lock().unwrap().clear();
    let direct = [
        ("AERIAL_ENDPOINT", local.as_str()),
        ("SSL_CERT_FILE", ca),
        ("HTTPS_PROXY", through.as_str()),
        ("HTTP_PROXY", through.as_str()),
    ];
    let (ok, text) = run(&world, &direct).await;
    assert!(ok, "{text}");
    assert!(asked.lock().unwrap().is_empty());
}
