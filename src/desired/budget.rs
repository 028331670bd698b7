//! What texts may cost. What a text comes to is bounded by its own size, so that a small one is cheap whatever it says: what is
//! written once and meant often (anchors, merge keys, bundles) grows with the bytes that it stands in.

/// The largest file that is read, in bytes: 100,000 orgs with 20 products each take 23 to 45 MB.
pub const MAX_FILE_BYTES: usize = 64 * 1024 * 1024;

/// Deep enough for every valid file (6), shallow enough for the stack of a debug build.
pub(super) const MAX_DEPTH: usize = 32;

/// Places in one file that aliases may name.
pub(super) const MAX_ANCHORS: usize = 1_000;

/// Parts of all files together, what aliases stand for included: 100,000 orgs with 20 products each have some 2,600,000.
pub(super) const MAX_PARTS: usize = 4_000_000;

/// Lines of comment between a key and the list or mapping under it, say a hundred entries that somebody took out.
pub(super) const MAX_COMMENTS_IN_A_ROW: usize = 100_000;

/// What any text may come to, however small it is.
mod at_least {
    /// Parts that aliases stand for.
    pub(super) const REPLAYED: usize = 200_000;
    pub(super) const ALIASES: usize = 20_000;
    pub(super) const MERGES: usize = 10_000;
    /// 5,000 orgs with 100 products each.
    pub(super) const LISTED: usize = 500_000;
}

/// The fewest bytes that name an alias, and have it stand for something in an org of its own.
const BYTES_OF_AN_ALIAS: usize = 32;

/// What one text may come to while it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TextBudget {
    pub(super) parts: usize,
    /// Of the parts those that aliases stand for.
    pub(super) replayed: usize,
    pub(super) aliases: usize,
    pub(super) merges: usize,
}

impl TextBudget {
    /// That of so many bytes, where so many parts are left to it.
    pub(super) fn of(bytes: usize, parts: usize) -> Self {
        let words = bytes / BYTES_OF_AN_ALIAS;
        Self {
            parts,
            replayed: at_least::REPLAYED.max(bytes),
            aliases: at_least::ALIASES.max(words),
            merges: at_least::MERGES.max(words),
        }
    }

    /// Bytes of scalars as they are meant.
    pub(super) const MAX_SCALARS: usize = MAX_FILE_BYTES;

    /// Parts, ends of lists and mappings, and comments.
    pub(super) const MAX_EVENTS: usize = 3 * MAX_PARTS;

    /// As the YAML parser takes it by itself. What it refuses is read again with [`options`](Self::options).
    pub(super) fn parser() -> granit_parser::Options {
        granit_parser::options! {
            flow_nesting_limit: MAX_DEPTH,
            max_buffered_comment_events: MAX_COMMENTS_IN_A_ROW,
        }
    }

    /// As the YAML reader takes it.
    pub(super) fn options(self) -> serde_yaml::Options {
        serde_yaml::options! {
            budget: serde_yaml::budget! {
                max_depth: MAX_DEPTH,
                flow_nesting_limit: MAX_DEPTH,
                max_buffered_comment_events: MAX_COMMENTS_IN_A_ROW,
                max_total_scalar_bytes: Self::MAX_SCALARS,
                max_nodes: self.parts,
                max_events: Self::MAX_EVENTS,
                max_aliases: self.aliases,
                max_anchors: MAX_ANCHORS,
                max_merge_keys: self.merges,
                enforce_alias_anchor_ratio: false,
            },
            alias_limits: serde_yaml::alias_limits! {
                max_total_replayed_events: self.replayed,
                max_replay_stack_depth: 8,
            },
            duplicate_keys: serde_yaml::DuplicateKeyPolicy::PassThrough,
            merge_keys: serde_yaml::MergeKeyPolicy::Merge,
            strict_booleans: true,
            with_snippet: false,
        }
    }
}

/// Listed products over all orgs and bundles, bundles in lists taken apart, of files with so many bytes in all: each of them
/// is looked at, planned and printed. An org that lists something takes 40 bytes, which is room for 20 products of a bundle.
pub(super) fn listed(bytes: usize) -> usize {
    at_least::LISTED.max(bytes / 2)
}

#[cfg(test)]
mod tests {
    use jiff::civil::Date;

    use super::*;
    use crate::desired::document::parse_within;
    use crate::desired::load;
    use crate::desired::load::load_within;
    use crate::diagnostic::{Source, SourceId, Sources};

    /// What comes of a text that has so many parts left.
    fn parts(text: &str, mut left: usize) -> Result<usize, String> {
        let source = Source::new("aerial.yaml", text);
        let read = parse_within(SourceId(0), &source, &mut left);
        read.map(|_| left).map_err(|error| error.message)
    }

    #[test]
    fn a_text_may_have_as_many_parts_as_are_left_and_takes_them() {
        // The mapping, its two keys, a text, a list with three.
        let text = "version: 1\norgs: [a, b, c]\n";
        assert_eq!(parts(text, 8), Ok(0));
        assert_eq!(parts(text, 10), Ok(2));
        let refused = "the file is not read further: it has too many parts";
        assert_eq!(parts(text, 7), Err(refused.to_owned()));
    }

