//! Calls that come in pieces, put together by their index.
//!
//! A piece names its call by index; where a gateway leaves the index out, or gives every call the same one, a piece with
//! a new id begins a call and one without goes on with the last. Ids that are missing, doubled or too long are replaced:
//! the contract wants them distinct. Arguments must be a JSON object; none at all mean an empty one.
//! Limits: [`CALLS_MAX`], [`ARGUMENTS_BYTES_MAX`], [`NAME_BYTES_MAX`]. It does not know which tools there are.

use std::collections::BTreeSet;

use serde_json::value::RawValue;

use crate::{
    chat::{Call, Error},
    words::{clipped, told},
};

/// Most calls of one completion; the contract's cap of an assistant's message.
pub const CALLS_MAX: usize = 64;
/// Most arguments of a call; the contract's cap.
pub(crate) const ARGUMENTS_BYTES_MAX: usize = 64 << 10;
/// Longest name of a tool, and longest id of a call; the contract's caps.
pub(crate) const NAME_BYTES_MAX: usize = 64;

/// A piece of a call.
#[derive(Debug, Clone, Copy, Default)]
pub struct Piece<'a> {
    /// Which call it belongs to.
    pub index: Option<u32>,
    /// The vendor's id; in the first piece only, as a rule.
    pub id: &'a str,
    /// The tool; in the first piece only, as a rule.
    pub name: &'a str,
    /// The next of the arguments' text.
    pub arguments: &'a str,
}

#[derive(Debug)]
struct Begun {
    index: Option<u32>,
    id: String,
    name: String,
    arguments: String,
}

/// Puts pieces together.
#[derive(Debug, Default)]
pub struct Assembler {
    begun: Vec<Begun>,
    ids: BTreeSet<String>,
    finished: usize,
}

impl Assembler {
    /// Calls that are finished.
    pub fn finished(&self) -> usize {
        self.finished
    }

    /// Takes a piece.
    ///
    /// # Errors
    /// A limit.
    pub fn piece(&mut self, piece: Piece<'_>) -> Result<(), Error> {
        let at = match self.begun.iter().rposition(|call| call.index == piece.index) {
            Some(at) if !begins_another(&self.begun[at], &piece) => at,
            _ => self.begin(&piece)?,
        };
        let call = &mut self.begun[at];
        if call.id.is_empty() {
            piece.id.clone_into(&mut call.id);
        }
        if call.name.is_empty() {
            piece.name.clone_into(&mut call.name);
        }
        if call.arguments.len() + piece.arguments.len() > ARGUMENTS_BYTES_MAX {
            return Err(Error::BadResponse(format!(
                "the model called `{}` with more than {ARGUMENTS_BYTES_MAX} bytes of arguments; ask for less at once",
                told(&call.name)
            )));
        }
        call.arguments.push_str(piece.arguments);
        Ok(())
    }

    /// More arguments of a call that is begun; of one that is not, nothing: it is no call of ours.
    ///
    /// # Errors
    /// A limit.
    pub fn more(&mut self, index: u32, arguments: &str) -> Result<(), Error> {
        let ours = self.begun.iter().any(|call| call.index == Some(index));
        if ours { self.piece(Piece { index: Some(index), arguments, ..Piece::default() }) } else { Ok(()) }
    }

    /// A call that comes whole.
    ///
    /// # Errors
    /// A limit, or arguments that are no object.
    pub fn whole(&mut self, id: &str, name: &str, arguments: &str) -> Result<Call, Error> {
        if self.finished >= CALLS_MAX {
            return Err(too_many());
        }
        self.finish(Begun { index: None, id: id.to_owned(), name: name.to_owned(), arguments: arguments.to_owned() })
    }

    /// The call of this index is complete; none if there is none.
    ///
    /// # Errors
    /// Arguments that are no object, a name that is none.
    pub fn complete(&mut self, index: u32) -> Result<Option<Call>, Error> {
        let at = self.begun.iter().position(|call| call.index == Some(index));
        at.map(|at| self.begun.remove(at)).map(|begun| self.finish(begun)).transpose()
    }

    /// Every call that is begun is complete.
    ///
    /// # Errors
    /// Arguments that are no object, a name that is none.
    pub fn complete_all(&mut self) -> Result<Vec<Call>, Error> {
        std::mem::take(&mut self.begun).into_iter().map(|begun| self.finish(begun)).collect()
    }

    /// Forgets calls that will not be completed; how many there were.
    pub fn abandon(&mut self) -> usize {
        std::mem::take(&mut self.begun).len()
    }

    fn begin(&mut self, piece: &Piece<'_>) -> Result<usize, Error> {
        if self.begun.len() + self.finished >= CALLS_MAX {
            return Err(too_many());
        }
        let (index, id, name) = (piece.index, piece.id.to_owned(), piece.name.to_owned());
        self.begun.push(Begun { index, id, name, arguments: String::new() });
        Ok(self.begun.len() - 1)
    }

    fn finish(&mut self, begun: Begun) -> Result<Call, Error> {
        if begun.name.is_empty() || begun.name.len() > NAME_BYTES_MAX {
            return Err(Error::BadResponse(format!(
                "the model called a tool whose name is not 1 to {NAME_BYTES_MAX} bytes long (`{}`); ask again",
                clipped(&told(&begun.name), NAME_BYTES_MAX)
            )));
        }
        let arguments_json = object(&begun.arguments).ok_or_else(|| {
            Error::BadResponse(format!(
                "the model called `{}` with arguments that are no JSON object; ask again, or choose a model that calls tools better",
                told(&begun.name)
            ))
        })?;
        let id = self.distinct(begun.id);
        self.finished += 1;
        Ok(Call { id, name: begun.name, arguments_json })
    }

    fn distinct(&mut self, id: String) -> String {
        let fits = !id.is_empty() && id.len() <= NAME_BYTES_MAX && !self.ids.contains(&id);
        let mut number = self.finished + 1;
        let mut chosen = if fits { id } else { format!("call-{number}") };
        // Ends: there are at most `CALLS_MAX` ids to collide with.
        while !self.ids.insert(chosen.clone()) {
            number += 1;
            chosen = format!("call-{number}");
        }
        chosen
    }
}

/// Some gateways give every call index 0, or none: then only a new id tells calls apart.
fn begins_another(call: &Begun, piece: &Piece<'_>) -> bool {
    !piece.id.is_empty() && !call.id.is_empty() && piece.id != call.id
}

/// The text if it is a JSON object, an empty object if there is no text. Kept as it was written.
pub fn object(text: &str) -> Option<String> {
    let text = text.trim();
    if text.is_empty() || text == "null" {
        return Some("{}".to_owned());
    }
    let fits = text.len() <= ARGUMENTS_BYTES_MAX && text.starts_with('{');
    (fits && serde_json::from_str::<&RawValue>(text).is_ok()).then(|| text.to_owned())
}

fn too_many() -> Error {
    Error::BadResponse(format!("the model made more than {CALLS_MAX} calls at once; ask for fewer things at once"))
}
