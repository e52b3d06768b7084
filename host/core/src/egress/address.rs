//! What an address is: public, or of a kind nobody is dialled at by accident.
//!
//! Only global unicast is public, everything else is refused by default, so a range that is assigned tomorrow starts out
//! refused. IPv6 forms that carry an IPv4 address are judged by it where a packet really goes there (mapped, NAT64);
//! those no network has needed for a decade (compatible, 6to4, Teredo) are refused whole. Source: the IANA special-purpose
//! registries of both families.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use serde::{Deserialize, Serialize};

/// Whether an address may be dialled when nothing is said about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Anyone's.
    Public,
    /// Ours, nobody's, or a trick.
    Refused(AddressKind),
}

/// What is wrong with an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AddressKind {
    /// This machine.
    Loopback,
    /// No address at all; many systems take it for this machine.
    Unspecified,
    /// RFC 1918.
    Private,
    /// RFC 4193.
    UniqueLocal,
    /// Between a provider and its customers, RFC 6598.
    CarrierNat,
    /// This network segment.
    LinkLocal,
    /// Where clouds hand credentials to whoever asks.
    Metadata,
    /// Many at once.
    Multicast,
    /// All at once.
    Broadcast,
    /// Examples in books.
    Documentation,
    /// For measuring networks.
    Benchmarking,
    /// An IPv4 address in a form that tunnels.
    Tunnel,
    /// Not assigned, or not for this.
    Reserved,
    /// An API server of a cluster.
    ApiServer,
    /// Pods or Services of a cluster.
    Cluster,
}

impl AddressKind {
    /// As a sentence goes on after "it leads to".
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Loopback => "a loopback address",
            Self::Unspecified => "the unspecified address",
            Self::Private => "a private address",
            Self::UniqueLocal => "a unique local address",
            Self::CarrierNat => "a carrier's shared address",
            Self::LinkLocal => "a link-local address",
            Self::Metadata => "a cloud's metadata service",
            Self::Multicast => "a multicast address",
            Self::Broadcast => "a broadcast address",
            Self::Documentation => "a documentation address",
            Self::Benchmarking => "a benchmarking address",
            Self::Tunnel => "a tunnelled address",
            Self::Reserved => "a reserved address",
            Self::ApiServer => "a cluster's API server",
            Self::Cluster => "an address of a cluster's pods or Services",
        }
    }

    /// Whether a destination that is bound as internal may be there. Never: where credentials lie about, an API server
    /// (that way leads past every check of a plan), and what no service listens on.
    pub fn fits_internal(self) -> bool {
        matches!(self, Self::Loopback | Self::Private | Self::UniqueLocal | Self::CarrierNat | Self::Cluster)
    }
}

impl fmt::Display for AddressKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Metadata services outside of link-local: Alibaba Cloud's, Azure's wire server, Oracle's older one.
const METADATA_V4: [Ipv4Addr; 3] =
    [Ipv4Addr::new(100, 100, 100, 200), Ipv4Addr::new(168, 63, 129, 16), Ipv4Addr::new(192, 0, 0, 192)];
/// Inside of link-local: most clouds', ECS tasks', EKS pods', Tencent's.
const METADATA_LINK_LOCAL: [[u8; 2]; 4] = [[169, 254], [170, 2], [170, 23], [0, 23]];
/// Amazon's, its pod identity's, Google's, Scaleway's.
const METADATA_V6: [Ipv6Addr; 4] = [
    Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254),
    Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x23),
    Ipv6Addr::new(0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254),
    Ipv6Addr::new(0xfd00, 0x42, 0, 0, 0, 0, 0, 0x42),
];

/// Judges an address by itself.
pub fn classify(address: IpAddr) -> Verdict {
    let kind = match address {
        IpAddr::V4(v4) => kind_v4(v4),
        IpAddr::V6(v6) => kind_v6(v6),
    };
    kind.map_or(Verdict::Public, Verdict::Refused)
}

fn kind_v4(address: Ipv4Addr) -> Option<AddressKind> {
    use AddressKind as K;
    if METADATA_V4.contains(&address) {
        return Some(K::Metadata);
    }
    Some(match address.octets() {
        [0, 0, 0, 0] => K::Unspecified,
        [0, ..] => K::Reserved,
        [127, ..] => K::Loopback,
        [10, ..] | [172, 16..=31, ..] | [192, 168, ..] => K::Private,
        [100, 64..=127, ..] => K::CarrierNat,
        [169, 254, c, d] if METADATA_LINK_LOCAL.contains(&[c, d]) => K::Metadata,
        [169, 254, ..] => K::LinkLocal,
        [192, 0, 2, _] | [198, 51, 100, _] | [203, 0, 113, _] => K::Documentation,
        // 192.88.99.0/24 was the 6to4 relay; 192.31.196.0/24 and 192.52.193.0/24 belong to name servers.
        [192, 88, 99, _] => K::Tunnel,
        [192, 0, 0, _] | [192, 31, 196, _] | [192, 52, 193, _] | [192, 175, 48, _] => K::Reserved,
        [198, 18..=19, ..] => K::Benchmarking,
        [224..=239, ..] => K::Multicast,
        [255, 255, 255, 255] => K::Broadcast,
        [240..=255, ..] => K::Reserved,
        _ => return None,
    })
}

fn kind_v6(address: Ipv6Addr) -> Option<AddressKind> {
    use AddressKind as K;
    if METADATA_V6.contains(&address) {
        return Some(K::Metadata);
    }
    if let Some(v4) = carried(address) {
        return kind_v4(v4);
    }
    Some(match address.segments() {
        [0, 0, 0, 0, 0, 0, 0, 0] => K::Unspecified,
        [0, 0, 0, 0, 0, 0, 0, 1] => K::Loopback,
        [0, 0, 0, 0, 0, 0, ..] | [0, 0, 0, 0, 0xffff, 0, ..] => K::Tunnel,
        [0x64, 0xff9b, ..] | [0x2002, ..] | [0x2001, 0, ..] => K::Tunnel,
        [0xfe80..=0xfebf, ..] => K::LinkLocal,
        [0xfec0..=0xfeff, ..] => K::Private,
        [0xfc00..=0xfdff, ..] => K::UniqueLocal,
        [0xff00..=0xffff, ..] => K::Multicast,
        [0x2001, 0xdb8, ..] | [0x3fff, 0..=0x0fff, ..] => K::Documentation,
        [0x2001, 2, 0, ..] => K::Benchmarking,
        [0x2001, 0..=0x01ff, ..] => K::Reserved,
        // An interface id that ISATAP would route by the IPv4 address in it.
        [_, _, _, _, 0 | 0x200, 0x5efe, ..] => K::Tunnel,
        [0x2000..=0x3fff, ..] => return None,
        _ => K::Reserved,
    })
}

/// The IPv4 address a packet to this one ends up at: mapped by the system itself, or by the well-known NAT64 prefix.
fn carried(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let [a, b, c, d, e, f, high, low] = address.segments();
    let v4 = Ipv4Addr::from((u32::from(high) << 16) | u32::from(low));
    match [a, b, c, d, e, f] {
        [0, 0, 0, 0, 0, 0xffff] | [0x64, 0xff9b, 0, 0, 0, 0] => Some(v4),
        _ => None,
    }
}

/// The one form of an address that its checks and comparisons use.
pub(super) fn canonical(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(v6) => carried(v6).map_or(address, IpAddr::V4),
        IpAddr::V4(_) => address,
    }
}
