//! Sends the reads, one after the other.

use super::ask::Ask;
use super::heard::Heard;
use super::judge::Hearing;
use crate::aerial::{Error, Reader};
use crate::http::Answer;

/// Asks everything that a read can ask.
///
/// # Errors
/// When the account can't be read or isn't the one that was meant, and when the run is to end.
pub async fn read(reader: &Reader, hearing: &mut Hearing) -> Result<(), Error> {
    for ask in Ask::READS {
        if ask == Ask::Nonce {
            match reader.hear_without_nonce().await {
                Ok(None) => hearing.leave(ask, "the token needs no proof"),
                Ok(Some(answer)) => note(hearing, ask, Ok(answer))?,
                Err(error) => note(hearing, ask, Err(error))?,
            }
            continue;
        }
        let page = hearing.on(Ask::Page);
        let known = page.and_then(|page| page.domains.first());
        let Some((below, path, query)) = ask.read(known) else {
            continue;
        };
        note(hearing, ask, reader.hear(below, path, &query).await)?;
        if ask == Ask::Account {
            reader.account_name().await?;
        }
    }
    Ok(())
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
