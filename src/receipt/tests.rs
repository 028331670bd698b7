//! Receipts read back.

use super::Past;

#[test]
fn what_was_written_is_read_of_whole_lines() {
    let text = r#"{"event":"step","id":1,"kind":"delete","org":{"id":"00oX","domain":null},"outcome":"applied"}
{"event":"start","version":1,"account":"0227a","steps":2}
{"event":"step","id":1,"kind":"delete","org":{"id":"00oA","domain":"a.okta.com"},"outcome":"applied"}
{"event":"step","id":2,"kind":"delete","org":{"id":"00oB","domain":null},"outcome":"failed"}
{"event":"step","id":2,"kind":"delete","org":{"id":"00oF","domain":null},"outcome":"failed","sent":true,"status":400}
{"event":"step","id":2,"kind":"delete","org":{"id":"00oG","domain":null},"outcome":"failed","sent":true,"status":null}
{"event":"step","id":2,"kind":"delete","org":{"id":"00oT","domain":null},"outcome":"failed","sent":true,"status":408}
{"event":"step","id":3,"kind":"renovate","org":{"id":"00oC","domain":null},"outcome":"applied"}
{"event":"step","id":4,"kind":"link","org":{"id":null,"domain":null},"outcome":"applied"}
{"event":"end","interrupted":false}
{"event":"start","version":1,"account":"0227b","endpoint":"emulator","steps":1}
{"event":"begin","id":1,"kind":"link","org":{"id":null,"domain":"d.okta.com"}}
{"event":"begin","id":2,"kind":"delete","org":{"id":"00oH","domain":null}}
{"event":"step","id":1,"kind":"link","org":{"id":null,"domain":"d.okta.com"},"outcome":"applied"}
{"event":"step","id":3,"kind":"del{"event":"start","version":1,"account":"0227c","steps":1}
{"event":"step","id":1,"kind":"delete","org":{"id":"00oE","domain":null},"outcome":"applied"}"#;
    let mut past = Past::default();
    past.read("r.jsonl", text);
    let gaps = past.gaps.iter().map(|gap| (gap.line, gap.run));
    let gaps: Vec<(u32, Option<usize>)> = gaps.collect();
    assert_eq!(gaps, [(1, None), (8, Some(0))]);
    let told: Vec<(String, String, Vec<String>)> = past
        .runs
        .into_iter()
        .map(|run| {
            let steps = run
                .steps
                .iter()
                .map(|step| format!("{} {} {:?}", step.kind.as_str(), step.org, step.trace()));
            (run.account, run.endpoint, steps.collect())
        })
        .collect();
    let run = |account: &str, endpoint: &str, steps: &[&str]| {
        let steps = steps.iter().map(|step| (*step).to_owned());
        (account.to_owned(), endpoint.to_owned(), steps.collect())
    };
    assert_eq!(
        told,
        [
            run(
                "0227a",
                "",
                &[
                    "delete a.okta.com Some(Certain)",
                    "delete 00oB None",
                    "delete 00oF None",
                    "delete 00oG Some(Possible)",
                    "delete 00oT Some(Possible)",
                ]
            ),
            run(
                "0227b",
                "emulator",
                &[
                    "delete 00oH Some(Possible)",
                    "link d.okta.com Some(Certain)"
                ]
            ),
        ]
    );
}

fn read(text: &str) -> Past {
    let mut past = Past::default();
    past.read("r.jsonl", text);
    past
}

const START: &str = r#"{"event":"start","version":1,"account":"0227a","steps":2}"#;

#[test]
fn what_a_run_with_waves_writes_is_understood_and_what_a_later_version_does_is_not() {
    let waves = r#"{"event":"wave","wave":"canary","steps":1,"startedAt":""}
{"event":"waved","wave":"canary","held":true,"looked":true,"error":null,"endedAt":""}"#;
    let past = read(&format!("{START}\n{waves}\n\n"));
    assert_eq!((past.runs.len(), past.gaps), (1, Vec::new()));
    let later = read(&START.replace(":1,", ":2,"));
    assert_eq!(later.gaps.len(), 1);
    assert_eq!((later.runs[0].version, later.runs[0].unread), (2, 1));
    let says = later.gaps[0].to_string();
    assert_eq!(says, "line 1 of the receipt r.jsonl can't be understood");
}

#[test]
fn an_end_closes_the_step_that_it_is_of_and_no_other() {
    let line = |event: &str, id: u32, kind: &str, org: &str| {
        format!(
            r#"{{"event":"{event}","id":{id},"kind":"{kind}","org":{{"id":null,"domain":"{org}.okta.com"}},"outcome":"skipped"}}"#
        )
    };
    let text = [
        line("begin", 1, "delete", "a"),
        line("step", 1, "delete", "b"),
        line("step", 1, "enable", "a"),
        line("begin", 2, "delete", "c"),
        line("step", 2, "delete", "c"),
    ];
    let past = read(&format!("{START}\n{}", text.join("\n")));
    let left: Vec<String> = past.runs[0]
        .steps
        .iter()
        .map(|step| format!("{} {:?}", step.org, step.outcome))
        .collect();
    assert_eq!(
        left,
        [
            "a.okta.com None",
            "b.okta.com Some(Skipped)",
            "a.okta.com Some(Skipped)",
            "c.okta.com Some(Skipped)"
        ]
    );
}

/// A step is compared with those of its own number alone.
#[test]
fn a_receipt_of_many_steps_is_read_in_one_pass() {
    let mut lines = vec![START.to_owned()];
    for (event, org) in [("begin", "a"), ("step", "b")] {
        lines.extend((0..100_000).map(|id| {
            format!(
                r#"{{"event":"{event}","id":{id},"kind":"enable","org":{{"id":null,"domain":"{org}.okta.com"}},"outcome":"skipped"}}"#
            )
        }));
    }
    let text = lines.join("\n");
    assert_eq!(read(&text).runs[0].steps.len(), 200_000);
}
