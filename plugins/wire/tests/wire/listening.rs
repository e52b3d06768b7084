//! From the wire to the person: limits, leaving, breaking off.

use wire::{
    Answer, DATA_BYTES_MAX, EVENTS_MAX, Error, Event, Finish, Frame, Framing, HttpError, Peer, Progress, Reason, Sink,
    TEXT_BYTES_MAX, Usage, Vendor, listen,
};

/// Says every line; `end` ends.
#[derive(Default)]
struct Echo {
    done: bool,
}

impl Vendor for Echo {
    const PEER: Peer = Peer { name: "Echo", destination: "echo", url: "http://echo.example" };
    const FRAMING: Framing = Framing::Lines;

    fn take(&mut self, frame: Frame<'_>, events: &mut Vec<Event>) -> Result<(), Error> {
        match frame.data {
            "end" => self.done = true,
            "bad" => return Err(Self::unreadable("sent something")),
            text => events.push(Event::Text(text.to_owned())),
        }
        Ok(())
    }

    fn done(&self) -> bool {
        self.done
    }

    fn end(self, _events: &mut Vec<Event>) -> Result<Finish, Error> {
        let usage = Some(Usage { input_tokens: 1, output_tokens: 2 });
        self.done.then_some(Finish { reason: Reason::Stop, usage }).ok_or_else(Self::broken_off)
    }
}

/// The same piece for ever, or a list of them.
struct Said(Vec<Result<Option<Vec<u8>>, HttpError>>, Option<Vec<u8>>, usize);

fn said(pieces: &[&str]) -> Said {
    Said(pieces.iter().rev().map(|piece| Ok(Some(piece.as_bytes().to_vec()))).collect(), None, 0)
}

fn for_ever(piece: &str) -> Said {
    Said(Vec::new(), Some(piece.as_bytes().to_vec()), 0)
}

impl Answer for Said {
    fn status(&self) -> u16 {
        200
    }

    fn header(&self, _name: &str) -> Option<String> {
        None
    }

    fn read(&mut self) -> Result<Option<Vec<u8>>, HttpError> {
        self.2 += 1;
        self.0.pop().unwrap_or_else(|| Ok(self.1.clone()))
    }
}

#[derive(Default)]
struct Ear {
    events: Vec<Event>,
    leaves_after: Option<usize>,
}

impl Sink for Ear {
    fn emit(&mut self, event: Event) -> Progress {
        self.events.push(event);
        if self.leaves_after.is_some_and(|most| self.events.len() >= most) {
            Progress::Stop
        } else {
            Progress::Continue
        }
    }
}

fn text(event: &Event) -> &str {
    match event {
        Event::Text(text) | Event::Note(text) => text,
        Event::Call(call) => &call.name,
    }
}

#[test]
fn text_of_one_piece_goes_out_as_one_event_and_nothing_is_read_after_the_end_mark() {
    let (mut answer, mut ear) = (said(&["a\nb\n", "c\nend\nd\n", "e\n"]), Ear::default());
    let finish = listen(&mut answer, Echo::default(), &mut ear).expect("an end");
    assert_eq!(finish.reason, Reason::Stop);
    assert_eq!(ear.events.iter().map(text).collect::<Vec<_>>(), ["ab", "c"]);
    assert_eq!(answer.2, 2);
}

#[test]
fn a_stream_without_its_end_mark_is_no_answer_and_what_was_said_stays() {
    let mut ear = Ear::default();
    let error = listen(&mut said(&["a\n"]), Echo::default(), &mut ear).expect_err("no end");
    assert!(matches!(error, Error::Unavailable(why) if why.contains("fragment") && why.contains("ask again")));
    assert_eq!(ear.events.iter().map(text).collect::<Vec<_>>(), ["a"]);
}

#[test]
fn what_was_said_before_an_error_in_the_same_piece_goes_out_before_it() {
    let mut ear = Ear::default();
    assert!(matches!(listen(&mut said(&["a\nbad\nb\n"]), Echo::default(), &mut ear), Err(Error::BadResponse(_))));
    assert_eq!(ear.events.iter().map(text).collect::<Vec<_>>(), ["a"]);
}

#[test]
fn whoever_leaves_ends_the_reading() {
    let mut ear = Ear { leaves_after: Some(2), ..Ear::default() };
    let mut answer = for_ever("a\n");
    let finish = listen(&mut answer, Echo::default(), &mut ear).expect("an end");
    assert!(matches!(finish.reason, Reason::Other(why) if why.contains("nobody")));
    assert_eq!(answer.2, 2);
}

#[test]
fn a_cancelled_reading_is_nobodys_failure() {
    let mut answer = Said(vec![Err(HttpError::Cancelled)], None, 0);
    let finish = listen(&mut answer, Echo::default(), &mut Ear::default()).expect("an end");
    assert!(matches!(finish.reason, Reason::Other(_)));
}

#[test]
fn an_answer_that_never_ends_is_cut_with_a_note() {
    let line = format!("{}\n", "a".repeat(40 << 10));
    let mut ear = Ear::default();
    let finish = listen(&mut for_ever(&line), Echo::default(), &mut ear).expect("an end");
    assert_eq!(finish.reason, Reason::Length);
    let said: usize =
        ear.events.iter().filter(|event| matches!(event, Event::Text(_))).map(|event| text(event).len()).sum();
    assert_eq!(said, TEXT_BYTES_MAX);
    assert!(ear.events.iter().all(|event| text(event).len() <= 16 << 10));
    assert!(text(ear.events.last().expect("a note")).contains("cut off"));
}

#[test]
fn an_answer_in_endless_small_pieces_is_cut_by_their_number() {
    let mut ear = Ear::default();
    let finish = listen(&mut for_ever("a\n"), Echo::default(), &mut ear).expect("an end");
    assert_eq!((finish.reason, ear.events.len()), (Reason::Length, EVENTS_MAX + 1));
    let finish = listen(&mut for_ever(""), Echo::default(), &mut Ear::default()).expect("an end");
    assert_eq!(finish.reason, Reason::Length);
}

#[test]
fn a_model_that_says_nothing_has_not_answered() {
    let finish = listen(&mut said(&["end\n"]), Echo::default(), &mut Ear::default()).expect("an end");
    assert!(matches!(finish.reason, Reason::Other(why) if why.contains("without saying anything")));
    assert!(finish.usage.is_some());
}

#[test]
fn a_connection_that_breaks_is_told_apart_by_what_was_shown() {
    let mut answer = Said(vec![Err(HttpError::Unreachable("reset".to_owned())), Ok(Some(b"a\n".to_vec()))], None, 0);
    let error = listen(&mut answer, Echo::default(), &mut Ear::default()).expect_err("broken");
    assert!(matches!(error, Error::Unavailable(why) if why.contains("in the middle") && why.contains("reset")));
}

#[test]
fn a_character_longer_than_the_room_left_is_not_cut_in_two() {
    let line = format!("{}\n", "é".repeat(DATA_BYTES_MAX / 4));
    let mut ear = Ear::default();
    let finish = listen(&mut said(&["a\n", &line]), Echo::default(), &mut ear).expect("an end");
    assert_eq!(finish.reason, Reason::Length);
}
