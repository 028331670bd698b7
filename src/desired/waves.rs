//! Waves: the order in which parts of the account are converged, where a run takes one after another.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::agree::only;
use super::raw::RawFile;
use super::suggest::Candidates;
use super::taken::WordAt;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Severity, Span, quote};

/// The waves in the order of the file that has them.
pub(super) fn waves(files: &[RawFile<'_>], found: &mut Diagnostics) -> Vec<Arc<str>> {
    let mut waves = Vec::new();
    let mut first: BTreeMap<&str, Span> = BTreeMap::new();
    let listed = only(files, |file| file.waves.as_ref());
    for wave in listed.into_iter().flat_map(|at| &at.value) {
        if let Some(before) = first.insert(&wave.value, wave.span) {
            let name = quote(&wave.value);
            found.push(
                Diagnostic::error(
                    Code::RepeatedWave,
                    format!("the wave {name} is listed twice"),
                )
                .label(wave.span, "here")
                .label(before, "and here")
                .help("keep the place at which it is to come"),
            );
            continue;
        }
        waves.push(Arc::from(&*wave.value));
    }
    waves
}

/// The waves by name.
pub(super) struct WaveNames<'a> {
    waves: &'a [Arc<str>],
    by_name: BTreeMap<&'a str, &'a Arc<str>>,
    near: Candidates<'a>,
}

impl<'a> WaveNames<'a> {
    pub(super) fn of(waves: &'a [Arc<str>]) -> Self {
        Self {
            waves,
            by_name: waves.iter().map(|wave| (wave.as_ref(), wave)).collect(),
            near: Candidates::new(waves.iter().map(AsRef::as_ref)),
        }
    }

    /// The wave that an org names; `None` where there is no such one, which is reported.
    pub(super) fn named(&self, word: &WordAt<'_>, found: &mut Diagnostics) -> Option<Arc<str>> {
        if let Some(wave) = self.by_name.get(&*word.value) {
            return Some(Arc::clone(wave));
        }
        found.push_with(Severity::Error, || {
            let name = quote(&word.value);
            Diagnostic::error(Code::UnknownWave, format!("no wave is called {name}"))
                .at(word.span)
                .help(self.meant(&word.value))
        });
        None
    }

    /// What to write instead of a wave that isn't there.
    fn meant(&self, word: &str) -> String {
        const SHOWN: usize = 10;
        if let Some(near) = self.near.closest(word) {
            return format!("did you mean `{near}`?");
        }
        if self.waves.is_empty() {
            return "list the waves in their order under `waves`, such as `waves: [pilot, rest]`"
                .to_owned();
        }
        let names = self.waves.iter().take(SHOWN);
        let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
        format!("the waves are {}", names.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use crate::desired::model::Desired;
    use crate::diagnostic::{Source, Sources};

    fn loaded(waves: &str, orgs: &str) -> Result<Desired, Vec<String>> {
        let text = format!("version: 1\naccount: {{id: 0227a}}\n{waves}\norgs: [{orgs}]\n");
        let sources = Sources::new(vec![Source::new("aerial.yaml", text)]);
        let loaded = crate::desired::load(&sources);
        loaded.desired.ok_or_else(|| {
            let found = loaded.diagnostics.iter();
            let words = found.map(|one| {
                let help = one.help.clone().unwrap_or_default();
                format!("{}: {}; {help}", one.code.as_str(), one.message)
            });
            words.collect()
        })
    }

    #[test]
    fn an_org_goes_with_its_own_wave_else_with_the_last() {
        let orgs = "{domain: a.okta.com, wave: pilot}, {domain: b.okta.com}, {domain: c.okta.com, wave: some}";
        let desired = loaded("waves: [pilot, some, rest]", orgs).unwrap();
        let waves = desired.orgs.iter().map(|org| desired.wave(org).unwrap());
        let waves: Vec<String> = waves
            .map(|wave| format!("{} {}", wave.place, wave.name))
            .collect();
        assert_eq!(waves, ["0 pilot", "2 rest", "1 some"]);
        let without = loaded("", "{domain: a.okta.com}").unwrap();
        assert_eq!(without.wave(&without.orgs[0]), None);
    }

    #[test]
    fn a_wave_that_is_not_listed_is_an_error_that_says_what_was_meant() {
        let org = "{domain: a.okta.com, wave: pliot}";
        for (waves, said) in [
            (
                "waves: [pilot, rest]",
                "unknown-wave: no wave is called `pliot`; did you mean `pilot`?",
            ),
            (
                "waves: [first, rest]",
                "unknown-wave: no wave is called `pliot`; the waves are `first`, `rest`",
            ),
            (
                "",
                "unknown-wave: no wave is called `pliot`; list the waves in their order under `waves`, such as `waves: [pilot, rest]`",
            ),
        ] {
            assert_eq!(loaded(waves, org).unwrap_err(), [said]);
        }
        let twice = loaded("waves: [a, b, a]", "").unwrap_err();
        assert_eq!(
            twice,
            ["repeated-wave: the wave `a` is listed twice; keep the place at which it is to come"]
        );
        assert!(loaded("waves: []", "").is_err());
        assert!(loaded("waves: pilot", "").is_err());
    }
}
