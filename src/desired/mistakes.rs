//! Typical mistakes behind a parser's error: what was probably meant, where, and what to write instead.
//!
//! The parser says where it could go no further, in its own words. A person's mistake is often a line before, and has a name.

/// A mistake that was recognised; its place is in lines and characters, from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mistake {
    pub(super) line: usize,
    pub(super) column: usize,
    pub(super) len: usize,
    pub(super) message: String,
    pub(super) help: String,
    /// Whether the message or the help quotes the file.
    pub(super) quotes: bool,
}

/// Where the parser stopped, and why.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stop<'a> {
    pub(super) text: &'a str,
    /// From 1.
    pub(super) line: usize,
    /// From 1.
    pub(super) column: usize,
    /// The parser's words.
    pub(super) reason: &'a str,
}

/// The mistake behind an error, if it is a typical one.
pub(super) fn recognise(stop: Stop<'_>) -> Option<Mistake> {
    merge_conflict(stop)
        .or_else(|| tab(stop))
        .or_else(|| fence(stop))
        .or_else(|| reserved_sign(stop))
        .or_else(|| unclosed_quote(stop))
        .or_else(|| unknown_anchor(stop))
        .or_else(|| null_key(stop))
        .or_else(|| dash_in_brackets(stop))
        .or_else(|| unclosed_bracket(stop))
        .or_else(|| no_space_after_colon(stop))
        .or_else(|| colon_in_value(stop))
        .or_else(|| indentation(stop))
}

impl<'a> Stop<'a> {
    /// A line, from 1.
    fn at(self, line: usize) -> &'a str {
        let before = line.checked_sub(1);
        before
            .and_then(|before| self.text.lines().nth(before))
            .unwrap_or_default()
    }

    fn says(self, words: &[&str]) -> bool {
        words.iter().any(|word| self.reason.contains(word))
    }

    /// The last line before this one that says something.
    fn previous(self, line: usize) -> Option<(usize, &'a str)> {
        let lines: Vec<&str> = self.text.lines().take(line.saturating_sub(1)).collect();
        let mut numbered = lines.into_iter().enumerate().rev();
        numbered
            .find(|(_, text)| {
                let text = text.trim();
                !text.is_empty() && !text.starts_with('#')
            })
            .map(|(before, text)| (before + 1, text))
    }
}

fn indent(line: &str) -> usize {
    line.chars().take_while(|c| *c == ' ').count()
}

/// The column of the key of a line: behind the dash of a list's item.
fn key_column(line: &str) -> usize {
    let spaces = indent(line);
    let rest = line.trim_start_matches(' ');
    match rest.strip_prefix("- ") {
        Some(behind) => spaces + 2 + indent(behind),
        None => spaces,
    }
}

fn whole(line: usize, text: &str, message: &str, help: &str) -> Mistake {
    let column = text.chars().take_while(|c| c.is_whitespace()).count() + 1;
    Mistake {
        line,
        column,
        len: text.trim().chars().count().max(1),
        message: message.to_owned(),
        help: help.to_owned(),
        quotes: false,
    }
}

/// Git leaves `<<<<<<<`, `=======` and `>>>>>>>` in a file that two branches changed.
fn merge_conflict(stop: Stop<'_>) -> Option<Mistake> {
    let mut marks = stop.text.lines().zip(1..).filter(|(text, _)| {
        text.starts_with("<<<<<<< ") || text.starts_with(">>>>>>> ") || text.trim_end() == "======="
    });
    let (text, line) = marks.next()?;
    Some(whole(
        line,
        text,
        "an unresolved merge conflict",
        "decide between the two sides, and remove the lines with `<<<<<<<`, `=======` and `>>>>>>>`",
    ))
}

/// The parser names the line before the one with the tab.
fn tab(stop: Stop<'_>) -> Option<Mistake> {
    let near = [stop.line, stop.line + 1].into_iter().find_map(|line| {
        let text = stop.at(line);
        let before: String = text.chars().take_while(|c| c.is_whitespace()).collect();
        let at = before.chars().position(|c| c == '\t')?;
        Some((line, at))
    });
    let (line, at) = near?;
    Some(Mistake {
        line,
        column: at + 1,
        len: 1,
        message: "a tab in the indentation; YAML allows only spaces there".to_owned(),
        help: "replace the tab with spaces".to_owned(),
        quotes: false,
    })
}

