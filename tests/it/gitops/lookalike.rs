//! A commit may bring a folder that looks like a repository of its own. It is none: its settings are whoever's commit it is.

use aerialctl::cli::Exit;

use super::repository::{commit, init};
use crate::support::{World, desired};

/// A world with a commit whose folder `aerial` has all that makes a repository but its name, with these settings.
fn planted(settings: &str) -> World {
    let mut world = World::new();
    let repository = init(&world);
    world.file("aerial/HEAD", "ref: refs/heads/main\n");
    world.file("aerial/config", settings);
    world.file("aerial/info/exclude", "*\n");
    for empty in ["objects", "refs"] {
        world.file(&format!("aerial/{empty}/kept"), "");
    }
    world.file("aerial/aerial.yaml", desired(&["{domain: a.okta.com}"]));
    commit(&repository, "planted");
    world.folder = "aerial";
    world
}

const BARE: &str = "[core]\n\tbare = true\n\trepositoryformatversion = 0\n";
const ITS_OWN: &str = "[core]\n\tworktree = ..\n\trepositoryformatversion = 0\n";

#[tokio::test]
async fn no_secret_is_written_where_only_a_lookalike_ignores_it() {
    for settings in [BARE, ITS_OWN] {
        let world = planted(settings);
        let ran = world.run("keygen --out key.pem").await;
        let ran = ran.expect(Exit::Refused);
        assert!(ran.err.contains("git"), "{}", ran.text());
        assert!(!world.path("aerial/key.pem").exists());
    }
}

#[tokio::test]
async fn revisions_are_those_of_the_repository_around_it() {
    for settings in [BARE, ITS_OWN] {
        let world = planted(settings);
        world.run("preview --base HEAD -f aerial.yaml").await.done();
    }
}
