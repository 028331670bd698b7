//! What the program says of itself.

use crate::support::World;

#[tokio::test]
async fn help_texts_read_like_this() {
    let world = World::new();
    for command in [
        "",
        "init",
        "keygen",
        "validate",
        "preview",
        "plan",
        "apply",
        "undo",
        "status",
        "report",
        "explain",
        "history",
        "import",
        "catalog",
        "doctor",
        "probe",
        "emulator",
        "schema",
        "completions",
        "man",
    ] {
        let ran = world.run(&format!("{command} --help")).await.done();
        insta::assert_snapshot!(format!("help {command}").trim().replace(' ', "-"), ran.out);
    }
}

#[tokio::test]
async fn artifacts_are_printed() {
    let world = World::new();
    for (words, start) in [
        ("schema", "{"),
        ("schema plan", "{"),
        ("schema receipt", "{"),
        ("schema catalog", "{"),
        ("completions bash", "_aerialctl"),
        ("completions zsh", "#compdef aerialctl"),
        ("completions fish", "# Print"),
        ("man", ".ie"),
    ] {
        let ran = world.run(words).await.done();
        assert!(ran.out.starts_with(start), "{words}: {}", ran.out);
        assert_eq!(ran.err, "");
    }
}
