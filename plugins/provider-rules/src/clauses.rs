//! Several requests in one sentence: "cordon node-3 then drain it", "scale web to 6 and checkout to 8".
//!
//! A sentence that is no request as a whole is parted at its joints; every part must be a request by itself, understood
//! exactly one way, or there is none at all: half of what was asked is not what was asked. A part may leave out what the
//! part before it said: the verb ("and checkout to 8"), or all but a name ("restart web, cart and api"). `it` is the
//! object of the part before. Limits: [`CLAUSES_MAX`] requests, [`READS_MAX`] parts tried.

use std::cell::Cell;

use crate::CLAUSES_MAX;
use crate::intent::{Intent, Name, Object, Place, Reading, Where};
use crate::objects::{kind_word, objects_at, places_at};
use crate::refusal::Refusal;
use crate::tokens::Token;
use crate::vocabulary::JOINTS;

/// Most parts tried for one sentence.
const READS_MAX: u32 = 96;
/// Most words of the part before that may be left out.
const LEFT_OUT_MAX: usize = 4;
/// Joints between the names of a list.
const LIST_JOINTS: [&str; 4] = [",", "and", "then", "plus"];
/// Joints that put what follows after what was said before.
const THEN: [&str; 3] = ["then", "followed", "afterwards"];
/// Words for all the objects before.
const MANY: [&str; 5] = ["them", "they", "these", "those", "both"];

/// One request of a sentence.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Clause {
    pub(crate) reading: Reading,
    /// The clause whose object this one's is.
    pub(crate) same_as: Option<usize>,
    /// Whether it comes after those before it, on whichever cluster: "… on staging then … on prod".
    pub(crate) then: bool,
    /// Clauses of one list of names share it.
    group: usize,
}

impl Clause {
    /// The only one of its sentence.
    pub(crate) fn only(reading: Reading) -> Self {
        Self { reading, same_as: None, then: false, group: 0 }
    }

    fn object(&self) -> Option<&Object> {
        match &self.reading.intent {
            Intent::Object { object, .. } => Some(object),
            _ => None,
        }
    }
}

/// What a part asks for, each with the clause whose object it is about.
type Asked = Vec<(Reading, Option<usize>)>;

/// How a part of a sentence is read.
pub(crate) type Read<'a> = &'a dyn Fn(&[Token]) -> Vec<Reading>;

/// The requests of a sentence, if it falls into requests without a rest.
pub(crate) fn clauses(tokens: &[Token], read: Read<'_>) -> Option<Result<Vec<Clause>, Refusal>> {
    let splitter = Splitter { tokens, read, reads: Cell::new(0) };
    let found = splitter.from(0, &[], &[])?;
    Some(placed(found, tokens))
}

struct Splitter<'a> {
    tokens: &'a [Token],
    read: Read<'a>,
    reads: Cell<u32>,
}

