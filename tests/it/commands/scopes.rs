//! What each command needs to be granted, and what it says without.

use aerialctl::cli::Exit;

use crate::support::{World, desired};
use crate::tokens;

const READ: &str = "okta.accounts.read";
const MANAGE: &str = "okta.accounts.manage";
const LOGS: &str = "okta.logs.read";

fn grant(world: &World, scopes: &[&str]) {
    world.emulator().change(|state| {
        let scopes = scopes.iter().map(|scope| (*scope).to_owned());
        state.clients[0].scopes = scopes.collect();
    });
}

/// The table of docs/security.md: the exit, and the scope that is named.
#[tokio::test]
async fn each_command_names_the_scope_that_it_lacks() {
    let world = tokens::world(&tokens::keys()[0], false).await;
    grant(&world, &[READ, MANAGE, LOGS]);
    world.run("apply --yes --receipt r.jsonl").await.done();
    world.run("history").await.done();
    let file = world.read("aerial.yaml");
    let one = desired(&["{domain: org-1.okta.com}"]);
    let docs = include_str!("../../../docs/security.md");
    let rows: Vec<Vec<&str>> = docs
        .lines()
        .filter(|line| line.starts_with("| `"))
        .map(|line| line.split('|').map(str::trim).collect())
        .collect();
    for (words, needs) in [
        ("plan", &[READ][..]),
        ("plan --who", &[READ, LOGS]),
        ("plan --incremental state", &[READ, LOGS]),
        ("status --incremental state", &[READ, LOGS]),
        ("status", &[READ]),
        ("report --out x.html", &[READ]),
        ("import", &[READ]),
        ("import --update", &[READ]),
        ("catalog", &[READ]),
        ("history", &[READ, LOGS]),
        ("explain org-1.okta.com", &[READ]),
        ("undo r.jsonl --yes", &[READ, MANAGE]),
    ] {
        let command = words.split(' ').next().unwrap();
        let of_command = |row: &&Vec<&str>| row[1].contains(&format!("`{command}"));
        for scope in needs {
            let says = |row: &Vec<&str>| row[2].contains(&format!("`{scope}`"));
            let said = rows.iter().filter(of_command).any(says);
            assert!(
                said,
                "docs/security.md doesn't say that {words} needs {scope}"
            );
        }
        let text = if words == "import --update" {
            &one
        } else {
            &file
        };
        world.file("aerial.yaml", text);
        for lacks in needs {
            let granted: Vec<&str> = [READ, MANAGE, LOGS]
                .into_iter()
                .filter(|scope| scope != lacks)
                .collect();
            // Whoever may manage may read as well.
            let granted: Vec<&str> = granted
                .into_iter()
                .filter(|scope| *lacks != READ || *scope == LOGS)
                .collect();
            grant(&world, &granted);
            let before = world
                .writes()
                .iter()
                .filter(|write| write.contains("/orgs"))
                .count();
            let ran = world.run(words).await.expect(Exit::Failed);
            assert!(
                ran.err.contains(lacks),
                "{words} without {lacks}: {}",
                ran.err
            );
            let after = world
                .writes()
                .iter()
                .filter(|write| write.contains("/orgs"))
                .count();
            assert_eq!(before, after, "{words} without {lacks}");
        }
        // It is enough, and what isn't granted is missed by nobody else.
        grant(&world, needs);
        world.run(words).await.done();
    }
}
