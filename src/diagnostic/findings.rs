//! Many findings, within a bound: a small file can have more of them than anybody reads.

use super::finding::{Diagnostic, Severity};
use super::number::counted;

/// So many errors are kept, and so many warnings; the rest is counted.
const MAX_KEPT: usize = 300;

/// So many findings are shown.
const MAX_SHOWN: usize = 200;

/// Findings in the order in which a reader meets them in the files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Diagnostics {
    kept: Vec<Diagnostic>,
    errors: usize,
    warnings: usize,
}

impl Diagnostics {
    /// Keeps one more finding, or counts it.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        if self.is_full(diagnostic.severity) {
            self.add(diagnostic.severity, 1);
        } else {
            self.add(diagnostic.severity, 1);
            self.kept.push(diagnostic);
        }
    }

    /// Keeps one more finding, which is made only if it will be kept.
    pub fn push_with(&mut self, severity: Severity, make: impl FnOnce() -> Diagnostic) {
        if self.is_full(severity) {
            self.add(severity, 1);
        } else {
            self.push(make());
        }
    }

    /// Whether further findings of one severity are only counted.
    #[must_use]
    pub fn is_full(&self, severity: Severity) -> bool {
        self.count(severity) >= MAX_KEPT
    }

    /// Counts findings that nobody will see.
    pub fn add(&mut self, severity: Severity, more: usize) {
        match severity {
            Severity::Error => self.errors += more,
            Severity::Warning => self.warnings += more,
        }
    }

    /// Keeps all findings of another collection.
    pub fn extend(&mut self, other: Self) {
        let (mut errors, mut warnings) = (other.errors, other.warnings);
        for one in other.kept {
            match one.severity {
                Severity::Error => errors -= 1,
                Severity::Warning => warnings -= 1,
            }
            self.push(one);
        }
        self.add(Severity::Error, errors);
        self.add(Severity::Warning, warnings);
    }

    /// Whether one of them is an error.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.errors > 0
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.errors + self.warnings == 0
    }

    /// How many there are of one severity, kept or not.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        match severity {
            Severity::Error => self.errors,
            Severity::Warning => self.warnings,
        }
    }

    /// The findings that were kept, in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.kept.iter()
    }

    /// The findings that a reader gets to see, in order: the first of them, errors before warnings where there are too many.
    #[must_use]
    pub fn shown(&self) -> Vec<&Diagnostic> {
        if self.kept.len() <= MAX_SHOWN {
            return self.kept.iter().collect();
        }
        let kept_errors = self
            .kept
            .iter()
            .filter(|one| one.severity == Severity::Error);
        let mut errors = kept_errors.count().min(MAX_SHOWN);
        let mut warnings = MAX_SHOWN - errors;
        let mut take = |one: &&Diagnostic| {
            let left = match one.severity {
                Severity::Error => &mut errors,
                Severity::Warning => &mut warnings,
            };
            let taken = *left > 0;
            *left = left.saturating_sub(1);
            taken
        };
        self.kept.iter().filter(|one| take(one)).collect()
    }

    /// How many findings of one severity aren't among the shown ones.
    #[must_use]
    pub fn hidden(&self, severity: Severity) -> usize {
        let shown = self.shown();
        let shown = shown.iter().filter(|one| one.severity == severity).count();
        self.count(severity) - shown
    }

    /// `4800 more errors and 12 more warnings not shown`, where some are not.
    #[must_use]
    pub fn rest(&self) -> Option<String> {
        let parts: Vec<String> = [Severity::Error, Severity::Warning]
            .into_iter()
            .map(|severity| (self.hidden(severity), severity.as_str()))
            .filter(|(count, _)| *count > 0)
            .map(|(count, word)| counted(count, &format!("more {word}")))
            .collect();
        (!parts.is_empty()).then(|| format!("{} not shown", parts.join(" and ")))
    }

    /// Sorts by place, those without one first, and drops exact repetitions.
    #[must_use]
    pub fn sorted(mut self) -> Self {
        self.kept.sort_by(|a, b| {
            (a.span(), a.severity, &a.message).cmp(&(b.span(), b.severity, &b.message))
        });
        let of = |all: &[Diagnostic], severity| {
            all.iter().filter(|one| one.severity == severity).count()
        };
        let before = (
            of(&self.kept, Severity::Error),
            of(&self.kept, Severity::Warning),
        );
        self.kept.dedup();
        self.errors -= before.0 - of(&self.kept, Severity::Error);
        self.warnings -= before.1 - of(&self.kept, Severity::Warning);
        self
    }

    /// Each of the kept findings as another one, of the same severity.
    #[must_use]
    pub fn map(mut self, change: impl FnMut(Diagnostic) -> Diagnostic) -> Self {
        self.kept = self.kept.into_iter().map(change).collect();
        self
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;
    fn into_iter(self) -> Self::IntoIter {
        self.kept.into_iter()
    }
}

impl FromIterator<Diagnostic> for Diagnostics {
    fn from_iter<I: IntoIterator<Item = Diagnostic>>(iter: I) -> Self {
        let mut all = Self::default();
        for one in iter {
            all.push(one);
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Code;

    #[test]
    fn what_is_too_much_is_counted_and_no_error_gives_way_to_a_warning() {
        let mut found = Diagnostics::default();
        for n in 0..5_000 {
            found.push(Diagnostic::warning(Code::Notice, format!("{n}")));
        }
        found.push(Diagnostic::error(Code::Failure, "the one error"));
        assert_eq!(found.iter().count(), MAX_KEPT + 1);
        assert_eq!(found.shown().len(), MAX_SHOWN);
        assert_eq!(found.shown().last().unwrap().message, "the one error");
        assert_eq!(found.rest().unwrap(), "4801 more warnings not shown");
        let mut both = found.clone();
        both.extend(found.clone());
        assert_eq!(both.count(Severity::Warning), 10_000);
        assert_eq!(both.sorted().count(Severity::Error), 1, "a repetition");
        let few: Diagnostics = found.into_iter().take(200).collect();
        assert_eq!((few.shown().len(), few.rest()), (200, None));
    }
}
