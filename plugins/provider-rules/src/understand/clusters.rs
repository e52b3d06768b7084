//! Several clusters in one sentence: "restart web on eu and us", "scale web to 5 on staging then on prod", "… on all clusters".
//!
//! The list is found before anything else is read, by the names of the clusters there are, and stands for one place while
//! the sentence is read; then each request said of it becomes one for each cluster. A word that is no known cluster ends no
//! list: then it is no list. Only changes are made of several clusters; a look is had of one. `then` makes the later
//! clusters wait for the earlier. Limit: [`CALLS_MAX`] requests in all.

use crate::CALLS_MAX;
use crate::clauses::Clause;
use crate::context::Context;
use crate::intent::Intent;
use crate::refusal::Refusal;
use crate::tokens::Token;

/// Words between the names of a list.
const JOINTS: [&str; 4] = [",", "and", "then", "plus"];

/// A list of clusters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct List {
    /// What stands for it in the sentence; no cluster is called so.
    mark: String,
    /// Each with whether it comes after those before it.
    clusters: Vec<(String, bool)>,
}

impl List {
    /// Whether a place is this list.
    pub(super) fn is(&self, cluster: &str) -> bool {
        self.mark == cluster
    }
}

/// The sentence with its one list of clusters taken as one place, if it has one; the name of a known cluster is a name,
/// whatever else the word means.
pub(super) fn take(tokens: Vec<Token>, context: &Context) -> (Vec<Token>, Option<List>) {
    let found = (0..tokens.len()).find_map(|at| list_at(&tokens, at, context).map(|(end, list)| (at, end, list)));
    let (mut tokens, list) = match found {
        Some((at, end, list)) => {
            let place = [Token::plain("on"), Token { quoted: true, ..Token::plain(&list.mark) }];
            ([&tokens[..at], &place, &tokens[end..]].concat(), Some(list))
        }
        None => (tokens, None),
    };
    for at in 1..tokens.len() {
        let on = tokens[at - 1].is("on") || tokens[at - 1].is("cluster");
        if on && context.clusters.contains(&tokens[at].text) {
            tokens[at].quoted = true;
        }
    }
    (tokens, list)
}

/// A list of at least two clusters that starts at a word, and where it ends.
fn list_at(tokens: &[Token], at: usize, context: &Context) -> Option<(usize, List)> {
    let is = |at: usize, words: &[&str]| tokens.get(at).is_some_and(|token| token.is_one_of(words));
    if !is(at, &["on", "in", "across"]) {
        return None;
    }
    if let Some(end) = all_at(tokens, at + 1, context) {
        return list(context.clusters.iter().map(|name| (name.clone(), false)).collect()).map(|list| (end, list));
    }
    let on = is(at, &["on"]);
    let (mut next, mut worded) = name_from(tokens, at + 1);
    let mut clusters: Vec<(String, bool)> = Vec::new();
    let mut then = false;
    loop {
        let name = tokens.get(next).filter(|token| context.clusters.contains(&token.text))?;
        if !clusters.iter().any(|(other, _)| *other == name.text) {
            clusters.push((name.text.clone(), then));
        }
        next += 1;
        let mut joint = next;
        while is(joint, &JOINTS) {
            then |= is(joint, &["then"]);
            joint += 1;
        }
        let preposition = if is(joint, &["on", "in"]) { joint + 1 } else { joint };
        let (from, word) = name_from(tokens, preposition);
        let more = joint > next && tokens.get(from).is_some_and(|token| context.clusters.contains(&token.text));
        if !more {
            break;
        }
        (next, worded) = (from, worded || word);
    }
    if is(next, &["cluster", "clusters"]) {
        (next, worded) = (next + 1, true);
    }
    list(clusters).filter(|_| on || worded).map(|list| (next, list))
}