impl Splitter<'_> {
    fn readings(&self, part: &[Token]) -> Vec<Reading> {
        self.reads.set(self.reads.get() + 1);
        if part.is_empty() || self.reads.get() > READS_MAX { Vec::new() } else { (self.read)(part) }
    }

    /// The one way a part can be read, if it is a whole request.
    fn request(&self, part: &[Token]) -> Option<Reading> {
        let mut found = self.readings(part);
        let one = found.pop().filter(|_| found.is_empty())?;
        let whole = !matches!(one.intent, Intent::Talk(_) | Intent::Incomplete(_)) && !one.place.conflict;
        whole.then_some(one)
    }

    /// The requests from a word on, the longest parts tried first.
    fn from(&self, start: usize, before: &[Clause], part_before: &[Token]) -> Option<Vec<Clause>> {
        let joint = |at: &usize| self.tokens.get(*at).is_some_and(|token| token.is_one_of(JOINTS));
        let joints = start;
        let start = (start..self.tokens.len()).find(|at| !joint(at)).unwrap_or(self.tokens.len());
        let after = self.tokens[joints..start].iter().any(|token| token.is_one_of(&THEN));
        // What comes after something also comes after what that came after.
        let then = !before.is_empty() && (after || before.iter().any(|clause| clause.then));
        if start == self.tokens.len() {
            return (!before.is_empty()).then(|| before.to_vec());
        }
        let ends = (start + 1..self.tokens.len()).filter(joint).chain([self.tokens.len()]);
        for end in ends.collect::<Vec<_>>().into_iter().rev() {
            if self.reads.get() > READS_MAX {
                return None;
            }
            let part = crate::understand::plain_request(&self.tokens[start..end]);
            let Some((read, part, group)) = self.part(part, before, part_before) else { continue };
            let mut all = before.to_vec();
            for (reading, same_as) in read {
                let again = all.iter().any(|clause| clause.reading == reading && clause.same_as == same_as);
                if !again {
                    all.push(Clause { reading, same_as, then, group });
                }
            }
            if all.len() <= CLAUSES_MAX
                && let Some(whole) = self.from(end, &all, &part)
            {
                return Some(whole);
            }
        }
        None
    }

    /// What a part asks for, with its words when nothing is left out, and its group. A part that leaves out the verb goes
    /// on with the list before it, so that `it` is none of them.
    fn part(&self, part: Vec<Token>, before: &[Clause], part_before: &[Token]) -> Option<(Asked, Vec<Token>, usize)> {
        let last = before.last().map_or(0, |clause| clause.group);
        let next = before.last().map_or(0, |_| last + 1);
        if let Some(one) = self.request(&part).filter(|one| !is_more_of(one, &part, before)) {
            return Some((about(one, &part, before)?, part, next));
        }
        let said = |read: Vec<Reading>| read.into_iter().map(|reading| (reading, None)).collect::<Asked>();
        if let Some(read) = self.listed(&part) {
            return Some((said(read), part, next));
        }
        let (one, whole) = self.verb_left_out(&part, before, part_before)?;
        Some((said(vec![one]), whole, last))
    }

    /// "restart web, cart and api": the same request about each name. A kind said once holds for all.
    fn listed(&self, part: &[Token]) -> Option<Vec<Reading>> {
        let starts = (1..part.len()).filter(|at| !part[*at].is_one_of(&LIST_JOINTS));
        starts.into_iter().find_map(|start| {
            let (names, rest) = names(part, start)?;
            rest.into_iter().find_map(|(last, end)| {
                let all: Vec<Vec<Token>> = names.iter().cloned().chain([last]).collect();
                let whole = |name: &Vec<Token>| [&part[..start], name, &part[end..]].concat();
                let read: Vec<Reading> = all.iter().map(|name| self.request(&whole(name))).collect::<Option<_>>()?;
                alike(&read).then_some(read)
            })
        })
    }

    /// "scale web to 6 and checkout to 8": the first words of the part before, said again.
    fn verb_left_out(&self, part: &[Token], before: &[Clause], part_before: &[Token]) -> Option<(Reading, Vec<Token>)> {
        let last = before.last()?;
        let Intent::Object { action, object } = &last.reading.intent else { return None };
        let mut found: Vec<(Reading, Vec<Token>)> = Vec::new();
        for kept in 1..=LEFT_OUT_MAX.min(part_before.len().saturating_sub(1)) {
            let whole = [&part_before[..kept], part].concat();
            let Some(one) = self.request(&whole) else { continue };
            let of_another = matches!(&one.intent, Intent::Object { action: other, object: about }
                if other.tool() == action.tool() && about != object && matches!(about.name, Name::Said(_)));
            if of_another && !found.iter().any(|(other, _)| *other == one) {
                found.push((one, whole));
            }
        }
        found.pop().filter(|_| found.is_empty())
    }
}

/// Whether a part is only a kind behind a change: "restart web and pods" does not ask to be shown pods.
fn is_more_of(one: &Reading, part: &[Token], before: &[Clause]) -> bool {
    let bare =
        part.iter().find(|token| !token.is_one_of(&["all", "the"])).is_some_and(|token| kind_word(token).is_some());
    let changes = before.iter().any(|clause| clause.reading.intent.writes());
    bare && changes && matches!(one.intent, Intent::List { .. })
}