fn fence(stop: Stop<'_>) -> Option<Mistake> {
    let text = stop.at(stop.line);
    text.trim_start().starts_with("```").then(|| {
        whole(
            stop.line,
            text,
            "a Markdown code fence, which isn't YAML",
            "remove the lines with the three backticks",
        )
    })
}

/// `@`, `%` and a backtick can't begin a value.
fn reserved_sign(stop: Stop<'_>) -> Option<Mistake> {
    if !stop.says(&["unexpected character"]) {
        return None;
    }
    let text: String = stop.at(stop.line).chars().skip(stop.column - 1).collect();
    let value = text.trim_end();
    let sign = value.chars().next().filter(|c| "@%`".contains(*c))?;
    let help = if sign == '%' && value.matches('%').count() > 1 {
        format!("was a placeholder left unfilled? If it is meant, quote it: `\"{value}\"`")
    } else {
        format!("quote it: `\"{value}\"`")
    };
    Some(Mistake {
        line: stop.line,
        column: stop.column,
        len: value.chars().count(),
        message: format!("`{sign}` can't begin a value in YAML"),
        help,
        quotes: true,
    })
}

fn unclosed_quote(stop: Stop<'_>) -> Option<Mistake> {
    if !stop.says(&["unclosed quote", "while scanning a quoted scalar"]) {
        return None;
    }
    let rest: String = stop.at(stop.line).chars().skip(stop.column - 1).collect();
    let quote = rest.chars().next().filter(|c| "\"'".contains(*c))?;
    Some(Mistake {
        line: stop.line,
        column: stop.column,
        len: rest.trim_end().chars().count(),
        message: format!("a `{quote}` that is never closed"),
        help: format!("end the value with `{quote}`, or write it without quotes"),
        quotes: false,
    })
}

fn unknown_anchor(stop: Stop<'_>) -> Option<Mistake> {
    if !stop.says(&["unknown anchor"]) {
        return None;
    }
    let text = stop.at(stop.line);
    let from = stop.column.saturating_sub(2);
    let name: String = text.chars().skip(from).skip_while(|c| *c != '*').collect();
    let name: String = name
        .chars()
        .skip(1)
        .take_while(|c| c.is_alphanumeric() || "-_".contains(*c))
        .collect();
    let before = text.chars().take_while(|c| *c != '*').count();
    Some(Mistake {
        line: stop.line,
        column: before + 1,
        len: name.chars().count() + 1,
        message: format!("`*{name}` stands for nothing: no `&{name}` comes before it"),
        help: format!(
            "put `&{name}` before the value that is meant, or make it a bundle and write its name"
        ),
        quotes: true,
    })
}

fn null_key(stop: Stop<'_>) -> Option<Mistake> {
    if !stop.says(&["null into string"]) {
        return None;
    }
    let rest: String = stop.at(stop.line).chars().skip(stop.column - 1).collect();
    let word: String = rest
        .chars()
        .take_while(|c| c.is_alphanumeric() || *c == '~')
        .collect();
    Some(Mistake {
        line: stop.line,
        column: stop.column,
        len: word.chars().count().max(1),
        message: format!("`{word}` is no key: YAML takes it for nothing at all"),
        help: format!("quote it, if it is a name: `\"{word}\"`"),
        quotes: true,
    })
}

/// `[- domain: a.okta.com]`: two ways of writing a list in one.
fn dash_in_brackets(stop: Stop<'_>) -> Option<Mistake> {
    let (line, column, open) = open_brackets(stop).pop()?;
    let rest: String = stop.at(line).chars().skip(column).collect();
    let dash = rest.chars().take_while(|c| *c == ' ').count();
    (open == '[' && rest.trim_start().starts_with("- ")).then(|| Mistake {
        line,
        column: column + dash + 1,
        len: 1,
        message: "a dash within brackets; a list has either".to_owned(),
        help: "remove the brackets, and put each item on a line of its own; or remove the dashes, and put each mapping in braces: `[{domain: acme.okta.com}]`".to_owned(),
        quotes: false,
    })
}

