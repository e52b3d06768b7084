//! When an X.509 certificate ends: just enough of DER to find `Validity`, and nothing else is read.
//!
//! `Certificate ::= SEQUENCE { tbsCertificate SEQUENCE { [0] version OPTIONAL, serialNumber, signature, issuer, validity
//! SEQUENCE { notBefore, notAfter }, … } … }` (RFC 5280, section 4.1). Bounded by the input, which is cut at
//! [`CERTIFICATE_BYTES_MAX`]; lengths are checked, nothing recurses. Errors: what is no such certificate is nothing.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;

use crate::time::Timestamp;

/// Longest text of a certificate looked at, bytes: a leaf is a few thousand.
const CERTIFICATE_BYTES_MAX: usize = 64 << 10;

const SEQUENCE: u8 = 0x30;
const VERSION: u8 = 0xa0;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;

/// From when to when a certificate holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Validity {
    pub(super) from: Timestamp,
    pub(super) until: Timestamp,
}

/// The validity of the first certificate of a Secret's `tls.crt`, or a kubeconfig's `client-certificate-data`: base64 over PEM.
pub(super) fn of_secret(data: &str) -> Option<Validity> {
    let data = data.get(..data.len().min(CERTIFICATE_BYTES_MAX))?;
    // A cut text still decodes up to a whole group of four.
    let whole = data.get(..data.len() / 4 * 4)?;
    let pem = String::from_utf8(STANDARD.decode(whole).ok()?).ok()?;
    let (_, rest) = pem.split_once("-----BEGIN CERTIFICATE-----")?;
    let (body, _) = rest.split_once("-----END CERTIFICATE-----")?;
    let body: String = body.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    of_certificate(&STANDARD.decode(body).ok()?)
}

fn of_certificate(bytes: &[u8]) -> Option<Validity> {
    let (certificate, _) = expect(bytes, SEQUENCE)?;
    let (mut rest, _) = expect(certificate, SEQUENCE)?;
    if rest.first() == Some(&VERSION) {
        (_, _, rest) = element(rest)?;
    }
    // Serial number, signature algorithm, issuer.
    for _ in 0..3 {
        (_, _, rest) = element(rest)?;
    }
    let (validity, _) = expect(rest, SEQUENCE)?;
    let (tag, from, rest) = element(validity)?;
    let (until_tag, until, _) = element(rest)?;
    Some(Validity { from: time(tag, from)?, until: time(until_tag, until)? })
}

/// The content of an element that must have this tag, and what follows it.
fn expect(bytes: &[u8], wanted: u8) -> Option<(&[u8], &[u8])> {
    let (tag, content, rest) = element(bytes)?;
    (tag == wanted).then_some((content, rest))
}

/// Tag, content and what follows. Lengths of up to four bytes, which is more than is ever held here.
fn element(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, rest) = bytes.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = match first {
        0..=0x7f => (usize::from(first), rest),
        0x81..=0x84 => {
            let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
            (digits.iter().fold(0, |length, digit| length << 8 | usize::from(*digit)), rest)
        }
        _ => return None,
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((tag, content, rest))
}

/// `YYMMDDHHMMSSZ` or `YYYYMMDDHHMMSSZ`, the two forms RFC 5280 allows.
fn time(tag: u8, text: &[u8]) -> Option<Timestamp> {
    let text = std::str::from_utf8(text).ok()?.strip_suffix('Z')?;
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (year, rest): (i16, &str) = match (tag, text.len()) {
        (UTC_TIME, 12) => {
            let short: i16 = text[..2].parse().ok()?;
            (if short < 50 { 2000 + short } else { 1900 + short }, &text[2..])
        }
        (GENERALIZED_TIME, 14) => (text[..4].parse().ok()?, &text[4..]),
        _ => return None,
    };
    let part = |at: usize| rest[at..at + 2].parse::<i8>().ok();
    let (month, day, hour, minute, second) = (part(0)?, part(2)?, part(4)?, part(6)?, part(8)?);
    let civil = Date::new(year, month, day).ok()?;
    let clock = Time::new(hour, minute, second, 0).ok()?;
    let at = civil.to_datetime(clock).to_zoned(TimeZone::UTC).ok()?;
    Some(Timestamp(at.timestamp().as_millisecond()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Made with: openssl req -x509 -newkey ed25519 -nodes -subj /CN=web.shop -days 90
    const PEM: &str = "-----BEGIN CERTIFICATE-----\n\
        MIIBOjCB7aADAgECAhRjCoW8BRaURmDjkBkZPH32b13AvjAFBgMrZXAwEzERMA8G\n\
        A1UEAwwId2ViLnNob3AwHhcNMjYxMTIzMDQyNjI2WhcNMjcwMjIxMDQyNjI2WjAT\n\
        MREwDwYDVQQDDAh3ZWIuc2hvcDAqMAUGAytlcAMhAOGKwjjInb+EQ45D+Sz4l0UM\n\
        w+SyUP0j72qfL6RnXLHyo1MwUTAdBgNVHQ4EFgQUyOJwE4S+SJUw47GCJxsVQv7p\n\
        dBUwHwYDVR0jBBgwFoAUyOJwE4S+SJUw47GCJxsVQv7pdBUwDwYDVR0TAQH/BAUw\n\
        AwEB/zAFBgMrZXADQQDqGonqLhulUXEVMEZQKcMGuL2xRNzftY7gldaTTg15Je0m\n\
        lYC520w3oW5wRmwTvhBtTqySdh93fsxbu+nWm/wO\n\
        -----END CERTIFICATE-----";

    fn secret() -> String {
        STANDARD.encode(PEM)
    }

    #[test]
    fn a_certificate_says_when_it_ends() {
        let validity = of_secret(&secret()).unwrap();
        assert_eq!(validity.from.to_string(), "2026-11-23T04:26:26.000Z");
        assert_eq!(validity.until.to_string(), "2027-02-21T04:26:26.000Z");
    }

    #[test]
    fn both_forms_of_a_time_are_read() {
        let read = |tag, text: &str| time(tag, text.as_bytes()).map(|at| at.to_string());
        assert_eq!(read(UTC_TIME, "491231235959Z").as_deref(), Some("2049-12-31T23:59:59.000Z"));
        assert_eq!(read(UTC_TIME, "500101000000Z").as_deref(), Some("1950-01-01T00:00:00.000Z"));
        assert_eq!(read(GENERALIZED_TIME, "20500101000000Z").as_deref(), Some("2050-01-01T00:00:00.000Z"));
        for (tag, bad) in
            [(UTC_TIME, "20500101000000Z"), (UTC_TIME, "491231235959"), (GENERALIZED_TIME, "20501301000000Z")]
        {
            assert_eq!(read(tag, bad), None, "{bad}");
        }
    }

    #[test]
    fn what_is_no_certificate_is_nothing() {
        for bad in
            ["", "aGVsbG8=", "!!!!", &STANDARD.encode("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----")]
        {
            assert_eq!(of_secret(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_certificate_or_nothing(bytes in prop::collection::vec(any::<u8>(), 0..300), text in ".{0,80}") {
            let _ = of_certificate(&bytes);
            let _ = of_secret(&text);
        }

        #[test]
        fn a_certificate_with_a_byte_changed_is_read_or_refused(at in 0usize..400, byte in any::<u8>()) {
            let body: String = PEM.lines().filter(|line| !line.starts_with("-----")).collect();
            let mut bytes = STANDARD.decode(body).unwrap();
            let at = at % bytes.len();
            bytes[at] = byte;
            let _ = of_certificate(&bytes);
            let _ = of_certificate(&bytes[..at]);
        }
    }
}