    #[test]
    fn several_files_share_the_parts() {
        let list = |name, items| {
            let text = format!("version: 1\nx-list: [{}]\norgs: []\n", "1,".repeat(items));
            Source::new(name, text)
        };
        // Beside the items: the mapping, three keys, a text and two lists.
        let refused = |left| {
            let sources = Sources::new(vec![list("a.yaml", 10), list("b.yaml", 20)]);
            let loaded = load_within(&sources, None, Date::MIN, left);
            let codes = loaded.diagnostics.iter().map(|one| one.code.as_str());
            codes.filter(|code| *code == "yaml-budget").count()
        };
        assert_eq!(refused(17 + 27), 0);
        assert_eq!(refused(17 + 26), 1);
    }

    #[test]
    fn entries_may_be_taken_out_by_comments() {
        let text = |lines: usize| format!("orgs:\n{}- a\n", "# - b\n".repeat(lines));
        assert!(parts(&text(MAX_COMMENTS_IN_A_ROW), MAX_PARTS).is_ok());
        assert!(parts(&text(MAX_COMMENTS_IN_A_ROW + 1), MAX_PARTS).is_err());
    }

    /// An anchored list of `size` items that `times` aliases stand for.
    fn aliased(size: usize, times: usize, room: usize) -> Result<usize, String> {
        let items = vec!["a"; size].join(",");
        let aliases = "*l,".repeat(times);
        let text = format!("l: &l [{items}]\nm: [{aliases}]\n# {}\n", "-".repeat(room));
        parts(&text, MAX_PARTS)
    }

    #[test]
    fn what_aliases_stand_for_grows_with_the_bytes() {
        let refused =
            Err("the file is not read further: its aliases expand to too much".to_owned());
        // 98 items, with the list's start and end: 100 each time.
        assert!(aliased(98, 2_000, 0).is_ok());
        assert_eq!(aliased(98, 2_001, 0), refused);
        assert!(aliased(98, 2_001, 200_000).is_ok());
        assert_eq!(aliased(98, 4_001, 200_000), refused);
        // Of aliases alone there may be one for every 32 bytes.
        assert!(aliased(1, 20_000, 0).is_ok());
        assert_eq!(aliased(1, 20_001, 0), refused);
        assert!(aliased(1, 20_001, 700_000).is_ok());
    }

    #[test]
    fn merge_keys_grow_with_the_bytes() {
        let merged = |times: usize, room: usize| {
            let merges = "{<<: *m},".repeat(times);
            let text = format!("m: &m {{a: 1}}\nn: [{merges}]\n# {}\n", "-".repeat(room));
            parts(&text, MAX_PARTS).is_ok()
        };
        assert!(merged(10_000, 0));
        assert!(!merged(10_001, 0));
        assert!(merged(10_001, 400_000));
    }

    /// The finding about so many orgs that list a bundle of `size` products, in a file of at least `bytes`.
    fn listing(size: usize, orgs: usize, bytes: usize) -> Vec<String> {
        let products: Vec<String> = (1..=size).map(|n| format!("P{n}")).collect();
        let products = products.join(", ");
        let orgs: Vec<String> = (0..orgs)
            .map(|n| format!("  - {{domain: o{n}.okta.com, products: [all]}}\n"))
            .collect();
        let mut text = format!(
            "version: 1\naccount: {{id: 0227a, aerialOrg: a.okta.com}}\nbundles: {{all: [{products}]}}\norgs:\n{}#",
            orgs.concat()
        );
        text.extend(std::iter::repeat_n('-', bytes.saturating_sub(text.len())));
        let loaded = load(&Sources::new(vec![Source::new("aerial.yaml", text)]));
        loaded
            .diagnostics
            .iter()
            .map(|one| one.message.clone())
            .collect()
    }

    #[test]
    fn lists_may_expand_to_half_a_product_a_byte_and_always_to_half_a_million() {
        // The bundle itself counts once.
        assert_eq!(listing(1_000, 499, 0), [""; 0]);
        let refused = |most| {
            [format!(
                "the lists expand to more than {most} products in all"
            )]
        };
        assert_eq!(listing(1_000, 500, 0), refused(500_000));
        assert_eq!(listing(1_000, 599, 1_200_000), [""; 0]);
        assert_eq!(listing(1_000, 600, 1_200_000), refused(600_000));
    }

    /// 100,000 orgs with 20 products each, in the forms that take the fewest bytes.
    #[test]
    fn a_hundred_thousand_orgs_with_twenty_products_fit() {
        let entry = "- {domain: o12345.okta.com, products: [all]}\n".len();
        assert!(listed(100_000 * entry) >= 100_000 * 20);
        let by_alias = TextBudget::of(
            100_000 * "- {domain: o12345.okta.com, products: *all}\n".len(),
            0,
        );
        assert!(by_alias.aliases >= 100_000 && by_alias.replayed >= 100_000 * 22);
        // An org with its products one by one, and a value for each of ten keys.
        const { assert!(MAX_PARTS >= 100_000 * (1 + 2 * 9 + 1 + 20)) };
        // Each product on a line of its own, by a name of 16 letters.
        let line = "      - workforce-entry-\n".len();
        assert!(MAX_FILE_BYTES >= 100_000 * (100 + 20 * line));
    }
}
