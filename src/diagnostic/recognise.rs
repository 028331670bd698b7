//! Whether a text is a desired state at all: only then it is shown, and only then its values are quoted. Anything else may
//! be a file of secrets that somebody made the program read.

/// Keys that no other format begins a line with.
const OURS: [&str; 6] = [
    "orgs",
    "account",
    "bundles",
    "baselines",
    "constraints",
    "guardrails",
];

/// Parts of keys whose values are secrets.
const SECRET: [&str; 4] = ["secret", "private_key", "privatekey", "password"];

/// Okta's bodies have keys with these in them that hold no secret: mappings, numbers and switches, never a text.
const PLAIN_IN_BASELINES: [&str; 2] = ["password", "token"];

/// Whether the text has a line that only a desired state has, and no key that a secret would stand under.
#[must_use]
pub(super) fn is_desired_state(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return false;
    };
    let text = text.trim_start_matches('\u{feff}');
    let json = text.trim_start().starts_with('{');
    text.lines().any(|line| is_ours(line, json)) && !has_secret_key(text)
}

/// `orgs:` and its like at the very start of a line, or `version: 1`. In JSON they stand in quotes, after blanks and braces.
fn is_ours(line: &str, json: bool) -> bool {
    let line = if json {
        line.trim_start_matches([' ', '\t', '{', ','])
    } else {
        line
    };
    let Some((key, value)) = line.split_once(':') else {
        return false;
    };
    let key = match key.strip_prefix('"').and_then(|key| key.strip_suffix('"')) {
        Some(quoted) if json => quoted,
        _ => key,
    };
    if key == "version" {
        let value = value.trim_start();
        let rest = value.strip_prefix('1');
        return rest
            .is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '.'));
    }
    OURS.contains(&key)
}

/// Whether any word before a `:` or `=` says that a secret follows.
fn has_secret_key(text: &str) -> bool {
    let mut in_baselines = false;
    for line in text.lines() {
        if line.starts_with(|c: char| !c.is_whitespace() && c != '#') {
            in_baselines = line.starts_with("baselines:");
        }
        let mut rest = line;
        // Both are one byte, and bytes are looked through sooner than characters.
        while let Some(at) = rest.bytes().position(|byte| matches!(byte, b':' | b'=')) {
            let (before, after) = rest.split_at(at);
            if secret_key(before, in_baselines && !is_text(after)) {
                return true;
            }
            rest = after.get(1..).unwrap_or_default();
        }
    }
    false
}

/// Whether what follows a `:` in Okta's bodies is a text, which under such a key would be a secret.
fn is_text(after: &str) -> bool {
    let value = after.get(1..).unwrap_or_default().trim();
    let end = value.find([',', '}', ']', '#']).unwrap_or(value.len());
    let word = value.get(..end).unwrap_or(value).trim();
    let plain = word.is_empty()
        || word.starts_with(['{', '['])
        || matches!(word, "true" | "false" | "null" | "~")
        || word.bytes().all(|b| b.is_ascii_digit());
    !plain
}

fn secret_key(before: &str, in_body: bool) -> bool {
    let word = before.trim_end_matches([' ', '\t', '"', '\'']);
    let start = word
        .rfind(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.')))
        .map_or(0, |at| at + 1);
    let key = word.get(start..).unwrap_or(word).to_ascii_lowercase();
    if key == "passwordfrom" {
        return false;
    }
    let plain = |part: &str| in_body && PLAIN_IN_BASELINES.contains(&part);
    SECRET
        .iter()
        .chain(&["token"])
        .any(|part| key.contains(part) && !plain(part))
}

#[cfg(test)]
mod tests {
    use super::is_desired_state;

    #[test]
    fn a_desired_state_is_known_by_its_lines() {
        for text in [
            "version: 1\n",
            "\u{feff}version: 1 # the first\r\n",
            "# teams\norgs:\n  - domain: a.okta.com\n",
            "orgs: []",
            "account: {id: x}\n",
            "bundles:\n",
            "guardrails: {}\n",
            "baselines:\n  standard:\n    tokenLifetime: 5\n    passwordPolicy: {}\n    password:\n      token: true # yes\n",
            "{\"version\": 1, \"orgs\": []}",
            "{\n  \"orgs\" : []\n}".replace("\" :", "\":").as_str(),
            "{version: 1, orgs: []}",
            "orgs:\n- create: {admin: {passwordFrom: AERIAL_ADMIN_PASSWORD_X}}\n",
        ] {
            assert!(is_desired_state(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn what_may_hold_secrets_is_not_one() {
        for text in [
            "",
            "just text",
            "machine api.okta.com login me password hunter2",
            "AERIAL_ACCESS_TOKEN=abc\n",
            "  orgs: []\n",
            "x orgs: []\n",
            "version: 10\n",
            "version: 1.2\n",
            "version: 2\n",
            "orgs: []\nclient_secret: x\n",
            "orgs: []\nPASSWORD=x\n",
            "orgs: []\n  \"apiToken\" : x\n",
            "orgs: []\nprivateKey: x\n",
            "orgs: []\nprivate_key_file: x\n",
            "baselines: {}\norgs:\n  token: x\n",
            "baselines:\n  x: {clientSecret: y}\n",
            "baselines:\n  x: {password: hunter2}\n",
            "baselines:\n  x:\n    token: 'abc'\n",
            "{\"account\": \"me\", \"refresh_token\": \"x\"}",
            "[\"orgs\"]",
        ] {
            assert!(!is_desired_state(text.as_bytes()), "{text}");
        }
        assert!(!is_desired_state(b"orgs: []\n\xff"));
    }
}