/// The innermost bracket that is open where the parser stopped.
fn unclosed_bracket(stop: Stop<'_>) -> Option<Mistake> {
    if !stop.says(&[
        "illegal placement of ':'",
        "only valid inside a block",
        "did not find expected ','",
        "flow",
        "end of file",
        "EOF",
    ]) {
        return None;
    }
    let (line, column, open) = open_brackets(stop).pop()?;
    let close = if open == '[' { ']' } else { '}' };
    Some(Mistake {
        line,
        column,
        len: 1,
        message: format!("a `{open}` that is never closed"),
        help: format!("add the `{close}` where it ends"),
        quotes: false,
    })
}

/// The brackets that are open where the parser stopped, with their places.
fn open_brackets(stop: Stop<'_>) -> Vec<(usize, usize, char)> {
    let mut open = Vec::new();
    for (text, line) in stop.text.lines().zip(1..).take(stop.line) {
        let mut quote = None;
        let mut before = ' ';
        for (c, column) in text.chars().zip(1..) {
            if line == stop.line && column >= stop.column {
                break;
            }
            match (quote, c) {
                (Some(mark), _) if c == mark => quote = None,
                (Some(_), _) => {}
                (None, '"' | '\'') if !before.is_alphanumeric() => quote = Some(c),
                (None, '#') if before == ' ' => break,
                (None, '[' | '{') => open.push((line, column, c)),
                (None, ']' | '}') => {
                    open.pop();
                }
                (None, _) => {}
            }
            before = c;
        }
    }
    open
}

/// `cell:ok16`: without a space it is one word.
fn no_space_after_colon(stop: Stop<'_>) -> Option<Mistake> {
    if !stop.says(&[
        "expected ':'",
        "simple key",
        "mapping values are not allowed",
    ]) {
        return None;
    }
    let candidates = [
        Some(stop.line),
        stop.previous(stop.line).map(|(line, _)| line),
    ];
    candidates.into_iter().flatten().find_map(|line| {
        let text = stop.at(line);
        let start = key_column(text);
        let word: String = text
            .chars()
            .skip(start)
            .collect::<String>()
            .trim_end()
            .to_owned();
        let (key, value) = word.split_once(':')?;
        let plain = !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric());
        let glued = plain && !value.is_empty() && !value.starts_with(' ') && !value.contains(": ");
        glued.then(|| Mistake {
            line,
            column: start + 1,
            len: word.chars().count(),
            message: format!("`{word}` lacks a space after the colon"),
            help: format!("write `{key}: {value}`"),
            quotes: true,
        })
    })
}

/// `domain: a.okta.com: production`: the second colon would begin a mapping.
fn colon_in_value(stop: Stop<'_>) -> Option<Mistake> {
    if !stop.says(&["mapping values are not allowed"]) {
        return None;
    }
    let text = stop.at(stop.line);
    let start = key_column(text);
    let line: String = text.chars().skip(start).collect();
    let (key, value) = line.split_once(": ")?;
    let value = value.trim();
    (value.contains(": ") || value.ends_with(':')).then(|| Mistake {
        line: stop.line,
        column: start + key.chars().count() + 3,
        len: value.chars().count(),
        message: format!("the value of `{key}` has a colon in it"),
        help: format!("quote it: `{key}: \"{value}\"`"),
        quotes: true,
    })
}

/// A line that lines up with nothing.
fn indentation(stop: Stop<'_>) -> Option<Mistake> {
    if !stop.says(&[
        "mapping values are not allowed",
        "expected '-'",
        "expected key",
        "block mapping",
        "block collection",
    ]) {
        return None;
    }
    let text = stop.at(stop.line);
    let (_, before) = stop.previous(stop.line)?;
    let (is, wanted) = (key_column(text), key_column(before));
    let key = before.chars().skip(wanted).collect::<String>();
    let key = key.split(':').next().unwrap_or_default().trim();
    (is != wanted && !key.is_empty()).then(|| Mistake {
        quotes: true,
        ..whole(
            stop.line,
            text,
            "the indentation of this line fits nothing above it",
            &format!("line it up with `{key}` above: {wanted} spaces instead of {is}"),
        )
    })
}
