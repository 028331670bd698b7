//! The kinds of finding, each with its word and what it means.

/// Makes the enum and its tables from one row a kind, so that none can lack a word or an explanation.
macro_rules! codes {
    ($($name:ident $word:literal $explanation:literal,)*) => {
        /// The kind of a finding; its word is stable.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Code {
            $(#[doc = $explanation] $name,)*
        }

        impl Code {
            /// Every kind, by word.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The word that SARIF and JSON have for it, such as `unknown-product`.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }

            /// What it means and what to do about it: one sentence.
            #[must_use]
            pub const fn explanation(self) -> &'static str {
                match self { $(Self::$name => $explanation,)* }
            }
        }
    };
}

codes! {
    AdminHost "admin-host" "The domain is that of an admin console (`-admin`): write the org's own host, without it.",
    AmbiguousOrg "ambiguous-org" "Several orgs of the account have this domain: name the one that is meant by its `id`.",
    BaselineUnread "baseline-unread" "The inside of an org with a baseline can't be read, so nothing is changed there: the message says why.",
    BundleCycle "bundle-cycle" "A bundle contains itself through others: take one of them out of the circle.",
    BundleDepth "bundle-depth" "Bundles are nested too deeply to be expanded: list the products of the inner ones instead.",
    CellDiffers "cell-differs" "A linked org is in another cell than the file says; nothing is moved, so correct the file.",
    ConflictingBundle "conflicting-bundle" "Two bundles have one name: keep one of them, or rename one.",
    ConflictingName "conflicting-name" "A product and a bundle have one name, so a list that uses it could mean either: rename one.",
    ConflictingProduct "conflicting-product" "One product name stands for two ids: keep one, or give each a name of its own.",
    ConflictingValue "conflicting-value" "Two files give a key of the whole desired state different values: keep it in one file, or say the same in each.",
    ConstraintBroken "constraint-broken" "An org's products break a constraint, or too many orgs have a product: change the list, or the constraint.",
    ConstraintUnjudged "constraint-unjudged" "What an additive org has beside its list isn't known without the account, so only `plan` holds it against the constraints.",
    ContradictoryConstraint "contradictory-constraint" "Constraints ask for products that exclude each other, so no org can keep them: take one of the two out.",
    CreationUnknown "creation-unknown" "Nothing tells whether an earlier run has created an org that isn't seen, so it isn't created again and the plan isn't applied: look in Okta, and take the receipt that the message names out of its folder where there is no such org.",
    DeletionNotOffered "deletion-not-offered" "Okta deletes orgs of the sandbox and of partners alone: write `status: inactive`, or say what kind of account it is.",
    DeletionUnknown "deletion-unknown" "Nothing tells whether an org's deletion was requested already, so it is left out and the plan isn't applied: keep the receipts of all runs in one folder and name it with --receipt-dir, or take the entry out.",
    DomainDiffers "domain-differs" "An entry's `domain` isn't that of the org with its `id`: write the new one if the org was renamed, else correct the `id`.",
    DuplicateKey "duplicate-key" "A mapping has one key twice, and only one of the two could count: keep one.",
    DuplicateOrg "duplicate-org" "Two entries are about one org: keep one, with what both say.",
    EmptyFile "empty-file" "The file says nothing: write `version`, `account` and `orgs`, or remove it.",
    EmptyValue "empty-value" "A key has no value: give it one, write `[]` for an empty list, or remove the key.",
    EndsSoon "ends-soon" "An `until` comes within the next 14 days: move it if what it is about is to stay.",
    Failure "error" "The command can't go on: the message says why.",
    ForeignDomain "foreign-domain" "An org's domain isn't a host of Okta's, and credentials go to no other: write its Okta host, or its `id` alone.",
    ForeignHost "foreign-host" "A file names a server that isn't Okta's, and tokens must not go there because a file says so: correct it, or say in the environment where the account is.",
    Guardrail "guardrail" "The plan exceeds a limit that the file or a default sets: look at what it would do, and allow it for this run if it is meant.",
    IdleUntil "idle-until" "An `until` changes nothing, because something else in the file holds longer or says the same whatever the day: remove one of the two.",
    IgnoredProduct "ignored-product" "An org lists a product that `ignoreProducts` leaves to others, so it isn't enabled: remove it from one of the two.",
    InactiveAerialOrg "inactive-aerial-org" "The Aerial org issues every token and is never deactivated: remove its `status`.",
    InactiveOrg "inactive-org" "The products of an org that is and stays inactive are to change, which Okta may refuse: make it active first, or leave its products alone.",
    InvalidBaseline "invalid-baseline" "A baseline says something that no object can have: remove it, or correct it as the message says.",
    InvalidCatalogue "invalid-catalogue" "The account's catalogue can't be used: refresh it with `aerialctl catalog`, or remove it.",
    InvalidCreate "invalid-create" "An org can't be created like this: the message says what Okta takes, and what this format demands.",
    InvalidDomain "invalid-domain" "This can't be an org's domain: write its host, such as `acme-emea.okta.com`.",
    InvalidName "invalid-name" "This can't be the name of a product or bundle: use letters, digits and hyphens.",
    InvalidOrg "invalid-org" "This is neither an org's domain nor its id: write it as in `orgs`.",
    InvalidValue "invalid-value" "A key has a value that it can't have: the message says what it takes.",
    LeftOut "left-out" "What an `until` takes away is left out of the plan: taking it away would breach a limit, or nobody has reviewed it yet.",
    Lookalike "lookalike" "An entry without a live org looks like a managed org that no entry lists, and linking can't be undone: correct the domain, or say `new: true` where it is meant.",
    MisplacedRule "misplaced-rule" "A key that holds for the whole account stands in a file that may only have orgs: move it to a file directly in the named folder that has no `orgs`, or to the one with the rest of `account`.",
    MissingCell "missing-cell" "An org that isn't linked yet needs its cell for that: add `cell` to it, or to `defaults`.",
    MissingKey "missing-key" "A key that has to be there isn't: add it.",
    NoAerialOrg "no-aerial-org" "The account's list lacks the Aerial org, which is always in it: check what the token may see before applying.",
    NotJudged "not-judged" "A run about a part of the account can't judge a guardrail that is about all of it: a run without narrowing can.",
    NotText "not-text" "The file is binary: a desired state is YAML, as UTF-8 text.",
    NotUtf8 "not-utf-8" "The file isn't UTF-8: save it as UTF-8.",
    OrgMismatch "org-mismatch" "An entry's `id` and `domain` belong to different orgs: correct one of the two.",
    OrgWithoutName "org-without-name" "An entry has neither `domain` nor `id`, so nobody knows which org it is: add one.",
    PriorityGap "priority-gap" "Okta keeps no gaps between the priorities of these: in an org that has fewer of them this is the last place.",
    RepeatedPriority "repeated-priority" "Two policies of one type, or two rules of one policy, have one priority: give each its own.",
    RepeatedProduct "repeated-product" "Two product names stand for one id, as after a copy and paste: correct the id of one, or keep one name.",
    RepeatedRule "repeated-rule" "Two files have one key that holds for the whole account: keep it in one of them.",
    RepeatedWave "repeated-wave" "A wave stands twice in `waves`, so nobody knows when its orgs come: keep one.",
    SandboxCell "sandbox-cell" "The sandbox reaches orgs in OP3 cells alone, so an org in another cell can't be linked there: correct its cell, or the account's environment.",
    SecretInBaseline "secret-in-baseline" "A baseline can't hold secrets: remove it, and take it for known to everybody who could read the file.",
    SharedPassword "shared-password" "Several new orgs would get one first password for their admins: name a variable for each.",
    ShortId "short-id" "An org's id is shorter than Okta's, which have 20 characters, and a cut-off one would ask for a link, which can't be undone: write the whole id, and the `domain` beside it.",
    TokenLost "token-lost" "An org that an earlier run began to create is there, and nobody kept its API token: where one is needed, its admin makes another.",
    TooLarge "too-large" "The file is too large to be read: split it into several files in a folder.",
    TooManyProducts "too-many-products" "The lists of products expand to more than can be planned: shorten them, or split the account's file.",
    UnknownBaseline "unknown-baseline" "An org or the defaults name a baseline that isn't declared: correct its name, or declare it under `baselines`.",
    UnknownKey "unknown-key" "The format has no such key here: correct its spelling, or remove it.",
    UnknownOrg "unknown-org" "An entry is about an org that the account's catalogue doesn't have, so it would be linked: correct its domain, say `new: true`, or refresh the catalogue.",
    UnknownProduct "unknown-product" "The word is neither a declared name nor a product id: declare it under `products` or `bundles`, or correct it.",
    UnknownProtectedOrg "unknown-protected-org" "A protected org is in no entry of `orgs`, so nothing is protected by it: write it as in `orgs`, or remove it.",
    UnknownReference "unknown-reference" "A reference in a baseline names nothing that comes before it in the same baseline: correct the name, or add the object.",
    UnknownStatus "unknown-status" "The account gives an org a status that Okta doesn't document, so what to do about it can't be planned: look at the org in Okta.",
    UnknownWave "unknown-wave" "An org names a wave that isn't listed: correct its name, or list it under `waves`.",
    UnmanagedOrgs "unmanaged-orgs" "The account has orgs that the file doesn't list; they are left alone: add them, or set `guardrails.unmanagedOrgs` to `ignore`.",
    UnreadFiles "unread-files" "Files that look like YAML aren't read: give them a name that ends in `.yaml` or `.yml`, or move them elsewhere.",
    UnsubscribedProduct "unsubscribed-product" "The account isn't subscribed to a product, so no org can get it: correct the id, or subscribe to it.",
    Notice "warning" "The command goes on, and there is something to know: the message says what.",
    Yaml "yaml" "The file isn't valid YAML: correct it at the place shown.",
    YamlBudget "yaml-budget" "The file is nested too deeply or has too many parts, aliases expanded: split or flatten it.",
    YamlDocuments "yaml-documents" "The file has a second YAML document: keep one in each file; a folder of files is one desired state.",
    YamlTab "yaml-tab" "A tab stands in the indentation, where YAML allows only spaces: replace it.",
}

impl Code {
    /// Whether the account is to blame rather than the file: then the desired state isn't what is invalid.
    #[must_use]
    pub fn blames_account(self) -> bool {
        self == Self::UnknownStatus
    }
}

#[cfg(test)]
mod tests {
    use super::Code;

    #[test]
    fn the_table_is_by_word_and_explains_each_in_one_sentence() {
        assert!(Code::ALL.is_sorted_by(|a, b| a.as_str() < b.as_str()));
        for code in Code::ALL {
            let text = code.explanation();
            assert!(text.ends_with('.') && !text.contains(". "), "{text}");
            assert!(text.starts_with(char::is_uppercase), "{text}");
        }
    }
}