/// Where the name after "the", "cluster" stands, and whether that word was said.
fn name_from(tokens: &[Token], at: usize) -> (usize, bool) {
    let is = |at: usize, words: &[&str]| tokens.get(at).is_some_and(|token| token.is_one_of(words));
    let named = if is(at, &["the", "my", "our", "both"]) { at + 1 } else { at };
    if is(named, &["cluster", "clusters"]) { (named + 1, true) } else { (named, false) }
}

/// "all clusters", "every cluster", "all the clusters", "both clusters".
fn all_at(tokens: &[Token], at: usize, context: &Context) -> Option<usize> {
    let is = |at: usize, words: &[&str]| tokens.get(at).is_some_and(|token| token.is_one_of(words));
    let both = is(at, &["both"]) && context.clusters.len() == 2;
    let all = is(at, &["all", "every", "each"]) || both;
    let mut end = at + 1;
    while is(end, &["of", "the", "my", "our"]) {
        end += 1;
    }
    (all && is(end, &["cluster", "clusters"])).then_some(end + 1)
}

fn list(clusters: Vec<(String, bool)>) -> Option<List> {
    let mark = format!("{}@clusters", clusters.len());
    (clusters.len() > 1).then_some(List { mark, clusters })
}

/// Each request said of the list, once for each of its clusters, cluster by cluster.
pub(super) fn spread(clauses: Vec<Clause>, list: &List) -> Result<Vec<Clause>, Refusal> {
    let of_list = |clause: &Clause| clause.reading.place.cluster.as_deref().is_some_and(|said| list.is(said));
    if clauses.iter().any(|clause| of_list(clause) && !changes(&clause.reading.intent)) {
        return Err(Refusal::OneClusterALook);
    }
    let Some(first) = clauses.iter().position(of_list) else { return Ok(clauses) };
    let last = clauses.iter().rposition(of_list).map_or(first, |last| last + 1);
    // The requests of a list stand together; what is said of another cluster in between would be torn out of its order.
    if !clauses[first..last].iter().all(of_list) {
        return Err(Refusal::ClusterOfWhich { cluster: None });
    }
    let (before, own, after) = (&clauses[..first], &clauses[first..last], &clauses[last..]);
    let mut all = before.to_vec();
    for (round, (cluster, then)) in list.clusters.iter().enumerate() {
        for clause in own {
            let mut clause = clause.clone();
            clause.reading.place.cluster = Some(cluster.clone());
            clause.same_as = clause.same_as.map(|index| if index < first { index } else { index + round * own.len() });
            clause.then = if round == 0 { clause.then } else { *then };
            all.push(clause);
        }
    }
    let added = own.len() * (list.clusters.len() - 1);
    all.extend(after.iter().cloned().map(|mut clause| {
        clause.same_as = clause.same_as.map(|index| if index < last { index } else { index + added });
        clause
    }));
    if all.len() > CALLS_MAX {
        return Err(Refusal::TooLong { limit: "CALLS_MAX", max: CALLS_MAX });
    }
    Ok(all)
}

fn changes(intent: &Intent) -> bool {
    intent.writes() && !matches!(intent, Intent::Talk(_))
}

/// Where some requests name a cluster and others, which change something, do not, the others could be meant for it too.
/// `it` is where it was.
pub(super) fn agree(mut clauses: Vec<Clause>, context: &Context) -> Result<Vec<Clause>, Refusal> {
    for index in 0..clauses.len() {
        let same = clauses[index].same_as.and_then(|same| clauses[same].reading.place.cluster.clone());
        let own = &mut clauses[index].reading.place.cluster;
        if own.is_none() {
            *own = same;
        }
    }
    let said = |clause: &Clause| clause.reading.place.cluster.clone().filter(|said| *said != context.cluster);
    let elsewhere = clauses.iter().find_map(said);
    let unsaid = |clause: &Clause| clause.reading.place.cluster.is_none() && changes(&clause.reading.intent);
    match elsewhere {
        Some(cluster) if clauses.iter().any(unsaid) => {
            let cluster = Some(cluster).filter(|cluster| context.clusters.contains(cluster));
            Err(Refusal::ClusterOfWhich { cluster })
        }
        _ => Ok(clauses),
    }
}
