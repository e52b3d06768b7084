//! Ranges of addresses as people write them: `10.96.0.0/12`, `fd00:10::/64`.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use super::address::canonical;

/// A network and the length of its prefix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Range {
    network: IpAddr,
    prefix: u8,
}

/// A text that is no range.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{shown:?} is no range of addresses, such as 10.96.0.0/12")]
pub struct BadRange {
    shown: String,
}

impl Range {
    /// Whether the address lies in it, in whatever form it is written.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.network, canonical(address)) {
            (IpAddr::V4(network), IpAddr::V4(address)) => {
                same_start(u128::from(network.to_bits()) << 96, u128::from(address.to_bits()) << 96, self.prefix)
            }
            (IpAddr::V6(network), IpAddr::V6(address)) => same_start(network.to_bits(), address.to_bits(), self.prefix),
            _ => false,
        }
    }
}

fn same_start(a: u128, b: u128, bits: u8) -> bool {
    (a ^ b).checked_shr(128 - u32::from(bits)).unwrap_or(0) == 0
}

impl FromStr for Range {
    type Err = BadRange;
    fn from_str(text: &str) -> Result<Self, BadRange> {
        let bad = || BadRange { shown: text.chars().take(64).collect() };
        let (network, prefix) = text.split_once('/').ok_or_else(bad)?;
        let network: IpAddr = network.parse().map_err(|_| bad())?;
        let longest = if network.is_ipv4() { 32 } else { 128 };
        let digits = !prefix.is_empty() && prefix.bytes().all(|b| b.is_ascii_digit());
        match prefix.parse::<u8>() {
            Ok(prefix) if digits && prefix <= longest => Ok(Self { network, prefix }),
            _ => Err(bad()),
        }
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.network, self.prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_holds_its_addresses_and_no_others() {
        let services: Range = "10.96.0.0/12".parse().unwrap();
        for (address, inside) in
            [("10.96.0.1", true), ("10.111.255.255", true), ("10.112.0.0", false), ("::ffff:10.96.0.1", true)]
        {
            assert_eq!(services.contains(address.parse().unwrap()), inside, "{address}");
        }
        assert!("0.0.0.0/0".parse::<Range>().unwrap().contains("8.8.8.8".parse().unwrap()));
        assert!("fd00:10::1/128".parse::<Range>().unwrap().contains("fd00:10::1".parse().unwrap()));
        assert!(!"fd00:10::/64".parse::<Range>().unwrap().contains("fd00:11::1".parse().unwrap()));
    }

    #[test]
    fn what_is_no_range_is_refused() {
        for bad in ["", "10.0.0.0", "10.0.0.0/33", "10.0.0.0/", "10.0/8", "::/129", "10.0.0.0/-1", "10.0.0.0/+8"] {
            assert!(bad.parse::<Range>().is_err(), "{bad:?}");
        }
    }
}
