//! A repository in a test's world.

use git2::{Repository, Signature};

use crate::support::World;

pub(crate) fn init(world: &World) -> Repository {
    let mut options = git2::RepositoryInitOptions::new();
    options.initial_head("main");
    Repository::init_opts(world.path("."), &options).unwrap()
}

/// Commits everything in the worktree.
pub(crate) fn commit(repository: &Repository, message: &str) -> String {
    let mut index = repository.index().unwrap();
    index
        .add_all(["*"], git2::IndexAddOption::DEFAULT, None)
        .unwrap();
    index.update_all(["*"], None).unwrap();
    index.write().unwrap();
    let tree = repository.find_tree(index.write_tree().unwrap()).unwrap();
    let who = Signature::new(
        "test",
        "test@example.com",
        &git2::Time::new(1_767_225_600, 0),
    )
    .unwrap();
    let parent = repository
        .head()
        .ok()
        .map(|head| head.peel_to_commit().unwrap());
    let parents: Vec<&git2::Commit<'_>> = parent.iter().collect();
    repository
        .commit(Some("HEAD"), &who, &who, message, &tree, &parents)
        .unwrap()
        .to_string()
}

pub(crate) fn branch(repository: &Repository, name: &str) {
    let head = repository.head().unwrap().peel_to_commit().unwrap();
    repository.branch(name, &head, true).unwrap();
    repository.set_head(&format!("refs/heads/{name}")).unwrap();
}
