//! Sends the requests, one after the other.

use super::ask::Ask;
use super::heard::Heard;
use super::judge::Hearing;
use crate::aerial::{Error, OneOrg, Reader};
use crate::http::Answer;
use crate::live::LiveOrg;

/// What an org was left as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Left {
    /// As it was before.
    AsItWas,
    /// A write changed it, and it was put back.
    PutBack,
    /// A write changed it, and it isn't as before.
    Changed,
    /// Nobody knows: reading it again failed; why.
    Unknown(String),
}

/// Asks everything that a read can ask.
///
/// # Errors
/// When the account can't be read or isn't the one that was meant, and when the run is to end.
pub async fn read(reader: &Reader, hearing: &mut Hearing) -> Result<(), Error> {
    for ask in Ask::READS {
        let Some((below, path, query)) = ask.read() else {
            continue;
        };
        note(hearing, ask, reader.hear(below, path, query).await)?;
        if ask == Ask::Account {
            reader.account_name().await?;
        }
    }
    Ok(())
}

/// Sends the writes that leave an org as it was, and reads it after each.
///
/// At the first difference its status and products are put back, and nothing more is sent. `show` is told of each request before it is sent.
///
/// # Errors
/// When the org can't be read before anything is sent, and when the run is to end.
pub async fn write(
    one: &OneOrg,
    hearing: &mut Hearing,
    mut show: impl FnMut(&str),
) -> Result<Left, Error> {
    let before = one.look().await?;
    hearing.org = Some(before.clone());
    for ask in Ask::WRITES {
        let Some(write) = ask.write(&before) else {
            continue;
        };
        show(&one.shown(&write));
        let answer = one.send(&write).await;
        let after = one.look().await;
        let ended = note(hearing, ask, answer);
        match after {
            Ok(after) if after == before => ended?,
            Ok(_) => return put_back(one, &before, show).await,
            Err(error) => return Ok(Left::Unknown(error.to_string())),
        }
    }
    Ok(Left::AsItWas)
}

/// Writes an org's status and products as they were: both, since either may depend on the other.
async fn put_back(
    one: &OneOrg,
    before: &LiveOrg,
    mut show: impl FnMut(&str),
) -> Result<Left, Error> {
    let status = Ask::SameStatus.write(before);
    let products = Ask::SameProducts.write(before);
    for write in [status, products].into_iter().flatten() {
        show(&format!("putting it back: {}", one.shown(&write)));
        if let Err(error) = one.send(&write).await {
            show(&error.to_string());
        }
    }
    Ok(match one.look().await {
        Ok(after) if after == *before => Left::PutBack,
        Ok(_) => Left::Changed,
        Err(error) => Left::Unknown(error.to_string()),
    })
}

fn note(hearing: &mut Hearing, ask: Ask, answer: Result<Answer, Error>) -> Result<(), Error> {
    let heard = match answer {
        Ok(answer) => Ok(Heard::of(&answer)),
        Err(error) if error.is_interruption() => return Err(error),
        Err(error) => Err(error.to_string()),
    };
    hearing.heard.insert(ask, heard);
    Ok(())
}