/// Which clause's object `it` is. "Them" is each of a list; "it" is none of several.
fn about(one: Reading, part: &[Token], before: &[Clause]) -> Option<Asked> {
    let Intent::Object { object, .. } = &one.intent else { return Some(vec![(one, None)]) };
    let Some(group) = before.iter().rev().find(|clause| clause.object().is_some()).map(|clause| clause.group) else {
        return Some(vec![(one, None)]);
    };
    if object.name != Name::Previous {
        return Some(vec![(one, None)]);
    }
    let of_kind = |clause: &Clause| {
        let kinds = (object.kind.as_ref(), clause.object().and_then(|before| before.kind.as_ref()));
        !matches!(kinds, (Some(said), Some(before)) if said != before)
    };
    let fits = |(_, clause): &(usize, &Clause)| clause.group == group && of_kind(clause);
    let indexes: Vec<usize> = before.iter().enumerate().filter(fits).map(|(index, _)| index).collect();
    let many = part.iter().any(|token| token.is_one_of(&MANY));
    let one_object = indexes.len() == 1 || many;
    (one_object && !indexes.is_empty()).then(|| indexes.into_iter().map(|index| (one.clone(), Some(index))).collect())
}

/// Whether these are one request about different objects.
fn alike(read: &[Reading]) -> bool {
    let parts = |reading: &Reading| match &reading.intent {
        Intent::Object { action, object } if matches!(object.name, Name::Said(_)) => Some(action.clone()),
        _ => None,
    };
    let first = read.first().and_then(parts);
    first.is_some() && read.iter().all(|reading| parts(reading) == first)
}

/// The names of a list but the last, and every way the last one can end.
type Names = (Vec<Vec<Token>>, Vec<(Vec<Token>, usize)>);

/// A list of names that starts at a word.
fn names(part: &[Token], start: usize) -> Option<Names> {
    let joint = |at: usize| part.get(at).is_some_and(|token| token.is_one_of(&LIST_JOINTS));
    let (mut names, mut at, mut kind) = (Vec::new(), start, None);
    loop {
        let mut found = objects_at(part, at);
        found.retain(|(_, object, _)| matches!(object.name, Name::Said(_)));
        found.sort_by_key(|(end, ..)| *end);
        let with_kind = |object: &Object, end: usize| {
            let said = Some(&kind).filter(|_| object.kind.is_none()).and_then(Option::as_ref);
            said.cloned().into_iter().chain(part[at..end].iter().cloned()).collect::<Vec<Token>>()
        };
        let Some((end, object, _)) = found.iter().find(|(end, ..)| joint(*end)) else {
            let ends: Vec<_> = found.iter().map(|(end, object, _)| (with_kind(object, *end), *end)).collect();
            return (!names.is_empty() && !ends.is_empty()).then_some((names, ends));
        };
        names.push(with_kind(object, *end));
        if names.len() == 1 {
            kind = object.kind.as_deref().map(Token::plain);
        }
        at = (*end..part.len()).find(|at| !joint(*at))?;
    }
}

/// The places of clauses that say none: a place before the whole sentence holds for all of it; one behind it for what
/// only looks. Behind a write it could be meant for one or for all, which is asked.
fn placed(mut clauses: Vec<Clause>, tokens: &[Token]) -> Result<Vec<Clause>, Refusal> {
    if let Some((_, lead)) = places_at(tokens, 0).into_iter().max_by_key(|(end, _)| *end) {
        for clause in clauses.iter_mut().filter(|clause| clause.reading.place == Place::default()) {
            clause.reading.place = lead.clone();
        }
        return Ok(clauses);
    }
    let Some(last) = clauses.last().map(|clause| clause.reading.place.namespace.clone()) else { return Ok(clauses) };
    let Where::Named(said) = &last else { return Ok(clauses) };
    let unplaced = |clause: &Clause| {
        let own = clause.object().is_some_and(|object| {
            object.namespace.is_some()
                || object.kind.as_deref() == Some("node")
                || object.name != Name::Previous && object.is_namespace()
        });
        clause.reading.place.namespace == Where::Unsaid && clause.same_as.is_none() && !own
    };
    let open: Vec<usize> = (0..clauses.len()).filter(|index| unplaced(&clauses[*index])).collect();
    if open.iter().any(|index| clauses[*index].reading.intent.writes()) {
        return Err(Refusal::PlaceOfWhich { namespace: said.clone() });
    }
    for index in open {
        clauses[index].reading.place.namespace = last.clone();
    }
    Ok(clauses)
}
