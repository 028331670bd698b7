//! Typical wrong files, each with all that is said about it: the place, the cause, and what to write instead.

use std::fs;
use std::path::Path;

use crate::support::World;

#[tokio::test]
async fn each_mistake_is_told_with_place_cause_and_remedy() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/mistakes");
    let mut names: Vec<String> = fs::read_dir(&corpus)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".yaml"))
        .collect();
    names.sort();
    assert!(names.len() >= 60, "{} mistakes", names.len());
    for name in names {
        let world = World::new();
        world.file("aerial.yaml", fs::read(corpus.join(&name)).unwrap());
        let ran = world.run("validate").await;
        let file = fs::read_to_string(corpus.join(&name)).unwrap();
        let said = format!("{file}\n=== {}\n{}{}", ran.exit.code(), ran.err, ran.out);
        insta::with_settings!({
            snapshot_path => "../corpus/mistakes/said",
            prepend_module_to_snapshot => false,
            omit_expression => true,
        }, {
            insta::assert_snapshot!(name.trim_end_matches(".yaml"), said);
        });
    }
}
